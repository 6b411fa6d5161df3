"""Stage 1: read a stored mail and keep what it says. Commit 2.

A mail that tells of an incident, or whose sender is not identified, waits for a person: its links are not fetched, no
machine answers it, and it never enters the board's queue. Of an incident those in charge are told in this commit.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from sqlalchemy import Select
from sqlalchemy.orm import Session

from db.models import Link, Message, School, Story
from db.models.message import Answer
from db.queries import messages, people, stories
from db.states import MessageState
from db.wake import Group
from db.work import Step, WorkFailed
from pipeline.registry import registry_from
from pipeline.sandbox import Sandbox
from pipeline.settings import AckSettings
from pipeline.stages.ack_limits import TOO_OLD, TOO_OLD_TO_ANSWER
from pipeline.stages.acknowledge import Acknowledger
from pipeline.stages.bounced import Bounces, heard_from
from pipeline.stages.findable import make_findable
from pipeline.stages.history import as_history, is_history
from pipeline.stages.incident import IncidentDesk
from pipeline.stages.mail_decision import MailDecision, decide_mail
from pipeline.stages.mail_links import keep_links
from pipeline.stages.mail_reader import MailReader, job_for
from pipeline.stages.mail_reading import MailJob, MailReading, MailRules
from pipeline.stages.move_mail import queue_move
from pipeline.stages.school_reply import SchoolReplies, Understood

ANSWERED_TWIN = "Thư trùng Message-ID với một thư đã được trả lời."


@dataclass(frozen=True, slots=True)
class Desks:
    """Who takes care of what a mail may turn out to be."""

    acknowledger: Acknowledger
    incidents: IncidentDesk
    bounces: Bounces
    replies: SchoolReplies


class ReadMessage(Step[Message, MailJob, MailReading]):
    """Messages received → read | waiting | ignored; quarantined when they cannot be read."""

    name = "read_message"
    group = Group.READING
    feeds = (Group.FETCHING, Group.DELIVERING, Group.MOVING)
    batch = 20
    touches = (Message.events, Message.links)

    def __init__(
        self,
        sandbox: Sandbox,
        rules: MailRules,
        acks: AckSettings,
        desks: Desks,
        *,
        moves: bool = False,
    ) -> None:
        self._reader = MailReader(sandbox, rules)
        self._rules = rules
        self._acks = acks
        self._desks = desks
        self._moves = moves  # mails that were read leave the folder

    def due(self, now: datetime) -> Select[Message]:
        """New messages, and waiting ones that somebody wants read again."""
        return messages.to_read(now)

    def weight(self, row: Message) -> int:
        """Its raw text."""
        return 0 if row.truncated else row.size

    def load(self, session: Session, row: Message, now: datetime) -> MailJob:
        """The raw mail and the register of this moment."""
        return job_for(row, self._reader.office(session))

    def work(self, job: MailJob) -> MailReading:
        """Read it where it can do no harm."""
        return self._reader.read(job)

    def work_together(self, jobs: Sequence[MailJob]) -> Sequence[MailReading | WorkFailed]:
        """Read several in one visit to the sandbox."""
        return self._reader.read_together(jobs)

    def save(self, session: Session, row: Message, result: MailReading, now: datetime) -> None:
        """Keep what was understood; queue the stories; answer at once when no page has to be waited for."""
        self.save_together(session, [(row, result)], now)

    def save_together(self, session: Session, done: Sequence[tuple[Message, MailReading]], now: datetime) -> None:
        """Keep several: what they have in common with the record is looked up once for all of them."""
        record = _Record.about(session, done, now)
        before = set(record.stories)
        understood = [self._keep(session, row, result, record, now) for row, result in done]
        session.flush()
        make_findable(session, {story: () for key, story in record.stories.items() if key not in before})
        self._follow_up(session, done, understood, now)
        for row, _ in done:
            if row.answer is Answer.OPEN and not any(_without_verdict(link) for link in row.links):
                self._desks.acknowledger.answer(session, row, now)
            if self._moves:
                queue_move(session, row, now)

    def _keep(
        self, session: Session, row: Message, result: MailReading, record: "_Record", now: datetime
    ) -> Understood:
        understood = self._decide(session, row, result, record)
        decided, school = understood.decided, record.schools.get(understood.decided.school or "")
        _describe(row, result, decided, school)
        waited = row.state is MessageState.WAITING  # for a person: its age is not the school's doing
        if decided.takes_up and school is not None:
            row.school_year = self._rules.calendar.week1_monday.year
            keep_links(row, result, decided, school, record.stories, now)
        if waited and decided.state is not MessageState.READ:
            row.make_due(None)  # read again in vain: it goes on waiting for its person
        else:
            row.move_to(decided.state, now, self.name, note=decided.reason)
        if decided.state is MessageState.WAITING and not row.restricted and self._registered_since(session, result):
            row.make_due(now)
        if decided.state is MessageState.READ:
            self._open_answer(row, record, now, waited=waited)
        return understood

    def _decide(self, session: Session, row: Message, result: MailReading, record: "_Record") -> Understood:
        """By the mail alone, then by the thread it stands in."""
        decided = self._desks.incidents.decide(session, row, result, decide_mail(result))
        if is_history(row):
            return Understood(as_history(decided))
        if result.reply is None:
            return Understood(decided)
        school = record.schools.get(decided.school or "")
        return self._desks.replies.understand(session, row, result, result.reply, decided, school)

    def _follow_up(
        self,
        session: Session,
        done: Sequence[tuple[Message, MailReading]],
        understood: Sequence[Understood],
        now: datetime,
    ) -> None:
        """Do what follows from mails that are kept: a school's wishes, an incident's register, a contact's record."""
        for (row, _), what in zip(done, understood, strict=True):
            self._desks.replies.carry_out(session, row, what, now)
            self._desks.incidents.note(session, row, now)
        live = [(row, result) for row, result in done if not is_history(row)]
        returned = [(result.bounce, row.received_at) for row, result in live if result.bounce is not None]
        self._desks.bounces.count(session, returned, now)
        heard_from(session, [(result.reading, row.received_at) for row, result in live], self._rules.authserv_id)

    def give_up(self, session: Session, row: Message, failure: WorkFailed, now: datetime) -> None:
        """Out of the way, byte for byte, with the reason."""
        row.reason = failure.reason
        if row.state is MessageState.RECEIVED:
            row.move_to(MessageState.QUARANTINED, now, self.name, note=failure.reason)

    def _registered_since(self, session: Session, result: MailReading) -> bool:
        """The register was changed while the mail was read: nobody else would look at it again."""
        registry = registry_from(session, self._rules.office.domain)
        return not result.registered and registry.of_address(result.reading.sender or "") is not None

    def _open_answer(self, row: Message, record: "_Record", now: datetime, *, waited: bool) -> None:
        twin = (row.rfc_id, row.sender_address)
        if row.silence_reason is None and row.rfc_id is not None and twin in record.answered:
            row.silence_reason = ANSWERED_TWIN
        elif row.silence_reason is None and now - row.received_at > TOO_OLD_TO_ANSWER and not waited:
            row.silence_reason = TOO_OLD
        if row.silence_reason is not None:
            return
        record.answered.add(twin)
        row.answer = Answer.OPEN
        row.make_due(now + timedelta(seconds=self._acks.wait_seconds))


