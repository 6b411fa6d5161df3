"""The migrations make the same tables as the models."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

import db.migrate as migrations
from db.migrate import migrate, newest, revision
from db.models import Base
from db.session import Database

NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)


def shape(database: Database) -> dict[str, list[str]]:
    """Table or index → the fragments of its definition, in alphabetical order: names, types, CHECKs, keys."""
    with database.engine.connect() as connection:
        rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE sql NOT NULL")).all()
    return {
        name: sorted(" ".join(part.split()).rstrip(" )") for part in re.split(r"[(,]", sql))
        for name, sql in rows
        if name != "alembic_version"
    }


def test_migrations_and_models_agree(database: Database, tmp_path: Path) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    direct = Database(f"sqlite:///{tmp_path}/direct.db")
    Base.metadata.create_all(direct.engine)
    try:
        assert shape(direct) == shape(database)
    finally:
        direct.close()


def test_migrating_twice_changes_nothing_and_copies_nothing(database: Database) -> None:
    assert revision(database) == newest()
    assert migrate(database, NOW) is None


def test_an_older_file_is_copied_before_it_is_changed(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    with database.engine.begin() as connection:
        connection.execute(text("CREATE TABLE of_old (x INTEGER)"))
    monkeypatch.setattr(migrations, "newest", lambda: "a later one")  # the file is behind what the program needs
    copy = migrate(database, NOW)
    assert copy is not None
    old = Database(f"sqlite:///{copy}")
    try:
        with old.engine.connect() as connection:
            assert connection.execute(text("SELECT count(*) FROM of_old")).scalar_one() == 0
    finally:
        old.close()


def test_a_newer_database_is_refused_and_not_copied(database: Database) -> None:
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'of the future'"))
    with pytest.raises(migrations.NewerDatabase, match="mới hơn"):
        migrate(database, NOW)
    assert database.file is not None
    assert list(database.file.parent.glob("*.before-*")) == []


def test_an_empty_database_needs_no_copy_and_its_folder_is_made(tmp_path: Path) -> None:
    fresh = Database(f"sqlite:///{tmp_path}/var/tinbai.db")
    try:
        assert migrate(fresh, NOW) is None
        assert list((tmp_path / "var").glob("*.before-*")) == []
    finally:
        fresh.close()
