"""The way all work is done: claim → work → save. The only home of leases, retries and giving up.

A *step* names the rows it works on and does one item at a time. The runner claims a row in a short transaction (a
lease, and the attempt number as fence), lets the step work with no transaction open, and saves the outcome in one
commit. Who dies in between leaves a lease that runs out; who comes late finds the fence moved and saves nothing.
"""

import logging
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Condition
from typing import ClassVar, Generic, TypeVar

from sqlalchemy import Select
from sqlalchemy.orm import Session

from db.models.base import Workable
from db.queries import runs, work
from db.session import Database

log = logging.getLogger(__name__)

Row = TypeVar("Row", bound=Workable)
Job = TypeVar("Job")
Result = TypeVar("Result")


class WorkFailed(Exception):
    """A step could not do its item for a reason a person can read.

    reason: one sentence in Vietnamese. permanent: trying again cannot help.
    retry_after: seconds the other side asked us to wait.
    """

    def __init__(self, reason: str, *, permanent: bool = False, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.permanent = permanent
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often an item is tried, and how long it waits in between."""

    delays: tuple[timedelta, ...]

    @property
    def attempts(self) -> int:
        """The first try and one more after each delay."""
        return len(self.delays) + 1

    def next_try(self, failure: WorkFailed, attempt: int, now: datetime) -> datetime | None:
        """When to try again after failed attempt number `attempt` (from 1); None means give up."""
        if failure.permanent or attempt >= self.attempts:
            return None
        asked = timedelta(seconds=min(failure.retry_after or 0, 86_400))
        return now + max(self.delays[attempt - 1], asked)


QUICK = RetryPolicy((timedelta(seconds=10), timedelta(minutes=2)))
DIED = "Chương trình dừng giữa chừng mỗi lần xử lý mục này."
UNFORESEEN = "Lỗi chưa lường trước khi xử lý mục này; chi tiết nằm trong nhật ký."


class Step(ABC, Generic[Row, Job, Result]):
    """One kind of work on one kind of row. Subclasses hold what they need; rows never leave their session."""

    name: ClassVar[str]
    retry: RetryPolicy = QUICK
    lease = timedelta(minutes=2)

    @abstractmethod
    def due(self, now: datetime) -> Select[Row]:
        """The rows that wait for this step, in the order they are to be taken."""

    @abstractmethod
    def load(self, session: Session, row: Row, now: datetime) -> Job:
        """What the work needs of the row, as plain values. May mark the row, for this runs inside the claim."""

    @abstractmethod
    def work(self, job: Job) -> Result:
        """Do it, with no transaction open. Raises WorkFailed."""

    @abstractmethod
    def save(self, session: Session, row: Row, result: Result, now: datetime) -> None:
        """Write the outcome: fields, move_to(), mail to send, all in the runner's one commit."""

    def postpone(self, session: Session, row: Row, failure: WorkFailed, now: datetime) -> None:
        """Note a temporary failure; the runner has already set when the row is due again."""

    @abstractmethod
    def give_up(self, session: Session, row: Row, failure: WorkFailed, now: datetime) -> None:
        """Put the row where a person sees it, with the reason."""


@dataclass(frozen=True, slots=True)
class Claim(Generic[Row, Job]):
    """An item in hand: which row, under which attempt number, and what to work on."""

    model: type[Row]
    row_id: int
    attempt: int
    job: Job


class Wake:
    """Tells the waiting threads of this process that something was committed."""

    def __init__(self) -> None:
        self._condition = Condition()
        self._commits = 0

    def seen(self) -> int:
        """The number of commits so far; hand it to `wait` so that none is missed in between."""
        return self._commits

    def set(self) -> None:
        """Wake everybody."""
        with self._condition:
            self._commits += 1
            self._condition.notify_all()

    def wait(self, seen: int, seconds: float) -> None:
        """Return at the first commit after `seen`, or after so many seconds."""
        with self._condition:
            self._condition.wait_for(lambda: self._commits != seen, timeout=seconds)


class Runner:
    """Runs steps against one database. `clock` gives the current time, aware, UTC."""

    def __init__(self, database: Database, clock: Callable[[], datetime], wake: Wake) -> None:
        self.database = database
        self.clock = clock
        self.wake = wake

    def run_one(self, step: Step[Row, Job, Result]) -> bool:
        """Do one item of this step; False when none was due."""
        now = self.clock()
        with self.database.read() as session:
            if not work.any_free(session, step.due(now), now):
                return False
        claim = self._claim(step, now)
        if claim is not None:
            self._do(step, claim)
        self.wake.set()
        return True

    def run_period(self, job: str, period: str, produce: Callable[[Session, datetime], None]) -> bool:
        """Do a periodic job once for its period, whoever asks and however often; True when this call did it."""
        now = self.clock()
        with self.database.write() as session:
            if not runs.insert(session, job, period, now):
                return False
            produce(session, now)
        log.info("Periodic job done", extra={"job": job, "period": period})
        self.wake.set()
        return True

    def _claim(self, step: Step[Row, Job, Result], now: datetime) -> Claim[Row, Job] | None:
        """Take the first due row; None when there is none any more, or when it had to be put away instead."""
        held: tuple[type[Row], int] | None = None
        try:
            with self.database.write() as session:
                row = work.first_free(session, step.due(now), now)
                if row is None:
                    return None
                held = type(row), row.id
                if row.attempts >= step.retry.attempts:
                    self._give_up(session, step, row, WorkFailed(row.failure or DIED, permanent=True), now)
                    return None
                row.attempts += 1
                row.lease_until = now + step.lease
                return Claim(*held, row.attempts, step.load(session, row, now))
        except Exception:
            if held is None:
                raise
            log.exception("Unforeseen error in a claim", extra={"step": step.name, "row": held[1]})
            self._park(step, *held)
            return None

    def _do(self, step: Step[Row, Job, Result], claim: Claim[Row, Job]) -> None:
        failure = self._try(step, claim)
        if failure is None:
            return
        try:
            self._failed(step, claim, failure)
        except Exception:
            log.exception("Unforeseen error after a failure", extra={"step": step.name, "row": claim.row_id})
            self._park(step, claim.model, claim.row_id)

    def _try(self, step: Step[Row, Job, Result], claim: Claim[Row, Job]) -> WorkFailed | None:
        """Work and save; what went wrong, if anything did."""
        try:
            result = step.work(claim.job)
            self._finish(step, claim, lambda session, row, now: step.save(session, row, result, now))
        except WorkFailed as failure:
            return failure
        except Exception:
            where = {"step": step.name, "row": claim.row_id, "attempt": claim.attempt}
            log.exception("Unforeseen error in a step", extra=where)
            return WorkFailed(UNFORESEEN)
        return None

    def _park(self, step: Step[Row, Job, Result], model: type[Row], row_id: int) -> None:
        """Out of the way of the next item: tried again later, and after the last attempt left for a person."""
        now = self.clock()
        with self.database.write() as session:
            row = work.locked(session, model, row_id)
            if row is None:
                return
            row.due_at = now + step.retry.delays[0] if row.attempts < step.retry.attempts else None
            row.attempts, row.lease_until, row.failure = row.attempts + 1, None, UNFORESEEN

    def _failed(self, step: Step[Row, Job, Result], claim: Claim[Row, Job], failure: WorkFailed) -> None:
        def save(session: Session, row: Row, now: datetime) -> None:
            again = step.retry.next_try(failure, claim.attempt, now)
            if again is None:
                self._give_up(session, step, row, failure, now)
                return
            row.due_at, row.failure = again, failure.reason
            step.postpone(session, row, failure, now)

        self._finish(step, claim, save)

    def _finish(
        self, step: Step[Row, Job, Result], claim: Claim[Row, Job], save: Callable[[Session, Row, datetime], None]
    ) -> None:
        now = self.clock()
        with self.database.write() as session:
            row = work.locked(session, claim.model, claim.row_id)
            if row is None or row.attempts != claim.attempt or row.lease_until is None:
                log.warning(
                    "Came too late; another worker has the item", extra={"step": step.name, "row": claim.row_id}
                )
                return
            row.lease_until = None
            save(session, row, now)

    @staticmethod
    def _give_up(session: Session, step: Step[Row, Job, Result], row: Row, failure: WorkFailed, now: datetime) -> None:
        log.warning("Gave up", extra={"step": step.name, "row": row.id, "attempt": row.attempts})
        row.lease_until, row.due_at, row.failure = None, None, failure.reason
        step.give_up(session, row, failure, now)
