"""Addresses of foreign pages: may it be fetched, what does it wrap, and is it the same page as another.

Pure: nothing is looked up and nothing opened. `check_url` is strict, because browsers, urllib and the C library each
read a crooked address differently; `unwrap`, `canonical_url` and `host_of` are lenient and never raise.
"""

import re
import unicodedata
from collections.abc import Collection, Sequence
from functools import lru_cache
from urllib.parse import SplitResult, parse_qs, parse_qsl, quote, unquote, unquote_plus, urlsplit

from parsers.hostnames import Network, Refusal, UrlRefused, checked_host, has_hidden_characters, to_ascii
from parsers.memo import remembered
from parsers.url_rules import DEFAULT_RULES, UrlRules
from parsers.wrappers import inner_address

__all__ = ["DEFAULT_RULES", "UrlRefused", "UrlRules", "canonical_url", "check_url", "host_of", "unwrap"]

MAX_LENGTH = 4096  # characters; servers answer 414 far below
MAX_WRAPPED_LENGTH = 8 * MAX_LENGTH  # a wrapped address is percent-encoded once a layer; beyond this nothing is read
MAX_WRAPPINGS = 5
DEFAULT_PORTS = {"http": 80, "https": 443}

_SHAPE = re.compile(r"(https?)://([^/?#]*)([^?#]*)(\?[^#]*)?(#.*)?", re.IGNORECASE | re.DOTALL)
_AUTHORITY = re.compile(r"(\[[^\[\]]*\]|[^:\[\]]*)(?::([0-9]*))?")
_INDEX = re.compile(r"/(?:index|default)\.(?:html?|php|aspx?|jsp)$", re.IGNORECASE)
_VIEW_PATHS = re.compile(
    r"^/(?:m|amp)(?=/[^/]+/?[^/])|(?<=.)/amp(?:\.html)?$|(?<=/ct)(?:full|mb)(?=/\d+/\d+$)", re.IGNORECASE
)
_TWINS = re.compile(r"^(?:(?:www|m)\.)+(?=[^.]+\.)")
_SURROGATES = re.compile("[\ud800-\udfff]")
_WIRE = "!$%&'()*+,-./:;=?@[]_|~"  # what stays as written in path and query; the rest is percent-encoded
_SEGMENT = "!$&'()*+,:;=@~"


def check_url(
    url: str,
    ports: Collection[int] = (80, 443),
    own_hosts: Collection[str] = (),
    networks: Sequence[Network] = (),
) -> str:
    """Return the address as it may be fetched, or raise UrlRefused with a reason for the school.

    ports: allowed ones; 80 goes with http only and 443 with https only. own_hosts: hosts of the office's own desk.
    networks: private networks that may be fetched (see `checked_host`). The fragment is dropped, the host is in
    A-labels, path and query are percent-encoded in UTF-8.
    """
    _refuse_crooked(url)
    shape = _SHAPE.fullmatch(url)
    if shape is None:
        raise UrlRefused(Refusal.NOT_HTTP)
    scheme, authority, path, query = shape[1].lower(), shape[2], shape[3], shape[4] or ""
    if not path and "@" in url[shape.end(2) :]:
        raise UrlRefused(Refusal.AMBIGUOUS)
    written_host, written_port = _authority(authority)
    if not _urllib_agrees(url, written_host):
        raise UrlRefused(Refusal.AMBIGUOUS)
    host = checked_host(written_host, networks)
    if host in {to_ascii(own) for own in own_hosts}:
        raise UrlRefused(Refusal.OWN_DESK)
    port = _checked_port(scheme, written_port, ports)
    place = host if port == DEFAULT_PORTS[scheme] else f"{host}:{port}"
    return f"{scheme}://{place}{quote(path, _WIRE) or '/'}{quote(query, _WIRE)}"


def _refuse_crooked(url: str) -> None:
    if len(url) > MAX_LENGTH:
        raise UrlRefused(Refusal.TOO_LONG)
    if url != url.strip() or has_hidden_characters(url):
        raise UrlRefused(Refusal.BAD_CHARACTERS)
    if "\\" in url:
        raise UrlRefused(Refusal.BACKSLASH)


def _authority(authority: str) -> tuple[str, str]:
    if "@" in authority:
        raise UrlRefused(Refusal.USERINFO)
    parts = _AUTHORITY.fullmatch(authority)
    if parts is None:
        raise UrlRefused(Refusal.BAD_HOST)
    return parts[1], parts[2] or ""


def _urllib_agrees(url: str, host: str) -> bool:
    try:
        return (urlsplit(url).hostname or "") == host.strip("[]").lower()
    except ValueError:
        return False


