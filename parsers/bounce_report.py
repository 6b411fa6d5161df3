"""The fields of a delivery report (RFC 3464, RFC 6533): what became of the mail for each recipient.

It reads fields, wherever they stand: in their own part, or in the text of servers that know no parts. Nothing here
searches prose, and nothing raises.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from parsers.address import parse_mailbox

__all__ = ["Outcome", "Recipient", "as_address", "outcome_of", "reported"]

MOST_BLOCKS = 200
MOST_LINES = 5_000
STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.]*\d)")
REPLY = re.compile(r"(?<![\d.])([45])\d\d(?=[\s\]:;,.-](?!\d)|$)")  # RFC 5321 section 4.2

_FIELD = re.compile(
    r"(original-recipient|final-recipient|x-actual-recipient|action|status|diagnostic-code)[ \t]*:[ \t]*(.*)",
    re.IGNORECASE,
)
_TYPED = re.compile(r"(?:[\w-]{1,20}[ \t]*;)?[ \t]*(.*)")
_XTEXT = re.compile(r"\+([0-9A-F]{2})")  # RFC 3461 section 4
_UNICODE = re.compile(r"\\x\{([0-9A-F]{2,6})\}")  # RFC 6533 section 3
_NAMED_FIRST = ("original-recipient", "final-recipient", "x-actual-recipient")


class Outcome(StrEnum):
    """What became of a mail for one recipient, from the least to the worst."""

    DELIVERED = "delivered"  # or handed on
    DELAYED = "delayed"  # the server goes on trying
    SOFT = "soft"  # given up after a temporary failure
    HARD = "hard"  # refused for good


@dataclass(frozen=True, slots=True)
class Recipient:
    """One recipient in a bounce. address: the one the sender had written to, in lower case. status: as in RFC 3463."""

    address: str
    outcome: Outcome
    status: str | None = None


def reported(text: str) -> Iterator[Recipient]:
    """Yield a recipient for each block of fields that names one."""
    for number, fields in enumerate(_blocks(text)):
        if number >= MOST_BLOCKS:
            return
        named = (as_address(_spelled(fields[name])) for name in _NAMED_FIRST if name in fields)
        address = next(filter(None, named), None)
        if address is not None:
            status = _status(fields)
            yield Recipient(address, _outcome(fields, status), status)


def as_address(text: str) -> str | None:
    """Return the one mail address this is, in lower case; None when it is none."""
    found = parse_mailbox(text.strip(" \t<>\"'.,;:"))
    return found[0] if found else None


def outcome_of(status: str | None) -> Outcome:
    """What a failure with this code means: only 4.x.x is temporary."""
    return Outcome.SOFT if status is not None and status.startswith("4") else Outcome.HARD


def _blocks(text: str) -> Iterator[Mapping[str, str]]:
    """Yield the fields that stand together; a blank line ends a block, and so does the recipient of the next one."""
    fields: dict[str, str] = {}
    last = ""
    for line in text.splitlines()[:MOST_LINES]:
        found = _FIELD.match(line.strip())
        if found:
            last = found[1].lower()
            if last in fields and last in _NAMED_FIRST:
                yield fields
                fields = {}
            fields.setdefault(last, found[2][:1_000])
        elif not line.strip():
            yield fields
            fields, last = {}, ""
        elif line[0] in " \t" and last:
            fields[last] = f"{fields[last]} {line.strip()}"[:1_000]
        else:
            last = ""
    yield fields


def _spelled(value: str) -> str:
    """A recipient field without its type and its encoding."""
    typed = _TYPED.match(value)
    written = _UNICODE.sub(_sign, typed[1] if typed else value)
    return _XTEXT.sub(_sign, written) if value.lower().startswith("rfc822") else written


def _sign(found: re.Match[str]) -> str:
    code = int(found[1], 16)
    return chr(code) if code < 0x110000 else ""


def _status(fields: Mapping[str, str]) -> str | None:
    """The code of the Status field, or the more precise one of the server that said no."""
    written, told = (STATUS.search(fields.get(name, "")) for name in ("status", "diagnostic-code"))
    vague = written is None or written[0].endswith(".0.0")
    if told and vague and (written is None or written[1] == told[1]):
        return told[0]
    if written:
        return written[0]
    reply = REPLY.search(fields.get("diagnostic-code", ""))
    return f"{reply[1]}.0.0" if reply else None


def _outcome(fields: Mapping[str, str], status: str | None) -> Outcome:
    """By the action; where it is missing, by the code."""
    action = fields.get("action", "").lower()
    if action.startswith(("delivered", "relayed", "expanded")):
        return Outcome.DELIVERED
    if action.startswith("delayed"):
        return Outcome.DELAYED
    if not action and status is not None and status.startswith("2"):
        return Outcome.DELIVERED
    return outcome_of(status)
