"""The database: can it be reached, is it whole, has it the newest shape, may we write? Changes nothing in it."""

import os
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.exc import DatabaseError

from db.migrate import newest, revision
from db.queries import checkup
from db.session import Database
from tinbai.cli.check.finding import Fault
from tinbai.cli.failures import database_sentence

OLDEST_POSTGRESQL = 13
MADE_LATER = "SQLite {file}; chưa có, sẽ được tạo khi chạy lệnh đầu tiên cần tới"
NO_FOLDER = (
    "Không ghi được vào thư mục {folder}: hãy cấp quyền ghi cho người dùng chạy tinbai, hoặc sửa [database] url."
)
BROKEN = "Tệp {file} bị hỏng: hãy dừng tinbai và dùng lại bản sao lưu gần nhất (tinbai backup)."
OLD_SHAPE = "{place} chưa đúng phiên bản (đang là {shape}, cần {newest}): hãy chạy `tinbai migrate`."
TOO_OLD = "PostgreSQL {version} quá cũ: tinbai cần PostgreSQL 13 trở lên, hãy nâng cấp máy chủ cơ sở dữ liệu."
MAY_NOT_WRITE = (
    "Không được ghi vào {place}: [database] url phải chỉ máy chủ chính và một người dùng là chủ của các bảng "
    "(GRANT ALL ON ALL TABLES IN SCHEMA public TO {user};)."
)


@dataclass(frozen=True, slots=True)
class Record:
    """A database that is all right, in words. exists: False when it has yet to be made."""

    words: str
    exists: bool = True


def examined(database: Database) -> Record:
    """Look at the database. Raises Fault."""
    try:
        return _sqlite(database, database.file) if database.file else _postgresql(database)
    except DatabaseError as error:
        raise Fault(database_sentence(error, database.url)) from error


def _sqlite(database: Database, file: Path) -> Record:
    folder = next(at for at in file.absolute().parents if at.is_dir())
    if not os.access(folder, os.W_OK | os.X_OK):
        raise Fault(NO_FOLDER.format(folder=folder))
    if not file.exists():
        return Record(MADE_LATER.format(file=file), exists=False)
    with database.read() as session:
        if not checkup.is_whole(session):
            raise Fault(BROKEN.format(file=file))
    _refuse_old_shape(database, f"Tệp {file}")
    with database.write():  # begins by asking for the right to write
        pass
    return Record(f"SQLite {file}; ghi được, nguyên vẹn, phiên bản {newest()}")


def _postgresql(database: Database) -> Record:
    with database.read() as session:
        server = checkup.server(session)
    version = f"{server.version // 10_000}.{server.version % 10_000}"
    place = database.url.render_as_string(hide_password=True)
    if server.version // 10_000 < OLDEST_POSTGRESQL:
        raise Fault(TOO_OLD.format(version=version))
    if not server.writable:
        raise Fault(MAY_NOT_WRITE.format(place=place, user=database.url.username))
    _refuse_old_shape(database, place)
    return Record(f"PostgreSQL {version}, {place}; ghi được, phiên bản {newest()}")


def _refuse_old_shape(database: Database, place: str) -> None:
    shape = revision(database)
    if shape != newest():
        raise Fault(OLD_SHAPE.format(place=place, shape=shape or "trống", newest=newest()))
