"""The guarded way to a foreign page: `Fetcher.get` is the only door to the web for addresses that came by mail.

Each hop starts from nothing: the address is checked as text, its host is looked up once, every answer must be public,
and the connection goes to the checked address with the host's name in Host, SNI and certificate. No proxy, cookie,
credential or Referer is ever sent, and only a Location field moves it on. Politeness between processes lives elsewhere.
"""

import email.utils
import http.client
import re
import ssl
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import cast
from urllib.parse import SplitResult, urljoin, urlsplit

from urllib3 import HTTPResponse
from urllib3.connection import HTTPConnection
from urllib3.exceptions import HTTPError, InvalidHeader

from ingest.body import check_is_text, is_page_type, read_body
from ingest.connection import Deadline, Resolve, Wire, checked_addresses, connected, default_resolver
from ingest.failures import Failure, FetchError, failure_of_status
from ingest.settings import FetchSettings
from parsers.link_roles import is_below
from parsers.social import NEVER_FETCHED
from parsers.urls import DEFAULT_PORTS, UrlRefused, check_url, host_of

__all__ = ["FetchError", "FetchSettings", "FetchedPage", "Fetcher", "user_agent"]

MAX_REDIRECTS = 5
HEADER_BYTES = 65_536
FRAMING_BYTES = 65_536  # chunk sizes and trailers on top of the body
LONGEST_WAIT = 86_400.0  # a site that asks for more than a day is asked again after one
LONGEST_CONTENT_TYPE = 200
PAGE_STATUSES = frozenset({200, 203})
REDIRECT_STATUSES = frozenset({301, 302, 303, 307, 308})

_CROOKED = re.compile(r"[\x00-\x1f\x7f\\]")


@dataclass(frozen=True, slots=True)
class FetchedPage:
    """A page as it came: body decoded from its content coding, not from its charset."""

    url: str
    final_url: str
    status: int
    content_type: str
    body: bytes
    insecure_tls: bool


class Fetcher:
    """Fetches one page at a time; safe to share between threads.

    contact: address or page of the office, for the User-Agent. own_hosts: hosts of the office's own desk, which are
    never asked.
    """

    def __init__(
        self,
        settings: FetchSettings,
        resolve: Resolve = default_resolver,
        ssl_context: ssl.SSLContext | None = None,
        contact: str = "",
        own_hosts: Collection[str] = (),
    ) -> None:
        self._settings = settings
        self._resolve = resolve
        self._networks = settings.networks
        self._own_hosts = frozenset(own_hosts)
        self._user_agent = user_agent(contact)
        self._verifying = ssl_context or ssl.create_default_context()
        self._trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._trusting.check_hostname = False
        self._trusting.verify_mode = ssl.CERT_NONE

    def get(self, url: str) -> FetchedPage:
        """Fetch the page, following at most five redirects within one deadline; raises FetchError."""
        deadline = Deadline.in_seconds(self._settings.seconds)
        target = url
        for _ in range(MAX_REDIRECTS + 1):
            answer = self._hop(url, self._checked(target), deadline)
            if isinstance(answer, FetchedPage):
                return answer
            target = answer
        raise Failure.TOO_MANY_REDIRECTS.error()

    def _checked(self, url: str) -> str:
        try:
            target = check_url(url, self._settings.ports, self._own_hosts, self._networks)
        except UrlRefused as refused:
            raise FetchError(refused.reason, permanent=True) from None
        if is_below(host_of(target), NEVER_FETCHED):
            raise Failure.SOCIAL.error()
        return target

    def _hop(self, url: str, target: str, deadline: Deadline) -> FetchedPage | str:
        """Ask one address; a listed host whose certificate fails is asked again without verification."""
        if not target.startswith("https:"):
            return self._ask(url, target, deadline, tls=None)
        try:
            return self._ask(url, target, deadline, tls=self._verifying)
        except FetchError as error:
            listed = host_of(target) in {
                host.lower().removeprefix("www.") for host in self._settings.insecure_tls_hosts
            }
            if not (listed and error.reason == Failure.BAD_CERTIFICATE.reason):
                raise
        return self._ask(url, target, deadline, tls=self._trusting)

    def _ask(self, url: str, target: str, deadline: Deadline, tls: ssl.SSLContext | None) -> FetchedPage | str:
        """Return the page, or the address the server sends us on to."""
        parts = urlsplit(target)
        host, port = parts.hostname or "", parts.port or DEFAULT_PORTS[parts.scheme]
        addresses = checked_addresses(host, self._resolve, self._networks, deadline)
        with connected(addresses, port, deadline, tls, host) as peer:
            wire = Wire(peer, deadline, HEADER_BYTES)
            try:
                response = _answer(wire, parts, self._headers(parts))
                if response.status in REDIRECT_STATUSES:
                    return _location(response, target)
                body = self._page_body(wire, response)
            except InvalidHeader:
                raise Failure.BAD_ANSWER.error() from None
            except (HTTPError, OSError):
                raise Failure.CUT_OFF.error() from None
            except (http.client.HTTPException, ValueError):
                raise Failure.BAD_ANSWER.error() from None
        content_type = response.headers.get("Content-Type", "")[:LONGEST_CONTENT_TYPE]
        return FetchedPage(url, target, response.status, content_type, body, insecure_tls=tls is self._trusting)

    def _headers(self, parts: SplitResult) -> Mapping[str, str]:
        return {
            "Host": parts.netloc,
            "User-Agent": self._user_agent,
            "Accept": "text/html, application/xhtml+xml, text/plain;q=0.5",
            "Accept-Language": "vi",
            "Accept-Encoding": "gzip, deflate",
            "Connection": "close",
        }

    def _page_body(self, wire: Wire, response: HTTPResponse) -> bytes:
        """Read the body of an answer that is a page; everything else is told by its header fields alone."""
        if response.status not in PAGE_STATUSES:
            raise _status_failure(response)
        content_type = response.headers.get("Content-Type", "")
        if not is_page_type(content_type):
            raise Failure.NOT_A_PAGE.error()
        _check_length(response, self._settings.max_bytes)
        wire.allow(self._settings.max_bytes + FRAMING_BYTES, Failure.TOO_BIG)
        chunks = response.stream(decode_content=False)
        body = read_body(chunks, response.headers.get("Content-Encoding", ""), self._settings.max_bytes)
        if wire.surplus.strip():
            raise Failure.BAD_ANSWER.error()
        check_is_text(body, content_type)
        return body


