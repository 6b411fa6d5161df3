"""Messages: what is due, what waits for a person, who was answered how often."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, selectinload

from db.models import Link, Message, Story
from db.models.message import Answer
from db.queries.turns import take_turns
from db.states import MessageState


def to_read(now: datetime) -> Select[Message]:
    """Messages to be read: new ones, and waiting ones that a person wants read again."""
    states = (MessageState.RECEIVED, MessageState.WAITING)
    due = select(Message).where(Message.state.in_(states), Message.due_at <= now)
    return due.order_by(Message.due_at, Message.id)


def to_answer(now: datetime) -> Select[Message]:
    """Messages whose acknowledgement cannot wait any longer."""
    open_answers = (Answer.OPEN, Answer.HELD)
    late = (Message.state == MessageState.READ) & Message.answer.in_(open_answers) & (Message.due_at <= now)
    return select(Message).where(late).order_by(Message.due_at, Message.id)


def with_story(session: Session, story_id: int) -> Sequence[Message]:
    """The messages that point to this story and are not answered yet, each locked until the commit."""
    ids = select(Link.message_id).where(Link.story_id == story_id)
    open_ones = select(Message).where(Message.id.in_(ids), Message.answer == Answer.OPEN).order_by(Message.id)
    return session.scalars(open_ones.with_for_update()).all()


def stories_without_verdict(session: Session, message_id: int) -> int:
    """How many stories of this message still wait for the outcome of their first attempt."""
    waiting = select(func.count()).select_from(Link).join(Story).where(Link.message_id == message_id)
    return session.scalars(waiting.where(Story.verdict_at.is_(None))).one()


def held_for(session: Session, sender: str) -> Sequence[Message]:
    """The messages of this sender whose answer was held back by the cap."""
    held = select(Message).where(Message.sender_address == sender, Message.answer == Answer.HELD).order_by(Message.id)
    return session.scalars(held).all()


def answered_to(session: Session, sender: str, since: datetime, besides: int) -> Sequence[Message]:
    """The other messages of this sender that were answered since then, or will be soon, oldest first, with links."""
    recent = (Message.answer == Answer.HELD) | ((Message.answer == Answer.QUEUED) & (Message.answered_at >= since))
    found = select(Message).where(Message.sender_address == sender, recent, Message.id != besides)
    links = selectinload(Message.links).selectinload(Link.story)
    return session.scalars(found.order_by(Message.id).options(links)).all()


def answered_at_domain(session: Session, domain: str, school_id: int | None, since: datetime) -> int:
    """How many messages of this school, or of none, from this domain were answered since then."""
    from_there = Message.sender_address.endswith(f"@{domain}", autoescape=True)
    query = select(func.count()).select_from(Message).where(Message.school_id == school_id, from_there)
    return session.scalars(query.where(Message.answer == Answer.QUEUED, Message.answered_at >= since)).one()


def get(session: Session, message_id: int) -> Message | None:
    """One message, with its links and their stories."""
    links = selectinload(Message.links).selectinload(Link.story)
    return session.scalars(select(Message).where(Message.id == message_id).options(links)).first()


def listed(session: Session, state: MessageState | None = None, limit: int | None = None) -> Sequence[Message]:
    """The messages, newest first."""
    query = select(Message).order_by(Message.id.desc()).limit(limit).options(selectinload(Message.school))
    return session.scalars(query if state is None else query.where(Message.state == state)).all()


def put_aside(session: Session) -> Sequence[Message]:
    """The messages that tinbai could not finish, newest first: quarantined, or stuck before or after being read."""
    return session.scalars(
        select(Message).where(_put_aside()).order_by(Message.id.desc()).options(selectinload(Message.school))
    ).all()


def count_put_aside(session: Session) -> int:
    """How many those are."""
    return session.scalars(select(func.count()).select_from(Message).where(_put_aside())).one()


def _put_aside() -> ColumnElement[bool]:
    """An open answer tells that the message was read; its state is not asked, or SQLite looks at all that were."""
    at_rest = Message.due_at.is_(None)
    unread = (Message.state == MessageState.RECEIVED) & at_rest
    unanswered = Message.answer.in_((Answer.OPEN, Answer.HELD)) & at_rest
    return or_(Message.state == MessageState.QUARANTINED, unread, unanswered)


def count(session: Session, state: MessageState) -> int:
    """How many messages are in this state."""
    return session.scalars(select(func.count()).select_from(Message).where(Message.state == state)).one()


def answered_with_story(session: Session, story_id: int) -> Sequence[Message]:
    """The messages that point to this story and were answered, oldest first."""
    ids = select(Link.message_id).where(Link.story_id == story_id)
    answered = select(Message).where(Message.id.in_(ids), Message.answer == Answer.QUEUED)
    return session.scalars(answered.order_by(Message.id)).all()


def reporting_story(session: Session, story_id: int, although: Collection[str] = ()) -> Sequence[Message]:
    """The messages that brought this story and whose senders may hear of it, the newest of each sender.

    although: reasons not to be answered that keep nobody from hearing of a story.
    """
    ids = select(Link.message_id).where(Link.story_id == story_id)
    may_hear = or_(Message.silence_reason.is_(None), Message.silence_reason.in_(although))
    open_to_us = (Message.state == MessageState.READ) & may_hear
    found = session.scalars(select(Message).where(Message.id.in_(ids), open_to_us).order_by(Message.id))
    return list({message.sender_address: message for message in found}.values())


def answered(session: Session, rfc_ids: Collection[str], since: datetime) -> set[tuple[str | None, str | None]]:
    """Of the mails with these Message-IDs, those that were answered since then: Message-ID and sender.

    Until the commit nobody else deals with these Message-IDs.
    """
    take_turns(session, rfc_ids)
    found = select(Message.rfc_id, Message.sender_address).where(Message.rfc_id.in_(rfc_ids))
    rows = session.execute(found.where(Message.answer != Answer.NONE, Message.stored_at >= since))
    return {(rfc_id, sender) for rfc_id, sender in rows}


def waiting(session: Session) -> Sequence[Message]:
    """The messages that wait for a person, newest first."""
    return listed(session, MessageState.WAITING)


def waiting_openly(session: Session) -> Sequence[Message]:
    """The messages that wait for a person for another reason than an incident."""
    openly = (Message.state == MessageState.WAITING) & Message.restricted.is_(False)
    return session.scalars(select(Message).where(openly).order_by(Message.id)).all()
