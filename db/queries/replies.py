"""Replies of schools: which letter of ours they answer, and since when a story counts."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from db.models import Link, Message, OutgoingMail
from db.states import MessageState


def letters(session: Session, rfc_ids: Collection[str]) -> Sequence[OutgoingMail]:
    """Our letters with these Message-IDs, the last first."""
    found = select(OutgoingMail).where(OutgoingMail.rfc_id.in_(rfc_ids)).order_by(OutgoingMail.id.desc())
    return session.scalars(found).all()


def mails_of(session: Session, rfc_ids: Collection[str], school_id: int) -> Sequence[Message]:
    """The school's own mails with these Message-IDs that were read, with their links, the last first."""
    own = (Message.school_id == school_id) & (Message.state == MessageState.READ) & Message.rfc_id.in_(rfc_ids)
    links = selectinload(Message.links).selectinload(Link.story)
    return session.scalars(select(Message).where(own).options(links).order_by(Message.id.desc())).all()


def brought_at(session: Session, story_id: int) -> datetime | None:
    """When the mail came that brought this story, or opened it again."""
    anew = (Link.story_id == story_id) & Link.repeats.is_(False)
    came = select(Message.received_at).join(Link).where(anew).order_by(Message.id.desc())
    return session.scalars(came).first()
