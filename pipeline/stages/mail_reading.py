"""Reads one mail and decides what becomes of it. Pure: for the stage, the sandbox and the dry run alike."""

from dataclasses import dataclass
from datetime import datetime

from db.states import MessageState
from parsers.incidents import IncidentRule
from parsers.kind import Kind
from parsers.links import STORY_ROLES, FoundLink
from parsers.message import parse_message
from parsers.reading import Office, Reading, read
from parsers.school import BY_SENDER, BY_SUFFIX, Registry
from parsers.sender import sender
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
    story_keys: tuple[tuple[FoundLink, str | None], ...]  # None: not a story


def read_mail(job: MailJob) -> MailReading:
    """Read one mail: pure, so that it can run in the sandbox and on the command line. Raises ParseError."""
    message = parse_message(job.raw)
    reading = read(message, job.office, job.received_at)
    author = sender(message)
    rules, registry = job.office.url_rules, job.office.registry
    return MailReading(
        reading=reading,
        subject=message.subject,
        rfc_id=message.message_id,
        references=message.references,
        sender_name=author.name if author else None,
        story_keys=tuple(
            (link, story_key(link.url, registry, rules) if link.role in STORY_ROLES else None) for link in reading.links
        ),
    )


@dataclass(frozen=True, slots=True)
class Disposition:
    """What becomes of a mail, and why a person has to look."""

    state: MessageState
    reason: str | None = None


IGNORED_KINDS = {
    Kind.AUTO_REPLY: "thư trả lời tự động",
    Kind.BOUNCE: "thư báo không gửi được",
    Kind.REPLY_THANKS: "thư cảm ơn",
}
COMMAND_BY_MAIL = "Thành viên Ban biên tập trả lời qua thư; quyết định được ghi bằng dòng lệnh."
UNKNOWN_SENDER = "Người gửi chưa được đăng ký hoặc chưa được xác thực."
INCIDENT = "Thư có từ ngữ về vụ việc; chỉ người được giao xem và xử lý."


def disposition(reading: Reading) -> Disposition:
    """Decide: a machine's mail is left alone, whatever is unsure goes to a person, the rest is worked."""
    if reading.incident_words or reading.action == "escalate":
        return Disposition(MessageState.WAITING, INCIDENT)
    if reading.kind in IGNORED_KINDS:
        return Disposition(MessageState.IGNORED, IGNORED_KINDS[reading.kind])
    if reading.kind is Kind.COMMAND:
        return Disposition(MessageState.WAITING, COMMAND_BY_MAIL)
    if reading.school_by not in (BY_SENDER, BY_SUFFIX):
        return Disposition(MessageState.WAITING, UNKNOWN_SENDER)
    if reading.action == "human" or reading.kind not in STORY_KINDS:
        return Disposition(MessageState.WAITING, reading.waiting_reason or "Thư cần người xem.")
    return Disposition(MessageState.READ)
