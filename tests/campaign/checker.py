"""Proves on the record and in the mailboxes that nothing was lost, nothing doubled, and no state reached by a side way.

`unrest` says what is still to be done, `violations` what must never be so; both read only.
"""

import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, undefer

from db.models import (
    Lease,
    Link,
    MailboxEntry,
    MailEvent,
    Message,
    MessageEvent,
    OutgoingMail,
    Publication,
    Run,
    Story,
    StoryEvent,
)
from db.models.message import Answer
from db.session import Database
from db.states import TRANSITIONS, MailState, MessageState, StoryState
from outbox.deliver import SENT_ONCE_MORE
from outbox.letter import Notice
from tests.campaign.book import Book
from tests.campaign.mailboxes import Mailboxes, message_id_of

WORKABLE = (Message, Story, OutgoingMail)
HISTORIES: tuple[tuple[type[Any], type[Any], str, type[StrEnum]], ...] = (
    (Message, MessageEvent, "message_id", MessageState),
    (Story, StoryEvent, "story_id", StoryState),
    (OutgoingMail, MailEvent, "mail_id", MailState),
)


@dataclass
class Evidence:
    """What a check goes by. begun: Message-IDs whose DATA was begun; `unnamed`: how often it began and was cut off."""

    database: Database
    book: Book
    mailboxes: Mailboxes
    server_uids: Callable[[], list[int]]
    begun: Counter[str] = field(default_factory=Counter)
    unnamed: int = 0
    holders: frozenset[str] = frozenset()
    message_ids: dict[int, str] = field(default_factory=dict)  # of stored messages, by number


def unrest(evidence: Evidence) -> str:
    """Say what is still to be done; "" when everything is at rest."""
    now = datetime.now(UTC)
    with evidence.database.read() as session:
        entries = session.scalar(select(func.count()).select_from(MailboxEntry))
        if entries != evidence.book.entries:
            return f"{entries} of {evidence.book.entries} mails are in the ledger"
        for model in WORKABLE:
            busy = or_(model.lease_until.is_not(None), model.due_at <= now)
            if found := session.scalar(select(func.count()).select_from(model).where(busy)):
                return f"{found} rows of {model.__tablename__} are held or due"
        sending = select(func.count()).select_from(OutgoingMail).where(OutgoingMail.state == MailState.SENDING)
        if session.scalar(sending):
            return "a mail is being sent"
        readers = set(session.scalars(select(Lease.holder).where(Lease.until > now)))
        return "" if readers and readers <= evidence.holders else "nobody who lives reads the mailbox"


def violations(evidence: Evidence) -> list[str]:
    """Everything that is not as it must be once there is rest."""
    with evidence.database.read() as session:
        return [sentence for check in CHECKS for sentence in check(session, evidence)]


def _mails_are_stored_once(session: Session, evidence: Evidence) -> Iterator[str]:
    fresh = select(Message).where(Message.id.not_in(evidence.message_ids)).options(undefer(Message.raw))
    for message in session.scalars(fresh):
        evidence.message_ids[message.id] = message_id_of(zlib.decompress(message.raw))
    stored = Counter(evidence.message_ids.values())
    yield from _differences("stored messages with Message-ID", stored, evidence.book.rows)
    expected = {mail.message_id: mail.state for mail in evidence.book.mails}
    for number, state in session.execute(select(Message.id, Message.state)):
        if state is not expected.get(evidence.message_ids[number], state):
            yield f"message {number} is {state}, not {expected[evidence.message_ids[number]]}"


def _the_ledger_is_complete(session: Session, evidence: Evidence) -> Iterator[str]:
    entered = Counter(session.scalars(select(MailboxEntry.uid)))
    yield from _differences("ledger entries of UID", entered, Counter(evidence.server_uids()))


def _stories_are_there_once(session: Session, evidence: Evidence) -> Iterator[str]:
    stories = Counter(session.scalars(select(Story.url)))
    yield from _differences("stories at", stories, Counter(evidence.book.urls))
    orphans = select(Link.id).outerjoin(Story).where(Link.story_id.is_not(None), Story.id.is_(None))
    yield from (f"link {number} points to no story" for number in session.scalars(orphans))


def _histories_are_allowed(session: Session, _evidence: Evidence) -> Iterator[str]:
    for model, event, owner, states in HISTORIES:
        chains: dict[int, list[tuple[str | None, str]]] = defaultdict(list)
        column = getattr(event, owner)
        for number, old, new in session.execute(select(column, event.old, event.new).order_by(event.id)):
            chains[number].append((old, new))
        for number, state in session.execute(select(model.id, model.state)):
            if fault := _fault(chains[number], state, states):
                yield f"{model.__tablename__} {number}: {fault}"


def _fault(chain: list[tuple[str | None, str]], state: StrEnum, states: type[StrEnum]) -> str:
    """What is wrong with a chain of events that ought to lead to `state`."""
    at: str | None = None if chain and chain[0][0] is None else START.get(states)
    for old, new in chain:
        if old != at:
            return f"an event leaves {old} while it was {at}"
        if old is not None and states(new) not in TRANSITIONS[states(old)]:
            return f"it went from {old} to {new}"
        at = new
    return "" if at == state.value else f"it is {state.value}, its events lead to {at}"


