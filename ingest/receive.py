"""From the mailbox into the record: raw bytes and the place they came from, in one commit. Nothing is read here.

The ledger's unique key absorbs a UID seen twice, the content hash a mailbox that was renumbered.
"""

import hashlib
import logging
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from db.models import MailboxEntry, Message, MessageEvent
from db.queries import mailbox as ledger
from db.session import Database
from db.states import MessageState
from ingest.mailbox_protocol import FetchedMail, Mailbox
from ingest.settings import MailboxSettings

log = logging.getLogger(__name__)

COMMIT_MAILS, COMMIT_BYTES = 50, 8 << 20  # a batch is stored whole or not at all
START_MARGIN = timedelta(days=1)  # servers search by day, in their own time zone


@dataclass(frozen=True, slots=True)
class Place:
    """A folder of an account, in one numbering."""

    account: str
    folder: str
    uidvalidity: int


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where reading begins. When the server has `renumbered` the folder, mails from before `since` do not count."""

    last_uid: int
    renumbered: bool = False
    since: datetime | None = None


def receive(mailbox: Mailbox, database: Database, settings: MailboxSettings, now: datetime) -> int:
    """Store whatever is new in the connected mailbox; returns how many messages were added. Raises MailboxError."""
    place = Place(account_of(settings), settings.folder, mailbox.status().uidvalidity)
    cursor = _cursor(mailbox, database, settings, place, now)
    uids = mailbox.uids_after(cursor.last_uid)
    mails = mailbox.fetch(_not_entered(database, place, uids) if cursor.renumbered else uids)
    added = 0
    while batch := _batch(mails):
        with database.write() as session:
            added += store(session, place, batch, now, cursor.since)
    with database.write() as session:
        if cursor.renumbered:  # not before: until the folder was read to its end, its mails are judged by `since`
            last_uid = max(uids, default=cursor.last_uid)
            ledger.begin(session, place.account, place.folder, place.uidvalidity, last_uid, cursor.since)
        ledger.note_success(session, place.account, place.folder, now)
    return added


def _batch(mails: Iterator[FetchedMail]) -> list[FetchedMail]:
    """As many mails as fit into one commit, and into memory."""
    batch: list[FetchedMail] = []
    for mail in mails:
        batch.append(mail)
        if len(batch) >= COMMIT_MAILS or sum(len(held.raw) for held in batch) >= COMMIT_BYTES:
            break
    return batch


def account_of(settings: MailboxSettings) -> str:
    """The name of the mailbox in the ledger: it stays the same when the server's port or security changes."""
    return settings.path if settings.kind == "maildir" else f"{settings.username}@{settings.host}"


def store(
    session: Session, place: Place, mails: Iterable[FetchedMail], now: datetime, since: datetime | None = None
) -> int:
    """Write these mails and move the cursor; returns how many were new. Commit 1 of every mail.

    since: a mail that the server received earlier is passed over; None lets every mail count.
    """
    added, last_uid = 0, 0
    for mail in mails:
        last_uid = max(last_uid, mail.uid)
        if _counts(mail, since) and not ledger.entered(
            session, place.account, place.folder, place.uidvalidity, mail.uid
        ):
            added += _enter(session, place, mail, now)
    state = ledger.state(session, place.account, place.folder)
    if state is not None and state.uidvalidity == place.uidvalidity:
        state.last_uid = max(state.last_uid, last_uid)
    return added


def _counts(mail: FetchedMail, since: datetime | None) -> bool:
    return since is None or mail.internal_date >= since.replace(microsecond=0)  # servers date mails to the second


def _enter(session: Session, place: Place, mail: FetchedMail, now: datetime) -> bool:
    sha256 = hashlib.sha256(_identity(place, mail)).hexdigest()
    known = ledger.message_with(session, sha256)
    message = known or _new_message(session, mail, sha256, now)
    session.add(
        MailboxEntry(
            account=place.account,
            folder=place.folder,
            uidvalidity=place.uidvalidity,
            uid=mail.uid,
            message_id=message.id,
        )
    )
    session.flush()
    log.info("Mail stored", extra={"message_id": message.id, "uid": mail.uid, "size": mail.size, "known": bool(known)})
    return known is None


def _identity(place: Place, mail: FetchedMail) -> bytes:
    """What tells mails apart: their bytes, or their place when the server handed over none."""
    return repr((place, mail.uid)).encode() if mail.truncated and not mail.raw else mail.raw


def _new_message(session: Session, mail: FetchedMail, sha256: str, now: datetime) -> Message:
    message = Message(
        state=MessageState.RECEIVED,
        sha256=sha256,
        size=mail.size,
        raw=zlib.compress(mail.raw, 6),
        truncated=mail.truncated,
        received_at=min(mail.internal_date, now),
        stored_at=now,
        due_at=now,
        events=[MessageEvent(at=now, old=None, new=MessageState.RECEIVED, way="mailbox")],
    )
    session.add(message)
    session.flush()
    return message


def _cursor(mailbox: Mailbox, database: Database, settings: MailboxSettings, place: Place, now: datetime) -> Cursor:
    """Where to go on; set at the first look, and found anew when the server has renumbered the folder."""
    with database.read() as session:
        state = ledger.state(session, place.account, place.folder)
    if state is None or not state.uidvalidity:
        since, last_uid = _start(mailbox, settings.start_from, now)
        with database.write() as session:
            ledger.begin(session, place.account, place.folder, place.uidvalidity, last_uid, since)
        return Cursor(last_uid)
    if state.uidvalidity == place.uidvalidity:
        return Cursor(state.last_uid)
    log.warning("The server renumbered the folder; comparing by content", extra={"folder": place.folder})
    return Cursor(_before(mailbox, state.since), renumbered=True, since=state.since)


def _not_entered(database: Database, place: Place, uids: Iterable[int]) -> list[int]:
    """What is left to read of a renumbered folder, should the reading have been interrupted."""
    with database.read() as session:
        entered = ledger.uids_entered(session, place.account, place.folder, place.uidvalidity)
    return [uid for uid in uids if uid not in entered]


def _start(mailbox: Mailbox, start_from: str, now: datetime) -> tuple[datetime | None, int]:
    """From when on mails count, and the UID before the first of them."""
    if start_from == "all":
        return None, 0
    if start_from == "":
        return now, mailbox.status().uidnext - 1
    since = datetime.fromisoformat(start_from).replace(tzinfo=UTC)
    return since, mailbox.first_uid_since(since.date()) - 1


def _before(mailbox: Mailbox, since: datetime | None) -> int:
    return 0 if since is None else mailbox.first_uid_since((since - START_MARGIN).date()) - 1
