"""One connection to a foreign host: names looked up once, every answer checked, the checked address connected to.

Nothing here speaks HTTP. `Wire` is what http.client sees instead of a socket: it keeps one deadline and one byte
budget for everything that is read, so neither a dripping nor an endless answer outlives its limits.
"""

import io
import socket
import ssl
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING

from ingest.address import is_public
from ingest.failures import Failure
from parsers.hostnames import Network

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

DNS_SECONDS = 5.0
CONNECT_SECONDS = 5.0
READ_SECONDS = 10.0  # until the first byte, and between any two
ADDRESSES_TRIED = 4
BUFFER_BYTES = 16_384

Address = IPv4Address | IPv6Address
Resolve = Callable[[str], Iterable[str]]


@dataclass(frozen=True, slots=True)
class Deadline:
    """A moment on the monotonic clock after which a fetch is given up."""

    at: float

    @classmethod
    def in_seconds(cls, seconds: float) -> "Deadline":
        """Set the deadline that many seconds from now."""
        return cls(time.monotonic() + seconds)

    def left(self, at_most: float) -> float:
        """Return the seconds a single step may take; raise FetchError when none are left."""
        seconds = min(at_most, self.at - time.monotonic())
        if seconds <= 0:
            raise Failure.TOO_SLOW.error()
        return seconds


def default_resolver(host: str) -> tuple[str, ...]:
    """Ask the operating system for the addresses of a host; raises OSError. `localhost` is loopback (RFC 6761)."""
    if host == "localhost" or host.endswith(".localhost"):
        return ("127.0.0.1",)
    answers = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return tuple(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in answers))


def checked_addresses(
    host: str, resolve: Resolve, allowed: Sequence[Network], deadline: Deadline
) -> tuple[Address, ...]:
    """Look a host up once and return its addresses; one that may not be connected to refuses them all."""
    literal = _literal(host)
    answers = (str(literal),) if literal else _looked_up(host, resolve, deadline)
    if not answers:
        raise Failure.NO_SUCH_HOST.error()
    addresses = tuple(_literal(answer) for answer in answers)
    if not all(address and _may_connect(address, allowed) for address in addresses):
        raise Failure.PRIVATE_ADDRESS.error()
    return tuple(address for address in addresses if address)


def _literal(text: str) -> Address | None:
    try:
        return ip_address(text)
    except ValueError:
        return None


def _may_connect(address: Address, allowed: Sequence[Network]) -> bool:
    return is_public(address) or any(address in network for network in allowed)


def _looked_up(host: str, resolve: Resolve, deadline: Deadline) -> tuple[str, ...]:
    """Run the resolver in a thread of its own: getaddrinfo has no timeout and cannot be interrupted."""
    answer: SimpleQueue[tuple[str, ...]] = SimpleQueue()

    def look_up() -> None:
        try:
            answer.put(tuple(str(address) for address in resolve(host)))
        except (OSError, UnicodeError, LookupError):
            answer.put(())

    Thread(target=look_up, name="dns", daemon=True).start()
    try:
        return answer.get(timeout=deadline.left(DNS_SECONDS))
    except Empty:
        raise Failure.TOO_SLOW.error() from None


@contextmanager
def connected(
    addresses: Sequence[Address], port: int, deadline: Deadline, tls: ssl.SSLContext | None, server_name: str
) -> Iterator[socket.socket]:
    """Connect to the first address that answers and close the socket at the end; TLS is checked for `server_name`."""
    plain = _first_answering(addresses[:ADDRESSES_TRIED], port, deadline)
    with plain:
        if tls is None:
            yield plain
            return
        plain.settimeout(deadline.left(READ_SECONDS))
        with _secured(plain, tls, server_name) as secure:
            yield secure


def _first_answering(addresses: Sequence[Address], port: int, deadline: Deadline) -> socket.socket:
    for address in addresses:
        seconds = deadline.left(CONNECT_SECONDS)
        peer = socket.socket(socket.AF_INET if address.version == 4 else socket.AF_INET6, socket.SOCK_STREAM)
        try:
            peer.settimeout(seconds)
            peer.connect((str(address), port))
        except OSError:
            peer.close()
        else:
            return peer
    raise Failure.NO_CONNECTION.error()


def _secured(plain: socket.socket, tls: ssl.SSLContext, server_name: str) -> ssl.SSLSocket:
    try:
        return tls.wrap_socket(plain, server_hostname=server_name)
    except ssl.SSLCertVerificationError:
        raise Failure.BAD_CERTIFICATE.error() from None
    except TimeoutError:
        raise Failure.TOO_SLOW.error() from None
    except (ssl.SSLError, ValueError):
        raise Failure.BAD_TLS.error() from None
    except OSError:
        raise Failure.NO_CONNECTION.error() from None


class Wire:
    """The little of a socket that http.client uses. Closing it closes nothing: the socket belongs to `connected`."""

    def __init__(self, peer: socket.socket, deadline: Deadline, budget: int) -> None:
        self._peer = peer
        self._deadline = deadline
        self._budget = budget
        self._over_budget = Failure.BAD_ANSWER
        self.surplus = b""

    def allow(self, more_bytes: int, over_budget: Failure) -> None:
        """Let that many more bytes come; `over_budget` names what exceeding them means."""
        self._budget += more_bytes
        self._over_budget = over_budget

    def sendall(self, data: bytes) -> None:
        """Send the request within the deadline."""
        self._peer.settimeout(self._deadline.left(READ_SECONDS))
        self._peer.sendall(data)

    def receive_into(self, buffer: "WriteableBuffer") -> int:
        """Read what has come, within deadline and budget."""
        if self._budget <= 0:
            raise self._over_budget.error()
        self._peer.settimeout(self._deadline.left(READ_SECONDS))
        try:
            count = self._peer.recv_into(buffer)
        except TimeoutError:
            raise Failure.TOO_SLOW.error() from None
        self._budget -= count
        return count

    def makefile(self, _mode: str) -> io.BufferedReader:
        """Return the reading end."""
        return _Reader(self)

    def settimeout(self, _seconds: object) -> None:
        """Keep the deadline, whatever the HTTP library would like."""

    def close(self) -> None:
        """Leave the socket to its owner."""


class _RawReader(io.RawIOBase):
    """Bytes from the wire; once stopped, it says that nothing more has come."""

    def __init__(self, wire: Wire) -> None:
        super().__init__()
        self.wire = wire
        self.stopped = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int | None:
        return None if self.stopped else self.wire.receive_into(buffer)


class _Reader(io.BufferedReader):
    """Keeps for the wire what the peer had sent beyond the end of its own answer."""

    def __init__(self, wire: Wire) -> None:
        self._incoming = _RawReader(wire)
        super().__init__(self._incoming, BUFFER_BYTES)

    def close(self) -> None:
        if not self.closed:
            self._incoming.stopped = True
            self._incoming.wire.surplus = self.peek()
        super().close()
