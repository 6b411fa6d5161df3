"""Where web addresses stand in visible lines, exactly as written: cut from the words, brackets and signs around them.

People paste addresses twice without a space, let them break at the end of a line, and type on right behind them. This
module finds the stretch that is the address; what the address is worth is not decided here.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from parsers.lines import Line
from parsers.urls import host_of

__all__ = ["Span", "spans_of"]

LONGEST = 4096  # characters of one address
LONG_LINE = 68  # characters; mail programs wrap near 72 to 76

_START = re.compile(r"https?://", re.IGNORECASE)
_END = re.compile('[\\s<>"“”„«»…{}|\\\\^`\u00a0\u00ad\u200b-\u200f\u2028\u2029\u2060\ufeff\x00-\x1f]')
# A second address pasted right behind the first; after "=", "/" or "%" it is a part of the first.
_INNER = re.compile(r"(?<![=/%:&?])https?://", re.IGNORECASE)
_BARE = re.compile(
    r"(?<![\w@./:%=&?#-])(?:[a-z0-9][a-z0-9-]{0,62}\.){1,6}[a-z]{2,24}(?![\w@.-]*@)(?=[/:?\s,;.)\]!>]|$)", re.IGNORECASE
)
_UNSEEN = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]+")
_INNER_DOT = re.compile(r"\.[a-z]", re.IGNORECASE)  # every bare host has one, few lines do
_NOT_ASCII_LETTER = re.compile(r"[^\W\d_a-zA-Z]")
_LAST_CHANGE = re.compile(r".*(?:(?<=\d)(?=[^\W\d_])|(?<=[a-z0-9])(?=[A-Z]))", re.DOTALL)
_RUN = re.compile(r"[^\W_]+$")
_TRAILING = ".,;:!?'’”\"*_~)]}>"
_CONTINUES = re.compile(r"[a-z0-9%][\w%~.=&?/+-]*", re.ASCII)
_COMPLETE = re.compile(r"(?:\d|\.(?:html?|aspx?|php|jpe?g|png|pdf))$", re.IGNORECASE)


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
        found = [*_anchored(number, line, known_hosts), *_written(number, line, known_hosts)]
        for span in sorted(found, key=lambda span: span.start):
            if span.start >= swallowed.get(number, 0):
                whole, taken = _rejoined(span, lines)
                swallowed.update(taken)
                yield whole


def _anchored(number: int, line: Line, known_hosts: Collection[str]) -> Iterator[Span]:
    for anchor in line.anchors:
        href = _UNSEEN.sub("", anchor.href)
        if not _START.match(href):
            bare = _BARE.match(href)
            if not bare or host_of(f"http://{bare[0]}") not in known_hosts:
                continue
            href = f"http://{href}"
        for url in _unglued(href):
            yield Span(number, anchor.start, anchor.end, url, url, line.text[anchor.start : anchor.end].strip())


def _written(number: int, line: Line, known_hosts: Collection[str]) -> Iterator[Span]:
    text = line.text
    for anchor in line.anchors:  # their visible text is no second address
        text = text[: anchor.start] + "\n" * (anchor.end - anchor.start) + text[anchor.end :]
    position = 0
    while found := _START.search(text, position):
        stop = _END.search(text, found.end(), found.start() + LONGEST)
        token = text[found.start() : stop.start() if stop else found.start() + LONGEST]
        length = 0
        for url in _unglued(token):
            start = found.start() + token.find(url, length)
            length = start - found.start() + len(url)
            yield Span(number, start, start + len(url), url, url)
        position = found.start() + max(len(token), 1)
    yield from _bare_hosts(number, text, known_hosts)


def _bare_hosts(number: int, text: str, known_hosts: Collection[str]) -> Iterator[Span]:
    for found in _BARE.finditer(text) if _INNER_DOT.search(text) else ():
        if host_of(f"http://{found[0]}") in known_hosts:
            stop = _END.search(text, found.end())
            url = trimmed(f"http://{text[found.start() : stop.start() if stop else len(text)]}")
            written = url.removeprefix("http://")
            yield Span(number, found.start(), found.start() + len(written), url, written)


def _unglued(token: str) -> Iterator[str]:
    """Cut an address pasted several times in a row into its copies."""
    starts = [0, *(found.start() for found in _INNER.finditer(token, 1)), len(token)]
    for start, end in pairwise(starts):
        url = trimmed(token[start:end])
        if len(url) > len("https://") and "." in url:
            yield url


def trimmed(url: str) -> str:
    """Cut what was typed right behind an address: closing brackets, stops, Vietnamese words."""
    cut = _without_words(_without_brackets(url))
    while cut and cut[-1] in _TRAILING and not (cut[-1] == ")" and cut.count("(") >= cut.count(")")):
        cut = cut.removesuffix("./.")[: None if cut.endswith("./.") else -1]
    return cut


def _without_brackets(url: str) -> str:
    """Cut at the first closing bracket that was not opened in the address."""
    depth = 0
    if ")" not in url and "]" not in url:
        return url
    for position, sign in enumerate(url):
        depth += (sign in "([") - (sign in ")]")
        if depth < 0:
            return url[:position]
    return url


def _without_words(url: str) -> str:
    """Cut at a Vietnamese word glued to the end; a path that is itself written in Vietnamese stays."""
    host_end = url.find("/", len("https://"))
    for found in _NOT_ASCII_LETTER.finditer(url, host_end if host_end > 0 else len(url)):
        run = _RUN.search(url[: found.end()])
        start = run.start() if run else found.start()
        if url[start - 1] in ",;:.!?":
            return url[: start - 1]
        change = _LAST_CHANGE.match(url[start : found.start() + 1])
        if change:
            return url[: start + change.end()]
        if url[start - 1] not in "/-_=%+&?(":
            return url[: found.start()]
    return url


def _rejoined(span: Span, lines: Sequence[Line]) -> tuple[Span, dict[int, int]]:
    """Put an address broken at the end of its line together again, if the next line can only be its rest."""
    url, written, number, taken = span.url, span.written, span.line, {}
    piece = span.url
    stands_alone = not span.shown or span.shown.rstrip("/") in span.url
    while stands_alone and number + 1 < len(lines) and lines[number].text.rstrip().endswith(piece[-20:]):
        following = lines[number + 1].text
        rest = _CONTINUES.match(following)
        if rest is None or not _is_rest(url, rest[0], following, lines[number]):
            break
        number += 1
        piece = trimmed(rest[0])
        url, written = url + piece, f"{written}\n{piece}"
        taken[number] = rest.end()
    return replace(span, url=url, written=written) if taken else span, taken


def _is_rest(url: str, rest: str, following: str, line: Line) -> bool:
    alone = len(rest) >= len(following.rstrip().rstrip(_TRAILING))
    has_shape = any(sign in rest for sign in "-/=_") or rest[-1].isdigit()
    if _START.match(rest) or re.fullmatch(r"\d{1,2}\.?", rest) or "@" in following[: len(rest) + 1]:
        return False
    if url[-1] in "-_=&%":
        return alone or has_shape
    if url[-1] == "/":
        return alone and has_shape and url.count("/") > 3
    return alone and has_shape and len(line.text) >= LONG_LINE and not _COMPLETE.search(url)
