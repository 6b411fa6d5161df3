"""Duties that one process has at a time."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from db.models import Lease


def take(session: Session, name: str, holder: str, now: datetime, until: datetime) -> bool:
    """Take the duty, or keep it, until that time; False while another holder has it."""
    lease = session.get(Lease, name, with_for_update=True)
    if lease is None:
        session.add(Lease(name=name, holder=holder, until=until))
        return True
    if lease.holder != holder and lease.until > now:
        return False
    lease.holder, lease.until = holder, until
    return True


def drop(session: Session, holder: str | None = None) -> None:
    """Let go of everything this holder has; without a holder, of everything anybody has."""
    session.execute(delete(Lease) if holder is None else delete(Lease).where(Lease.holder == holder))
