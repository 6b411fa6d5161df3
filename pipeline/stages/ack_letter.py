"""What the acknowledgement says of each link of a mail. Pure: rows in, letter out."""

from collections.abc import Mapping, Sequence

from db.models import Link, Message, Story
from db.states import StoryState
from outbox.letter import Letter, Office
from outbox.notices.acknowledgement import Acknowledgement, AckState, AckStory, letter
from parsers.week import Calendar
from pipeline.stages.reasons import NO_STORY

WEEK_REASONS: Mapping[str, str] = {
    "grace": "tuần trước vẫn trong thời hạn ghi nhận bổ sung",
    "late_claim": "tuần Nhà trường ghi trong thư đã hết thời hạn ghi nhận",
    "future_week_claim": "tuần Nhà trường ghi trong thư chưa bắt đầu",
    "iso_week_claim": "số tuần trong thư được hiểu là tuần của năm dương lịch",
    "no_quota_week": "tuần này không giao chỉ tiêu tin bài",
}
NO_STORY_ROLES = ("homepage", "listing")
NOT_YET = "trang đang chờ được mở"
SOCIAL = "social"


def compose(answered: Sequence[Message], office: Office, calendar: Calendar) -> Letter:
    """Word the acknowledgement of one mail, or of several of one sender, oldest first."""
    first = answered[0]
    counted = next((message for message in answered if message.credited_week), first)
    span = calendar.span(counted.credited_week) if counted.credited_week else None
    return letter(
        Acknowledgement(
            office=office,
            school_name=first.school.name if first.school else "",
            to=first.sender_address or "",
            received_at=first.received_at,
            stories=tuple(story for message in answered for story in _stories(message)),
            week=counted.credited_week if span else None,
            week_from=span[0] if span else None,
            week_to=span[1] if span else None,
            week_reason=counted.credit_reason,
            other_mails=tuple(message.received_at for message in answered[1:]),
            unverified=not all(message.verified for message in answered),
            answers=first.rfc_id,
            references=tuple(first.references),
        )
    )


def _stories(message: Message) -> Sequence[AckStory]:
    once = {link.story.id: (link, link.story) for link in reversed(message.links) if link.story is not None}
    stories = [_story(link, story) for link, story in reversed(once.values())]
    return stories or [_no_story(link) for link in message.links if link.role in NO_STORY_ROLES]


def _no_story(link: Link) -> AckStory:
    return AckStory(url=link.url, state=AckState.UNUSABLE, title=link.title, reason=NO_STORY[link.role])


def _story(link: Link, story: Story) -> AckStory:
    state = _state(link, story)
    first = story.original or story
    return AckStory(
        url=story.url,
        state=state,
        number=story.id,
        title=story.title or story.offered_title or link.title,
        published_on=story.published_on,
        summary=story.summary if state is AckState.QUEUED else None,
        reason=story.reason or (NOT_YET if state is AckState.RETRY else None),
        original_number=first.id if state is AckState.DUPLICATE else None,
        credited_week=first.week if state is AckState.DUPLICATE else None,
    )


def _state(link: Link, story: Story) -> AckState:
    if link.repeats and story.state is StoryState.FOUND and story.due_at is None:
        return AckState.DUPLICATE  # the office has it from an old mail, and its page is not fetched
    if story.retrying or story.state in (StoryState.FOUND, StoryState.FETCHED):
        return AckState.RETRY
    if story.state is StoryState.UNREACHABLE or (story.state is StoryState.REVISE and story.reason):
        return AckState.WAITING_TEXT if link.role == SOCIAL else AckState.UNUSABLE
    if story.state is StoryState.DUPLICATE or link.repeats:
        return AckState.DUPLICATE
    return AckState.QUEUED
