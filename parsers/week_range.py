"""A range of days as the claim of a week: "tuần 16-20/11", "từ thứ Hai 30/11 đến thứ Sáu 4/12", "16 đến 20 tháng 11".

Reads folded text. A range counts only inside one study week; anything longer claims no week.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from parsers.week import Calendar

__all__ = ["range_claim"]

_WEEKDAY = r"(?:(?:thu\s+(?:hai|ba|tu|nam|sau|bay|[2-7])|t[2-7]|chu nhat|cn)\s*[,(]?\s*)?"
_YEAR = r"(?:\s*(?:[/.-]|nam)\s*(20\d\d|\d\d(?!\d)))?"
_DAY = rf"{_WEEKDAY}(?:ngay\s*)?(\d{{1,2}})(?:\s*(?:[/.-]|thang)\s*(\d{{1,2}})(?!\d))?{_YEAR}\)?"
_TO = r"\s*(?:den het|den|toi|het|-|–|—|->|→|=>|~)\s*"
_ANCHOR = (
    r"(?:(?:tuan|tin bai|link bai|bai viet)\b[^\d\n]{0,25}?"
    r"|(?:tin|bai|link)\b[^\d\n]{0,25}?\b(?=tu\b|ngay\b|thu\b)(?:tu\s*)?)"  # "bài 12 - 13/11" is story number 12
)
_RANGE = re.compile(rf"{_ANCHOR}{_DAY}{_TO}{_DAY}(?!\d)")
_A_WEEK = timedelta(days=6)


def range_claim(source: str, received: date, calendar: Calendar) -> int | None:
    """Return the study week that the first such range in the text lies in. received: the local day, for the year."""
    for found in _RANGE.finditer(source):
        for start, end in _readings(found.groups(), received):
            week = calendar.week_of(start)
            if week and week.monday <= start and end <= week.sunday:
                return week.number
    return None


def _readings(groups: tuple[str | None, ...], received: date) -> Iterator[tuple[date, date]]:
    """Yield the range with the year that is written, or with the one nearest to the day received."""
    first_day, first_month, first_year, last_day, last_month, last_year = groups
    if not first_day or not last_day or not (first_month or last_month):
        return
    ends = _dates(last_day, last_month or first_month, last_year or first_year, received)
    for end in ends:
        starts = _dates(first_day, first_month or last_month, first_year, end)
        start = starts[0] if starts else None
        if start and timedelta() < end - start <= _A_WEEK:
            yield start, end


def _dates(day: str, month: str | None, year: str | None, near: date) -> list[date]:
    """Return the dates this may be, the nearest first."""
    years = [int(year) % 100 + 2000] if year else [near.year - 1, near.year, near.year + 1]
    made = [_date(candidate, int(month or 0), int(day)) for candidate in years]
    return sorted((found for found in made if found), key=lambda found: abs(found - near))


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
