"""Something needs a person of the office now, or no longer does. A number and a sentence, never what a mail says."""

from dataclasses import dataclass
from datetime import datetime

from outbox.letter import Letter, Notice, Office
from outbox.rendering import compose


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert to the operator."""

    office: Office
    to: str
    at: datetime
    sentence: str  # what happened and what to do
    number: int | None = None  # of the mail or story it is about
    over: bool = False  # what needed a person is over


def letter(context: Alert) -> Letter:
    """Word the alert."""
    return compose(Notice.ALERT, context)
