"""Whether what follows a gap is the rest of an address: after a space, an invisible sign, or the end of a line.

People type "https:// truong.vn", programs wrap at 72 columns, editors put zero-width spaces where a word may break.
Prose goes on behind an address much more often than the address does, so a rest must look like one.
"""

import re
from collections.abc import Collection, Sequence

from parsers.lines import Line
from parsers.link_ends import FINISHED, trimmed
from parsers.urls import host_of

__all__ = ["GAP", "joined_over_gaps", "joined_over_lines"]

LONGEST = 4096  # characters of one address
LONG_LINE = 68  # characters; mail programs wrap near 72 to 76
MOST_GAPS = 40

INVISIBLE = "\u00ad\u200b-\u200f\u2060\ufeff"
GAP = re.compile(f"[{INVISIBLE}]+|[ \u00a0]{{1,2}}")
_REST = re.compile(r"[a-z0-9%/.?=&_-][\w%~.=&?/+#-]*", re.ASCII | re.IGNORECASE)
_SCHEME = re.compile(r"\w*https?:?", re.IGNORECASE)
_NUMBER = re.compile(r"\d{1,2}\.?|[\d./-]*")  # of a list, a date, a telephone
# What only the end of an address looks like: a slug of three words or more, an article's number, a page's extension.
_SLUG = re.compile(
    r"(?=.*[a-z]).*(?:[a-z0-9%_]+-){2}[a-z0-9%_]+|.*pmtd\d+sw\d+|.*[\w-]+\.(?:html?|aspx?|php)$", re.IGNORECASE
)
_HOST_ALONE = re.compile(r"https?://[^/?#]*$", re.IGNORECASE)
_OPEN = {"<": ">", "(": ")", "[": "]"}
_UNENDED = "-_=&%/?"
_TRAILING = ".,;:!?'’”\"*_~)]}>"


def joined_over_gaps(url: str, text: str, end: int, known_hosts: Collection[str]) -> tuple[str, int]:
    """Return the address and where it ends in the line, with the pieces that stand behind a space or invisible signs.

    url: as far as it goes without a gap, up to `end`, untrimmed.
    """
    plain, length = trimmed(url), len(url)
    if url not in (plain, f"{plain}."):
        return plain, end - length + len(plain)
    for _ in range(MOST_GAPS):
        gap = GAP.match(text, end)
        rest = _REST.match(text, gap.end(), gap.end() + LONGEST) if gap else None
        if gap is None or rest is None or len(url) > LONGEST or _says_something(text, rest):
            break
        piece = rest[0] if GAP.match(text, rest.end()) else trimmed(f"{url}{rest[0]}")[len(url) :]
        going_on = _after_space if gap[0].isspace() else _after_invisible
        if not piece or not going_on(url, piece, known_hosts):
            break
        url, end = url + piece, rest.start() + len(piece)
    return (url, end) if len(url) > length else (plain, end - length + len(plain))


def _says_something(text: str, rest: re.Match[str]) -> bool:
    """Tell whether this is another address, an e-mail address, or the beginning of a word with marks."""
    following = text[rest.end() : rest.end() + 1]
    return bool(_SCHEME.fullmatch(rest[0])) or following == "@" or following.isalpha()


def _after_invisible(url: str, piece: str, known_hosts: Collection[str]) -> bool:
    return url[-1] in "-_=&%/?." or any(sign in piece for sign in "-/=_") or _completes_host(url, piece, known_hosts)


def _after_space(url: str, piece: str, known_hosts: Collection[str]) -> bool:
    if _HOST_ALONE.match(url):
        return _completes_host(url, piece, known_hosts) or (piece[0] == "/" and len(piece) > 2)
    slug = bool(_SLUG.match(piece))
    if url[-1] in _UNENDED:
        return slug
    return slug and piece[0] in "-/_" and piece[1:2].isalnum() and not FINISHED.search(url)


def _completes_host(url: str, piece: str, known_hosts: Collection[str]) -> bool:
    return bool(_HOST_ALONE.match(url)) and host_of(url + piece) in known_hosts and host_of(url) not in known_hosts


def joined_over_lines(
    url: str, number: int, start: int, end: int, lines: Sequence[Line]
) -> tuple[str, list[str], dict[int, int]]:
    """Return the address, its pieces from the lines below, and how much of each of those lines it took.

    It stands in line `number` from `start` to `end`, and goes on only if nothing stands behind it.
    """
    pieces: list[str] = []
    taken: dict[int, int] = {}
    closing = _OPEN.get(lines[number].text[start - 1 : start], "")
    while len(url) <= LONGEST and not lines[number].text[end:].strip():
        below = _line_below(number, lines)
        following = lines[below].text if below else ""
        indent = len(following) - len(following.lstrip())
        rest = _REST.match(following, indent)
        if rest is None or not _is_rest(url, rest, lines[number], closing, near=below == number + 1):
            break
        url = _without_soft_break(url, lines[number])
        piece = trimmed(f"{url}{rest[0]}")[len(url) :]
        number, end = below, indent + len(piece)
        url += piece
        pieces.append(piece)
        taken[number] = rest.end()
    return url, pieces, taken


def _line_below(number: int, lines: Sequence[Line]) -> int:
    """Return the number of the next line, or of the one after a blank line; 0 when there is none."""
    below = number + 1
    if below + 1 < len(lines) and not lines[below].text.strip():
        below += 1
    return below if below < len(lines) else 0


def _without_soft_break(url: str, line: Line) -> str:
    """Drop the "=" of a quoted-printable line end that was decoded twice or never."""
    return url[:-1] if url.endswith("=") and "?" not in url and len(line.text) >= LONG_LINE else url


def _is_rest(url: str, rest: re.Match[str], line: Line, closing: str, *, near: bool) -> bool:
    piece, following = rest[0], rest.string
    if _SCHEME.fullmatch(piece) or _NUMBER.fullmatch(piece) or _says_something(following, rest):
        return url[-1] in "-=" and near and bool(re.fullmatch(r"\d{3,}", piece))
    bare = piece.rstrip(_TRAILING)
    alone = len(following.strip().rstrip(_TRAILING)) <= len(bare)
    if closing and following[rest.end() :].lstrip().startswith(closing):
        return True
    slug, wrapped = bool(_SLUG.match(bare)), len(line.text) >= LONG_LINE
    if not near or not (alone or (slug and wrapped)):
        return slug and alone and wrapped and not _ends_as_article(url)
    return _fits(url, piece, slug=slug, wrapped=wrapped)


def _fits(url: str, piece: str, *, slug: bool, wrapped: bool) -> bool:
    """Tell whether a piece alone on its line, near below the address, is its rest."""
    has_shape = any(sign in piece for sign in "-/=_") or piece[-1].isdigit()
    if _HOST_ALONE.match(url):
        return piece[0] in "/?" and has_shape
    if piece[0] in "&?":
        return "=" in piece and ("?" in url) == (piece[0] == "&")
    if url[-1] == "/":
        return has_shape and (url.count("/") > 3 or slug)
    if url[-1] in _UNENDED:
        return has_shape or not piece[0].isupper()
    if _ends_as_article(url):
        return False
    return slug or (has_shape and (wrapped or piece[0] == "-"))


def _ends_as_article(url: str) -> bool:
    return url[-1].isdigit() or bool(re.search(rf"(?:{FINISHED.pattern})$", url, re.IGNORECASE))
