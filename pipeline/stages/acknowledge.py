"""Answers the schools: one acknowledgement a mail, as soon as the last of its links has its first verdict.

Answers are capped by sender and by hour. Over the cap a school is not left in silence: its mails of the hour get one
combined acknowledgement at the end of it. Whether a mail may be answered at all is decided when it is read.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select
from sqlalchemy.orm import Session

from db.models import Message, Story
from db.models.message import Answer
from db.queries import messages, outgoing
from db.states import StoryState
from db.wake import Group
from db.work import OUR_FAULTS, RowStep, WorkFailed
from outbox.letter import Letter, Notice
from outbox.notices import alert, problem
from outbox.queue import Outbox
from parsers.week import Calendar
from pipeline.office import signed_by
from pipeline.settings import AckSettings, OfficeSettings
from pipeline.stages.ack_letter import compose
from pipeline.stages.reasons import NOT_READ

log = logging.getLogger(__name__)

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
BREAKER_OPEN = (
    "Trong một giờ qua tinbai đã trả lời {count} thư, vượt giới hạn [ack] per_hour; các thư tiếp theo được trả lời gộp "
    "vào cuối giờ. Hãy xem `tinbai messages` có gì bất thường."
)


class Acknowledger:
    """Notes the verdicts on stories and queues the answers that become complete by them."""

    def __init__(
        self,
        office: OfficeSettings,
        caps: AckSettings,
        calendar: Calendar,
        outbox: Outbox,
        alert_to: Sequence[str],
    ) -> None:
        self._office = signed_by(office)
        self._caps = caps
        self._calendar = calendar
        self._outbox = outbox
        self._alert_to = tuple(alert_to)

    def verdict(self, session: Session, story: Story, now: datetime) -> None:
        """The first attempt on this story has an outcome; whoever waited for it last is answered in this commit."""
        story.verdict_at = story.verdict_at or now
        session.flush()
        for message in messages.with_story(session, story.id):
            self.answer_if_complete(session, message, now)

    def unusable(self, session: Session, story: Story, reason: str, now: datetime, way: str) -> None:
        """There is no story to be had behind this link, or, by a fault of ours, none that we can read."""
        promised, story.retrying = story.retrying, False
        if reason in OUR_FAULTS:
            story.flags = [*story.flags, NOT_READ]
            story.reason, story.pending_at = None, now
            story.move_to(StoryState.PENDING, now, way, note=reason)
        else:
            story.reason = reason
            end = StoryState.REVISE if _is_revised(story) else StoryState.UNREACHABLE
            if story.state is not end:
                story.move_to(end, now, way, note=reason)
            if promised:
                self._tell_problem(session, story, reason, now)
        self.verdict(session, story, now)

    def answer_if_complete(self, session: Session, message: Message, now: datetime) -> None:
        """Answer a locked message unless one of its stories has no verdict yet."""
        if messages.stories_without_verdict(session, message.id) == 0:
            self.answer(session, message, now)

    def answer(self, session: Session, message: Message, now: datetime) -> None:
        """Queue the acknowledgement, or hold it back when the caps say so."""
        if message.answer is Answer.HELD:
            self._queue(session, messages.held_for(session, message.sender_address or ""), now)
        elif self._over_caps(session, message.sender_address or "", now):
            message.answer = Answer.HELD
            message.make_due(_end_of_hour(now))
            log.warning("Acknowledgement held back by the caps", extra={"message_id": message.id})
        else:
            self._queue(session, [message], now)

    def letter(self, answered: Sequence[Message]) -> Letter:
        """The acknowledgement of these mails of one sender, oldest first."""
        return compose(answered, self._office, self._calendar)

    def _queue(self, session: Session, answered: Sequence[Message], now: datetime) -> None:
        self._outbox.queue(session, self.letter(answered), f"message:{answered[0].id}", now)
        for message in answered:
            message.answer, message.answered_at = Answer.QUEUED, now
            message.make_due(None)

    def _over_caps(self, session: Session, sender: str, now: datetime) -> bool:
        to_sender = outgoing.count_since(session, Notice.ACKNOWLEDGEMENT, now - DAY, sender)
        in_all = outgoing.count_since(session, Notice.ACKNOWLEDGEMENT, now - HOUR)
        if in_all >= self._caps.per_hour:
            self._raise_alarm(session, in_all, now)
        return to_sender >= self._caps.per_sender_per_day or in_all >= self._caps.per_hour

    def _raise_alarm(self, session: Session, count: int, now: datetime) -> None:
        log.error("The breaker for acknowledgements is open", extra={"last_hour": count})
        for address in self._alert_to:
            told = alert.Alert(self._office, to=address, at=now, sentence=BREAKER_OPEN.format(count=count))
            self._outbox.queue(session, alert.letter(told), "breaker", now, period=f"{now:%Y-%m-%dT%H}")

    def _tell_problem(self, session: Session, story: Story, reason: str, now: datetime) -> None:
        """Whoever was promised another try hears that it failed; who is not answered yet hears it in the answer."""
        by_sender = {message.sender_address: message for message in messages.answered_with_story(session, story.id)}
        for message in by_sender.values():
            told = problem.Problem(
                office=self._office,
                school_name=story.school.name,
                to=message.sender_address or "",
                received_at=message.received_at,
                url=story.url,
                reason=reason,
                number=story.id,
                title=story.offered_title,
                answers=message.rfc_id,
                references=tuple(message.references),
            )
            self._outbox.queue(session, problem.letter(told), f"story:{story.id}", now, period=f"message:{message.id}")


def _is_revised(story: Story) -> bool:
    """The school was asked to improve it, and this is how its next try went: decision and credit stand."""
    last = story.events[-1] if story.events else None
    fetched_anew = last is not None and (last.old, last.new) == (StoryState.REVISE, StoryState.FETCHED)
    return story.state is StoryState.REVISE or fetched_anew


def _end_of_hour(now: datetime) -> datetime:
    return now.replace(minute=0, second=0, microsecond=0) + HOUR


class AnswerLate(RowStep[Message]):
    """Mails whose answer cannot wait: a page does not come, or the hour of too many answers is over."""

    name = "answer_late"
    group = Group.READING
    feeds = (Group.DELIVERING,)

    def __init__(self, acknowledger: Acknowledger) -> None:
        self._acknowledger = acknowledger

    def due(self, now: datetime) -> Select[Message]:
        """Messages whose time to be answered has come."""
        return messages.to_answer(now)

    def save(self, session: Session, row: Message, result: None, now: datetime) -> None:
        """Answer with what is known; the stories that are missing are said to be tried again."""
        if row.answer not in (Answer.OPEN, Answer.HELD):
            return
        for link in row.links:
            if link.story is not None and link.story.verdict_at is None:
                link.story.verdict_at, link.story.retrying = now, True
        self._acknowledger.answer(session, row, now)

    def give_up(self, session: Session, row: Message, failure: WorkFailed, now: datetime) -> None:
        """Never by its own work; after an unforeseen error the mail is put aside, unanswered, with the reason."""
