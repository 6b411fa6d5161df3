"""Which week a school says its stories are for: "tuần 12", "W48", "tuần thứ mười hai", "tuần XII", "tuần trước" …

Reads words only; ranges of days are read by `parsers.week_range`, and what a claim is worth is decided by
`parsers.week.credit`. A number that may as well mean a month, a weekday or the n-th week of a month is no claim.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from parsers.week import ISO_DISTANCE, Calendar
from parsers.week_range import range_claim
from parsers.words import fold, without_addresses

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

# All patterns read folded text, so that "tuần" and "tuan" are one word; roman numbers stand there in lower case.
_ROMAN = r"(?:x{0,4}(?:ix|iv|v?i{1,3}|v)|x{1,4}|l(?:i{1,3})?)"
_ROMAN_DIGITS = {"i": 1, "v": 5, "x": 10, "l": 50}
_EXPLICIT = re.compile(
    r"(?<![a-z])(?:tuan|week)[\s_:.#-]*(?:le[\s_]+)?(?:hoc[\s_]+)?(?:thu[\s_]+|so[\s_]+)?[\s_:(]*"
    r"(?:(?P<number>0?[1-9]|[1-4]\d|5[0-3])(?![\d%]|[.,]\d|[a-z])"
    rf"|(?P<spoken>{_SEVERAL_SYLLABLES}|(?<=thu ){_ONE_SYLLABLE})(?![a-z])"
    rf"|(?P<roman>{_ROMAN})(?![a-z.]))"
)
_MORE = re.compile(r"\s*(?:,|\+|&|-|–|va|den)\s*(?:tuan\s*)?(\d{1,2})(?![\d/.])")
_OF_A_MONTH = re.compile(r"\s*(?:/\s*(?:0?[1-9]|1[0-2])(?!\d)|(?:cua\s+)?thang\b)")
_WEEKS_OF_A_MONTH = 5
_DENIED = re.compile(r"(?:khong phai|chu khong phai|ghi nham|tinh nham)(?:\s+(?:la|cua|sang|vao|cho))*\s*$")
_SHORT = re.compile(r"(?<![a-z0-9])t(?:\.?\s?|-)(?P<number>[1-9]|[1-4]\d|5[0-3])(?![\d/.]|[a-z])")
_CIVIL = re.compile(r"(?<![a-z0-9/])w\.?\s?-?(?P<number>0?[1-9]|[1-4]\d|5[0-3])(?![\w/])")
_BROUGHT = r"(?:bai|tin|link|viet|bu|cho|cua|muon|nop)"
_LAST_WEEK = re.compile(
    rf"\b{_BROUGHT}\s+tuan\s+(?:truoc|vua\s+roi)\b"
    r"|\btuan\s+(?:truoc|vua\s+roi)\b[^.\n?]{0,40}\b(?:quen|chua|con thieu|bi thieu|(?:gui|nop) (?:bu|muon))\b"
)
_THIS_WEEK = re.compile(rf"\b{_BROUGHT}\s+tuan\s+nay\b")


def claimed_week(
    subject: str, texts: Sequence[str], received: date, calendar: Calendar, *, reply: bool = False
) -> int | None:
    """Return the week number as claimed (numbers of the civil year stay as they are), or None.

    texts: in order of weight after the subject: the mail's own text, then names of attachments. received: local day.
    reply: the subject is somebody else's, so the mail's own text speaks before it.
    """
    sources = [fold(without_addresses(source)) for source in (subject, *texts)]
    for source in [*sources[1:2], sources[0], *sources[2:]] if reply else sources:
        claim = range_claim(source, received, calendar) or _explicit_claim(source, received, calendar)
        if claim:
            return claim
    return _short_claim(sources[0], received, calendar) or _relative_claim(sources, received, calendar)


def _explicit_claim(source: str, received: date, calendar: Calendar) -> int | None:
    for found in (*_EXPLICIT.finditer(source), *_CIVIL.finditer(source)):
        first = _number(found)
        of_a_month = _OF_A_MONTH.match(source, found.end())
        if (of_a_month and first <= _WEEKS_OF_A_MONTH) or (of_a_month and "/" in of_a_month[0]):
            continue
        if _DENIED.search(source, max(0, found.start() - 40), found.start()):
            continue
        more = _MORE.match(source, found.end())
        current = calendar.week_of(received)
        return current.number if more and current and int(more[1]) == current.number else first
    return None


def _number(found: re.Match[str]) -> int:
    groups = found.groupdict()
    if groups["number"]:
        return int(groups["number"])
    return _SPOKEN.get(groups["spoken"], 1) if groups["spoken"] else _roman(groups["roman"])


def _roman(digits: str) -> int:
    values = [_ROMAN_DIGITS[digit] for digit in digits]
    pairs = zip(values, [*values[1:], 0], strict=True)
    return sum(-value if value < following else value for value, following in pairs)


def _short_claim(subject: str, received: date, calendar: Calendar) -> int | None:
    """Read "T12" as a week only near the current one, and not where it may as well be the month."""
    current = calendar.week_of(received) or calendar.week_before(received)
    found = _SHORT.search(subject)
    if not found or not current:
        return None
    number = int(found["number"])
    is_month = number == received.month and number != current.number
    return number if abs(number - current.number) <= ISO_DISTANCE and not is_month else None


def _relative_claim(sources: Sequence[str], received: date, calendar: Calendar) -> int | None:
    """Read "bài tuần trước" and "bài tuần này" by the day the mail came."""
    if any(_LAST_WEEK.search(source) for source in sources):
        before = calendar.week_before(received)
        return before.number if before else None
    current = calendar.week_of(received)
    return current.number if current and any(_THIS_WEEK.search(source) for source in sources) else None
