"""Who wrote a mail, and whether the receiving server vouches for it.

Unknown is an answer: whatever could be read in two ways names nobody. It must not look anybody up.
"""

from dataclasses import dataclass

from parsers.address import parse_mailbox
from parsers.authresults import dmarc_results
from parsers.headers import clean_line, decode_words
from parsers.memo import remembered
from parsers.message import ParsedMessage
from parsers.text import repair_mojibake

__all__ = ["Sender", "authenticated_address", "sender"]


@dataclass(frozen=True, slots=True)
class Sender:
    """The one mailbox in From: `address` in lower case with an ASCII domain, `name` decoded, one clean line."""

    address: str
    name: str


def sender(message: ParsedMessage) -> Sender | None:
    """Return the sender; None without From, with a second one, with a second mailbox or with any defect."""
    fields = message.values("From")
    return _written(fields[0]) if len(fields) == 1 else None


@remembered(entries=16, longest=2_000)
def _written(value: str) -> Sender | None:
    """Read one From field; remembered, because every part of the reading asks who wrote."""
    mailbox = parse_mailbox(value)
    if mailbox is None:
        return None
    address, name = mailbox
    return Sender(address, clean_line(repair_mojibake(decode_words(name))))


def authenticated_address(message: ParsedMessage, authserv_id: str) -> str | None:
    """Return the sender's address if the receiving server vouches for it: dmarc=pass for exactly this From domain.

    authserv_id: the id our receiving server writes (RFC 8601 section 2.2); "" knows none and vouches for nobody,
    "topmost" believes the first Authentication-Results field whoever wrote it. Of several own results the worst counts.
    A mail sent on behalf of another (Sender) is vouched for by neither.
    """
    author = sender(message)
    if author is None or not authserv_id or not _speaks_for_itself(message, author):
        return None
    domain = author.address.rpartition("@")[2]
    results = dmarc_results(message, authserv_id)
    passed = bool(results) and all(found.result == "pass" and found.domain == domain for found in results)
    return author.address if passed else None


def _speaks_for_itself(message: ParsedMessage, author: Sender) -> bool:
    mailboxes = [parse_mailbox(value) for value in message.values("Sender")]
    return all(mailbox is not None and mailbox[0] == author.address for mailbox in mailboxes)
