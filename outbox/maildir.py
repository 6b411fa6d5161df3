"""Writes finished mails into a Maildir instead of sending them: for a rehearsal, and for tests. It opens no socket."""

import errno
import os
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path

from outbox.errors import DeliveryError

WORDS: Mapping[int | None, str] = {
    errno.EACCES: "không có quyền ghi",
    errno.EPERM: "không có quyền ghi",
    errno.EROFS: "ổ đĩa chỉ cho đọc",
    errno.ENOSPC: "đĩa đã đầy",
    errno.EDQUOT: "đĩa đã đầy",
    errno.EEXIST: "đây không phải là một thư mục",
    errno.ENOTDIR: "đây không phải là một thư mục",
    errno.ENAMETOOLONG: "đường dẫn quá dài",
}


class MaildirTransport:
    """Delivers into a Maildir at `path`, made when it is not there."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def send(self, mail: bytes, sender: str, recipient: str, before_leaving: Callable[[], None] = lambda: None) -> None:
        """Write one mail, whole or not at all: into tmp, to the disk, then into new. Raises DeliveryError."""
        name = f"{secrets.token_hex(16)}.tinbai"
        try:
            for folder in ("tmp", "new", "cur"):
                (self._path / folder).mkdir(parents=True, exist_ok=True)
            with (self._path / "tmp" / name).open("xb") as file:
                file.write(mail)
                file.flush()
                os.fsync(file.fileno())
            before_leaving()
            (self._path / "tmp" / name).rename(self._path / "new" / name)
        except OSError as error:
            words = WORDS.get(error.errno, "ổ đĩa bị lỗi")
            raise DeliveryError(f"Không ghi được thư vào {self._path}: {words}; kiểm tra [smtp] path.") from error

    def close(self) -> None:
        """Nothing is kept open."""
