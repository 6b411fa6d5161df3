"""What the receiving server found out about a mail: Authentication-Results (RFC 8601), as far as it can be believed.

A field counts by who wrote it and where it stands, not by what it says. It must not judge the sender.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from parsers.address import ascii_domain
from parsers.message import Header, ParsedMessage

__all__ = ["TOPMOST", "DmarcResult", "dmarc_results"]

TOPMOST = "topmost"  # the opt-in for servers that name no authserv-id (Microsoft 365): only the first field counts

_NAME = "authentication-results"
# Fields a receiving server writes beside its own Received field; the sender's own fields end the run.
_TRACE = re.compile(r"(?:x-|arc-|dkim-|dmarc-|received-spf$|authentication-results$|return-path$|delivered-to$)")
_SIGN = re.compile(r'\\.|[();"]', re.DOTALL)
_BY = re.compile(r"(?:^|\s)by\s+([^\s;]+)", re.IGNORECASE)
_FROM = re.compile(r"\s*from\s", re.IGNORECASE)
_LMTP = re.compile(r"\swith\s+U?LMTPS?A?\s", re.IGNORECASE)  # never spoken across a border
_IDENTITY = re.compile(r'(?:"([^"]*)"|([^\s;="/]+))(?:\s+(\d+))?')
_RESULT = re.compile(r"([\w-]+)(?:\s*/\s*(\d+))?\s*=\s*([\w-]+)(?!\S)(.*)", re.DOTALL)
_HEADER_FROM = re.compile(r'(?:^|\s)header\s*\.\s*from\s*=\s*(?:"([^"]*)"|([^\s;"]+))(?!\S)', re.IGNORECASE)
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*+"', re.DOTALL)


@dataclass(frozen=True, slots=True)
class DmarcResult:
    """One dmarc result of a believed field: `result` in lower case, `domain` the header.from it speaks of, or None."""

    result: str
    domain: str | None


def dmarc_results(message: ParsedMessage, authserv_id: str) -> tuple[DmarcResult, ...]:
    """Return the dmarc results that our own server wrote; "" believes nothing, TOPMOST the first field only.

    A field of ours that cannot be read counts as result "malformed", so that it never helps.
    """
    if not message.values(_NAME):
        return ()
    if authserv_id.lower() == TOPMOST:
        first = message.values(_NAME)[:1]
        return tuple(result for value in first for result in _results(value, None))
    return _own_results(message.headers, authserv_id)


@lru_cache(maxsize=4)
def _own_results(headers: tuple[Header, ...], authserv_id: str) -> tuple[DmarcResult, ...]:
    """Remembered, because a mail is asked whom it speaks for and whether it may be answered."""
    above, beside = _own_regions(headers, authserv_id.lower())
    return _all_results(above, authserv_id) or _all_results(beside, authserv_id)


def _all_results(headers: list[Header], authserv_id: str) -> tuple[DmarcResult, ...]:
    return tuple(result for header in headers for result in _results(header.value, authserv_id))


def _own_regions(headers: tuple[Header, ...], authserv_id: str) -> tuple[list[Header], list[Header]]:
    """Return the fields above the Received field our server wrote, and those of its trace block directly below it.

    Servers differ: RFC 8601 and many put the results above their Received, Google and Postfix below. Where they stand
    above, those below are not looked at. Where the border is not ours by name, only fields above it can be.
    """
    border = next((index for index, header in enumerate(headers) if _is_border(header)), len(headers))
    own = border < len(headers) and _is_by(headers[border].value, authserv_id)
    above = [header for header in headers[:border] if header.name.lower() == _NAME]
    return above, list(_trace_below(headers[border + 1 :])) if own else []


def _is_border(header: Header) -> bool:
    """Tell whether this is where the mail came in: the first Received that is no hand-over inside our own house."""
    return header.name.lower() == "received" and bool(_FROM.match(header.value)) and not _LMTP.search(header.value)


def _trace_below(headers: tuple[Header, ...]) -> Iterator[Header]:
    for header in headers:
        if not _TRACE.match(header.name.lower()):
            return
        if header.name.lower() == _NAME:
            yield header


def _is_by(received: str, host: str) -> bool:
    named = _BY.findall(" ".join(_segments(received)[0]))[-1:]  # the first may be part of the sender's greeting
    return any(by.lower() == host or by.lower().endswith(f".{host}") for by in named)


def _results(value: str, authserv_id: str | None) -> Iterator[DmarcResult]:
    """Read one field; `authserv_id` None takes it whoever wrote it, with or without an id."""
    segments, balanced = _segments(value)
    identity = _IDENTITY.fullmatch(segments[0].strip())
    if authserv_id is None:
        results = segments[1:] if identity else segments
    elif identity is None or (identity[1] or identity[2] or "").lower() != authserv_id.lower():
        return
    else:
        results = segments[1:]
    if identity and int(identity[3] or 1) != 1:
        return
    if not balanced:
        yield DmarcResult("malformed", None)
    for segment in results:
        yield from _dmarc(segment.strip())


def _dmarc(segment: str) -> Iterator[DmarcResult]:
    found = _RESULT.match(segment)
    if found is None or found[1].lower() != "dmarc" or (found[2] or "1") != "1":
        if segment.lower().startswith("dmarc"):
            yield DmarcResult("malformed", None)
        return
    domains = {ascii_domain(name[1] or name[2]) for name in _HEADER_FROM.finditer(_plain_properties(found[4]))}
    yield DmarcResult(found[3].lower(), domains.pop() if len(domains) == 1 else None)


def _plain_properties(text: str) -> str:
    """Blank what a quoted string could pretend to be, a whole value apart (header.from="board.vn")."""
    return _QUOTED.sub(lambda quoted: quoted[0] if ascii_domain(quoted[0][1:-1]) else '""', text)


def _segments(value: str) -> tuple[list[str], bool]:
    """Cut at the semicolons outside comments and quoted strings; comments go. Says whether both kinds were closed."""
    pieces = [""]
    depth, end, quoted = 0, 0, False
    for found in _SIGN.finditer(value):
        sign = found[0]
        if not depth:
            pieces[-1] += value[end : found.start()]
        end = found.end()
        if sign == '"' and not depth:
            quoted = not quoted
        elif sign in "()" and not quoted:
            depth = max(0, depth + (1 if sign == "(" else -1))
            pieces[-1] += " "
            continue
        elif sign == ";" and not quoted and not depth:
            pieces.append("")
            continue
        pieces[-1] += sign if not depth else ""
    if not depth:
        pieces[-1] += value[end:]
    return pieces, not depth and not quoted