START: Mapping[type[StrEnum], str] = {StoryState: StoryState.FOUND}  # a story's first event is its first move


def _answers_are_given_once(session: Session, evidence: Evidence) -> Iterator[str]:
    """One acknowledgement for each mail that is to be answered; `_mail_arrives` looks after its delivery."""
    rows = select(OutgoingMail.about).where(OutgoingMail.notice == Notice.ACKNOWLEDGEMENT)
    about = [int(name.partition(":")[2]) for name in session.scalars(rows)]
    given = Counter(evidence.message_ids.get(number, "?") for number in about)
    yield from _differences("acknowledgements of", given, evidence.book.answers)
    open_ones = select(Message.id).where(Message.answer.in_((Answer.OPEN, Answer.HELD)))
    yield from (f"message {number} still waits for its answer" for number in session.scalars(open_ones))


def _mail_arrives(session: Session, evidence: Evidence) -> Iterator[str]:
    columns = OutgoingMail.id, OutgoingMail.state, OutgoingMail.notice, OutgoingMail.rfc_id, OutgoingMail.recipient
    known: dict[str, set[str]] = defaultdict(set)
    for number, state, notice, rfc_id, recipient, repeated in session.execute(select(*columns, OutgoingMail.repeated)):
        known[recipient].add(rfc_id)
        copies = evidence.mailboxes.arrived(recipient)[rfc_id]
        least, most = LIMITS.get(state, (0, 0))
        if repeated and Notice(notice) in SENT_ONCE_MORE:
            most += 1
        if not least <= copies <= most:
            yield f"mail {number} ({notice}) is {state} and lies {copies} times in the mailbox"
    for recipient, ids in known.items():
        strangers = set(evidence.mailboxes.arrived(recipient)) - ids
        yield from (f"{rfc_id} lies in {recipient}'s mailbox, and nobody queued it" for rfc_id in strangers)


LIMITS: Mapping[MailState, tuple[int, int]] = {MailState.SENT: (1, 1), MailState.UNCERTAIN: (0, 1)}


def _nothing_failed(session: Session, _evidence: Evidence) -> Iterator[str]:
    bad = select(OutgoingMail.id, OutgoingMail.state).where(OutgoingMail.state == MailState.FAILED)
    yield from (f"mail {number} is {state}" for number, state in session.execute(bad))


def needlessly_uncertain(evidence: Evidence) -> list[str]:
    """Mails said to be uncertain although no process had begun to hand them over."""
    needless = [rfc_id for rfc_id in uncertain_mails(evidence) if not evidence.begun[rfc_id]]
    return needless[evidence.unnamed :]


def uncertain_mails(evidence: Evidence) -> list[str]:
    """The Message-IDs of all mails that ever were uncertain."""
    lost = select(MailEvent.mail_id).where(MailEvent.new == MailState.UNCERTAIN)
    with evidence.database.read() as session:
        return list(session.scalars(select(OutgoingMail.rfc_id).where(OutgoingMail.id.in_(lost))))


def _decisions_are_taken_once(session: Session, evidence: Evidence) -> Iterator[str]:
    notes = Counter(session.scalars(select(StoryEvent.note).where(StoryEvent.member_id.is_not(None))))
    notes.pop(None, None)  # an approval, for example, may say nothing
    yield from _differences("decisions with the note", notes, Counter(evidence.book.notes))
    places = Counter(session.scalars(select(Publication.url)))
    yield from _differences("publications at", places, Counter(evidence.book.published))


def _periods_are_done_once(session: Session, evidence: Evidence) -> Iterator[str]:
    runs = session.execute(select(Run.job, Run.period, func.count()).group_by(Run.job, Run.period))
    yield from (f"{job} ran {times} times for {period}" for job, period, times in runs if times != 1)
    digests = select(OutgoingMail.period).where(OutgoingMail.notice == Notice.DIGEST)
    queued = Counter(session.scalars(digests))
    yield from (
        f"{queued[period]} digests are there for {period}" for period in evidence.book.periods if queued[period] != 1
    )


def _nothing_is_held(session: Session, _evidence: Evidence) -> Iterator[str]:
    for model in WORKABLE:
        held = session.scalars(select(model.id).where(model.lease_until.is_not(None)))
        yield from (f"{model.__tablename__} {number} is still held" for number in held)


def _differences(what: str, found: Counter[str] | Counter[Any], expected: Counter[Any]) -> Iterator[str]:
    for key in sorted(set(found) | set(expected), key=str):
        if found[key] != expected[key]:
            yield f"{found[key]} {what} {key}, {expected[key]} expected"


CHECKS: tuple[Callable[[Session, Evidence], Iterator[str]], ...] = (
    _mails_are_stored_once,
    _the_ledger_is_complete,
    _stories_are_there_once,
    _histories_are_allowed,
    _answers_are_given_once,
    _mail_arrives,
    _nothing_failed,
    _decisions_are_taken_once,
    _periods_are_done_once,
    _nothing_is_held,
)
