"""The migrations make the same tables as the models."""

import re
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import text

import db.migrate as migrations
from db.migrate import migrate, newest, revision
from db.models import Base
from db.queries import mailbox as ledger
from db.queries.search import find
from db.session import Database

NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)


def shape(database: Database) -> dict[str, list[str]]:
    """Table or index → the fragments of its definition, in alphabetical order: names, types, CHECKs, keys."""
    with database.engine.connect() as connection:
        rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE sql NOT NULL")).all()
    return {
        name: sorted(" ".join(part.split()).rstrip(" )") for part in re.split(r"[(,]", sql))
        for name, sql in rows
        if name != "alembic_version" and not name.startswith("story_search")  # no model describes that one
    }


def of_models(name: str | None, kind: str, _: object) -> bool:
    return kind != "table" or not str(name).startswith("story_search")


def test_migrations_and_models_agree(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": of_models})
        assert compare_metadata(context, Base.metadata) == []


def test_migrations_and_models_say_the_same_checks(sqlite_database: Database, tmp_path: Path) -> None:
    direct = Database(f"sqlite:///{tmp_path}/direct.db")
    Base.metadata.create_all(direct.engine)
    try:
        assert shape(direct) == shape(sqlite_database)
    finally:
        direct.close()


def test_an_older_database_is_brought_up_to_date_with_all_it_holds(database_url: str) -> None:
    with closing(Database(database_url)) as database:
        config = Config()
        config.set_main_option("script_location", str(migrations.SCRIPTS))
        with database.engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "0001")
            for statement in OF_OLD.split(";"):
                connection.execute(text(statement))
        migrate(database, NOW)
        with database.read() as session:
            state = ledger.states(session)[0]
            assert (state.first_uid, state.last_uid) == (41, 57)
            assert [story.id for story in find(session, "hoi nhap duong", 5)] == [7]


OF_OLD = """
INSERT INTO mailbox_state (id, account, folder, uidvalidity, last_uid) VALUES (1, 'pgd', 'INBOX', 9, 57);
INSERT INTO message
    (id, state, sha256, size, raw, truncated, received_at, stored_at, "references", verified, flags, restricted, answer,
    attempts, deaths, claims)
    VALUES (3, 'read', 'x', 1, '', false, '2026-11-01 00:00:00', '2026-11-01 00:00:00', '[]', false, '[]', false, 'none', 0, 0, 0);
INSERT INTO mailbox_entry (account, folder, uidvalidity, uid, message_id) VALUES ('pgd', 'INBOX', 9, 41, 3);
INSERT INTO school (id, code, level, name, short_name, contacts) VALUES (1, 'th-a', 'TH', 'Trường A', 'A', '[]');
INSERT INTO story
    (id, state, school_id, found_at, url, identity, host, retrying, title, text, flags, attempts, deaths, claims)
    VALUES (7, 'pending', 1, '2026-11-01 00:00:00', 'http://a/', 'a', 'a', false, 'Hội Đường phố', 'Nhập học.', '[]', 0, 0, 0)
"""


def test_migrating_twice_changes_nothing_and_copies_nothing(database: Database) -> None:
    assert revision(database) == newest()
    assert migrate(database, NOW) is None


def test_an_older_file_is_copied_before_it_is_changed(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = sqlite_database
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


def test_a_newer_database_is_refused_and_not_copied(sqlite_database: Database) -> None:
    database = sqlite_database
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
