"""Find the day a story was published.

Structured data first, then the date that stands by the title, then one labelled below the text, then the address. Dates
are day first unless that is impossible; header clocks, lists and future days are refused: no date beats a guess.
"""

import calendar
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from parsers.page_blocks import Block

EARLIEST = date(1998, 1, 1)  # the first Vietnamese school sites are younger
_FIELDS = (
    "ld:datepublished", "article:published_time", "datepublished", "og:published_time", "article:published",
    "pubdate", "publishdate", "publish_date", "dc.date.issued", "dcterms.created", "og:article:published_time",
)  # fmt: skip
_NUMBER_WORDS = {
    "một": 1, "giêng": 1, "hai": 2, "ba": 3, "tư": 4, "bốn": 4, "năm": 5, "sáu": 6, "bảy": 7, "bẩy": 7, "tám": 8,
    "chín": 9, "mười": 10, "mười một": 11, "mười hai": 12, "chạp": 12,
}  # fmt: skip
_ENGLISH = {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name}
_YEAR, _DAY = r"(?P<year>(?:19|20)\d\d)", r"(?P<day>\d{1,2})"
_MONTH = r"(?P<month>\d{1,2})"
_SPOKEN = rf"(?:tháng|thg\.?|th\.?)\s*(?P<month>\d{{1,2}}|{'|'.join(sorted(_NUMBER_WORDS, key=len, reverse=True))})"
_NAMED = r"(?P<month>[A-Z][a-z]{2})[a-z]*\.?"
_EDGE, _END = r"(?<![\d/.-])", r"(?![\d/]|[.-]\d)"
_NUMERIC = re.compile(rf"{_EDGE}{_DAY}\s?(?P<mark>[/.-])\s?{_MONTH}\s?(?P=mark)\s?{_YEAR}{_END}")
_FORMS = (
    _NUMERIC,
    re.compile(rf"{_EDGE}{_YEAR}-{_MONTH}-{_DAY}(?!\d)"),
    re.compile(rf"{_EDGE}{_YEAR}/{_MONTH}/{_DAY}{_END}"),
    re.compile(rf"\b{_DAY}\s+{_SPOKEN},?\s+(?:năm\s+)?{_YEAR}\b", re.IGNORECASE),
    re.compile(rf"\b{_SPOKEN}\s+{_DAY},?\s+(?:năm\s+)?{_YEAR}\b", re.IGNORECASE),
    re.compile(rf"\b{_DAY}\s+{_NAMED},?\s+{_YEAR}\b"),
    re.compile(rf"\b{_NAMED}\s+{_DAY}(?:st|nd|rd|th)?,?\s+{_YEAR}\b"),
)
_HALF_DAY = re.compile(r"\b\d{1,2}:\d\d(?::\d\d)?\s*[AP]M\b")
_URL_DAY = re.compile(r"/(20\d\d)/(\d{1,2})/(\d{1,2})(?=[/?#]|$)")
_LABEL = re.compile(
    r"đăng (?:lúc|ngày|bởi|vào|tải)|ngày (?:đăng|viết|tạo|gửi|ban hành|cập nhật|xuất bản)|được đăng|cập nhật|"
    r"post(?:ed)?|published|"
    r"đăng\s*:|thứ (?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ nhật",
    re.IGNORECASE,
)
_CHANGED = re.compile(
    r"cập nhật lần cuối|sửa (?:lần cuối|đổi)|lần cuối|last (?:updated|modified)|modified|hết hạn", re.IGNORECASE
)
_UPDATED = re.compile(r"cập nhật|updated", re.IGNORECASE)
_CLOCK_MARK = re.compile(r"clock|today|to-?day|date-?now|current|homnay|hom-?nay|top-?bar|dong-?ho")
_SHORT = 30
_BEFORE, _BELOW = 3, 8


@dataclass(frozen=True, slots=True)
class DatePlace:
    """Where in the blocks a date may stand: the title's place, and the story's `[start, end)`."""

    title: int | None
    start: int
    end: int


