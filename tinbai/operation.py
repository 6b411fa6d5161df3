"""What keeps the line going: room on the disk, a fit clock, living threads, alarms, a look for the operator."""

import socket
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy.orm import Session

from db.session import Database
from db.work import Step
from ingest.receive import account_of
from outbox.deliver import Transport
from outbox.letter import Sender
from outbox.queue import Outbox
from pipeline.duties.clock import ClockGuard
from pipeline.duties.watch import Post, Trouble, Watch
from tinbai import __version__
from tinbai.disk import Disk
from tinbai.last_resort import LastResort
from tinbai.listener import HealthServer
from tinbai.lookout import Watched, pages
from tinbai.pulse import Pulse
from tinbai.settings import Settings


@dataclass(frozen=True)
class Operation:
    """Built from the App's parts; each of its own when it is first asked for."""

    settings: Settings
    database: Database
    clock: Callable[[], datetime]
    steps: Sequence[Step[Any, Any, Any]]
    outbox: Outbox
    sender: Sender
    new_transport: Callable[[], Transport]
    pulse: Pulse = field(default_factory=Pulse)

    @cached_property
    def disk(self) -> Disk:
        """The disk that a SQLite file lies on; PostgreSQL's is another machine's affair."""
        file = self.database.file
        return Disk(file.absolute().parent if file else None, self.settings.database.keep_free_mb << 20)

    @cached_property
    def clock_guard(self) -> ClockGuard:
        """Knows a clock that was set back."""
        zone = self.settings.office.zone
        return ClockGuard(time.monotonic, lambda at: at.astimezone(zone))

    def clock_is_fit(self) -> bool:
        """May work that goes by the calendar be done now?"""
        with self.database.read() as session:
            return self.clock_guard.is_fit(session, self.clock())

    @cached_property
    def watch(self) -> Watch:
        """Tells the operator of what is wrong as a whole."""
        mailbox = self.settings.mailbox
        post = Post(socket.gethostname(), account_of(mailbox), mailbox.folder)
        senses = (self._disk_troubles, self.clock_guard.troubles)
        unread = max(timedelta(minutes=15), 3 * timedelta(seconds=mailbox.poll_seconds))
        return Watch(self.settings.office, self.outbox, self.settings.alerts.to, post, senses, unread)

    def _disk_troubles(self, session: Session, now: datetime) -> Iterable[Trouble]:
        """What was told past the record is written down as told, even when it is over by then."""
        told_at = self.last_resort.told_at
        if told_at is not None:
            return [Trouble("disk", told_at, self.disk.sentence(), told_at)]
        return self.disk.troubles(session, now)

    @cached_property
    def last_resort(self) -> LastResort:
        """Tells the operator when even that cannot be written down."""
        hold = self.settings.smtp.hold
        return LastResort(self.watch, self.new_transport, self.sender, self.settings.office.domain, hold=hold)

    @cached_property
    def health(self) -> HealthServer | None:
        """Serves /healthz and /metrics, when the settings say where."""
        listen = self.settings.metrics.listen
        if not listen:
            return None
        watched = Watched(
            database=self.database,
            steps=self.steps,
            clock=self.clock,
            pulse=self.pulse,
            poll_seconds=self.settings.mailbox.poll_seconds,
            probes={"disk_low": self.disk.has_room, "clock_wrong": self.clock_is_fit},
            version=__version__,
        )
        return HealthServer(listen, pages(watched))
