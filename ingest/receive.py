"""From the mailbox into the record: what is new since the cursor, whatever the server does with its numbers.

Decides where reading begins; `ingest.storing` writes. While one batch is stored the next one is read.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Thread

from sqlalchemy.orm import Session

from db.models import MailboxState
from db.queries import mailbox as ledger
from db.session import Database
from ingest.mailbox_protocol import FetchedMail, FolderStatus, MailboxError, OpenMailbox
from ingest.settings import MailboxSettings
from ingest.storing import COMMIT_BYTES, COMMIT_MAILS, Place, enter, packed, store

__all__ = ["Place", "account_of", "batches", "place_of", "reader_duty", "receive", "store"]

log = logging.getLogger(__name__)

START_MARGIN = timedelta(days=1)  # servers search by day, in their own time zone


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where reading begins. When `since` is set, mails from before it do not count.

    renumbered: another numbering than before, or another server's; it is the ledger's only when it was read whole.
    """

    last_uid: int
    renumbered: bool = False
    since: datetime | None = None


def receive(
    mailbox: OpenMailbox,
    database: Database,
    settings: MailboxSettings,
    now: datetime,
    may_go_on: Callable[[], bool] = lambda: True,
) -> int:
    """Store whatever is new in the connected mailbox; returns how many messages were added. Raises MailboxError.

    may_go_on: asked before each further batch is stored; False leaves the rest to the next call, and the folder does
    not count as read.
    """
    status = mailbox.status()
    place = place_of(settings, status.uidvalidity)
    cursor = _cursor(mailbox, status, database, settings, place, now)
    uids = mailbox.uids_after(cursor.last_uid)
    wanted = _not_entered(database, place, uids) if cursor.renumbered else uids
    added = 0
    for number, mails in enumerate(batches(mailbox.fetch(wanted)) if wanted else ()):
        if number and not may_go_on():
            return added
        batch = packed(place, mails, now, cursor.since)
        with database.write() as session:
            added += enter(session, place, batch, now)
    with database.write() as session:
        if cursor.renumbered:  # not before: until the folder was read to its end, its mails are judged by `since`
            last_uid = max(uids, default=cursor.last_uid)
            first_uid = min(ledger.uids_entered(session, place), default=last_uid + 1)
            ledger.begin(
                session, place.account, place.folder, place.uidvalidity, last_uid, cursor.since, first_uid=first_uid
            )
        ledger.note_success(session, place.account, place.folder, now)
    return added


def place_of(settings: MailboxSettings, uidvalidity: int) -> Place:
    """The folder that the settings name, in this numbering."""
    return Place(account_of(settings), settings.folder, uidvalidity)


def account_of(settings: MailboxSettings) -> str:
    """The name of the mailbox in the ledger: it stays the same when the server's port or security changes."""
    return settings.path if settings.kind == "maildir" else f"{settings.username}@{settings.host}"


def reader_duty(settings: MailboxSettings) -> str:
    """The name of the duty of reading this folder, which one process has at a time."""
    return f"mailbox:{account_of(settings)}/{settings.folder}"


def batches(mails: Iterator[FetchedMail]) -> Iterator[list[FetchedMail]]:
    """Yield as many mails at a time as fit into one commit, and into memory; the next ones are read meanwhile.

    Raises MailboxError, but not before what had come was handed out: otherwise a line that always breaks early would
    bring nothing for ever.
    """
    coming = _Coming(mails)
    try:
        while batch := coming.batch.result():
            failure = coming.failure
            if failure is None:
                coming = _Coming(mails)
            yield batch
            if failure is not None:
                raise failure
    finally:
        coming.thread.join()  # nobody else may use the connection before


class _Coming:
    """A batch that is being read in a thread of its own. failure: what ended it early; to be looked at after it."""

    def __init__(self, mails: Iterator[FetchedMail]) -> None:
        self.failure: MailboxError | None = None
        self.batch: Future[list[FetchedMail]] = Future()
        self.thread = Thread(target=self._read, args=(mails,), name="mailbox-ahead", daemon=True)
        self.thread.start()

    def _read(self, mails: Iterator[FetchedMail]) -> None:
        batch: list[FetchedMail] = []
        try:
            _fill(batch, mails)
            self.batch.set_result(batch)
        except MailboxError as error:
            self.failure = error
            if batch:
                self.batch.set_result(batch)
            else:
                self.batch.set_exception(error)
        finally:
            self.batch.cancel()  # nobody waits for ever, whatever happened; without effect on a batch that has come


