"""The way all work is done: claim → work → save. The only home of leases, retries and giving up.

The runner claims due rows of a step in a short transaction (a lease, and the number of the claim as fence), lets the
step work with no transaction open, and saves the outcome in one commit. Who dies in between leaves a lease that runs
out; who comes late finds the fence moved and saves nothing. Steps with a `batch` share both commits among several
items; whatever goes wrong in company is done again for each item alone, so that only the guilty one suffers.
"""

import logging
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from db.queries import runs, work
from db.session import Database, is_full
from db.step import QUICK, Claim, Job, Result, RetryPolicy, Row, RowStep, Step, TakenMeanwhile, WorkFailed
from db.wake import Group, Wake

__all__ = ["OUR_FAULTS", "QUICK", "RetryPolicy", "RowStep", "Runner", "Step", "TakenMeanwhile", "WorkFailed"]

log = logging.getLogger(__name__)

AnyClaim = Claim[Any, Any]

DEATHS = 10  # after so many in a row the item itself is suspected
SAVES = 3  # tries to save what was done
BATCH_BYTES = 8 << 20  # a heavier item is a batch of its own
DIED = "Chương trình dừng giữa chừng mỗi lần xử lý mục này."
UNFORESEEN = "Lỗi chưa lường trước khi xử lý mục này; chi tiết nằm trong nhật ký."
OUR_FAULTS = frozenset({DIED, UNFORESEEN})  # reasons that are no concern of a school


