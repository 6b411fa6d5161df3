"""Storing mails in bulk: what is known already, and all that is new in one statement a table."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, exists, func, insert, select, update
from sqlalchemy.orm import Session

from db.models import MailboxEntry, Message, MessageEvent
from db.models.message import Answer
from db.states import MessageState

MAILBOX, IMPORT = "mailbox", "import"  # the ways into the record, as the first event of a mail names them
_LOCK = 0x74696E626169  # any number that nobody else locks


@dataclass(frozen=True, slots=True)
class Arrival:
    """A mail on its way into the record. raw: zlib-compressed."""

    sha256: str
    twin: str | None
    size: int
    raw: bytes = field(repr=False)
    truncated: bool
    received_at: datetime


def take_turn(session: Session) -> None:
    """Let nobody else store mails until the commit, so that what is not known now is new then.

    SQLite has one writer at a time anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_LOCK)))


def known(session: Session, contents: Collection[str]) -> dict[str, int]:
    """SHA-256 → message, of those that are stored."""
    return _pairs(session, select(Message.sha256, Message.id).where(Message.sha256.in_(contents)))


def with_twin(session: Session, twins: Collection[str]) -> dict[str, int]:
    """Twin → a message that has it."""
    return _pairs(session, select(Message.twin, Message.id).where(Message.twin.in_(twins)))


def only_imported(session: Session, twins: Collection[str]) -> dict[str, int]:
    """Twin → the message with it that came by import and that no mailbox was seen to hold."""
    found = select(Message.twin, Message.id).where(Message.twin.in_(twins))
    held = exists().where(MailboxEntry.message_id == Message.id)
    imported = exists().where(MessageEvent.message_id == Message.id, _came_by(IMPORT))
    return _pairs(session, found.where(~held, imported).order_by(Message.id.desc()))


def _came_by(way: str) -> ColumnElement[bool]:
    return MessageEvent.old.is_(None) & (MessageEvent.way == way)


def _pairs(session: Session, statement: Any, rows: Sequence[dict[str, Any]] | None = None) -> dict[str, int]:
    return dict(iter(session.execute(statement, rows)))


def add(
    session: Session,
    mails: Sequence[Arrival],
    way: str,
    now: datetime,
    *,
    silence_reason: str | None = None,
    due_from: datetime | None = None,
    pause: timedelta = timedelta(0),
) -> dict[str, int]:
    """Store these mails, none of them known and no two the same; returns SHA-256 → message.

    silence_reason: why none is answered. due_from: when the first is due to be read, if not now; each later one after a
    `pause`.
    """
    if not mails:
        return {}
    rows: list[dict[str, Any]] = [
        {
            "state": MessageState.RECEIVED,
            "sha256": mail.sha256,
            "twin": mail.twin,
            "size": mail.size,
            "raw": mail.raw,
            "truncated": mail.truncated,
            "received_at": mail.received_at,
            "stored_at": now,
            "due_at": (due_from or now) + place * pause,
            "silence_reason": silence_reason,
            "history": way == IMPORT,
            "references": [],
            "flags": [],
            "answer": Answer.NONE,
        }
        for place, mail in enumerate(mails)
    ]
    stored = _pairs(session, insert(Message).returning(Message.sha256, Message.id), rows)
    event = {"at": now, "old": None, "new": MessageState.RECEIVED, "way": way, "note": None, "member_id": None}
    session.execute(
        insert(MessageEvent), [event | {"message_id": message_id} for message_id in sorted(stored.values())]
    )
    return stored


def without_twin(session: Session, after: int, most: int) -> Sequence[tuple[int, bytes]]:
    """Some messages above that number that have no twin noted, with their compressed bytes."""
    found = select(Message.id, Message.raw).where(Message.twin.is_(None), Message.id > after)
    return [(row.id, row.raw) for row in session.execute(found.order_by(Message.id).limit(most))]


def count_without_twin(session: Session) -> int:
    """How many those are."""
    return session.scalars(select(func.count()).select_from(Message).where(Message.twin.is_(None))).one()


def note_twins(session: Session, twins: Sequence[tuple[int, str]]) -> None:
    """Message → its twin."""
    if twins:
        session.execute(update(Message), [{"id": message_id, "twin": twin} for message_id, twin in twins])


def note_sizes(session: Session, sizes: Sequence[tuple[int, int]]) -> None:
    """Message → its size as the mail server tells it, which an export cannot know."""
    if sizes:
        session.execute(update(Message), [{"id": message_id, "size": size} for message_id, size in sizes])
