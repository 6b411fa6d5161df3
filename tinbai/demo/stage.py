"""Sets the stage: a folder, the schools' sites, the mail servers, a registry, and the real daemon in their midst.

Whatever the daemon meets it meets as in an office: settings from a file, mails over SMTP and IMAP, pages over HTTP.
Only its name server is ours.
"""

import logging
import smtplib
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from db.models import Message
from db.queries import mailbox, messages, people
from db.states import MessageState, StoryState
from tinbai.daemon import Daemon
from tinbai.demo import office
from tinbai.demo.archive import Archive
from tinbai.demo.mails import SampleMail, sample_mails
from tinbai.demo.mailserver import DemoMailServers
from tinbai.demo.sites import SchoolSites
from tinbai.logs import QUIET, LineFormatter
from tinbai.settings import Settings
from tinbai.wiring import App, utc_now

__all__ = ["SeenMail", "SeenStory", "Stage", "staged"]

LOOK_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class SeenStory:
    """A story as the record has it now."""

    number: int
    state: StoryState
    title: str
    summary: str
    reason: str
    repeats: bool  # it was known before this mail


@dataclass(frozen=True, slots=True)
class SeenMail:
    """What tinbai made of a mail so far."""

    state: MessageState
    school: str | None
    reason: str | None  # why it waits or is ignored
    stories: tuple[SeenStory, ...]


class Stage:
    """The sample world while the daemon works in it."""

    def __init__(self, folder: Path, app: App, sites: SchoolSites, servers: DemoMailServers, archive: Archive) -> None:
        self.folder = folder
        self.sites = sites
        self.servers = servers
        self.archive = archive
        self._app = app

    @property
    def board(self) -> Sequence[str]:
        """The addresses that get the digest."""
        with self._app.database.read() as session:
            return [member.email for member in people.board(session)]

    def mails(self) -> Sequence[SampleMail]:
        """The sample mails, with the addresses of this run's sites."""
        stories = {key: story.url for key, story in self.sites.stories.items()}
        now = self._app.clock().astimezone(self._app.settings.office.zone)
        return sample_mails(stories, self.sites.homes, office.WEEK, office.ADDRESS, now)

    def hand_in(self, mail: SampleMail) -> None:
        """Bring a mail to the office's server, as the sender's server would."""
        with smtplib.SMTP(self.servers.host, self.servers.incoming_port, timeout=10) as client:
            client.sendmail(mail.address, [office.ADDRESS], mail.raw)

    def seen(self, mail: SampleMail) -> SeenMail | None:
        """What the record says of this mail; None when it has not come in."""
        with self._app.database.read() as session:
            row = next((row for row in messages.listed(session) if row.rfc_id == mail.message_id), None)
            found = messages.get(session, row.id) if row is not None else None
            return _seen(found) if found is not None else None

    def queue_digest(self) -> int:
        """Ask for the digest of this moment, as `tinbai digest` does; returns how many copies were queued."""
        now = self._app.clock()
        period = now.astimezone(self._app.settings.office.zone).isoformat(timespec="seconds")
        with self._app.database.write() as session:
            copies = self._app.digests.queue(session, now, period, even_if_empty=True)
        self._app.wake.call_all()
        return copies

    def ready(self) -> bool:
        """Has the daemon looked into its mailbox?"""
        with self._app.database.read() as session:
            return mailbox.last_read_at(session) is not None

    def wait_until(self, come_true: Callable[[], bool], seconds: float) -> bool:
        """Wait for something that a commit or a delivery brings about; False when it does not come in time."""
        ends = time.monotonic() + seconds
        while not come_true():
            seen = self._app.wake.seen()
            if time.monotonic() >= ends:
                return False
            self._app.wake.wait(seen, LOOK_SECONDS)
        return True


@contextmanager
def staged(folder: Path) -> Iterator[Stage]:
    """Start everything; at the end everything is stopped, and the folder stays."""
    with ExitStack() as world:
        world.enter_context(_logged_to(folder / "tinbai.log"))
        today = _today()
        sites = world.enter_context(SchoolSites(office.sample_schools(), today))
        archive = Archive(folder, office.ADDRESS, sites.browsable)
        inboxes = dict.fromkeys((office.ADDRESS, *office.sample_board()), office.PASSWORD)
        servers = world.enter_context(DemoMailServers(inboxes, office.AUTHSERV_ID, archive.keep))
        ports = {"imap_port": servers.imap_port, "smtp_port": servers.smtp_port, "web_port": sites.port}
        settings_file = office.write_settings(folder, today, **ports)
        office.import_registry(settings_file, folder)
        app = App(office.read_settings(settings_file), resolve=sites.resolve)
        world.callback(app.close)
        world.enter_context(_at_work(Daemon(app)))
        yield Stage(folder, app, sites, servers, archive)


def _today() -> date:
    return utc_now().astimezone(Settings().office.zone).date()


@contextmanager
def _at_work(daemon: Daemon) -> Iterator[None]:
    thread = threading.Thread(target=daemon.run, name="daemon", daemon=True)
    thread.start()
    try:
        yield
    finally:
        daemon.stop()
        thread.join()


@contextmanager
def _logged_to(file: Path) -> Iterator[None]:
    """The daemon's log goes into the folder: the terminal belongs to the show."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    handler = logging.FileHandler(file, encoding="utf-8")
    handler.setFormatter(LineFormatter())
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    try:
        yield
    finally:
        root.handlers[:] = before
        root.setLevel(level)
        handler.close()


def _seen(row: Message) -> SeenMail:
    return SeenMail(
        state=row.state,
        school=row.school.short_name if row.school else None,
        reason=row.reason or row.silence_reason,
        stories=tuple(
            SeenStory(
                number=link.story.id,
                state=link.story.state,
                title=link.story.headline,
                summary=link.story.summary or "",
                reason=link.story.reason or "",
                repeats=link.repeats,
            )
            for link in row.links
            if link.story is not None
        ),
    )
