"""What one kind of work is: which rows are due, what is done with one, how often it is tried, who is woken by it."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar, Generic, TypeVar

from sqlalchemy import Select
from sqlalchemy.orm import QueryableAttribute, Session

from db.models.base import Workable
from db.wake import Group

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


class TakenMeanwhile(Exception):
    """Something that the work shares with others, such as a host's turn, went to somebody faster: claim another."""


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


class Step(ABC, Generic[Row, Job, Result]):
    """One kind of work on one kind of row. Subclasses hold what they need; rows never leave their session."""

    name: ClassVar[str]
    group: ClassVar[Group]  # whose work it is
    feeds: ClassVar[tuple[Group, ...]] = ()  # whom it makes work for
    retry: RetryPolicy = QUICK
    lease = timedelta(minutes=2)
    batch: ClassVar[int] = 1  # items taken at a time: they share their two commits
    touches: ClassVar[tuple[QueryableAttribute[Any], ...]] = ()  # relations of the row that a save changes
    repeatable: ClassVar[bool] = True  # False: what was done outside must not be done again because saving it failed

    @abstractmethod
    def due(self, now: datetime) -> Select[Row]:
        """The rows that wait for this step, in the order they are to be taken."""

    def weight(self, row: Row) -> int:
        """How many bytes the row brings into memory; a batch ends before it grows too heavy."""
        return 0

    @abstractmethod
    def load(self, session: Session, row: Row, now: datetime) -> Job:
        """What the work needs of the row, as plain values. May mark the row, for this runs inside the claim.

        Raises TakenMeanwhile.
        """

    @abstractmethod
    def work(self, job: Job) -> Result:
        """Do it, with no transaction open. Raises WorkFailed."""

    def work_together(self, jobs: Sequence[Job]) -> Sequence[Result | WorkFailed]:
        """Do several; each has an outcome of its own. For steps with a `batch`, whose work can be done again."""
        return [self._outcome(job) for job in jobs]

    def _outcome(self, job: Job) -> Result | WorkFailed:
        try:
            return self.work(job)
        except WorkFailed as failure:
            return failure

    @abstractmethod
    def save(self, session: Session, row: Row, result: Result, now: datetime) -> None:
        """Write the outcome: fields, move_to(), mail to send, all in the runner's one commit."""

    def save_together(self, session: Session, done: Sequence[tuple[Row, Result]], now: datetime) -> None:
        """Write several outcomes in one commit."""
        for row, result in done:
            self.save(session, row, result, now)

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