def _fill(batch: list[FetchedMail], mails: Iterator[FetchedMail]) -> None:
    size = 0
    for mail in mails:
        batch.append(mail)
        size += len(mail.raw)
        if len(batch) >= COMMIT_MAILS or size >= COMMIT_BYTES:
            break


def _cursor(
    mailbox: OpenMailbox,
    status: FolderStatus,
    database: Database,
    settings: MailboxSettings,
    place: Place,
    now: datetime,
) -> Cursor:
    """Where to go on; set at the first look, and found anew when the server's numbers cannot be trusted any more."""
    with database.read() as session:
        state = ledger.state(session, place.account, place.folder)
        last_read = _read_elsewhere(session, settings)
    if state is None or not state.uidvalidity:
        if settings.start_from == "" and last_read is not None:
            log.warning("Read from another server before; going on from then", extra={"since": last_read.isoformat()})
            return Cursor(_before(mailbox, last_read), renumbered=True, since=last_read)
        since, last_uid = _start(mailbox, settings.start_from, now)
        with database.write() as session:
            ledger.begin(session, place.account, place.folder, place.uidvalidity, last_uid, since)
        return Cursor(last_uid)
    if state.uidvalidity != place.uidvalidity:
        log.warning("The server renumbered the folder; comparing by content", extra={"folder": place.folder})
        return Cursor(_before(mailbox, state.since), renumbered=True, since=state.since)
    if status.uidnext <= state.last_uid:
        return _step_back(mailbox, status, database, place, state)
    return Cursor(state.last_uid)


def _read_elsewhere(session: Session, settings: MailboxSettings) -> datetime | None:
    """From when on mails count of a folder whose server got another name; None: it was never read under another one.

    A day before the last reading, for no clock is trusted; the content hash absorbs what is known.
    """
    same = [
        max(state.read_at - START_MARGIN, state.since or state.read_at - START_MARGIN)
        for state in ledger.states(session)
        if state.read_at and state.folder == settings.folder and _is_of_user(state.account, settings)
    ]
    return max(same, default=None)


def _is_of_user(account: str, settings: MailboxSettings) -> bool:
    return settings.kind != "maildir" and account.rpartition("@")[0] == settings.username


def _step_back(
    mailbox: OpenMailbox, status: FolderStatus, database: Database, place: Place, state: MailboxState
) -> Cursor:
    """Read again what came since shortly before the last reading: the server gives numbers a second time.

    It was restored from a backup. Some of those numbers may have been given again before anybody looked; the content
    hash absorbs the mails that are still the same, the audit finds what came even earlier.
    """
    first_uid = min(state.first_uid, status.uidnext)
    recent = status.uidnext if state.read_at is None else mailbox.first_uid_since((state.read_at - START_MARGIN).date())
    last_uid = max(first_uid, min(recent, status.uidnext)) - 1
    with database.write() as session:
        forgotten = ledger.step_back(session, place, last_uid, first_uid)
        since = ledger.judged_since(session, place)
    facts = {"folder": place.folder, "cursor": state.last_uid, "uidnext": status.uidnext, "forgotten": forgotten}
    log.warning("The server gives UIDs a second time; comparing by content", extra=facts)
    return Cursor(last_uid, since=since)


def _not_entered(database: Database, place: Place, uids: Iterable[int]) -> list[int]:
    """What is left to read of a renumbered folder, should the reading have been interrupted."""
    with database.read() as session:
        entered = ledger.uids_entered(session, place)
    return [uid for uid in uids if uid not in entered]


def _start(mailbox: OpenMailbox, start_from: str, now: datetime) -> tuple[datetime | None, int]:
    """From when on mails count, and the UID before the first of them."""
    if start_from == "all":
        return None, 0
    if start_from == "":
        return now, mailbox.status().uidnext - 1
    since = datetime.fromisoformat(start_from).replace(tzinfo=UTC)
    return since, mailbox.first_uid_since(since.date()) - 1


def _before(mailbox: OpenMailbox, since: datetime | None) -> int:
    return 0 if since is None else mailbox.first_uid_since((since - START_MARGIN).date()) - 1
