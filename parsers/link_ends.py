"""Where a typed address ends: copies pasted in a row are parted, and what was typed right behind one is cut off.

Only signs are judged, and how the addresses of the known school platforms end. Nothing is joined here.
"""

import re
from collections.abc import Collection, Iterator
from itertools import pairwise

from parsers.urls import host_of

__all__ = ["FINISHED", "parted", "trimmed"]

# A second address pasted right behind the first; after "=", "/" or "%" it may be a part of the first.
_INNER = re.compile(r"(?<![=/%:&?])https?://", re.IGNORECASE)
_INNER_AFTER_SIGN = re.compile(r"(?<=[/&])https?://[^/?#\s]*", re.IGNORECASE)
_JOINT = "+-&|"  # signs people put between two addresses, without spaces
_NOT_ASCII_LETTER = re.compile(r"[^\W\d_a-zA-Z]")
_LAST_CHANGE = re.compile(r".*(?:(?<=\d)(?=[^\W\d_])|(?<=[a-z0-9])(?=[A-Z]))", re.DOTALL)
_RUN = re.compile(r"[^\W_]+$")
_TRAILING = ".,;:!?'’”\"*_~)]}>"
_ENCODED_SPACE = re.compile(r"(?:%20|%0[9ad]|%c2%a0|%e2%80%8[b-f]|%ef%bb%bf)+$", re.IGNORECASE)
_FOOTNOTE = re.compile(r"\[\d{1,2}\]$")
_SENTENCE = re.compile(r"[.,;:!?](?!(?i:html?|aspx?|php|jsp|jpe?g|png|pdf|docx?)$)[A-Z][a-z]*$")  # "…-12.Trân", cut
# How an address of a known platform ends, whatever is typed behind it.
FINISHED = re.compile(r"pmtd\d+sw\d++|/ct(?:full)?/\d+/\d++|\.(?:html?+|aspx?+|php|jpe?g|png|pdf)", re.IGNORECASE)
_WORD_BEHIND = re.compile(rf"({FINISHED.pattern})(?:[a-z]+|\([^)]*)$", re.IGNORECASE)


def parted(token: str, known_hosts: Collection[str]) -> Iterator[tuple[int, str]]:
    """Yield the addresses pasted in a row without a space, each with the place where it starts; the last one untrimmed.

    token: a text without spaces that begins with http:// or https://.
    """
    inner = {found.start() for found in _INNER.finditer(token, 1)}
    if host_of(token) in known_hosts:  # of two pages of schools neither is a part of the other
        inner |= {found.start() for found in _INNER_AFTER_SIGN.finditer(token, 1) if host_of(found[0]) in known_hosts}
    for start, end in pairwise((0, *sorted(inner), len(token))):
        yield start, trimmed(token[start:end]).rstrip(_JOINT) if end < len(token) else token[start:end]


def trimmed(url: str) -> str:
    """Cut what was typed right behind an address: closing brackets, stops, words."""
    cut = _without_words(_without_brackets(url))
    cut = _WORD_BEHIND.sub(r"\1", _SENTENCE.sub("", _FOOTNOTE.sub("", cut)))
    while cut and cut[-1] in _TRAILING and not (cut[-1] == ")" and cut.count("(") >= cut.count(")")):
        cut = cut.removesuffix("./.")[: None if cut.endswith("./.") else -1]
    return _ENCODED_SPACE.sub("", cut)


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
