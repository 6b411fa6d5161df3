"""Outgoing mails: what is due, what was sent to whom."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Select, func, or_, select, update
from sqlalchemy.orm import Session, selectinload

from db.models import OutgoingMail
from db.queries.work import FAR
from db.states import MailState


def to_send(now: datetime, *, hold: bool) -> Select[OutgoingMail]:
    """Mails to be sent now; in a rehearsal only those that a person released."""
    due = select(OutgoingMail).where(OutgoingMail.state == MailState.QUEUED, OutgoingMail.due_at <= now)
    return (due.where(OutgoingMail.released) if hold else due).order_by(OutgoingMail.due_at, OutgoingMail.id)


def left_in_sending(now: datetime) -> Select[OutgoingMail]:
    """Mails that somebody began to send and never reported back about."""
    lease = OutgoingMail.lease_until
    released = or_(lease.is_(None), lease < now, lease > now + FAR)
    lost = (OutgoingMail.state == MailState.SENDING) & released
    return select(OutgoingMail).where(lost).order_by(OutgoingMail.id)


def note_leaving(session: Session, mail_id: int, fence: int, now: datetime) -> bool:
    """Note that the server may have the mail from now on; False when somebody else has taken the mail meanwhile."""
    held = (OutgoingMail.id == mail_id) & (OutgoingMail.claims == fence) & (OutgoingMail.state == MailState.SENDING)
    leaving = update(OutgoingMail).where(held).values(leaving_at=now).returning(OutgoingMail.id)
    return session.scalars(leaving).first() is not None


def find(session: Session, notice: str, about: str, recipient: str, period: str) -> OutgoingMail | None:
    """The mail with exactly this purpose."""
    key = (OutgoingMail.notice == notice) & (OutgoingMail.about == about)
    to = (OutgoingMail.recipient == recipient) & (OutgoingMail.period == period)
    return session.scalars(select(OutgoingMail).where(key, to)).first()


def count_since(session: Session, notice: str, since: datetime, recipient: str | None = None) -> int:
    """How many such notices were queued since then, to this recipient or to anybody."""
    query = select(func.count()).select_from(OutgoingMail)
    query = query.where(OutgoingMail.notice == notice, OutgoingMail.queued_at >= since)
    return session.scalars(query if recipient is None else query.where(OutgoingMail.recipient == recipient)).one()


def any_of(session: Session, rfc_ids: Collection[str], notices: Collection[str]) -> bool:
    """Is one of these Message-IDs that of such a notice of ours?"""
    ours = select(OutgoingMail.id).where(OutgoingMail.rfc_id.in_(rfc_ids), OutgoingMail.notice.in_(notices))
    return bool(rfc_ids) and session.scalars(ours.limit(1)).first() is not None


def told_since(session: Session, about: str, since: datetime) -> bool:
    """Was any mail about this queued after that moment?"""
    told = select(OutgoingMail.id).where(OutgoingMail.about == about, OutgoingMail.queued_at > since)
    return session.scalars(told.limit(1)).first() is not None


def waiting_about(session: Session, about: str) -> Sequence[OutgoingMail]:
    """The mails about this that have not left yet."""
    queued = (OutgoingMail.about == about) & (OutgoingMail.state == MailState.QUEUED)
    return session.scalars(select(OutgoingMail).where(queued).with_for_update()).all()


def get(session: Session, mail_id: int) -> OutgoingMail | None:
    """One outgoing mail, with its history."""
    return session.scalars(
        select(OutgoingMail).where(OutgoingMail.id == mail_id).options(selectinload(OutgoingMail.events))
    ).first()


def listed(session: Session, state: MailState | None = None, limit: int | None = None) -> Sequence[OutgoingMail]:
    """The outgoing mails, newest first."""
    query = select(OutgoingMail).order_by(OutgoingMail.id.desc()).limit(limit)
    return session.scalars(query if state is None else query.where(OutgoingMail.state == state)).all()


def count_unsent(session: Session) -> int:
    """How many mails did not leave, or may not have left, and will not be tried again."""
    stuck = (OutgoingMail.state == MailState.QUEUED) & OutgoingMail.due_at.is_(None)
    unsent = OutgoingMail.state.in_((MailState.FAILED, MailState.UNCERTAIN)) | stuck
    return session.scalars(select(func.count()).select_from(OutgoingMail).where(unsent)).one()


def count(session: Session, state: MailState) -> int:
    """How many outgoing mails are in this state."""
    return session.scalars(select(func.count()).select_from(OutgoingMail).where(OutgoingMail.state == state)).one()
