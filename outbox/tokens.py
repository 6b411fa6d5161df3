"""Access tokens for the mailbox and the mail server: the refresh token grant of OAuth 2.0 (RFC 6749, section 6).

tinbai never signs in itself: a person does, once, and gives it the refresh token. A token lives in memory only and
never in a log, a reason or a file.

A server may answer with a new refresh token. It is used from then on, and forgotten with the process: tinbai writes no
secret anywhere. The file is often not ours to write (a systemd credential, a file of root's), and several processes
read it. What follows from that: Google hands out no new one. Microsoft does, and the old one stays valid for its 90
days, so that a start after those needs a new sign-in. A server that revokes the old one at once cannot be used so.
"""

import json
import logging
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlencode

from outbox.endpoint import Answer, Endpoint, EndpointError

log = logging.getLogger(__name__)

EARLY_SECONDS = 60.0  # so long before its end a token is replaced
UNSTATED_SECONDS = 300.0  # life of a token whose server does not say (RFC 6749, 5.1 leaves it open)
LONGEST_SECONDS = 86_400.0
PAUSE_SECONDS = 30.0  # after a failure the server is left alone: every queued mail would ask it
FORM = "application/x-www-form-urlencoded"
VISIBLE = re.compile(r"[\x20-\x7e]+")  # RFC 6749, appendix A

SIGN_IN_AGAIN = (
    "Máy chủ cấp quyền không còn nhận refresh_token của mục [{section}] (đã hết hạn hoặc bị thu hồi): hãy đăng nhập "
    "lại bằng tài khoản {username} để lấy refresh token mới, ghi vào tệp của [{section}] refresh_token_file (hoặc đặt "
    "credential {section}_refresh_token, biến môi trường {variable}) rồi khởi động lại tinbai."
)
WRONG_CLIENT = (
    "Máy chủ cấp quyền không nhận ứng dụng của mục [{section}]: hãy kiểm tra client_id và client_secret "
    "(client_secret_file), và ứng dụng còn được phép dùng refresh token không."
)
WRONG_SCOPE = "Máy chủ cấp quyền không cho phạm vi đã ghi ở [{section}] scope: hãy kiểm tra khóa này."
WRONG_URL = "Máy chủ cấp quyền không hiểu yêu cầu (mã {status}): hãy kiểm tra [{section}] token_url."
BUSY = "Máy chủ cấp quyền của mục [{section}] tạm thời không phục vụ; tinbai sẽ thử lại."
NOTHING_GRANTED = "Máy chủ ở [{section}] token_url không trả về access token: hãy kiểm tra khóa này; tinbai sẽ thử lại."

# The server's word for a refusal (RFC 6749, 5.2, and two that Microsoft adds) → permanent, sentence.
REFUSALS: Mapping[str, tuple[bool, str]] = {
    "invalid_grant": (True, SIGN_IN_AGAIN),
    "interaction_required": (True, SIGN_IN_AGAIN),
    "consent_required": (True, SIGN_IN_AGAIN),
    "invalid_client": (True, WRONG_CLIENT),
    "unauthorized_client": (True, WRONG_CLIENT),
    "invalid_scope": (True, WRONG_SCOPE),
    "temporarily_unavailable": (False, BUSY),
    "server_error": (False, BUSY),
    "slow_down": (False, BUSY),
}


class TokenSettings(Protocol):
    """What [mailbox] and [smtp] both say about signing in."""

    @property
    def username(self) -> str:
        """The account, as a person signs in with it."""

    @property
    def token_url(self) -> str:
        """Where tokens come from."""

    @property
    def client_id(self) -> str:
        """The application, as it is registered there."""

    @property
    def client_secret(self) -> str:
        """Empty for an application that has none."""

    @property
    def refresh_token(self) -> str:
        """What a person got by signing in."""

    @property
    def scope(self) -> str:
        """Empty: what was granted at the sign-in."""

    @property
    def ca_file(self) -> str:
        """Certificates to believe besides the system's."""


@dataclass(frozen=True, slots=True)
class _Failure:
    reason: str
    permanent: bool
    until: float


