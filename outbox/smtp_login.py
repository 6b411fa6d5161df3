"""Logging in to a submission server: by password (RFC 4954, 4616) or by access token (XOAUTH2).

Password and token stand in no reason: what is quoted is the server's answer alone.
"""

from base64 import b64encode
from collections.abc import Callable

from outbox.errors import DeliveryError
from outbox.settings import SmtpSettings
from outbox.smtp_errors import SETTINGS_RETRY, reply
from outbox.smtp_session import SmtpSession

ACCEPTED = (235, 503)  # 503: this server thinks that it knows us already
NO_PLAIN = "Máy chủ gửi thư {host} không cho đăng nhập bằng mật khẩu (AUTH PLAIN hoặc LOGIN)."
NO_XOAUTH2 = (
    "Máy chủ gửi thư {host} không cho đăng nhập bằng access token (AUTH XOAUTH2): "
    "hãy kiểm tra [smtp] host, port và auth."
)
BAD_LOGIN = (
    "Máy chủ gửi thư không chấp nhận tài khoản {username}: {reply}. "
    "Hãy kiểm tra tên đăng nhập và mật khẩu của mục [smtp]."
)
BAD_GRANT = (
    "Máy chủ gửi thư không nhận access token mới của tài khoản {username}: {reply}. Hãy kiểm tra [smtp] username và "
    "scope (phải gồm quyền gửi thư qua SMTP), và quản trị viên có cho hộp thư này gửi qua SMTP không."
)
BUSY = "Máy chủ gửi thư tạm thời không cho tài khoản {username} đăng nhập: {reply}."

Token = Callable[[bool], str]


class TokenRefused(DeliveryError):
    """The server knows the way of logging in, but not this token: a fresh one may do."""


def log_in_by_password(server: SmtpSession, settings: SmtpSettings) -> None:
    """AUTH PLAIN or LOGIN in UTF-8; smtplib's own way knows ASCII passwords only. Raises DeliveryError."""
    mechanisms = _mechanisms(server)
    user, password = settings.username.encode(), settings.password.encode()
    plain, alone = _coded(b"\0" + user + b"\0" + password), _coded(password)
    if "PLAIN" in mechanisms:
        code, text = server.docmd("AUTH", f"PLAIN {plain}")
    elif "LOGIN" in mechanisms:
        code, text = server.docmd("AUTH", f"LOGIN {_coded(user)}")
        if code == 334:
            code, text = server.docmd(alone)
    else:
        raise DeliveryError(NO_PLAIN.format(host=settings.host), retry_after=SETTINGS_RETRY)
    if code not in ACCEPTED:
        raise DeliveryError(
            BAD_LOGIN.format(username=settings.username, reply=_quoted(code, text, settings.password, plain, alone)),
            retry_after=SETTINGS_RETRY,
        )


def log_in_by_token(server: SmtpSession, settings: SmtpSettings, token: str) -> None:
    """AUTH XOAUTH2 as Google and Microsoft document it; raises TokenRefused or DeliveryError.

    A refusal may come as a challenge (334) that explains it to programs; an empty line brings the final reply.
    """
    if "XOAUTH2" not in _mechanisms(server):
        raise DeliveryError(NO_XOAUTH2.format(host=settings.host), retry_after=SETTINGS_RETRY)
    said = _coded(f"user={settings.username}\x01auth=Bearer {token}\x01\x01".encode())
    code, text = server.docmd("AUTH", f"XOAUTH2 {said}")
    if code == 334:
        code, text = server.docmd("")
    if code in ACCEPTED:
        return
    passing = 400 <= code <= 499
    words = (BUSY if passing else BAD_GRANT).format(username=settings.username, reply=_quoted(code, text, token, said))
    raise (DeliveryError if passing else TokenRefused)(words, retry_after=SETTINGS_RETRY)


def _mechanisms(server: SmtpSession) -> list[str]:
    return server.esmtp_features.get("auth", "").upper().split()


def _coded(secret: bytes) -> str:
    return b64encode(secret).decode()


def _quoted(code: int, text: bytes, *secrets: str) -> str:
    """The reply, without what we had said: some servers repeat the line that they did not like."""
    for secret in filter(None, secrets):
        text = text.replace(secret.encode(), b"***")
    return reply(code, text)
