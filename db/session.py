"""Opens the database: SQLite in a file by default, PostgreSQL by URL. Readers never block; writers queue up."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",  # a commit survives a power cut
    "foreign_keys = ON",
    "busy_timeout = 20000",
    "secure_delete = ON",  # what is erased is gone from the file
)
POSTGRESQL: Mapping[str, Any] = {
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,  # milliseconds that a line may swallow what we say: keepalives do not ask meanwhile
    # No statement, and no transaction of a process that was cut off, holds up the others for ever.
    "options": "-c statement_timeout=60s -c lock_timeout=30s -c idle_in_transaction_session_timeout=60s",
}
DISK_FULL = "53100"  # SQLSTATE
READ_ONLY: Mapping[str, Mapping[str, Any]] = {"sqlite": {}, "postgresql": {"postgresql_readonly": True}}


class Database:
    """Sessions on one database. `write()` commits or rolls back at its end; `read()` changes nothing."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.engine = _engine(self.url)
        self._readers = self.engine.execution_options(tinbai_begin="BEGIN DEFERRED", **READ_ONLY[self.kind])

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A transaction that is committed when the block ends, and rolled back when it raises."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session for looking only."""
        with Session(self._readers, expire_on_commit=False, autoflush=False) as session:
            yield session

    @property
    def kind(self) -> str:
        """ "sqlite" or "postgresql"."""
        return self.url.get_backend_name()

    @property
    def file(self) -> Path | None:
        """The SQLite file; None for PostgreSQL and for a database in memory."""
        if self.kind != "sqlite" or self.url.database in (None, "", ":memory:"):
            return None
        return Path(str(self.url.database))

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def is_full(error: BaseException) -> bool:
    """Does the database say that there is no room left on its disk?"""
    cause = error.orig if isinstance(error, DBAPIError) else error  # sqlite3's own: from a new connection's pragmas
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
    return getattr(cause, "sqlstate", None) == DISK_FULL


def _engine(url: URL) -> Engine:
    """Parameters are not shown in errors: they are people's words and addresses."""
    common: dict[str, Any] = {"pool_size": 16, "max_overflow": 16, "hide_parameters": True}
    if url.get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True, connect_args=dict(POSTGRESQL), **common)
    engine = create_engine(url, **common)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, see below
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # A deferred transaction that starts by reading and then writes fails at once when another one wrote in between.
    connection.exec_driver_sql(connection.get_execution_options().get("tinbai_begin", "BEGIN IMMEDIATE"))
