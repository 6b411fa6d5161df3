"""The duty of reading the mailbox: one process has it at a time, and the connection is held for as long as it does."""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Event

from db.queries import leases, mailbox
from db.wake import Group
from ingest.audit import audit, audit_is_due
from ingest.mailbox_protocol import MailboxError, OpenMailbox
from ingest.receive import account_of, reader_duty, receive
from tinbai.wiring import App

log = logging.getLogger(__name__)

READER_LEASE = timedelta(seconds=90)
RENEW_SECONDS = 20.0  # also how long one IDLE lasts: a line that died in it is noticed with its end
GLANCE_SECONDS = 5.0  # while the disk is full, or another process reads


class MailboxReader:
    """Stores whatever arrives. me: who holds the lease. stop: ends every wait. beat: called while all goes well."""

    def __init__(self, app: App, me: str, stop: Event, beat: Callable[[], None]) -> None:
        self._app = app
        self._settings = app.settings.mailbox
        self._me = me
        self._stop = stop
        self._beat = beat

    def turn(self) -> None:
        """Read until something breaks, and note that it did. Raises MailboxError."""
        try:
            self._hold_mailbox()
        except MailboxError as error:
            self._note_failure(error)
            raise

    def _hold_mailbox(self) -> None:
        """Hold the connection, store what is new, wait."""
        if not self._may_read():
            self._stop.wait(GLANCE_SECONDS)
            return
        with self._app.mailbox.connect() as open_mailbox:
            while self._may_read() and not self._stop.is_set():
                self._store_new_mail(open_mailbox)

    def _store_new_mail(self, open_mailbox: OpenMailbox) -> None:
        if self._received(open_mailbox, self._app.clock()):
            self._app.wake.call(Group.READING)
        next_poll = time.monotonic() + self._settings.poll_seconds
        while (left := next_poll - time.monotonic()) > 0 and not self._stop.is_set() and self._may_read():
            if open_mailbox.wait(min(left, RENEW_SECONDS), self._stop):
                return

    def _received(self, open_mailbox: OpenMailbox, now: datetime) -> int:
        """How many mails were stored: new ones, or else, once a day, those that the ledger lacks."""
        database, settings = self._app.database, self._settings
        added = receive(open_mailbox, database, settings, now, self._may_read)
        if not added and self._may_read() and audit_is_due(database, settings, now):
            return audit(open_mailbox, database, settings, now, self._may_read).recovered
        return added

    def _may_read(self) -> bool:
        """Is there room for more, and is this process the one reader of the mailbox? Takes or renews the lease."""
        self._beat()
        if not self._app.operation.disk.has_room():
            return False
        now = self._app.clock()
        with self._app.database.write() as session:
            return leases.take(session, reader_duty(self._settings), self._me, now, now + READER_LEASE)

    def _note_failure(self, error: MailboxError) -> None:
        log.error("The mailbox cannot be read", extra={"reason": error.reason})
        account, folder = account_of(self._settings), self._settings.folder
        with self._app.database.write() as session:
            mailbox.note_failure(session, account, folder, error.reason, self._app.clock())
            leases.drop(session, self._me)  # another machine may have a better line
