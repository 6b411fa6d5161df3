"""What a returned mail says: which recipients it is about, what became of the mail for each, and which mail it was.

Structure first (the fields of RFC 3464), prose only where there is none. Whether an address is to be given up is
decided elsewhere: anybody can write a mail that looks like this.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from parsers import bounce_rules as rules
from parsers.bounce_report import Outcome, Recipient, reported
from parsers.bounce_text import notice, told
from parsers.headers import parameters, strip_comments
from parsers.message import ParsedMessage, ParseError, parse_message
from parsers.sender import sender
from parsers.words import fold

__all__ = ["Bounce", "Outcome", "Recipient", "failed_recipients", "is_bounce", "read_bounce"]

MOST_RECIPIENTS = 50
MOST_ORIGINALS = 50
MOST_BYTES = 100_000  # of one part

_REPORTS = frozenset({"message/delivery-status", "message/global-delivery-status"})
_COPIES = frozenset({"message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers"})
_WORST_FIRST = (Outcome.HARD, Outcome.SOFT, Outcome.DELAYED, Outcome.DELIVERED)
_MARKERS = ("X-Failed-Recipients", "X-MS-Exchange-Message-Is-Ndr")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*+"', re.DOTALL)
_NOBODY = re.compile(r"[^<>]*<\s*>\s*")
_ORIGINAL = re.compile(r"message-id[ \t]*:\s{0,4}(<[^<>\s@]{1,250}@[^<>\s@]{1,250}>)", re.IGNORECASE)
_OPENING_LINES = 6


@dataclass(frozen=True, slots=True)
class Bounce:
    """originals: Message-IDs that the bounce quotes, among them that of the mail it is about, if it says so."""

    recipients: tuple[Recipient, ...] = ()
    originals: tuple[str, ...] = ()

    @property
    def failed(self) -> tuple[str, ...]:
        """The addresses that the mail will not reach any more."""
        return tuple(one.address for one in self.recipients if one.outcome in (Outcome.HARD, Outcome.SOFT))


def is_bounce(message: ParsedMessage) -> bool:
    """Tell whether a mail server reports what became of a mail (RFC 3464, and what older servers write)."""
    return any(asked(message) for asked in _SIGNS)


def read_bounce(message: ParsedMessage) -> Bounce:
    """Read a returned mail; of a mail that is none, nothing or nonsense. Bounded in size and time."""
    found = _by_structure(message) or list(told(message)) or _by_enclosed(message)
    return Bounce(tuple(_once(found))[:MOST_RECIPIENTS], tuple(_originals(message)))


def failed_recipients(message: ParsedMessage) -> tuple[str, ...]:
    """Return the addresses a returned mail could not be delivered to; none when it is only late."""
    return read_bounce(message).failed


def _by_structure(message: ParsedMessage) -> list[Recipient]:
    """By the fields of a delivery report: in parts of their own, else in the text."""
    parts = [_head(part.content) for part in message.attachments if part.content_type in _REPORTS]
    found = [recipient for text in parts for recipient in reported(text)]
    return found or list(reported(notice(message)))


def _by_enclosed(message: ParsedMessage) -> list[Recipient]:
    """By the report inside: virus scanners send a bounce on as an attachment of their own."""
    for part in message.attachments:
        if part.content_type == "message/rfc822":
            try:
                inner = parse_message(part.content[:MOST_BYTES])
            except ParseError:
                continue
            if _reports_delivery(inner):
                return _by_structure(inner)
    return []


def _once(recipients: Iterable[Recipient]) -> Iterator[Recipient]:
    """Yield each address once, in order of appearance, with the worst that is said of it."""
    worst: dict[str, Recipient] = {}
    for one in recipients:
        known = worst.setdefault(one.address, one)
        if _WORST_FIRST.index(one.outcome) < _WORST_FIRST.index(known.outcome):
            worst[one.address] = one
    yield from worst.values()


def _originals(message: ParsedMessage) -> list[str]:
    """The Message-IDs quoted anywhere: those of our mails cannot be guessed, so that where they stand is no matter."""
    kinds = _REPORTS | _COPIES
    copies = [_head(part.content) for part in message.attachments if part.content_type in kinds]
    texts = (*copies, message.text[:MOST_BYTES], message.html[:MOST_BYTES].replace("&lt;", "<").replace("&gt;", ">"))
    quoted = (found[1] for text in texts for found in _ORIGINAL.finditer(text))
    return list(dict.fromkeys([*message.references, *quoted]))[:MOST_ORIGINALS]


def _head(content: bytes) -> str:
    return content[:MOST_BYTES].decode("utf-8", "replace")


def _reports_delivery(message: ParsedMessage) -> bool:
    if any(part.content_type in _REPORTS for part in message.attachments) or message.content_type in _REPORTS:
        return True
    _, details = parameters((*message.values("Content-Type"), "")[0])
    return message.content_type == "multipart/report" and details.get("report-type", "").lower() == "delivery-status"


def _is_marked(message: ParsedMessage) -> bool:
    return any(message.values(name) for name in _MARKERS)


def _is_from_daemon(message: ParsedMessage) -> bool:
    return any(rules.DAEMON.search(_QUOTED.sub(" ", value)) for value in message.values("From"))


def _is_named_one(message: ParsedMessage) -> bool:
    """A mail without a way back, or from a postmaster, that calls itself a bounce."""
    author = sender(message)
    machine = _has_no_way_back(message) or (author is not None and bool(rules.REPORTERS.match(author.address)))
    return machine and bool(rules.SUBJECT.match(fold(message.subject)))


def _has_no_way_back(message: ParsedMessage) -> bool:
    paths = ("".join(strip_comments(value).split()) for value in message.values("Return-Path"))
    daemons = any(path == "<>" or rules.DAEMON.search(path) for path in paths)
    return daemons or any(_NOBODY.fullmatch(value) for value in message.values("From"))


def _opens_like_one(message: ParsedMessage) -> bool:
    """The first words are a mail server's, whoever signs; the subject says so, too, or an address is named."""
    lines = [line for line in message.text[:2_000].splitlines() if line.strip(" \t*-=_")][:_OPENING_LINES]
    opening = fold(" ".join(line.strip() for line in lines))
    if not rules.OPENING.match(opening):
        return False
    return bool(rules.SUBJECT.match(fold(message.subject))) or any(told(message))


_SIGNS: tuple[Callable[[ParsedMessage], bool], ...] = (
    _reports_delivery,
    _is_marked,
    _is_from_daemon,
    _is_named_one,
    _opens_like_one,
)
