"""What of a school's mail was received: each story by number, title, date and summary, or why its link is no use."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from outbox.letter import Letter, Notice, Office
from outbox.rendering import compose


class AckState(StrEnum):
    """What became of a link at its first verdict."""

    QUEUED = "queued"  # waits for the board
    DUPLICATE = "duplicate"  # a story we have already
    RETRY = "retry"  # not opened yet; tried again without the school
    UNUSABLE = "unusable"  # no story behind it; the school is asked for a better link
    WAITING_TEXT = "waiting_text"  # a social link no machine may read; the school is asked for text or a page


@dataclass(frozen=True, slots=True)
class AckStory:
    """One link of the mail."""

    url: str  # as it is opened, wrappers undone
    state: AckState
    number: int | None = None  # the story's number, when it has one
    title: str | None = None  # the page's title, else what the school wrote beside the link
    published_on: date | None = None  # as the page says
    summary: str | None = None  # of a story that is queued
    reason: str | None = None  # why it could not be used yet, in Vietnamese, with or without a full stop
    original_number: int | None = None  # of a duplicate: the story we have already
    credited_week: int | None = None  # of a duplicate: the school week that story counts for


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """The answer to one mail of a school, or to several at once."""

    office: Office
    school_name: str  # as registered: "Trường Tiểu học Kim Đồng"
    to: str
    received_at: datetime  # of the (first) mail
    stories: tuple[AckStory, ...]  # in the order of the mail; empty when it carried no link
    week: int | None = None  # the school week the stories count for; None when they count for none
    week_from: date | None = None  # its Monday
    week_to: date | None = None  # its Sunday
    week_reason: str | None = None  # why not the week the school named, or why none
    other_mails: tuple[datetime, ...] = ()  # when the further mails came that this one answers, too
    unverified: bool = False  # nobody vouches that the school itself has written
    answers: str | None = None  # Message-ID of the mail answered
    references: tuple[str, ...] = ()  # its thread


ASKS = frozenset({AckState.UNUSABLE, AckState.WAITING_TEXT})


def letter(context: Acknowledgement) -> Letter:
    """Word the acknowledgement."""
    groups = {
        "received": _in_state(context, {AckState.QUEUED}),
        "known": _in_state(context, {AckState.DUPLICATE}),
        "retried": _in_state(context, {AckState.RETRY}),
        "problems": _in_state(context, ASKS),
    }
    return compose(Notice.ACKNOWLEDGEMENT, context, groups, answers=context.answers, references=context.references)


def _in_state(context: Acknowledgement, states: frozenset[AckState] | set[AckState]) -> tuple[AckStory, ...]:
    return tuple(story for story in context.stories if story.state in states)
