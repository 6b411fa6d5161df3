"""Brings a database to the newest shape. Before a SQLite file is changed it is copied beside itself."""

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from db.session import Database

SCRIPTS = Path(__file__).parent / "migrations"


class NewerDatabase(RuntimeError):
    """The database has a shape that this program does not know; the message is a sentence for the operator."""


def revision(database: Database) -> str | None:
    """The shape the database has; None when it is empty."""
    with database.read() as session:
        return MigrationContext.configure(session.connection()).get_current_revision()


def newest() -> str:
    """The shape this program needs."""
    head = ScriptDirectory(str(SCRIPTS)).get_current_head()
    if head is None:
        raise AssertionError("no migrations were shipped")
    return head


def migrate(database: Database, now: datetime) -> Path | None:
    """Apply the missing migrations; returns the copy that was made of a SQLite file, if one was changed."""
    if database.file is not None:
        database.file.parent.mkdir(parents=True, exist_ok=True)
    current = revision(database)
    if current == newest():
        return None
    if current is not None and current not in _known():
        raise NewerDatabase("Cơ sở dữ liệu được tạo bởi phiên bản tinbai mới hơn; hãy cập nhật chương trình này.")
    copy = _copy(database.file, now) if current is not None and database.file is not None else None
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    with database.engine.begin() as connection:
        if database.kind == "postgresql":
            connection.execute(text("SET LOCAL statement_timeout = 0"))  # a large table takes the time it takes
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return copy


def _known() -> set[str]:
    return {script.revision for script in ScriptDirectory(str(SCRIPTS)).walk_revisions()}


def _copy(file: Path, now: datetime) -> Path:
    copy = file.with_name(f"{file.name}.before-{now:%Y%m%d-%H%M%S}")
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    return copy