@dataclass(frozen=True, slots=True)
class _Record:
    """What the record knows about some mails; grows by what they bring."""

    schools: Mapping[str, School]  # by code
    stories: dict[str, Story]  # by identity key
    answered: set[tuple[str | None, str | None]]  # Message-ID and sender: an alias delivers a mail twice

    @classmethod
    def about(cls, session: Session, done: Sequence[tuple[Message, MailReading]], now: datetime) -> Self:
        results = [result for _, result in done]
        return cls(
            people.schools_by_code(session, {result.reading.school for result in results if result.reading.school}),
            stories.by_identity(session, {key for result in results for _, key in result.story_keys if key}),
            messages.answered(session, {result.rfc_id for result in results if result.rfc_id}, now - TOO_OLD_TO_ANSWER),
        )


def _without_verdict(link: Link) -> bool:
    return link.story is not None and link.story.verdict_at is None


def _describe(row: Message, result: MailReading, decided: MailDecision, school: School | None) -> None:
    row.subject, row.rfc_id, row.references = result.subject, result.rfc_id, list(result.references)
    row.sender_address, row.sender_name = result.reading.sender, result.sender_name
    row.forwarded_by = result.reading.forwarded_by
    row.verified, row.reason = result.reading.verified, decided.reason
    row.kind, row.school, row.school_by = decided.kind, school, decided.school_by
    row.claimed_week, row.received_week = decided.claimed_week, decided.received_week
    row.credited_week, row.credit_reason = decided.credited_week, decided.credit_reason
    row.flags, row.restricted = list(decided.flags), decided.restricted
    row.silence_reason = decided.silence_reason
