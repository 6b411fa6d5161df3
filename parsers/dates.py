"""Dates of mail fields (RFC 5322 section 3.3, with the obsolete and the merely common spellings). Knows no clock."""

import re
from datetime import UTC, datetime, timedelta, timezone

__all__ = ["parse_date", "received_date"]

_MONTH_NAMES = "jan feb mar apr may jun jul aug sep oct nov dec"
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES.split(), 1)}
# RFC 5322 section 4.3; other names say nothing certain and count as UTC.
_ZONES = {"est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7, "ict": 7}
_TIME = r"(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:\.\d{1,9})?)?"
_ZONE = r"(?:\s*(?P<sign>[+-])(?P<zone_hours>\d{2}):?(?P<zone_minutes>\d{2})|\s*(?P<zone>[A-Za-z]{1,5})\b)?"
_DAY_FIRST = re.compile(
    rf"(?:[^\W\d]{{2,10}}\.?,?\s*)?(?P<day>\d{{1,2}})[\s-]+(?P<month>[A-Za-z]{{3}})[a-z]*[\s-]+(?P<year>\d{{2,4}}),?\s+"
    rf"{_TIME}{_ZONE}"
)
_ASCTIME = re.compile(
    rf"[A-Za-z]{{3}},?\s+(?P<month>[A-Za-z]{{3}})\s+(?P<day>\d{{1,2}})\s+{_TIME}\s+(?P<year>\d{{4}}){_ZONE}"
)
_ISO = re.compile(rf"(?P<year>\d{{4}})-(?P<month>\d{{2}})-(?P<day>\d{{2}})[T\s]+{_TIME}{_ZONE}")
_MAX_CHARACTERS = 200
_YEARS = range(1970, 2200)


def parse_date(value: str) -> datetime | None:
    """Return the date with its offset, None when unreadable; without a known zone it counts as UTC.

    value: the field without its comments. The weekday is not checked: it is often wrong where the date is right.
    """
    value = value.strip()[:_MAX_CHARACTERS]
    found = _DAY_FIRST.match(value) or _ISO.match(value) or _ASCTIME.match(value)
    if found is None:
        return None
    part = found.groupdict()
    try:
        date = datetime(
            _year(part["year"]),
            _month(part["month"]),
            int(part["day"]),
            int(part["hour"]),
            int(part["minute"]),
            _second(part["second"] or "0"),
            tzinfo=_zone(part),
        )
    except ValueError:
        return None
    return date if date.year in _YEARS else None


def received_date(value: str) -> datetime | None:
    """Return the date of a Received field, which follows its last semicolon."""
    return parse_date(value.rpartition(";")[2])


def _year(digits: str) -> int:
    """Read years of two and three digits as RFC 5322 section 4.3 says."""
    year = int(digits)
    if len(digits) == 2 and year < 50:
        return 2000 + year
    return year if len(digits) == 4 else 1900 + year


def _month(text: str) -> int:
    return int(text) if text.isdecimal() else _MONTHS.get(text.lower(), 0)


def _second(digits: str) -> int:
    """Read a leap second as the second before it."""
    return 59 if digits == "60" else int(digits)


def _zone(part: dict[str, str | None]) -> timezone:
    sign, hours, minutes = (part["sign"], part["zone_hours"], part["zone_minutes"])
    if not sign or not hours or not minutes:
        return timezone(timedelta(hours=_ZONES.get((part["zone"] or "").lower(), 0)))
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    return timezone(-offset if sign == "-" else offset) if offset else UTC
