"""Taking rows to work on."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import Select, or_, select, update
from sqlalchemy.orm import QueryableAttribute, Session, selectinload

from db.models.base import Workable

Row = TypeVar("Row", bound=Workable)

FAR = timedelta(days=1)  # a lease beyond that comes from a clock that was wrong


def any_free(session: Session, due: Select[Row], now: datetime) -> bool:
    """Is there a due row that nobody holds? Only a look: no lock."""
    row_id = _model(due).id
    return session.scalars(_free(due, now).with_only_columns(row_id).limit(1)).first() is not None


def first_free(session: Session, due: Select[Row], now: datetime, most: int = 1) -> Sequence[Row]:
    """The first due rows that nobody holds, locked against the other workers where the database can."""
    return session.scalars(_free(due, now).limit(most).with_for_update(skip_locked=True, of=_model(due))).all()


def _free(due: Select[Row], now: datetime) -> Select[Row]:
    lease = _model(due).lease_until
    return due.where(or_(lease.is_(None), lease < now, lease > now + FAR))


def _model(due: Select[Row]) -> type[Row]:
    return due.column_descriptions[0]["entity"]  # type: ignore[no-any-return]  # the one entity selected


def locked(
    session: Session,
    model: type[Row],
    row_ids: Collection[int],
    relations: Iterable[QueryableAttribute[Any]] = (),
) -> dict[int, Row]:
    """These rows by id, locked until the commit, always in the same order so that nobody waits in a circle.

    relations: what is read along with them, in one statement each.
    """
    rows = select(model).where(model.id.in_(row_ids)).order_by(model.id).with_for_update(of=model)
    along = [selectinload(relation) for relation in relations]
    return {row.id: row for row in session.scalars(rows.options(*along))}


def release_leases(session: Session, models: Iterable[type[Workable]], now: datetime) -> None:
    """Let go of everything that a process of the past still holds. Only for whoever knows that it is alone."""
    for model in models:
        session.execute(update(model).where(model.lease_until > now).values(lease_until=now))
