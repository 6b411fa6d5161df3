"""Redirectors that carry the real address in their path or host, in a spelling of their own, undone offline.

Those that carry it in the query are lines of a table (`parsers.url_rules`). A host that only looks like one of these is
none of them, and what cannot be read comes back as None: a wrong guess would open a page nobody sent.
"""

import base64
import binascii
import re
from collections.abc import Callable
from urllib.parse import SplitResult, parse_qsl, unquote

__all__ = ["inner_address", "is_sealed"]

# Redirectors of mail servers that keep the real address to themselves; only opening them tells.
_SEALED = ("mimecast.com", "mimecastprotect.com", "sophos.com", "trendmicro.com", "sendgrid.net", "list-manage.com")

_PROOFPOINT_V3 = re.compile(r"/v3/__(.+?)__;([\w-]*)", re.DOTALL)
_ONE_SLASH = re.compile(r"^(https?):/(?!/)", re.IGNORECASE)
_AMP = re.compile(r"/amp/(s/)?([^/]+\.[^/]+)(/.*)?", re.DOTALL)
_AMP_PROJECT = re.compile(r"/[acv]/(s/)?([^/]+\.[^/]+)(/.*)?", re.DOTALL)
_YAHOO = re.compile(r"/RU=([^/]+)/")
_CISCO = re.compile(r"/[^/]+/(https?%3A.+)", re.IGNORECASE | re.DOTALL)
_HEX = re.compile(r"-([0-9A-F]{2})", re.IGNORECASE)
_GOOGLE = re.compile(r"google\.(?:com(?:\.[a-z]{2})?|co\.[a-z]{2}|[a-z]{2})")
_RUN_LENGTHS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_PLACE = re.compile(r"\*(\*.)?", re.DOTALL)


def inner_address(host: str, parts: SplitResult) -> str | None:
    """Return the address that this one, on `host` (without "www."), only leads to; None when it is no known wrapper."""
    undo = _BY_HOST.get(host)
    if undo is not None:
        return undo(parts)
    if host.endswith(".translate.goog"):
        return _translated(host, parts)
    if host.endswith(".cdn.ampproject.org"):
        return _amp(_AMP_PROJECT, parts)
    return _amp(_AMP, parts) if _GOOGLE.fullmatch(host) else None


def is_sealed(host: str) -> bool:
    """Tell whether the host belongs to a service whose redirections cannot be undone offline."""
    return f".{host}".endswith(tuple(f".{sealed}" for sealed in _SEALED))


def _proofpoint_v2(parts: SplitResult) -> str | None:
    """Undo `/v2/url?u=`: "-2D" stands for "%2D" and "_" for "/"."""
    written = dict(parse_qsl(parts.query)).get("u")
    return unquote(_HEX.sub(r"%\1", written.replace("_", "/"))) if written else None


def _proofpoint_v3(parts: SplitResult) -> str | None:
    """Undo `/v3/__address__;signs!`: each "*" of the address stands for the next of the signs, "**X" for several."""
    found = _PROOFPOINT_V3.match(f"{parts.path}?{parts.query}" if parts.query else parts.path)
    if found is None:
        return None
    try:
        signs = base64.urlsafe_b64decode(found[2] + "=" * (-len(found[2]) % 4)).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return None
    address = _filled(found[1], signs)
    return _ONE_SLASH.sub(r"\1://", address) if address else None


def _filled(address: str, signs: str) -> str | None:
    """Return the address with the signs in their places; None when there are not as many signs as places."""
    position = 0

    def fill(place: re.Match[str]) -> str:
        nonlocal position
        length = _RUN_LENGTHS.find(place[1][1]) + 2 if place[1] else 1
        position += length
        return signs[position - length : position]

    filled = _PLACE.sub(fill, address)
    return filled if position == len(signs) else None


def _amp(pattern: re.Pattern[str], parts: SplitResult) -> str | None:
    """Undo Google's AMP viewer and cache: `/amp/s/host/path`, where "s" means https."""
    found = pattern.fullmatch(parts.path)
    query = f"?{parts.query}" if parts.query else ""
    return f"http{'s' if found[1] else ''}://{found[2]}{found[3] or '/'}{query}" if found else None


def _translated(host: str, parts: SplitResult) -> str:
    """Undo the translated copy of a site: dots of its host are hyphens, and hyphens are doubled."""
    label = host.removesuffix(".translate.goog")
    site = re.sub(r"--|-", lambda found: "-" if found[0] == "--" else ".", label)
    kept = [item for item in parts.query.split("&") if item and not item.startswith("_x_tr_")]
    return f"https://{site}{parts.path}{'?' if kept else ''}{'&'.join(kept)}"


def _in_path(pattern: re.Pattern[str], parts: SplitResult) -> str | None:
    found = pattern.search(parts.path)
    return unquote(found[1]) if found else None


_BY_HOST: dict[str, Callable[[SplitResult], str | None]] = {
    "urldefense.com": _proofpoint_v3,
    "urldefense.us": _proofpoint_v3,
    "urldefense.proofpoint.com": _proofpoint_v2,
    "r.search.yahoo.com": lambda parts: _in_path(_YAHOO, parts),
    "secure-web.cisco.com": lambda parts: _in_path(_CISCO, parts),
}
