"""What grows with the record: the same work beside 1,000 stories and beside 100,000, on both databases.

In both the same 200 stories wait for the board. A ratio of 1 means that the years cost nothing.
"""

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from sqlalchemy import Select
from sqlalchemy.orm import Session

from bench.filling import RARE, fill
from bench.table import head, medians_in_turn
from db.migrate import migrate
from db.queries import messages, outgoing, search, stories, work
from db.session import Database
from db.states import StoryState
from tests.factories import NOW
from tests.servers.postgres import Postgres
from tinbai.listener import HealthServer
from tinbai.lookout import Watched, pages
from tinbai.pulse import Pulse
from tinbai.settings import DatabaseSettings, Settings
from tinbai.wiring import App

FEW, MANY = 1_000, 100_000
ROUNDS = 31
COMMON, NEWEST = "nha truong", 50
Act = Callable[[], object]


def measure(folder: Path) -> None:
    """Print the table, once for each database."""
    head(f"{MANY} stories beside {FEW}, 200 of them pending: medians of {ROUNDS} in ms", folder)
    with tempfile.TemporaryDirectory(dir=folder) as place, Postgres(durable=True) as postgres:
        _tell("SQLite", *(f"sqlite:///{place}/{name}.db" for name in ("few", "many")))
        _tell("PostgreSQL", postgres.database(), postgres.database())


def _tell(name: str, few: str, many: str) -> None:
    """In turns, so that whatever else the machine does falls on both."""
    with _acts(few, FEW) as at_first, _acts(many, MANY) as later:
        print(f"  {name:<40}{FEW:>9}{MANY:>9}{'ratio':>8}")
        for what, act in at_first.items():
            before, after = medians_in_turn(ROUNDS, act, later[what])
            print(f"    {what:<38}{before * 1e3:>9.2f}{after * 1e3:>9.2f}{after / before:>8.2f}")


@contextmanager
def _acts(url: str, number: int) -> Iterator[Mapping[str, Act]]:
    with closing(App(Settings(database=DatabaseSettings(url)), clock=lambda: NOW)) as app:
        migrate(app.database, NOW)
        fill(app.database, number)
        with _scraped(app) as scrape:
            yield {**_claims(app.database), **_views(app), "scrape of /metrics": scrape}


def _claims(database: Database) -> dict[str, Act]:
    found = {
        "fetch a page": stories.to_fetch(NOW),
        "read a page": stories.to_read(NOW),
        "read a mail": messages.to_read(NOW),
        "answer a mail": messages.to_answer(NOW),
        "send a mail": outgoing.to_send(NOW, hold=False),
    }
    looks: dict[str, Act] = {f"look for work: {name}": partial(_look, database, due) for name, due in found.items()}
    return looks | {f"claim: {name}": partial(_claim, database, due) for name, due in found.items()}


def _look(database: Database, due: Select[Any]) -> object:
    with database.read() as session:
        return work.any_free(session, due, NOW)


def _claim(database: Database, due: Select[Any]) -> object:
    """Without the commit, which waits for the disk whatever the size."""
    with Session(database.engine) as session:
        return work.first_free(session, due, NOW)


def _views(app: App) -> dict[str, Act]:
    reads: dict[str, Callable[[Session], object]] = {
        "the board's queue": stories.pending,
        "list of pending stories": lambda session: stories.listed(session, StoryState.PENDING, 200),
        "digest": lambda session: app.digests.letters(session, NOW),
        "search: a rare word": lambda session: search.find(session, RARE, NEWEST),
        "search: two common words, newest 50": lambda session: search.find(session, COMMON, NEWEST),
        "search: the same among pending ones": lambda session: search.find(session, COMMON, NEWEST, StoryState.PENDING),
    }
    return {what: partial(_asked, app.database, read) for what, read in reads.items()}


def _asked(database: Database, read: Callable[[Session], object]) -> object:
    with database.read() as session:
        return read(session)


@contextmanager
def _scraped(app: App) -> Iterator[Act]:
    watched = Watched(app.database, app.steps.all, app.clock, Pulse(), 120, {}, "1")
    server = HealthServer("127.0.0.1:0", pages(watched))
    server.start()
    try:
        yield partial(_scrape, server.port)
    finally:
        server.stop()


def _scrape(port: int) -> None:
    with closing(HTTPConnection("127.0.0.1", port)) as connection:
        connection.request("GET", "/metrics")
        answer = connection.getresponse()
        assert answer.status == 200, answer.read()
        assert b"tinbai_stories" in answer.read()
