"""Taking rows to work on."""

from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Select, or_, update
from sqlalchemy.orm import Session

from db.models.base import Workable

Row = TypeVar("Row", bound=Workable)


def first_free(session: Session, due: Select[Row], now: datetime) -> Row | None:
    """The first due row that nobody holds, locked against the other workers where the database can."""
    model = due.column_descriptions[0]["entity"]
    free = due.where(or_(model.lease_until.is_(None), model.lease_until < now)).limit(1)
    return session.scalars(free.with_for_update(skip_locked=True, of=model)).first()


def locked(session: Session, model: type[Row], row_id: int) -> Row | None:
    """That row, locked until the commit."""
    return session.get(model, row_id, with_for_update={"of": model})


def release_leases(session: Session, models: Iterable[type[Workable]], now: datetime) -> None:
    """Let go of everything that a process of the past still holds. Only for whoever knows that it is alone."""
    for model in models:
        session.execute(update(model).where(model.lease_until > now).values(lease_until=now))
