"""IMAP's failures as sentences for the operator: what is wrong, and what to do. Quotes nothing that a server said."""

import imaplib
import ipaddress
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from ingest.mailbox_protocol import MailboxError
from ingest.settings import MailboxSettings

__all__ = [
    "explained",
    "is_loopback",
    "login_refused",
    "no_password_login",
    "no_such_folder",
    "no_xoauth2",
    "token_missing",
    "token_refused",
]

UNTRUSTED = (
    "Không tin được chứng chỉ TLS của máy chủ thư {server}: kiểm tra [mailbox] host có đúng là tên ghi trong chứng chỉ "
    "không, hoặc chỉ ra nơi cấp chứng chỉ bằng ca_file."
)
WRONG_NAME = (
    "Chứng chỉ TLS của máy chủ thư {server} được cấp cho tên khác: sửa [mailbox] host thành đúng tên ghi trong chứng "
    "chỉ."
)
EXPIRED = (
    "Chứng chỉ TLS của máy chủ thư {server} đã hết hạn hoặc chưa có hiệu lực: kiểm tra ngày giờ của máy này, rồi báo "
    "người quản trị máy chủ thư gia hạn."
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

LOGIN_DISABLED = (
    'Máy chủ thư {server} không cho đăng nhập bằng mật khẩu: đặt [mailbox] auth = "xoauth2", hoặc kiểm tra security.'
)
NO_XOAUTH2 = 'Máy chủ thư {server} không cho đăng nhập bằng XOAUTH2: đặt [mailbox] auth = "password".'
BAD_XOAUTH2 = (
    "Máy chủ thư {server} không nhận mã truy cập OAuth2 của {username}: kiểm tra [mailbox] username, client_id và "
    "scope, hoặc cấp lại refresh_token."
)
NO_XOAUTH2_KEYS = (
    'Không có mã truy cập cho máy chủ thư {server}: kiểm tra các khóa OAuth2 của [mailbox] auth = "xoauth2".'
)
READ_ONLY = 'Hộp thư {username} không cho sửa thư mục {folder}: cấp quyền, hoặc đặt [mailbox] after_reading = "leave".'

# How OpenSSL numbers what is wrong with a certificate (x509_vfy.h).
CERTIFICATE_FAULTS = {9: EXPIRED, 10: EXPIRED, 62: WRONG_NAME, 64: WRONG_NAME}

# From imapclient, over an answer that it cannot take apart.
MISTAKES = (ValueError, TypeError, AttributeError, LookupError, AssertionError, OverflowError, RecursionError)

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
    (imaplib.IMAP4.readonly, True, READ_ONLY),
    (imaplib.IMAP4.abort, False, LOST),
    (imaplib.IMAP4.error, False, STRANGE),
    (OSError, False, UNREACHABLE),
    *((mistake, False, STRANGE) for mistake in MISTAKES),
)

# A login that is refused for another reason than the password (RFC 5530, and what servers in use write).
PASSING_REFUSALS = ("[UNAVAILABLE]", "[INUSE]", "[LIMIT]", "[SERVERBUG]", "TEMPORAR", "TRY AGAIN", "TOO MANY")


@contextmanager
def explained(settings: MailboxSettings) -> Iterator[None]:
    """Turn what imaplib, imapclient and the socket raise into MailboxError."""
    try:
        yield
    except (imaplib.IMAP4.error, OSError, *MISTAKES) as error:
        permanent, sentence = next(row[1:] for row in EXPLANATIONS if isinstance(error, row[0]))
        if isinstance(error, ssl.SSLCertVerificationError):
            sentence = CERTIFICATE_FAULTS.get(error.verify_code, sentence)
        raise _error(sentence, permanent, settings) from error


def login_refused(error: Exception, settings: MailboxSettings) -> MailboxError:
    """Return why a login failed: the password, the server's state, or a connection that broke meanwhile."""
    if isinstance(error, UnicodeEncodeError):
        return _error(ASCII_ONLY, permanent=True, settings=settings)
    return _refused(error, BAD_LOGIN, settings)


def token_refused(error: Exception, settings: MailboxSettings) -> MailboxError:
    """Return why a login with an access token failed; `permanent` when the token is to blame."""
    return _refused(error, BAD_XOAUTH2, settings)


def token_missing(settings: MailboxSettings) -> MailboxError:
    """Return the error for a login by token when nobody gives one."""
    return _error(NO_XOAUTH2_KEYS, permanent=True, settings=settings)


def no_xoauth2(settings: MailboxSettings) -> MailboxError:
    """Return the error for a server that takes no access token."""
    return _error(NO_XOAUTH2, permanent=True, settings=settings)


def no_password_login(settings: MailboxSettings) -> MailboxError:
    """Return the error for a server that takes no password."""
    return _error(LOGIN_DISABLED, permanent=True, settings=settings)


def no_such_folder(settings: MailboxSettings) -> MailboxError:
    """Return the error for a folder that the server does not open."""
    return _error(NO_FOLDER, permanent=True, settings=settings)


def is_loopback(host: str) -> bool:
    """Tell whether `host` is this machine itself, where nobody listens in on the wire."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _refused(error: Exception, sentence: str, settings: MailboxSettings) -> MailboxError:
    if isinstance(error.__context__, imaplib.IMAP4.abort):
        return _error(LOST, permanent=False, settings=settings)
    if any(word in str(error).upper() for word in PASSING_REFUSALS):
        return _error(BUSY, permanent=False, settings=settings)
    return _error(sentence, permanent=True, settings=settings)


def _error(sentence: str, permanent: bool, settings: MailboxSettings) -> MailboxError:
    server = f"{settings.host}:{settings.port}"
    return MailboxError(sentence.format(server=server, username=settings.username, folder=settings.folder), permanent)
