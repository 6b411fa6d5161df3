"""What a board member may decide about a story, and what follows. Free of mail syntax and of the command line.

Every decision is an event with member, time and way. Silence decides nothing; schools hear of a decision only when the
time to undo it is over.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy.orm import Session

from db.models import Member, Publication, Story, StoryEvent
from db.queries import outgoing, stories
from db.states import MailState, StoryState
from parsers.urls import UrlRefused, check_url
from pipeline.board.telling import Teller


class Verb(StrEnum):
    """What can be decided."""

    APPROVE = "approve"
    REVISE = "revise"
    DECLINE = "decline"
    PUBLISH = "publish"
    UNDO = "undo"


@dataclass(frozen=True, slots=True)
class Rule:
    """From which states a verb leads where, and whether the board must say why."""

    start: frozenset[StoryState]
    end: StoryState
    needs_note: bool = False


RULES: Mapping[Verb, Rule] = {
    Verb.APPROVE: Rule(frozenset({StoryState.PENDING}), StoryState.APPROVED),
    Verb.REVISE: Rule(frozenset({StoryState.PENDING}), StoryState.REVISE, needs_note=True),
    Verb.DECLINE: Rule(frozenset({StoryState.PENDING}), StoryState.DECLINED, needs_note=True),
    Verb.PUBLISH: Rule(frozenset({StoryState.PENDING, StoryState.APPROVED}), StoryState.PUBLISHED),
}
STATE_WORDS: Mapping[StoryState, str] = {
    StoryState.FOUND: "đang chờ mở trang",
    StoryState.FETCHED: "đang được đọc",
    StoryState.PENDING: "chờ duyệt",
    StoryState.APPROVED: "đã duyệt",
    StoryState.PUBLISHED: "đã đăng",
    StoryState.WITHDRAWN: "đã gỡ",
    StoryState.REVISE: "đã đề nghị trường sửa",
    StoryState.DECLINED: "không sử dụng",
    StoryState.UNREACHABLE: "không mở được trang",
    StoryState.DUPLICATE: "trùng với bài khác",
}


UNDO = "undo"  # the way of an event that takes a decision back


class DecisionRefused(ValueError):
    """The decision cannot be taken; the message says why, in Vietnamese."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A member's decision about one story. `way` is how it came: "command line", "reply", "desk"."""

    verb: Verb
    number: int
    note: str | None = None
    url: str | None = None
    channel: str = "portal"
    way: str = "command line"


def decide(
    session: Session, decision: Decision, member: Member, now: datetime, undo_minutes: int, teller: Teller
) -> Story:
    """Take the decision: state, event, and the notice to the school, all in the caller's commit.

    Raises DecisionRefused, and then nothing has changed.
    """
    story = stories.locked(session, decision.number)
    if story is None:
        raise DecisionRefused(f"Không có bài số {decision.number}.")
    if decision.verb is Verb.UNDO:
        _undo(session, story, member, now)
        return story
    rule = RULES[decision.verb]
    _check(story, decision, rule)
    _move(session, story, decision, rule, member, now)
    teller.tell(session, story, decision.note, now, now + timedelta(minutes=undo_minutes))
    return story


def _check(story: Story, decision: Decision, rule: Rule) -> None:
    if story.state not in rule.start:
        raise DecisionRefused(f"Bài #{story.id} {STATE_WORDS[story.state]}, không thể {_NAMES[decision.verb]}.")
    if rule.needs_note and not (decision.note or "").strip():
        raise DecisionRefused(f"Cần nêu lý do khi {_NAMES[decision.verb]} bài #{story.id} (--note).")
    if decision.verb is Verb.PUBLISH:
        if not decision.url:
            raise DecisionRefused(f"Cần địa chỉ nơi đăng bài #{story.id} (--url).")
        try:
            check_url(decision.url)
        except UrlRefused as refused:
            raise DecisionRefused(f"Địa chỉ nơi đăng bài #{story.id} không dùng được: {refused}.") from refused


_NAMES: Mapping[Verb, str] = {
    Verb.APPROVE: "duyệt",
    Verb.REVISE: "đề nghị sửa",
    Verb.DECLINE: "từ chối",
    Verb.PUBLISH: "ghi nhận đã đăng",
    Verb.UNDO: "hoàn tác",
}


def _move(session: Session, story: Story, decision: Decision, rule: Rule, member: Member, now: datetime) -> None:
    if rule.end is StoryState.PUBLISHED:
        if story.state is StoryState.PENDING:  # putting it up is approving it
            story.move_to(StoryState.APPROVED, now, decision.way, member_id=member.id)
        story.publications.append(
            Publication(channel=decision.channel, url=decision.url or "", at=now, member_id=member.id)
        )
    story.move_to(rule.end, now, decision.way, member_id=member.id, note=decision.note)
    session.flush()


def _undo(session: Session, story: Story, member: Member, now: datetime) -> None:
    """Back to where the last decision started, step by step; mail about it that has not left is cancelled."""
    undone = _last_decision(story)
    if not undone:
        raise DecisionRefused(f"Bài #{story.id} {STATE_WORDS[story.state]}, không có quyết định nào để hoàn tác.")
    if story.due_at is not None:
        raise DecisionRefused(f"Bài #{story.id} vừa được trường gửi lại và đang được đọc; xin thử lại sau ít phút.")
    if story.state is StoryState.PUBLISHED and story.publications:
        story.publications.pop()
    periods = {f"event:{event.id}" for event in undone}
    for mail in outgoing.waiting_about(session, f"story:{story.id}"):
        if mail.period in periods:
            mail.move_to(MailState.CANCELLED, now, UNDO)
    for event in undone:
        story.move_to(StoryState(event.old or ""), now, UNDO, member_id=member.id)


def _last_decision(story: Story) -> list[StoryEvent]:
    """The events of the decision that stands, newest first: one decision may take two moves, at one moment."""
    events = [event for event in reversed(story.events) if event.old != event.new]  # a week put right is no move
    if not events or events[0].member_id is None or events[0].way == UNDO:
        return []
    return [event for event in events if (event.at, event.member_id) == (events[0].at, events[0].member_id)]
