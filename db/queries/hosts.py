"""Whose turn it is: web hosts are asked one request at a time, with a pause in between, across all processes."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, or_
from sqlalchemy.orm import Session

from db.models import HostTurn
from db.queries.upsert import insert_into

FAR = timedelta(days=1)  # a turn beyond that comes from a clock that was wrong


def is_free(now: datetime) -> ColumnElement[bool]:
    """May the host of this turn be asked now?"""
    return or_(HostTurn.free_at <= now, HostTurn.free_at > now + FAR)


def take(session: Session, host: str, now: datetime, until: datetime) -> bool:
    """Take the turn at this host; False when somebody else has it."""
    turn = insert_into(session, HostTurn).values(host=host, free_at=until)
    taken = turn.on_conflict_do_update(index_elements=[HostTurn.host], set_={"free_at": until}, where=is_free(now))
    return session.scalars(taken.returning(HostTurn.host)).first() is not None


def busy_until(session: Session, host: str, free_at: datetime) -> None:
    """Nobody asks this host before `free_at`."""
    turn = insert_into(session, HostTurn).values(host=host, free_at=free_at)
    session.execute(turn.on_conflict_do_update(index_elements=[HostTurn.host], set_={"free_at": free_at}))


def free_all(session: Session) -> None:
    """Forget all turns. Only for whoever knows that nobody else asks."""
    session.execute(delete(HostTurn))
