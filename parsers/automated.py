"""Why a machine must not answer this mail, by the mail's own headers.

The rules stand in `parsers.automated_rules`; here each is one question put to the message. Not here: caps, history and
block lists. Silence means only that no machine answers: the mail is still read.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from parsers import automated_rules as rules
from parsers.address import parse_mailbox
from parsers.authresults import dmarc_results
from parsers.bounce import is_bounce
from parsers.headers import decode_words, strip_comments
from parsers.message import ParsedMessage
from parsers.words import fold

__all__ = ["silence_reason"]

_MARKERS = tuple((re.compile(names), deniable, reason) for names, deniable, reason in rules.MARKERS)
_VALUES = tuple((re.compile(names), re.compile(values, re.DOTALL), why) for names, values, why in rules.VALUES)
# Ordinary fields say nothing of machines; only these are looked into.
_TELLING = re.compile("|".join(f"(?:{names})" for names, *_ in (*rules.MARKERS, *rules.VALUES)))
_ENVELOPE_FIELDS = (
    "return-path", "x-return-path", "x-original-return-path",
    "envelope-from", "x-envelope-from", "envelope-sender", "x-envelope-sender",
)  # fmt: skip
_AGENT_FIELDS = ("sender", "resent-sender", "resent-from", "errors-to")
_RECIPIENT_FIELDS = ("to", "cc", "bcc", "resent-to", "resent-cc", "resent-bcc")
_RULE_FIELD = "x-ms-exchange-inbox-rules-loop"  # the mailbox whose rule sent the mail on; that may be one of ours
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*+"', re.DOTALL)
_ADDRESS = re.compile(r"[^\s<>:@]+@[^\s<>:@]+")
_ANGLE = re.compile(r"<([^<>]*)>")
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
    mail = _Mail(message, own, authserv_id, tuple(_telling_fields(message)))
    return next((reason for check in CHECKS if (reason := check(mail))), None)


def _telling_fields(message: ParsedMessage) -> Iterator[tuple[str, str]]:
    """Yield the fields that may tell, as written and as decoded: encoding never makes a word harmless."""
    for header in message.headers:
        name = header.name.lower().replace("_", "-")
        if _TELLING.fullmatch(name):
            yield from (
                (name, _bare(name, value)) for value in dict.fromkeys((header.value, decode_words(header.value)))
            )


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


def _author_address(message: ParsedMessage) -> str | None:
    """Return the one address in From; what the name beside it says makes nobody a machine."""
    fields = message.values("From")
    mailbox = parse_mailbox(fields[0]) if len(fields) == 1 else None
    return mailbox[0] if mailbox else None


def _author(mail: _Mail) -> str | None:
    address = _author_address(mail.message)
    if address is None:
        return "Không xác định chắc chắn được người gửi."
    local, _, domain = address.rpartition("@")
    if _untagged(address) in mail.own:
        return "Thư gửi từ chính hộp thư của cơ quan."
    if _is_machine(local):
        return "Người gửi là địa chỉ tự động, không nhận trả lời."
    return "Tên miền của người gửi không có thật." if rules.RESERVED_DOMAINS.search(domain) else None


def _agent(mail: _Mail) -> str | None:
    """A list or a robot that sent the mail for its author."""
    machine = any(_is_machine(address.partition("@")[0]) for address in _named(mail, *_AGENT_FIELDS))
    return "Thư do máy hoặc danh sách gửi thay." if machine else None


def _ours(mail: _Mail) -> str | None:
    """A mail of a tinbai, whose other signs were lost on the way."""
    found = rules.OWN_MESSAGE_ID.match((mail.message.message_id or "").lower())
    return "Thư do hệ thống báo nhận gửi ra." if found else None


def _circles(mail: _Mail) -> str | None:
    """A mail that goes round, or that a rule of somebody's mailbox sends on, as it would our answer."""
    if {_untagged(address) for address in _named(mail, _RULE_FIELD)} - mail.own:
        return "Thư do quy tắc hộp thư tự động chuyển tiếp."
    deliveries = Counter(_named(mail, "delivered-to"))
    going_round = max(deliveries.values(), default=0) > rules.MAX_DELIVERIES
    if going_round or len(mail.message.values("Received")) > rules.MAX_HOPS:
        return "Thư đi vòng qua quá nhiều máy chủ."
    return None


def _recipients(mail: _Mail) -> str | None:
    named = {_untagged(address) for address in _named(mail, *_RECIPIENT_FIELDS)}
    if not named & mail.own:
        return "Thư không gửi đích danh hộp thư của cơ quan."
    return f"Thư gửi cho hơn {rules.MAX_RECIPIENTS} người." if len(named) > rules.MAX_RECIPIENTS else None


def _bounce(mail: _Mail) -> str | None:
    found = rules.BOUNCE.match(fold(mail.message.subject)) or is_bounce(mail.message)
    return "Thư báo không gửi được." if found else None


def _subject(mail: _Mail) -> str | None:
    subject = fold(mail.message.subject)
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
    _ours,
    _envelope,
    _bounce,
    _subject,
    _author,
    _agent,
    _circles,
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


def _named(mail: _Mail, *fields: str) -> Iterator[str]:
    """Yield the addresses in these fields."""
    return (address for field in fields for value in mail.message.values(field) for address in _addresses(value))


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
