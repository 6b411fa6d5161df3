"""The alarm clock: APScheduler rings every few seconds. What is due is computed from the database, not here."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

EVERY_SECONDS = 20


class AlarmClock:
    """Calls `ring` at once and then every few seconds, never twice at a time."""

    def __init__(self, ring: Callable[[], None], zone: ZoneInfo, clock: Callable[[], datetime]) -> None:
        self._scheduler = BackgroundScheduler(timezone=zone, daemon=True)
        self._scheduler.add_job(
            ring,
            IntervalTrigger(seconds=EVERY_SECONDS, timezone=zone),
            next_run_time=clock(),
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,  # a late ring is a ring: the default would drop it after a second
        )

    def start(self) -> None:
        """Begin to ring."""
        self._scheduler.start()

    def stop(self) -> None:
        """No further ring."""
        self._scheduler.shutdown(wait=False)
