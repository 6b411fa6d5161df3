"""A consistent copy of the database while others write to it: whole and checked, or not there at all.

It never overwrites a file, and changes nothing in the database.
"""

import errno
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import mkstemp

from sqlalchemy import URL

from db.session import Database

SUFFIXES: Mapping[str, str] = {"sqlite": ".db", "postgresql": ".dump"}
INSTALLED = "/usr/lib/postgresql"  # where Debian keeps the programs of every version
WITH_A_PASSWORD = ("password", "passfile")  # what the environment carries instead of the command line

NO_DATABASE = "Chưa có cơ sở dữ liệu nào ở {place}, nên không có gì để sao lưu."
IN_MEMORY = "Cơ sở dữ liệu nằm trong bộ nhớ, không sao lưu được."
THERE = "Đã có sẵn {target}; bản sao lưu không ghi đè tệp nào, hãy chọn tên khác."
NO_PROGRAM = "Không tìm thấy {program}: hãy cài gói postgresql-client (`apt install postgresql-client`)."
NOT_WHOLE = "Bản sao lưu không qua được kiểm tra nên đã bị bỏ; hãy kiểm tra ổ đĩa và chạy `tinbai check`."
# The first row whose words pg_dump says decides.
DUMP: Mapping[str, str] = {
    "server version mismatch": "pg_dump cũ hơn máy chủ cơ sở dữ liệu: hãy cài postgresql-client cùng phiên bản.",
    "No space left": "Đĩa đã đầy, không ghi được bản sao lưu; hãy giải phóng chỗ trống hoặc chọn nơi khác.",
    "could not write": "Ổ đĩa báo lỗi hoặc đã đầy khi ghi bản sao lưu; hãy kiểm tra ổ đĩa và chỗ trống.",
    "connection to server": "Không kết nối được tới {place}: hãy kiểm tra [database] url và mật khẩu.",
    "permission denied": "Tài khoản trong [database] url không được đọc mọi bảng, nên không sao lưu được.",
    "": "Không sao lưu được {place}; hãy chạy `tinbai check`.",
}
# The first row that begins SQLite's name of the error decides.
SQLITE: Mapping[str, str] = {
    "SQLITE_FULL": "Đĩa đã đầy, không ghi được bản sao lưu {target}; hãy giải phóng chỗ trống hoặc chọn nơi khác.",
    "SQLITE_IOERR": "Ổ đĩa báo lỗi hoặc đã đầy khi ghi bản sao lưu {target}; hãy kiểm tra ổ đĩa và chỗ trống.",
    "SQLITE_NOTADB": "Tệp {place} không phải cơ sở dữ liệu SQLite; hãy kiểm tra [database] url.",
    "SQLITE_CORRUPT": "Tệp {place} bị hỏng, không sao lưu được; hãy dùng lại bản sao lưu gần nhất.",
    "SQLITE_BUSY": "Tệp {place} đang bị khóa bởi một chương trình khác; hãy thử lại sau ít phút.",
    "": "Không sao lưu được {place}; hãy chạy `tinbai check`.",
}


class BackupFailed(Exception):
    """There is no copy; the message is a sentence for the operator."""


def back_up(database: Database, target: Path, environment: Mapping[str, str]) -> int:
    """Copy the database to a new file that only its owner can read; returns its size in bytes.

    environment: for the programs of PostgreSQL. Raises BackupFailed, OSError.
    """
    with _unfinished(target) as copy:
        if database.kind == "sqlite":
            _copy_sqlite(database, copy, target)
        else:
            _dump_postgresql(database.url, copy, environment)
        _to_disk(copy)
        size = copy.stat().st_size
        _put(copy, target)
    _to_disk(target.parent)
    return size


@contextmanager
def _unfinished(target: Path) -> Iterator[Path]:
    """An empty file beside the target, for its owner only; it is gone when the block ends."""
    if os.path.lexists(target):
        raise BackupFailed(THERE.format(target=target))
    if not target.parent.exists():
        raise FileNotFoundError(errno.ENOENT, "no such folder", str(target.parent))
    try:
        handle, name = mkstemp(prefix=".tinbai-", suffix=".part", dir=target.parent)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(target.parent)) from error
    os.close(handle)
    try:
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def _put(copy: Path, target: Path) -> None:
    """Give the copy its name, unless somebody took it meanwhile. Not every file system knows links."""
    try:
        os.link(copy, target)
    except FileExistsError as error:
        raise BackupFailed(THERE.format(target=target)) from error
    except OSError:
        if os.path.lexists(target):
            raise BackupFailed(THERE.format(target=target)) from None
        copy.rename(target)


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _copy_sqlite(database: Database, copy: Path, target: Path) -> None:
    """Read in one transaction, which hinders no writer; a file without the holes that deleted rows leave."""
    place = database.file
    if place is None:
        raise BackupFailed(IN_MEMORY)
    if not place.exists():
        raise BackupFailed(NO_DATABASE.format(place=place))
    try:
        with closing(sqlite3.connect(f"{place.absolute().as_uri()}?mode=rw", uri=True, timeout=20)) as source:
            source.execute("VACUUM INTO ?", (str(copy),))
        with closing(sqlite3.connect(copy)) as made:
            sound = made.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    except sqlite3.Error as error:
        name = getattr(error, "sqlite_errorname", "")
        words = next(words for start, words in SQLITE.items() if name.startswith(start))
        raise BackupFailed(words.format(place=place, target=target)) from error
    if not sound:
        raise BackupFailed(NOT_WHOLE)


def _dump_postgresql(url: URL, copy: Path, environment: Mapping[str, str]) -> None:
    """One snapshot, as pg_dump takes it. The password is in the environment, where no list of processes shows it."""
    secrets = {"PGPASSWORD": url.password or url.query.get("password"), "PGPASSFILE": url.query.get("passfile")}
    given = {name: str(value) for name, value in secrets.items() if value}
    address = _address(url)
    dump = ["--format=custom", "--no-password", f"--file={copy}", f"--dbname={address}"]
    made = _run("pg_dump", dump, {"PGCONNECT_TIMEOUT": "10", **environment, **given, "LC_ALL": "C.UTF-8"})
    if made.returncode:
        said = made.stderr.decode("utf-8", "replace")
        words = next(words for needle, words in DUMP.items() if needle in said)
        raise BackupFailed(words.format(place=address))
    listed = _run("pg_restore", ["--list", str(copy)], {**environment, "LC_ALL": "C.UTF-8"})
    if listed.returncode or b"TABLE DATA" not in listed.stdout:
        raise BackupFailed(NOT_WHOLE)


def _address(url: URL) -> str:
    """As PostgreSQL's own programs write it, without the password."""
    rest = url.difference_update_query(WITH_A_PASSWORD)
    return URL.create(
        "postgresql", rest.username, None, rest.host, rest.port, rest.database, rest.query
    ).render_as_string()


def _run(program: str, arguments: list[str], environment: Mapping[str, str]) -> subprocess.CompletedProcess[bytes]:
    command = [_find(program, environment), *arguments]
    return subprocess.run(command, env=environment, capture_output=True, check=False)  # noqa: S603  (no shell; our words)


def _find(program: str, environment: Mapping[str, str]) -> str:
    versions = sorted(Path(INSTALLED).glob("*/bin"), key=lambda folder: folder.parent.name.zfill(3), reverse=True)
    folders = os.pathsep.join([environment.get("PATH", ""), *map(str, versions)])
    found = shutil.which(program, path=folders)
    if found is None:
        raise BackupFailed(NO_PROGRAM.format(program=program))
    return found
