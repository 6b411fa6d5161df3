"""What of a school's mail was received: each story by place, number, title, date and summary, or why a link is no use.

Everything stands in one list, in the order of the mail, under one numbering, so that "bài 2" means one thing to the
school and to us.
"""

import textwrap
from collections.abc import Iterator, Set
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from outbox.letter import Letter, Notice, Office
from outbox.rendering import compose
from outbox.wording import day, one_line, sentence
from parsers.sentences import split_sentences

SUMMARY_LINES, SUMMARY_COLUMNS = 3, 69


class AckState(StrEnum):
    """What became of a link at its first verdict."""

    QUEUED = "queued"  # waits for the board
    DUPLICATE = "duplicate"  # a story we have already
    RETRY = "retry"  # not opened yet; tried again without the school
    UNUSABLE = "unusable"  # no story behind it; the school is asked for a better link
    WAITING_TEXT = "waiting_text"  # a social link no machine may read; the school is asked for text or a page
    WITHDRAWN = "withdrawn"  # the school has taken it back meanwhile


@dataclass(frozen=True, slots=True)
class AckStory:
    """One link of the mail. Reasons and advice are Vietnamese, with or without a full stop."""

    url: str  # as it is opened, wrappers undone
    state: AckState
    number: int | None = None  # the story's number, when it has one
    title: str | None = None  # the page's title, else what the school wrote beside the link
    published_on: date | None = None  # as the page says
    summary: str | None = None  # of a story that is queued; shown in three lines
    week: int | None = None  # the school week it counts for
    reason: str | None = None  # why it could not be used yet
    advice: str | None = None  # what the school can do about it
    original_number: int | None = None  # of a duplicate: the story we have already …
    sent_on: date | None = None  # … the day it came …
    standing: str | None = None  # … and how it stands: "đang chờ Ban biên tập"
    credited_week: int | None = None  # of a duplicate: the school week that story counts for


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """The answer to one mail of a school, or to several at once."""

    office: Office
    school_name: str  # as registered: "Trường Tiểu học Kim Đồng"
    to: str
    received_at: datetime  # of the (first) mail
    stories: tuple[AckStory, ...]  # in the order of the mail; empty when it carried no link
    week: int | None = None  # the school week the stories count for; None when none, or not all for the same
    week_from: date | None = None  # its Monday
    week_to: date | None = None  # its Sunday
    week_reason: str | None = None  # why not the week the school named, or why none
    other_mails: tuple[datetime, ...] = ()  # when the further mails came that this one answers, too
    done: tuple[str, ...] = ()  # what was done as the school asked in its reply, a sentence each
    report: bool = False  # the mail reports that there is nothing to report
    enclosed: bool = False  # the story came as a document only
    unverified: bool = False  # nobody vouches that the school itself has written
    answers: str | None = None  # Message-ID of the mail answered
    references: tuple[str, ...] = ()  # its thread


ASKS = frozenset({AckState.UNUSABLE, AckState.WAITING_TEXT})
OURS = frozenset({AckState.QUEUED, AckState.RETRY})  # what the school can take back or have credited to another week

NO_LINK = "Trong thư chưa có đường dẫn tới bài viết nào, nên chưa có tin bài được ghi nhận."
ENCLOSED = "Bài viết mới chỉ gửi trong tệp đính kèm, chưa có đường dẫn, nên chưa được ghi nhận là tin bài."
PUBLISH_FIRST = (
    "Kính đề nghị Nhà trường đăng bài lên website của trường, rồi trả lời thư này kèm đường dẫn trực tiếp tới bài viết "
    "(nội dung chép vào thư hoặc gửi trong tệp chưa thay được đường dẫn)."
)
WILL_TELL = (
    "Tin bài đã được chuyển tới Ban biên tập; kết quả sẽ được thông báo tới Nhà trường sau. Cảm ơn Nhà trường đã chủ "
    "động đưa tin."
)
THANKS_FOR_KNOWN = (
    "Cảm ơn Nhà trường đã quan tâm gửi tin bài. Ban biên tập mong tiếp tục nhận được tin bài mới của Nhà trường."
)
THANKS_FOR_REPORT = "Cảm ơn Nhà trường đã báo cáo đúng yêu cầu; Nhà trường không cần gửi thêm gì."
WILL_RETRY = "Hệ thống sẽ tự thử lại, Nhà trường chưa cần gửi lại; nếu vẫn không mở được, Ban biên tập sẽ báo."
HOW_TO_ANSWER = (
    "Để trả lời thư này: gửi kèm đường dẫn đúng nếu có bài cần gửi lại; sai tuần, xin ghi “bài {first} là của tuần "
    "{week}”; muốn rút bài, xin ghi “bỏ bài {last}”."
)
HOW_TO_SEND = "Để trả lời thư này: gửi kèm đường dẫn đúng, ghi rõ là của bài nào nếu có nhiều bài."


