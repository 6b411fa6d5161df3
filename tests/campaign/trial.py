"""One long-lived office under trial: real servers, processes of tinbai from the nursery, and the evidence against them."""

import signal
import socket
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from imapclient import IMAPClient

from db.session import Database
from tests.acceptance.office import OFFICE, PASSWORD, Office
from tests.campaign.book import Book
from tests.campaign.checker import Evidence, needlessly_uncertain, uncertain_mails, unrest, violations
from tests.campaign.desk import SECRETS, STRANGER, Desk
from tests.campaign.mailboxes import Mailboxes
from tests.campaign.nursery import Nursery, Process
from tests.campaign.places import Plan

SCHOOLS = 8
EVERY_MINUTE = [f"{hour:02}:{minute:02}" for hour in range(24) for minute in range(60)]
SETTINGS: Mapping[str, str] = {  # so that nothing is held back by a cap or by the calendar
    "TINBAI_ACK__PER_SENDER_PER_DAY": "1000000",
    "TINBAI_ACK__PER_HOUR": "1000000",
    "TINBAI_ACK__WAIT_SECONDS": "2",
    "TINBAI_BOARD__UNDO_MINUTES": "0",
    "TINBAI_DIGEST__AT": str(EVERY_MINUTE),
    "TINBAI_DIGEST__DAYS": '["mon", "tue", "wed", "thu", "fri", "sat", "sun"]',
}
SECOND_LOOK_SECONDS = 10.0
LOOK_SECONDS = 0.03
COMMAND_SECONDS = 30.0


class NoRest(AssertionError):
    """Something is left undone; the message says what."""


