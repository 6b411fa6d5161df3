"""What the operator watches: how much of everything there is, and how old the oldest. Never who or what.

Asked every few seconds beside all other work: each statement stays on an index or on a table of a few rows.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, func, select, text, true
from sqlalchemy.orm import Session

from db.models import Alarm, Lease, MailboxState, MailMove, Message, OutgoingMail, Run, Story
from db.models.base import Workable
from db.states import MailState, MessageState, StoryState

SIZE: Mapping[str, str] = {
    "sqlite": "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
    "postgresql": "SELECT pg_database_size(current_database())",
}


@dataclass(frozen=True, slots=True)
class Effort:
    """What is tried again of one kind of item: how many, and the attempts made at them so far."""

    retried: int
    attempts: int
    held: int  # how many are in somebody's hands


@dataclass(frozen=True, slots=True)
class Reading:
    """How the reading of one folder goes. Its number stands for its name, which is an address."""

    number: int
    read_at: datetime | None
    failed_since: datetime | None
    audited_at: datetime | None
    audited: int | None
    recovered: int | None


def messages_by_state(session: Session) -> dict[str, int]:
    """State → messages; every state is there."""
    return _filled(MessageState, session.execute(select(Message.state, func.count()).group_by(Message.state)))


def stories_by_state(session: Session) -> dict[str, int]:
    """State → stories; every state is there."""
    return _filled(StoryState, session.execute(select(Story.state, func.count()).group_by(Story.state)))


def mails_by_state(session: Session) -> dict[str, int]:
    """State → outgoing mails; every state is there."""
    return _filled(MailState, session.execute(select(OutgoingMail.state, func.count()).group_by(OutgoingMail.state)))


def _filled(states: type[StrEnum], rows: Iterable[Any]) -> dict[str, int]:
    return dict.fromkeys((state.value for state in states), 0) | {state.value: number for state, number in rows}


def oldest_due(session: Session, due: Select[Any]) -> datetime | None:
    """Since when the item that has waited longest is due; `due` is what a step works on."""
    model: type[Workable] = due.column_descriptions[0]["entity"]
    return session.scalars(due.with_only_columns(func.min(model.due_at)).order_by(None)).one()


def efforts(session: Session, now: datetime) -> dict[str, Effort]:
    """What is being worked on and what failed before, by kind of item.

    The states are named, for SQLite finds the few rows that are due through the index of both columns only then.
    """
    return {
        "message": _effort(session, Message, Message.state.in_(list(MessageState)), now),
        "story": _effort(session, Story, Story.state.in_(list(StoryState)), now),
        "outgoing_mail": _effort(session, OutgoingMail, OutgoingMail.state.in_(list(MailState)), now),
        "mail_move": _effort(session, MailMove, true(), now),
    }


def _effort(session: Session, model: type[Workable], in_any_state: Any, now: datetime) -> Effort:
    failed, held = model.failure.is_not(None), model.lease_until > now
    numbers = select(
        func.count().filter(failed),
        func.coalesce(func.sum(model.attempts).filter(failed), 0),
        func.count().filter(held),
    )
    row = session.execute(numbers.where(in_any_state, model.due_at.is_not(None))).one()
    return Effort(*row)


def readings(session: Session) -> list[Reading]:
    """Every folder that was ever read."""
    columns = (
        MailboxState.id,
        MailboxState.read_at,
        MailboxState.failed_since,
        MailboxState.audited_at,
        MailboxState.audited,
        MailboxState.recovered,
    )
    return [Reading(*row) for row in session.execute(select(*columns).order_by(MailboxState.id))]


def last_runs(session: Session) -> dict[str, datetime]:
    """Periodic job → when it was last done."""
    return dict(iter(session.execute(select(Run.job, func.max(Run.at)).group_by(Run.job))))


def duties_held(session: Session, now: datetime) -> int:
    """How many duties some process has at present."""
    return session.scalars(select(func.count()).select_from(Lease).where(Lease.until > now)).one()


def moves_waiting(session: Session) -> int:
    """How many mails are to be moved out of the folder that people read."""
    return session.scalars(select(func.count()).select_from(MailMove)).one()


def alarms(session: Session) -> dict[str, datetime]:
    """Alarm → since when it is up."""
    return dict(iter(session.execute(select(Alarm.name, Alarm.since))))


def database_bytes(session: Session) -> int:
    """How large the database is."""
    return int(session.scalars(text(SIZE[session.get_bind().dialect.name])).one())
