"""The settings of delivery. `tinbai.settings` fills them; nobody else reads a file or the environment."""

from dataclasses import dataclass, field
from typing import Literal

PORTS = range(1, 65536)
FOR_TOKENS = (  # field → key of the settings file
    ("username", "username"),
    ("token_url", "token_url"),
    ("client_id", "client_id"),
    ("refresh_token", "refresh_token_file"),
)


@dataclass(frozen=True, slots=True)
class SmtpSettings:
    """How mails leave. Same keys as [smtp] in settings.toml. Raises ValueError when they cannot work."""

    kind: Literal["smtp", "maildir"] = "smtp"
    host: str = ""
    port: int = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    auth: Literal["password", "xoauth2"] = "password"
    username: str = ""  # empty: the server asks nobody who he is
    password: str = field(default="", repr=False)
    password_file: str = ""
    token_url: str = ""  # where access tokens come from; this and the next six only with auth = "xoauth2"
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    client_secret_file: str = ""
    refresh_token: str = field(default="", repr=False)
    refresh_token_file: str = ""
    scope: str = ""
    from_name: str = "Ban biên tập"
    path: str = ""  # of the Maildir
    hold: bool = False
    ca_file: str = ""  # a certificate authority of one's own, PEM; empty: those the system trusts

    def __post_init__(self) -> None:
        if self.kind == "maildir" and not self.path:
            raise ValueError('[smtp] kind = "maildir" cần path: hãy ghi thư mục sẽ nhận thư.')
        if self.port not in PORTS:
            raise ValueError(f"[smtp] port phải trong khoảng {PORTS[0]} đến {PORTS[-1]}, đang là {self.port}.")
        missing = [said for key, said in FOR_TOKENS if not getattr(self, key)] if self.auth == "xoauth2" else []
        if missing:
            raise ValueError(f'[smtp] auth = "xoauth2" còn thiếu {", ".join(missing)}.')
