"""What attached files may cost: the limits in one table, and the account of one mail while its files are read.

The account is counted in bytes, elements, pages and lines, so that the same file is always read as far. Only a file
that passes all these and is slow nevertheless is stopped by the processor time it took; nobody looks at the clock.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

__all__ = [
    "BROKEN",
    "ENCRYPTED",
    "LIMITS",
    "SCANNED",
    "TOO_LARGE",
    "TOO_LONG",
    "UNSUPPORTED",
    "Account",
    "Limits",
    "Unreadable",
]

# Why a file was not read, or not to its end.
ENCRYPTED = "encrypted"  # it asks for a password
BROKEN = "broken"
UNSUPPORTED = "unsupported"  # a format that is not read here
TOO_LARGE = "too_large"  # or it swells when it is unpacked; nothing of it is believed
TOO_LONG = "too_long"  # the beginning was read
SCANNED = "scanned"  # pages without a letter of text


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one mail with all its files, unless it says otherwise."""

    files: int = 30
    file_bytes: int = 20_000_000  # of one file
    entries: int = 2_000  # of one archive
    entry_bytes: int = 8_000_000  # of one unpacked part of an archive
    unpacked_bytes: int = 30_000_000
    ratio: int = 200  # of a part of more than `ratio_from` bytes to what it takes in the archive
    ratio_from: int = 1_000_000
    text_bytes: int = 2_000_000  # of one file that is text itself; its beginning is read
    elements: int = 400_000  # of XML
    words: int = 1_000_000  # control words and pieces of text of RTF
    depth: int = 200  # of elements, or of groups in RTF, in one another
    pages: int = 150
    page_nodes: int = 2_000  # of a page tree
    page_fonts: int = 60  # of one page, with its forms
    page_bytes: int = 3_000_000  # of one unpacked stream of a page
    page_tokens: int = 80_000  # of one stream of a page
    page_letters: int = 400_000  # that the fonts of a page map to Unicode
    operators: int = 300_000  # of all pages
    page_links: int = 300
    lines: int = 5_000
    cells: int = 50_000
    line_characters: int = 5_000  # of one line
    characters: int = 300_000
    line_links: int = 200  # of one line
    links: int = 1_000
    seconds: float = 4.0  # of processor time


LIMITS = Limits()


class Unreadable(Exception):
    """A file cannot be read, or not further. reason: one of the words above."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(slots=True)
class Account:
    """What is left. clock: processor seconds of this thread, so that a busy machine reads as far as an idle one."""

    limits: Limits = LIMITS
    clock: Callable[[], float] = time.thread_time
    _left: dict[str, int] = field(default_factory=dict)
    _end: float = 0.0

    def __post_init__(self) -> None:
        self._end = self.clock() + self.limits.seconds

    def spend(self, what: str, amount: int = 1, reason: str = TOO_LONG) -> None:
        """Take this off a limit of the table; raises Unreadable when it is used up."""
        left: int = self._left.get(what, getattr(self.limits, what))
        self._left[what] = left - amount
        if left < amount:
            raise Unreadable(reason)

    def check_time(self) -> None:
        """Raise Unreadable when the files have taken their time."""
        if self.clock() > self._end:
            raise Unreadable(TOO_LONG)
