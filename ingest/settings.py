"""What an operator may say about the mailbox; the front door fills it from `[mailbox]`. Reads no file itself."""

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

__all__ = ["MailboxSettings", "Security"]

Security = Literal["tls", "starttls", "none"]


@dataclass(frozen=True, slots=True)
class MailboxSettings:
    """The `[mailbox]` section; `password` comes from a secret, never from the settings file.

    `start_from` is "" (only mails that arrive from now on), "all", or an ISO date. `poll_seconds` is how often the
    mailbox is looked at even when IDLE says nothing. `ca_file` names certificates to trust instead of the system's.
    `path` is the directory of a Maildir. Raises ValueError for a wrong date.
    """

    kind: Literal["imap", "maildir"] = "imap"
    host: str = ""
    port: int = 993
    security: Security = "tls"
    username: str = ""
    auth: Literal["password"] = "password"
    password: str = field(default="", repr=False)
    password_file: str = ""
    folder: str = "INBOX"
    after_reading: Literal["leave"] = "leave"
    start_from: str = ""
    poll_seconds: int = 120
    idle: bool = True
    path: str = ""
    authserv_id: str = ""
    ca_file: str = ""

    def __post_init__(self) -> None:
        if self.start_from in ("", "all"):
            return
        try:
            date.fromisoformat(self.start_from)
        except ValueError as error:
            reason = '[mailbox] start_from: hãy để trống, ghi "all" hoặc một ngày như 2025-09-01.'
            raise ValueError(reason) from error
