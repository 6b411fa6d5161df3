"""A whole office for a test: real mail server, school sites, and `tinbai` as the processes an operator would start."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from imapclient import IMAPClient

from tests.servers.dovecot import AUTHSERV_ID, Dovecot
from tests.servers.web import SchoolSite

ROOT = Path(__file__).parent.parent.parent
OFFICE = "pgd@badinhedu.example"
MEMBER = "mai@badinhedu.example"
PASSWORD = "mat-khau"
PATIENCE = 60.0  # seconds; the machine may have much else to do

SETTINGS = """
[office]
address = "{office}"

[mailbox]
host = "localhost"
port = {imaps}
username = "{office}"
start_from = "all"
authserv_id = "{authserv_id}"
ca_file = "{certificate}"

[smtp]
host = "localhost"
port = {submission}
username = "{office}"
ca_file = "{certificate}"

[database]
url = "{database}"

[fetch]
allow_networks = ["127.0.0.0/8"]
ports = [80, 443, {site}]
per_host_gap_seconds = 0.0
"""


def school(number: int) -> str:
    """The address of the n-th school."""
    return f"c1truong{number}-bd@badinhedu.example"


class Office:
    """`schools` registered schools, one board member; mails go over SMTP submission, answers are read over IMAP.

    strangers: further addresses on the mail server. database: its URL, where it is not SQLite in the folder.
    """

    def __init__(self, folder: Path, schools: int = 2, strangers: Sequence[str] = (), database: str = "") -> None:
        self.folder = folder
        self.schools = schools
        self.database = database or f"sqlite:///{folder}/tinbai.db"
        self.site = SchoolSite()
        self.dovecot = Dovecot(dict.fromkeys((OFFICE, MEMBER, *map(school, range(schools)), *strangers), PASSWORD))
        self.settings = folder / "settings.toml"
        self._daemons: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Self:
        self.site.__enter__()
        self.dovecot.start()
        self.settings.write_text(
            SETTINGS.format(
                office=OFFICE,
                imaps=self.dovecot.imaps_port,
                submission=self.dovecot.submission_port,
                authserv_id=AUTHSERV_ID,
                certificate=self.dovecot.certificate,
                database=self.database,
                site=self.site.port,
            ),
            encoding="utf-8",
        )
        self._register()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for daemon in self._daemons:
            daemon.kill()
            daemon.wait()
        self.dovecot.stop()
        self.site.__exit__(kind, error, trace)

    def _register(self) -> None:
        rows = [
            f"th-truong-{n},TH,Trường Tiểu học Số {n},TH Số {n},{school(n)},truong{n}.localhost"
            for n in range(self.schools)
        ]
        (self.folder / "schools.csv").write_text(
            "\n".join(["code,level,name,short_name,emails,hosts", *rows]), encoding="utf-8"
        )
        (self.folder / "members.csv").write_text(f"handle,name,email\nmai,Nguyễn Mai,{MEMBER}\n", encoding="utf-8")
        if not self.database.startswith("sqlite"):
            self.tinbai("migrate")
        self.tinbai("schools", "import", str(self.folder / "schools.csv"))
        self.tinbai("members", "import", str(self.folder / "members.csv"))

    def environment(self, extra: Mapping[str, str] | None = None) -> dict[str, str]:
        """What the operator's shell has set."""
        own = {
            "TINBAI_SETTINGS": str(self.settings),
            "TINBAI_MAILBOX__PASSWORD": PASSWORD,
            "TINBAI_SMTP__PASSWORD": PASSWORD,
        }
        return {**os.environ, **own, **(extra or {})}

    def tinbai(self, *arguments: str, status: int = 0) -> str:
        """Run one command to its end; returns what it printed."""
        command = [sys.executable, "-m", "tinbai", *arguments]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment(), capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == status, done.stderr
        return done.stdout if status == 0 else done.stderr

    def records(self, *arguments: str) -> list[dict[str, Any]]:
        """What a listing command says, as objects."""
        return [json.loads(line) for line in self.tinbai(*arguments, "--json").splitlines()]

    def run(self, **settings: str) -> subprocess.Popen[bytes]:
        """Start the daemon."""
        return self.start("run", **settings)

    def start(self, command: str, **settings: str) -> subprocess.Popen[bytes]:
        """Start a process that goes on; its log goes to a file of the folder."""
        with (self.folder / "daemon.log").open("ab") as log:
            daemon = subprocess.Popen(
                [sys.executable, "-m", "tinbai", command],
                cwd=ROOT,
                env=self.environment(settings),
                stderr=log,
                stdout=log,
            )
        self._daemons.append(daemon)
        return daemon

    def log(self) -> str:
        """What the daemons have logged."""
        return (self.folder / "daemon.log").read_text(encoding="utf-8")

    def story_url(self, number: int, name: str) -> str:
        """The address of an article on the n-th school's site."""
        return self.site.url(f"/tin-tuc-su-kien/{name}-hoat-dong-cua-nha-truong.html", f"truong{number}.localhost")

    def send(self, number: int, text: str, subject: str = "Trường gửi link tin bài") -> str:
        """The n-th school sends a mail; returns its Message-ID."""
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = school(number), OFFICE, subject
        mail["Message-ID"] = make_msgid(domain="badinhedu.example")
        mail.set_content(text)
        self.dovecot.submit(mail.as_bytes(), OFFICE, school(number))
        return str(mail["Message-ID"])

    def inbox(self, address: str) -> list[EmailMessage]:
        """What lies in somebody's mailbox."""
        with IMAPClient("127.0.0.1", self.dovecot.imap_port, ssl=False) as client:
            client.login(address, PASSWORD)
            client.select_folder("INBOX", readonly=True)
            found = client.fetch(client.search(), ["BODY.PEEK[]"])
        return [message_from_bytes(mail[b"BODY[]"], policy=policy.default) for mail in found.values()]

    def wait_for(self, what: str, condition: Callable[[], bool]) -> None:
        """Look again and again until it is so, or fail with the daemon's log."""
        ends = time.monotonic() + PATIENCE
        while not condition():
            if time.monotonic() > ends:
                raise AssertionError(f"{what} did not happen within {PATIENCE} s\n{self.log()}")
            time.sleep(0.05)


def end(daemon: subprocess.Popen[bytes], number: signal.Signals = signal.SIGTERM) -> tuple[int, float]:
    """Signal a daemon; returns its exit status and the seconds it took to end."""
    begun = time.monotonic()
    daemon.send_signal(number)
    return daemon.wait(PATIENCE), time.monotonic() - begun
