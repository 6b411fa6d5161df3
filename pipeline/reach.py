"""Where schools and members can be reached: an address that mail comes back from is passed over while there is another.

It counts no bounces (`pipeline.stages.bounced`) and writes no mail.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from db.models import Contact, Member, School, SchoolKeyKind
from db.queries import contacts, people


@dataclass(frozen=True, slots=True)
class Unreachable:
    """An address that is given up, and whose it is. status: the code of the last failure."""

    address: str
    owner: str  # "TH Kim Đồng", "Nguyễn Thị Mai"
    since: datetime
    status: str | None
    is_member: bool = False


def addresses_of(school: School) -> tuple[str, ...]:
    """Where a school can be written to: its contacts, then the addresses it writes from."""
    emails = [key.value for key in school.keys if key.kind is SchoolKeyKind.EMAIL]
    return tuple(dict.fromkeys(address.lower() for address in (*school.contacts, *emails)))


def reachable(session: Session, school: School, preferred: str) -> str:
    """The address to write to: the preferred one unless it is given up, then the next of that school that is not.

    When all of them are, the preferred one: a letter that comes back is on record, one that was never written is not.
    """
    others = [address for address in addresses_of(school) if address != preferred.lower()]
    dead = contacts.dead_among(session, [preferred.lower(), *others])
    if preferred.lower() not in dead:
        return preferred
    return next((address for address in others if address not in dead), preferred)


def unreachable(session: Session) -> Sequence[Unreachable]:
    """The addresses in the register that are given up, the latest first; those of strangers are nobody's concern."""
    dead = contacts.dead(session)
    if not dead:
        return ()
    schools, members = people.all_schools(session), people.all_members(session)
    named = (_owned(contact, schools, members) for contact in dead)
    return tuple(one for one in named if one is not None)


def _owned(contact: Contact, schools: Collection[School], members: Collection[Member]) -> Unreachable | None:
    since = contact.dead_since or contact.bounced_at
    for member in members:
        if member.active and member.email == contact.address:
            return Unreachable(contact.address, member.name, since, contact.diagnosis, is_member=True)
    for school in schools:
        if contact.address in addresses_of(school):
            return Unreachable(contact.address, school.short_name, since, contact.diagnosis)
    return None