def find_dates(text: str) -> list[date]:
    """All full dates of a text, in their order; day first, month first only where day first is impossible."""
    found: dict[int, date] = {}
    for form in _FORMS:
        for match in form.finditer(text):
            if day := _as_date(match, month_first=False):
                found.setdefault(match.start(), day)
    return [found[place] for place in sorted(found)]


def published_on(
    fields: Mapping[str, str], blocks: Sequence[Block], place: DatePlace, url: str, today: date | None = None
) -> date | None:
    """The day of publication, never later than `today`; None when the page does not say."""
    for day in _candidates(fields, blocks, place, url, today):
        if day >= EARLIEST and (today is None or day <= today):
            return day
    return None


def _candidates(
    fields: Mapping[str, str], blocks: Sequence[Block], place: DatePlace, url: str, today: date | None
) -> Iterator[date]:
    for name in _FIELDS:
        yield from find_dates(fields.get(name, "")[:60])[:1]
    yield from _by_title(blocks, place, today)
    yield from _below(blocks, place)
    for year, month, day in _URL_DAY.findall(url):
        if found := _make(int(year), int(month), int(day)):
            yield found


def _by_title(blocks: Sequence[Block], place: DatePlace, today: date | None) -> Iterator[date]:
    """Dates between the title and the text, then those shortly above the title."""
    if place.title is None:
        return
    has_text = place.end > place.start > place.title
    between = blocks[place.title + 1 : place.start if has_text else place.title + 1 + _BELOW]
    yield from _in_order(between, blocks)
    title = blocks[place.title]
    for block in reversed(blocks[max(0, place.title - _BEFORE) : place.title]):
        clock = _CLOCK_MARK.search(block.marks) or (block.container is not title.container and today is None)
        for day in [] if clock else _of_block(block, blocks):
            # A clock in the page's head shows the day of reading; a story's own date may do so by chance only.
            if day != today or block.container is title.container:
                yield day


def _below(blocks: Sequence[Block], place: DatePlace) -> Iterator[date]:
    """Labelled dates right below the text."""
    if place.end > place.start:
        near = blocks[place.end : place.end + _BELOW]
        yield from _in_order([block for block in near if _LABEL.search(block.text)], blocks)


def _in_order(some: Sequence[Block], page: Sequence[Block]) -> Iterator[date]:
    """The dates of these blocks, those of a first publication before those of a change."""
    for changed in (False, True):
        for block in some:
            if bool(_UPDATED.search(block.text)) is changed and not _CHANGED.search(block.text):
                yield from _of_block(block, page)


def _of_block(block: Block, page: Sequence[Block]) -> list[date]:
    if block.words > _SHORT or block.linked > 0.5:
        return []
    if _HALF_DAY.search(block.text) and _writes_month_first(page):
        found = (_as_date(match, month_first=True) for match in _NUMERIC.finditer(block.text))
        return [day for day in found if day]
    return find_dates(block.text)[:1]


def _writes_month_first(page: Sequence[Block]) -> bool:
    """Say whether this site prints American dates: "10/30/2017 9:13 PM" somewhere and never the other way round."""
    orders = {
        (int(match["day"]) > 12, int(match["month"]) > 12)
        for block in page
        if block.words <= _SHORT and _HALF_DAY.search(block.text)
        for match in _NUMERIC.finditer(block.text)
    }
    return (False, True) in orders and (True, False) not in orders


def _as_date(match: re.Match[str], *, month_first: bool) -> date | None:
    year, day = int(match["year"]), int(match["day"])
    name = match["month"].lower()
    month = int(name) if name.isdigit() else _NUMBER_WORDS.get(name) or _ENGLISH.get(name, 0)
    if month_first:
        return _make(year, day, month)
    return _make(year, month, day) or (_make(year, day, month) if name.isdigit() else None)


def _make(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
