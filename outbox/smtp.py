"""Hands finished mails to a submission server (RFC 6409) over one connection, kept while there is work.

It never speaks in clear where encryption is configured, and never guesses whether a mail has left: before the final
dot it has not; after the server's 250 it has; in between nobody knows (RFC 1047). One thread uses it.

No server holds that thread for ever. Each command has STEP_SECONDS, whatever drips in meanwhile, and all that comes
before the final dot BEFORE_DOT_SECONDS. The reply to the dot alone may take the ten minutes that RFC 5321, 4.5.3.2.6,
asks for: whoever hangs up earlier makes mails `uncertain` that a busy server was about to take. The sum stays below the
lease of `outbox.deliver.Deliver`, or another process would call the mail lost.

Nor does every mail knock for itself at a server that is not there or refuses the login: see `outbox.smtp_pause`.
"""

import re
import smtplib
import ssl
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import NoReturn

from outbox.endpoint import EndpointError
from outbox.errors import DeliveryError
from outbox.letter import is_address
from outbox.settings import SmtpSettings
from outbox.smtp_errors import SETTINGS_RETRY, no_ca_file, no_connection, no_token, reply, said
from outbox.smtp_login import Token, TokenRefused, log_in_by_password, log_in_by_token
from outbox.smtp_pause import Pause
from outbox.smtp_session import SmtpSession

STEP_SECONDS = 60.0
BEFORE_DOT_SECONDS = 180.0
FINAL_SECONDS = 600.0
NOT_THE_MAIL = frozenset({421, 530, 534, 535, 538})  # the server shuts down, or wants to know who we are
LINE_END = re.compile(rb"\r\n|\r|\n")
LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)


