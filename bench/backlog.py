"""Ten thousand mails wait: how fast they are stored durably, and read with their links, and what memory that takes.

Dovecot over TLS for everybody. Beside storing: mbsync, which fetches mails and does nothing else, with FSync into a
Maildir on the same disk. Beside reading: the naive loop, which fetches, reads and keeps in one go.
"""

import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from operator import truediv
from pathlib import Path
from subprocess import PIPE

from imapclient import IMAPClient
from sqlalchemy import func, select

from bench.mails import mails
from bench.table import head, spread
from db.models import Link, Message, Story
from db.session import Database
from db.states import MessageState
from tests.acceptance.office import OFFICE, PASSWORD, ROOT, Office, school

MAILS = 10_000
NAIVE_MAILS = 2_000  # its pace does not change
SCHOOLS = 60
ROUNDS = 3
FIRST = 1_000  # mails after which the memory is compared
GLANCE_SECONDS = 0.2
MOMENTS: Mapping[str, tuple[int, int]] = {  # how many mails are stored and read then
    "at 1,000 mails stored": (FIRST, 0),
    "at the end of storing": (MAILS, 0),
    "at 1,000 mails read": (MAILS, FIRST),
    "at the end of reading": (MAILS, MAILS),
}

MBSYNC = """FSync yes

IMAPAccount office
Host localhost
Port {port}
User {user}
Pass {password}
{tls}
CertificateFile {certificate}
AuthMechs *

IMAPStore far
Account office

MaildirStore near
Path {folder}/
Inbox {folder}/INBOX

Channel all
Far :far:
Near :near:
Patterns INBOX
Create Near
Sync Pull
SyncState *
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What tinbai did in one round. memory: moment → megabytes of the process itself and of its children."""

    store_seconds: float
    read_seconds: float
    memory: Mapping[str, tuple[float, float]]
    found: str


def measure(folder: Path) -> None:
    """Print the table."""
    head(f"a backlog of {MAILS} mails, {ROUNDS} rounds, mails/s", folder)
    with tempfile.TemporaryDirectory(dir=folder) as place, Office(Path(place), SCHOOLS) as office:
        total = _fill(office)
        ours, mirrored, naive = [], [], []
        for number in range(ROUNDS):
            mirrored.append(MAILS / _mbsync(office, Path(place) / f"mbsync-{number}"))
            ours.append(_tinbai(office, Path(place) / f"tinbai-{number}"))
            naive.append(NAIVE_MAILS / _naive(office, Path(place) / f"naive-{number}.db"))
    print(f"  {total / MAILS / 1000:.1f} KB a mail on average; {ours[-1].found}")
    _tell(ours, mirrored, naive)


def _tell(ours: Sequence[Outcome], mirrored: Sequence[float], naive: Sequence[float]) -> None:
    stored = [MAILS / outcome.store_seconds for outcome in ours]
    read = [MAILS / outcome.read_seconds for outcome in ours]
    both = [MAILS / (outcome.store_seconds + outcome.read_seconds) for outcome in ours]
    _row("stored durably: tinbai", stored)
    _row("  mbsync, FSync yes", mirrored, stored)
    _row("read, links and stories kept: tinbai", read)
    _row("stored and read: tinbai", both)
    _row("  naive loop, all in one", naive, read, both)
    for moment in ours[0].memory:
        own, children = (statistics.median(column) for column in zip(*(o.memory[moment] for o in ours), strict=True))
        print(f"  RSS {moment:<33}{own:>7.0f} MB, its two children {children:.0f} MB")
    for kind, moments in (("storing", list(MOMENTS)[:2]), ("reading", list(MOMENTS)[2:])):
        early, late = ([outcome.memory[moment][0] for outcome in ours] for moment in moments)
        growth = statistics.median(map(truediv, late, early))
        print(f"  RSS while {kind}: the end / at 1,000{growth:>9.2f}")


def _row(name: str, rates: Sequence[float], *ours: Sequence[float]) -> None:
    ratios = [f"{statistics.median(own) / statistics.median(rates):.2f}" for own in ours]
    print(f"  {name:<37}{spread(rates)}{'   tinbai is × ' if ours else ''}{', '.join(ratios)}")


