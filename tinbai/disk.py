"""Room on the disk. A mail is only fetched when there is room to keep it and all that comes of it."""

import shutil
import sqlite3
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from pipeline.duties.watch import Trouble

REST_SECONDS = 30.0  # after a write that found no room
DISK_FULL = "53100"  # PostgreSQL's SQLSTATE
NO_ROOM = (
    "Đĩa của máy chạy tinbai sắp đầy: {where} còn {free} MB, cần ít nhất {floor} MB. tinbai tạm dừng đọc hộp thư (thư "
    "vẫn nằm trong hộp thư, không mất) và tự tiếp tục khi có chỗ. Hãy xóa bớt tệp không dùng hoặc thêm dung lượng."
)


class Disk:
    """The disk that the record lies on.

    folder: None when it is another machine's. keep_free: bytes. free: how many bytes are free at a folder.
    """

    def __init__(
        self,
        folder: Path | None,
        keep_free: int,
        free: Callable[[Path], int] = lambda folder: shutil.disk_usage(folder).free,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._folder = folder
        self._keep_free = keep_free
        self._free = free
        self._monotonic = monotonic
        self._full_at: float | None = None

    def free(self) -> int | None:
        """Free bytes; None when the disk is another machine's, or not there yet."""
        return None if self._folder is None or not self._folder.is_dir() else self._free(self._folder)

    def has_room(self) -> bool:
        """Is there room for more mail? After a write that found none, not before a pause."""
        free = self.free()
        rests = self._full_at is not None and self._monotonic() - self._full_at < REST_SECONDS
        return not rests and (free is None or free >= self._keep_free)

    def note(self, error: BaseException) -> bool:
        """Remember a write that failed for want of room; False when it failed for another reason."""
        full = is_full(error)
        if full:
            self._full_at = self._monotonic()
        return full

    def troubles(self, _: Session, now: datetime) -> Iterable[Trouble]:
        """The disk's trouble, if it has one now."""
        if not self.has_room():
            yield Trouble("disk", now, self.sentence())

    def sentence(self) -> str:
        """What the operator has to do."""
        free = self.free()
        shown = "không rõ bao nhiêu" if free is None else free >> 20
        where = self._folder or "máy chủ cơ sở dữ liệu"
        return NO_ROOM.format(where=where, free=shown, floor=self._keep_free >> 20)


def is_full(error: BaseException) -> bool:
    """Does the database say that there is no room left?"""
    cause = error.orig if isinstance(error, DBAPIError) else None
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
    return getattr(cause, "sqlstate", None) == DISK_FULL
