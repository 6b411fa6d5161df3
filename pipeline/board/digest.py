"""The board's digest: what waits, who still owes a story this week, how the desk is doing.

Nothing of a restricted mail stands here; those that wait for a person are a number.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from db.models import Member, Story
from db.queries import mailbox, messages, outgoing, people, stories
from db.states import MessageState, StoryState
from outbox.letter import Letter, Notice
from outbox.notices.digest import Digest, DigestStory, MissingSchool, UnreachableOwner, letter
from outbox.queue import Outbox
from parsers.week import Calendar
from pipeline.office import signed_by
from pipeline.reach import unreachable
from pipeline.settings import CalendarSettings, OfficeSettings
from pipeline.weeks import owing, week_now

MOST = 40  # stories in one digest; the rest is a number: Gmail cuts off what is longer than 102 kB


class DigestDesk:
    """Writes the digest of the moment, a copy for each member."""

    def __init__(
        self,
        office: OfficeSettings,
        quota: CalendarSettings,
        calendar: Calendar,
        theme_labels: Mapping[str, str],
        outbox: Outbox,
    ) -> None:
        self._office = signed_by(office)
        self._quota = quota
        self._calendar = calendar
        self._theme_labels = theme_labels
        self._outbox = outbox

    def queue(self, session: Session, now: datetime, period: str, *, even_if_empty: bool) -> int:
        """Queue every active member's copy for this period; returns how many. Nothing to tell: nothing is sent."""
        if not even_if_empty and not _has_news(session):
            return 0
        letters = self.letters(session, now)
        queued = [self._outbox.queue(session, copy, "digest", now, period=period) for copy in letters]
        return sum(mail is not None for mail in queued)

    def letters(self, session: Session, now: datetime) -> Sequence[Letter]:
        """The copies as they would be sent now."""
        members = people.board(session)
        if not members:
            return []
        one = self._digest(session, members[0], now)
        return [
            letter(replace(one, to=member.email, member_name=member.name, member_handle=member.handle))
            for member in members
        ]

    def letter(self, session: Session, member: Member, now: datetime) -> Letter:
        """One member's copy."""
        return letter(self._digest(session, member, now))

    def _digest(self, session: Session, member: Member, now: datetime) -> Digest:
        waiting = stories.pending(session)
        week = week_now(self._calendar, now)
        missing = owing(session, week, self._quota)
        return Digest(
            office=self._office,
            to=member.email,
            member_name=member.name,
            member_handle=member.handle,
            day=self._calendar.local(now).date(),
            stories=tuple(self._story(story) for story in waiting[:MOST]),
            health=self._health(session),
            missing=tuple(MissingSchool(school.short_name, school.level) for school in missing),
            week=week.number if week else None,
            week_from=week.monday if week else None,
            week_to=week.sunday if week else None,
            waiting_count=messages.count(session, MessageState.WAITING),
            troubled=_is_troubled(session),
            more=max(0, len(waiting) - MOST),
            unreachable=tuple(UnreachableOwner(one.owner, one.address) for one in unreachable(session)),
        )

    def _story(self, story: Story) -> DigestStory:
        return DigestStory(
            number=story.id,
            school=story.school.short_name,
            title=story.headline,
            url=story.url,
            received_at=story.found_at,
            published_on=story.published_on,
            image_url=story.image_url,
            summary=story.summary,
            theme=self._theme_labels.get(story.theme or ""),
            flags=tuple(story.flags),
        )

    def _health(self, session: Session) -> str:
        read_at = mailbox.last_read_at(session)
        broken = next((state for state in mailbox.states(session) if state.failed_since), None)
        unfinished, unsent = _unfinished(session), outgoing.count_unsent(session)
        read = f"Hộp thư đọc lúc {self._calendar.local(read_at):%H:%M}" if read_at else "Hộp thư chưa được đọc lần nào"
        if broken is not None and broken.failed_since is not None:
            read = f"Hộp thư không đọc được từ {self._calendar.local(broken.failed_since):%H:%M, %d/%m/%Y}"
        return f"{read} · {unfinished:02} thư không xử lý được · {unsent:02} thư gửi chưa thành công"


def _has_news(session: Session) -> bool:
    """Stories wait, or something needs a person."""
    waiting = messages.count(session, MessageState.WAITING) + stories.count(session, StoryState.PENDING)
    return waiting > 0 or _is_troubled(session) or _lost_somebody(session)


def _lost_somebody(session: Session) -> bool:
    """An address was given up that no digest has named yet; it goes on standing in those that are sent anyway."""
    latest = next(iter(unreachable(session)), None)
    return latest is not None and outgoing.count_since(session, Notice.DIGEST, latest.since) == 0


def _is_troubled(session: Session) -> bool:
    """tinbai itself needs a person: the mailbox cannot be read, or something could not be finished or sent."""
    broken = any(state.failed_since for state in mailbox.states(session))
    return broken or _unfinished(session) + outgoing.count_unsent(session) > 0


def _unfinished(session: Session) -> int:
    return messages.count_put_aside(session) + stories.count_stuck(session)
