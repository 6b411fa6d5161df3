"""What two copies of one mail have in common when their bytes differ: Message-ID, Date and From.

Exports change line ends, quote lines and add fields of their own. Anybody can write any Message-ID: a twin is a hint
that a copy may be a copy, never a reason to lose a mail. Looks at the header block only; nothing here raises.
"""

import hashlib
from collections.abc import Collection
from datetime import UTC

from parsers.address import parse_mailbox
from parsers.dates import parse_date
from parsers.header_block import with_newlines
from parsers.headers import Header, split, strip_comments

__all__ = ["first_fields", "header_of", "twin_of"]

HEADER_BYTES = 256 << 10
_EMPTY_LINES = (b"\r\n\r\n", b"\n\n")


def twin_of(raw: bytes) -> str | None:
    """Return the digest that all copies of this mail share; None without a Message-ID."""
    found = first_fields(header_of(raw), ("message-id", "date", "from"))
    message_id = "".join(found.get("message-id", "").split())
    if not message_id:
        return None
    shared = (message_id, _moment(found.get("date", "")), _author(found.get("from", "")))
    return hashlib.sha256("\n".join(shared).encode("utf-8", "surrogatepass")).hexdigest()


def header_of(raw: bytes) -> tuple[Header, ...]:
    """Return the header fields without looking at the body, which may be large."""
    start = raw[:HEADER_BYTES]
    stripped = len(start) - len(start.lstrip(b"\r\n\xef\xbb\xbf"))
    ends = [end for gap in _EMPTY_LINES if (end := start.find(gap, stripped)) >= 0]
    return split(with_newlines(start[: min(ends) + 2] if ends else start))[0]


def first_fields(headers: Collection[Header], names: Collection[str]) -> dict[str, str]:
    """Return the first value of each of these fields, by name in lower case; those that are missing are left out."""
    found: dict[str, str] = {}
    for header in headers:
        name = header.name.lower()
        if name in names:
            found.setdefault(name, header.value)
    return found


def _moment(value: str) -> str:
    date = parse_date(strip_comments(value))
    return date.astimezone(UTC).isoformat() if date else " ".join(value.split())


def _author(value: str) -> str:
    mailbox = parse_mailbox(value)
    return mailbox[0] if mailbox else " ".join(value.split()).lower()
