"""Mail servers inside the process, so that the demo needs no account and no network: IMAP by pymap, SMTP by aiosmtpd.

They listen on loopback, keep mails in memory and forget them at the end. Not meant for real mail. The only home of
asyncio in the product: one event loop on a thread of its own, touched from outside through `__enter__` and `__exit__`.
"""

import asyncio
import logging
import threading
from argparse import Namespace
from asyncio import StreamReader, StreamWriter
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from proxyprotocol.sock import SocketInfo
from pymap.backend.dict import Config, Identity, Login
from pymap.concurrent import Subsystem
from pymap.imap import IMAPServer
from pymap.parsing.message import AppendMessage
from pymap.user import UserMetadata
from pysasl.hashing import Cleartext

from tinbai.demo.stamp import stamped

__all__ = ["Delivery", "DemoMailServers"]

HOST = "127.0.0.1"
MAIL_BYTES = 30 << 20

Authenticator = Callable[[SMTP, Session, Envelope, str, LoginPassword], AuthResult]


@dataclass(frozen=True, slots=True)
class Delivery:
    """A mail that reached its recipient, with what the receiving server wrote on top."""

    recipient: str
    raw: bytes = field(repr=False)


def ignore(_recipient: str, _raw: bytes) -> None:
    """Do nothing about a delivery."""


class DemoMailServers:
    """An IMAP server with an empty INBOX for each of `users` (address → password), and the two doors mail comes in by.

    `smtp_port` is submission, with AUTH for the same users; `incoming_port` takes what the world sends, without. Every
    mail is stamped in the name of `authserv_id`, put into the recipient's INBOX if there is one, added to `deliveries`
    and told to `on_delivered(recipient, raw)`, which runs on the servers' thread and must be quick.
    """

    def __init__(
        self, users: Mapping[str, str], authserv_id: str, on_delivered: Callable[[str, bytes], None] = ignore
    ) -> None:
        self._users = {address.lower(): password for address, password in users.items()}
        self._authserv_id = authserv_id
        self._on_delivered = on_delivered
        self._thread = threading.Thread(target=self._run, name="demo-mail-servers", daemon=True)
        self._started: Future[Callable[[], object]] = Future()
        self.host = HOST
        self.imap_port = self.smtp_port = self.incoming_port = 0
        self.deliveries: list[Delivery] = []

    def __enter__(self) -> Self:
        # aiosmtpd warns, at every login, of its own use of a name that it has deprecated.
        logging.getLogger("mail.log").setLevel(logging.ERROR)
        self._thread.start()
        self._halt = self._started.result()
        return self

    def __exit__(self, *_: object) -> None:
        self._halt()
        self._thread.join()

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except OSError as error:
            self._started.set_exception(error)

    async def _serve(self) -> None:
        loop, halted = asyncio.get_running_loop(), asyncio.Event()
        async with AsyncExitStack() as servers:
            mailboxes = _Mailboxes(self._users)
            postman = _Postman(mailboxes, self._authserv_id, self._delivered)
            clerk = _Clerk(mailboxes, self._authserv_id, self._delivered)
            self.imap_port = _listen(servers, await mailboxes.serve())
            self.incoming_port = _listen(servers, await loop.create_server(partial(_smtp, postman), HOST, 0))
            submission = partial(_smtp, clerk, self._authenticate)
            self.smtp_port = _listen(servers, await loop.create_server(submission, HOST, 0))
            self._started.set_result(partial(loop.call_soon_threadsafe, halted.set))
            await halted.wait()

    def _delivered(self, recipient: str, raw: bytes) -> None:
        self.deliveries.append(Delivery(recipient, raw))
        self._on_delivered(recipient, raw)

    def _authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, credentials: LoginPassword
    ) -> AuthResult:
        password = self._users.get(credentials.login.decode(errors="replace").lower())
        right = password is not None and credentials.password == password.encode()
        # Unless `handled` is False aiosmtpd answers a wrong password with silence.
        return AuthResult(success=right, handled=False)


class _Mailboxes:
    """pymap's in-memory mailboxes, filled from the same loop that serves them."""

    def __init__(self, users: Mapping[str, str]) -> None:
        arguments = Namespace(passlib_cfg=None, proxy_protocol=None)
        config = _ImapConfig(
            arguments,
            host=HOST,
            port=0,
            tls_enabled=False,
            demo_data=False,
            demo_user="",
            demo_password="",
            hash_context=Cleartext(),
            cpu_subsystem=Subsystem.for_asyncio(),
        )
        config.apply_context()
        self._config = config
        self._login = Login(config)
        for address, password in users.items():
            self._login.users_dict[address] = UserMetadata(config, address, password=password)

    async def serve(self) -> asyncio.Server:
        imap = IMAPServer(self._login, self._config)

        # Not in pymap's own wrapper for proxies: it starts a task that nobody holds, and one that waits for a client's
        # next command would be collected as garbage. What start_server awaits lives as long as its connection.
        async def connected(reader: StreamReader, writer: StreamWriter) -> None:
            await imap(reader, writer, SocketInfo.get(writer, None))

        return await asyncio.start_server(connected, HOST, 0)

    async def append(self, address: str, raw: bytes, now: datetime) -> None:
        """Put a mail into that user's INBOX; whoever idles there is told."""
        if address not in self._login.users_dict:
            return
        async with Identity(address, self._login, None, frozenset()).new_session() as session:
            await session.append_messages("INBOX", [AppendMessage(raw, now)])


class _ImapConfig(Config):
    @property
    def greeting(self) -> bytes:
        return b"tinbai demo"  # pymap's own asks the DNS for this machine's name, at every connection


class _Postman:
    """Takes mail from the world for whomever it is addressed to."""

    def __init__(self, mailboxes: _Mailboxes, authserv_id: str, delivered: Callable[[str, bytes], None]) -> None:
        self._mailboxes = mailboxes
        self._authserv_id = authserv_id
        self._delivered = delivered

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        await self._deliver(envelope.content, envelope.rcpt_tos)
        return "250 2.0.0 delivered"

    async def _deliver(self, content: bytes, recipients: Iterable[str]) -> None:
        for recipient in map(str.lower, recipients):
            now = datetime.now(UTC)
            raw = stamped(content, self._authserv_id, recipient, now)
            await self._mailboxes.append(recipient, raw, now)
            self._delivered(recipient, raw)


class _Clerk(_Postman):
    """Takes mail from the users of this server, who must have logged in."""

    async def handle_MAIL(  # noqa: N802
        self, _server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if not session.authenticated:
            return "530 5.7.0 Authentication required"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"


def _smtp(handler: _Postman, authenticator: Authenticator | None = None) -> SMTP:
    return SMTP(
        handler,
        hostname="localhost",
        loop=asyncio.get_running_loop(),
        enable_SMTPUTF8=True,
        data_size_limit=MAIL_BYTES,
        authenticator=authenticator,
        auth_require_tls=False,
    )


def _listen(servers: AsyncExitStack, server: asyncio.Server) -> int:
    # Not `async with server`: that waits for clients to leave, and asyncio.run ends their connections anyway.
    servers.callback(server.close)
    port: int = server.sockets[0].getsockname()[1]
    return port
