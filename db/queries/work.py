"""Taking rows to work on."""

from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Select, or_, update
from sqlalchemy.orm import Session

from db.models.base import Workable

Row = TypeVar("Row", bound=Workable)


def any_free(session: Session, due: Select[Row], now: datetime) -> bool:
    """Is there a due row that nobody holds? Only a look: no lock."""
    return session.scalars(_free(due, now)).first() is not None


def first_free(session: Session, due: Select[Row], now: datetime) -> Row | None:
    """The first due row that nobody holds, locked against the other workers where the database can."""
    return session.scalars(_free(due, now).with_for_update(skip_locked=True, of=_model(due))).first()


def _free(due: Select[Row], now: datetime) -> Select[Row]:
    lease = _model(due).lease_until
    return due.where(or_(lease.is_(None), lease < now)).limit(1)


def _model(due: Select[Row]) -> type[Row]:
    return due.column_descriptions[0]["entity"]  # type: ignore[no-any-return]  # the one entity selected


def locked(session: Session, model: type[Row], row_id: int) -> Row | None:
    """That row, locked until the commit."""
    return session.get(model, row_id, with_for_update={"of": model})


def release_leases(session: Session, models: Iterable[type[Workable]], now: datetime) -> None:
    """Let go of everything that a process of the past still holds. Only for whoever knows that it is alone."""
    for model in models:
        session.execute(update(model).where(model.lease_until > now).values(lease_until=now))
