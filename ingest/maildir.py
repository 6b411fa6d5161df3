"""The office's mailbox as a Maildir that a delivery agent fills. Marks and removes nothing, moves what it is told.

A Maildir numbers nothing, so a UID is made of what a mail keeps for life: its file's modification time (seconds) above
a digest of the unique part of its name. UIDs therefore grow in order of arrival, and need no ledger of our own.
"""

import errno
import hashlib
import logging
import os
import threading
import time
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from ingest.mailbox_names import maildir_name
from ingest.mailbox_protocol import HEAD_BYTES, MAIL_BYTES, UNKNOWN_SIZE, FetchedMail, FolderStatus, MailboxError
from ingest.settings import MailboxSettings

__all__ = ["MaildirMailbox", "OpenMaildir"]

log = logging.getLogger(__name__)

FAULTS_OF_A_FILE = frozenset({errno.EACCES, errno.EPERM, errno.EISDIR, errno.EIO})
UIDVALIDITY = 1  # the numbering never changes
DIGEST_BITS = 32
EPOCH = int(datetime(2000, 1, 1, tzinfo=UTC).timestamp())
LATEST_SECOND = (1 << 31) - 1  # after the epoch: keeps a UID within 63 bits until 2068
LATE_SECONDS = 300  # a mail is dated when it is written under tmp/, before it appears; one dated later may come first
GLANCE_SECONDS = 0.5
FIRST_TIME_ZONE = timedelta(hours=14)  # where on Earth a day begins first


class MaildirMailbox:
    """The directory that the settings name, with its `new` and `cur`."""

    def __init__(self, settings: MailboxSettings) -> None:
        self._settings = settings

    @contextmanager
    def connect(self) -> Iterator["OpenMaildir"]:
        """Check that the directory is a Maildir. Raises MailboxError."""
        yield OpenMaildir(Path(self._settings.path), self._settings.move_to)


