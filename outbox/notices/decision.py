"""The board asks a school to change a story, or thanks for one it does not use. The week's credit stands either way."""

from dataclasses import dataclass
from enum import StrEnum

from outbox.letter import Letter, Notice, Office
from outbox.rendering import compose


class Outcome(StrEnum):
    """What the board decided."""

    REVISE = "revise"
    DECLINE = "decline"


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision a school hears of by itself; approval it hears of when the story is published."""

    office: Office
    school_name: str  # as registered
    to: str
    outcome: Outcome
    number: int
    title: str
    url: str
    note: str  # what to change, or why it is not used: the member's words; each line becomes a paragraph
    week: int | None = None  # the school week it is credited to
    answers: str | None = None
    references: tuple[str, ...] = ()


def letter(context: Decision) -> Letter:
    """Word the decision."""
    notes = tuple(line.strip() for line in context.note.splitlines() if line.strip())
    return compose(Notice.DECISION, context, {"notes": notes}, answers=context.answers, references=context.references)
