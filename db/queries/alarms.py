"""What is wrong as a whole, and since when."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Alarm
from db.queries.upsert import insert_into


def standing(session: Session) -> Sequence[Alarm]:
    """The alarms that stand."""
    return session.scalars(select(Alarm).order_by(Alarm.name)).all()


def locked(session: Session) -> dict[str, Alarm]:
    """The same by name, each locked until the commit."""
    return {alarm.name: alarm for alarm in session.scalars(select(Alarm).order_by(Alarm.name).with_for_update())}


def raise_alarm(session: Session, name: str, since: datetime) -> None:
    """Raise an alarm; nothing happens when another process was faster."""
    session.execute(insert_into(session, Alarm).values(name=name, since=since).on_conflict_do_nothing())
