"""The settings of delivery. `tinbai.settings` fills them; nobody else reads a file or the environment."""

from dataclasses import dataclass, field
from typing import Literal

PORTS = range(1, 65536)


@dataclass(frozen=True, slots=True)
class SmtpSettings:
    """How mails leave. Same keys as [smtp] in settings.toml. Raises ValueError when they cannot work."""

    kind: Literal["smtp", "maildir"] = "smtp"
    host: str = ""
    port: int = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: str = ""  # empty: the server asks nobody who he is
    password: str = field(default="", repr=False)
    password_file: str = ""
    from_name: str = "Ban biên tập"
    path: str = ""  # of the Maildir
    hold: bool = False
    ca_file: str = ""  # a certificate authority of one's own, PEM; empty: those the system trusts

    def __post_init__(self) -> None:
        if self.kind == "maildir" and not self.path:
            raise ValueError('[smtp] kind = "maildir" cần path: hãy ghi thư mục sẽ nhận thư.')
        if self.port not in PORTS:
            raise ValueError(f"[smtp] port phải trong khoảng {PORTS[0]} đến {PORTS[-1]}, đang là {self.port}.")
