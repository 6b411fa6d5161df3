"""Who wrote a mail, and whether the receiving server vouches for it.

Unknown is an answer: whatever could be read in two ways names nobody. It must not look anybody up.
"""

import re
import unicodedata
from dataclasses import dataclass

from parsers.address import parse_mailbox
from parsers.authresults import dmarc_results
from parsers.headers import clean_line, decode_words
from parsers.memo import remembered
from parsers.message import ParsedMessage
from parsers.text import repair_mojibake

__all__ = ["Sender", "authenticated_address", "sender", "written_sender"]

# What a reader takes for an address in a name, whatever else stands around it.
_LIKE_ADDRESS = re.compile(r"[^\s@<>()\[\]:;,\"'“”‘’]+@(?:[^\s@<>()\[\]:;,.\"'“”‘’]+\.)+[^\s@<>()\[\]:;,.\"'“”‘’]+")


@dataclass(frozen=True, slots=True)
class Sender:
    """The one mailbox in From: `address` in lower case with an ASCII domain, `name` decoded, one clean line."""

    address: str
    name: str


def sender(message: ParsedMessage) -> Sender | None:
    """Return the sender; None without From, with a second one, with a second mailbox or with any defect.

    A name that shows another address than the mail's own is a defect: many programs show nothing but the name.
    """
    fields = message.values("From")
    return _written(fields[0]) if len(fields) == 1 else None


@remembered(entries=16, longest=2_000)
def _written(value: str) -> Sender | None:
    """Read one From field; remembered, because every part of the reading asks who wrote."""
    mailbox = parse_mailbox(value)
    if mailbox is None:
        return None
    address, written = mailbox
    name = clean_line(repair_mojibake(decode_words(written)))
    return None if _shows_another(name, address) else Sender(address, name)


def _shows_another(name: str, address: str) -> bool:
    shown = _LIKE_ADDRESS.findall(unicodedata.normalize("NFKC", name))
    return any((parse_mailbox(other) or ("",))[0] != address for other in shown)


def written_sender(message: ParsedMessage) -> str:
    """Return what stands in From, for a person to see where `sender` is None: one clean line that proves nothing."""
    return clean_line(", ".join(repair_mojibake(decode_words(value)) for value in message.values("From")[:2]))


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
