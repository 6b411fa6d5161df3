"""School weeks: which week a day lies in, which week a school claims, and which week a story is credited to.

Pure calendar arithmetic in local days (the office's time zone is given by the caller's datetimes). Study-week numbers
pause in weeks without a quota (Tết, summer), so a number and a Monday always belong together. It does not know quotas.
"""

import functools
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

__all__ = ["Break", "Calendar", "Credit", "Grace", "SchoolWeek", "credit"]

LAST_STUDY_WEEK = 37  # a larger number can only be a week of the civil year (ISO 8601)
ISO_DISTANCE = 3  # weeks a claim may be off before it is compared with the civil year
SCHOOL_DAYS = 5  # Monday to Friday; a break that leaves one of them free does not lift the week's quota
WEEK = timedelta(days=7)

FLAG_GRACE, FLAG_LATE, FLAG_FUTURE = "grace", "late_claim", "future_week_claim"
FLAG_ISO, FLAG_NO_QUOTA = "iso_week_claim", "no_quota_week"


@dataclass(frozen=True, slots=True)
class Break:
    """Days without school, first and last included."""

    start: date
    end: date
    name: str = ""


@dataclass(frozen=True, slots=True)
class Grace:
    """Until when, in the following civil week, a story still counts for the week before (weekday 0 is Monday)."""

    weekday: int = 1
    until: time = time(23, 59, 59, 999_999)


@dataclass(frozen=True, slots=True)
class SchoolWeek:
    """A study week; `number` counts from 1 and pauses in breaks."""

    number: int
    monday: date

    @property
    def sunday(self) -> date:
        """The last day of the week."""
        return self.monday + timedelta(days=6)


@dataclass(frozen=True, slots=True)
class Calendar:
    """A school year: its first Monday, how many study weeks it has, and when there is no school."""

    week1_monday: date
    weeks: int
    breaks: tuple[Break, ...] = ()
    grace: Grace = Grace()
    timezone: str = "Asia/Ho_Chi_Minh"

    def local(self, moment: datetime) -> datetime:
        """Return an aware moment in the office's time zone."""
        return moment.astimezone(ZoneInfo(self.timezone))

    def week_of(self, day: date) -> SchoolWeek | None:
        """Return the study week this day lies in; None in a break and outside the school year."""
        monday = _monday_of(day)
        return next((week for week in _study_weeks(self) if week.monday == monday), None)

    def span(self, number: int) -> tuple[date, date] | None:
        """Return Monday and Sunday of a study week; None when the year has no such week."""
        weeks = _study_weeks(self)
        return (weeks[number - 1].monday, weeks[number - 1].sunday) if 1 <= number <= len(weeks) else None

    def week_before(self, day: date) -> SchoolWeek | None:
        """Return the last study week that ended before the civil week of this day."""
        monday = _monday_of(day)
        return next((week for week in reversed(_study_weeks(self)) if week.monday < monday), None)

    def iso_week(self, number: int, near: date) -> SchoolWeek | None:
        """Return the study week that lies in week `number` of the civil year, in the year closest to `near`."""
        mondays = [monday for year in (-1, 0, 1) if (monday := _iso_monday(near.year + year, number)) is not None]
        nearest = min(mondays, key=lambda monday: abs(monday - near), default=None)
        return self.week_of(nearest) if nearest else None


@dataclass(frozen=True, slots=True)
class Credit:
    """The week a story counts for (None: no week) and the reasons to look twice."""

    week: int | None
    flags: tuple[str, ...] = ()


def credit(claimed: int | None, received: datetime, calendar: Calendar) -> Credit:
    """Credit the claimed week if it is the current one, or the one before within grace; otherwise the week received.

    claimed: the number as the school wrote it. received: the server's time, aware.
    """
    day = calendar.local(received).date()
    current = calendar.week_of(day)
    flags = () if current else (FLAG_NO_QUOTA,)
    iso = claimed is not None and is_iso_claim(claimed, day, calendar)
    target = _claimed_number(claimed, day, calendar) if iso else claimed
    if iso:
        flags = (*flags, FLAG_ISO)
    own = current.number if current else None
    if target is None or target == own:
        return Credit(own, flags)
    before = calendar.week_before(day)
    if before and target == before.number:
        within = before.monday + WEEK == _monday_of(day) and _in_grace(calendar.local(received), calendar.grace)
        return Credit(target, (*flags, FLAG_GRACE)) if within else Credit(own, (*flags, FLAG_LATE))
    return Credit(own, (*flags, FLAG_LATE if before and target < before.number else FLAG_FUTURE))


def is_iso_claim(claimed: int, day: date, calendar: Calendar) -> bool:
    """Tell whether a claimed number means a week of the civil year, as offices number their work."""
    if claimed > LAST_STUDY_WEEK:
        return True
    current = calendar.week_of(day) or calendar.week_before(day)
    far = current is None or abs(claimed - current.number) > ISO_DISTANCE
    return far and abs(claimed - day.isocalendar().week) <= 1


def _claimed_number(claimed: int | None, day: date, calendar: Calendar) -> int | None:
    week = calendar.iso_week(claimed, day) if claimed else None
    return week.number if week else None


def _in_grace(moment: datetime, grace: Grace) -> bool:
    return (moment.weekday(), moment.time()) <= (grace.weekday, grace.until)


def _monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _iso_monday(year: int, number: int) -> date | None:
    try:
        return date.fromisocalendar(year, number, 1)
    except ValueError:
        return None


@functools.lru_cache(maxsize=32)
def _study_weeks(calendar: Calendar) -> tuple[SchoolWeek, ...]:
    weeks: list[SchoolWeek] = []
    monday = _monday_of(calendar.week1_monday)
    while len(weeks) < calendar.weeks:
        if not _without_school(monday, calendar.breaks):
            weeks.append(SchoolWeek(len(weeks) + 1, monday))
        monday += WEEK
    return tuple(weeks)


def _without_school(monday: date, breaks: tuple[Break, ...]) -> bool:
    days = (monday + timedelta(days=number) for number in range(SCHOOL_DAYS))
    return all(any(pause.start <= day <= pause.end for pause in breaks) for day in days)
