"""A mail out of a file as the mail server once had it: what mail programs change when they export it is put back.

So its bytes are mostly those that the mailbox holds, and its time of arrival is the receiving server's own.
"""

import re
from collections.abc import Collection
from datetime import datetime

from parsers.dates import parse_date, received_date
from parsers.header_block import FIELD, block_lines, block_start
from parsers.headers import Header, strip_comments

__all__ = ["arrived_at", "as_delivered", "is_mail"]

# What Gmail, Thunderbird, Evolution and the writers of mbox files put in, and no server on the way does.
EXPORT_FIELDS = frozenset(
    b"status x-status x-uid x-keywords x-imap x-imapbase x-gm-thrid x-gmail-labels x-mozilla-status x-mozilla-status2 "
    b"x-mozilla-keys x-evolution-source".split()
)
MAIL_FIELDS = frozenset(b"from to date subject received return-path message-id mime-version delivered-to".split())
_BY = re.compile(r"\bby\s+([^\s;()]+)", re.IGNORECASE)


def as_delivered(raw: bytes) -> bytes:
    """Return the mail with the line ends of the wire and without the fields that exports add."""
    start = block_start(raw)
    kept = [raw[:start]]
    dropping, end = False, start
    for begin, end in block_lines(raw, start):
        name = None if raw[begin : begin + 1] in {b" ", b"\t"} else FIELD.match(raw, begin, end)
        dropping = name[1].lower() in EXPORT_FIELDS if name else dropping
        if not dropping:
            kept.append(raw[begin:end])
    whole = b"".join([*kept, raw[end:]])
    return whole.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def is_mail(start: bytes) -> bool:
    """Tell whether a file that begins like this is a mail: its header block has a field that every mail has."""
    names = (FIELD.match(start, begin, end) for begin, end in block_lines(start, block_start(start)))
    return any(name is not None and name[1].lower() in MAIL_FIELDS for name in names)


def arrived_at(headers: Collection[Header], hosts: Collection[str]) -> datetime | None:
    """Return when the mail came in, by the first of these servers that noted it, else by whatever it shows.

    hosts: names of the office's own receiving servers, in lower case.
    """
    received = [strip_comments(header.value) for header in headers if header.name.lower() == "received"]
    own = [value for value in received if (by := _BY.search(value)) and by[1].lower() in hosts]
    sent = [strip_comments(header.value) for header in headers if header.name.lower() == "date"]
    times = (*map(received_date, own), *map(received_date, received), *map(parse_date, sent))
    return next((time for time in times if time is not None), None)