def _fill(office: Office) -> int:
    """Lay the mails into the mailbox and let the server take note of them; returns their bytes."""
    senders, hosts = [school(n) for n in range(SCHOOLS)], [f"truong{n}.localhost" for n in range(SCHOOLS)]
    sizes: list[int] = []
    office.dovecot.seed(_noting(mails(MAILS, senders, hosts, OFFICE), sizes), OFFICE)
    os.sync()
    with IMAPClient("127.0.0.1", office.dovecot.imap_port, ssl=False) as client:
        client.login(OFFICE, PASSWORD)
        client.select_folder("INBOX", readonly=True)
        assert len(client.fetch(client.search("ALL"), ["RFC822.SIZE", "INTERNALDATE"])) == MAILS
    return sum(sizes)


def _noting(raws: Iterator[bytes], sizes: list[int]) -> Iterator[bytes]:
    for raw in raws:
        sizes.append(len(raw))
        yield raw


def _mbsync(office: Office, folder: Path) -> float:
    folder.mkdir()
    version = subprocess.run(["mbsync", "--version"], capture_output=True, text=True, check=True).stdout.split()[1]
    tls = "TLSType IMAPS" if version >= "1.5" else "SSLType IMAPS"
    port, certificate = office.dovecot.imaps_port, office.dovecot.certificate
    text = MBSYNC.format(port=port, user=OFFICE, password=PASSWORD, tls=tls, certificate=certificate, folder=folder)
    (folder / "mbsyncrc").write_text(text)
    begun = time.perf_counter()
    subprocess.run(["mbsync", "-q", "-c", folder / "mbsyncrc", "all"], check=True)
    took = time.perf_counter() - begun
    assert sum(1 for name in ("new", "cur") for _ in (folder / "INBOX" / name).iterdir()) == MAILS
    shutil.rmtree(folder)
    return took


def _naive(office: Office, file: Path) -> float:
    dovecot = office.dovecot
    arguments = [str(dovecot.imaps_port), str(dovecot.certificate), OFFICE, PASSWORD, str(file), str(NAIVE_MAILS)]
    seconds, links = _output([sys.executable, "-m", "bench.naive_store", *arguments], os.environ).split()
    assert int(links) > NAIVE_MAILS  # it does its work
    return float(seconds)


def _output(command: Sequence[str], environment: Mapping[str, str]) -> str:
    quiet = {**environment, "PYTHONWARNINGS": "ignore"}
    return subprocess.run(command, cwd=ROOT, env=quiet, stdout=PIPE, text=True, check=True).stdout


def _tinbai(office: Office, folder: Path) -> Outcome:
    """A fresh record with the same schools; the process is watched from outside."""
    folder.mkdir()
    office.database = f"sqlite:///{folder}/tinbai.db"
    own = {"TINBAI_DATABASE__URL": office.database, "TINBAI_ACK__WAIT_SECONDS": "3600"}  # answering is other work
    environment = office.environment(own)
    for what in ("schools", "members"):
        _output([sys.executable, "-m", "tinbai", what, "import", str(office.folder / f"{what}.csv")], environment)
    database = Database(office.database)
    command = [sys.executable, "-m", "bench.backlog_tinbai"]
    with (
        closing(database),
        subprocess.Popen(command, cwd=ROOT, env=environment, stdin=PIPE, stdout=PIPE, text=True) as process,
    ):
        memory = {name: _memory_when(process, database, *reached) for name, reached in MOMENTS.items()}
        stored, read = map(float, process.communicate()[0].split())
        found = _found(database)
    shutil.rmtree(folder)
    return Outcome(stored, read, memory, found)


def _memory_when(process: "subprocess.Popen[str]", database: Database, stored: int, read: int) -> tuple[float, float]:
    """What the process holds at the moment when so many mails are stored and so many are read."""
    while process.poll() is None:
        with database.read() as session:
            unread = func.count().filter(Message.state == MessageState.RECEIVED)
            have, left = session.execute(select(func.count(), unread).select_from(Message)).one()
        if have >= stored and have - left >= read:
            break
        time.sleep(GLANCE_SECONDS)
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    return _megabytes(process.pid), sum(map(_megabytes, children))


def _megabytes(process: int | str) -> float:
    resident = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{process}/status").read_text())
    return int(resident[1]) / 1024 if resident else 0.0


def _found(database: Database) -> str:
    with database.read() as session:
        links, stories = (session.scalar(select(func.count()).select_from(table)) for table in (Link, Story))
        read = session.scalar(select(func.count()).where(Message.state == MessageState.READ))
    return f"{read} mails taken up, {links} links, {stories} stories"
