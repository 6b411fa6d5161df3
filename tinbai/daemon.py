"""The daemon: a thread for each duty, and the alarm clock. Its top loop never ends by an error.

Everything it does is due work in the database, so that it can be killed at any instruction and started again.
"""

import logging
import os
import socket
import threading
import time
from collections.abc import Sequence

from sqlalchemy.exc import DBAPIError

from db.models import MailMove, Message, OutgoingMail, Story
from db.queries import alarms, hosts, leases, mailbox, work
from ingest.mailbox_protocol import MailboxError
from ingest.receive import account_of
from tinbai.alarm import AlarmClock
from tinbai.duties import Duties, Duty
from tinbai.wiring import App

log = logging.getLogger(__name__)

BACK_OFF = (1, 2, 5, 10, 30, 60)  # seconds, the last one for ever
HELPLESS = (60, 120, 300, 900)  # where trying again soon would only lock an account
LASTED_SECONDS = 60.0
GOODBYE_SECONDS = 2.5
ALARM_CLOCK = "alarm-clock"


class Daemon:
    """Runs an App until told to stop. whole: the office's daemon; otherwise a worker that shares its queue."""

    def __init__(self, app: App, *, whole: bool = True) -> None:
        self._app = app
        self._stop = threading.Event()
        self._me = f"{socket.gethostname()}:{os.getpid()}"
        self._alarm = AlarmClock(self._ring, app.settings.office.zone) if whole else None
        self._health = app.operation.health if whole else None  # a worker beside it has the same settings
        duties = Duties(app, self._me, self._stop)
        self._duties = tuple(duties.of_the_office() if whole else duties.of_a_worker())
        self._threads = [
            threading.Thread(target=self._forever, args=(duty,), name=duty.name, daemon=True) for duty in self._duties
        ]

    def run(self) -> None:
        """Start everything; return when `stop` was called and the work in hand is done, or a few seconds later."""
        while not (self._stop.is_set() or self._has_taken_over()):
            self._back_off(len(BACK_OFF))
        self._start()
        log.info("Started", extra={"duties": len(self._duties), "hold": self._app.settings.smtp.hold})
        self._stop.wait()
        self._end()
        log.info("Stopped")

    def stop(self) -> None:
        """Ask it to end; may be called from a signal handler."""
        self._stop.set()

    def _has_taken_over(self) -> bool:
        """A disk that was full when the last process died may still be so."""
        try:
            self._take_over()
        except DBAPIError as error:
            if not self._is_full(error):
                raise
            self._cry()
            return False
        return True

    def _take_over(self) -> None:
        """On SQLite this process is alone (it holds the lock): whatever is still held, the dead hold."""
        if self._app.database.file is None:
            return
        settings = self._app.settings.mailbox
        with self._app.database.write() as session:
            work.release_leases(session, (Message, Story, OutgoingMail, MailMove), self._app.clock())
            leases.drop(session)
            hosts.free_all(session)
            alarms.forget_others(session, self._app.operation.watch.names)
            mailbox.forget_failures(session, account_of(settings), settings.folder)

    def _start(self) -> None:
        for duty in self._duties:
            self._app.operation.pulse.expect(duty.name, duty.within)
        if self._health is not None:
            self._health.start()
        for thread in self._threads:
            thread.start()
        if self._alarm is not None:
            self._app.operation.pulse.expect(ALARM_CLOCK, within=600)
            self._alarm.start()

    def _end(self) -> None:
        if self._alarm is not None:
            self._alarm.stop()
        self._app.wake.call_all()
        ends = time.monotonic() + GOODBYE_SECONDS
        for thread in self._threads:
            thread.join(max(0.0, ends - time.monotonic()))
        if self._health is not None:
            self._health.stop()
        try:
            with self._app.database.write() as session:
                leases.drop(session, self._me)
        except DBAPIError:  # they run out by themselves
            log.warning("The leases could not be given back", exc_info=True)

    def _forever(self, duty: Duty) -> None:
        failures = 0
        while not self._stop.is_set():
            self._app.operation.pulse.beat(duty.name)
            begun = time.monotonic()
            try:
                duty.turn()
                failures = 0
            except MailboxError as error:  # noted by whoever met it
                failures = self._back_off(0 if _lasted(begun) else failures, HELPLESS if error.permanent else BACK_OFF)
            except Exception as error:
                if not self._is_full(error):
                    log.exception("Unforeseen error; going on", extra={"duty": duty.name})
                failures = self._back_off(failures)
        duty.farewell()

    def _back_off(self, failures: int, delays: Sequence[int] | None = None) -> int:
        delays = delays or BACK_OFF
        self._stop.wait(delays[min(failures, len(delays) - 1)])
        return failures + 1

    def _is_full(self, error: Exception) -> bool:
        """A full disk is no error of ours: everything rests until there is room."""
        full = self._app.operation.disk.note(error)
        if full:
            log.error("The disk is full; resting")
        return full

    def _ring(self) -> None:
        self._app.operation.pulse.beat(ALARM_CLOCK)
        try:
            self._app.ring()
        except Exception as error:
            if not self._is_full(error):
                log.exception("Unforeseen error; the next ring comes", extra={"duty": ALARM_CLOCK})
            else:
                self._cry()
        else:
            self._app.operation.last_resort.calm()

    def _cry(self) -> None:
        operation = self._app.operation
        try:
            operation.last_resort.cry(self._app.database, operation.disk.sentence(), self._app.clock())
        except DBAPIError:
            log.warning("Nobody could be told that the disk is full", exc_info=True)


def _lasted(begun: float) -> bool:
    """Did the turn go well for a while before it broke? Then the trouble is a new one."""
    return time.monotonic() - begun > LASTED_SECONDS
