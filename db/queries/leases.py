"""Duties that one process has at a time."""

from datetime import datetime, timedelta

from sqlalchemy import delete, or_
from sqlalchemy.orm import Session

from db.models import Lease
from db.queries.upsert import insert_into

FAR = timedelta(hours=1)


def take(session: Session, name: str, holder: str, now: datetime, until: datetime) -> bool:
    """Take the duty, or keep it, until that time; False while another holder has it.

    A lease that runs hours beyond every other one comes from a clock that was wrong.
    """
    lease = insert_into(session, Lease).values(name=name, holder=holder, until=until)
    taken = lease.on_conflict_do_update(
        index_elements=[Lease.name],
        set_={"holder": holder, "until": until},
        where=or_(Lease.holder == holder, Lease.until <= now, Lease.until > until + FAR),
    )
    return session.scalars(taken.returning(Lease.name)).first() is not None


def drop(session: Session, holder: str | None = None) -> None:
    """Let go of everything this holder has; without a holder, of everything anybody has."""
    session.execute(delete(Lease) if holder is None else delete(Lease).where(Lease.holder == holder))