class OpenMaildir:
    """The directory as one thread has looked at it so far; see `OpenMailbox`."""

    def __init__(self, root: Path, move_to: str) -> None:
        self._root = root
        self._target = root / maildir_name(move_to)
        self._offered: set[int] | None = None
        self._seen = self._marks()

    def status(self) -> FolderStatus:
        """Return the one numbering there is, and the UID above everything that has arrived up to the last change."""
        changed = [mark // 10**9 for mark in self._marks()]
        arrived = [uid >> DIGEST_BITS for uid in self._files()]
        latest = max([*arrived, *(_since_epoch(second) for second in changed)])
        return FolderStatus(UIDVALIDITY, (latest + 1) << DIGEST_BITS)

    def uids_after(self, last_uid: int) -> list[int]:
        """Return the UIDs above `last_uid`, ascending, and once whatever appeared with an older date than that."""
        self._seen = self._marks()
        files = self._files()
        if self._offered is None:
            late = last_uid - (LATE_SECONDS << DIGEST_BITS)
            self._offered = {uid for uid in files if uid <= late}
        uids = sorted(uid for uid in files if uid > last_uid or uid not in self._offered)
        self._offered.update(uids)
        return uids

    def first_uid_since(self, day: date) -> int:
        """Return the least UID of a mail that came on `day` or later, `uidnext` when there is none."""
        begins = datetime(day.year, day.month, day.day, tzinfo=UTC) - FIRST_TIME_ZONE
        least = _since_epoch(int(begins.timestamp())) << DIGEST_BITS
        return min((uid for uid in self._files() if uid >= least), default=self.status().uidnext)

    def fetch(self, uids: Iterable[int]) -> Iterator[FetchedMail]:
        """Yield the mails one by one; a file that a mail reader has renamed meanwhile is found again."""
        files = self._files()
        for uid in uids:
            mail = self._read(uid, files.get(uid))
            if mail is None:
                files = self._files()
                mail = self._read(uid, files.get(uid))
            if mail is not None:
                yield mail

    def sizes(self, uids: Collection[int] | None = None) -> dict[int, int]:
        """Return the UID and the size of every mail; see `OpenMailbox.sizes`."""
        found = {}
        for uid, path in self._files().items():
            if uids is not None and uid not in uids:
                continue
            found[uid] = UNKNOWN_SIZE
            with suppress(OSError):
                found[uid] = path.stat().st_size
        return dict(sorted(found.items()))

    def move(self, uids: Collection[int]) -> None:
        """Move mails into the folder beside this one, flags and all; they keep their UIDs. See `OpenMailbox.move`."""
        wanted = set(uids)
        try:
            self._make_target()
            for _ in range(2):  # a mail reader may rename a file meanwhile; it is found again
                for path in [path for uid, path in self._files().items() if uid in wanted]:
                    with suppress(FileNotFoundError):
                        path.rename(self._target / "cur" / _with_flags(path.name))
        except OSError as error:
            reason = f"Không chuyển được thư vào thư mục {self._target}: kiểm tra quyền ghi và dung lượng đĩa."
            raise MailboxError(reason, permanent=True) from error

    def _make_target(self) -> None:
        for name in ("tmp", "new", "cur"):
            (self._target / name).mkdir(mode=0o700, parents=True, exist_ok=True)
        (self._target / "maildirfolder").touch(mode=0o600)  # what delivery agents look for in a folder (Maildir++)

    def wait(self, seconds: float, stop: threading.Event) -> bool:
        """Glance at the directories twice a second until one of them changes; see `OpenMailbox.wait`."""
        ends = time.monotonic() + seconds
        while self._marks() == self._seen:
            left = ends - time.monotonic()
            if left <= 0 or stop.wait(min(left, GLANCE_SECONDS)):
                return False
        return True

    def _directories(self) -> tuple[Path, Path]:
        return self._root / "new", self._root / "cur"

    def _marks(self) -> tuple[int, ...]:
        """When each directory last changed, in nanoseconds."""
        try:
            return tuple(directory.stat().st_mtime_ns for directory in self._directories())
        except OSError as error:
            raise self._unreadable() from error

    def _files(self) -> dict[int, Path]:
        """List new/ before cur/, the way that mails move: one that moves meanwhile is seen there."""
        files = {}
        try:
            for directory in self._directories():
                for path in directory.iterdir():
                    if not path.name.startswith("."):
                        with suppress(FileNotFoundError):
                            files[_uid(path)] = path
        except OSError as error:
            raise self._unreadable() from error
        return files

    def _read(self, uid: int, path: Path | None) -> FetchedMail | None:
        if path is None:
            return None
        try:
            with path.open("rb") as file:
                facts = os.fstat(file.fileno())
                truncated = facts.st_size > MAIL_BYTES
                raw = file.read(HEAD_BYTES if truncated else facts.st_size)
        except FileNotFoundError:
            return None
        except OSError as error:
            return self._kept(uid, error)
        return FetchedMail(uid, raw, facts.st_size, datetime.fromtimestamp(facts.st_mtime, UTC), truncated)

    def _kept(self, uid: int, error: OSError) -> FetchedMail:
        """What stands for a file that cannot be read, while others can; as it has no size, each audit tries it again.

        When no other can be read either, it is not this file that something is wrong with.
        """
        if error.errno not in FAULTS_OF_A_FILE or not any(map(_opens, self._files().values())):
            raise self._unreadable() from error
        log.warning("A file of the Maildir cannot be read", extra={"uid": uid, "errno": error.errno})
        arrived = (uid >> DIGEST_BITS) + EPOCH
        return FetchedMail(uid, b"", 0, datetime.fromtimestamp(arrived, UTC), truncated=True)

    def _unreadable(self) -> MailboxError:
        reason = f"Không đọc được Maildir {self._root}: kiểm tra [mailbox] path (phải có new và cur) và quyền đọc."
        return MailboxError(reason, permanent=True)


def _opens(path: Path) -> bool:
    try:
        with path.open("rb"):
            return True
    except OSError:
        return False


def _uid(path: Path) -> int:
    unique = path.name.partition(":")[0]  # after the colon stand the flags, which change
    digest = hashlib.sha256(unique.encode(errors="surrogateescape")).digest()
    return _since_epoch(int(path.stat().st_mtime)) << DIGEST_BITS | int.from_bytes(digest[: DIGEST_BITS // 8])


def _with_flags(name: str) -> str:
    """A name as it must be in `cur`."""
    return name if ":2," in name else f"{name}:2,"


def _since_epoch(second: int) -> int:
    return min(max(second - EPOCH, 0), LATEST_SECOND)