class Trial:
    """`with Trial(folder) as trial:` is an office with its daemons not yet started.

    workers: further processes `tinbai worker` beside `tinbai run`, for a database that several may use. lease: seconds
    every lease lasts in place of its own time.
    """

    def __init__(
        self,
        folder: Path,
        *,
        database: str = "",
        workers: int = 0,
        lease: float | None = None,
    ) -> None:
        self.folder = folder
        self.office = Office(folder, SCHOOLS, strangers=(STRANGER,), database=database)
        self.log = folder / "tinbai.log"  # of the daemons
        self.screen = folder / "screen.txt"  # what the commands have told a person
        self.book = Book()
        self.command_plan: Plan | None = None
        self._roles = ["run", *["worker"] * workers]
        self._lease = lease
        self.settings = {**SETTINGS}  # what is changed before a start holds for it
        self._daemons: list[Process | None] = [None for _ in self._roles]
        self._pids: set[int] = set()  # of all daemons there ever were
        self._journal_read = 0
        self._last_words: dict[int, str] = {}
        self.died_at: list[tuple[int, str]] = []

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            stack.enter_context(self.office)
            self.database = Database(self.office.database)
            stack.callback(self.database.close)
            dovecot = self.office.dovecot
            ports = {dovecot.imaps_port: "imap", dovecot.submission_port: "smtp"}
            self.nursery = stack.enter_context(Nursery(self.folder / "journal", ports, self._lease))
            self.desk = Desk(self.office, self.book, self.database, self.command, self.signal, self.settle)
            mailboxes = Mailboxes(dovecot.root / "mail")
            self.evidence = Evidence(self.database, self.book, mailboxes, self._server_uids)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    @property
    def daemons(self) -> list[Process]:
        """The daemons that live."""
        return [daemon for daemon in self._daemons if daemon is not None and daemon.alive]

    def start(self, plan: Plan | None = None) -> None:
        """Start every daemon that is not there."""
        environment = self.office.environment(self.settings)
        for place, role in enumerate(self._roles):
            daemon = self._daemons[place]
            if daemon is None or not daemon.alive:
                born = self._daemons[place] = self.nursery.start([role], environment, self.log, plan)
                self._pids.add(born.pid)
        host = socket.gethostname()
        self.evidence.holders = frozenset(f"{host}:{daemon.pid}" for daemon in self.daemons)

    def arm(self, plan: Plan | None) -> None:
        """Whoever of the daemons comes to this place dies there."""
        for daemon in self.daemons:
            daemon.arm(plan)

    def signal(self, number: signal.Signals) -> None:
        """Send every daemon a signal."""
        for daemon in self.daemons:
            daemon.signal(number)

    def kill(self) -> None:
        """End the daemons at whatever they do."""
        victims = self.daemons
        self.signal(signal.SIGKILL)
        for victim in victims:
            self.nursery.wait_for(victim, 10)

    def command(self, *arguments: str) -> None:
        """Run `tinbai ARGUMENTS`; if it was killed, again as a person would: refused when it had been done."""
        environment = self.office.environment(self.settings)
        plan, self.command_plan = self.command_plan, None
        allowed = {0}
        for given in (plan, None):
            process = self.nursery.start(arguments, environment, self.screen, given)
            if not self.nursery.wait_for(process, COMMAND_SECONDS):
                raise NoRest(f"`tinbai {arguments[0]}` did not end")
            if process.status != -signal.SIGKILL:
                break
            allowed = {0, 1}
        if process.status not in allowed:
            raise NoRest(f"`tinbai {arguments[0]}` ended with status {process.status}")

    def rest(self, seconds: float) -> float:
        """Wait until nothing is left to be done; returns the seconds that took. Raises NoRest."""
        begun = time.monotonic()
        while restless := unrest(self.evidence):
            if time.monotonic() - begun > seconds:
                raise NoRest(f"after {seconds:.0f} s {restless}")
            if self.nursery.wait(LOOK_SECONDS) and len(self.daemons) < len(self._roles):
                raise NoRest(f"a daemon ended by itself: {self.statuses()}")
        return time.monotonic() - begun

    def settle(self) -> None:
        """Wait a while for rest, or for a death."""
        self.wait_for_death(5, 0)

    def statuses(self) -> list[int | None]:
        """How the daemons ended."""
        return [daemon.status if daemon else None for daemon in self._daemons]

    def wait_for_death(self, seconds: float, patience: float) -> bool:
        """Wait for a daemon to die: as long as there is work, and `patience` longer; never longer than `seconds`."""
        ends = time.monotonic() + seconds
        rest_since: float | None = None
        while time.monotonic() < ends:
            self.nursery.wait(LOOK_SECONDS)
            if len(self.daemons) < len(self._roles):
                return True
            if unrest(self.evidence):
                rest_since = None
            elif rest_since is None:
                rest_since = time.monotonic()
            elif time.monotonic() - rest_since > patience:
                return False
        return False

    def verdict(self) -> list[str]:
        """Everything that is wrong, now that there is rest."""
        found = self._look()
        if found:  # a periodic digest may have left between a look at the record and one at the mailboxes
            self.rest(SECOND_LOOK_SECONDS)
            found = [sentence for sentence in self._look() if sentence in found]
        return found

    def _look(self) -> list[str]:
        self.read_journal()
        self.evidence.unnamed = sum(words == "data" for words in self._last_words.values())
        return violations(self.evidence)

    def needlessly_uncertain(self) -> list[str]:
        """See the checker's function of that name."""
        self.read_journal()
        return needlessly_uncertain(self.evidence)

    def uncertain(self) -> int:
        """How many mails were ever uncertain."""
        return len(uncertain_mails(self.evidence))

    def secrets_in_logs(self) -> str:
        """How many of the names, addresses and texts of this trial stand in the logs."""
        return SECRETS.figures([self.log.read_text(encoding="utf-8", errors="replace")])

    def read_journal(self) -> Counter[tuple[str, str]]:
        """Take in what the processes have noted since last time; returns the places met, by daemon or command."""
        met: Counter[tuple[str, str]] = Counter()
        journal = self.nursery.journal
        if not journal.exists():
            return met
        with journal.open("rb") as file:
            file.seek(self._journal_read)
            lines = file.read()
            self._journal_read = file.tell()
        for line in lines.decode().splitlines():
            number, kind, text = (*line.split(" ", 2), "")[:3]
            pid = int(number)
            if kind == "place":
                met["daemon" if pid in self._pids else "command", text] += 1
            elif kind == "killed":
                self.died_at.append((pid, text))
            else:
                self._last_words[pid] = kind
                if kind == "begun":
                    self.evidence.begun[text] += 1
        return met

    def _server_uids(self) -> list[int]:
        with IMAPClient("127.0.0.1", self.office.dovecot.imap_port, ssl=False) as client:
            client.login(OFFICE, PASSWORD)
            client.select_folder("INBOX", readonly=True)
            uids: list[int] = client.search()
        return uids
