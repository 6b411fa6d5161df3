"""The register of incidents: what is open, which mails belong with it, who may close it."""

from collections.abc import Collection, Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, selectinload

from db.models import Incident, IncidentEvent, Member, Message, OutgoingMail, Role
from db.states import IncidentState, MessageState

ABOUT, PRESS = "incident:", "press:"  # what an alert of ours is about, before the number of the incident or mail


def listed(session: Session, state: IncidentState | None = None) -> Sequence[Incident]:
    """The incidents, newest first."""
    query = select(Incident).order_by(Incident.id.desc())
    whole = query.options(selectinload(Incident.school), selectinload(Incident.events))
    return session.scalars(whole if state is None else whole.where(Incident.state == state)).all()


def locked(session: Session, number: int) -> Incident | None:
    """One incident, locked until the commit."""
    return session.scalars(select(Incident).where(Incident.id == number).with_for_update()).first()


def of_message(session: Session, message_id: int) -> Incident | None:
    """The incident that this mail tells of."""
    return session.scalars(select(Incident).join(Incident.events).where(IncidentEvent.message_id == message_id)).first()


def of_twin(session: Session, message: Message) -> Incident | None:
    """The incident that another copy of this mail tells of: same Message-ID, Date, sender, as much vouched for."""
    if message.twin is None:
        return None
    told = select(Incident).join(Incident.events).join(Message, IncidentEvent.message_id == Message.id)
    same = (Message.twin == message.twin) & (Message.sender_address == message.sender_address)
    copies = same & (Message.verified == message.verified) & (Message.id != message.id)
    return session.scalars(told.where(copies).order_by(Incident.id)).first()


def open_in_thread(session: Session, rfc_ids: Collection[str]) -> Sequence[Incident]:
    """The open incidents that mails with these Message-IDs tell of, newest first; each locked until the commit."""
    told = select(IncidentEvent.incident_id).join(Message, IncidentEvent.message_id == Message.id)
    numbers = told.where(Message.rfc_id.in_(rfc_ids))
    found = select(Incident).where(Incident.state == IncidentState.OPEN, Incident.id.in_(numbers))
    return session.scalars(found.order_by(Incident.id.desc()).with_for_update()).all()


def is_thread_restricted(session: Session, rfc_ids: Collection[str]) -> bool:
    """Is one of these mails restricted and not done with, or an alert of ours about an incident?"""
    told = select(IncidentEvent.message_id).join(Incident, IncidentEvent.incident_id == Incident.id)
    open_ones = told.where(Incident.state == IncidentState.OPEN, IncidentEvent.message_id.is_not(None))
    undone = or_(Message.state == MessageState.WAITING, Message.id.in_(open_ones))
    mails = select(Message.id).where(Message.rfc_id.in_(rfc_ids), Message.restricted, undone)
    private = or_(OutgoingMail.about.startswith(ABOUT), OutgoingMail.about.startswith(PRESS))
    alerts = select(OutgoingMail.id).where(OutgoingMail.rfc_id.in_(rfc_ids), private)
    return any(session.scalars(found.limit(1)).first() is not None for found in (mails, alerts))


def waiting_mails(session: Session, incident: Incident) -> Sequence[Message]:
    """The mails of this incident that still wait for a person."""
    waiting = select(Message).where(Message.id.in_(incident.message_ids), Message.state == MessageState.WAITING)
    return session.scalars(waiting.order_by(Message.id)).all()


def in_charge(session: Session, name: str, addresses: Collection[str]) -> Member | None:
    """The active member with that handle or address who is of the board or has one of these addresses."""
    wanted = name.strip().lower()
    named = or_(Member.handle == wanted, Member.email == wanted) & Member.active
    trusted = or_(Member.role == Role.BOARD, Member.email.in_([address.lower() for address in addresses]))
    return session.scalars(select(Member).where(named, trusted)).first()
