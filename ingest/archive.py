"""Old mails out of files: eml, mbox, Maildir, and folders that hold such, told apart by what is in them.

Reads only. Symbolic links inside a folder are not followed, so that nothing outside of it is read.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ingest.mailbox_protocol import HEAD_BYTES, MAIL_BYTES
from ingest.mbox import SEPARATOR, mails_in
from parsers.exported import as_delivered, is_mail

__all__ = ["ArchiveError", "ArchiveFile", "ArchivedMail", "find", "mails_of"]

START_BYTES = 64 << 10  # enough to tell what a file is
MAILDIR = frozenset({"new", "cur"})
NOT_A_MAIL = "không phải thư điện tử (eml) hay hộp thư mbox"
EMPTY = "tệp rỗng"


class ArchiveError(Exception):
    """A file holds no mails; the reason is the end of a Vietnamese sentence."""


@dataclass(frozen=True, slots=True)
class ArchiveFile:
    """A file that may hold mails, and its size in bytes."""

    path: Path
    size: int


@dataclass(frozen=True, slots=True)
class ArchivedMail:
    """A mail as a server would hand it over. When `truncated`, `raw` is its beginning; `size` that of the whole.

    `position`: how far into its file it reaches, in bytes.
    """

    raw: bytes = field(repr=False)
    size: int
    truncated: bool
    position: int


def find(paths: Iterable[Path], unreadable: Callable[[OSError], object]) -> Iterator[ArchiveFile]:
    """Yield the files below these paths, each once; raises OSError when one of the paths is not there.

    unreadable: told of what cannot be listed below them.
    """
    seen: set[Path] = set()
    for path in paths:
        path.stat()
        for file in _files(path, unreadable) if path.is_dir() else (path,):
            whole = file.resolve()
            if whole not in seen:
                seen.add(whole)
                yield ArchiveFile(file, file.stat().st_size)


def _files(folder: Path, unreadable: Callable[[OSError], object]) -> Iterator[Path]:
    """The mails of a Maildir and of the Maildirs in it; in another folder, every file that is not hidden."""
    try:
        with os.scandir(folder) as listed:
            entries = sorted((entry for entry in listed if not entry.is_symlink()), key=lambda entry: entry.name)
    except OSError as error:
        unreadable(error)
        return
    folders = [entry.name for entry in entries if entry.is_dir()]
    is_maildir = MAILDIR.issubset(folders)  # beside its mails lie the server's own files, and hidden folders
    if not is_maildir:
        yield from (Path(entry.path) for entry in entries if entry.is_file() and not entry.name.startswith("."))
    for name in folders:
        if name != "tmp" if is_maildir else not name.startswith("."):
            yield from _files(folder / name, unreadable)


def mails_of(file: ArchiveFile) -> Iterator[ArchivedMail]:
    """Yield the mails of a file in order. Raises ArchiveError and OSError; what was yielded before is good."""
    with file.path.open("rb") as stream:
        start = stream.read(START_BYTES)
        stream.seek(0)
        if not start.strip():
            raise ArchiveError(EMPTY)
        if SEPARATOR.match(start):
            for mail in mails_in(stream):
                yield _archived(mail.raw, mail.size, stream.tell(), truncated=mail.truncated)
        elif is_mail(start):
            truncated = file.size > MAIL_BYTES
            raw = stream.read(HEAD_BYTES if truncated else MAIL_BYTES)
            yield _archived(raw, file.size, file.size, truncated=truncated)
        else:
            raise ArchiveError(NOT_A_MAIL)


def _archived(raw: bytes, size: int, position: int, *, truncated: bool) -> ArchivedMail:
    delivered = as_delivered(raw)
    if truncated:
        return ArchivedMail(delivered[:HEAD_BYTES], size, truncated, position)
    return ArchivedMail(delivered, len(delivered), truncated, position)
