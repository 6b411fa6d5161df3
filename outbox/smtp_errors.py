"""What goes wrong on the way to the mail server, in words for the operator. It opens no connection.

What the server itself has answered is quoted, for only that tells a full mailbox from a refused one; what the system
or a library says is not.
"""

import smtplib
import socket
import ssl

from outbox.endpoint import EndpointError
from outbox.errors import DeliveryError
from outbox.settings import SmtpSettings
from outbox.wire import TooMuch
from outbox.wording import shown

SETTINGS_RETRY = 300.0  # seconds: a wrong password is no reason to lose a mail, nor to knock every minute
UNTRUSTED = (
    "Chứng chỉ TLS của máy chủ gửi thư {server} không đáng tin nên thư chưa được gửi: kiểm tra [smtp] host có đúng là "
    "tên ghi trong chứng chỉ không, hoặc chỉ ra nơi cấp chứng chỉ bằng ca_file."
)
NO_CA_FILE = "Không đọc được tệp chứng chỉ {path} nên thư chưa được gửi: kiểm tra [smtp] ca_file."
NO_CONNECTION = (
    "Không kết nối được với máy chủ gửi thư {server}: {words}; kiểm tra [smtp] host, port và security, "
    "tinbai sẽ thử lại."
)

# The first row whose type fits decides.
WORDS: tuple[tuple[type[Exception], str], ...] = (
    (ssl.SSLCertVerificationError, "chứng chỉ của máy chủ không đáng tin"),
    (ssl.SSLEOFError, "máy chủ ngắt kết nối"),
    (ssl.SSLZeroReturnError, "máy chủ ngắt kết nối"),
    (ssl.SSLError, "không bắt tay TLS được"),
    (socket.gaierror, "không tìm thấy máy chủ mang tên này"),
    (UnicodeError, "tên máy chủ không hợp lệ"),
    (TooMuch, "máy chủ trả lời quá dài"),
    (TimeoutError, "máy chủ không trả lời kịp"),
    (ConnectionRefusedError, "máy chủ không nhận kết nối"),
    (ConnectionError, "máy chủ ngắt kết nối"),
    (smtplib.SMTPServerDisconnected, "máy chủ ngắt kết nối"),
    (smtplib.SMTPException, "máy chủ trả lời không đúng chuẩn SMTP"),
    (OSError, "mạng của máy này không tới được máy chủ"),
)


def no_connection(settings: SmtpSettings, error: OSError | UnicodeError) -> DeliveryError:
    """Return why there is no connection, and which settings to look at."""
    server = f"{settings.host}:{settings.port}"
    if isinstance(error, ssl.SSLCertVerificationError):
        return DeliveryError(UNTRUSTED.format(server=server), retry_after=SETTINGS_RETRY)
    return DeliveryError(NO_CONNECTION.format(server=server, words=said(error)))


def no_ca_file(settings: SmtpSettings) -> DeliveryError:
    """Return the error for a certificate authority that cannot be read."""
    return DeliveryError(NO_CA_FILE.format(path=settings.ca_file), retry_after=SETTINGS_RETRY)


def no_token(error: EndpointError) -> DeliveryError:
    """Return the error for a login without a token: never permanent, no mail is given up because of a sign-in."""
    return DeliveryError(error.reason, retry_after=max(SETTINGS_RETRY, error.retry_after or 0))


def said(error: OSError | UnicodeError) -> str:
    """Name what went wrong: the server's answer where it gave one, else our words for the kind of error."""
    if isinstance(error, smtplib.SMTPResponseException) and isinstance(error.smtp_error, bytes):
        return reply(error.smtp_code, error.smtp_error)
    if isinstance(error, smtplib.SMTPServerDisconnected) and isinstance(error.__context__, OSError):
        return said(error.__context__)  # smtplib calls a silent server a lost one
    return next(words for kind, words in WORDS if isinstance(error, kind))


def reply(code: int, text: bytes) -> str:
    """Quote a server's answer, fit to be shown."""
    return shown(f"{code} {text.decode('utf-8', 'replace')}").rstrip(" .")