class AccessToken:
    """`token(fresh) -> str`: a token that is valid for another minute at least. Safe to share between threads.

    section: "mailbox" or "smtp", for the sentences. monotonic: a clock in seconds that never goes back.
    """

    def __init__(self, settings: TokenSettings, section: str, monotonic: Callable[[], float]) -> None:
        self._settings = settings
        self._section = section
        self._monotonic = monotonic
        self._endpoint = Endpoint(settings.token_url, f"[{section}] token_url", settings.ca_file)
        self._refresh_token = settings.refresh_token
        self._lock = threading.Lock()
        self._token = ""
        self._until = 0.0
        self._number = 0  # of the token in hand
        self._failure: _Failure | None = None

    def __call__(self, fresh: bool = False) -> str:
        """Return the token in hand, or a new one when it ends soon or has been refused (`fresh`); raises EndpointError.

        Threads that ask at once share one request.
        """
        refused = self._number if fresh else None
        with self._lock:
            now = self._monotonic()
            if self._number == refused or now >= self._until:
                self._raise_again(now)
                self._refresh(now)
            return self._token

    def _raise_again(self, now: float) -> None:
        failure = self._failure
        if failure and now < failure.until:
            raise EndpointError(failure.reason, failure.permanent, retry_after=failure.until - now)

    def _refresh(self, now: float) -> None:
        try:
            granted = self._granted(self._endpoint.post(self._request(), FORM))
        except EndpointError as error:
            pause = max(PAUSE_SECONDS, error.retry_after or 0)
            self._failure = _Failure(error.reason, error.permanent, self._monotonic() + pause)
            log.warning("No access token", extra={"section": self._section, "permanent": error.permanent})
            raise
        seconds = _lifetime(granted)
        self._token = granted["access_token"]
        self._until = now + max(seconds - EARLY_SECONDS, 0)
        self._number += 1
        self._failure = None
        self._keep_rotated(granted.get("refresh_token"))
        log.info("Access token renewed", extra={"section": self._section, "seconds": int(seconds)})

    def _request(self) -> bytes:
        settings = self._settings
        fields = {
            "grant_type": "refresh_token",
            "refresh_token": self._refresh_token,
            "client_id": settings.client_id,
            "client_secret": settings.client_secret,
            "scope": settings.scope,
        }
        return urlencode({name: value for name, value in fields.items() if value}).encode()

    def _granted(self, answer: Answer) -> dict[str, Any]:
        """The answer as an object that holds a usable token; raises EndpointError."""
        said = _object(answer.body)
        if answer.status != 200:
            raise self._refused(said.get("error"), answer.status)
        bearer = str(said.get("token_type", "bearer")).lower() == "bearer"
        if not (bearer and _visible(said.get("access_token"))):
            raise self._error(NOTHING_GRANTED, permanent=False)
        return said

    def _refused(self, word: object, status: int) -> EndpointError:
        known = REFUSALS.get(word) if isinstance(word, str) else None
        permanent, sentence = known or (True, WRONG_URL)
        return self._error(sentence, permanent=permanent, status=status)

    def _error(self, sentence: str, *, permanent: bool, status: int = 0) -> EndpointError:
        variable = f"TINBAI_{self._section.upper()}__REFRESH_TOKEN"
        words = sentence.format(
            section=self._section, username=self._settings.username, variable=variable, status=status
        )
        return EndpointError(words, permanent)

    def _keep_rotated(self, refresh_token: object) -> None:
        if isinstance(refresh_token, str) and _visible(refresh_token) and refresh_token != self._refresh_token:
            self._refresh_token = refresh_token
            log.info("Refresh token replaced by the server; kept in memory only", extra={"section": self._section})


def _object(body: bytes) -> dict[str, Any]:
    """The body as a JSON object; anything else (a page of HTML, say) is an empty one."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _visible(value: object) -> bool:
    return isinstance(value, str) and VISIBLE.fullmatch(value) is not None


def _lifetime(granted: Mapping[str, Any]) -> float:
    """Return expires_in in seconds; some servers write it as text."""
    given = granted.get("expires_in")
    text = str(given) if isinstance(given, int | str) else ""
    return min(float(text[:9]), LONGEST_SECONDS) if re.fullmatch(r"[0-9]+", text) else UNSTATED_SECONDS
