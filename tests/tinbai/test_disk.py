"""Room on the disk: when it is too little, when a write found none, and what the databases call that."""

import sqlite3
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, OperationalError

from db.session import Database, is_full
from tests.factories import NOW
from tinbai.disk import REST_SECONDS, SETTLED_SECONDS, Disk

FLOOR = 500 << 20


class Seconds:
    """Seconds that never jump, moved by the test."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


class ServerError(Exception):
    """As psycopg raises them."""

    def __init__(self, sqlstate: str | None) -> None:
        super().__init__(sqlstate)
        self.sqlstate = sqlstate


def sqlite_error(code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("as sqlite says it")
    error.sqlite_errorcode = code
    return error


def wrapped(cause: Exception) -> DBAPIError:
    return OperationalError("INSERT", {}, cause)


@pytest.mark.parametrize(
    ("error", "full"),
    [
        (wrapped(sqlite_error(sqlite3.SQLITE_FULL)), True),
        (sqlite_error(sqlite3.SQLITE_FULL), True),  # from the pragmas of a new connection
        (wrapped(sqlite_error(sqlite3.SQLITE_BUSY)), False),
        (wrapped(sqlite_error(sqlite3.SQLITE_IOERR)), False),
        (wrapped(sqlite3.InterfaceError("without a code")), False),
        (wrapped(ServerError("53100")), True),  # disk_full
        (wrapped(ServerError("53200")), False),  # out_of_memory
        (wrapped(ServerError(None)), False),  # the connection is gone
        (OSError("no database's"), False),
    ],
)
def test_a_full_disk_is_told_from_every_other_fault(error: Exception, *, full: bool) -> None:
    assert is_full(error) is full
    assert Disk(None, FLOOR).note(error) is full


def test_what_sqlite_raises_when_its_file_may_not_grow_is_a_full_disk(sqlite_database: Database) -> None:
    with sqlite_database.write() as session:
        session.execute(text("PRAGMA max_page_count = 1"))  # means: as many as there are
        with pytest.raises(DBAPIError) as raised:
            session.execute(text("CREATE TABLE bigger AS SELECT zeroblob(1000000)"))
        session.rollback()
    assert is_full(raised.value)


@pytest.mark.parametrize(
    ("folder", "free", "room"),
    [
        (".", FLOOR, True),
        (".", FLOOR - 1, False),
        (".", 0, False),
        (None, 0, True),  # another machine's disk
        ("not-there-yet", 0, True),
    ],
)
def test_room_is_what_the_settings_ask_for(tmp_path: Path, folder: str | None, free: int, *, room: bool) -> None:
    disk = Disk(None if folder is None else tmp_path / folder, FLOOR, lambda _: free)
    assert disk.has_room() is room


def test_after_a_write_that_found_no_room_it_rests_and_then_tries_again(tmp_path: Path) -> None:
    seconds = Seconds()
    disk = Disk(tmp_path, FLOOR, lambda _: FLOOR, seconds)
    assert disk.has_room()
    disk.note(wrapped(sqlite_error(sqlite3.SQLITE_FULL)))
    assert not disk.has_room()
    seconds.now += REST_SECONDS - 1
    assert not disk.has_room()
    seconds.now += 1
    assert disk.has_room()


def troubles(disk: Disk, database: Database, now: datetime = NOW) -> list[str]:
    with database.read() as session:
        return [trouble.sentence for trouble in disk.troubles(session, now)]


def test_the_operator_reads_where_how_much_and_what_to_do(tmp_path: Path, sqlite_database: Database) -> None:
    assert troubles(Disk(tmp_path, FLOOR, lambda _: FLOOR), sqlite_database) == []
    (sentence,) = troubles(Disk(tmp_path, FLOOR, lambda _: 42 << 20), sqlite_database)
    for words in (str(tmp_path), "còn 42 MB", "cần ít nhất 500 MB", "không mất", "Hãy xóa bớt"):
        assert words in sentence


def test_the_trouble_is_over_when_there_has_been_room_for_a_while(tmp_path: Path, sqlite_database: Database) -> None:
    seconds, free = Seconds(), [FLOOR - 1]
    disk = Disk(tmp_path, FLOOR, lambda _: free[0], seconds)
    shown = []
    for free[0] in (FLOOR - 1, FLOOR, FLOOR - 1, FLOOR):
        shown.append(len(troubles(disk, sqlite_database)))
        assert disk.has_room() is (free[0] == FLOOR)  # reading goes on at once
        seconds.now += SETTLED_SECONDS - 1
    assert shown == [1, 1, 1, 1]
    seconds.now += 1
    assert troubles(disk, sqlite_database) == []


def test_of_another_machines_disk_no_figures_are_made_up(sqlite_database: Database) -> None:
    disk = Disk(None, FLOOR)
    disk.note(wrapped(ServerError("53100")))
    (sentence,) = troubles(disk, sqlite_database)
    assert "máy chủ cơ sở dữ liệu" in sentence
    assert "MB" not in sentence
