"""The title a sender gives beside a link: in the anchor or table row, before it or behind, on the line above or below.

Only where it stands is decided here, whether it reads like a headline is decided by `parsers.headline`. Nothing of it
is trusted: it is shown to the board as the school's own words.
"""

import re
from collections.abc import Iterator, Sequence

from parsers.headline import headline, is_label_only, is_meta_line
from parsers.lines import Line
from parsers.link_spans import Span

__all__ = ["title_of"]

LONGEST_ROW = 5_000  # characters
MOST_TEXT = 500  # characters looked at for one
FARTHEST = 4  # lines above

_ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_BEHIND = re.compile(r"\s*(?:[)>\]]\s*)?(?:[-–—:|]\s+|\()(.*)", re.DOTALL)
_TITLE_LABEL = re.compile(r"\s*(?:tiêu đề|tên bài|tên tin|nhan đề|tieu de|ten bai)\b[^:]{0,20}:", re.IGNORECASE)


def title_of(span: Span, lines: Sequence[Line]) -> str | None:
    """Return the headline given for this link, or None."""
    titles = (headline(candidate) for candidate in _candidates(span, lines) if candidate.strip())
    return next((title for title in titles if title), None)


def _candidates(span: Span, lines: Sequence[Line]) -> Iterator[str]:
    line = lines[span.line].text
    yield span.shown
    yield from _cells(line, span)
    yield _before(line, span)
    yield _line_above(span, lines)[:MOST_TEXT]
    yield _behind(line, span)
    yield _line_below(span, lines)[:MOST_TEXT]


def _cells(line: str, span: Span) -> list[str]:
    """Return the other cells of a table row, the longest first."""
    if len(line) > LONGEST_ROW:
        return []
    row = line.replace("|", "\t") if line.count("|") > 1 else line
    if "\t" not in row:
        return []
    others = [*row[: span.start].split("\t")[:-1], *row[span.end :].split("\t")[1:]]
    return sorted(others, key=len, reverse=True)


def _before(line: str, span: Span) -> str:
    """Return what stands before the link, from the cell's beginning or from the link before it."""
    before = line[max(0, span.start - MOST_TEXT) : span.start].rpartition("\t")[2]
    return _ADDRESS.split(before)[-1].lstrip(" ;,.)")


def _behind(line: str, span: Span) -> str:
    """Return what stands behind the link and a sign, unless another link follows, whose title it may be."""
    behind = _BEHIND.match(line[span.end : span.end + MOST_TEXT])
    if behind is None or _ADDRESS.search(behind[1]):
        return ""
    return behind[1].partition(")")[0] if "(" in behind[0][: behind.start(1)] else behind[1]


def _line_above(span: Span, lines: Sequence[Line]) -> str:
    """Return the line above, when this line holds nothing but the link and the line above holds none."""
    if not _opens_its_line(span, lines):
        return ""
    gap = False
    for number in range(span.line - 1, max(-1, span.line - 1 - FARTHEST), -1):
        text = lines[number].text
        if not text.strip():
            if gap:
                return ""
            gap = True
        elif not is_meta_line(text):
            return "" if _has_link(lines, number) or (gap and _has_link(lines, number - 1)) else text
    return ""


def _line_below(span: Span, lines: Sequence[Line]) -> str:
    """Return the line below if it is marked as the title, or if in this list each title stands below its link."""
    if (
        not _opens_its_line(span, lines)
        or lines[span.line].text[span.end :].strip(" .;,)>")
        or _has_link(lines, span.line + 1)
    ):
        return ""
    below = _text(lines, span.line + 1)
    if _TITLE_LABEL.match(below) or (below.lstrip().startswith("(") and below.rstrip().endswith(")")):
        return below
    alone = ":" not in below and not _text(lines, span.line + 2).strip()
    listed = _has_link(lines, span.line + 3) or (
        not _text(lines, span.line - 1).strip() and _has_link(lines, span.line - 3)
    )
    return below if alone and listed else ""


def _opens_its_line(span: Span, lines: Sequence[Line]) -> bool:
    return span.start <= MOST_TEXT and is_label_only(lines[span.line].text[: span.start])


def _has_link(lines: Sequence[Line], number: int) -> bool:
    if not 0 <= number < len(lines):
        return False
    return bool(lines[number].anchors or _ADDRESS.search(lines[number].text[:LONGEST_ROW]))


def _text(lines: Sequence[Line], number: int) -> str:
    return lines[number].text[:LONGEST_ROW] if 0 <= number < len(lines) else ""
