"""IMAP's failures as sentences for the operator: what is wrong, and what to do. Quotes nothing that a server said."""

import imaplib
import ipaddress
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from ingest.mailbox_protocol import MailboxError
from ingest.settings import MailboxSettings

__all__ = ["explained", "is_loopback", "login_refused", "no_such_folder"]

UNTRUSTED = (
    "Không tin được chứng chỉ TLS của máy chủ thư {server}: kiểm tra [mailbox] host có đúng là tên ghi trong chứng chỉ "
    "không, hoặc chỉ ra nơi cấp chứng chỉ bằng ca_file."
)
NO_TLS = (
    "Không bắt tay TLS được với máy chủ thư {server}: kiểm tra [mailbox] port và security "
    '(thường cổng 993 đi với "tls", cổng 143 với "starttls").'
)
UNKNOWN_HOST = "Không tìm thấy máy chủ thư {server}: kiểm tra [mailbox] host, mạng và DNS của máy này."
SILENT = "Máy chủ thư {server} không trả lời kịp: kiểm tra mạng và tường lửa; tinbai sẽ thử lại."
REFUSED = "Máy chủ thư {server} không nhận kết nối: kiểm tra [mailbox] port và xem máy chủ có đang chạy không."
LOST = "Kết nối tới máy chủ thư {server} bị ngắt; tinbai sẽ kết nối lại."
STRANGE = "Máy chủ thư {server} trả lời không đúng chuẩn IMAP; tinbai sẽ kết nối lại."
UNREACHABLE = "Không kết nối được tới máy chủ thư {server}: kiểm tra mạng của máy này; tinbai sẽ thử lại."
BUSY = "Máy chủ thư {server} tạm thời không cho đăng nhập; tinbai sẽ thử lại."
BAD_LOGIN = (
    "Máy chủ thư {server} không nhận tên {username} với mật khẩu đã đặt: kiểm tra [mailbox] username và mật khẩu "
    "(Gmail và nhiều dịch vụ khác cần mật khẩu ứng dụng)."
)
ASCII_ONLY = "Máy chủ thư {server} chỉ nhận tên và mật khẩu không dấu: hãy đặt mật khẩu khác cho hộp thư này."
NO_FOLDER = "Không mở được thư mục {folder} trong hộp thư {username}: kiểm tra [mailbox] folder."

# The first row whose type fits decides: (exception, permanent, sentence).
EXPLANATIONS: tuple[tuple[type[Exception], bool, str], ...] = (
    (ssl.SSLCertVerificationError, True, UNTRUSTED),
    (ssl.SSLEOFError, False, LOST),
    (ssl.SSLZeroReturnError, False, LOST),
    (ssl.SSLError, True, NO_TLS),
    (socket.gaierror, False, UNKNOWN_HOST),
    (TimeoutError, False, SILENT),
    (ConnectionRefusedError, False, REFUSED),
    (ConnectionError, False, LOST),
    (imaplib.IMAP4.abort, False, LOST),
    (imaplib.IMAP4.error, False, STRANGE),
    (OSError, False, UNREACHABLE),
)

# A login that is refused for another reason than the password (RFC 5530, and what servers in use write).
PASSING_REFUSALS = ("[UNAVAILABLE]", "[INUSE]", "[LIMIT]", "[SERVERBUG]", "TEMPORAR", "TRY AGAIN", "TOO MANY")


@contextmanager
def explained(settings: MailboxSettings) -> Iterator[None]:
    """Turn what imaplib, imapclient and the socket raise into MailboxError."""
    try:
        yield
    except (imaplib.IMAP4.error, OSError) as error:
        permanent, sentence = next(row[1:] for row in EXPLANATIONS if isinstance(error, row[0]))
        raise _error(sentence, permanent, settings) from error


def login_refused(error: Exception, settings: MailboxSettings) -> MailboxError:
    """Return why a login failed: the password, the server's state, or a connection that broke meanwhile."""
    if isinstance(error.__context__, imaplib.IMAP4.abort):
        return _error(LOST, permanent=False, settings=settings)
    if isinstance(error, UnicodeEncodeError):
        return _error(ASCII_ONLY, permanent=True, settings=settings)
    if any(word in str(error).upper() for word in PASSING_REFUSALS):
        return _error(BUSY, permanent=False, settings=settings)
    return _error(BAD_LOGIN, permanent=True, settings=settings)


def no_such_folder(settings: MailboxSettings) -> MailboxError:
    """Return the error for a folder that the server does not open."""
    return _error(NO_FOLDER, permanent=True, settings=settings)


def is_loopback(host: str) -> bool:
    """Tell whether `host` is this machine itself, where nobody listens in on the wire."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _error(sentence: str, permanent: bool, settings: MailboxSettings) -> MailboxError:
    server = f"{settings.host}:{settings.port}"
    return MailboxError(sentence.format(server=server, username=settings.username, folder=settings.folder), permanent)
