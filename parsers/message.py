"""A mail's bytes as values: headers, subject, ids, dates, bodies and attachments.

mail-parser walks the MIME tree, and sees nothing of the mail but its MIME fields and its body; the header fields are
read by `parsers.headers`, because who wrote a mail must not depend on a lenient parser. Nothing here decides what the
mail means, and nothing raises but ParseError.
"""

import logging
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.message import Message
from typing import Self

import mailparser
from mailparser.exceptions import MailParserError

from parsers.dates import parse_date, received_date
from parsers.header_block import with_newlines
from parsers.headers import Header, clean_line, decode_words, parameters, split, strip_comments
from parsers.legacy import to_unicode
from parsers.mime import Attachment, Contents, decode_part, read_tree
from parsers.prescan import ParseError, TooComplex, prescan
from parsers.text import is_mojibake, repair_mojibake

__all__ = ["Attachment", "Header", "ParseError", "ParsedMessage", "TooComplex", "has_garbled_subject", "parse_message"]

# It quotes headers and bodies in its warnings; those belong in no log.
logging.getLogger("mailparser").addHandler(logging.NullHandler())
logging.getLogger("mailparser").propagate = False

SUBJECT_LIMIT = 998  # RFC 5322 section 2.1.1
ID_LIMIT = 500
# RFC 5322 section 3.6.4 without quoted strings and comments: what may be quoted back in a header without care.
_MESSAGE_ID = re.compile(r"<[!-;=?A-~]+@[!-;=?A-~]+>")
_HAS_PARTS = re.compile("multipart|message", re.IGNORECASE)
_MIME_FIELDS = frozenset({"content-type", "content-transfer-encoding", "content-disposition"})
# What mail-parser and the email package under it let through on malformed MIME (bad RFC 2231 numbers, lost boundaries,
# codecs that are none): the body is then read as one plain part.
_TREE_FAILURES = (MailParserError, AttributeError, TypeError, LookupError, ValueError, RecursionError)


@dataclass(frozen=True, slots=True)
class ParsedMessage:
    """A mail, read once; text and names in it are still whatever the sender wrote."""

    headers: tuple[Header, ...]
    subject: str
    message_id: str | None
    references: tuple[str, ...]
    date: datetime | None
    received: datetime | None
    content_type: str
    text: str
    html: str
    attachments: tuple[Attachment, ...]
    _fields: Mapping[str, tuple[str, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_fields", _by_name(self.headers))

    def values(self, name: str) -> tuple[str, ...]:
        """Return all values of that field in order of appearance; the name's case does not matter."""
        return self._fields.get(name.lower(), ())


def parse_message(raw: bytes) -> ParsedMessage:
    """Read a mail. Raises ParseError (TooComplex when it is too big or too complex) with a reason in Vietnamese."""
    prescan(raw)
    headers, body = split(with_newlines(raw))
    if not headers:
        raise ParseError("Thư rỗng." if not raw.strip() else "Không phải thư điện tử: không có dòng tiêu đề nào.")
    fields = _by_name(headers)
    first = {name: values[0] for name, values in fields.items()}
    content_type, details = parameters(first.get("content-type") or "text/plain")
    contents = _contents(headers, body, content_type, details)
    return ParsedMessage(
        headers=headers,
        subject=clean_line(to_unicode(repair_mojibake(decode_words(first.get("subject", "")))), SUBJECT_LIMIT),
        message_id=_message_id(first.get("message-id", "")),
        references=tuple(dict.fromkeys(_ids((*fields.get("in-reply-to", ()), *fields.get("references", ()))))),
        date=parse_date(strip_comments(first.get("date", ""))),
        received=received_date(strip_comments(first.get("received", ""))),
        content_type=content_type,
        text=repair_mojibake(contents.text),
        html=repair_mojibake(contents.html),
        attachments=contents.attachments,
    )


def has_garbled_subject(message: ParsedMessage) -> bool:
    """Tell whether the subject came as double-encoded UTF-8 ("Tuáº§n"); `message.subject` is already repaired."""
    return any(is_mojibake(decode_words(value)) for value in message.values("subject")[:1])


def _by_name(headers: Iterable[Header]) -> dict[str, tuple[str, ...]]:
    """Return the values of each field in order of appearance, by its name in lower case."""
    values: dict[str, list[str]] = defaultdict(list)
    for header in headers:
        values[header.name.lower()].append(header.value)
    return {name: tuple(several) for name, several in values.items()}


def _ids(fields: Iterable[str]) -> Iterator[str]:
    for value in fields:
        yield from (found for found in _MESSAGE_ID.findall(value) if len(found) <= ID_LIMIT)


def _message_id(value: str) -> str | None:
    found = _MESSAGE_ID.match(value)
    return found[0] if found and len(found[0]) <= ID_LIMIT else None


def _contents(headers: tuple[Header, ...], body: bytes, content_type: str, details: dict[str, str]) -> Contents:
    try:
        return read_tree(_tree(headers, body))
    except _TREE_FAILURES:
        text = decode_part(body, content_type, details)
        return Contents("", text, ()) if content_type == "text/html" else Contents(text, "", ())


class _TreeParser(mailparser.MailParser):  # type: ignore[misc]  # mail-parser ships no types
    """mail-parser up to the MIME tree, without the reading of fields and bodies that follows.

    That reading merges enclosed messages into the text, and normalises every body in quadratic time: 300,000 stacked
    accents (1.2 MB) keep it busy for minutes.
    """

    def parse(self) -> Self:
        return self


def _tree(headers: tuple[Header, ...], body: bytes) -> Message:
    """Build the MIME tree from the MIME fields and the body alone."""
    fields = dict(_mime_fields(headers))
    if not _HAS_PARTS.search(fields.get("content-type", "")):
        return _single(fields, body)
    mime = "".join(f"{name}: {value}\n" for name, value in fields.items())
    tree = _TreeParser.from_bytes(mime.encode("utf-8") + b"\n" + body).message
    if not isinstance(tree, Message):
        raise TypeError("no tree")
    return tree


def _single(fields: Mapping[str, str], body: bytes) -> Message:
    """Return the tree of a body without parts; like a parser's, it keeps raw bytes as surrogates."""
    part = Message()
    for name, value in fields.items():
        part[name] = value.encode("utf-8").decode("ascii", "surrogateescape")
    part.set_payload(body.decode("ascii", "surrogateescape"))
    return part


def _mime_fields(headers: tuple[Header, ...]) -> Iterator[tuple[str, str]]:
    """Yield the MIME fields, the first of each name, each on one line."""
    seen: set[str] = set()
    for header in headers:
        name = header.name.lower()
        if name in _MIME_FIELDS and name not in seen:
            seen.add(name)
            yield name, re.sub(r"[\x00-\x1f\x7f]+", " ", header.value)
