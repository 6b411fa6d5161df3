"""Stage 1: read a stored mail and keep what it says. Commit 2.

A mail with any incident word, or whose sender is not identified, waits for a person: its links are not fetched, no
machine answers it, and it never enters the board's queue.
"""

import zlib
from datetime import datetime, timedelta

from sqlalchemy import Select
from sqlalchemy.orm import Session

from db.models import Link, Message, School, Story
from db.models.message import Answer
from db.queries import messages, people, stories
from db.states import MessageState, StoryState
from db.wake import Group
from db.work import Step, WorkFailed
from ingest.mailbox_protocol import MAIL_BYTES
from parsers.links import FoundLink
from parsers.message import ParseError
from parsers.urls import host_of
from pipeline.registry import board_addresses, registry_from
from pipeline.sandbox import Sandbox
from pipeline.settings import AckSettings
from pipeline.stages.ack_letter import WEEK_REASONS
from pipeline.stages.acknowledge import Acknowledger
from pipeline.stages.mail_reading import MailJob, MailReading, MailRules, disposition, read_mail

TOO_OLD_TO_ANSWER = timedelta(days=7)
TOO_LARGE = "Thư lớn hơn 25 MB nên không được đọc; xem thư gốc trong hộp thư."
REFUSED = "Máy chủ không đưa trọn thư này; xem thư gốc trong hộp thư."
ANSWERED_TWIN = "thư trùng Message-ID với một thư đã được trả lời"
FLAGS_OF_STORIES = frozenset({"unverified", "unfetchable_social"})  # what the board should know of the mail


class ReadMessage(Step[Message, MailJob, MailReading]):
    """Messages received → read | waiting | ignored; quarantined when they cannot be read."""

    name = "read_message"
    group = Group.READING
    feeds = (Group.FETCHING, Group.DELIVERING)

    def __init__(self, sandbox: Sandbox, rules: MailRules, acks: AckSettings, acknowledger: Acknowledger) -> None:
        self._sandbox = sandbox
        self._rules = rules
        self._acks = acks
        self._acknowledger = acknowledger

    def due(self, now: datetime) -> Select[Message]:
        """New messages, and waiting ones that somebody wants read again."""
        return messages.to_read(now)

    def load(self, session: Session, row: Message, now: datetime) -> MailJob:
        """The raw mail and the register of this moment."""
        registry = registry_from(session, self._rules.office.domain)
        office = self._rules.office_with(registry, board_addresses(session))
        return MailJob(zlib.decompress(row.raw), row.size, row.truncated, row.received_at, office)

    def work(self, job: MailJob) -> MailReading:
        """Read it where it can do no harm."""
        if job.truncated:
            raise WorkFailed(TOO_LARGE if job.size > MAIL_BYTES else REFUSED, permanent=True)
        try:
            return self._sandbox.call(read_mail, job)
        except ParseError as error:
            raise WorkFailed(str(error), permanent=True) from error

    def save(self, session: Session, row: Message, result: MailReading, now: datetime) -> None:
        """Keep what was understood; queue the stories; answer at once when no page has to be waited for."""
        decided = disposition(result.reading)
        school = people.school_by_code(session, result.reading.school) if result.reading.school else None
        _describe(row, result, school)
        waited = row.state is MessageState.WAITING  # for a person: its age is not the school's doing
        row.reason, row.verified = decided.reason, result.reading.verified
        if decided.state is MessageState.READ and school is not None:
            self._queue_stories(session, row, result, school, now)
        if waited and decided.state is not MessageState.READ:
            row.make_due(None)  # read again in vain: it goes on waiting for its person
        else:
            row.move_to(decided.state, now, self.name, note=decided.reason)
        if decided.state is MessageState.WAITING and not row.restricted and self._registered_since(session, result):
            row.make_due(now)
        if decided.state is MessageState.READ:
            self._open_answer(session, row, now, waited=waited)

    def give_up(self, session: Session, row: Message, failure: WorkFailed, now: datetime) -> None:
        """Out of the way, byte for byte, with the reason."""
        row.reason = failure.reason
        if row.state is MessageState.RECEIVED:
            row.move_to(MessageState.QUARANTINED, now, self.name, note=failure.reason)

    def _queue_stories(
        self, session: Session, row: Message, result: MailReading, school: School, now: datetime
    ) -> None:
        row.school_year = self._rules.calendar.week1_monday.year
        before = stories.by_identity(session, [key for _, key in result.story_keys if key])
        reopened = {key for key, story in before.items() if _open_again(story, row, now)}
        known = dict(before)
        row.links = [_link(row, at, *pair, known, school, now) for at, pair in enumerate(result.story_keys)]
        for link, (_, key) in zip(row.links, result.story_keys, strict=True):
            link.repeats = key in before and key not in reopened
        repeats = [link.repeats for link in row.links if link.story is not None]
        if repeats and all(repeats):
            row.flags = [*row.flags, "duplicate"]
            row.credited_week = None
        session.flush()

    def _registered_since(self, session: Session, result: MailReading) -> bool:
        """The register was changed while the mail was read: nobody else would look at it again."""
        registry = registry_from(session, self._rules.office.domain)
        return not result.registered and registry.of_address(result.reading.sender or "") is not None

    def _open_answer(self, session: Session, row: Message, now: datetime, *, waited: bool) -> None:
        if row.silence_reason is None and messages.answered_twin(session, row, now - TOO_OLD_TO_ANSWER):
            row.silence_reason = ANSWERED_TWIN
        if row.silence_reason is not None or (now - row.received_at > TOO_OLD_TO_ANSWER and not waited):
            return
        row.answer = Answer.OPEN
        row.make_due(now + timedelta(seconds=self._acks.wait_seconds))
        session.flush()
        self._acknowledger.answer_if_complete(session, row, now)


