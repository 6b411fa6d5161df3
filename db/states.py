"""The states things go through, and the only ways between them.

`TRANSITIONS` is the whole policy; `move_to()` on the models is the only door, and it writes the event.
"""

from collections.abc import Mapping
from enum import StrEnum


class MessageState(StrEnum):
    """A mail that came in."""

    RECEIVED = "received"  # stored, not read yet
    READ = "read"  # understood; its links are on their way
    WAITING = "waiting"  # a person decides
    IGNORED = "ignored"  # machine mail that asks for nothing
    QUARANTINED = "quarantined"  # could not be read; kept byte for byte


class StoryState(StrEnum):
    """A story, from the link in a mail to the portal."""

    FOUND = "found"  # link known, page not fetched
    FETCHED = "fetched"  # page kept, not read
    PENDING = "pending"  # in the board's queue
    APPROVED = "approved"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"
    REVISE = "revise"  # the school was asked to improve it
    DECLINED = "declined"
    UNREACHABLE = "unreachable"  # the page could not be opened
    DUPLICATE = "duplicate"  # points to the original


class MailState(StrEnum):
    """An outgoing mail."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNCERTAIN = "uncertain"  # the connection or the process died between DATA and 250
    CANCELLED = "cancelled"


class IncidentState(StrEnum):
    """An incident or opinion matter that a school reported."""

    OPEN = "open"
    CLOSED = "closed"  # a person has dealt with it


TRANSITIONS: Mapping[StrEnum, frozenset[StrEnum]] = {
    MessageState.RECEIVED: frozenset(
        {MessageState.READ, MessageState.WAITING, MessageState.IGNORED, MessageState.QUARANTINED}
    ),
    MessageState.READ: frozenset(),
    MessageState.WAITING: frozenset({MessageState.READ}),
    MessageState.IGNORED: frozenset(),
    MessageState.QUARANTINED: frozenset({MessageState.RECEIVED}),
    StoryState.FOUND: frozenset(
        {
            StoryState.FETCHED,
            StoryState.UNREACHABLE,
            StoryState.PENDING,
            StoryState.DUPLICATE,
            StoryState.WITHDRAWN,  # here and below: by the school itself, before the board has decided
        }
    ),
    StoryState.FETCHED: frozenset(
        {
            StoryState.PENDING,
            StoryState.DUPLICATE,
            StoryState.UNREACHABLE,
            StoryState.REVISE,  # read anew, and of no use
            StoryState.WITHDRAWN,
        }
    ),
    StoryState.PENDING: frozenset({StoryState.APPROVED, StoryState.REVISE, StoryState.DECLINED, StoryState.WITHDRAWN}),
    StoryState.APPROVED: frozenset({StoryState.PUBLISHED, StoryState.PENDING}),
    StoryState.PUBLISHED: frozenset({StoryState.WITHDRAWN, StoryState.APPROVED}),
    StoryState.WITHDRAWN: frozenset({StoryState.PUBLISHED, StoryState.PENDING, StoryState.FOUND}),
    StoryState.REVISE: frozenset(
        {StoryState.PENDING, StoryState.FETCHED, StoryState.WITHDRAWN}
    ),  # the school sent it again: read anew
    StoryState.DECLINED: frozenset({StoryState.PENDING}),
    StoryState.UNREACHABLE: frozenset({StoryState.FETCHED, StoryState.PENDING, StoryState.WITHDRAWN}),
    StoryState.DUPLICATE: frozenset({StoryState.PENDING}),
    MailState.QUEUED: frozenset({MailState.SENDING, MailState.CANCELLED}),
    MailState.SENDING: frozenset({MailState.SENT, MailState.FAILED, MailState.UNCERTAIN, MailState.QUEUED}),
    MailState.SENT: frozenset(),
    MailState.FAILED: frozenset({MailState.QUEUED}),
    MailState.UNCERTAIN: frozenset({MailState.QUEUED}),
    MailState.CANCELLED: frozenset(),
    IncidentState.OPEN: frozenset({IncidentState.CLOSED}),
    IncidentState.CLOSED: frozenset({IncidentState.OPEN}),
}


class IllegalMove(ValueError):
    """A state change that the table does not know."""


def check_move(old: StrEnum, new: StrEnum) -> None:
    """Raise IllegalMove unless `TRANSITIONS` leads from `old` to `new`."""
    if new not in TRANSITIONS[old]:
        raise IllegalMove(f"{type(old).__name__}: no way from {old} to {new}")
