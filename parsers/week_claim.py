"""Which week a school says its stories are for: "tuần 12", "T12", "tuần thứ mười hai", "từ 16/11 đến 20/11" …

Reads words only; what a claim is worth is decided by `parsers.week.credit`. A number that may as well mean a month, a
weekday or the n-th week of a month is no claim.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from parsers.week import ISO_DISTANCE, Calendar
from parsers.words import fold

__all__ = ["claimed_week"]

LAST_CIVIL_WEEK = 53

_DIGITS = ("", "mot", "hai", "ba", "bon", "nam", "sau", "bay", "tam", "chin")
_OTHER_DIGITS = {1: "mot", 4: "tu", 5: "lam"}  # their other forms after tens: hai mươi mốt, hai mươi tư, mười lăm


def _number_words() -> Iterator[tuple[str, int]]:
    """Yield the spoken numbers 1 to 53 without marks, with their variants."""
    for number in range(1, LAST_CIVIL_WEEK + 1):
        tens, ones = divmod(number, 10)
        start = {0: "", 1: "muoi "}.get(tens, f"{_DIGITS[tens]} muoi ")
        for word in {_DIGITS[ones], _OTHER_DIGITS.get(ones, _DIGITS[ones])}:
            yield f"{start}{word}".strip(), number


_SPOKEN = dict(_number_words())
_SEVERAL_SYLLABLES = "|".join(sorted((word for word in _SPOKEN if " " in word), key=len, reverse=True))
# "tuần sau" is next week and "tuần từ" begins a range: one syllable is a number only as "tuần thứ sáu".
_ONE_SYLLABLE = f"(?:{'|'.join(word for word in _SPOKEN if ' ' not in word)}|nhat)"

# All patterns read folded text, so that "tuần" and "tuan" are one word.
_EXPLICIT = re.compile(
    r"(?<![a-z])tuan[\s_:.#-]*(?:le[\s_]+)?(?:hoc[\s_]+)?(?:thu[\s_]+|so[\s_]+)?[\s_:(]*"
    r"(?:(?P<number>0?[1-9]|[1-4]\d|5[0-3])(?![\d%]|[.,]\d|[a-z])"
    rf"|(?P<spoken>{_SEVERAL_SYLLABLES}|(?<=thu ){_ONE_SYLLABLE})(?![a-z]))"
)
_MORE = re.compile(r"\s*(?:,|\+|&|-|–|va|den)\s*(?:tuan\s*)?(\d{1,2})(?![\d/.])")
_OF_A_MONTH = re.compile(r"\s*(?:/\s*(?:0?[1-9]|1[0-2])(?!\d)|(?:cua\s+)?thang\b)")
_SHORT = re.compile(r"(?<![a-z0-9])t\.?\s?(?P<number>[1-9]|[1-4]\d|5[0-3])(?![\d/.]|[a-z])")
_DAY = r"(?:ngay\s*)?(\d{1,2})(?:\s*[/.-]\s*(\d{1,2}))?(?:\s*[/.-]\s*(\d{4}))?"
_RANGE = re.compile(
    rf"(?:tuan|tin bai|link bai|bai viet)\b[^\d\n]{{0,25}}{_DAY}\s*(?:den het|den|toi|-|–|->)\s*{_DAY}(?!\d)"
)
_LAST_WEEK = re.compile(r"\b(?:bai|tin|link|viet|bu|cho|cua|muon|nop)\s+tuan\s+truoc\b")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+")


def claimed_week(subject: str, texts: Sequence[str], received: date, calendar: Calendar) -> int | None:
    """Return the week number as claimed (numbers of the civil year stay as they are), or None.

    texts: in order of weight after the subject: the mail's own text, then names of attachments. received: local day.
    """
    sources = [_ADDRESS.sub(" ", fold(source)) for source in (subject, *texts)]
    for source in sources:
        claim = _range_claim(source, received, calendar) or _explicit_claim(source, received, calendar)
        if claim:
            return claim
    return _short_claim(sources[0], received, calendar) or _last_week_claim(sources, received, calendar)


def _explicit_claim(source: str, received: date, calendar: Calendar) -> int | None:
    for found in _EXPLICIT.finditer(source):
        if _OF_A_MONTH.match(source, found.end()):
            continue
        first = int(found["number"]) if found["number"] else _SPOKEN.get(found["spoken"], 1)
        more = _MORE.match(source, found.end()) if found["number"] else None
        current = calendar.week_of(received)
        return current.number if more and current and int(more[1]) == current.number else first
    return None


def _range_claim(source: str, received: date, calendar: Calendar) -> int | None:
    for found in _RANGE.finditer(source):
        first_day, first_month, first_year, last_day, last_month, last_year = found.groups()
        month = first_month or last_month
        if not month or not (last_month or first_month):
            continue
        start = _nearest_date(first_day, month, first_year or last_year, received)
        end = _nearest_date(last_day, last_month or month, last_year or first_year, received)
        if start and end and timedelta() < end - start <= timedelta(days=6):
            week = calendar.week_of(start)
            if week and week.monday <= start and end <= week.sunday:
                return week.number
    return None


def _nearest_date(day: str, month: str, year: str | None, near: date) -> date | None:
    years = [int(year)] if year else [near.year - 1, near.year, near.year + 1]
    days = [made for candidate in years if (made := _date(candidate, int(month), int(day)))]
    return min(days, key=lambda made: abs(made - near), default=None)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _short_claim(subject: str, received: date, calendar: Calendar) -> int | None:
    """Read "T12" as a week only near the current one, and not where it may as well be the month."""
    current = calendar.week_of(received) or calendar.week_before(received)
    found = _SHORT.search(subject)
    if not found or not current:
        return None
    number = int(found["number"])
    is_month = number == received.month and number != current.number
    return number if abs(number - current.number) <= ISO_DISTANCE and not is_month else None


def _last_week_claim(sources: Sequence[str], received: date, calendar: Calendar) -> int | None:
    if not any(_LAST_WEEK.search(source) for source in sources):
        return None
    before = calendar.week_before(received)
    return before.number if before else None