def _checked_port(scheme: str, written: str, ports: Collection[int]) -> int:
    digits = written.lstrip("0")
    if written and not 1 <= len(digits) <= 5:
        raise UrlRefused(Refusal.BAD_PORT)
    port = int(digits) if digits else DEFAULT_PORTS[scheme]
    foreign = {default for other, default in DEFAULT_PORTS.items() if other != scheme}
    if port not in ports or port in foreign or port > 65535:
        raise UrlRefused(Refusal.BAD_PORT)
    return port


@remembered(entries=256, longest=MAX_LENGTH)
def host_of(url: str) -> str:
    """Return the lower-case ASCII host without a leading "www.", or "" when there is none."""
    parts = _split(_cleaned(url))
    return to_ascii(parts.hostname or "").removeprefix("www.") if parts else ""


def unwrap(url: str, rules: UrlRules = DEFAULT_RULES) -> str:
    """Undo known redirectors from the query, without network, and strip known trackers; otherwise unchanged."""
    target = _cleaned(url)
    for _ in range(MAX_WRAPPINGS):
        inner = _wrapped(target, rules)
        if inner is None:
            break
        target = inner
    return _without_trackers(target, rules)


@lru_cache(maxsize=256)
def canonical_url(url: str, rules: UrlRules = DEFAULT_RULES) -> str:
    """Return the identity key of a page: two addresses of one page give the same key. It is not for fetching.

    http and https, "www." and "m." twins and the views for telephones, index pages, default ports, fragments,
    trackers, navigation keys, the order of keys, the spelling of percent-encoding and a trailing slash do not count;
    every other part does. What is no web address comes back as it is.
    """
    target = unwrap(url, rules)
    parts = _split(target)
    if parts is None or not parts.hostname:
        return target
    host = host_of(target)
    query = _query_key(parts.query, host, rules)
    route = f"#{parts.fragment}" if parts.fragment.startswith(("!", "/")) else ""  # a page of a one-page site
    return f"https://{_main_twin(host)}{_odd_port(parts)}{_path_key(parts.path)}{'?' if query else ''}{query}{route}"


def _path_key(path: str) -> str:
    """Return the path in one spelling, without what only names the index page or the view of a telephone."""
    spelt = "/".join(_respelled(unquote(part, errors="surrogateescape")) for part in path.split("/"))
    return _VIEW_PATHS.sub("", _INDEX.sub("", spelt.rstrip("/"))) or "/"


def _query_key(query: str, host: str, rules: UrlRules) -> str:
    keys = [
        (_respelled(key), _respelled(value))
        for key, value in parse_qsl(query, keep_blank_values=True, errors="surrogateescape")
        if not (rules.is_tracker(key, host) or rules.is_navigation(key) or rules.is_view(key, value))
    ]
    return "&".join(f"{key}={value}" for key, value in sorted(keys, key=lambda item: item[0]))


def _cleaned(url: str) -> str:
    return (url if url.isascii() else _SURROGATES.sub("\ufffd", url)).strip()


@remembered(entries=256, longest=MAX_LENGTH)
def _split(url: str) -> SplitResult | None:
    """Split a web address; None when it is none, or one that urllib cannot read."""
    if len(url) > MAX_WRAPPED_LENGTH:
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    return parts if parts.scheme in DEFAULT_PORTS and port != 0 else None


def _wrapped(url: str, rules: UrlRules) -> str | None:
    parts = _split(url)
    if parts is None:
        return None
    host = host_of(url)
    keys = tuple(rules.wrapped_keys(host, parts.path))
    query = parse_qs(parts.query) if keys else {}
    inner = inner_address(host, parts)
    targets = (*(_cleaned(query[key][0]) for key in keys if key in query), *([inner] if inner else []))
    return next((target for target in targets if target.lower().startswith(("http://", "https://"))), None)


def _without_trackers(url: str, rules: UrlRules) -> str:
    address, hash_sign, fragment = url.partition("#")
    place, _, query = address.partition("?")
    host = host_of(url)
    if not (host and query):
        return url
    items = query.split("&")
    kept = [item for item in items if not rules.is_tracker(unquote_plus(item.partition("=")[0]), host)]
    if kept == items:
        return url
    return f"{place}{'?' if kept else ''}{'&'.join(kept)}{hash_sign}{fragment}"


def _respelled(text: str) -> str:
    """Percent-encode in the one canonical spelling; bytes that are no UTF-8 keep their values."""
    return quote(unicodedata.normalize("NFC", text), _SEGMENT, errors="surrogateescape")


def _main_twin(host: str) -> str:
    """Drop the "www." and "m." of twins where a whole name is left."""
    return _TWINS.sub("", host)


def _odd_port(parts: SplitResult) -> str:
    return "" if parts.port in {None, DEFAULT_PORTS[parts.scheme]} else f":{parts.port}"
