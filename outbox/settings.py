"""The settings of delivery. `tinbai.settings` fills them; nobody else reads a file or the environment."""

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class SmtpSettings:
    """How mails leave. Same keys as [smtp] in settings.toml."""

    kind: Literal["smtp", "maildir"] = "smtp"
    host: str = ""
    port: int = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: str = ""  # empty: the server asks nobody who he is
    password: str = field(default="", repr=False)
    password_file: str = ""
    auth: Literal["password"] = "password"
    from_name: str = "Ban biên tập"
    path: str = ""  # of the Maildir
    hold: bool = False
    ca_file: str = ""  # a certificate authority of one's own, PEM; empty: those the system trusts
