"""Mails become messages: raw bytes, the place they came from and the cursor, in one commit. Nothing is read here.

The ledger's unique key absorbs a UID seen twice, the content hash a mailbox that was renumbered. All statements go over
a whole batch. Of a mail nothing is looked at but the fields by which its copies are known again.
"""

import hashlib
import logging
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from db.queries import arrivals
from db.queries import mailbox as ledger
from db.queries.arrivals import Arrival
from db.queries.mailbox import Place
from ingest.mailbox_protocol import FetchedMail
from parsers.twin import twin_of

__all__ = ["COMMIT_BYTES", "COMMIT_MAILS", "Batch", "Place", "content_of", "enter", "pack", "packed", "store"]

log = logging.getLogger(__name__)

COMMIT_MAILS, COMMIT_BYTES = 250, 8 << 20  # a batch is stored whole or not at all
LEVEL = 3  # of zlib: a fifth faster than its default, and 5 % larger


@dataclass(frozen=True, slots=True)
class Batch:
    """Mails that count, by UID, ready to be written; `last_uid` is that of all that were looked at."""

    mails: Mapping[int, Arrival]
    last_uid: int


def store(
    session: Session, place: Place, mails: Iterable[FetchedMail], now: datetime, since: datetime | None = None
) -> int:
    """Write these mails and move the cursor; returns how many were new. Commit 1 of every mail.

    since: a mail that the server received earlier is passed over; None lets every mail count.
    """
    return enter(session, place, packed(place, mails, now, since), now)


def packed(place: Place, mails: Iterable[FetchedMail], now: datetime, since: datetime | None = None) -> Batch:
    """Make mails ready to be written: the part of the work that needs no transaction."""
    counting: dict[int, Arrival] = {}
    last_uid = 0
    for mail in mails:
        last_uid = max(last_uid, mail.uid)
        if _counts(mail, since):
            sha256, received_at = content_of(place, mail), min(mail.internal_date, now)
            counting[mail.uid] = pack(mail.raw, sha256, mail.size, received_at, truncated=mail.truncated)
    return Batch(counting, last_uid)


def pack(raw: bytes, sha256: str, size: int, received_at: datetime, *, truncated: bool) -> Arrival:
    """A mail as the record keeps it. size: of the whole mail, as the server or the file tells it."""
    return Arrival(sha256, twin_of(raw), size, zlib.compress(raw, LEVEL), truncated, received_at)


def content_of(place: Place, mail: FetchedMail) -> str:
    """What tells mails apart: a digest of their bytes, or of their place when the server handed over none."""
    identity = repr((place, mail.uid)).encode() if mail.truncated and not mail.raw else mail.raw
    return hashlib.sha256(identity).hexdigest()


def enter(session: Session, place: Place, batch: Batch, now: datetime) -> int:
    """Write a batch and move the cursor, in the caller's commit; returns how many messages were new."""
    arrivals.take_turn(session)
    entered = ledger.held(session, place, batch.mails)
    fresh = {uid: mail for uid, mail in batch.mails.items() if uid not in entered}
    holders = _known(session, fresh.values())
    new = {mail.sha256: mail for mail in fresh.values() if mail.sha256 not in holders}  # twice the same bytes is once
    holders |= arrivals.add(session, list(new.values()), arrivals.MAILBOX, now)
    ledger.enter(session, place, {uid: holders[mail.sha256] for uid, mail in fresh.items()})
    ledger.advance(session, place, batch.last_uid)
    _tell(fresh, holders, new)
    return len(new)


def _counts(mail: FetchedMail, since: datetime | None) -> bool:
    return since is None or mail.internal_date >= since.replace(microsecond=0)  # servers date mails to the second


def _known(session: Session, mails: Iterable[Arrival]) -> dict[str, int]:
    """SHA-256 → the message that these mails are already."""
    by_content = {mail.sha256: mail for mail in mails}
    found = arrivals.known(session, by_content)
    return found | _imported(session, [mail for mail in by_content.values() if mail.sha256 not in found])


def _imported(session: Session, mails: Iterable[Arrival]) -> dict[str, int]:
    """SHA-256 → the imported message that these mails are, an export having changed its bytes.

    A Message-ID is easily copied. So a mail of the live mailbox passes for another one only where nothing can be lost
    by it but what the operator has imported: not for a mail that a mailbox was seen to hold, and once for each.
    """
    by_twin = {mail.twin: mail for mail in reversed(list(mails)) if mail.twin is not None}
    found = {by_twin[twin]: message_id for twin, message_id in arrivals.only_imported(session, list(by_twin)).items()}
    arrivals.note_sizes(session, [(message_id, mail.size) for mail, message_id in found.items()])
    return {mail.sha256: message_id for mail, message_id in found.items()}


def _tell(fresh: Mapping[int, Arrival], holders: Mapping[str, int], new: Mapping[str, Arrival]) -> None:
    if not fresh:
        return
    log.info("Mails stored", extra={"mails": len(fresh), "new": len(new), "first": min(fresh), "last": max(fresh)})
    if log.isEnabledFor(logging.DEBUG):
        for uid, mail in fresh.items():
            facts = {"message_id": holders[mail.sha256], "uid": uid, "size": mail.size, "known": mail.sha256 not in new}
            log.debug("Mail stored", extra=facts)
