"""flufl.bounce behind one function: what it makes of the formats of many mail systems of thirty years.

It gets a small message made for it from text already decoded, never the mail itself: hostile mails reach it, and its
patterns take quadratic time over long lines.
"""

import logging
from collections.abc import Iterable, Mapping
from email.message import Message

from flufl.bounce import all_failures

__all__ = ["LONGEST_LINE", "MOST_CHARACTERS", "failures"]

MOST_CHARACTERS = 16_000
LONGEST_LINE = 200

# It logs what it stumbles over; that quotes mails, and belongs in no log.
logging.getLogger("flufl.bounce").addHandler(logging.NullHandler())
logging.getLogger("flufl.bounce").propagate = False

_FAILURES = (LookupError, TypeError, ValueError, AttributeError)  # what its patterns let through


def failures(fields: Mapping[str, str], content_type: str, text: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the addresses that failed for now, and those that failed for good.

    fields: of the header, by name. content_type: of the mail; some formats are known by it. text: of the notice.
    """
    try:
        temporary, permanent = all_failures(_message(fields, content_type, text))
    except _FAILURES:
        return frozenset(), frozenset()
    return _decoded(temporary), _decoded(permanent)


def _message(fields: Mapping[str, str], content_type: str, text: str) -> Message:
    message = Message()
    for name, value in fields.items():
        message[name] = " ".join(value[:1_000].split())
    if not content_type.startswith("multipart/"):
        message["Content-Type"] = "text/plain"
        message.set_payload(_bounded(text))
        return message
    message["Content-Type"] = content_type
    notice, rest = Message(), Message()
    notice["Content-Type"], notice["Content-Description"] = "text/plain", "Notification"
    notice.set_payload(_bounded(text))
    rest.set_payload("")
    message.set_payload([notice, rest])
    return message


def _bounded(text: str) -> str:
    lines = (line[:LONGEST_LINE] for line in text[:MOST_CHARACTERS].splitlines())
    return "\n".join(lines).encode("ascii", "replace").decode("ascii") + "\n"


def _decoded(addresses: Iterable[bytes]) -> frozenset[str]:
    return frozenset(address.decode("ascii", "replace") for address in addresses)
