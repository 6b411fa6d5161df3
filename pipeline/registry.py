"""The register of schools and staff as the parsers want it, made from the rows."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import TypeAlias

from sqlalchemy.orm import Session

from db.models import Role, SchoolKeyKind
from db.queries import messages, people, register
from parsers.school import BY_SENDER, BY_SUFFIX, Registry, SchoolEntry

REGISTER = "the register of schools"

Listed: TypeAlias = tuple[str, str, str, str, Sequence[tuple[SchoolKeyKind, str]]]
Validity: TypeAlias = tuple[date | None, date | None, str | None]  # first day, last day, predecessor
ALWAYS: Validity = (None, None, None)


def registry_from(session: Session, office_domain: str) -> Registry:
    """The register of this moment, asked for once a session. The office's own domain is the one all schools share."""
    if REGISTER not in session.info:
        session.info[REGISTER] = _read(session, office_domain)
    registry: Registry = session.info[REGISTER]
    return registry


def _read(session: Session, office_domain: str) -> Registry:
    members = people.all_members(session)
    staff = frozenset(member.email for member in members if member.role is Role.STAFF)
    valid = register.validity(session)
    entries = tuple(_entry(school, valid.get(school[0], ALWAYS)) for school in people.register(session))
    return _indexed(entries, staff, office_domain)


def board_addresses(session: Session) -> frozenset[str]:
    """Whose replies are decisions."""
    return frozenset(member.email for member in people.board(session))


def read_again(session: Session, office_domain: str, now: datetime) -> int:
    """Make the waiting mails due whose senders are registered by now; returns how many. Incidents go on waiting."""
    registry = registry_from(session, office_domain).on(now.date())
    known = [mail for mail in messages.waiting_openly(session) if registry.of_address(mail.sender_address or "")]
    strangers = [mail for mail in known if mail.school_by not in (BY_SENDER, BY_SUFFIX)]
    for message in strangers:
        message.make_due(now)
    return len(strangers)


@lru_cache(maxsize=4)
def _indexed(entries: tuple[SchoolEntry, ...], staff: frozenset[str], office_domain: str) -> Registry:
    """Building the indexes costs more than reading a mail; the register hardly ever changes."""
    return Registry(entries, staff, frozenset({office_domain}))


def _entry(school: Listed, validity: Validity) -> SchoolEntry:
    code, level, name, short_name, keys = school
    valid_from, valid_to, predecessor = validity
    of_kind = {kind: tuple(value for own, value in keys if own is kind) for kind in SchoolKeyKind}
    return SchoolEntry(
        code=code,
        level=level,
        name=name,
        short_name=short_name,
        emails=of_kind[SchoolKeyKind.EMAIL],
        hosts=of_kind[SchoolKeyKind.HOST],
        suffixes=of_kind[SchoolKeyKind.SUFFIX],
        valid_from=valid_from,
        valid_to=valid_to,
        predecessor=predecessor,
    )
