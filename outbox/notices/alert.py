"""Something needs a person of the office now, or no longer does: what, and what to do. Never what a mail says."""

from dataclasses import dataclass
from datetime import datetime

from outbox.letter import Letter, Notice, Office
from outbox.rendering import compose


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that is known of it."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert to a person in charge. The title alone says what is the matter: it is the subject."""

    office: Office
    to: str
    at: datetime
    title: str
    sentence: str  # what happened and what to do
    facts: tuple[Fact, ...] = ()


def letter(context: Alert) -> Letter:
    """Word the alert."""
    return compose(Notice.ALERT, context)
