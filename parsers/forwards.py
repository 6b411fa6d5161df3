"""What a mail hands on: whose letters stand in it, as far as it says so.

A claim, never a proof: nobody vouches for what is written inside a mail. It judges neither the school nor the sender.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from parsers.address import parse_mailbox
from parsers.body import Section
from parsers.message import ParsedMessage, ParseError, parse_message
from parsers.parts import FORWARDED
from parsers.quote_marks import LONGEST, field_of, is_forward_line
from parsers.sender import sender

__all__ = ["HandedOn", "handed_on", "hands_on"]

MOST_ENCLOSED = 10  # mails handed on as attachments; people attach one or two

_ADDRESS = re.compile(r"[^\s@<>()\[\]:;,\"']{1,64}@[^\s@<>()\[\]:;,\"']{1,255}")


@dataclass(frozen=True, slots=True)
class HandedOn:
    """The letters a mail hands on: addresses named as their authors', and names and subjects of enclosed mails."""

    authors: tuple[str, ...]
    words: tuple[str, ...]


def hands_on(body: Iterable[Section]) -> bool:
    """Tell whether another's letter stands in the mail. body: its sections, those of attached mails among them."""
    return any(section.part == FORWARDED and section.text.strip() for section in body)


def handed_on(message: ParsedMessage, body: Iterable[Section]) -> HandedOn:
    """Return what the mail says of the letters it hands on, in its text (the sections given) or as attached mails."""
    lines = (line.text for section in body if section.part == FORWARDED for line in section.lines)
    written = [address for line in lines if (address := _author(line))]
    signed = [(author, mail.subject) for mail in _enclosed(message) if (author := sender(mail))]
    return HandedOn(
        authors=tuple(dict.fromkeys([*written, *(author.address for author, _ in signed)])),
        words=tuple(f"{author.name}\n{subject}" for author, subject in signed),
    )


def _enclosed(message: ParsedMessage) -> Iterator[ParsedMessage]:
    mails: Sequence[bytes] = [a.content for a in message.attachments if a.content_type == "message/rfc822"]
    for content in mails[:MOST_ENCLOSED]:
        try:
            yield parse_message(content)
        except ParseError:
            continue


def _author(line: str) -> str | None:
    """Return the address in a line "From: …", also where it stands beside the words that announce the forward."""
    field = field_of(line)
    names_author = len(line) <= LONGEST and ((field and field[0] == "from") or is_forward_line(line.strip()))
    found = _ADDRESS.search(line) if names_author else None
    mailbox = parse_mailbox(found[0].lower()) if found else None
    return mailbox[0] if mailbox else None
