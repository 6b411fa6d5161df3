"""The operator's own URLs: one POST, one small answer. The only place of this room that speaks HTTP.

The address comes from the settings, never from a mail or a page; those are `ingest.web`'s. Certificates are verified,
no redirect is followed, no proxy of the environment is asked, nothing is retried. What is sent and what is answered may
be secret: neither stands in a reason or a log, and of the address only host and port, for its path may be a secret too.
"""

import http.client
import ipaddress
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast
from urllib.parse import SplitResult, urlsplit

from urllib3 import HTTPResponse
from urllib3.connection import HTTPConnection
from urllib3.exceptions import HTTPError

from db.work import WorkFailed
from outbox.wire import TooMuch, Wire, connected

CONNECT_SECONDS = 10.0
TOTAL_SECONDS = 30.0
ANSWER_BYTES = 65_536
HEAD_BYTES = 65_536  # status line, fields and the framing of the body
LONGEST_WAIT = 86_400.0  # a server that asks for more than a day is asked again after one
BUSY_STATUSES = frozenset({408, 425, 429})
PORTS: Mapping[str, int] = {"https": 443, "http": 80}

BAD_URL = "{key} phải là một địa chỉ https:// (http:// chỉ dùng được với máy chủ trên chính máy này)."
NO_CA_FILE = "Không đọc được tệp chứng chỉ dùng cho {key}: kiểm tra ca_file của mục đó."
UNTRUSTED = (
    "Chứng chỉ TLS của máy chủ {server} không đáng tin: kiểm tra {key} có đúng tên máy chủ không, hoặc chỉ ra nơi cấp "
    "chứng chỉ bằng ca_file."
)
NO_TLS = "Không bắt tay TLS được với máy chủ {server}: kiểm tra {key}."
UNKNOWN_HOST = "Không tìm thấy máy chủ {server}: kiểm tra {key}, mạng và DNS của máy này."
SILENT = "Máy chủ {server} không trả lời kịp; tinbai sẽ thử lại (xem {key})."
REFUSED = "Máy chủ {server} không nhận kết nối: kiểm tra {key}; tinbai sẽ thử lại."
LOST = "Mất kết nối với máy chủ {server}; tinbai sẽ thử lại (xem {key})."
STRANGE = "Máy chủ {server} trả lời không đúng chuẩn HTTP: kiểm tra {key}."
TOO_MUCH = "Câu trả lời của máy chủ {server} quá dài: kiểm tra {key}."
REDIRECTED = "Máy chủ {server} chuyển sang một địa chỉ khác, tinbai không đi theo: kiểm tra {key}."
BUSY = "Máy chủ {server} đang bận hoặc gặp sự cố (mã {status}); tinbai sẽ thử lại (xem {key})."

# The first row whose type fits decides: (exception, permanent, sentence).
FAILURES: tuple[tuple[type[Exception], bool, str], ...] = (
    (ssl.SSLCertVerificationError, True, UNTRUSTED),
    (ssl.SSLEOFError, False, LOST),
    (ssl.SSLZeroReturnError, False, LOST),
    (ssl.SSLError, True, NO_TLS),
    (socket.gaierror, False, UNKNOWN_HOST),
    (UnicodeError, True, BAD_URL),
    (TooMuch, True, TOO_MUCH),
    (TimeoutError, False, SILENT),
    (ConnectionRefusedError, False, REFUSED),
    (OSError, False, LOST),
    (http.client.HTTPException, False, STRANGE),
    (HTTPError, False, LOST),
    (ValueError, True, STRANGE),
)


