"""Room on the disk. A mail is only fetched when there is room to keep it and all that comes of it."""

import shutil
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from db.session import is_full
from pipeline.duties.watch import Trouble

REST_SECONDS = 30.0  # after a write that found no room
SETTLED_SECONDS = 600.0  # so long there must have been room before the trouble is over: no mail for every up and down
LITTLE_ROOM = "Đĩa của máy chạy tinbai sắp đầy: {folder} còn {free} MB, cần ít nhất {floor} MB."
NO_ROOM = "Đĩa của máy chạy tinbai ({folder}) đã đầy: dữ liệu mới không ghi được nữa."
NO_ROOM_THERE = "Đĩa của máy chủ cơ sở dữ liệu đã đầy: dữ liệu mới không ghi được nữa."
WHAT_TO_DO = (
    " tinbai tạm dừng đọc hộp thư (thư vẫn nằm trong hộp thư, không mất) và tự tiếp tục khi có chỗ. Hãy xóa bớt tệp "
    "không dùng hoặc thêm dung lượng."
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
        self._wrong_at: float | None = None

    def free(self) -> int | None:
        """Free bytes; None when the disk is another machine's, or not there yet."""
        return None if self._folder is None or not self._folder.is_dir() else self._free(self._folder)

    def has_room(self) -> bool:
        """Is there room for more mail? After a write that found none, not before a pause."""
        free = self.free()
        return not self.rests() and (free is None or free >= self._keep_free)

    def rests(self) -> bool:
        """Did a write find no room a moment ago?"""
        return self._full_at is not None and self._monotonic() - self._full_at < REST_SECONDS

    def note(self, error: BaseException) -> bool:
        """Remember a write that failed for want of room; False when it failed for another reason."""
        full = is_full(error)
        if full:
            self._full_at = self._monotonic()
        return full

    def troubles(self, _: Session, now: datetime) -> Iterable[Trouble]:
        """The disk's trouble, if it has one now or had one a few minutes ago."""
        if not self.has_room():
            self._wrong_at = self._monotonic()
        if self._wrong_at is not None and self._monotonic() - self._wrong_at < SETTLED_SECONDS:
            yield Trouble("disk", now, self.sentence())

    def sentence(self) -> str:
        """What the operator has to do."""
        free = self.free()
        if free is None:
            return NO_ROOM_THERE + WHAT_TO_DO
        happened = LITTLE_ROOM if free < self._keep_free else NO_ROOM
        shown = happened.format(folder=self._folder, free=free >> 20, floor=self._keep_free >> 20)
        return shown + WHAT_TO_DO
