"""More workers: stories a second by one, two and four `tinbai worker` processes on one PostgreSQL.

Pages answer in 200 ms, 40 hosts, no gap. Every page must be asked for once, every story move on once.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import delete, func, insert, select, update

from bench.table import head
from db.models import HostTurn, Page, School, Story, StoryEvent
from db.session import Database
from db.states import StoryState
from tests.acceptance.office import ROOT, Office
from tests.factories import NOW
from tests.pages import story_page
from tests.servers.postgres import Postgres
from tests.servers.web import Answer
from tinbai.wiring import utc_now

HOSTS = 40
PAGE_SECONDS = 0.2
STORIES = 120
WORKERS = (1, 2, 4)
CONCURRENCIES = (1, 4)  # with 1 the pages are the limit, not the cores; 4 is the default
ROUNDS = 3
PATIENCE = 180.0
SETTLE_SECONDS = 2.0  # the sandboxes' children import their parsers
GLANCE_SECONDS = 0.05


def measure(folder: Path) -> None:
    """Print the table."""
    head(f"stories/s by workers: {STORIES} pages of {HOSTS} hosts answering in 200 ms, {ROUNDS} rounds", folder)
    print(f"  {'workers':<28}{''.join(f'{count:>14}' for count in WORKERS)}")
    with Postgres(durable=True) as postgres, tempfile.TemporaryDirectory(dir=folder) as place:
        url = postgres.database()
        with Office(Path(place), HOSTS, database=url) as office, closing(Database(url)) as database:
            for concurrency in CONCURRENCIES:
                rounds = [[_rate(office, database, count, concurrency) for count in WORKERS] for _ in range(ROUNDS)]
                medians = [statistics.median(column) for column in zip(*rounds, strict=True)]
                cells = "".join(f"{rate:>8.1f} ×{rate / medians[0]:4.2f}" for rate in medians)
                print(f"  [fetch] concurrency = {concurrency:<6}{cells}", flush=True)
    print("  every page asked for once, every story fetched and read once: checked in each of the rounds")


def _rate(office: Office, database: Database, workers: int, concurrency: int) -> float:
    """Stories a second, on a record that has only these stories."""
    office.site.requests.clear()
    with database.write() as session:
        for table in (StoryEvent, Page, Story, HostTurn):
            session.execute(delete(table))
    with _at_work(office, workers, concurrency):
        _add_stories(database, office)
        took = _seconds_of_work(database)
        _check(database, office)
    return STORIES / took


@contextmanager
def _at_work(office: Office, workers: int, concurrency: int) -> Iterator[None]:
    """Processes as an operator starts them, all of them ready."""
    log = office.folder / "workers.log"
    log.unlink(missing_ok=True)
    environment = office.environment({"TINBAI_FETCH__CONCURRENCY": str(concurrency)})
    command = [sys.executable, "-m", "tinbai", "worker"]
    with log.open("ab") as out, ExitStack() as stack:
        for _ in range(workers):
            process = stack.enter_context(subprocess.Popen(command, cwd=ROOT, env=environment, stderr=out))
            stack.callback(process.terminate)
        ends = time.monotonic() + PATIENCE
        while log.read_text(encoding="utf-8").count("Started") < workers and time.monotonic() < ends:
            time.sleep(GLANCE_SECONDS)
        time.sleep(SETTLE_SECONDS)
        yield


def _add_stories(database: Database, office: Office) -> None:
    """Stories that were found, due for nobody yet; and their pages."""
    urls = [office.story_url(number % HOSTS, f"bai-{number}") for number in range(STORIES)]
    for number, url in enumerate(urls):
        page = story_page(f"Bài viết số {number}").encode()
        office.site.answer(urlsplit(url).path, Answer(body=page, delay=PAGE_SECONDS))
    with database.write() as session:
        schools = session.scalars(select(School.id).order_by(School.id)).all()
        rows = [
            {
                "state": StoryState.FOUND,
                "school_id": schools[number % HOSTS],
                "school_year": 2026,
                "week": 12,
                "found_at": NOW,
                "url": url,
                "identity": url,
                "host": f"truong{number % HOSTS}.localhost",
                "flags": [],
            }
            for number, url in enumerate(urls)
        ]
        session.execute(insert(Story), rows)


def _seconds_of_work(database: Database) -> float:
    """From the moment all become due until the last one waits for the board."""
    with database.write() as session:
        session.execute(update(Story).values(due_at=utc_now()))
    begun = time.monotonic()
    left = select(func.count()).where(Story.state.in_((StoryState.FOUND, StoryState.FETCHED)))
    while time.monotonic() < begun + PATIENCE:
        with database.read() as session:
            if session.scalar(left) == 0:
                return time.monotonic() - begun
        time.sleep(GLANCE_SECONDS)
    raise TimeoutError(f"the stories were not done within {PATIENCE:.0f} s")


def _check(database: Database, office: Office) -> None:
    """Nothing was asked for twice and nothing was done twice."""
    asked = Counter(request.target for request in office.site.requests if request.target.endswith(".html"))
    assert len(asked) == STORIES
    assert set(asked.values()) == {1}, asked.most_common(3)
    with database.read() as session:
        moves = Counter((event.story_id, event.new) for event in session.scalars(select(StoryEvent)))
        states = Counter(session.scalars(select(Story.state)))
    assert set(moves.values()) == {1}, moves.most_common(3)
    assert states == {StoryState.PENDING: STORIES}, states
