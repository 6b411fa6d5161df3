"""What all tables share: naming of constraints, UTC times, the columns of an event and of a row that is worked on."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import DateTime, Dialect, Enum, MetaData
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time, stored as UTC. SQLite keeps no offset, so it is put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive times; store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without zone reached the database")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give every time back aware."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def one_of(values: type[StrEnum]) -> Enum:
    """A text column with a named CHECK over the lower-case values."""
    return Enum(
        values,
        name=values.__name__.lower(),
        native_enum=False,
        create_constraint=True,
        values_callable=lambda enum: [member.value for member in enum],
        length=32,
    )


class Base(DeclarativeBase):
    """Root of all tables."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: UtcDateTime}  # noqa: RUF012  (SQLAlchemy's own shape)


class Event:
    """One state change: when, from where to where, who, by which way, in whose words."""

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    old: Mapped[str | None]
    new: Mapped[str]
    way: Mapped[str]  # the step, "command line", "reply", "desk"
    note: Mapped[str | None]


class Workable:
    """The columns the runner needs. `due_at` is empty when nothing is to be done."""

    id: Mapped[int] = mapped_column(primary_key=True)
    due_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)  # of the present effort
    deaths: Mapped[int] = mapped_column(default=0)  # in a row, of processes that held it
    claims: Mapped[int] = mapped_column(default=0)  # ever: the fence that a late comer no longer passes
    failure: Mapped[str | None]  # the last one, in words for a person

    def count_claim(self) -> None:
        """A lease that ran out tells of a process that died: that is no attempt of the item's, unless it goes on so."""
        holder_died = self.lease_until is not None
        self.claims += 1
        self.attempts += not holder_died
        self.deaths = self.deaths + 1 if holder_died else 0

    def make_due(self, at: datetime | None) -> None:
        """Start afresh: no attempts, no lease, due at that time (None: not at all)."""
        self.attempts, self.deaths = 0, 0
        self.lease_until, self.failure, self.due_at = None, None, at


Json = dict[str, Any]