def user_agent(contact: str) -> str:
    """Who asks, and why, in ASCII."""
    contact = "".join(character for character in contact if " " <= character <= "~")
    return f"tinbai ({contact + '; ' if contact else ''}reads pages that schools mail to their education office)"


def _answer(wire: Wire, parts: SplitResult, headers: Mapping[str, str]) -> HTTPResponse:
    """Send the request and read status line and fields; http.client stops at 100 fields and 64 kB a line."""
    connection = HTTPConnection(parts.hostname or "")
    connection.sock = cast("ssl.SSLSocket", wire)  # already connected: urllib3 must not look anything up
    connection.request(
        "GET", f"{parts.path}{'?' if parts.query else ''}{parts.query}", headers=headers, preload_content=False
    )
    return connection.getresponse()


def _check_length(response: HTTPResponse, max_bytes: int) -> None:
    announced = response.headers.getlist("Content-Length")
    if len(announced) > 1 or not all(length.isascii() and length.isdigit() for length in announced):
        raise Failure.BAD_ANSWER.error()
    if announced and (len(announced[0]) > 12 or int(announced[0]) > max_bytes):
        raise Failure.TOO_BIG.error()


def _location(response: HTTPResponse, base: str) -> str:
    """Return where exactly one readable Location field points to; what it may be is checked as for any address."""
    locations = response.headers.getlist("Location")
    if len(locations) != 1 or not locations[0].strip() or _CROOKED.search(locations[0]):
        raise Failure.BAD_REDIRECT.error()
    try:
        return urljoin(base, _unicode(locations[0].strip()))
    except ValueError:
        raise Failure.BAD_REDIRECT.error() from None


def _unicode(value: str) -> str:
    """Undo http.client's Latin-1 where a server wrote its address in UTF-8."""
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return value


def _status_failure(response: HTTPResponse) -> FetchError:
    if response.headers.get("cf-mitigated", "").lower() == "challenge":
        return Failure.CHALLENGE.error()
    patient = response.status in {403, 429} or response.status >= 500
    return failure_of_status(response.status).error(_retry_after(response.headers) if patient else None)


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Return Retry-After in seconds (RFC 9110, 10.2.3); a date is measured against the server's own Date."""
    value = headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():
        return min(float(value[:12]), LONGEST_WAIT)
    try:
        until = email.utils.parsedate_to_datetime(value)
        now = email.utils.parsedate_to_datetime(headers.get("Date", ""))
        seconds = (until - now).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(seconds, 0.0), LONGEST_WAIT)
