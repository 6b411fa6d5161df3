"""Who does what in a process: the duties of the office's daemon, and of a worker that shares its queue."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from threading import Event

from db.wake import Group
from tinbai.line import AnyStep
from tinbai.mailbox_reader import MailboxReader
from tinbai.wiring import App

LOOK_SECONDS = 1.0  # other processes' commits are seen at the latest then
LINGER_SECONDS = 20.0


def _nothing() -> None:
    """There is nothing to be done."""


@dataclass(frozen=True, slots=True)
class Duty:
    """What one thread does: turn after turn, and a farewell when the process stops.

    within: seconds in which it is missed when it does not turn.
    """

    name: str
    turn: Callable[[], None]
    within: float
    farewell: Callable[[], None] = _nothing


class Duties:
    """Makes the duties of one process. me: its name in leases. stop: ends every wait."""

    def __init__(self, app: App, me: str, stop: Event) -> None:
        self._app = app
        self._me = me
        self._stop = stop
        self._delivered_at = time.monotonic()

    def of_the_office(self) -> Iterator[Duty]:
        """Everything: the mailbox, the line, and the way out."""
        name = "mailbox"
        reader = MailboxReader(self._app, self._me, self._stop, lambda: self._app.operation.pulse.beat(name))
        yield Duty(name, reader.turn, within=900)
        yield from self.of_a_worker()
        deliver = self._working(Group.DELIVERING, self._app.steps.delivering, self._let_go)
        yield Duty("deliverer", deliver, within=1200, farewell=self._app.transport.close)
        if self._app.steps.moving:
            yield Duty("mover", self._working(Group.MOVING, self._app.steps.moving), within=900)

    def of_a_worker(self) -> Iterator[Duty]:
        """The line: reading mails and pages, fetching pages."""
        reading = self._working(Group.READING, self._app.steps.reading)
        fetching = self._working(Group.FETCHING, self._app.steps.fetching)
        for number in range(self._app.readers):
            yield Duty(f"reader-{number}", reading, within=600)
        for number in range(self._app.settings.fetch.concurrency):
            yield Duty(f"fetcher-{number}", fetching, within=600 + self._app.settings.fetch.seconds)

    def _working(
        self, group: Group, steps: Sequence[AnyStep], at_rest: Callable[[], None] = _nothing
    ) -> Callable[[], None]:
        """A turn: the first step that has work, or a rest until the group is called."""

        def turn() -> None:
            seen = self._app.wake.seen(group)
            if not self._app.operation.disk.rests() and any(self._app.runner.run_batch(step) for step in steps):
                self._delivered_at = time.monotonic() if group is Group.DELIVERING else self._delivered_at
            elif not self._stop.is_set():
                at_rest()
                self._app.wake.wait(seen, LOOK_SECONDS, group)

        return turn

    def _let_go(self) -> None:
        """A mail server is not held for nothing, nor called anew for every mail."""
        if time.monotonic() - self._delivered_at > LINGER_SECONDS:
            self._app.transport.close()
