"""Which periodic job ran for which period."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Run
from db.queries.upsert import insert_into


def insert(session: Session, job: str, period: str, now: datetime) -> bool:
    """Note that the job runs for this period; False when it already did, here or in another process."""
    row = insert_into(session, Run).values(job=job, period=period, at=now).on_conflict_do_nothing()
    return session.scalars(row.returning(Run.id)).first() is not None


def done(session: Session, job: str, period: str) -> bool:
    """Did the job run for this period?"""
    return session.scalars(select(Run.id).where(Run.job == job, Run.period == period)).first() is not None


def last_at(session: Session) -> datetime | None:
    """When a periodic job ran last, by the clock of that moment; a run of a wrong future counts until the next one."""
    return session.scalars(select(Run.at).order_by(Run.id.desc()).limit(1)).first()
