"""A school's web site on loopback whose every answer is programmed: status, fields, body, pace, chunks, raw bytes.

One thread a connection; it never sleeps, pauses end at once when the site closes.
"""

import socket
import socketserver
import ssl
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from types import TracebackType
from typing import Self

CERTIFICATE = Path(__file__).with_name("school.cert.pem")  # ok.example.net and *.school.example, for 100 years
KEY = Path(__file__).with_name("school.key.pem")
HTML = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class SeenRequest:
    """A request as it arrived; field names in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """One programmed answer. delay: seconds before the first byte; pause: between two pieces of the body."""

    status: int = 200
    headers: tuple[tuple[str, str], ...] = (("Content-Type", HTML),)
    body: bytes | Iterable[bytes] = b""
    delay: float = 0
    pause: float = 0
    chunked: bool = False
    raw: bool = False  # the pieces of the body are everything that is sent

    def pieces(self) -> Iterable[bytes]:
        """Yield what goes over the wire, in order."""
        parts = (self.body,) if isinstance(self.body, bytes) else self.body
        if self.raw:
            yield from parts
            return
        yield self._head()
        for part in parts:
            yield b"%x\r\n%b\r\n" % (len(part), part) if self.chunked else part
        if self.chunked:
            yield b"0\r\n\r\n"

    def _head(self) -> bytes:
        lines = [f"HTTP/1.1 {self.status} Programmed", *(f"{name}: {value}" for name, value in self.headers)]
        if self.chunked:
            lines.append("Transfer-Encoding: chunked")
        elif isinstance(self.body, bytes) and not any(name.lower() == "content-length" for name, _ in self.headers):
            lines.append(f"Content-Length: {len(self.body)}")
        return ("\r\n".join(lines) + "\r\n\r\n").encode()


NOT_FOUND = Answer(404, body=b"<h1>404</h1>")


class SchoolSite:
    """`with SchoolSite() as site:` serves on 127.0.0.1:`site.port`; `tls=True` speaks HTTPS."""

    def __init__(self, *, tls: bool = False) -> None:
        self.requests: list[SeenRequest] = []
        self._answers: dict[str, list[Answer]] = {}
        self._closing = Event()
        self._tls = _server_context() if tls else None
        self._server = _Server(("127.0.0.1", 0), _Handler, site=self)
        self.port: int = self._server.server_address[1]

    def __enter__(self) -> Self:
        Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()

    def url(self, path: str = "/", host: str = "ok.example.net") -> str:
        """Return an address of this site under any host name that the test's resolver sends here."""
        return f"{'https' if self._tls else 'http'}://{host}:{self.port}{path}"

    def answer(self, path: str, *answers: Answer) -> None:
        """Program a target (path with query); several answers are given in turn, the last one for ever."""
        self._answers[path] = list(answers)

    def page(self, path: str, html: str, status: int = 200) -> None:
        """Program an HTML page in UTF-8."""
        self.answer(path, Answer(status, body=html.encode()))

    def redirect(self, path: str, *locations: str, status: int = 302) -> None:
        """Program a redirect; more than one location makes more than one field."""
        self.answer(path, Answer(status, tuple(("Location", location) for location in locations)))

    def next_answer(self, request: SeenRequest) -> Answer:
        """Note a request and return what it gets; everything unknown is not found."""
        self.requests.append(request)
        answers = self._answers.get(request.target, [NOT_FOUND])
        return answers.pop(0) if len(answers) > 1 else answers[0]

    def wait(self, seconds: float) -> None:
        """Pause, but no longer than the site is open."""
        self._closing.wait(seconds)

    def serve(self, peer: socket.socket) -> None:
        """Serve one connection to its end."""
        secured = self._tls.wrap_socket(peer, server_side=True) if self._tls else peer
        with secured, secured.makefile("rb") as incoming:
            request = _read_request(incoming)
            if request is None:
                return
            answer = self.next_answer(request)
            self.wait(answer.delay)
            for piece in answer.pieces():
                if self._closing.is_set():
                    return
                secured.sendall(piece)
                self.wait(answer.pause)


def _server_context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE, KEY)
    return context


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = True
    request_queue_size = 64
    allow_reuse_address = True

    def __init__(self, address: tuple[str, int], handler: type["_Handler"], site: SchoolSite) -> None:
        self.site = site
        super().__init__(address, handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a client that hangs up is what these tests are about."""


class _Handler(socketserver.BaseRequestHandler):
    server: _Server

    def handle(self) -> None:
        self.server.site.serve(self.request)


def _read_request(incoming: Iterable[bytes]) -> SeenRequest | None:
    lines = []
    for line in incoming:
        if line in {b"\r\n", b"\n"}:
            break
        lines.append(line.decode("latin-1").rstrip("\r\n"))
    if not lines:
        return None
    method, target, _ = lines[0].split(" ", 2)
    fields = (line.partition(":") for line in lines[1:])
    return SeenRequest(method, target, {name.lower(): value.strip() for name, _, value in fields})
