"""The register of schools from the side of the calendar, and one more address for a school."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from db.models import School, SchoolKey, SchoolKeyKind


def validity(session: Session) -> Mapping[str, tuple[date | None, date | None, str | None]]:
    """First day, last day and predecessor of the schools that have any of them, by code."""
    limited = or_(School.valid_from.is_not(None), School.valid_to.is_not(None), School.predecessor.is_not(None))
    found = select(School.code, School.valid_from, School.valid_to, School.predecessor).where(limited)
    return {code: (first, last, predecessor) for code, first, last, predecessor in session.execute(found)}


def add_address(session: Session, school: School, address: str) -> None:
    """From now on mails from this address are the school's. The caller has seen that it is nobody's yet."""
    session.add(SchoolKey(school_id=school.id, kind=SchoolKeyKind.EMAIL, value=address))
    session.flush()
