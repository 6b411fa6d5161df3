"""Contacts: the addresses that mail to has come back from. No row: nothing is known against an address."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from db.models import Contact, OutgoingMail
from db.queries.turns import take_turns


def locked(session: Session, addresses: Collection[str]) -> dict[str, Contact]:
    """What is known against these addresses, by address. Until the commit nobody else counts for them."""
    take_turns(session, [f"contact {address}" for address in addresses])
    found = select(Contact).where(Contact.address.in_(addresses)).with_for_update()
    return {contact.address: contact for contact in session.scalars(found)}


def add(session: Session, address: str, now: datetime) -> Contact:
    """A first entry against this address."""
    contact = Contact(address=address, soft=0, hard=0, bounced_at=now)
    session.add(contact)
    return contact


def dead(session: Session) -> Sequence[Contact]:
    """The addresses that are given up, the latest first."""
    given_up = select(Contact).where(Contact.dead_since.is_not(None))
    return session.scalars(given_up.order_by(Contact.dead_since.desc(), Contact.address)).all()


def dead_among(session: Session, addresses: Collection[str]) -> set[str]:
    """Those of these addresses that are given up."""
    given_up = select(Contact.address).where(Contact.address.in_(addresses), Contact.dead_since.is_not(None))
    return set(session.scalars(given_up))


def forget(session: Session, addresses: Collection[str]) -> None:
    """Know nothing against these addresses any more."""
    session.execute(delete(Contact).where(Contact.address.in_(addresses)))


def forget_heard(session: Session, heard: Mapping[str, datetime]) -> None:
    """Know nothing against addresses that a mail has come from since the last bounce. heard: when, by address."""
    known = select(Contact).where(Contact.address.in_(heard)) if heard else None
    for contact in session.scalars(known) if known is not None else ():
        if contact.bounced_at < heard[contact.address]:
            session.delete(contact)


def written_to(session: Session, rfc_ids: Collection[str], since: datetime) -> set[str]:
    """To whom the mails of ours with these Message-IDs went that were written since then, in lower case."""
    ours = select(OutgoingMail.recipient).where(OutgoingMail.rfc_id.in_(rfc_ids), OutgoingMail.queued_at >= since)
    return {recipient.lower() for recipient in session.scalars(ours)}


def ever_written_to(session: Session, addresses: Collection[str], since: datetime) -> set[str]:
    """Those of these addresses that a mail of ours went to since then."""
    ours = select(OutgoingMail.recipient).where(OutgoingMail.recipient.in_(addresses), OutgoingMail.queued_at >= since)
    return set(session.scalars(ours.distinct()))
