"""The daemon: one reader of the mailbox, workers, one deliverer, one alarm clock. Its top loop never ends by an error.

Everything it does is due work in the database, so that it can be killed at any instruction and started again.
"""

import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from db.models import Message, OutgoingMail, Story
from db.queries import hosts, leases, mailbox, work
from db.wake import Group
from ingest.mailbox_protocol import Mailbox, MailboxError
from ingest.receive import account_of, receive
from tinbai.alarm import AlarmClock
from tinbai.wiring import AnyStep, App

log = logging.getLogger(__name__)

LOOK_SECONDS = 1.0  # other processes' commits are seen at the latest then
READER_LEASE = timedelta(seconds=90)
RENEW_SECONDS = 30.0
LINGER_SECONDS = 20.0
BACK_OFF = (1, 2, 5, 10, 30, 60)  # seconds, the last one for ever
GOODBYE_SECONDS = 4.0


def _nothing() -> None:
    """There is nothing to be done."""


@dataclass(frozen=True, slots=True)
class Duty:
    """What one thread does: turn after turn, and a farewell when the daemon stops."""

    name: str
    turn: Callable[[], None]
    farewell: Callable[[], None] = _nothing


class Daemon:
    """Runs an App until told to stop."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._stop = threading.Event()
        self._busy_at = time.monotonic()
        self._me = f"{socket.gethostname()}:{os.getpid()}"
        self._threads = [
            threading.Thread(target=self._forever, args=(duty,), name=duty.name, daemon=True) for duty in self._duties()
        ]
        self._alarm = AlarmClock(app.ring, app.settings.office.zone, app.clock)

    def run(self) -> None:
        """Start everything; return when `stop` was called and the work in hand is done, or a few seconds later."""
        self._take_over()
        for thread in self._threads:
            thread.start()
        self._alarm.start()
        log.info("Started", extra={"mailbox": self._app.settings.mailbox.folder, "hold": self._app.settings.smtp.hold})
        self._stop.wait()
        self._alarm.stop()
        self._app.wake.call_all()
        ends = time.monotonic() + GOODBYE_SECONDS
        for thread in self._threads:
            thread.join(max(0.0, ends - time.monotonic()))
        with self._app.database.write() as session:
            leases.drop(session, self._me)
        log.info("Stopped")

    def stop(self) -> None:
        """Ask it to end; may be called from a signal handler."""
        self._stop.set()

    def _duties(self) -> Sequence["Duty"]:
        steps, fetchers = self._app.steps, self._app.settings.fetch.concurrency
        reading, fetching = self._working(Group.READING, steps.reading), self._working(Group.FETCHING, steps.fetching)
        deliver = self._working(Group.DELIVERING, steps.delivering, self._let_go)
        return (
            Duty("mailbox", self._read_mailbox),
            *(Duty(f"reader-{number}", reading) for number in range(self._app.readers)),
            *(Duty(f"fetcher-{number}", fetching) for number in range(fetchers)),
            Duty("deliverer", deliver, farewell=self._app.transport.close),
        )

    def _take_over(self) -> None:
        """On SQLite this process is alone (it holds the lock): whatever is still held, the dead hold."""
        if self._app.database.file is None:
            return
        with self._app.database.write() as session:
            work.release_leases(session, (Message, Story, OutgoingMail), self._app.clock())
            leases.drop(session)
            hosts.free_all(session)

    def _forever(self, duty: "Duty") -> None:
        failures = 0
        while not self._stop.is_set():
            try:
                duty.turn()
                failures = 0
            except MailboxError:  # noted by whoever met it
                failures = self._back_off(failures)
            except Exception:
                log.exception("Unforeseen error; going on", extra={"duty": duty.name})
                failures = self._back_off(failures)
        duty.farewell()

    def _back_off(self, failures: int) -> int:
        self._stop.wait(BACK_OFF[min(failures, len(BACK_OFF) - 1)])
        return failures + 1

    def _working(
        self, group: Group, steps: Sequence[AnyStep], at_rest: Callable[[], None] = _nothing
    ) -> Callable[[], None]:
        """A turn: one item of the first step that has any, or a rest until the group is called."""

        def turn() -> None:
            seen = self._app.wake.seen(group)
            if any(self._app.runner.run_one(step) for step in steps):
                self._busy_at = time.monotonic()
            elif not self._stop.is_set():
                at_rest()
                self._app.wake.wait(seen, LOOK_SECONDS, group)

        return turn

    def _let_go(self) -> None:
        """A mail server is not held for nothing, nor called anew for every mail."""
        if time.monotonic() - self._busy_at > LINGER_SECONDS:
            self._app.transport.close()

    def _read_mailbox(self) -> None:
        """Read until something breaks, and note that it did."""
        try:
            self._hold_mailbox()
        except MailboxError as error:
            self._note_mailbox_failure(error)
            raise

    def _hold_mailbox(self) -> None:
        """Hold the connection, store what is new, wait."""
        if not self._is_reader():
            self._stop.wait(RENEW_SECONDS)
            return
        with self._app.mailbox.connect() as open_mailbox:
            while self._is_reader() and not self._stop.is_set():
                self._store_new_mail(open_mailbox)

    def _store_new_mail(self, open_mailbox: Mailbox) -> None:
        settings = self._app.settings.mailbox
        if receive(open_mailbox, self._app.database, settings, self._app.clock()):
            self._app.wake.call(Group.READING)
        next_poll = time.monotonic() + settings.poll_seconds
        while (left := next_poll - time.monotonic()) > 0 and not self._stop.is_set() and self._is_reader():
            if open_mailbox.wait(min(left, RENEW_SECONDS), self._stop):
                return

    def _is_reader(self) -> bool:
        """Take or renew the lease that makes this process the one reader of the mailbox."""
        settings, now = self._app.settings.mailbox, self._app.clock()
        name = f"mailbox:{account_of(settings)}/{settings.folder}"
        with self._app.database.write() as session:
            return leases.take(session, name, self._me, now, now + READER_LEASE)

    def _note_mailbox_failure(self, error: MailboxError) -> None:
        log.error("The mailbox cannot be read", extra={"reason": error.reason})
        settings = self._app.settings.mailbox
        with self._app.database.write() as session:
            mailbox.note_failure(session, account_of(settings), settings.folder, error.reason, self._app.clock())
