"""What a replay looks at: stored mails as they were decided, and which mail brought a story. Changes nothing."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, text
from sqlalchemy.orm import Session, selectinload

from db.models import Link, Message, Story
from db.session import Database
from db.states import MessageState


@contextmanager
def looking_only(database: Database) -> Iterator[Session]:
    """A session in which the database itself refuses to write; on PostgreSQL every `read()` is one."""
    with database.read() as session:
        if database.kind != "sqlite":
            yield session
            return
        session.execute(text("PRAGMA query_only = ON"))
        try:
            yield session
        finally:
            session.execute(text("PRAGMA query_only = OFF"))  # the next one to get this connection may write


def decided_since(session: Session, start: datetime, after: int, most: int) -> Sequence[Message]:
    """The next mails received since then and read before, in the order of their numbers; their bytes come on demand."""
    query = select(Message).where(_decided(start), Message.id > after).order_by(Message.id).limit(most)
    whole = (selectinload(Message.links), selectinload(Message.events), selectinload(Message.school))
    return session.scalars(query.options(*whole)).all()


def count_decided_since(session: Session, start: datetime) -> int:
    """How many those are."""
    return session.scalars(select(func.count()).select_from(Message).where(_decided(start))).one()


def _decided(start: datetime) -> ColumnElement[bool]:
    return (Message.received_at >= start) & (Message.state != MessageState.RECEIVED)


def brought(session: Session, keys: Collection[str]) -> dict[str, tuple[int, int]]:
    """Identity key → the first mail that brought this story, and the story's number."""
    first = select(Story.identity, func.min(Link.message_id), Story.id).join(Link, Link.story_id == Story.id)
    rows = session.execute(first.where(Story.identity.in_(keys)).group_by(Story.id, Story.identity))
    return {key: (message, story) for key, message, story in rows}
