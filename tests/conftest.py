"""Fixtures that several rooms share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from db.migrate import migrate
from db.session import Database
from tests.factories import NOW
from tests.servers.dovecot import Dovecot

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


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """A database of the test's own: SQLite on disk, as the migrations make it."""
    made = Database(f"sqlite:///{tmp_path}/tinbai.db")
    migrate(made, NOW)
    yield made
    made.close()
