"""What a returned mail says in prose: whom it did not reach, and why. For servers that write no delivery report.

Reads the notice only, never the copy of the mail below it: the addresses and links of that are not the server's words.
"""

import re
from collections.abc import Collection, Iterable, Iterator

from parsers import bounce_rules as rules
from parsers.bounce_library import failures
from parsers.bounce_report import REPLY, STATUS, Outcome, Recipient, as_address, outcome_of
from parsers.message import ParsedMessage
from parsers.text import html_to_text
from parsers.words import fold, has_marks

__all__ = ["notice", "told"]

MOST_CHARACTERS = 20_000
LONGEST_LINE = 500
REASON = 600  # characters after an address in which the server says what is wrong with it

_ADDRESS = re.compile(r"[^\s<>()\[\]\"'`,;:|*@]{1,64}@[^\s<>()\[\]\"'`,;:|*@]{1,253}")
_AT_LINE_START = re.compile(rf"\s*<?({_ADDRESS.pattern})>?\s*:(?!/)")
_OWN_FIELDS = ("To", "From", "Delivered-To", "Return-Path", "Sender", "Reply-To")  # office and server
_LIBRARY_FIELDS = ("From", "X-Mailer", "X-Failed-Recipients")


def told(message: ParsedMessage) -> Iterator[Recipient]:
    """Yield the recipients that the notice names, with the outcome its words tell."""
    text = notice(message)
    folded = fold(text)
    own = {address for name in _OWN_FIELDS for value in message.values(name) for address in addresses(value)}
    late, lost = _by_library(message, text, own)
    by_us = _by_rules(text, own)
    # The library knows no Vietnamese, and takes any address between commas for one that failed.
    found = by_us or [*lost, *late] if has_marks(text) else [*lost, *late] or by_us
    delayed = rules.DELAY.search(folded) or rules.DELAY.search(fold(message.subject))
    for address in found:
        status = _status(text, address, alone=len(found) == 1)
        outcome = Outcome.DELAYED if delayed or (address in late and not lost) else outcome_of(status)
        yield Recipient(address, outcome, status)


def notice(message: ParsedMessage) -> str:
    """Return the server's own words, cut to a size that can be searched."""
    text = message.text if message.text.strip() else html_to_text(message.html[:200_000])
    kept: list[str] = []
    for line in text[:MOST_CHARACTERS].splitlines():
        if rules.COPY.match(fold(line[:LONGEST_LINE])):
            break
        kept.append(line[:LONGEST_LINE])
    return "\n".join(kept)


def addresses(text: str) -> list[str]:
    """Return the addresses in a text, each once, in order."""
    found = (as_address(written) for written in _ADDRESS.findall(text[:MOST_CHARACTERS]))
    return list(dict.fromkeys(filter(None, found)))


def _by_library(message: ParsedMessage, text: str, own: Collection[str]) -> tuple[list[str], list[str]]:
    fields = {name: message.values(name)[0] for name in _LIBRARY_FIELDS if message.values(name)}
    temporary, permanent = failures(fields, message.content_type, text)
    return _others(temporary, own), _others(permanent, own)


def _others(found: Iterable[str], own: Collection[str]) -> list[str]:
    """The addresses among them that may be somebody's who was written to."""
    valid = filter(None, map(as_address, sorted(found)))
    return [address for address in valid if address not in own and not rules.REPORTERS.match(address)]


def _by_rules(text: str, own: Collection[str]) -> list[str]:
    """Those at the start of a line before a colon; else those that follow an introduction; else the only one."""
    at_start = [line[1] for line in map(_AT_LINE_START.match, text.splitlines()) if line]
    for written in (at_start, list(_introduced(text))):
        named = [address for address in map(as_address, written) if address]
        if found := [one for one in dict.fromkeys(named) if one not in own and not rules.REPORTERS.match(one)]:
            return found
    everybody = _others(addresses(text), own)
    return everybody if len(everybody) == 1 else []


def _introduced(text: str) -> Iterator[str]:
    """Yield the addresses from the introduction on, up to the first paragraph that has none."""
    begun = found = False
    for paragraph in re.split(r"\n[ \t]*(?:\n[ \t]*)+", text):
        begun = begun or bool(rules.INTRODUCTION.search(fold(paragraph)))
        here = _ADDRESS.findall(paragraph) if begun else []
        if found and not here:
            return
        found = found or bool(here)
        yield from here


def _status(text: str, address: str, *, alone: bool) -> str | None:
    """The code in the words after the address; in the whole notice when it is about this one only."""
    start = text.lower().find(address)
    near = text[start + len(address) : start + len(address) + REASON] if start >= 0 else ""
    if not alone:  # what follows the next address is about that one
        following = _ADDRESS.search(near)
        near = near[: following.start()] if following else near
    for passage in (near, text) if alone else (near,):
        if code := STATUS.search(passage):
            return code[0]
        folded = fold(passage)
        if cause := next((status for status, words in rules.CAUSES if words.search(folded)), None):
            return cause
        if reply := REPLY.search(passage):
            return f"{reply[1]}.0.0"
    return None
