"""A database of its own for each test, as the migrations make it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from db.migrate import migrate
from db.session import Database

NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """SQLite on disk, migrated."""
    made = Database(f"sqlite:///{tmp_path}/tinbai.db")
    migrate(made, NOW)
    yield made
    made.close()
