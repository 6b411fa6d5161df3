"""A real SMTP server on loopback: keeps what it is sent, asks for a password, speaks TLS, and fails when told to.

aiosmtpd's traps: `Controller(port=0)` fails its own self-check, so a free port is picked first; an authenticator that
refuses must say `handled=False`, or no reply is sent and the client hangs.
"""

import asyncio
import contextlib
import queue
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

from tests.servers.ports import free_port

HOST = "localhost"
CERTIFICATE = Path(__file__).parent / "localhost.cert.pem"  # self-signed, 2020 to 2120; it protects nothing
KEY = Path(__file__).parent / "localhost.key.pem"
DROP = "drop"  # instead of a reply the connection is cut; after the final dot the mail is taken all the same
CUT_INSIDE = "cut inside"  # of DATA: the connection is cut while the mail is on its way
Stage = Literal["EHLO", "MAIL", "RCPT", "DATA", "DOT", "RSET"]
Security = Literal["none", "starttls", "tls"]
Mechanism = Literal["PLAIN", "LOGIN", "both"]


@dataclass(frozen=True, slots=True)
class Received:
    """One mail the server took."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes
    user: str | None
    encrypted: bool
    connection: int  # which one, from 1


@dataclass(slots=True)
class SmtpSink:
    """What the server got, and how it is to behave. `trouble` holds the replies to give instead, stage by stage."""

    port: int = 0
    user: str = ""
    password: str = ""
    mails: list[Received] = field(default_factory=list)
    connections: int = 0
    commands: list[str] = field(default_factory=list)
    trouble: dict[Stage, list[str]] = field(default_factory=dict)
    arrived: queue.Queue[Received] = field(default_factory=queue.Queue)

    def trouble_at(self, stage: Stage, *replies: str) -> None:
        """Give these replies, one each time, before behaving again; DROP cuts the connection."""
        self.trouble.setdefault(stage, []).extend(replies)

    def next_mail(self, seconds: float = 10) -> Received:
        """Wait for the next mail."""
        return self.arrived.get(timeout=seconds)

    def next_trouble(self, stage: Stage) -> str | None:
        """The reply to give instead of the usual one."""
        replies = self.trouble.get(stage)
        return replies.pop(0) if replies else None


class _Session(SMTP):
    """One connection."""

    sink: SmtpSink
    number = 0

    def connection_made(self, transport: Any) -> None:
        if self.number == 0:  # STARTTLS comes here a second time
            self.sink.connections += 1
            self.number = self.sink.connections
        super().connection_made(transport)

    def cut(self) -> None:
        assert isinstance(self.transport, asyncio.WriteTransport)
        self.transport.abort()

    async def smtp_RSET(self, arg: str) -> None:  # noqa: N802  # aiosmtpd's name
        if self.sink.next_trouble("RSET") == DROP:
            self.cut()
        else:
            await super().smtp_RSET(arg)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802  # aiosmtpd's name
        trouble = self.sink.next_trouble("DATA")
        if trouble == DROP:
            self.cut()
        elif trouble == CUT_INSIDE:
            await self.push("354 go on")
            await self._reader.read(1000)
            self.cut()
        elif trouble:
            await self.push(trouble)
        else:
            await super().smtp_DATA(arg)


class _Handler:
    """Answers the commands; keeps the mails."""

    def __init__(self, sink: SmtpSink) -> None:
        self.sink = sink

    def answer(self, server: _Session, stage: Stage, usual: str) -> str:
        self.sink.commands.append(stage)
        trouble = self.sink.next_trouble(stage)
        if trouble == DROP:
            server.cut()
        return trouble if trouble and trouble != DROP else usual

    async def handle_EHLO(  # noqa: N802
        self, server: _Session, session: Any, envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        trouble = self.answer(server, "EHLO", "")
        return [trouble] if trouble else responses

    async def handle_MAIL(  # noqa: N802
        self, server: _Session, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        reply = self.answer(server, "MAIL", "250 OK")
        if reply.startswith("250"):
            envelope.mail_from = address
        return reply

    async def handle_RCPT(  # noqa: N802
        self, server: _Session, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        reply = self.answer(server, "RCPT", "250 OK")
        if reply.startswith("250"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, server: _Session, session: Any, envelope: Any) -> str:  # noqa: N802
        user = session.auth_data.login.decode() if session.auth_data else None
        mail = Received(
            envelope.mail_from,
            tuple(envelope.rcpt_tos),
            envelope.original_content,
            user,
            session.ssl is not None,
            server.number,
        )
        reply = self.answer(server, "DOT", "250 OK")
        if reply.startswith("250"):
            self.sink.mails.append(mail)
            self.sink.arrived.put(mail)
        return reply


class _Controller(Controller):
    """Runs the server in a thread of its own."""

    def __init__(self, sink: SmtpSink, **settings: Any) -> None:
        self.sink = sink
        super().__init__(_Handler(sink), hostname="127.0.0.1", port=sink.port, **settings)

    def factory(self) -> SMTP:
        session = _Session(self.handler, **self.SMTP_kwargs)
        session.sink = self.sink
        session._auth_require_tls = (
            False  # asking for it not to be required is a warning; with TLS from the first byte it is not seen
        )
        return session


def server_context(certificate: Path = CERTIFICATE, key: Path = KEY) -> ssl.SSLContext:
    """TLS with the certificate of localhost, or another."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


@contextlib.contextmanager
def smtp_sink(
    security: Security = "none",
    user: str = "",
    password: str = "",
    mechanism: Mechanism = "both",
    certificate: Path = CERTIFICATE,
    key: Path = KEY,
) -> Iterator[SmtpSink]:
    """Run a server; with `user` it takes mail only after AUTH."""
    sink = SmtpSink(port=free_port(), user=user, password=password)

    def authenticate(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        known = (data.login, data.password) == (user.encode(), password.encode())
        return AuthResult(success=known, handled=False, auth_data=data)

    settings: dict[str, Any] = {"enable_SMTPUTF8": True, "server_hostname": HOST}
    if security == "starttls":
        settings |= {"tls_context": server_context(certificate, key), "require_starttls": True}
    if security == "tls":
        settings |= {"ssl_context": server_context(certificate, key)}
    if user:
        settings |= {
            "authenticator": authenticate,
            "auth_required": True,
            "auth_exclude_mechanism": {"PLAIN", "LOGIN"} - {mechanism} if mechanism != "both" else set(),
        }
    controller = _Controller(sink, **settings)
    controller.start()
    sink.connections = 0  # its self-check is none
    try:
        yield sink
    finally:
        controller.stop()
