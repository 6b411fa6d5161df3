"""A notice as a letter, and the letter as a finished mail. It knows no template and sends nothing.

Foreign text reaches header fields here: school names, titles, Message-IDs. The interpreter's own way lets a subject
inject fields (CVE-2024-6923: `=?UTF-8?Q?=0A?=Bcc: …` becomes a Bcc field), so each field is rebuilt from cleaned
text, and the finished bytes are split again, by bytes alone, and compared with what was meant.
"""

import base64
import re
from dataclasses import dataclass
from datetime import datetime, tzinfo
from email.errors import HeaderParseError
from email.header import Header, decode_header, make_header
from email.utils import format_datetime
from enum import StrEnum

from outbox.wording import one_line

MAX_HEADER_TEXT = 200  # characters
MAX_RAW_TEXT = 4000  # characters looked at: decoding a header of many words takes long
MAX_MESSAGE_ID = 250  # characters: one id fits on one line whatever stands before it
MAX_REFERENCES = 20
MAX_LINE = 998  # bytes, RFC 5322, 2.1.1
FOLDED_AT = 76  # columns, RFC 2047
FOLD = "\r\n "
BOUNDARY = "=_tinbai_="  # cannot stand in a body: base64 knows no underscore

ATEXT = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]"
LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
ADDRESS = re.compile(rf"(?=[^@]{{1,64}}@){ATEXT}+(?:\.{ATEXT}+)*@(?=.{{1,253}}\Z){LABEL}(?:\.{LABEL})*")
MESSAGE_ID = re.compile(rf"<(?:{ATEXT}|\.)+@(?:{ATEXT}|[.:\[\]])+>")
PHRASE = re.compile(r"[A-Za-z0-9 ]*")
PLAIN = re.compile(r"(?:(?!=\?)[ -~])*")
FIELD = re.compile(rb"([!-9;-~]+):(?: [\t -~]*)?")
CONTINUATION = re.compile(rb"[\t ]+[!-~][\t -~]*")


class UnsafeMail(ValueError):
    """The mail is not what it was meant to be, and is not sent; the message says what is wrong, for the log."""


class Notice(StrEnum):
    """The kinds of mail that go out."""

    ACKNOWLEDGEMENT = "acknowledgement"  # what of a school's mail was received
    PROBLEM = "problem"  # a link that finally could not be opened
    DIGEST = "digest"  # what waits for the board
    DECISION = "decision"  # the board asks for changes, or declines
    PUBLICATION = "publication"  # where a story now stands
    ALERT = "alert"  # something needs a person now


ANSWERS = frozenset({Notice.ACKNOWLEDGEMENT, Notice.PROBLEM})


@dataclass(frozen=True, slots=True)
class Office:
    """Who writes: names as they stand in official papers, the address a person reads, the zone of every time shown."""

    name: str
    board_name: str
    address: str
    zone: tzinfo


