"""The way all work is done: claim → work → save. The only home of leases, retries and giving up.

A *step* names the rows it works on and does one item at a time. The runner claims a row in a short transaction (a
lease, and the number of the claim as fence), lets the step work with no transaction open, and saves the outcome in one
commit. Who dies in between leaves a lease that runs out; who comes late finds the fence moved and saves nothing.
"""

import logging
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Generic, TypeVar

from sqlalchemy import Select
from sqlalchemy.orm import Session

from db.models.base import Workable
from db.queries import runs, work
from db.session import Database
from db.wake import Group, Wake

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
DEATHS = 10  # after so many in a row the item itself is suspected
SAVES = 2  # tries to save what was done
DIED = "Chương trình dừng giữa chừng mỗi lần xử lý mục này."
UNFORESEEN = "Lỗi chưa lường trước khi xử lý mục này; chi tiết nằm trong nhật ký."
OUR_FAULTS = frozenset({DIED, UNFORESEEN})  # reasons that are no concern of a school


class Step(ABC, Generic[Row, Job, Result]):
    """One kind of work on one kind of row. Subclasses hold what they need; rows never leave their session."""

    name: ClassVar[str]
    group: ClassVar[Group]  # whose work it is
    feeds: ClassVar[tuple[Group, ...]] = ()  # whom it makes work for
    retry: RetryPolicy = QUICK
    lease = timedelta(minutes=2)
    repeatable: ClassVar[bool] = True  # False: what was done outside must not be done again because saving it failed

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


class RowStep(Step[Row, None, None]):
    """A step that has all it needs in the row: its work is its save."""

    def load(self, session: Session, row: Row, now: datetime) -> None:
        """Nothing to take along."""

    def work(self, job: None) -> None:
        """Nothing to ask anybody."""


@dataclass(frozen=True, slots=True)
class Claim(Generic[Row, Job]):
    """An item in hand: which row, under which fence, at which attempt, and what to work on."""

    model: type[Row]
    row_id: int
    fence: int
    attempt: int
    job: Job


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
        self.wake.call(step.group)  # there may be more
        if claim is not None:
            self._do(step, claim)
        self.wake.call(*step.feeds)
        return True

    def run_period(self, job: str, period: str, produce: Callable[[Session, datetime], None]) -> bool:
        """Do a periodic job once for its period, whoever asks and however often; True when this call did it."""
        now = self.clock()
        with self.database.write() as session:
            if not runs.insert(session, job, period, now):
                return False
            produce(session, now)
        log.info("Periodic job done", extra={"job": job, "period": period})
        self.wake.call(Group.DELIVERING)
        return True

    def _claim(self, step: Step[Row, Job, Result], now: datetime) -> Claim[Row, Job] | None:
        """Take the first due row; None when there is none any more, or when it had to be put away instead."""
        held: tuple[type[Row], int, int, int] | None = None
        try:
            with self.database.write() as session:
                row = work.first_free(session, step.due(now), now)
                if row is None:
                    return None
                row.count_claim()
                held = type(row), row.id, row.claims, row.attempts
                if row.attempts > step.retry.attempts or row.deaths > DEATHS:
                    self._give_up(session, step, row, WorkFailed(row.failure or DIED, permanent=True), now)
                    return None
                row.lease_until = now + step.lease
                return Claim(*held, step.load(session, row, now))
        except Exception:
            if held is None:
                raise
            log.exception("Unforeseen error in a claim", extra={"step": step.name, "row": held[1]})
            self._park(step, *held)
            return None

    def _do(self, step: Step[Row, Job, Result], claim: Claim[Row, Job]) -> None:
        """Work, then save; whatever goes wrong becomes a failure of this item alone."""
        try:
            result = step.work(claim.job)
        except WorkFailed as failure:
            self._failed(step, claim, failure)
        except Exception:
            log.exception("Unforeseen error in a step", extra=_where(step, claim))
            self._failed(step, claim, WorkFailed(UNFORESEEN))
        else:
            self._succeeded(step, claim, result)

    def _succeeded(self, step: Step[Row, Job, Result], claim: Claim[Row, Job], result: Result) -> None:
        for _ in range(SAVES):
            try:
                self._finish(step, claim, lambda session, row, now: step.save(session, row, result, now))
            except Exception:
                log.exception("Work was done, but could not be saved", extra=_where(step, claim))
            else:
                return
        if step.repeatable:
            self._failed(step, claim, WorkFailed(UNFORESEEN))

    def _failed(self, step: Step[Row, Job, Result], claim: Claim[Row, Job], failure: WorkFailed) -> None:
        def save(session: Session, row: Row, now: datetime) -> None:
            again = step.retry.next_try(failure, claim.attempt, now)
            if again is None:
                self._give_up(session, step, row, failure, now)
                return
            row.due_at, row.failure = again, failure.reason
            step.postpone(session, row, failure, now)

        try:
            self._finish(step, claim, save)
        except Exception:
            log.exception("A failure could not be saved", extra=_where(step, claim))
            self._park(step, claim.model, claim.row_id, claim.fence, claim.attempt)

    def _finish(
        self, step: Step[Row, Job, Result], claim: Claim[Row, Job], save: Callable[[Session, Row, datetime], None]
    ) -> None:
        now = self.clock()
        with self.database.write() as session:
            row = work.locked(session, claim.model, claim.row_id)
            if row is None or row.claims != claim.fence or row.lease_until is None:
                log.warning("Came too late; the item has moved on", extra={"step": step.name, "row": claim.row_id})
                return
            row.lease_until = None
            save(session, row, now)

    def _park(self, step: Step[Row, Job, Result], model: type[Row], row_id: int, fence: int, attempt: int) -> None:
        """Out of the way of the next item: tried or given up later, and left for a person when even that fails."""
        now = self.clock()
        with self.database.write() as session:
            row = work.locked(session, model, row_id)
            if row is None or row.claims > fence:
                return
            row.claims, row.attempts, row.lease_until, row.failure = fence, attempt, None, UNFORESEEN
            row.due_at = now + step.retry.delays[0] if attempt <= step.retry.attempts else None

    @staticmethod
    def _give_up(session: Session, step: Step[Row, Job, Result], row: Row, failure: WorkFailed, now: datetime) -> None:
        log.warning("Gave up", extra={"step": step.name, "row": row.id, "attempt": row.attempts})
        row.lease_until, row.due_at, row.failure = None, None, failure.reason
        step.give_up(session, row, failure, now)


def _where(step: Step[Row, Job, Result], claim: Claim[Row, Job]) -> dict[str, object]:
    return {"step": step.name, "row": claim.row_id, "attempt": claim.attempt}
