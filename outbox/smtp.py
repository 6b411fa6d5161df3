"""Hands finished mails to a submission server (RFC 6409) over one connection, kept while there is work.

It never speaks in clear where encryption is configured, and never guesses whether a mail has left: before the final
dot it has not; after the server's 250 it has; in between nobody knows (RFC 1047). One thread uses it.
"""

import re
import smtplib
import ssl
from base64 import b64encode
from typing import NoReturn

from outbox.errors import DeliveryError
from outbox.letter import is_address
from outbox.settings import SmtpSettings
from outbox.smtp_errors import SETTINGS_RETRY, no_ca_file, no_connection, reply, said

TIMEOUT = 30.0  # seconds, for every step but the last
FINAL_TIMEOUT = 600.0  # seconds after the final dot, RFC 5321, 4.5.3.2.6
NOT_THE_MAIL = frozenset({421, 530, 534, 535, 538})  # the server shuts down, or wants to know who we are
LINE_END = re.compile(rb"\r\n|\r|\n")
LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)


class SmtpTransport:
    """Sends over SMTP. `context` decides which certificates are believed; by default `ca_file`, or the system's."""

    def __init__(
        self,
        settings: SmtpSettings,
        context: ssl.SSLContext | None = None,
        timeout: float = TIMEOUT,
        final_timeout: float = FINAL_TIMEOUT,
    ) -> None:
        self._settings = settings
        self._context = context
        self._timeout = timeout
        self._final_timeout = final_timeout
        self._server: smtplib.SMTP | None = None

    def send(self, mail: bytes, sender: str, recipient: str) -> None:
        """Hand over one mail; raises DeliveryError.

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
        self._finish(server)

    def log_in(self, sender: str) -> None:
        """Connect, encrypt and log in, and send nothing; raises DeliveryError."""
        self._ready(sender.rpartition("@")[2])

    def close(self) -> None:
        """Say goodbye to the server, if it still listens."""
        server, self._server = self._server, None
        if server is None:
            return
        try:
            server.quit()
        except OSError:
            server.close()

    def _drop(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            server.close()

    def _ready(self, name: str) -> smtplib.SMTP:
        """The connection, made anew when there is none or the server has left meanwhile."""
        if self._server is not None and _answers(self._server):
            return self._server
        self._drop()
        self._server = self._connect(name)
        return self._server

    def _connect(self, name: str) -> smtplib.SMTP:
        settings = self._settings
        server: smtplib.SMTP | None = None
        try:
            server = self._open(name)
            self._encrypt(server)
            if settings.username:
                _log_in(server, settings)
        except (OSError, UnicodeError, DeliveryError) as error:  # UnicodeError: a host that is no name
            if server is not None:
                server.close()
            if isinstance(error, DeliveryError):
                raise
            raise no_connection(settings, error) from error
        return server

    def _trusted(self) -> ssl.SSLContext:
        """Which certificates are believed; read when first needed."""
        if self._context is None:
            try:
                self._context = ssl.create_default_context(cafile=self._settings.ca_file or None)
            except OSError as error:
                raise no_ca_file(self._settings) from error
        return self._context

    def _open(self, name: str) -> smtplib.SMTP:
        settings = self._settings
        if settings.security == "tls":
            trusted = self._trusted()
            return smtplib.SMTP_SSL(settings.host, settings.port, name, timeout=self._timeout, context=trusted)
        return smtplib.SMTP(settings.host, settings.port, name, timeout=self._timeout)

    def _encrypt(self, server: smtplib.SMTP) -> None:
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
        server.starttls(context=self._trusted())
        server.ehlo()

    def _envelope(self, server: smtplib.SMTP, mail: bytes, sender: str, recipient: str) -> None:
        options = [f"SIZE={len(mail)}"] if server.has_extn("size") else []
        if not mail.isascii() and server.has_extn("8bitmime"):
            options.append("BODY=8BITMIME")
        code, text = server.mail(sender, options)
        if code != 250:
            self._refused("địa chỉ gửi", code, text)
        code, text = server.rcpt(recipient)
        if code not in (250, 251):
            self._refused("địa chỉ nhận", code, text)

    def _begin(self, server: smtplib.SMTP, mail: bytes) -> None:
        """Everything up to the final dot."""
        code, text = server.docmd("DATA")
        if code != 354:
            self._refused("thư", code, text)
        lines = LEADING_DOT.sub(b"..", LINE_END.sub(b"\r\n", mail))
        server.send(lines if lines.endswith(b"\r\n") else lines + b"\r\n")

    def _finish(self, server: smtplib.SMTP) -> None:
        """The final dot, and the answer to it."""
        try:
            if server.sock is not None:
                server.sock.settimeout(self._final_timeout)
            server.send(b".\r\n")
            code, text = server.getreply()
            if server.sock is not None:
                server.sock.settimeout(self._timeout)
        except OSError as error:
            self._lost(said(error), error)
        if not 200 <= code <= 599:
            self._lost(reply(code, text))
        if code >= 300:
            self._refused("thư", code, text)

    def _lost(self, what: str, cause: OSError | None = None) -> NoReturn:
        self._drop()
        raise DeliveryError(
            f"Mất kết nối đúng lúc máy chủ đang nhận thư, không rõ thư đã đi hay chưa: {what}.", uncertain=True
        ) from cause

    def _refused(self, what: str, code: int, text: bytes) -> NoReturn:
        """The server said no: for good with 5xx, for now with anything else."""
        if code == 421 or not 400 <= code <= 599:
            self._drop()
        permanent = 500 <= code <= 599 and code not in NOT_THE_MAIL
        state = "từ chối" if permanent else "tạm thời chưa nhận"
        raise DeliveryError(f"Máy chủ gửi thư {state} {what}: {reply(code, text)}.", permanent=permanent)


def _answers(server: smtplib.SMTP) -> bool:
    """RSET also forgets a mail that was refused half-way."""
    try:
        return server.rset()[0] == 250
    except OSError:
        return False


def _log_in(server: smtplib.SMTP, settings: SmtpSettings) -> None:
    """AUTH PLAIN or LOGIN in UTF-8 (RFC 4616); smtplib's own way knows ASCII passwords only."""
    mechanisms = server.esmtp_features.get("auth", "").upper().split()
    user, password = settings.username.encode(), settings.password.encode()
    if "PLAIN" in mechanisms:
        code, text = server.docmd("AUTH", "PLAIN " + b64encode(b"\0" + user + b"\0" + password).decode())
    elif "LOGIN" in mechanisms:
        code, text = server.docmd("AUTH", "LOGIN " + b64encode(user).decode())
        if code == 334:
            code, text = server.docmd(b64encode(password).decode())
    else:
        raise DeliveryError(
            f"Máy chủ gửi thư {settings.host} không cho đăng nhập bằng mật khẩu (AUTH PLAIN hoặc LOGIN).",
            retry_after=SETTINGS_RETRY,
        )
    if code not in (235, 503):
        raise DeliveryError(
            f"Máy chủ gửi thư không chấp nhận tài khoản {settings.username}: {reply(code, text)}. Hãy kiểm tra tên "
            "đăng nhập và mật khẩu của mục [smtp].",
            retry_after=SETTINGS_RETRY,
        )
