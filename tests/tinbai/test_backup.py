"""`tinbai backup`: a copy that can be put back, made while others write, or a sentence and no file."""

import errno
import os
import re
import resource
import shutil
import stat
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import inspect, make_url, text

from db.backup import BackupFailed, back_up
from db.session import Database
from tests.factories import add_member, add_message, add_school, add_story
from tests.servers.postgres import Postgres
from tests.tinbai.conftest import CommandLine
from tinbai.settings import environment


def counts(database: Database) -> dict[str, int]:
    with database.read() as session:
        names = inspect(session.connection()).get_table_names()
        return {name: session.execute(text(f"SELECT count(*) FROM {name}")).scalar_one() for name in names}


def fill(database: Database) -> None:
    with database.write() as session:
        school = add_school(session)
        add_message(session, school, [add_story(session, school) for _ in range(3)])
        add_member(session)


def restored(source: Database, copy: Path, request: pytest.FixtureRequest) -> Database:
    """The backup put back in another place, as the sentence after a backup says."""
    if source.kind == "sqlite":
        return Database(f"sqlite:///{shutil.copy(copy, copy.with_name('restored.db'))}")
    server: Postgres = request.getfixturevalue("postgres")
    url = make_url(server.database()).set(drivername="postgresql").render_as_string()
    subprocess.run(["pg_restore", "--no-owner", f"--dbname={url}", str(copy)], check=True, capture_output=True)
    return Database(url.replace("postgresql:", "postgresql+psycopg:"))


def test_what_is_restored_has_every_row_of_every_table(
    database: Database, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    fill(database)
    assert back_up(database, tmp_path / "copy", environment()) == (tmp_path / "copy").stat().st_size
    assert stat.S_IMODE((tmp_path / "copy").stat().st_mode) == 0o600
    again = restored(database, tmp_path / "copy", request)
    assert counts(again) == counts(database)
    assert counts(again)["story"] == 3
    again.close()


def test_a_backup_is_one_moment_of_a_database_that_is_written_to(
    database: Database, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Each commit adds two members: a backup with an odd number is none."""
    begun, enough = threading.Event(), threading.Event()

    def write() -> None:
        number = 0
        while not enough.is_set():
            number += 1
            with database.write() as session:
                add_member(session, f"a{number}")
                add_member(session, f"b{number}")
            begun.set()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert begun.wait(20)
        back_up(database, tmp_path / "copy", environment())
    finally:
        enough.set()
        writer.join()
    again = restored(database, tmp_path / "copy", request)
    members = counts(again)["member"]
    again.close()
    assert members > 0
    assert members % 2 == 0


@pytest.fixture
def filled(tinbai: CommandLine) -> CommandLine:
    """A record with something in it."""
    fill(tinbai.database)
    (tinbai.folder / "luu").mkdir()
    return tinbai


def test_a_folder_gets_a_file_named_after_the_time(filled: CommandLine) -> None:
    assert filled("backup", "luu") == 0
    (copy,) = (filled.folder / "luu").iterdir()
    assert re.fullmatch(r"tinbai-\d{4}-\d\d-\d\d-\d{4}\.db", copy.name)
    told = filled.out.splitlines()
    assert told[0].startswith(f"Đã sao lưu vào luu/{copy.name} (0,")
    assert told[1].startswith("Phục hồi: dừng tinbai")
    assert len(told) == 2


def test_no_file_is_overwritten(filled: CommandLine) -> None:
    taken = filled.file("co-san.db", "quý giá")
    assert filled("backup", taken) == 1
    assert "Đã có sẵn" in filled.err
    assert Path(taken).read_text(encoding="utf-8") == "quý giá"
    (filled.folder / "treo.db").symlink_to("khong-co")
    assert filled("backup", "treo.db") == 1
    assert "Đã có sẵn" in filled.err


def test_a_name_that_is_taken_meanwhile_stays_with_its_owner(
    filled: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = filled.folder / "luu" / "a.db"
    monkeypatch.setattr("db.backup._to_disk", lambda _: target.write_text("khác", encoding="utf-8"))
    with pytest.raises(BackupFailed, match="Đã có sẵn"):
        back_up(filled.database, target, {})
    assert [path.read_text(encoding="utf-8") for path in target.parent.iterdir()] == ["khác"]


@pytest.mark.parametrize(
    ("place", "says"),
    [
        ("khong-co/a.db", "khong-co: không có tệp hoặc thư mục này"),
        ("settings.toml/a.db", "settings.toml: một phần của đường dẫn không phải là thư mục"),
        ("/sys/a.db", "/sys: "),
        (f"luu/{'a' * 300}.db", "tên quá dài"),
    ],
)
def test_a_place_where_nothing_can_be_written_gets_one_sentence(filled: CommandLine, place: str, says: str) -> None:
    assert filled("backup", place) == 1
    assert says in filled.err
    assert filled.err.count("\n") == 1
    assert list((filled.folder / "luu").iterdir()) == []


@contextmanager
def disk_of(size: int) -> Iterator[None]:
    """No file grows beyond this size."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_disk_that_is_too_small_gets_one_sentence_and_no_half_file(filled: CommandLine) -> None:
    with disk_of(16_384):
        assert filled("backup", "luu") == 1
    assert "chỗ trống" in filled.err
    assert filled.err.count("\n") == 1
    assert list((filled.folder / "luu").iterdir()) == []


def test_a_missing_database_is_not_made(filled: CommandLine) -> None:
    filled.settings.write_text('[database]\nurl = "sqlite:///khac.db"\n', encoding="utf-8")
    assert filled("backup", "luu") == 1
    assert filled.err == "Chưa có cơ sở dữ liệu nào ở khac.db, nên không có gì để sao lưu.\n"
    assert not (filled.folder / "khac.db").exists()
    assert list((filled.folder / "luu").iterdir()) == []


def test_a_file_that_is_no_database_is_said(filled: CommandLine) -> None:
    filled.settings.write_text('[database]\nurl = "sqlite:///settings.toml"\n', encoding="utf-8")
    assert filled("backup", "luu") == 1
    assert "không phải cơ sở dữ liệu SQLite" in filled.err
    assert list((filled.folder / "luu").iterdir()) == []


PROGRAM = """#!/bin/sh
printf '%s ' "$0" "$@" "[$PGPASSWORD]" >> {log}
exec {real} "$@"
"""


@pytest.mark.servers
def test_the_password_travels_in_the_environment_only(postgres: Postgres, tmp_path: Path) -> None:
    url, log = postgres.database(), tmp_path / "log"
    database = Database(url)
    with database.engine.begin() as connection:
        connection.execute(text("CREATE TABLE a (x integer)"))
    for name in ("pg_dump", "pg_restore"):
        program = tmp_path / name
        program.write_text(PROGRAM.format(log=log, real=shutil.which(name)), encoding="utf-8")
        program.chmod(0o700)
    database.url = make_url(url).set(password="bí mật/@")
    back_up(database, tmp_path / "copy", {"PATH": str(tmp_path)})
    database.close()
    told = log.read_text(encoding="utf-8")
    assert told.count("bí mật") == 1
    assert "[bí mật/@]" in told
    assert "pg_restore --list" in told
    postgres.drop(url)


@pytest.mark.servers
@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"port": 1}, "Không kết nối được tới postgresql://tinbai@127.0.0.1:1/"),
        ({"database": "x"}, "Không kết nối được"),
    ],
)
def test_a_server_that_does_not_answer_gets_one_sentence(
    postgres: Postgres, tmp_path: Path, change: dict[str, object], says: str
) -> None:
    url = postgres.database()
    database = Database(url)
    database.url = make_url(url).set(**change)  # type: ignore[arg-type]  # a row of the table
    with pytest.raises(BackupFailed, match=says):
        back_up(database, tmp_path / "copy", environment())
    database.close()
    assert list(tmp_path.iterdir()) == []
    postgres.drop(url)


