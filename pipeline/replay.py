"""Reads stored mails again by today's rules and register, and tells what would be decided differently.

It asks the functions of the stage itself, keeps nothing, answers nobody, and looks at the database only. What a person
did with a mail later is no difference: the machine's last decision is compared.
"""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from operator import itemgetter

from db.models import Message
from db.queries import replay as record
from db.session import Database
from db.states import MessageState
from db.work import UNFORESEEN, WorkFailed
from parsers.reading import Office
from pipeline.sandbox import ChildFailed
from pipeline.stages.ack_limits import BY_RECORD
from pipeline.stages.history import as_history, is_history
from pipeline.stages.mail_decision import OF_THREAD, MailDecision, decide_mail, given_repeats, given_thread
from pipeline.stages.mail_reader import MailReader, job_for
from pipeline.stages.mail_reading import MailJob, MailReading
from pipeline.stages.read_message import ANSWERED_TWIN, ReadMessage

FIELDS = (
    "state",
    "kind",
    "school",
    "school_by",
    "claimed_week",
    "received_week",
    "credited_week",
    "silence_reason",
    "restricted",
)
TOGETHER = 20  # mails in one visit to the sandbox
ENOUGH_BYTES = 8 << 20  # of their raw text; the rest waits for the next visit
Outcome = MailReading | WorkFailed


@dataclass(frozen=True, slots=True)
class Replayed:
    """One mail read again. changes: field → (then, now); empty when all is as it was, or must not be shown."""

    message: int
    received_at: datetime
    restricted: bool  # then or now: nothing but its number is for everybody's eyes
    differs: bool
    changes: Mapping[str, tuple[object, object]]


@dataclass(frozen=True, slots=True)
class _Stored:
    """A mail as it was decided. stories: address → the story's number, and whether it was known before this mail."""

    number: int
    job: MailJob
    then: MailDecision
    stories: Mapping[str, tuple[int, bool]]
    history: bool


class Replay:
    """at_once: how many visits to the sandbox may go on at a time."""

    def __init__(self, database: Database, reader: MailReader, at_once: int) -> None:
        self._database = database
        self._reader = reader
        self._at_once = at_once
        self._brought: dict[str, tuple[int, int | None]] = {}  # key → mail, story: where the record says otherwise

    def count(self, start: datetime) -> int:
        """How many mails there are to read."""
        with record.looking_only(self._database) as session:
            return record.count_decided_since(session, start)

    def since(self, start: datetime) -> Iterator[Replayed]:
        """Every mail received since then, in the order of their numbers; a few are in memory at a time."""
        ahead: deque[tuple[Sequence[_Stored], Future[Sequence[Outcome]]]] = deque()
        with ThreadPoolExecutor(self._at_once) as pool:
            for mails in self._batches(start):
                ahead.append((mails, pool.submit(self._read, [mail.job for mail in mails])))
                if len(ahead) > self._at_once:
                    yield from self._compared(*ahead.popleft())
            while ahead:
                yield from self._compared(*ahead.popleft())

    def _batches(self, start: datetime) -> Iterator[Sequence[_Stored]]:
        with record.looking_only(self._database) as session:
            office = self._reader.office(session)
        mails: Sequence[_Stored] = self._batch(start, 0, office)
        while mails:
            yield mails
            mails = self._batch(start, mails[-1].number, office)

    def _batch(self, start: datetime, after: int, office: Office) -> Sequence[_Stored]:
        mails: list[_Stored] = []
        size = 0
        with record.looking_only(self._database) as session:
            for row in record.decided_since(session, start, after, TOGETHER):
                mails.append(_stored(row, office))
                size += len(mails[-1].job.raw)
                if size > ENOUGH_BYTES:
                    break
        return mails

    def _read(self, jobs: Sequence[MailJob]) -> Sequence[Outcome]:
        try:
            return self._reader.read_together(jobs)
        except ChildFailed:
            return [self._read_alone(job) for job in jobs]

    def _read_alone(self, job: MailJob) -> Outcome:
        try:
            return self._reader.read(job)
        except WorkFailed as failure:
            return failure
        except ChildFailed:
            return WorkFailed(UNFORESEEN)

    def _compared(self, mails: Sequence[_Stored], reading: Future[Sequence[Outcome]]) -> Iterator[Replayed]:
        decided = [_decided(mail, outcome) for mail, outcome in zip(mails, reading.result(), strict=True)]
        keys = {key for decision in decided for key in decision.stories.values()}
        with record.looking_only(self._database) as session:
            known = record.brought(session, keys)
        for mail, decision in zip(mails, decided, strict=True):
            repeats = [self._repeats(mail, url, key, known) for url, key in decision.stories.items()]
            yield _replayed(mail, given_repeats(decision, repeats))

    def _repeats(self, mail: _Stored, url: str, key: str, known: Mapping[str, tuple[int, int]]) -> bool:
        """Was this story there before the mail? History answers where it can: a link may have been opened again."""
        story, repeated = mail.stories.get(url, (None, False))
        there = known.get(key)
        if there is None or there[1] != story:
            self._brought.setdefault(key, (mail.number, story))
        bringers = (bringer for bringer in (self._brought.get(key), there) if bringer is not None)
        first, found = min(bringers, key=itemgetter(0))
        return repeated if story is not None and story == found else repeated or first < mail.number


