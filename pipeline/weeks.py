"""The office's school calendar: made from the settings, and asked who still owes a story."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from db.models import School
from db.queries import people, stories
from parsers.week import Break, Calendar, Grace, SchoolWeek
from pipeline.settings import CalendarSettings, OfficeSettings


def calendar_from(settings: CalendarSettings, office: OfficeSettings) -> Calendar:
    """The calendar that the settings describe."""
    return Calendar(
        week1_monday=settings.week1_monday,
        weeks=settings.weeks,
        breaks=tuple(Break(stretch.start, stretch.end, stretch.name) for stretch in settings.breaks),
        grace=Grace(*settings.grace_until()),
        timezone=office.timezone,
    )


def owing(session: Session, week: SchoolWeek | None, settings: CalendarSettings) -> Sequence[School]:
    """The schools with fewer stories credited to this week than the quota asks for; none in a week without quota."""
    if week is None:
        return ()
    counts = stories.counts_in_week(session, settings.week1_monday.year, week.number)
    return [
        school
        for school in people.all_schools(session)
        if school.level in settings.levels
        and _is_open(school, week.monday)
        and counts.get(school.id, 0) < settings.quota_per_week
    ]


def week_now(calendar: Calendar, now: datetime) -> SchoolWeek | None:
    """The school week of this moment; None in a break."""
    return calendar.week_of(calendar.local(now).date())


def _is_open(school: School, day: date) -> bool:
    return (school.valid_from or day) <= day <= (school.valid_to or day)
