"""From a mail's delivery to its acknowledgement in the sender's mailbox: tinbai beside the naive loop, in one run.

Dovecot with IDLE, one link a mail, 50 hosts that answer in 50 ms, 100 mails: at an even pace, and as fast as they can
be sent. Dovecot tells a client of new mail only after half a second; that is the floor for everybody.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from bench.table import head
from tests.acceptance.office import OFFICE, PASSWORD, ROOT, Office, school
from tests.pages import story_page
from tests.servers.web import HTML, Answer

MAILS = 100
HOSTS = 50
PAGE_SECONDS = 0.05
PACE_SECONDS = 0.3
PATIENCE = 180.0


def measure(folder: Path) -> None:
    """Print the table."""
    head(f"delivery → acknowledgement in the sender's mailbox: {MAILS} mails, {HOSTS} hosts answering in 50 ms", folder)
    print(f"{'':26}{'p50':>8}{'p95':>8}{'max':>8}")
    for name, pace in (("even pace, 0.3 s apart", PACE_SECONDS), ("as fast as they are sent", 0.0)):
        ours = _one_office(folder, _tinbai, pace)
        naive = _one_office(folder, _naive, pace)
        print(f"{name}")
        _row("  tinbai", ours)
        _row("  naive loop", naive)
        print(f"  {'ratio of medians':<24}{statistics.median(ours) / statistics.median(naive):>8.2f}")


def _row(name: str, seconds: Sequence[float]) -> None:
    p95 = statistics.quantiles(seconds, n=20)[18]
    print(f"{name:<26}{statistics.median(seconds):>7.2f}s{p95:>7.2f}s{max(seconds):>7.2f}s")


def _one_office(folder: Path, start: Callable[[Office], AbstractContextManager[None]], pace: float) -> list[float]:
    with tempfile.TemporaryDirectory(dir=folder) as place, Office(Path(place), HOSTS) as office, start(office):
        return _latencies(office, pace)


@contextmanager
def _tinbai(office: Office) -> Iterator[None]:
    office.run(TINBAI_ACK__PER_SENDER_PER_DAY="1000", TINBAI_ACK__PER_HOUR="100000")
    office.wait_for("the start", lambda: "Started" in office.log())
    time.sleep(3)  # let it settle in IDLE
    yield


@contextmanager
def _naive(office: Office) -> Iterator[None]:
    ports = (str(office.dovecot.imap_port), str(office.dovecot.submission_port))
    command = [sys.executable, "-m", "bench.naive", *ports, OFFICE, PASSWORD]
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONWARNINGS": "ignore"})
    time.sleep(3)
    try:
        yield
    finally:
        process.kill()
        process.wait()


def _latencies(office: Office, pace: float) -> list[float]:
    """Send the mails; seconds from each one's delivery to its answer, in the order sent."""
    for number in range(MAILS):
        path = office.story_url(number % HOSTS, f"bai-{number}").partition(f":{office.site.port}")[2]
        page = story_page(f"Bài viết số {number}").encode()
        office.site.answer(path, Answer(headers=(("Content-Type", HTML),), body=page, delay=PAGE_SECONDS))
    for number in range(MAILS):
        due = time.monotonic() + pace
        office.send(number % HOSTS, f"Trường gửi bài: {office.story_url(number % HOSTS, f'bai-{number}')}")
        time.sleep(max(0.0, due - time.monotonic()))
    ends = time.monotonic() + PATIENCE
    while sum(len(_arrivals(office, school(number))) for number in range(HOSTS)) < MAILS and time.monotonic() < ends:
        time.sleep(0.2)
    delivered = _arrivals(office, OFFICE)
    answers = {number: _arrivals(office, school(number)) for number in range(HOSTS)}
    missing = MAILS - sum(map(len, answers.values()))
    if missing:
        print(f"  {missing} answers did not come within {PATIENCE:.0f} s")
    return [
        arrival - delivered[number + HOSTS * turn]
        for number, times in answers.items()
        for turn, arrival in enumerate(times)
    ]


def _arrivals(office: Office, address: str) -> list[float]:
    """When each mail came to lie in somebody's Maildir: that is the mailbox, seen without anybody's delay."""
    inbox = office.dovecot.root / "mail" / address
    return sorted(file.stat().st_mtime for folder in ("new", "cur") for file in (inbox / folder).glob("*"))
