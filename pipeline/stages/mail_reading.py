"""Reads one mail and decides what becomes of it. Pure: for the stage, the sandbox and the dry run alike."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from db.states import MessageState
from parsers.bounce import Bounce, read_bounce
from parsers.documents import attached_sections
from parsers.incidents import IncidentRule
from parsers.kind import Kind
from parsers.links import STORY_ROLES, FoundLink
from parsers.message import ParsedMessage, ParseError, parse_message
from parsers.reading import Office, Reading, read
from parsers.school import BY_SENDER, BY_SUFFIX, Registry
from parsers.school_reply import SchoolReply, read_reply
from parsers.sender import sender, written_sender
from parsers.stories import story_key
from parsers.urls import UrlRules
from parsers.verdict import STORY_KINDS
from parsers.week import Calendar
from pipeline.settings import OfficeSettings


@dataclass(frozen=True, slots=True)
class MailRules:
    """What reading a mail needs to know besides the people."""

    office: OfficeSettings
    calendar: Calendar
    incident_rules: tuple[IncidentRule, ...]
    authserv_id: str
    url_rules: UrlRules

    def office_with(self, registry: Registry, board: frozenset[str]) -> Office:
        """Everything the office knows at this moment."""
        return Office(
            registry=registry,
            calendar=self.calendar,
            incident_rules=self.incident_rules,
            addresses=self.office.own_addresses,
            authserv_id=self.authserv_id,
            board=board,
            url_rules=self.url_rules,
        )


@dataclass(frozen=True, slots=True)
class MailJob:
    """A stored mail and what the office knows."""

    raw: bytes
    size: int  # of the whole mail, as the server told it
    truncated: bool
    received_at: datetime
    office: Office


@dataclass(frozen=True, slots=True)
class MailReading:
    """A mail as it is kept: what it says, its own headers, and an identity key for each story link."""

    reading: Reading
    subject: str
    rfc_id: str | None
    references: tuple[str, ...]
    sender_name: str | None
    registered: bool  # the sender stood in the register when the mail was read
    story_keys: tuple[tuple[FoundLink, str | None], ...]  # None: not a story
    bounce: Bounce | None = None  # of a returned mail: for whom, and which
    reply: SchoolReply | None = None  # what it asks for, should it answer a letter of ours


def read_mail(job: MailJob) -> MailReading:
    """Read one mail: pure, so that it can run in the sandbox and on the command line. Raises ParseError."""
    message = parse_message(job.raw)
    reading = read(message, job.office, job.received_at, attached=attached_sections(message))
    author = sender(message)
    rules, registry = job.office.url_rules, job.office.registry
    return MailReading(
        reading=reading,
        subject=message.subject,
        rfc_id=message.message_id,
        references=message.references,
        sender_name=author.name if author else written_sender(message) or None,
        registered=author is not None and registry.of_address(author.address) is not None,
        story_keys=tuple(
            (link, story_key(link.url, registry, rules) if link.role in STORY_ROLES else None) for link in reading.links
        ),
        bounce=read_bounce(message) if reading.kind is Kind.BOUNCE else None,
        reply=read_reply(message, job.received_at, job.office.calendar) if _may_ask(message, reading) else None,
    )


def read_mails(jobs: Sequence[MailJob]) -> Sequence[MailReading | ParseError]:
    """Read several, in order; a mail that cannot be read has its reason instead."""
    return [_reading_or_reason(job) for job in jobs]


def _reading_or_reason(job: MailJob) -> MailReading | ParseError:
    try:
        return read_mail(job)
    except ParseError as error:
        return error


def _may_ask(message: ParsedMessage, reading: Reading) -> bool:
    """Only a school's own answer in a thread is listened to."""
    return bool(message.references) and reading.school_by in (BY_SENDER, BY_SUFFIX)


@dataclass(frozen=True, slots=True)
class Disposition:
    """What becomes of a mail, and why a person has to look."""

    state: MessageState
    reason: str | None = None


RESTRICTED = "Thư có nội dung hạn chế; chỉ người được giao xem và xử lý."
RESTRICTED_KINDS = frozenset({Kind.INCIDENT_REPORT, Kind.OPINION_REPORT, Kind.PRESS_INQUIRY})
MOST_STORIES = 30  # a school's week has a handful; more is a newsletter, or somebody's mischief


def disposition(reading: Reading) -> Disposition:
    """Decide: a machine's mail is left alone, whatever is unsure goes to a person, the rest is worked."""
    decided = next((answer for asked, answer in _QUESTIONS if asked(reading)), Disposition(MessageState.READ))
    if decided in (_UNSURE, _UNIDENTIFIED) and reading.waiting_reason:
        return Disposition(decided.state, reading.waiting_reason)
    return decided


def is_restricted(reading: Reading) -> bool:
    """The floor: by its kind the mail is for those in charge only, or it has words that only a person may judge.

    Which words those are is the parsers' part: they keep harmless ones out of `incident_words`.
    """
    return reading.kind in RESTRICTED_KINDS or bool(reading.incident_words)


def _waits(reason: str) -> Disposition:
    return Disposition(MessageState.WAITING, reason)


def _ignored(reason: str) -> Disposition:
    return Disposition(MessageState.IGNORED, reason)


def _is_unidentified(reading: Reading) -> bool:
    return reading.school_by not in (BY_SENDER, BY_SUFFIX)


def _is_unsure(reading: Reading) -> bool:
    return reading.action == "human" or reading.kind not in (*STORY_KINDS, Kind.NIL_REPORT)


def _has_too_many_links(reading: Reading) -> bool:
    return sum(link.role in STORY_ROLES for link in reading.links) > MOST_STORIES


_UNSURE = _waits("Thư cần người xem.")
_UNIDENTIFIED = _waits("Người gửi chưa được đăng ký hoặc chưa được xác thực.")
_QUESTIONS: tuple[tuple[Callable[[Reading], bool], Disposition], ...] = (  # the first that is answered yes decides
    (is_restricted, _waits(RESTRICTED)),
    (lambda reading: reading.kind is Kind.AUTO_REPLY, _ignored("thư trả lời tự động")),
    (lambda reading: reading.kind is Kind.BOUNCE and reading.action == "human", _UNSURE),
    (lambda reading: reading.kind is Kind.BOUNCE, _ignored("thư báo không gửi được")),
    (lambda reading: reading.kind is Kind.COMMAND, _waits("Thành viên Ban biên tập trả lời qua thư.")),
    (_is_unidentified, _UNIDENTIFIED),
    (lambda reading: reading.kind is Kind.REPLY_THANKS, _ignored("thư cảm ơn")),
    (_is_unsure, _UNSURE),
    (_has_too_many_links, _waits("Thư có quá nhiều liên kết bài viết để đưa cả vào hàng chờ.")),
)
