"""The wire to an IMAP server: a stalled, dead or babbling one ends in an error, soon and in little memory.

Knows nothing of mails. It replaces what imaplib documents as replaceable (open, read, readline, send, shutdown), since
imaplib waits anew after every byte, sets aside as much memory as a server announces, and keeps what came before TLS.
"""

import imaplib
import selectors
import socket
import ssl
import time
from contextlib import suppress
from typing import Any, Literal

__all__ = ["Wire"]

# From each command on, the server owes either the end of its answer or another PROGRESS_BYTES within PATIENCE_SECONDS.
# Whoever stalls, sends one byte at a time or announces what never comes is left after a minute; a line of 10 kbit/s
# that lives may take its hours over a mail of 25 MB.
PATIENCE_SECONDS = 60.0
PROGRESS_BYTES = 64 << 10
CONNECT_SECONDS = 15.0  # for one address
CONNECTED_SECONDS = 45.0  # for all addresses of a name, the look-up included
GOODBYE_SECONDS = 2.0
# Far above what tinbai asks for at once: 8 MiB of mails, one mail of 25 MiB, or the heads of a hundred larger ones.
ANSWER_BYTES = 64 << 20
ANSWER_LINES = 200_000  # every line takes time and memory of its own; more than a person removes at once
LINE_BYTES = 16 << 20  # the UIDs of two million mails
CHUNK_BYTES = 64 << 10

# Find out within two minutes that the other side is gone, and keep a NAT box from forgetting the connection.
KEEPALIVE = (("TCP_KEEPIDLE", 60), ("TCP_KEEPINTVL", 20), ("TCP_KEEPCNT", 3))  # not every system has all three


class Wire(imaplib.IMAP4):
    """A connection to `host:port`, over TLS from the first byte when there is a `tls` context.

    Raises TimeoutError, OSError, imaplib.IMAP4.abort (the connection is of no more use) and imaplib.IMAP4.error.
    """

    def __init__(self, host: str, port: int, tls: ssl.SSLContext | None) -> None:
        self._tls = tls
        self._patience = PATIENCE_SECONDS
        self._buffer = bytearray()
        super().__init__(host, port)

    def open(self, host: str = "", port: int = 143, timeout: float | None = None) -> None:
        """Connect, and shake hands when TLS comes first; `timeout` is ours."""
        self.host, self.port = host, port
        self.sock = _connection(host, port, timeout or CONNECT_SECONDS)
        _keep_alive(self.sock)
        if self._tls:
            self._shake_hands(self._tls)
        self._expect_answer()

    def starttls(self, ssl_context: ssl.SSLContext | None = None) -> tuple[Literal["OK"], list[Any]]:
        """Go on over TLS, and forget whatever was said in clear: anybody may have said it (RFC 9051, 11.1)."""
        kind, told = self.xatom("STARTTLS")
        if kind != "OK":
            raise self.error("the server does not begin TLS")
        self._buffer.clear()
        self._shake_hands(ssl_context or ssl.create_default_context())
        self.untagged_responses = {}
        return "OK", told

    def send(self, data: Any) -> None:
        """Send, and begin to wait for the answer."""
        self._expect_answer()
        self.sock.settimeout(self._patience)
        self.sock.sendall(data)

    def read(self, size: int) -> bytes:
        """Return `size` bytes."""
        if size > self._allowed:
            raise self.abort(f"a literal of {size} bytes is too large")
        while len(self._buffer) < size:
            self._fill()
        return self._take(size)

    def readline(self) -> bytes:
        """Return a line with its end."""
        self._lines += 1
        if self._lines > ANSWER_LINES:
            raise self.abort("an answer of too many lines")
        searched = 0
        while (end := self._buffer.find(b"\n", searched)) < 0:
            searched = len(self._buffer)
            if searched > LINE_BYTES:
                raise self.abort("a line without an end")
            self._fill()
        return self._take(end + 1)

    def hears(self, seconds: float) -> bool:
        """Wait until the server has said something that nobody has read yet, or has hung up."""
        if self._buffer or (isinstance(self.sock, ssl.SSLSocket) and self.sock.pending()):
            return True
        with selectors.DefaultSelector() as selector:
            selector.register(self.sock, selectors.EVENT_READ)
            return bool(selector.select(seconds))

    def hurry(self) -> None:
        """Grant whatever is still to be said little time."""
        self._patience = GOODBYE_SECONDS

    def shutdown(self) -> None:
        """Close the connection without a word."""
        with suppress(OSError):
            self.sock.shutdown(socket.SHUT_RDWR)
        self.sock.close()

    def _shake_hands(self, tls: ssl.SSLContext) -> None:
        self.sock.settimeout(CONNECT_SECONDS)
        plain = self.sock
        try:
            self.sock = tls.wrap_socket(plain, server_hostname=self.host)
        except (OSError, ValueError):
            plain.close()
            raise

    def _expect_answer(self) -> None:
        self._allowed = ANSWER_BYTES
        self._lines = 0
        self._expect_progress()

    def _expect_progress(self) -> None:
        self._progress = 0
        self._deadline = time.monotonic() + self._patience

    def _fill(self) -> None:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("the server stalls")
        self.sock.settimeout(left)
        chunk = self.sock.recv(CHUNK_BYTES)
        if not chunk:
            raise self.abort("the server has hung up")
        self._buffer += chunk
        self._allowed -= len(chunk)
        self._progress += len(chunk)
        if self._allowed < 0:
            raise self.abort("an answer without an end")
        if self._progress >= PROGRESS_BYTES:
            self._expect_progress()

    def _take(self, size: int) -> bytes:
        with memoryview(self._buffer) as view:
            taken = bytes(view[:size])
        del self._buffer[:size]
        return taken


def _connection(host: str, port: int, seconds: float) -> socket.socket:
    """Try one address after another, each for so long; a name with many dead ones holds nobody for minutes."""
    by = time.monotonic() + CONNECTED_SECONDS
    failure: OSError = TimeoutError("no address answers")
    for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        left = by - time.monotonic()
        if left <= 0:
            break
        peer = socket.socket(family, kind, protocol)
        peer.settimeout(min(seconds, left))
        try:
            peer.connect(address)
        except OSError as error:
            peer.close()
            failure = error
        else:
            return peer
    raise failure


def _keep_alive(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in KEEPALIVE:
        if hasattr(socket, name):
            connection.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
