"""Whose turn it is: web hosts are asked one request at a time, with a pause in between, across all processes."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from db.models import HostTurn


def busy_until(session: Session, host: str, free_at: datetime) -> None:
    """Nobody asks this host before `free_at`."""
    turn = session.get(HostTurn, host)
    if turn is None:
        session.add(HostTurn(host=host, free_at=free_at))
    else:
        turn.free_at = free_at


def free_all(session: Session) -> None:
    """Forget all turns. Only for whoever knows that nobody else asks."""
    session.execute(delete(HostTurn))