class SmtpTransport:
    """Sends over SMTP.

    access_token: given with auth = "xoauth2" and only then. It returns a token; called with True, one that has not been
    refused yet; raises EndpointError. context: which certificates are believed; by default `ca_file`, or the system's.
    clock: monotonic, in seconds; how long a server that failed is left alone is measured on it.
    """

    def __init__(
        self,
        settings: SmtpSettings,
        access_token: Token | None = None,
        *,
        context: ssl.SSLContext | None = None,
        timeout: float = STEP_SECONDS,
        final_timeout: float = FINAL_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if settings.auth == "xoauth2" and access_token is None:
            raise ValueError("xoauth2 needs access tokens")
        self._settings = settings
        self._access_token = access_token
        self._context = context
        self._timeout = timeout
        self._final_timeout = final_timeout
        self._pause = Pause(clock)
        self._server: SmtpSession | None = None

    def send(self, mail: bytes, sender: str, recipient: str, before_leaving: Callable[[], None] = lambda: None) -> None:
        """Hand over one mail; raises DeliveryError, at once while a server that failed is left alone.

        before_leaving: called when everything has been said but the final dot; when it raises, the dot is not said.

        sender: the envelope's too. RFC 3834 would have an empty one for automatic answers, but submission servers
        refuse it or replace it; loops are broken by the mail's own headers, and bounces reach the office's mailbox.
        """
        if not (is_address(sender) and is_address(recipient)):
            raise DeliveryError("Địa chỉ gửi hoặc địa chỉ nhận không hợp lệ nên thư không được gửi.", permanent=True)
        try:
            server = self._ready(sender.rpartition("@")[2])
            self._envelope(server, mail, sender, recipient)
            self._begin(server, mail)
        except OSError as error:  # smtplib's errors are OSErrors, too
            self._drop()
            raise DeliveryError(f"Mất kết nối với máy chủ gửi thư trước khi thư đi: {said(error)}.") from error
        with ExitStack() as undo:
            undo.callback(self._drop)  # a server left in the middle of a mail throws it away
            before_leaving()
            undo.pop_all()
        self._finish(server)

    def log_in(self, sender: str) -> None:
        """Connect, encrypt and log in, pause or not, and send nothing; raises DeliveryError."""
        self._pause.end()
        self._ready(sender.rpartition("@")[2])

    def close(self) -> None:
        """Say goodbye to the server, if it still listens."""
        server, self._server = self._server, None
        if server is not None:
            server.say_goodbye()

    def _drop(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            server.close()

    def _ready(self, name: str) -> SmtpSession:
        """The connection, made anew when there is none or the server has left meanwhile."""
        until = time.monotonic() + BEFORE_DOT_SECONDS
        if self._server is not None and _answers(self._server, until):
            return self._server
        self._drop()
        self._pause.check()
        try:
            self._server = self._admitted(name, until)
        except DeliveryError as error:
            self._pause.begin(error)
            raise
        return self._server

    def _admitted(self, name: str, until: float) -> SmtpSession:
        try:
            return self._connect(name, until)
        except TokenRefused:
            return self._connect(name, until, fresh=True)  # some servers hang up after a refusal

    def _connect(self, name: str, until: float, *, fresh: bool = False) -> SmtpSession:
        settings = self._settings
        token = self._token(fresh=fresh)
        server: SmtpSession | None = None
        try:
            server = self._open(name, until)
            self._encrypt(server)
            if token is not None:
                log_in_by_token(server, settings, token)
            elif settings.username:
                log_in_by_password(server, settings)
        except (OSError, UnicodeError, DeliveryError) as error:  # UnicodeError: a host that is no name
            if server is not None:
                server.close()
            if isinstance(error, DeliveryError):
                raise
            raise no_connection(settings, error) from error
        return server

    def _token(self, *, fresh: bool) -> str | None:
        """Asked for before the connection is made: no mail server waits for the token server."""
        if self._access_token is None:
            return None
        try:
            return self._access_token(fresh)
        except EndpointError as error:
            raise no_token(error) from error

    def _trusted(self) -> ssl.SSLContext:
        """Which certificates are believed; read when first needed."""
        if self._context is None:
            try:
                self._context = ssl.create_default_context(cafile=self._settings.ca_file or None)
            except OSError as error:
                raise no_ca_file(self._settings) from error
        return self._context

    def _open(self, name: str, until: float) -> SmtpSession:
        settings = self._settings
        trusted = self._trusted() if settings.security == "tls" else None
        return SmtpSession.opened(settings.host, settings.port, name, tls=trusted, step=self._timeout, until=until)

    def _encrypt(self, server: SmtpSession) -> None:
        """STARTTLS where it is configured: a server that does not offer it gets neither password nor mail."""
        server.ehlo_or_helo_if_needed()
        if self._settings.security != "starttls":
            return
        if not server.has_extn("starttls"):
            raise DeliveryError(
                f"Máy chủ gửi thư {self._settings.host} không hỗ trợ mã hóa STARTTLS nên thư chưa được gửi; "
                "hãy kiểm tra cổng và khóa security trong mục [smtp].",
                retry_after=SETTINGS_RETRY,
            )
        code, text = server.docmd("STARTTLS")
        if code != 220:
            raise smtplib.SMTPResponseException(code, text)
        server.secure(self._trusted(), self._settings.host)
        server.ehlo_or_helo_if_needed()

    def _envelope(self, server: SmtpSession, mail: bytes, sender: str, recipient: str) -> None:
        options = [f"SIZE={len(mail)}"] if server.has_extn("size") else []
        if not mail.isascii() and server.has_extn("8bitmime"):
            options.append("BODY=8BITMIME")
        code, text = server.mail(sender, options)
        if code != 250:
            self._refused("địa chỉ gửi", code, text)
        code, text = server.rcpt(recipient)
        if code not in (250, 251):
            self._refused("địa chỉ nhận", code, text)

    def _begin(self, server: SmtpSession, mail: bytes) -> None:
        """Everything up to the final dot."""
        code, text = server.docmd("DATA")
        if code != 354:
            self._refused("thư", code, text)
        lines = LEADING_DOT.sub(b"..", LINE_END.sub(b"\r\n", mail))
        server.send_mail(lines if lines.endswith(b"\r\n") else lines + b"\r\n")

    def _finish(self, server: SmtpSession) -> None:
        """The final dot, and the answer to it."""
        try:
            code, text = server.finish(self._final_timeout)
        except OSError as error:
            self._drop()
            raise DeliveryError(
                f"Mất kết nối đúng lúc máy chủ đang nhận thư, không rõ thư đã đi hay chưa: {said(error)}.",
                uncertain=True,
            ) from error
        if code >= 300:
            self._refused("thư", code, text)

    def _refused(self, what: str, code: int, text: bytes) -> NoReturn:
        """The server said no: for good with 5xx, for now with anything else."""
        if code == 421 or not 400 <= code <= 599:
            self._drop()
        permanent = 500 <= code <= 599 and code not in NOT_THE_MAIL
        state = "từ chối" if permanent else "tạm thời chưa nhận"
        raise DeliveryError(f"Máy chủ gửi thư {state} {what}: {reply(code, text)}.", permanent=permanent)


def _answers(server: SmtpSession, until: float) -> bool:
    """RSET also forgets a mail that was refused half-way."""
    server.extend(until)
    try:
        return server.rset()[0] == 250
    except OSError:
        return False
