"""Mails out of an mbox file of any size, read as a stream (RFC 4155; lines quoted as "mboxrd" does).

Whatever stands between two separators is a mail; nothing is skipped, and no more than one mail is held in memory.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import BinaryIO

from ingest.mailbox_protocol import HEAD_BYTES, MAIL_BYTES

__all__ = ["SEPARATOR", "MboxMail", "mails_in"]

LINE_BYTES = 1 << 20  # a longer line is read in pieces
# With a weekday, a month and a time of day: so that no sentence that begins with "From" cuts a mail in two.
SEPARATOR = re.compile(rb"From (?:[^\n]*\s)?[A-Z][a-z]{2} +[A-Z][a-z]{2} +\d{1,2} +\d\d:\d\d(?::\d\d)?\b[^\n]* \d{4}\b")
_QUOTED = re.compile(rb">+From ")


@dataclass(frozen=True, slots=True)
class MboxMail:
    """A mail without its separator. `size` is that of the whole; when `truncated`, `raw` is its first `HEAD_BYTES`."""

    raw: bytes = field(repr=False)
    size: int
    truncated: bool


def mails_in(file: BinaryIO) -> Iterator[MboxMail]:
    """Yield the mails in order."""
    mail: _Collected | None = None
    after_blank = True
    for line in iter(partial(file.readline, LINE_BYTES), b""):
        if after_blank and SEPARATOR.match(line):
            if mail is not None:
                yield mail.whole()
            mail = _Collected()
        elif mail is not None:
            mail.add(line)
        after_blank = line in {b"\n", b"\r\n"}
    if mail is not None:
        yield mail.whole()


class _Collected:
    """The lines of one mail so far."""

    def __init__(self) -> None:
        self._lines: list[bytes] = []
        self._size = 0
        self._last = b""

    def add(self, line: bytes) -> None:
        plain = line[1:] if line[:1] == b">" and _QUOTED.match(line) else line
        if self._size <= MAIL_BYTES:
            self._lines.append(plain)
        self._size += len(plain)
        self._last = plain

    def whole(self) -> MboxMail:
        """The blank line before the next separator belongs to the separator."""
        gap = len(self._last) if self._last in {b"\n", b"\r\n"} else 0
        size, truncated = self._size - gap, self._size > MAIL_BYTES
        raw = b"".join(self._lines)
        return MboxMail(raw[:HEAD_BYTES] if truncated else raw[:size], size, truncated)
