"""A token server on loopback (RFC 6749, section 6) that really checks what it is sent; each answer can be programmed.

It speaks HTTP as it should, unless a test hands it the very bytes to send.
"""

import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Self
from urllib.parse import parse_qsl

CLIENT_ID = "tinbai.apps.example"
CLIENT_SECRET = "bí mật của ứng dụng"
REFRESH_TOKEN = "1//refresh-0"


@dataclass(frozen=True, slots=True)
class Reply:
    """One programmed answer. `pieces` are sent as they are, one after the other, `pause` seconds apart."""

    status: int = 200
    body: bytes = b""
    content_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()
    pieces: tuple[bytes, ...] = ()
    pause: float = 0


def refusal(word: str, status: int = 400) -> Reply:
    """As RFC 6749, 5.2, has it."""
    return Reply(status, json.dumps({"error": word, "error_description": "lộ-lọt <b>"}).encode())


def granted(**fields: object) -> Reply:
    """A grant with these fields, and what they leave open."""
    return Reply(body=json.dumps({"access_token": "ya29.programmed", "token_type": "Bearer", **fields}).encode())


@dataclass(slots=True)
class TokenServer:
    """`with TokenServer() as server:` answers at `server.url`. Each token is valid until the next one."""

    tls: ssl.SSLContext | None = None
    expires_in: int = 3600
    rotating: bool = False
    refresh_token: str = REFRESH_TOKEN
    requests: list[Mapping[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    answers: list[Reply] = field(default_factory=list)
    go_on: Event = field(default_factory=Event)  # nothing is answered before it is set
    closing: Event = field(default_factory=Event)
    _issued: int = 0
    _server: ThreadingHTTPServer | None = None

    @property
    def url(self) -> str:
        """Where tokens come from."""
        assert self._server is not None
        return f"{'https' if self.tls else 'http'}://localhost:{self._server.server_address[1]}/token?tenant=so-gd"

    @property
    def token(self) -> str:
        """The token that is valid now."""
        return f"ya29.token-{self._issued}"

    def answer(self, *replies: Reply) -> None:
        """Give these answers, in turn, before behaving again."""
        self.answers.extend(replies)

    def __enter__(self) -> Self:
        self._server = _quiet_server(self)
        self.go_on.set()
        Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        assert self._server is not None
        self.closing.set()
        self.go_on.set()
        self._server.shutdown()
        self._server.server_close()

    def decide(self, form: Mapping[str, str]) -> Reply:
        """Check a request and answer it."""
        if self.answers:
            return self.answers.pop(0)
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            return refusal("invalid_client", 401)
        if (form.get("grant_type"), form.get("refresh_token")) != ("refresh_token", self.refresh_token):
            return refusal("invalid_grant")
        self._issued += 1
        rotated = {}
        if self.rotating:
            self.refresh_token = f"1//refresh-{self._issued}"
            rotated = {"refresh_token": self.refresh_token}
        return granted(access_token=self.token, expires_in=self.expires_in, **rotated)


def _quiet_server(tokens: TokenServer) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # http.server's name
            body = self.rfile.read(int(self.headers["Content-Length"]))
            tokens.paths.append(self.path)
            form = dict(parse_qsl(body.decode()))
            tokens.requests.append(form)
            tokens.go_on.wait()
            self.send(tokens.decide(form))

        def send(self, reply: Reply) -> None:
            for piece in reply.pieces:
                self.wfile.write(piece)
                tokens.closing.wait(reply.pause)
            if reply.pieces:
                return
            self.send_response(reply.status)
            for name, value in (("Content-Type", reply.content_type), *reply.headers):
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # http.server's name
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            """Say nothing: clients that hang up are what these tests are about."""

    server = Server(("127.0.0.1", 0), Handler)
    if tokens.tls:
        server.socket = tokens.tls.wrap_socket(server.socket, server_side=True)
    return server
