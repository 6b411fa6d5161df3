"""One connection to a server of the operator's own, on which nothing takes longer, or more bytes, than it may.

smtplib and urllib3 see a `Wire` instead of a socket. A socket's timeout starts anew with every byte, so that a server
which drips would hold its thread for ever; here a wait ends at one moment, whatever comes meanwhile. It speaks no
protocol. `ingest.connection` does the like for foreign pages; the two rooms do not know each other.
"""

import io
import socket
import ssl
import time
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

BLOCK_BYTES = 16_384  # one record of TLS: a larger one would have the whole time for each of its records

Found = list[tuple[socket.AddressFamily, Any]]


class TooMuch(OSError):
    """The server sent more than an answer can be."""


class Wire:
    """A connected socket with limits: `until`, a moment on the monotonic clock, for all of it; `allow` for a step."""

    def __init__(self, peer: socket.socket, until: float) -> None:
        self._peer = peer
        self.until = until
        self._step_until = until
        self._bytes_left = 0

    def allow(self, seconds: float, max_bytes: int = 0) -> None:
        """Begin a step: so long it may take, and so many bytes may come."""
        self._step_until = min(time.monotonic() + seconds, self.until)
        self._bytes_left = max_bytes

    def secure(self, context: ssl.SSLContext, host: str) -> None:
        """Speak TLS from here on; the certificate must be one for `host`. Raises OSError."""
        self._hurry()
        self._peer = context.wrap_socket(self._peer, server_hostname=host)

    def sendall(self, data: bytes) -> None:
        """Send it within the step. Raises OSError."""
        for start in range(0, len(data), BLOCK_BYTES):
            self._hurry()
            self._peer.sendall(data[start : start + BLOCK_BYTES])

    def receive_into(self, buffer: Any) -> int:
        """Read what has come into any writable buffer. Raises OSError."""
        if self._bytes_left <= 0:
            raise TooMuch
        self._hurry()
        count = self._peer.recv_into(buffer)
        self._bytes_left -= count
        return count

    def makefile(self, _mode: str) -> io.BufferedReader:
        """Return the reading end."""
        return io.BufferedReader(_RawReader(self))

    def settimeout(self, _seconds: object) -> None:
        """Keep our own limits, whatever a library would like."""

    def close(self) -> None:
        """Leave the socket to its owner: http.client closes what it has yet to read."""

    def end(self) -> None:
        """End the connection."""
        self._peer.close()

    def _hurry(self) -> None:
        seconds = self._step_until - time.monotonic()
        if seconds <= 0:
            raise TimeoutError
        self._peer.settimeout(seconds)


class _RawReader(io.RawIOBase):
    """Bytes from the wire."""

    def __init__(self, wire: Wire) -> None:
        super().__init__()
        self._wire = wire

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._wire.receive_into(buffer)


def connected(host: str, port: int, seconds: float, until: float) -> Wire:
    """Connect within `seconds`, the look-up of the name included. Raises OSError; UnicodeError for no name.

    until: a moment on the monotonic clock at which everything on this connection ends.
    """
    by = min(time.monotonic() + seconds, until)
    failure: OSError = TimeoutError()
    for family, address in _looked_up(host, port, by):
        peer = socket.socket(family, socket.SOCK_STREAM)
        try:
            peer.settimeout(max(by - time.monotonic(), 0.001))  # 0 would mean not to wait at all
            peer.connect(address)
        except OSError as error:
            peer.close()
            failure = error
        else:
            return Wire(peer, until)
    raise failure


def _looked_up(host: str, port: int, by: float) -> Found:
    """Run the resolver in a thread of its own: getaddrinfo has no timeout and cannot be interrupted."""
    answer: SimpleQueue[Found | OSError | UnicodeError] = SimpleQueue()

    def look_up() -> None:
        try:
            rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answer.put([(family, address) for family, _, _, _, address in rows])
        except (OSError, UnicodeError) as error:
            answer.put(error)

    Thread(target=look_up, name="dns", daemon=True).start()
    try:
        found = answer.get(timeout=max(by - time.monotonic(), 0))
    except Empty:
        raise TimeoutError from None
    if isinstance(found, Exception):
        raise found
    return found
