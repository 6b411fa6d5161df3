"""/healthz: does the daemon do its work? Every reason why it does not has a name that a machine can read.

The judgement is a pure function over facts; who asks for the facts waits no longer than a few seconds for them.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from db.queries import figures, mailbox
from db.work import Step
from tinbai.deadline import NoAnswer

DATABASE = "database_unavailable"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why it is not healthy. `of` says which step or duty; seconds: for how long already."""

    name: str
    of: str = ""
    seconds: int | None = None

    def record(self) -> dict[str, str | int]:
        """As it stands in the answer."""
        given = {"reason": self.name, "of": self.of or None, "seconds": self.seconds}
        return {key: value for key, value in given.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Limits:
    """From when on something is wrong. A fresh start has as long before anything counts."""

    unread: timedelta = timedelta(minutes=15)
    overdue: timedelta = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Facts:
    """What the database knows of it."""

    read_at: datetime | None
    oldest_due: Mapping[str, datetime | None]


def read_facts(session: Session, steps: Sequence[Step[Any, Any, Any]], now: datetime) -> Facts:
    """Ask the database. Raises SQLAlchemyError."""
    oldest = {step.name: figures.oldest_due(session, step.due(now)) for step in steps}
    return Facts(mailbox.last_read_at(session), oldest)


def judged(facts: Facts, limits: Limits, started_at: datetime, now: datetime) -> Iterator[Reason]:
    """What is wrong by these facts."""
    unread = now - max(facts.read_at or started_at, started_at)
    if unread > limits.unread:
        yield Reason("mailbox_not_read", seconds=int(unread.total_seconds()))
    for step, due in facts.oldest_due.items():
        waited = now - max(due or now, started_at)
        if waited > limits.overdue:
            yield Reason("work_overdue", step, int(waited.total_seconds()))


class Health:
    """Asks everything there is to ask.

    facts: raises NoAnswer when the database does not answer. stuck: duties that do not turn, and for how many seconds.
    probes: name of the fault, such as "disk_low" → is it absent? One that raises NoAnswer says nothing.
    """

    def __init__(
        self,
        facts: Callable[[], Facts],
        clock: Callable[[], datetime],
        limits: Limits,
        stuck: Callable[[], Mapping[str, float]],
        probes: Mapping[str, Callable[[], bool]],
    ) -> None:
        self._facts = facts
        self._clock = clock
        self._limits = limits
        self._stuck = stuck
        self._probes = probes
        self._started_at = clock()

    def reasons(self) -> list[Reason]:
        """Why it is not healthy; none when it is."""
        try:
            found = list(judged(self._facts(), self._limits, self._started_at, self._clock()))
        except NoAnswer:
            found = [Reason(DATABASE)]
        found += [Reason(name) for name, absent in self._probes.items() if not _answered(absent)]
        return found + [Reason("duty_stuck", duty, int(seconds)) for duty, seconds in self._stuck().items()]


def _answered(absent: Callable[[], bool]) -> bool:
    try:
        return absent()
    except NoAnswer:
        return True


def answer_of(reasons: list[Reason]) -> bytes:
    """The answer's JSON."""
    said: dict[str, object] = {"status": "failing" if reasons else "ok"}
    if reasons:
        said["reasons"] = [reason.record() for reason in reasons]
    return json.dumps(said).encode()