@dataclass(frozen=True, slots=True)
class Sender:
    """What stands in From."""

    address: str
    name: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A notice to one person. `answers` and `references` are Message-IDs of the mail it answers and of its thread."""

    notice: Notice
    to: str
    subject: str
    text: str
    html: str
    answers: str | None = None
    references: tuple[str, ...] = ()


def new_message_id(notice: Notice, domain: str, token: str) -> str:
    """Make the Message-ID of a mail about to be queued. Raises UnsafeMail when domain or token do not fit in one."""
    return _own_id(f"<{notice}.{token}@{domain}>")


def build_mail(letter: Letter, sender: Sender, message_id: str, now: datetime) -> bytes:
    """Return the finished mail: text and HTML as alternatives, automatic by its headers (RFC 3834), pure ASCII.

    now: aware; becomes the Date. Ids that are none are left out; anything else that does not fit raises UnsafeMail.
    """
    fields = _fields(letter, sender, message_id, now)
    head = "".join(f"{name}: {value}\r\n" for name, value in fields)
    mail = head.encode("ascii", "strict") + b"\r\n" + _body(letter)
    if field_names(mail) != [name for name, _ in fields]:
        raise UnsafeMail("the finished mail has other header fields than intended")
    return mail


def _fields(letter: Letter, sender: Sender, message_id: str, now: datetime) -> list[tuple[str, str]]:
    if now.tzinfo is None:
        raise UnsafeMail("the Date needs a time zone")
    return [
        ("From", f"{_text('From', sender.name)} <{_address(sender.address)}>".lstrip()),
        ("To", _address(letter.to)),
        ("Subject", _text("Subject", letter.subject)),
        ("Date", format_datetime(now)),
        ("Message-ID", _own_id(message_id)),
        *_thread(letter),
        ("Auto-Submitted", "auto-replied" if letter.notice in ANSWERS else "auto-generated"),
        ("Precedence", "bulk"),
        ("X-Auto-Response-Suppress", "All"),
        ("X-Tinbai-Notice", str(letter.notice)),
        ("Content-Language", "vi"),
        ("MIME-Version", "1.0"),
        ("Content-Type", f'multipart/alternative; boundary="{BOUNDARY}"'),
    ]


def _thread(letter: Letter) -> list[tuple[str, str]]:
    answered = letter.answers if letter.answers and is_message_id(letter.answers) else None
    thread = [rfc_id for rfc_id in dict.fromkeys(letter.references) if is_message_id(rfc_id) and rfc_id != answered]
    thread += [answered] if answered else []
    if len(thread) > MAX_REFERENCES:  # the first names the thread, the last ones what is answered
        thread = [thread[0], *thread[1 - MAX_REFERENCES :]]
    return [
        *([("In-Reply-To", answered)] if answered else []),
        *([("References", FOLD.join(thread))] if thread else []),
    ]


def _text(name: str, text: str) -> str:
    """Foreign text as a field's value: read, cleaned, cut, and encoded anew (RFC 2047)."""
    clean = one_line(_decoded(text[:MAX_RAW_TEXT]))[:MAX_HEADER_TEXT].strip()
    plain = (PHRASE if name == "From" else PLAIN).fullmatch(clean) and len(f"{name}: {clean}") <= FOLDED_AT
    return Header(clean, "us-ascii" if plain else "utf-8", header_name=name).encode(linesep="\r\n")


def _decoded(text: str) -> str:
    """Undo encoded words, so that they are cleaned by what they say; broken ones stay as they are written."""
    if "=?" not in text or not text.isascii():  # an encoded field is ASCII throughout
        return text
    try:
        return str(make_header(decode_header(text)))
    except (HeaderParseError, LookupError, ValueError):
        return text


def is_address(text: str) -> bool:
    """Tell whether this is one plain address, fit for a header and an envelope."""
    return "=?" not in text and ADDRESS.fullmatch(text) is not None


def _address(address: str) -> str:
    if not is_address(address):
        raise UnsafeMail("an address is not one plain address")
    return address


def is_message_id(text: str) -> bool:
    """Tell whether this is a Message-ID that may stand in a header of ours."""
    return len(text) <= MAX_MESSAGE_ID and "=?" not in text and MESSAGE_ID.fullmatch(text) is not None


def _own_id(text: str) -> str:
    if not is_message_id(text):
        raise UnsafeMail("the Message-ID is not well formed")
    return text


def _body(letter: Letter) -> bytes:
    parts = (("plain", letter.text), ("html", letter.html))
    return b"".join(_part(subtype, content) for subtype, content in parts) + f"--{BOUNDARY}--\r\n".encode()


def _part(subtype: str, content: str) -> bytes:
    """One alternative, in base64: no line is too long, starts with a dot or looks like a boundary."""
    lines = "\r\n".join(content.splitlines()) + "\r\n"
    encoded = base64.encodebytes(lines.encode("utf-8", "replace")).replace(b"\n", b"\r\n")
    head = f'--{BOUNDARY}\r\nContent-Type: text/{subtype}; charset="utf-8"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    return head.encode() + encoded


def field_names(mail: bytes) -> list[str]:
    """Name the header fields of a finished mail in order, judging by bytes alone (RFC 5322, 2.2). Raises UnsafeMail."""
    head, end, _ = mail.partition(b"\r\n\r\n")
    names: list[str] = []
    for line in head.split(b"\r\n") if end else []:
        field = FIELD.fullmatch(line)
        if len(line) > MAX_LINE or not (field or (names and CONTINUATION.fullmatch(line))):
            raise UnsafeMail("a header line is not well formed")
        if field:
            names.append(field[1].decode("ascii"))
    return names
