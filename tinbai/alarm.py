"""The alarm clock: APScheduler rings every few seconds. What is due is computed from the database, not here."""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

EVERY_SECONDS = 20


class AlarmClock:
    """Calls `ring` at once and then every few seconds, never twice at a time."""

    def __init__(self, ring: Callable[[], None], zone: ZoneInfo) -> None:
        self._scheduler = _Scheduler(timezone=zone, daemon=True)
        self._scheduler.add_job(
            ring,
            IntervalTrigger(seconds=EVERY_SECONDS, timezone=zone),
            next_run_time=datetime.now(zone),  # its own clock decides
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


class _Scheduler(BackgroundScheduler):  # type: ignore[misc]  # APScheduler ships no types
    """Rings on when the wall clock jumps: APScheduler alone sleeps until the clock shows a certain time again."""

    def _process_jobs(self) -> float:
        now, every = datetime.now(self.timezone), timedelta(seconds=EVERY_SECONDS)
        for job in self.get_jobs():
            if job.next_run_time is not None and abs(job.next_run_time - now) > every:
                job.modify(next_run_time=now)
        return min(super()._process_jobs() or EVERY_SECONDS, EVERY_SECONDS)
