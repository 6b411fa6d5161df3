"""Why a machine must not answer this mail, by the mail's own headers.

The rules stand in `parsers.automated_rules`; here each is one question put to the message. Not here: caps, history and
block lists. Silence means only that no machine answers: the mail is still read.
"""

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from parsers import automated_rules as rules
from parsers.authresults import dmarc_results
from parsers.headers import parameters, strip_comments
from parsers.message import ParsedMessage
from parsers.sender import sender
from parsers.words import fold

__all__ = ["is_bounce", "silence_reason"]

_MARKERS = tuple((re.compile(names), deniable, reason) for names, deniable, reason in rules.MARKERS)
_VALUES = tuple((re.compile(names), re.compile(values, re.DOTALL), why) for names, values, why in rules.VALUES)
# Ordinary fields say nothing of machines; only these are looked into.
_TELLING = re.compile("|".join(f"(?:{names})" for names, *_ in (*rules.MARKERS, *rules.VALUES)))
_ENVELOPE_FIELDS = ("return-path", "x-envelope-from", "envelope-from", "x-return-path")
_RECIPIENT_FIELDS = ("to", "cc", "bcc", "resent-to", "resent-cc", "resent-bcc")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*+"', re.DOTALL)
_ADDRESS = re.compile(r"[^\s<>:@]+@[^\s<>:@]+")
_ANGLE = re.compile(r"<([^<>]*)>")
_DAEMON = re.compile(r"(?:^|[<\s\"])(?:mailer|mail)[-_.]?daemon(?:$|[@>\s\"])", re.IGNORECASE)
_CALENDAR_ANSWER = re.compile(rb"^METHOD:(?:REPLY|COUNTER|CANCEL|DECLINECOUNTER)\b", re.MULTILINE | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Mail:
    """What the checks look at. `own` holds our addresses in lower case, without tags."""

    message: ParsedMessage
    own: frozenset[str]
    authserv_id: str
    fields: tuple[tuple[str, str], ...]  # names and values in lower case, without comments, of those that may tell


def silence_reason(message: ParsedMessage, own_addresses: Collection[str], authserv_id: str) -> str | None:
    """Return why no machine may answer this mail, a short Vietnamese sentence, or None when one may.

    own_addresses: every mailbox the office reads or sends from. authserv_id: as in `sender.authenticated_address`.
    """
    own = frozenset(_untagged(address) for address in own_addresses)
    named = ((header.name.lower(), header.value) for header in message.headers)
    fields = tuple((name, _bare(name, value)) for name, value in named if _TELLING.fullmatch(name))
    mail = _Mail(message, own, authserv_id, fields)
    return next((reason for check in CHECKS if (reason := check(mail))), None)


def is_bounce(message: ParsedMessage) -> bool:
    """Tell whether a mail server reports that a mail was not delivered (RFC 3464, and what older servers write)."""
    if _report_type(message) == "delivery-status" or message.values("X-Failed-Recipients"):
        return True
    if any(part.content_type == "message/delivery-status" for part in message.attachments):
        return True
    if any(_DAEMON.search(_QUOTED.sub(" ", value)) for value in message.values("From")):
        return True
    null_path = any(not address for address in _envelope_senders(message))
    author = sender(message)
    from_postmaster = author is not None and author.address.startswith("postmaster@")
    return (null_path or from_postmaster) and bool(rules.BOUNCE.match(fold(message.subject)))


def _marker(mail: _Mail) -> str | None:
    for pattern, deniable, reason in _MARKERS:
        for name, value in mail.fields:
            if pattern.fullmatch(name) and not (deniable and value in rules.NOT_SET):
                return reason
    return None


def _value(mail: _Mail) -> str | None:
    for names, values, reason in _VALUES:
        if any(names.fullmatch(name) and values.fullmatch(value) for name, value in mail.fields):
            return reason
    return None


def _envelope(mail: _Mail) -> str | None:
    for address in _envelope_senders(mail.message):
        if not address:
            return "Thư không có địa chỉ trả về (thư máy)."
        local = address.rpartition("@")[0] or address
        while wrapper := rules.ENVELOPE_WRAPPER.match(local):
            local = local[wrapper.end() :]
        verp = rules.FORWARDING_MARK not in local and rules.VERP.search(local)
        if verp or _is_machine(local):
            return "Địa chỉ trả về là của máy chủ hoặc thư gửi hàng loạt."
    return None


def _author(mail: _Mail) -> str | None:
    author = sender(mail.message)
    if author is None:
        return "Không xác định chắc chắn được người gửi."
    local, _, domain = author.address.rpartition("@")
    if _untagged(author.address) in mail.own:
        return "Thư gửi từ chính hộp thư của cơ quan."
    if _is_machine(local):
        return "Người gửi là địa chỉ tự động, không nhận trả lời."
    return "Tên miền của người gửi không có thật." if rules.RESERVED_DOMAINS.search(domain) else None


def _agent(mail: _Mail) -> str | None:
    """The Sender field of a list or a robot."""
    agents = (address for value in mail.message.values("Sender") for address in _addresses(value))
    machine = any(_is_machine(address.partition("@")[0]) for address in agents)
    return "Thư do máy hoặc danh sách gửi thay." if machine else None


def _recipients(mail: _Mail) -> str | None:
    named = {
        _untagged(address)
        for field in _RECIPIENT_FIELDS
        for value in mail.message.values(field)
        for address in _addresses(value)
    }
    if not named & mail.own:
        return "Thư không gửi đích danh hộp thư của cơ quan."
    return f"Thư gửi cho hơn {rules.MAX_RECIPIENTS} người." if len(named) > rules.MAX_RECIPIENTS else None


def _subject(mail: _Mail) -> str | None:
    subject = fold(mail.message.subject)
    if rules.BOUNCE.match(subject):
        return "Thư báo không gửi được."
    automatic = any(pattern.match(subject) for pattern in rules.AUTOMATIC_REPLY)
    return "Tiêu đề của thư trả lời tự động." if automatic else None


def _calendar(mail: _Mail) -> str | None:
    answers = any(
        part.content_type in {"text/calendar", "application/ics"} and _CALENDAR_ANSWER.search(part.content)
        for part in mail.message.attachments
    )
    return "Thư lịch họp tự động." if answers else None


def _authenticity(mail: _Mail) -> str | None:
    failed = any(found.result == "fail" for found in dmarc_results(mail.message, mail.authserv_id))
    return "Máy chủ nhận xác định người gửi bị giả mạo (DMARC)." if failed else None


# Asked in this order; the first reason is the one a person reads.
CHECKS: tuple[Callable[[_Mail], str | None], ...] = (
    _value,
    _marker,
    _envelope,
    _subject,
    _author,
    _agent,
    _authenticity,
    _calendar,
    _recipients,
)


def _bare(name: str, value: str) -> str:
    """Return a field's value in lower case without comments, and without parameters where it may have some."""
    bare = strip_comments(value)
    if name in rules.PARAMETERISED:
        bare = bare.split(";", 1)[0]
    bare = "".join(bare.split()) if name == "content-type" else " ".join(bare.split())
    return bare.strip('" ').lower()


def _envelope_senders(message: ParsedMessage) -> Iterator[str]:
    """Yield what the return path holds, "" for the null path."""
    for field in _ENVELOPE_FIELDS:
        for value in message.values(field):
            bare = strip_comments(value)
            inside = _ANGLE.search(bare)
            yield (inside[1] if inside else bare).strip(' "<>').lower()


def _addresses(value: str) -> Iterator[str]:
    """Yield the addresses in a field, as many as can be seen: names in quotes and comments are none."""
    for item in re.split("[,;]", strip_comments(_QUOTED.sub(" ", value))):
        inside = _ANGLE.search(item)
        found = _ADDRESS.search(inside[1] if inside else item)
        if found:
            yield found[0].lower()


def _untagged(address: str) -> str:
    """Return the mailbox an address belongs to: lower case, without "+tag"."""
    local, _, domain = address.strip().lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def _is_machine(local: str) -> bool:
    return any(rules.MACHINE_LOCAL_PARTS.search(part) for part in (local.lower(), local.lower().partition("+")[0]))


def _report_type(message: ParsedMessage) -> str:
    types = [parameters(value) for value in message.values("Content-Type")[:1]]
    return "".join(details.get("report-type", "").lower() for main, details in types if main == "multipart/report")
