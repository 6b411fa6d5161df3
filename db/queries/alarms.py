"""What is wrong as a whole, and since when."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from db.models import Alarm
from db.queries.upsert import insert_into


def standing(session: Session, names: Collection[str]) -> Sequence[Alarm]:
    """Those of these alarms that stand."""
    return session.scalars(select(Alarm).where(Alarm.name.in_(names)).order_by(Alarm.name)).all()


def locked(session: Session, names: Collection[str]) -> Sequence[Alarm]:
    """The same, each locked until the commit."""
    return session.scalars(select(Alarm).where(Alarm.name.in_(names)).order_by(Alarm.name).with_for_update()).all()


def forget_others(session: Session, names: Collection[str]) -> None:
    """Forget the alarms of machines and mailboxes that are no more. Only for whoever knows that it is alone."""
    session.execute(delete(Alarm).where(Alarm.name.not_in(names)))


def raise_alarm(session: Session, name: str, since: datetime, told_at: datetime | None = None) -> None:
    """Raise an alarm; nothing happens when another process was faster. told_at: when a person heard of it already."""
    alarm = insert_into(session, Alarm).values(name=name, since=since, told_at=told_at)
    session.execute(alarm.on_conflict_do_nothing())
