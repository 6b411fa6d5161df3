"""Answers the schools: one acknowledgement a mail, as soon as the last of its links has its first verdict.

Answers are capped by sender, by domain and by hour. Over the cap a school is not left in silence: its mails of the
hour get one combined acknowledgement at the end of it. Whether the headers of a mail let it be answered is decided when
it is read; what was written before decides here (`pipeline.stages.ack_limits`).
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select
from sqlalchemy.orm import Session

from db.models import Message, Story
from db.models.message import Answer
from db.queries import messages, outgoing
from db.queries.turns import take_turns
from db.states import StoryState
from db.wake import Group
from db.work import OUR_FAULTS, RowStep, WorkFailed
from outbox.letter import Letter, Notice
from outbox.notices import alert, problem
from outbox.queue import Outbox
from parsers.week import Calendar
from pipeline.office import signed_by
from pipeline.reach import reachable
from pipeline.settings import AckSettings, OfficeSettings
from pipeline.stages.ack_letter import compose, listed
from pipeline.stages.ack_limits import AckLimits
from pipeline.stages.reasons import NOT_READ

log = logging.getLogger(__name__)

HOUR = timedelta(hours=1)
TURN = ("acknowledgement",)  # answers are counted one after another, by however many workers
BREAKER = "breaker"
TOO_MANY = "Số thư trả lời vượt giới hạn"
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
        undo: timedelta = timedelta(),
    ) -> None:
        self._office = signed_by(office)
        self._per_hour = caps.per_hour
        self._limits = AckLimits(caps)
        self._calendar = calendar
        self._outbox = outbox
        self._alert_to = tuple(alert_to)
        self._undo = undo  # so long a decision can be undone, and is told to nobody

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
        """Queue the acknowledgement, hold it back when the caps say so, or leave the mail unanswered with a reason."""
        take_turns(session, TURN)
        if message.answer is Answer.HELD:
            self._answer_held(session, message, now)
        elif reason := self._limits.silence(session, message, now):
            self._stay_silent(message, reason)
        elif self._over_caps(session, message, now):
            self._hold(session, message, now)
        else:
            self._queue(session, [message], now)

    def letter(self, answered: Sequence[Message], now: datetime) -> Letter:
        """The acknowledgement of these mails of one sender, oldest first."""
        return compose(answered, self._office, self._calendar, settled=now - self._undo)

    def _answer_held(self, session: Session, message: Message, now: datetime) -> None:
        """One answer for all the mails of this sender that wait for one."""
        answered: list[Message] = []
        for held in messages.held_for(session, message.sender_address or ""):
            if reason := self._limits.late_silence(session, held, now):
                self._stay_silent(held, reason)
            else:
                answered.append(held)
        if answered:
            self._queue(session, answered, now)

    def _queue(self, session: Session, answered: Sequence[Message], now: datetime) -> None:
        letter, about = self.letter(answered, now), f"message:{answered[0].id}"
        self._outbox.queue(session, letter, about, now, listed=listed(answered))
        for message in answered:
            message.answer, message.answered_at = Answer.QUEUED, now
            message.make_due(None)
        session.flush()  # the next mail is judged by this one

    def _hold(self, session: Session, message: Message, now: datetime) -> None:
        """Until the end of the hour. Only the sender's first such mail wakes somebody then, and speaks for them all."""
        first = not messages.held_for(session, message.sender_address or "")
        message.answer = Answer.HELD
        message.make_due(_end_of_hour(now) if first else _end_of_hour(now) + HOUR)
        session.flush()
        log.warning("Acknowledgement held back by the caps", extra={"message_id": message.id})

    def _stay_silent(self, message: Message, reason: str) -> None:
        message.answer, message.silence_reason = Answer.NONE, reason
        message.make_due(None)
        log.info("Message not acknowledged", extra={"message_id": message.id})

    def _over_caps(self, session: Session, message: Message, now: datetime) -> bool:
        in_all = outgoing.count_since(session, Notice.ACKNOWLEDGEMENT, now - HOUR)
        if in_all >= self._per_hour:
            self._raise_alarm(session, in_all, now)
            return True
        return self._limits.is_over(session, message, now)

    def _raise_alarm(self, session: Session, count: int, now: datetime) -> None:
        """At most once an hour."""
        log.error("The breaker for acknowledgements is open", extra={"last_hour": count})
        if outgoing.told_since(session, BREAKER, now - HOUR):
            return
        for address in self._alert_to:
            told = alert.Alert(self._office, address, now, TOO_MANY, BREAKER_OPEN.format(count=count))
            self._outbox.queue(session, alert.letter(told), BREAKER, now, period=f"{now:%Y-%m-%dT%H:%M}")

    def _tell_problem(self, session: Session, story: Story, reason: str, now: datetime) -> None:
        """Whoever was promised another try hears that it failed; who is not answered yet hears it in the answer."""
        by_sender = {message.sender_address: message for message in messages.answered_with_story(session, story.id)}
        for message in by_sender.values():
            told = problem.Problem(
                office=self._office,
                school_name=story.school.name,
                to=reachable(session, story.school, message.sender_address or ""),
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
    last = next((event for event in reversed(story.events) if event.old != event.new), None)
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