def letter(context: Acknowledgement) -> Letter:
    """Word the acknowledgement."""
    context = replace(
        context, stories=tuple(replace(story, summary=_brief(story.summary)) for story in context.stories)
    )
    mixed = len({story.state for story in context.stories}) > 1
    more: dict[str, object] = {
        "received": _in_state(context, {AckState.QUEUED}),
        "known": _in_state(context, {AckState.DUPLICATE}),
        "retried": _in_state(context, {AckState.RETRY}),
        "problems": _in_state(context, ASKS),
        "remarks": tuple(_remark(story, mixed=mixed) for story in context.stories),
        "weeks_differ": len({story.week for story in _in_state(context, OURS)}) > 1,
        "missing": "" if context.stories or context.done or context.report else _missing(context),
        "steps": tuple(_steps(context)),
        "how_to_answer": _how_to_answer(context),
    }
    return compose(Notice.ACKNOWLEDGEMENT, context, more, answers=context.answers, references=context.references)


def _in_state(context: Acknowledgement, states: Set[AckState]) -> tuple[AckStory, ...]:
    return tuple(story for story in context.stories if story.state in states)


def _places(context: Acknowledgement, states: Set[AckState]) -> tuple[int, ...]:
    return tuple(place for place, story in enumerate(context.stories, 1) if story.state in states)


def _missing(context: Acknowledgement) -> str:
    return ENCLOSED if context.enclosed else NO_LINK


def _remark(story: AckStory, *, mixed: bool) -> str:
    """What is to be said of a link besides what it shows; of one that was received only where others were not."""
    if story.state is AckState.QUEUED:
        return "Đã nhận, đang chờ Ban biên tập." if mixed else ""
    if story.state is AckState.DUPLICATE:
        return _known_since(story)
    if story.state is AckState.WITHDRAWN:
        return "Đã rút theo đề nghị của Nhà trường."
    if story.state is AckState.RETRY:
        return f"Chưa mở được: {_clause(story.reason or 'trang chưa trả lời')} {WILL_RETRY}"
    advice = sentence(story.advice) if story.advice else ""
    return f"Chưa dùng được: {_clause(story.reason or 'chưa mở được bài viết')} {advice}".strip()


def _known_since(story: AckStory) -> str:
    day_sent = f" ngày {day(story.sent_on)}" if story.sent_on else " trước đây"
    standing = f", {story.standing}" if story.standing else ""
    which = f" (bài #{story.original_number}{standing})" if story.original_number else ""
    week = f" và đã được ghi nhận cho tuần {story.credited_week}" if story.credited_week else ""
    return f"Nhà trường đã gửi{day_sent}{which}{week}; không cần gửi lại."


def _clause(reason: str) -> str:
    """A reason behind a colon: a sentence that begins as it was written."""
    return reason[:1] + sentence(reason)[1:]


def _steps(context: Acknowledgement) -> Iterator[str]:
    """What comes next, for the school and for us."""
    asked = [f"bài {place}" for place in _places(context, ASKS)]
    if asked:
        listed = " và ".join(filter(None, (", ".join(asked[:-1]), asked[-1])))
        yield f"Kính đề nghị Nhà trường trả lời thư này kèm đường dẫn đúng của {listed}."
    elif not context.stories and not context.done and not context.report:
        yield PUBLISH_FIRST
    if context.report:
        yield THANKS_FOR_REPORT
    elif _in_state(context, {AckState.QUEUED}):
        yield WILL_TELL
    elif _in_state(context, {AckState.DUPLICATE}):
        yield THANKS_FOR_KNOWN


def _how_to_answer(context: Acknowledgement) -> str:
    ours = _places(context, OURS)
    if ours:
        return HOW_TO_ANSWER.format(first=ours[0], last=ours[-1], week=max(1, (context.week or 12) - 1))
    return HOW_TO_SEND if _places(context, ASKS) else ""


def _brief(summary: str | None) -> str | None:
    """Its first sentences, as many as fill three lines; one that is longer is cut."""
    if summary is None:
        return None
    kept = ""
    for said in split_sentences(one_line(summary)):
        longer = f"{kept} {said.text}".strip()
        if kept and len(textwrap.wrap(longer, SUMMARY_COLUMNS)) > SUMMARY_LINES:
            break
        kept = longer
    return " ".join(textwrap.wrap(kept, SUMMARY_COLUMNS, max_lines=SUMMARY_LINES, placeholder="…"))
