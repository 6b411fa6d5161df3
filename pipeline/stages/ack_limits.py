"""Whether a mail that its headers let us answer is answered now, later or not at all: by what was written before.

The caps put an answer off to the end of the hour. The rest means silence, with a reason for a person: what RFC 3834
asks of whoever answers by machine, and what ends a conversation of two machines whose headers were lost. It sends
nothing, and it says nothing of whether the mail is worked: that is decided when it is read.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from db.models import Message
from db.queries import contacts, messages, outgoing
from db.states import MessageState
from outbox.letter import ANSWERS, Notice
from parsers.kind import Kind
from parsers.school import BY_SENDER
from pipeline.settings import AckSettings
from pipeline.stages.ack_letter import DONE

DAY = timedelta(days=1)
TOO_OLD_TO_ANSWER = timedelta(days=7)
REMEMBERED = timedelta(days=7)  # so long the same links of the same sender are the same mail (RFC 5230, 4.2)
ANSWERS_TO_THE_SAME = 2  # in full, then once more kindly

SWITCHED_OFF = "Việc trả lời tự động đang tắt."
BLOCKED = "Người gửi có trong danh sách không trả lời ([ack] blocked)."
TOO_OLD = "Thư đến đã quá 7 ngày."
UNREACHABLE = "Thư trả lời gần đây tới địa chỉ này bị trả lại."
NOTHING_NEW = "Thư trả lời thư báo nhận, không có liên kết mới."
REPEATED = "Đã trả lời về đúng các liên kết này trong 7 ngày qua."

BY_RECORD = frozenset({SWITCHED_OFF, BLOCKED, TOO_OLD, UNREACHABLE, NOTHING_NEW, REPEATED})  # not by the mail itself
STILL_TOLD = frozenset({SWITCHED_OFF, TOO_OLD})  # reasons that keep nobody from hearing what becomes of a story
LETTERHEAD = frozenset({"signature", "quoted"})  # roles of links that no answer speaks of
ATTACHED = "article_in_attachment"  # the flag of a mail that brings its story as a file


@dataclass(frozen=True, slots=True)
class _Case:
    session: Session
    message: Message
    now: datetime

    @property
    def sender(self) -> str:
        return self.message.sender_address or ""


class AckLimits:
    """What the office does not answer, and how often it answers."""

    def __init__(self, caps: AckSettings) -> None:
        self._caps = caps
        self._blocked = frozenset(entry.strip().lower() for entry in caps.blocked)
        self._always: tuple[tuple[Callable[[_Case], bool], str], ...] = (
            (lambda _: not self._caps.enabled, SWITCHED_OFF),
            (self._is_blocked, BLOCKED),
            (_is_too_old, TOO_OLD),
            (_bounced, UNREACHABLE),
        )
        self._first: tuple[tuple[Callable[[_Case], bool], str], ...] = (
            (_answers_us_without_news, NOTHING_NEW),
            (_is_repeated, REPEATED),
        )

    def silence(self, session: Session, message: Message, now: datetime) -> str | None:
        """Return why this mail is not answered, or None. Its stories have their verdicts."""
        case = _Case(session, message, now)
        return next((reason for holds, reason in (*self._always, *self._first) if holds(case)), None)

    def late_silence(self, session: Session, message: Message, now: datetime) -> str | None:
        """Return why a mail whose answer was put off is not answered after all, or None."""
        case = _Case(session, message, now)
        return next((reason for holds, reason in self._always if holds(case)), None)

    def is_over(self, session: Session, message: Message, now: datetime) -> bool:
        """Tell whether this sender, or others at its domain, had their answers of a day already."""
        sender, since = message.sender_address or "", now - DAY
        if outgoing.count_since(session, Notice.ACKNOWLEDGEMENT, since, sender) >= self._caps.per_sender_per_day:
            return True
        if message.school_by == BY_SENDER:  # its own address stands in the register: no neighbour uses its answers up
            return False
        # A domain that schools share counts for each of them apart.
        domain = sender.rpartition("@")[2]
        return messages.answered_at_domain(session, domain, message.school_id, since) >= self._caps.per_domain_per_day

    def _is_blocked(self, case: _Case) -> bool:
        return not self._blocked.isdisjoint((case.sender, f"@{case.sender.rpartition('@')[2]}"))


def _is_too_old(case: _Case) -> bool:
    """Late answers confuse; but a mail that waited for a person is not late by its sender's doing."""
    if case.now - case.message.received_at <= TOO_OLD_TO_ANSWER:
        return False
    return all(event.old != MessageState.WAITING for event in case.message.events)


def _bounced(case: _Case) -> bool:
    return case.sender in contacts.dead_among(case.session, [case.sender])


def _answers_us_without_news(case: _Case) -> bool:
    """A reply to an answer of ours that brings nothing to answer: thanks need no thanks."""
    message = case.message
    if message.kind != Kind.STORY_SUBMISSION or _has_news(message) or ATTACHED in message.flags:
        return False
    if not outgoing.any_of(case.session, message.references, ANSWERS):
        return False
    return _subject_matter(message) <= frozenset().union(*map(_subject_matter, _earlier(case)))


def _is_repeated(case: _Case) -> bool:
    """The same links from the same sender, since they last brought something new, were answered often enough."""
    matter = _subject_matter(case.message)
    if not matter or _has_news(case.message):
        return False
    answered = 0
    for earlier in _earlier(case):
        if _subject_matter(earlier) == matter:
            answered = 1 if _has_news(earlier) else answered + 1
    return answered >= ANSWERS_TO_THE_SAME


def _earlier(case: _Case) -> Iterable[Message]:
    since = case.now - REMEMBERED
    return messages.answered_to(case.session, case.sender, since, besides=case.message.id)


def _has_news(message: Message) -> bool:
    """It brought a story that was not known, or was opened again for it; or what it asked for was done."""
    brought = any(link.story_id is not None and not link.repeats for link in message.links)
    return brought or any(event.way == DONE for event in message.events)


def _subject_matter(message: Message) -> frozenset[str]:
    """What an answer speaks of: stories, the first of several that are one, and links that lead to none."""
    stories = {f"#{link.story.original_id or link.story.id}" for link in message.links if link.story is not None}
    others = {link.url for link in message.links if link.story is None and link.role not in LETTERHEAD}
    return frozenset(stories | others)