class EndpointError(WorkFailed):
    """A URL of the operator's own gave no usable answer; `reason` says which setting to look at."""

    def __init__(self, reason: str, permanent: bool, retry_after: float | None = None) -> None:
        super().__init__(reason, permanent=permanent, retry_after=retry_after)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: done (2xx) or refused (4xx); anything else is an EndpointError."""

    status: int
    body: bytes = field(repr=False)


class Endpoint:
    """One URL of the operator's own, safe to share between threads.

    key: the setting it comes from, such as "[smtp] token_url". ca_file: certificates to believe besides the system's.
    """

    def __init__(self, url: str, key: str, ca_file: str = "") -> None:
        self._url = url
        self._key = key
        self._ca_file = ca_file
        self._context: ssl.SSLContext | None = None

    def post(self, body: bytes, content_type: str, headers: Mapping[str, str] | None = None) -> Answer:
        """Send `body` and return the answer, within TOTAL_SECONDS; raises EndpointError."""
        if not is_own_url(self._url):
            raise EndpointError(BAD_URL.format(key=self._key), permanent=True)
        parts = urlsplit(self._url)
        try:
            return self._exchange(parts, body, {"Content-Type": content_type, **(headers or {})})
        except (OSError, HTTPError, http.client.HTTPException, ValueError) as error:
            raise self._failure(error, parts) from None

    def _exchange(self, parts: SplitResult, body: bytes, headers: Mapping[str, str]) -> Answer:
        until = time.monotonic() + TOTAL_SECONDS
        host = parts.hostname or ""
        trusted = self._trusted() if parts.scheme == "https" else None
        wire = connected(host, parts.port or PORTS[parts.scheme], CONNECT_SECONDS, until)
        try:
            wire.allow(TOTAL_SECONDS, HEAD_BYTES + ANSWER_BYTES)
            if trusted:
                wire.secure(trusted, host)
            response = _answered(wire, parts, body, headers)
            self._check_status(response, parts)
            return Answer(response.status, _body_of(response))
        finally:
            wire.end()

    def _trusted(self) -> ssl.SSLContext:
        """Which certificates are believed; read when first needed."""
        if self._context is None:
            context = ssl.create_default_context()
            try:
                if self._ca_file:
                    context.load_verify_locations(self._ca_file)
            except OSError:
                raise EndpointError(NO_CA_FILE.format(key=self._key), permanent=True) from None
            self._context = context
        return self._context

    def _check_status(self, response: HTTPResponse, parts: SplitResult) -> None:
        status = response.status
        if status >= 500 or status in BUSY_STATUSES:
            raise self._error(BUSY, parts, status=status, retry_after=_retry_after(response))
        if 300 <= status < 400:
            raise self._error(REDIRECTED, parts, permanent=True)

    def _failure(self, error: Exception, parts: SplitResult) -> EndpointError:
        """urllib3 wraps what the socket said; the socket knows better."""
        told = error.__cause__ if isinstance(error, HTTPError) and isinstance(error.__cause__, Exception) else error
        permanent, sentence = next(row[1:] for row in FAILURES if isinstance(told, row[0]))
        return self._error(sentence, parts, permanent=permanent)

    def _error(
        self,
        sentence: str,
        parts: SplitResult,
        *,
        permanent: bool = False,
        status: int = 0,
        retry_after: float | None = None,
    ) -> EndpointError:
        server = f"{parts.hostname}:{parts.port or PORTS[parts.scheme]}"
        return EndpointError(sentence.format(server=server, key=self._key, status=status), permanent, retry_after)


def is_own_url(url: str) -> bool:
    """Tell whether tinbai may send something secret there: https, or http to this machine itself."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    host = parts.hostname or ""
    plain = (
        bool(host) and port != 0 and url.isascii() and url.isprintable() and " " not in url and "@" not in parts.netloc
    )
    return plain and not parts.fragment and (parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(host)))


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _answered(wire: Wire, parts: SplitResult, body: bytes, headers: Mapping[str, str]) -> HTTPResponse:
    """Send the request, read status line and fields; http.client stops at 100 fields and 64 kB a line."""
    connection = HTTPConnection(parts.hostname or "")
    connection.sock = cast("socket.socket", wire)  # already connected: urllib3 must not look anything up
    connection.request(
        "POST",
        f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}",
        body=body,
        headers={
            "Host": parts.netloc,
            "User-Agent": "tinbai",
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            "Connection": "close",
            **headers,
        },
        preload_content=False,
    )
    return connection.getresponse()


def _body_of(response: HTTPResponse) -> bytes:
    body = bytearray()
    for chunk in response.stream(decode_content=False):
        body += chunk
        if len(body) > ANSWER_BYTES:
            raise TooMuch
    return bytes(body)


def _retry_after(response: HTTPResponse) -> float | None:
    """Return Retry-After where it is given in seconds (RFC 9110, 10.2.3)."""
    value = response.headers.get("Retry-After", "").strip()
    return min(float(value[:12]), LONGEST_WAIT) if value.isascii() and value.isdigit() else None
