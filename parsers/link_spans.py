"""Where web addresses stand in visible lines, as written and as they were meant.

People paste addresses twice without a space, misspell "https://", let it break at the end of a line, and type on right
behind it. This module finds the stretch that is the address; what the address is worth is not decided here.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from parsers.lines import Line
from parsers.link_ends import parted, trimmed
from parsers.link_joins import INVISIBLE, LONGEST, joined_over_gaps, joined_over_lines
from parsers.urls import host_of

__all__ = ["Span", "hosts_in", "spans_of"]

_START = re.compile(
    r"(?:https?|(?<![a-z])(?:hxxps?|ht{1,4}ps?|ttps?))"
    r"(?:\s{0,2}[:;]\s{0,2}/{1,3}\s{0,2}|//:?\s{0,2}|:(?=[\w-]+\.[\w.-]+/))(?=[^\s/])(?:www\.\s)?",
    re.IGNORECASE,
)
_END = re.compile(f'[\\s<>"“”„«»…{{}}|\\\\^`\u3001\u3002{INVISIBLE}\u00a0\u2028\u2029\x00-\x1f]')
_BARE = re.compile(
    r"(?<![\w@./%=&?#-])(?://)?((?:[a-z0-9][a-z0-9-]{0,62}\.){1,6}[a-z]{2,24})(?![\w@.-]*@)(?=[/:?\s,;.)\]!>]|$)",
    re.IGNORECASE,
)
_INNER_DOT = re.compile(r"\.[a-z]", re.IGNORECASE)  # every bare host has one, few lines do
_UNSEEN = re.compile(rf"[\s{INVISIBLE}]+")
_SLASH = re.compile(r"[/\\\uff0f]")
_WIDE = re.compile("[\uff01-\uff5e]")  # ASCII as East Asian keyboards type it
_BACKSLASHED = re.compile(r"https?:[\\/]{2}[^\s<>\"]*", re.IGNORECASE)
_AMPERSAND = re.compile(r"&(?:amp;|#38;|#x26;)+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Span:
    """An address in line number `line`, from `start` to `end`.

    written: as it stands in the mail; with a line break where it was put together again. shown: the anchor's text, ""
    for a bare address.
    """

    line: int
    start: int
    end: int
    url: str
    written: str
    shown: str = ""


def spans_of(lines: Sequence[Line], known_hosts: Collection[str]) -> Iterator[Span]:
    """Yield the addresses of consecutive lines in reading order.

    known_hosts: the hosts (without "www.") that count even when written without "http://".
    """
    swallowed: dict[int, int] = {}  # how much of a line was the end of the address above
    for number, line in enumerate(lines):
        anchored = list(_anchored(number, line, known_hosts))
        written = _written(number, line, known_hosts, anchored)
        for span in sorted((*anchored, *written), key=lambda span: span.start):
            if span.start >= swallowed.get(number, 0):
                whole, taken = _rejoined(span, lines)
                swallowed.update(taken)
                yield whole


def hosts_in(text: str) -> set[str]:
    """Return the hosts that a short text, such as an anchor's, names."""
    addresses = (found[0] for found in re.finditer(r"https?://[^\s/?#]+", text, re.IGNORECASE))
    return {host_of(address) for address in (*addresses, *(f"http://{found[1]}" for found in _BARE.finditer(text)))}


def _anchored(number: int, line: Line, known_hosts: Collection[str]) -> Iterator[Span]:
    for anchor in line.anchors:
        href = _respelled(_UNSEEN.sub("", anchor.href[: 8 * LONGEST]))
        if found := _START.match(href):
            while again := _START.match(href, found.end()):
                found = again  # of "http://https://" the last one counts
            href = _scheme(found) + href[found.end() :]
        else:
            bare = _BARE.match(href)
            if not bare or host_of(f"http://{bare[1]}") not in known_hosts:
                continue
            href = f"http://{href[bare.start(1) :]}"
        for url in (trimmed(copy) for _, copy in parted(href, known_hosts)):
            if _is_address(url):
                shown = line.text[anchor.start : anchor.end].strip()
                yield Span(number, anchor.start, anchor.end, url, anchor.href, shown)


