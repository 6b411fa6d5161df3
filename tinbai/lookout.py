"""What the operator may look at, put together: the facts of the record, the daemon's threads, and the probes.

Everything that asks the database waits a few seconds and no longer: a look must never hang, nor hold up the work.
"""

import logging
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from shutil import disk_usage
from typing import Any, TypeVar
from wsgiref.types import WSGIApplication

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from db.session import Database
from db.work import Step
from tinbai.deadline import Deadline
from tinbai.health import Health, Limits, read_facts
from tinbai.listener import wsgi_app
from tinbai.metrics import Figures, Metrics, read_figures
from tinbai.pulse import Pulse

log = logging.getLogger(__name__)

ANSWER_SECONDS, PROBE_SECONDS = 3.5, 0.5  # of the five that whoever asks may have to wait
FAILURES = (SQLAlchemyError, sqlite3.Error, OSError)  # sqlite3's own: from the pragmas of a new connection
POLLS_MISSED = 3
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Watched:
    """What is looked at. probes: name of a fault → is it absent? poll_seconds: how often the mailbox is read."""

    database: Database
    steps: Sequence[Step[Any, Any, Any]]
    clock: Callable[[], datetime]
    pulse: Pulse
    poll_seconds: int
    probes: Mapping[str, Callable[[], bool]]
    version: str


def pages(watched: Watched) -> WSGIApplication:
    """/healthz and /metrics, for the operator's listener or for the desk's."""
    limits = Limits(unread=max(Limits().unread, timedelta(seconds=POLLS_MISSED * watched.poll_seconds)))

    def read(ask: Callable[[Session], Found]) -> Deadline[Found]:
        return Deadline(lambda: _asked(watched.database, ask), ANSWER_SECONDS)

    def figures(session: Session) -> Figures:
        free, ages = free_bytes(watched.database), watched.pulse.ages()
        return read_figures(session, watched.steps, watched.clock(), free, ages)

    facts = read(lambda session: read_facts(session, watched.steps, watched.clock()))
    probes = {name: _patient(watched.database, absent) for name, absent in watched.probes.items()}
    health = Health(facts, watched.clock, limits, watched.pulse.stuck, probes)
    return wsgi_app(health.reasons, Metrics(read(figures), watched.version))


def free_bytes(database: Database) -> int:
    """The free space where the record lies; for PostgreSQL, where tinbai itself runs."""
    return disk_usage((database.file or Path()).absolute().parent).free


def _asked(database: Database, ask: Callable[[Session], Found]) -> Found | None:
    if _is_gone(database):
        return None
    try:
        with database.read() as session:
            return ask(session)
    except FAILURES:
        log.warning("The record does not answer", exc_info=True)
        return None


def _is_gone(database: Database) -> bool:
    """Opening the file would then make an empty one."""
    return database.file is not None and not database.file.exists()


def _patient(database: Database, probe: Callable[[], bool]) -> Deadline[bool]:
    """A probe may ask the database, too."""

    def ask() -> bool | None:
        try:
            return None if _is_gone(database) else probe()
        except FAILURES:
            return None

    return Deadline(ask, PROBE_SECONDS)
