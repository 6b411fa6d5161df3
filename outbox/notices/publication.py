"""A story stands somewhere: the school is told where, and asked to share it."""

from dataclasses import dataclass
from datetime import date

from outbox.letter import Letter, Notice, Office
from outbox.rendering import compose


@dataclass(frozen=True, slots=True)
class Place:
    """Where a story now stands."""

    channel: str  # as people say it: "Cổng thông tin điện tử"
    url: str
    day: date


@dataclass(frozen=True, slots=True)
class Publication:
    """The news of one publication."""

    office: Office
    school_name: str  # as registered
    to: str
    number: int
    title: str
    places: tuple[Place, ...]  # at least one
    answers: str | None = None
    references: tuple[str, ...] = ()


def letter(context: Publication) -> Letter:
    """Word the news."""
    return compose(Notice.PUBLICATION, context, answers=context.answers, references=context.references)
