"""What an operator may say about the mailbox and the web: `[mailbox]` and `[fetch]`. Reads no file itself.

A value that cannot work is refused here, in one sentence that names section and key.
"""

from dataclasses import dataclass, field
from datetime import date
from ipaddress import ip_network
from typing import Literal

from parsers.hostnames import Network
from parsers.url_rules import DEFAULT_RULES, UrlRules

__all__ = ["FetchSettings", "MailboxSettings", "Security"]

PORTS = range(1, 65536)
PORT_WANTED = f"trong khoảng {PORTS[0]} đến {PORTS[-1]}"
LONGEST_SECONDS = 86_400  # a day; no pause and no deadline of ours is longer

Security = Literal["tls", "starttls", "none"]


@dataclass(frozen=True, slots=True)
class MailboxSettings:
    """The `[mailbox]` section; `password` comes from a secret, never from the settings file.

    `start_from` is "" (only mails that arrive from now on), "all", or an ISO date. `poll_seconds` is how often the
    mailbox is looked at even when IDLE says nothing. `ca_file` names certificates to trust instead of the system's.
    `path` is the directory of a Maildir. Raises ValueError.
    """

    kind: Literal["imap", "maildir"] = "imap"
    host: str = ""
    port: int = 993
    security: Security = "tls"
    username: str = ""
    password: str = field(default="", repr=False)
    password_file: str = ""
    folder: str = "INBOX"
    start_from: str = ""
    poll_seconds: int = 120
    idle: bool = True
    path: str = ""
    authserv_id: str = ""
    ca_file: str = ""

    def __post_init__(self) -> None:
        _require(self.port in PORTS, "mailbox", "port", PORT_WANTED, self.port)
        _require(self.poll_seconds >= 1, "mailbox", "poll_seconds", "ít nhất là 1 giây", self.poll_seconds)
        if self.start_from in ("", "all"):
            return
        try:
            date.fromisoformat(self.start_from)
        except ValueError as error:
            reason = '[mailbox] start_from: hãy để trống, ghi "all" hoặc một ngày như 2025-09-01.'
            raise ValueError(reason) from error


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


def _is_network(text: str) -> bool:
    try:
        ip_network(text)
    except ValueError:
        return False
    return True


def _require(fits: bool, section: str, key: str, wanted: str, given: object) -> None:
    if not fits:
        raise ValueError(f"[{section}] {key} phải {wanted}, đang là {given!r}.")
