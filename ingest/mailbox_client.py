"""A guarded connection to an IMAP server: TLS verified, no password in clear over a network, bounded by its wire.

The only module that imports imapclient. Logs nobody in and opens no folder.
"""

import imaplib
import ssl
from contextlib import suppress

from imapclient import IMAPClient
from imapclient.exceptions import LoginError

from ingest.mailbox_errors import is_loopback
from ingest.mailbox_protocol import MailboxError
from ingest.mailbox_wire import Wire
from ingest.settings import MailboxSettings

__all__ = ["Client", "LoginError", "dial", "hang_up"]


class Client(IMAPClient):  # type: ignore[misc]  # imapclient ships no types
    """imapclient on a wire of ours; `tls` None begins in clear."""

    wire: Wire

    def __init__(self, host: str, port: int, tls: ssl.SSLContext | None) -> None:
        super().__init__(host, port, ssl=tls is not None, ssl_context=tls)
        self.normalise_times = False

    def _create_IMAP4(self) -> Wire:  # noqa: N802  # imapclient's own name for the one place that chooses the wire
        self.wire = Wire(self.host, self.port, self.ssl_context)
        return self.wire


def dial(settings: MailboxSettings, ssl_context: ssl.SSLContext | None) -> Client:
    """Connect as the settings want it, encrypted from now on; `ssl_context` stands in for the one of `ca_file`.

    Raises MailboxError, and whatever `explained` explains.
    """
    if settings.security == "none":
        if not is_loopback(settings.host):
            reason = f'Không gửi mật khẩu không mã hóa tới {settings.host}: đặt [mailbox] security = "tls".'
            raise MailboxError(reason, permanent=True)
        return Client(settings.host, settings.port, tls=None)
    trusted = ssl_context or _trusted(settings)
    if settings.security == "tls":
        return Client(settings.host, settings.port, trusted)
    client = Client(settings.host, settings.port, tls=None)
    try:
        _start_tls(client, settings, trusted)
    except (MailboxError, imaplib.IMAP4.error, OSError):
        hang_up(client, politely=False)
        raise
    return client


def hang_up(client: Client, politely: bool) -> None:
    """Let go of the connection, with a word if the server is still there to hear it."""
    if politely:
        client.wire.hurry()
        with suppress(imaplib.IMAP4.error, OSError):
            client.logout()
    client.wire.shutdown()


def _trusted(settings: MailboxSettings) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=settings.ca_file or None)
    except OSError as error:
        reason = f"Không đọc được tệp chứng chỉ {settings.ca_file}: kiểm tra [mailbox] ca_file."
        raise MailboxError(reason, permanent=True) from error


def _start_tls(client: Client, settings: MailboxSettings, trusted: ssl.SSLContext) -> None:
    if not client.has_capability("STARTTLS"):
        reason = f'{settings.host} không có STARTTLS, tinbai không đăng nhập: đặt [mailbox] security = "tls".'
        raise MailboxError(reason, permanent=True)
    client.starttls(trusted)
