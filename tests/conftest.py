"""Fixtures that several rooms share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from db.migrate import migrate
from db.session import Database
from tests.factories import NOW
from tests.servers.dovecot import Dovecot
from tests.servers.postgres import Postgres

ADDRESSES = 300  # more than one worker's tests use up


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    """One real mail server for each test worker; a test takes a mailbox of its own with `address`."""
    with Dovecot(
        {f"tin-bai-{number}@badinhedu.example": f"mat-khau-{number}" for number in range(ADDRESSES)}
    ) as server:
        yield server


@pytest.fixture(scope="session")
def addresses(dovecot: Dovecot) -> Iterator[str]:
    """Addresses on that server that no test has used."""
    return iter(list(dovecot.users))


@pytest.fixture
def address(addresses: Iterator[str]) -> str:
    """An address on that server, its INBOX empty, its password in `dovecot.users`."""
    return next(addresses)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One real PostgreSQL for each test worker."""
    with Postgres() as server:
        yield server


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.servers)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database of the test's own; every test that asks for one runs on both kinds."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/tinbai.db"
        return
    server: Postgres = request.getfixturevalue("postgres")
    url = server.database()
    yield url
    server.drop(url)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A database of the test's own, as the migrations make it."""
    made = Database(database_url)
    migrate(made, NOW)
    yield made
    made.close()


@pytest.fixture
def sqlite_database(tmp_path: Path) -> Iterator[Database]:
    """The same, for what concerns SQLite files only."""
    made = Database(f"sqlite:///{tmp_path}/tinbai.db")
    migrate(made, NOW)
    yield made
    made.close()