def _written(number: int, line: Line, known_hosts: Collection[str], anchored: Sequence[Span]) -> Iterator[Span]:
    text = _respelled(line.text) if _SLASH.search(line.text) else line.text
    text = _blanked(text, [(span.start, span.end) for span in anchored])  # an anchor's text is no second address
    taken: list[tuple[int, int]] = []
    for found in _starts(text):
        if not taken or found.start() >= taken[-1][1]:
            spans, end = _typed(number, line.text, text, found, known_hosts)
            yield from spans
            taken.append((found.start(), end))
    yield from _bare_hosts(number, line.text, _blanked(text, taken), known_hosts)


def _starts(text: str) -> Iterator[re.Match[str]]:
    """Yield where addresses begin; of "http://https://" the last one counts."""
    if "/" not in text:
        return
    position = 0
    while found := _START.search(text, position):
        position = found.end()
        if not _START.match(text, position):
            yield found


def _blanked(text: str, ranges: Sequence[tuple[int, int]]) -> str:
    """Return the text with line ends, which no address holds, in these stretches of it."""
    pieces, position = [], 0
    for start, end in ranges:
        pieces += [text[position:start], "\n" * (end - max(start, position))]
        position = max(position, end)
    return "".join((*pieces, text[position:])) if ranges else text


def _typed(
    number: int, written: str, text: str, found: re.Match[str], known_hosts: Collection[str]
) -> tuple[list[Span], int]:
    """Return what begins here, usually one address, or several pasted in a row, and where the last one ends."""
    scheme = _scheme(found)
    token, end = _token(text, scheme, found.end())
    lead = found.end() - len(scheme)  # the place in the line of the token's first character
    spans = []
    for start, copy in parted(token, known_hosts):
        url, stop = copy, lead + start + len(copy)
        if stop == end:
            url, stop = joined_over_gaps(copy, text, end, known_hosts)
        if _is_address(url) and (found[0][:2].lower() != "hx" or host_of(url) in known_hosts):
            begin = lead + start if start else found.start()
            spans.append(Span(number, begin, stop, _AMPERSAND.sub("&", url), written[begin:stop]))
    return spans, max([end, *(span.end for span in spans)])


def _token(text: str, scheme: str, position: int) -> tuple[str, int]:
    """Return the address up to its first sign that none can have, and the place of that sign."""
    stop = _END.search(text, position, position + LONGEST)
    end = stop.start() if stop else min(len(text), position + LONGEST)
    return scheme + text[position:end], end


def _scheme(found: re.Match[str]) -> str:
    """Return the scheme that was meant, with the "www." that a space parted from its host."""
    letters, _, _ = found[0].lower().partition("www")
    return f"{'https' if 's' in letters else 'http'}://{'www.' if 'www' in found[0].lower() else ''}"


def _bare_hosts(number: int, written: str, text: str, known_hosts: Collection[str]) -> Iterator[Span]:
    for found in _BARE.finditer(text) if _INNER_DOT.search(text) else ():
        if host_of(f"http://{found[1]}") in known_hosts:
            token, end = _token(text, "http://", found.start(1))
            url, stop = joined_over_gaps(token, text, end, known_hosts)
            yield Span(number, found.start(), stop, _AMPERSAND.sub("&", url), written[found.start(1) : stop])


def _is_address(url: str) -> bool:
    return len(url) > len("https://") and "." in url


def _respelled(text: str) -> str:
    """Return the text with full-width signs and backslashes as they were meant, each sign in its place."""
    if not text.isascii():
        text = _WIDE.sub(lambda found: chr(ord(found[0]) - 0xFEE0), text)
    return _BACKSLASHED.sub(lambda found: found[0].replace("\\", "/"), text) if "\\" in text else text


def _rejoined(span: Span, lines: Sequence[Line]) -> tuple[Span, dict[int, int]]:
    """Put an address broken at the end of its line together again, if the next line can only be its rest."""
    if span.shown and span.shown.rstrip("/") not in span.url:
        return span, {}
    url, pieces, taken = joined_over_lines(span.url, span.line, span.start, span.end, lines)
    return replace(span, url=url, written="\n".join((span.written, *pieces))) if pieces else span, taken
