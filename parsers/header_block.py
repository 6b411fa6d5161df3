"""Where a header block's lines stand in raw bytes; the pre-scan and the reader share it, so both see the same mail.

Works on offsets only, in one linear pass. It decodes nothing.
"""

import re
from collections.abc import Iterator

__all__ = ["FIELD", "block_lines", "block_start", "body_start", "with_newlines"]

# RFC 5322 section 2.2, with the space before the colon that section 4.5 tolerates; no real name is longer.
FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:")
_LEADING = re.compile(rb"(?:\xef\xbb\xbf)?[\r\n]*(?:>?From (?![ \t]*:)[^\n]*\n)?")
_EMPTY_LINE = re.compile(rb"\r*\n")


def with_newlines(raw: bytes) -> bytes:
    """Return the mail with line feeds, should it have only carriage returns."""
    return raw if b"\n" in raw else raw.replace(b"\r", b"\n")


def block_start(raw: bytes) -> int:
    """Return where the first field stands, after a byte order mark, empty lines and an mbox "From " line."""
    found = _LEADING.match(raw)
    return found.end() if found else 0


def block_lines(raw: bytes, start: int) -> Iterator[tuple[int, int]]:
    """Yield start and end of each line of the block; it ends before the first line that cannot belong to it."""
    inside = False
    while start < len(raw):
        end = raw.find(b"\n", start) + 1 or len(raw)
        continued = inside and raw[start : start + 1] in {b" ", b"\t"}
        if not continued and not FIELD.match(raw, start, end):
            return
        yield start, end
        inside, start = True, end


def body_start(raw: bytes, end: int) -> int:
    """Return where the body begins, given the end of the block: after the empty line, if there is one."""
    empty = _EMPTY_LINE.match(raw, end)
    return empty.end() if empty else end