def test_without_the_programs_of_postgresql_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("db.backup.INSTALLED", str(tmp_path))
    database = Database("postgresql+psycopg://tinbai@127.0.0.1:1/x")
    with pytest.raises(BackupFailed, match="apt install postgresql-client"):
        back_up(database, tmp_path / "copy", {"PATH": os.devnull})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("dumping", "says"),
    [
        ("echo 'pg_dump: error: aborting because of server version mismatch' >&2; exit 1", "cùng phiên bản"),
        ("echo 'pg_dump: error: could not write to output file: No space left on device' >&2; exit 1", "Đĩa đã đầy"),
        ("echo 'pg_dump: error: query failed: ERROR:  permission denied for table a' >&2; exit 1", "không được đọc"),
        ("exit 3", "Không sao lưu được postgresql://tinbai@127.0.0.1:1/x"),
        ("exit 0", "không qua được kiểm tra"),  # it wrote nothing
    ],
)
def test_a_dump_that_fails_gets_one_sentence_and_leaves_nothing(tmp_path: Path, dumping: str, says: str) -> None:
    programs, place = tmp_path / "bin", tmp_path / "luu"
    for folder in (programs, place):
        folder.mkdir()
    for name, script in (("pg_dump", dumping), ("pg_restore", "exit 1")):
        (programs / name).write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        (programs / name).chmod(0o700)
    database = Database("postgresql+psycopg://tinbai@127.0.0.1:1/x")
    with pytest.raises(BackupFailed, match=says):
        back_up(database, place / "copy", {"PATH": str(programs)})
    assert list(place.iterdir()) == []


def test_a_file_system_without_links_gets_the_copy_too(filled: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    def link(*_: object) -> None:
        raise PermissionError(errno.EPERM, "no links here")

    monkeypatch.setattr("db.backup.os.link", link)
    assert filled("backup", "luu/a.db") == 0
    assert filled("backup", "luu/a.db") == 1
    assert [path.name for path in (filled.folder / "luu").iterdir()] == ["a.db"]
