"""What an operator may say about the mailbox and the web: `[mailbox]` and `[fetch]`. Reads no file itself.

A value that cannot work is refused here, in one sentence that names section and key.
"""

import re
from dataclasses import dataclass, field
from datetime import date
from ipaddress import ip_network
from typing import Literal
from urllib.parse import urlsplit

from parsers.hostnames import Network
from parsers.url_rules import DEFAULT_RULES, UrlRules

__all__ = ["FetchSettings", "MailboxSettings", "Security"]

PORTS = range(1, 65536)
PORT_WANTED = f"trong khoảng {PORTS[0]} đến {PORTS[-1]}"
LONGEST_SECONDS = 86_400  # a day; no pause and no deadline of ours is longer

# No empty level, no blank at the edge of one, nothing that LIST takes for a wildcard.
FOLDER_NAME = re.compile(r"(?:(?!\s)[^\x00-\x1f\x7f*%\\/]+(?<!\s)(?:/(?!$)|$))+")
FOLDER_NAME_WANTED = "là tên một thư mục, không có các dấu * % và \\"
LOOPBACK = ("localhost", "127.0.0.1", "::1")

Security = Literal["tls", "starttls", "none"]


@dataclass(frozen=True, slots=True)
class MailboxSettings:
    """The `[mailbox]` section; `password` comes from a secret, never from the settings file.

    `start_from` is "" (only mails that arrive from now on), "all", or an ISO date. `poll_seconds` is how often the
    mailbox is looked at even when IDLE says nothing. `ca_file` names certificates to trust instead of the system's.
    `path` is the directory of a Maildir. With `auth` "xoauth2" an access token takes the password's place; it is
    fetched from `token_url` with the keys that follow. `after_reading` "move" puts mails that need no person into the
    folder `move_to`, named as people see it, "/" between levels. Raises ValueError.
    """

    kind: Literal["imap", "maildir"] = "imap"
    host: str = ""
    port: int = 993
    security: Security = "tls"
    username: str = ""
    password: str = field(default="", repr=False)
    password_file: str = ""
    auth: Literal["password", "xoauth2"] = "password"
    token_url: str = ""
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    client_secret_file: str = ""
    refresh_token: str = field(default="", repr=False)
    refresh_token_file: str = ""
    scope: str = ""
    folder: str = "INBOX"
    after_reading: Literal["leave", "move"] = "leave"
    move_to: str = "Đã xử lý"
    start_from: str = ""
    poll_seconds: int = 120
    idle: bool = True
    path: str = ""
    authserv_id: str = ""
    ca_file: str = ""

    def __post_init__(self) -> None:
        _require(self.port in PORTS, "mailbox", "port", PORT_WANTED, self.port)
        _require(self.poll_seconds >= 1, "mailbox", "poll_seconds", "ít nhất là 1 giây", self.poll_seconds)
        _require_start(self.start_from)
        _require(bool(FOLDER_NAME.fullmatch(self.move_to)), "mailbox", "move_to", FOLDER_NAME_WANTED, self.move_to)
        if self.after_reading == "move" and self.move_to.casefold() == self.folder.casefold():
            raise ValueError("[mailbox] move_to phải là thư mục khác với folder.")
        if self.auth == "xoauth2":
            self._require_token_keys()

    def _require_token_keys(self) -> None:
        """The token itself is asked for elsewhere. A secret may still stand in its file when this is made."""
        missing = [
            key
            for key, given in (
                ("token_url", self.token_url),
                ("client_id", self.client_id),
                ("refresh_token_file", self.refresh_token or self.refresh_token_file),
            )
            if not given
        ]
        if missing:
            raise ValueError(f'[mailbox] auth = "xoauth2" còn thiếu {", ".join(missing)}.')
        _require(_is_guarded(self.token_url), "mailbox", "token_url", "bắt đầu bằng https://", self.token_url)


@dataclass(frozen=True, slots=True)
class FetchSettings:
    """The `[fetch]` section. Networks in CIDR form, seconds for a whole page, bytes on the wire. Raises ValueError."""

    allow_networks: tuple[str, ...] = ()
    ports: tuple[int, ...] = (80, 443)
    seconds: float = 20
    max_bytes: int = 2_000_000
    per_host_gap_seconds: float = 2.0
    concurrency: int = 4
    insecure_tls_hosts: tuple[str, ...] = ()
    trackers: tuple[str, ...] = ()
    redirectors: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for network in self.allow_networks:
            _require(_is_network(network), "fetch", "allow_networks", "gồm các dải mạng như 10.1.0.0/16", network)
        for port in self.ports:
            _require(port in PORTS, "fetch", "ports", f"gồm các cổng {PORT_WANTED}", port)
        span = f"và nhiều nhất là {LONGEST_SECONDS} giây"
        gap = self.per_host_gap_seconds
        _require(0 < self.seconds <= LONGEST_SECONDS, "fetch", "seconds", f"lớn hơn 0 {span}", self.seconds)
        _require(0 <= gap <= LONGEST_SECONDS, "fetch", "per_host_gap_seconds", f"ít nhất là 0 {span}", gap)
        _require(self.max_bytes >= 1, "fetch", "max_bytes", "ít nhất là 1", self.max_bytes)
        _require(self.concurrency >= 1, "fetch", "concurrency", "ít nhất là 1", self.concurrency)

    @property
    def networks(self) -> tuple[Network, ...]:
        """The private networks that may be fetched from."""
        return tuple(ip_network(network) for network in self.allow_networks)

    @property
    def url_rules(self) -> UrlRules:
        """The rules for unwrapping and comparing addresses, with the operator's own lines."""
        return DEFAULT_RULES.extended(self.trackers, self.redirectors)


def _require_start(start_from: str) -> None:
    if start_from in ("", "all"):
        return
    try:
        date.fromisoformat(start_from)
    except ValueError as error:
        reason = '[mailbox] start_from: hãy để trống, ghi "all" hoặc một ngày như 2025-09-01.'
        raise ValueError(reason) from error


def _is_guarded(url: str) -> bool:
    """Does nobody listen in on the way to this URL?"""
    parts = urlsplit(url)
    return bool(parts.hostname) and (parts.scheme == "https" or parts.hostname in LOOPBACK)


def _is_network(text: str) -> bool:
    try:
        ip_network(text)
    except ValueError:
        return False
    return True


def _require(fits: bool, section: str, key: str, wanted: str, given: object) -> None:
    if not fits:
        raise ValueError(f"[{section}] {key} phải {wanted}, đang là {given!r}.")
