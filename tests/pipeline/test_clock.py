"""A clock that was set back stops the calendar's work, for an hour at most; the record of a wrong future blocks nothing."""

from datetime import UTC, datetime, timedelta

import pytest

from db.models import Run
from db.session import Database
from pipeline.duties.clock import ClockGuard
from tests.factories import NOW

HOUR = timedelta(hours=1)


class Seconds:
    """Seconds that never jump, moved by the test."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    """The other clock."""
    return Seconds()


@pytest.fixture
def guard(seconds: Seconds) -> ClockGuard:
    """As a daemon starts with."""
    return ClockGuard(seconds, lambda at: at.astimezone(UTC))


def ran(database: Database, period: str, at: datetime) -> None:
    with database.write() as session:
        session.add(Run(job="digest", period=period, at=at))


def is_fit(database: Database, guard: ClockGuard, now: datetime) -> bool:
    with database.read() as session:
        return guard.is_fit(session, now)


@pytest.mark.parametrize(
    ("ahead", "fit"),
    [
        (timedelta(), True),
        (timedelta(days=400), True),  # three days asleep, or a year: that is no fault
        (-timedelta(minutes=5), True),  # network time steps a clock a little
        (-timedelta(minutes=5, seconds=1), False),
        (-timedelta(days=365), False),
    ],
)
def test_a_clock_behind_the_last_run_is_not_fit(
    database: Database, guard: ClockGuard, ahead: timedelta, *, fit: bool
) -> None:
    assert is_fit(database, guard, NOW)  # nothing ran yet
    ran(database, "2026-11-25T07:30", NOW)
    assert is_fit(database, guard, NOW + ahead) is fit


def test_a_clock_that_stays_is_believed_after_an_hour_and_one_mended_sooner_at_once(
    database: Database, guard: ClockGuard, seconds: Seconds
) -> None:
    ran(database, "2026-11-25T07:30", NOW)
    assert not is_fit(database, guard, NOW - HOUR)
    seconds.now += 3599
    assert not is_fit(database, guard, NOW - timedelta(seconds=301))
    seconds.now += 1
    assert is_fit(database, guard, NOW - timedelta(seconds=301))
    assert is_fit(database, guard, NOW)  # mended: the next time is a new one
    assert not is_fit(database, guard, NOW - HOUR)


def test_a_run_of_a_wrong_future_costs_one_hour_not_one_at_every_start(
    database: Database, guard: ClockGuard, seconds: Seconds
) -> None:
    ran(database, "2031-01-01T07:30", datetime(2031, 1, 1, tzinfo=UTC))
    assert not is_fit(database, guard, NOW)
    seconds.now += 3600
    assert is_fit(database, guard, NOW)
    ran(database, "2026-11-25T07:30", NOW)
    restarted = ClockGuard(seconds, lambda at: at.astimezone(UTC))
    assert is_fit(database, restarted, NOW + HOUR)


def test_the_operator_reads_both_times(database: Database, guard: ClockGuard) -> None:
    ran(database, "2026-11-25T07:30", NOW)
    with database.read() as session:
        (trouble,) = guard.troubles(session, NOW - timedelta(days=1))
    assert trouble.name == "clock"
    for words in ("02:00, 24/11/2026", "02:00, 25/11/2026", "thư vẫn được đọc và trả lời", "kiểm tra ngày giờ"):
        assert words in trouble.sentence
