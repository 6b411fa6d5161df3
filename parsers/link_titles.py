"""The title a sender gives beside a link: in the same table row, in the anchor, before the link, or on the line above.

Takes only what reads like a headline; when in doubt there is no title, because the page has the real one. Nothing of it
is trusted: it is shown to the board as the school's own words.
"""

import re
from collections.abc import Iterator, Sequence

from parsers.lines import Line
from parsers.link_spans import Span
from parsers.words import fold

__all__ = ["title_of"]

SHORTEST, LONGEST = 3, 45  # syllables of a headline
LONGEST_ROW = 5_000  # characters
MOST_TEXT = 500  # characters looked at for one

_ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_NUMBERING = re.compile(
    r"^\s*(?:[-+*•–●►✓]+|\(?\d{1,2}\s?[.)/:-]|(?:bài|tin)\s+(?:số\s+)?\d{1,2}\s*[.:)-])\s*", re.IGNORECASE
)
# "Trường … gửi bài: <title>": what stands before the last colon introduces the title.
_LEAD_IN = re.compile(
    r"^.{0,160}?(?:gửi|nộp|gui|nop|đăng|dang|tiêu đề|bài|bai|tin|link)\b[^:]{0,80}:\s*",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"[\s(\[–-]*(?:(?:link|đường dẫn|duong dan|xem|chi tiết|địa chỉ|url|web|website|bài viết)\b[^:]{0,25}:"
    r"|(?:xem )?(?:chi tiết )?(?:tại|tai)(?: đây)?\s*:?)\s*$",
    re.IGNORECASE,
)
_LABEL_END = re.compile(r"(?::|tại|tai|đây)\s*$", re.IGNORECASE)  # every label ends so, few headlines do
_NO_TITLE = re.compile(
    r"kinh gui|kinh thua|da[ ,]|em gui|(?:nha )?truong\b.*\b(?:gui|nop|bao cao)|gui |link|duong dan|bai viet$|xem|bam|"
    r"click|tai day|chi tiet|tran trong|cam on|xin |website|fanpage|facebook|video|anh\b|hinh anh|nguon|file|hoac|"
    r"tu:|from:|subject:|chu de:|to:|date:|vao |on |stt\b|tuan \d+|bai \d+|tin bai"
)
_STATEMENT = re.compile(r"\b(?:gui|xin gui|kinh de nghi|dang loi|chua nhan)\b")


def title_of(span: Span, lines: Sequence[Line]) -> str | None:
    """Return the headline given for this link, or None."""
    titles = (_headline(candidate) for candidate in _candidates(span, lines) if candidate.strip())
    return next((title for title in titles if title), None)


def _candidates(span: Span, lines: Sequence[Line]) -> Iterator[str]:
    line = lines[span.line].text
    yield span.shown
    yield from _cells(line, span)
    yield line[max(0, span.start - MOST_TEXT) : span.start].rpartition("\t")[2]
    yield _line_above(span, lines)[:MOST_TEXT]


def _cells(line: str, span: Span) -> list[str]:
    """Return the other cells of a table row, the longest first."""
    if "\t" not in line or len(line) > LONGEST_ROW:
        return []
    others = [*line[: span.start].split("\t")[:-1], *line[span.end :].split("\t")[1:]]
    return sorted(others, key=len, reverse=True)


def _line_above(span: Span, lines: Sequence[Line]) -> str:
    """Return the line above, when this line holds nothing but the link and the line above holds none."""
    if span.start > MOST_TEXT:
        return ""
    own = _NUMBERING.sub("", lines[span.line].text[: span.start])
    if _without_label(own).strip(" :-–(["):
        return ""
    for line in reversed(lines[max(0, span.line - 2) : span.line]):
        if line.text.strip():
            return "" if line.anchors or _ADDRESS.search(line.text) else line.text
    return ""


def _without_label(text: str) -> str:
    return _LABEL.sub("", text) if _LABEL_END.search(text) else text


def _headline(candidate: str) -> str | None:
    text = _NUMBERING.sub("", candidate.strip())
    text = _without_label(text).strip() if not text.endswith("\t") else text
    text = _LEAD_IN.sub("", text) if ":" in text else text
    text = _without_label(text)
    text = text.strip(" \t:;,-–—()[]*_|>\u200b").removesuffix("./").strip()
    folded = fold(text)
    syllables = len(folded.split())
    if not SHORTEST <= syllables <= LONGEST or _ADDRESS.search(text) or candidate.rstrip().endswith((",", "!")):
        return None
    return None if _NO_TITLE.match(folded) or _STATEMENT.search(folded) else text
