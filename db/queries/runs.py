"""Periodic jobs: each period once."""

from datetime import datetime

from sqlalchemy import insert as insert_into
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from db.models import Run


def insert(session: Session, job: str, period: str, now: datetime) -> bool:
    """Note that the job runs for this period; False when it already did."""
    if session.scalars(select(Run.id).where(Run.job == job, Run.period == period)).first() is not None:
        return False
    try:
        with session.begin_nested():
            session.execute(insert_into(Run).values(job=job, period=period, at=now))
    except IntegrityError:  # another instance was faster
        return False
    return True
