"""A link we had promised to try again finally could not be opened: the school is asked for a better one."""

from dataclasses import dataclass
from datetime import datetime

from outbox.letter import Letter, Notice, Office
from outbox.rendering import compose

HOW_TO_ANSWER = "Để trả lời thư này: gửi kèm đường dẫn đúng; nếu không gửi bài này nữa, xin ghi “bỏ bài này”."


@dataclass(frozen=True, slots=True)
class Problem:
    """One link given up."""

    office: Office
    school_name: str  # as registered
    to: str
    received_at: datetime  # of the mail that carried it
    url: str  # as it was opened
    reason: str  # why it could not be used, in Vietnamese, with or without a full stop
    number: int | None = None  # the story's number
    title: str | None = None  # what the school wrote beside the link
    answers: str | None = None  # Message-ID of the mail that carried it
    references: tuple[str, ...] = ()


def letter(context: Problem) -> Letter:
    """Word the request for a better link."""
    more = {"how_to_answer": HOW_TO_ANSWER}
    return compose(Notice.PROBLEM, context, more, answers=context.answers, references=context.references)
