"""When a digest is due."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from pipeline.duties.periodic import latest_period

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
WORKDAYS = ("mon", "tue", "wed", "thu", "fri")


@pytest.mark.parametrize(
    ("now", "at", "period"),
    [
        ("2026-11-25T07:29", ("07:30",), None),  # Wednesday; yesterday's is too long ago
        ("2026-11-25T07:30", ("07:30",), "2026-11-25T07:30"),
        ("2026-11-25T15:00", ("07:30",), "2026-11-25T07:30"),  # the daemon was down in the morning
        ("2026-11-25T15:00", ("07:30", "14:00"), "2026-11-25T14:00"),
        ("2026-11-25T20:00", ("07:30",), None),  # later than twelve hours tells what tomorrow's tells
        ("2026-11-28T09:00", ("07:30",), None),  # Saturday
        ("2026-11-28T02:00", ("20:00",), "2026-11-27T20:00"),  # Friday evening's, after midnight
    ],
)
def test_the_last_time_that_has_come(now: str, at: tuple[str, ...], period: str | None) -> None:
    assert latest_period(datetime.fromisoformat(now).replace(tzinfo=HANOI), at, WORKDAYS) == period