def _describe(row: Message, result: MailReading, school: School | None) -> None:
    reading = result.reading
    row.subject, row.rfc_id, row.references = result.subject, result.rfc_id, list(result.references)
    row.sender_address, row.sender_name = reading.sender, result.sender_name
    row.kind, row.school, row.school_by = reading.kind.value, school, reading.school_by
    row.claimed_week, row.received_week = reading.claimed_week, reading.received_week
    row.credited_week, row.flags = reading.credited_week, list(reading.flags)
    row.credit_reason = next((WEEK_REASONS[flag] for flag in reading.flags if flag in WEEK_REASONS), None)
    row.restricted = bool(reading.incident_words) or "restricted" in reading.flags
    row.silence_reason = reading.silence_reason


def _link(
    row: Message,
    position: int,
    link: FoundLink,
    key: str | None,
    known: dict[str, Story],
    school: School,
    now: datetime,
) -> Link:
    """A link of the mail; a story link points to its story, a new one or the one there is."""
    if key is not None and key not in known:
        known[key] = _new_story(row, link, key, school, now)
    return Link(
        position=position,
        url=link.url,
        written=link.written,
        role=link.role,
        found_in=link.found_in,
        title=link.title,
        story=known[key] if key is not None else None,
    )


def _new_story(row: Message, link: FoundLink, key: str, school: School, now: datetime) -> Story:
    return Story(
        state=StoryState.FOUND,
        school=school,
        school_year=row.school_year,
        week=row.credited_week,
        found_at=row.received_at,
        url=link.url,
        identity=key,
        host=host_of(link.url),
        offered_title=link.title,
        flags=[flag for flag in row.flags if flag in FLAGS_OF_STORIES],
        due_at=now,
    )


def _open_again(story: Story, row: Message, now: datetime) -> bool:
    """A school that sends a link again whose page was no use, or that it was asked to improve, has mended it.

    A page that opens only now counts from this mail on.
    """
    if story.state not in (StoryState.UNREACHABLE, StoryState.REVISE):
        return False
    if story.state is StoryState.UNREACHABLE:
        story.school_year, story.week = row.school_year, row.credited_week
    story.verdict_at, story.retrying, story.reason = None, False, None
    story.make_due(now)
    return True
