"""What the acknowledgement says of each link of a mail. Pure: rows in, letter out."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from db.models import Link, Message, Story
from db.queries.stories import CREDITED
from db.states import StoryState
from outbox.letter import Letter, Office
from outbox.notices.acknowledgement import Acknowledgement, AckState, AckStory, letter
from outbox.wording import day
from parsers.link_roles import ASSET, HOMEPAGE, LISTING, SOCIAL, is_below, is_social_host
from parsers.social import ASSET_HOSTS
from parsers.urls import host_of
from parsers.week import FLAG_FUTURE, FLAG_GRACE, FLAG_ISO, FLAG_LATE, FLAG_NO_QUOTA, Calendar
from pipeline.stages import reasons

WEEK_REASONS: Mapping[str, str] = {
    FLAG_GRACE: "tuần trước vẫn trong thời hạn ghi nhận bổ sung",
    FLAG_LATE: "tuần Nhà trường ghi trong thư đã hết thời hạn ghi nhận",
    FLAG_FUTURE: "tuần Nhà trường ghi trong thư chưa bắt đầu",
    FLAG_ISO: "số tuần trong thư được hiểu là tuần của năm dương lịch",
    FLAG_NO_QUOTA: "tuần này không giao chỉ tiêu tin bài",
}
# The same in whole sentences, for a mail that names its week. {claimed}, {week}: as written, as credited.
PLAIN_REASONS: Mapping[str, str] = {
    FLAG_GRACE: "Thư gửi sau khi tuần {week} kết thúc nhưng vẫn trong thời hạn ghi nhận bổ sung",
    FLAG_LATE: "Thư ghi tuần {claimed}, nhưng thời hạn ghi nhận cho tuần {claimed} đã hết nên tính cho tuần nhận thư",
    FLAG_FUTURE: "Thư ghi tuần {claimed}, nhưng tuần {claimed} chưa bắt đầu nên tính cho tuần nhận thư",
    FLAG_ISO: "Thư ghi tuần {claimed} là số tuần của năm dương lịch, tức là tuần {week} của năm học",
}
NO_QUOTA = "Tuần này không giao chỉ tiêu tin bài nên không tính cho tuần nào; Ban biên tập vẫn xem và sử dụng tin bài"
STANDING: Mapping[StoryState, str] = {
    StoryState.FOUND: "đang chờ mở trang",
    StoryState.FETCHED: "đang chờ Ban biên tập",
    StoryState.PENDING: "đang chờ Ban biên tập",
    StoryState.APPROVED: "đã được duyệt",
    StoryState.PUBLISHED: "đã đăng",
    StoryState.WITHDRAWN: "đã rút",
    StoryState.REVISE: "Ban biên tập đã đề nghị sửa",
    StoryState.DECLINED: "Ban biên tập không sử dụng",
    StoryState.UNREACHABLE: "chưa mở được trang",
}
DECIDED = (StoryState.APPROVED, StoryState.PUBLISHED, StoryState.REVISE, StoryState.DECLINED)
REPORT, ENCLOSED = "nil_report", "article_in_attachment"  # a kind and a flag of mails
DONE = "reply"  # the way of what was done as a school asked in its reply
NOT_YET = "trang đang chờ được mở"
MOST_OTHERS = 10  # links without a story that one letter explains
NO_STORY_HERE = 0  # in the list of a letter's stories: this place has none


def compose(
    answered: Sequence[Message], office: Office, calendar: Calendar, *, settled: datetime | None = None
) -> Letter:
    """Word the acknowledgement of one mail, or of several of one sender, oldest first.

    settled: decisions taken after that moment can still be undone, and are not told.
    """
    first = answered[0]
    counted = next((message for message in answered if message.credited_week), first)
    listed = [_item(link, calendar, settled) for link in _listed(answered)]
    weeks = {item.week for item in listed if item.state in (AckState.QUEUED, AckState.RETRY)}
    week = weeks.pop() if len(weeks) == 1 else None
    span = calendar.span(week) if week else None
    return letter(
        Acknowledgement(
            office=office,
            school_name=first.school.name if first.school else "",
            to=first.sender_address or "",
            received_at=first.received_at,
            stories=tuple(listed),
            week=week if span else None,
            week_from=span[0] if span else None,
            week_to=span[1] if span else None,
            week_reason=_week_reason(counted) if week == counted.credited_week else None,
            other_mails=tuple(message.received_at for message in answered[1:]),
            done=tuple(note for message in answered for note in _done(message)),
            report=first.kind == REPORT,
            enclosed=any(ENCLOSED in message.flags for message in answered),
            unverified=not all(message.verified for message in answered),
            answers=first.rfc_id,
            references=tuple(first.references),
        )
    )


def listed(answered: Sequence[Message]) -> tuple[int, ...]:
    """The stories in the order of the letter's numbers: what "bài 2" means in a reply.

    Zero where the number stands for a link without a story, or for one the office had before: only "#12" names that.
    """
    return tuple(
        link.story.id
        if link.story is not None and _state(link, link.story) is not AckState.DUPLICATE
        else NO_STORY_HERE
        for link in _listed(answered)
    )


def _listed(answered: Sequence[Message]) -> list[Link]:
    """The links that the letter names: each story once, in the order of the mails; others where there is no story."""
    once: dict[int | str, Link] = {}
    for message in answered:
        stories = [link for link in message.links if link.story is not None]
        others = [link for link in message.links if link.role in (HOMEPAGE, LISTING, ASSET)]
        for link in stories or others[:MOST_OTHERS]:
            once.setdefault(link.story.id if link.story is not None else link.url, link)
    return list(once.values())


def _done(message: Message) -> Iterator[str]:
    for event in message.events:
        if event.way == DONE and event.note:
            yield event.note


def _week_reason(message: Message) -> str | None:
    if message.credited_week is None and FLAG_NO_QUOTA in message.flags:
        return NO_QUOTA
    flag = next((flag for flag in PLAIN_REASONS if flag in message.flags), None)
    if flag is None or message.claimed_week is None:
        return message.credit_reason
    return PLAIN_REASONS[flag].format(claimed=message.claimed_week, week=message.credited_week)


def _item(link: Link, calendar: Calendar, settled: datetime | None) -> AckStory:
    return _no_story(link) if link.story is None else _story(link, link.story, calendar, settled)


def _no_story(link: Link) -> AckStory:
    host = host_of(link.url)
    if is_social_host(host):
        reason = reasons.SOCIAL_PAGE.format(site=reasons.site_of(host, reasons.SOCIAL_NETWORK))
        return AckStory(link.url, AckState.WAITING_TEXT, title=link.title, reason=reason, advice=reasons.SEND_TEXT)
    if link.role != ASSET:
        reason = reasons.NO_STORY[link.role]
    elif is_below(host, ASSET_HOSTS):
        reason = reasons.FILE_AT.format(site=reasons.site_of(host, reasons.FILE_SERVICE))
    else:
        reason = reasons.FILE
    advice = reasons.ADVICE.get(reason, reasons.PUT_ON_SITE)
    return AckStory(link.url, AckState.UNUSABLE, title=link.title, reason=reason, advice=advice)


def _story(link: Link, story: Story, calendar: Calendar, settled: datetime | None) -> AckStory:
    state = _state(link, story)
    first = story.original or story
    known = state is AckState.DUPLICATE
    reason, advice = _trouble(link, story, state)
    return AckStory(
        url=story.url,
        state=state,
        number=story.id,
        title=story.title or story.offered_title or link.title,
        published_on=story.published_on,
        summary=story.summary if state is AckState.QUEUED else None,
        week=story.week,
        reason=reason,
        advice=advice,
        original_number=first.id if known else None,
        sent_on=calendar.local(first.found_at).date() if known else None,
        standing=_standing(first, calendar, settled) if known else None,
        credited_week=first.week if known and first.state in CREDITED else None,
    )


def _trouble(link: Link, story: Story, state: AckState) -> tuple[str | None, str | None]:
    if state is AckState.WAITING_TEXT:
        site = reasons.site_of(host_of(story.url), reasons.SOCIAL_NETWORK)
        return reasons.SOCIAL_POST.format(site=site), reasons.SEND_TEXT
    reason = story.reason or (NOT_YET if state is AckState.RETRY else None)
    return reason, reasons.ADVICE.get(reason or "", reasons.CHECK_SITE)


def _standing(first: Story, calendar: Calendar, settled: datetime | None) -> str | None:
    """How the story stands, as far as its school may know it."""
    if first.state in DECIDED and settled is not None and first.events and first.events[-1].at > settled:
        return STANDING[StoryState.PENDING]
    if first.state is StoryState.PUBLISHED and first.publications:
        return f"{STANDING[first.state]} ngày {day(calendar.local(first.publications[-1].at).date())}"
    return STANDING.get(first.state)


def _state(link: Link, story: Story) -> AckState:
    if link.repeats and story.state is StoryState.FOUND and story.due_at is None:
        return AckState.DUPLICATE  # the office has it from an old mail, and its page is not fetched
    if story.retrying or story.state in (StoryState.FOUND, StoryState.FETCHED):
        return AckState.RETRY
    if story.state is StoryState.UNREACHABLE or (story.state is StoryState.REVISE and story.reason):
        return AckState.WAITING_TEXT if link.role == SOCIAL else AckState.UNUSABLE
    if story.state is StoryState.DUPLICATE or link.repeats:
        return AckState.DUPLICATE
    return AckState.WITHDRAWN if story.state is StoryState.WITHDRAWN else AckState.QUEUED
