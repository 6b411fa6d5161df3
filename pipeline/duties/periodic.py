"""The jobs that the clock asks for. What is due is computed from time and record; being late changes nothing."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from db.work import Runner
from pipeline.board.digest import DigestDesk
from pipeline.settings import WEEKDAYS, DigestSettings

LATE = timedelta(hours=12)  # a digest later than that would tell what the next one tells


class Periodic:
    """Runs each job once for each of its periods, however many instances ask and however often; late, but not stale."""

    def __init__(self, runner: Runner, digests: DigestDesk, settings: DigestSettings, zone: ZoneInfo) -> None:
        self._runner = runner
        self._digests = digests
        self._settings = settings
        self._zone = zone

    def run_due(self, now: datetime) -> None:
        """Do what is due now."""
        period = latest_period(now.astimezone(self._zone), self._settings.at, self._settings.days)
        if period is None:
            return

        def queue(session: Session, at: datetime) -> None:
            self._digests.queue(session, at, period, even_if_empty=self._settings.when_empty)

        self._runner.run_period("digest", period, queue)


def latest_period(now: datetime, at: Sequence[str], days: Sequence[str]) -> str | None:
    """The last of the times `at` ("07:30") on `days` ("mon") that has come, unless that is too long ago.

    now: in the office's time zone. The period's name is its local time, for example "2026-11-25T07:30".
    """
    moments = [
        datetime.combine(now.date() - timedelta(days=back), time.fromisoformat(text), tzinfo=now.tzinfo)
        for back in (0, 1)
        for text in at
    ]
    come = [moment for moment in moments if now - LATE <= moment <= now and WEEKDAYS[moment.weekday()] in days]
    return max(come).strftime("%Y-%m-%dT%H:%M") if come else None