def _stored(row: Message, office: Office) -> _Stored:
    stories = {link.url: (link.story_id, link.repeats) for link in row.links if link.story_id is not None}
    return _Stored(row.id, job_for(row, office), _then(row), stories, is_history(row))


def _then(row: Message) -> MailDecision:
    """The decision as the record has it; the state is where the stage left the mail, not where a person took it."""
    states = [MessageState(event.new) for event in row.events if event.way == ReadMessage.name]
    return MailDecision(
        state=states[-1] if states else row.state,
        reason=row.reason,
        kind=row.kind,
        school=row.school.code if row.school else None,
        school_by=row.school_by,
        claimed_week=row.claimed_week,
        received_week=row.received_week,
        credited_week=row.credited_week,
        flags=tuple(row.flags),
        restricted=row.restricted,
        silence_reason=row.silence_reason,
        roles={link.url: link.role for link in row.links},
        stories={link.url: "" for link in row.links if link.story_id is not None},
    )


def _decided(mail: _Stored, outcome: Outcome) -> MailDecision:
    """The decision of today. A mail that cannot be read is put aside, and nothing else is known of it."""
    if isinstance(outcome, WorkFailed):
        return replace(mail.then, state=MessageState.QUARANTINED, roles={}, stories={})
    decided = given_thread(decide_mail(outcome)) if mail.then.reason == OF_THREAD else decide_mail(outcome)
    decided = as_history(decided) if mail.history else decided
    if decided.state is MessageState.READ and mail.then.silence_reason in {ANSWERED_TWIN, *BY_RECORD}:
        return replace(decided, silence_reason=decided.silence_reason or mail.then.silence_reason)
    return decided


def _replayed(mail: _Stored, now: MailDecision) -> Replayed:
    changes = _changes(mail.then, now)
    restricted = mail.then.restricted or now.restricted
    return Replayed(mail.number, mail.job.received_at, restricted, bool(changes), {} if restricted else changes)


def _changes(then: MailDecision, now: MailDecision) -> dict[str, tuple[object, object]]:
    pairs: dict[str, tuple[object, object]] = {
        **{name: (getattr(then, name), getattr(now, name)) for name in FIELDS},
        "flags": (sorted(then.flags), sorted(now.flags)),
        "links": (_besides(then.roles, now.roles), _besides(now.roles, then.roles)),
        "stories": (sorted(then.stories.keys() - now.stories), sorted(now.stories.keys() - then.stories)),
    }
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _besides(roles: Mapping[str, str], others: Mapping[str, str]) -> dict[str, str]:
    return {url: role for url, role in roles.items() if others.get(url) != role}