class Runner:
    """Runs steps against one database. `clock` gives the current time, aware, UTC."""

    def __init__(self, database: Database, clock: Callable[[], datetime], wake: Wake) -> None:
        self.database = database
        self.clock = clock
        self.wake = wake
        self._unsaved: deque[AnyClaim] = deque()  # for want of room on the disk

    def run_one(self, step: Step[Row, Job, Result]) -> bool:
        """Do one item of this step; False when none was due."""
        return self._run(step, 1)

    def run_batch(self, step: Step[Row, Job, Result]) -> bool:
        """Do as many due items as the step takes at a time; False when none was due."""
        return self._run(step, step.batch)

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

    def _run(self, step: Step[Row, Job, Result], most: int) -> bool:
        now = self.clock()
        self._give_back()
        with self.database.read() as session:
            if not work.any_free(session, step.due(now), now):
                return False
        claims = self._claim(step, now, most)
        self.wake.call(step.group)  # there may be more
        if claims:
            outcomes = self._work(step, claims)
            self._settle(step, claims, outcomes)
        self.wake.call(*step.feeds)
        return True

    def _claim(self, step: Step[Row, Job, Result], now: datetime, most: int) -> list[Claim[Row, Job]]:
        """Take the first due rows; fewer when there are no more, or when one had to be put away instead."""
        held: Claim[Row, None] | None = None
        claims: list[Claim[Row, Job]] = []
        try:
            with self.database.write() as session, session.no_autoflush:
                weight = 0
                for row in work.first_free(session, step.due(now), now, most):
                    weight += step.weight(row)
                    if claims and weight > BATCH_BYTES:
                        break
                    row.count_claim()
                    held = Claim(type(row), row.id, row.claims, row.attempts, None)
                    if row.attempts > step.retry.attempts or row.deaths > DEATHS:
                        self._give_up(session, step, row, WorkFailed(row.failure or DIED, permanent=True), now)
                        continue
                    row.lease_until = now + step.lease
                    job = step.load(session, row, now)
                    claims.append(Claim(held.model, held.row_id, held.fence, held.attempt, job))
        except TakenMeanwhile:
            return []
        except Exception as error:
            if held is None or is_full(error):
                raise
            if most > 1:
                return self._claim(step, now, 1)
            log.exception("Unforeseen error in a claim", extra=_where(step, held))
            self._park(step, held)
            return []
        return claims

    def _work(self, step: Step[Row, Job, Result], claims: Sequence[Claim[Row, Job]]) -> Sequence[Result | WorkFailed]:
        if len(claims) > 1:
            try:
                return step.work_together([claim.job for claim in claims])
            except Exception:
                log.exception("Working together failed; one by one", extra=_where(step, claims[0]))
        outcomes: list[Result | WorkFailed] = []
        for claim in claims:
            outcome = self._work_alone(step, claim)
            outcomes.append(outcome)
        return outcomes

    def _work_alone(self, step: Step[Row, Job, Result], claim: Claim[Row, Job]) -> Result | WorkFailed:
        """Whatever goes wrong becomes a failure of this item alone."""
        try:
            return step.work(claim.job)
        except WorkFailed as failure:
            return failure
        except Exception:
            log.exception("Unforeseen error in a step", extra=_where(step, claim))
            return WorkFailed(UNFORESEEN)

    def _settle(
        self,
        step: Step[Row, Job, Result],
        claims: Sequence[Claim[Row, Job]],
        outcomes: Sequence[Result | WorkFailed],
    ) -> None:
        if len(claims) > 1 and self._saved(step, claims, outcomes):
            return
        for claim, outcome in zip(claims, outcomes, strict=True):
            self._settle_alone(step, claim, outcome)

    def _settle_alone(self, step: Step[Row, Job, Result], claim: Claim[Row, Job], outcome: Result | WorkFailed) -> None:
        failed = isinstance(outcome, WorkFailed)
        if any(self._saved(step, [claim], [outcome]) for _ in range(1 if failed else SAVES)):
            return
        if failed:
            self._park(step, claim)
        elif step.repeatable:
            self._settle_alone(step, claim, WorkFailed(UNFORESEEN))

    def _saved(
        self,
        step: Step[Row, Job, Result],
        claims: Sequence[Claim[Row, Job]],
        outcomes: Sequence[Result | WorkFailed],
    ) -> bool:
        try:
            self._save(step, claims, outcomes)
        except Exception as error:
            if is_full(error):  # no fault of the item's
                self._unsaved.extend(claims if step.repeatable else ())
                raise
            log.exception("What was done could not be saved", extra=_where(step, claims[0]))
            return False
        return True

    def _save(
        self,
        step: Step[Row, Job, Result],
        claims: Sequence[Claim[Row, Job]],
        outcomes: Sequence[Result | WorkFailed],
    ) -> None:
        """All in one commit. An item that somebody else has taken meanwhile is left to him."""
        now = self.clock()
        with self.database.write() as session:
            rows = work.locked(session, claims[0].model, [claim.row_id for claim in claims], step.touches)
            done: list[tuple[Row, Result]] = []
            for claim, outcome in zip(claims, outcomes, strict=True):
                row = rows.get(claim.row_id)
                if row is None or row.claims != claim.fence or row.lease_until is None:
                    log.warning("Came too late; the item has moved on", extra=_where(step, claim))
                    continue
                row.lease_until = None
                if isinstance(outcome, WorkFailed):
                    self._postpone(session, step, row, outcome, now)
                else:
                    done.append((row, outcome))
            step.save_together(session, done, now)

    def _postpone(
        self, session: Session, step: Step[Row, Job, Result], row: Row, failure: WorkFailed, now: datetime
    ) -> None:
        again = step.retry.next_try(failure, row.attempts, now)
        if again is None:
            self._give_up(session, step, row, failure, now)
            return
        row.due_at, row.failure = again, failure.reason
        step.postpone(session, row, failure, now)

    def _give_back(self) -> None:
        """What could not be saved is nobody's, as if it had never been claimed."""
        while self._unsaved:
            claim = self._unsaved[0]
            with self.database.write() as session:
                row = work.locked(session, claim.model, [claim.row_id]).get(claim.row_id)
                if row is not None and row.claims == claim.fence and row.lease_until is not None:
                    row.lease_until, row.deaths, row.attempts = None, 0, max(0, claim.attempt - 1)
            with suppress(IndexError):  # another thread was as fast
                self._unsaved.popleft()

    def _park(self, step: Step[Row, Job, Result], claim: Claim[Row, Job] | Claim[Row, None]) -> None:
        """Out of the way of the next item: tried or given up later, and left for a person when even that fails."""
        now = self.clock()
        with self.database.write() as session:
            row = work.locked(session, claim.model, [claim.row_id]).get(claim.row_id)
            if row is None or row.claims > claim.fence:
                return
            row.claims, row.attempts, row.lease_until, row.failure = claim.fence, claim.attempt, None, UNFORESEEN
            row.due_at = now + step.retry.delays[0] if claim.attempt <= step.retry.attempts else None

    @staticmethod
    def _give_up(session: Session, step: Step[Row, Job, Result], row: Row, failure: WorkFailed, now: datetime) -> None:
        log.warning("Gave up", extra={"step": step.name, "row": row.id, "attempt": row.attempts})
        row.lease_until, row.due_at, row.failure = None, None, failure.reason
        step.give_up(session, row, failure, now)


def _where(step: Step[Row, Job, Result], claim: Claim[Row, Job] | Claim[Row, None]) -> dict[str, object]:
    return {"step": step.name, "row": claim.row_id, "attempt": claim.attempt}
