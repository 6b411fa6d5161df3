"""/metrics: what Prometheus may know of tinbai, read from the record at scrape time. Numbers only, nobody's name.

The only module that imports prometheus_client. It keeps a registry of its own: the library's global one would show
whatever any other library puts there.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import CollectorRegistry
from sqlalchemy.orm import Session

from db.queries import figures
from db.queries.figures import Effort, Reading
from db.work import Step

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4
Family = tuple[str, str, Mapping[str, float]]  # what follows "tinbai_", its HELP, label value → number


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything that one scrape shows. Ages are seconds, sizes bytes."""

    now: datetime
    messages: Mapping[str, int]
    stories: Mapping[str, int]
    mails: Mapping[str, int]
    oldest_due: Mapping[str, datetime | None]
    efforts: Mapping[str, Effort]
    readings: list[Reading]
    last_runs: Mapping[str, datetime]
    alarms: Mapping[str, datetime]
    duties_held: int
    moves_waiting: int
    database_bytes: int
    free_bytes: int
    turn_ages: Mapping[str, float]


def read_figures(
    session: Session,
    steps: Sequence[Step[Any, Any, Any]],
    now: datetime,
    free_bytes: int,
    turn_ages: Mapping[str, float],
) -> Figures:
    """Ask the database for all of it. Raises SQLAlchemyError."""
    return Figures(
        now=now,
        messages=figures.messages_by_state(session),
        stories=figures.stories_by_state(session),
        mails=figures.mails_by_state(session),
        oldest_due={step.name: figures.oldest_due(session, step.due(now)) for step in steps},
        efforts=figures.efforts(session, now),
        readings=figures.readings(session),
        last_runs=figures.last_runs(session),
        alarms=figures.alarms(session),
        duties_held=figures.duties_held(session, now),
        moves_waiting=figures.moves_waiting(session),
        database_bytes=figures.database_bytes(session),
        free_bytes=free_bytes,
        turn_ages=turn_ages,
    )


class Metrics:
    """The registry and its one page."""

    def __init__(self, read: Callable[[], Figures], version: str) -> None:
        self._registry = CollectorRegistry()
        self._registry.register(_Collector(read, version))
        ProcessCollector(registry=self._registry)

    def __call__(self) -> bytes:
        """The page in the text format of Prometheus. Raises whatever reading the figures raises."""
        return generate_latest(self._registry)


class _Collector:
    """Makes metrics of figures, anew at every scrape."""

    def __init__(self, read: Callable[[], Figures], version: str) -> None:
        self._read = read
        self._version = version

    def collect(self) -> Iterator[Metric]:
        found = self._read()
        yield _gauge("build_info", "Always 1; the label says which version runs.", "version", {self._version: 1})
        for label, families in (
            ("state", _by_state(found)),
            ("step", _by_step(found)),
            ("item", _by_item(found)),
            ("mailbox", _by_mailbox(found)),
            ("job", _by_job(found)),
            ("alarm", _by_alarm(found)),
            ("duty", _by_duty(found)),
        ):
            yield from (_gauge(name, told, label, values) for name, told, values in families)
        for name, told, value in _whole(found):
            yield GaugeMetricFamily(f"tinbai_{name}", told, value=value)


def _gauge(name: str, told: str, label: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(f"tinbai_{name}", told, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family


def _by_state(found: Figures) -> Iterator[Family]:
    yield "messages", "Mails that came in, by state.", found.messages
    yield "stories", "Stories, by state.", found.stories
    yield "outgoing_mails", "Mails that go out, by state; failed and uncertain ones need a person.", found.mails


def _by_step(found: Figures) -> Iterator[Family]:
    ages = {step: max(0.0, (found.now - due).total_seconds()) if due else 0.0 for step, due in found.oldest_due.items()}
    yield "oldest_due_age_seconds", "How long the item that has waited longest for this step is due; 0: none is.", ages


def _by_item(found: Figures) -> Iterator[Family]:
    of = found.efforts.items()
    yield "retried_items", "Items whose last attempt failed and that are tried again.", {k: e.retried for k, e in of}
    yield "retried_item_attempts", "Attempts made so far at those items.", {k: e.attempts for k, e in of}
    yield "leased_items", "Items that somebody works on at present.", {k: e.held for k, e in of}


def _by_mailbox(found: Figures) -> Iterator[Family]:
    read = [reading for reading in found.readings if reading.read_at]
    audited = [reading for reading in found.readings if reading.audited_at]
    times = {str(reading.number): _timestamp(reading.read_at) for reading in read}
    yield "mailbox_read_timestamp_seconds", "When this mailbox was last read without error.", times
    failing = {str(reading.number): float(reading.failed_since is not None) for reading in found.readings}
    yield "mailbox_failing", "1 while this mailbox cannot be read.", failing
    times = {str(reading.number): _timestamp(reading.audited_at) for reading in audited}
    yield "mailbox_audit_timestamp_seconds", "When this mailbox was last compared with the ledger.", times
    compared = {str(reading.number): float(reading.audited or 0) for reading in audited}
    yield "mailbox_audited_mails", "Mails that the last audit compared.", compared
    lacking = {str(reading.number): float(reading.recovered or 0) for reading in audited}
    yield "mailbox_recovered_mails", "Mails that the ledger lacked at the last audit.", lacking


def _by_job(found: Figures) -> Iterator[Family]:
    times = {job: _timestamp(at) for job, at in found.last_runs.items()}
    yield "last_run_timestamp_seconds", "When this periodic job was last done.", times


def _by_alarm(found: Figures) -> Iterator[Family]:
    kinds = {name.partition(" ")[0] for name in found.alarms}  # what follows may name an account
    times = {
        kind: _timestamp(min(since for name, since in found.alarms.items() if name.startswith(kind))) for kind in kinds
    }
    yield "alarm_since_timestamp_seconds", "Since when this alarm is up.", times


def _by_duty(found: Figures) -> Iterator[Family]:
    yield "duty_turn_age_seconds", "How long ago this thread of the daemon last turned.", found.turn_ages


def _whole(found: Figures) -> Iterator[tuple[str, str, float]]:
    yield "duty_leases", "Duties of which one process at a time has the lease.", found.duties_held
    yield "mail_moves", "Mails still to be moved out of the folder that people read.", found.moves_waiting
    yield "database_size_bytes", "Size of the database.", found.database_bytes
    yield "disk_free_bytes", "Free space where the database lies.", found.free_bytes


def _timestamp(at: datetime | None) -> float:
    return at.timestamp() if at else 0.0
