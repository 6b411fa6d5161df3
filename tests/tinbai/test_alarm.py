"""The alarm clock rings at once, again and again, and also when the wall clock jumps."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import apscheduler.schedulers.base as apscheduler_base
import pytest

import tinbai.alarm as alarm_module
from tinbai.alarm import AlarmClock


class Wall(datetime):
    """A wall clock that the test sets."""

    shift = timedelta()

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]  # as the scheduler asks for it
        return datetime.now(UTC).astimezone(tz) + cls.shift


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Wall]]:
    monkeypatch.setattr(alarm_module, "EVERY_SECONDS", 0.05)
    monkeypatch.setattr(alarm_module, "datetime", Wall)
    monkeypatch.setattr(apscheduler_base, "datetime", Wall)
    yield Wall
    Wall.shift = timedelta()


@pytest.mark.parametrize("jump", [timedelta(), timedelta(hours=-1), timedelta(days=-400), timedelta(days=3)])
def test_it_goes_on_ringing_when_the_clock_jumps(wall: type[Wall], jump: timedelta) -> None:
    rings = threading.Semaphore(0)
    clock = AlarmClock(rings.release, ZoneInfo("Asia/Ho_Chi_Minh"))
    clock.start()
    try:
        assert rings.acquire(timeout=10)
        wall.shift = jump
        assert all(rings.acquire(timeout=10) for _ in range(4))
    finally:
        clock.stop()
