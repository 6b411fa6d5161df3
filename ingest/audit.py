"""The daily audit: every mail that the server has must be in the ledger, and be the mail that the ledger means.

What is missing or has become another mail is fetched and stored as if it had just come; the content hash decides what
is new. Mails that have left the folder are nobody's concern here. Nothing is answered twice, for nothing known is new.
"""

import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from db.queries import arrivals
from db.queries import mailbox as ledger
from db.queries.mailbox import Held, Place
from db.session import Database
from ingest.mailbox_protocol import FetchedMail, OpenMailbox
from ingest.receive import batches, place_of
from ingest.settings import MailboxSettings
from ingest.storing import content_of, store

__all__ = ["EVERY", "Audit", "audit", "audit_is_due"]

log = logging.getLogger(__name__)

EVERY = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Audit:
    """How many mails were compared with the ledger, and how many of them it lacked or meant wrongly."""

    mails: int
    recovered: int


@dataclass(frozen=True, slots=True)
class _Range:
    """The part of the folder that was read: what comes after it is new, what stands before it does not count."""

    first_uid: int
    last_uid: int
    since: datetime | None


def audit_is_due(database: Database, settings: MailboxSettings, now: datetime) -> bool:
    """Was the folder read before, and not audited since a day? Ask after `receive`, when nothing new is waiting."""
    place = place_of(settings, 0)
    with database.read() as session:
        state = ledger.state(session, place.account, place.folder)
    return state is not None and state.uidvalidity > 0 and (state.audited_at is None or now - state.audited_at >= EVERY)


def audit(
    mailbox: OpenMailbox,
    database: Database,
    settings: MailboxSettings,
    now: datetime,
    may_go_on: Callable[[], bool] = lambda: True,
) -> Audit:
    """Compare the connected mailbox with the ledger and store what is missing. Raises MailboxError.

    A folder that was never read, or that the server has renumbered since, is left to `receive`. may_go_on: asked before
    each further batch is stored; False breaks the audit off, which stays due.
    """
    sizes = mailbox.sizes()
    place = place_of(settings, mailbox.status().uidvalidity)
    with database.read() as session:
        read = _range(session, place)
        held = ledger.held(session, place)
    if read is None:
        return Audit(0, 0)
    compared = {uid: size for uid, size in sizes.items() if read.first_uid <= uid <= read.last_uid}
    suspects = sorted(uid for uid, size in compared.items() if _is_suspect(size, held.get(uid)))
    recovered = 0
    for number, mails in enumerate(batches(mailbox.fetch(suspects)) if suspects else ()):
        if number and not may_go_on():
            return Audit(len(compared), recovered)
        with database.write() as session:
            recovered += _correct(session, place, mails, read.since, now)
    with database.write() as session:
        ledger.note_audit(session, place, len(compared), recovered, now)
    facts = {"mails": len(compared), "fetched": len(suspects), "recovered": recovered}
    log.log(logging.WARNING if recovered else logging.INFO, "Mailbox audited", extra=facts)
    return Audit(len(compared), recovered)


def _range(session: Session, place: Place) -> _Range | None:
    state = ledger.state(session, place.account, place.folder)
    if state is None or state.uidvalidity != place.uidvalidity:
        return None
    return _Range(state.first_uid, state.last_uid, ledger.judged_since(session, place))


def _is_suspect(size: int, held: Held | None) -> bool:
    return held is None or (size >= 0 and size != held.size)  # below 0: the server does not tell


def _correct(
    session: Session, place: Place, mails: Collection[FetchedMail], since: datetime | None, now: datetime
) -> int:
    """Make the ledger true for these mails; returns for how many it was not."""
    uids = [mail.uid for mail in mails]
    before = ledger.held(session, place, uids)
    same = [mail for mail in mails if mail.uid in before and before[mail.uid].sha256 == content_of(place, mail)]
    known = {mail.uid for mail in same}
    others = [mail for mail in mails if mail.uid not in known]
    arrivals.note_sizes(session, [(before[mail.uid].message_id, mail.size) for mail in same])
    ledger.forget(session, place, [mail.uid for mail in others])
    store(session, place, others, now, since)
    after = ledger.held(session, place, uids)
    changed = [uid for uid in after if uid not in before or before[uid].message_id != after[uid].message_id]
    for uid in changed:
        log.warning("The ledger lacked a mail", extra={"uid": uid, "message_id": after[uid].message_id})
    return len(changed)
