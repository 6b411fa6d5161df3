"""What follows from a mail that has been read: flags (reasons to look twice), who acts, and why it waits for a person.

Tables and small yes-or-no questions over one frozen case; nothing here reads text again except to look for haste.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from parsers import phrases
from parsers.body import OWN_PARTS, Section
from parsers.bounce import failed_recipients
from parsers.incidents import Severity
from parsers.kind import Kind, Letter
from parsers.link_roles import SOCIAL, shape_of
from parsers.links import STORY_ROLES, FoundLink
from parsers.message import ParsedMessage, has_garbled_subject
from parsers.offers import is_article
from parsers.parts import QUOTED, SIGNATURE
from parsers.school import Identified
from parsers.stories import KnownStory, Seen
from parsers.week import FLAG_NO_QUOTA, Credit

__all__ = ["STORY_KINDS", "Case", "action_of", "flags_of", "waiting_reason"]

STORY_KINDS = (Kind.STORY_SUBMISSION, Kind.CORRECTION)
ACK, ACK_WITH_PROBLEM, HUMAN, ESCALATE, NONE = "ack", "ack_with_problem", "human", "escalate", "none"

_RESTRICTED = (Kind.INCIDENT_REPORT, Kind.OPINION_REPORT, Kind.PRESS_INQUIRY)
_ACTIONS = {
    Kind.INCIDENT_REPORT: ESCALATE,
    Kind.OPINION_REPORT: ESCALATE,
    Kind.PRESS_INQUIRY: ESCALATE,
    Kind.QUESTION: HUMAN,
    Kind.AUTO_REPLY: NONE,
    Kind.PHISHING_SPAM: NONE,
    Kind.ADVERT: NONE,
    Kind.COMMAND: NONE,
}
_LETTERHEAD = (SIGNATURE, QUOTED)
_WORD_FILE = re.compile(r"\.(?:docx?|odt|rtf)$", re.IGNORECASE)
_BY_THE_HOUR = re.compile(r"\btrước \d{1,2}\s?(?:h|giờ|:)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Case:
    """All that is known about a mail once it has been read.

    known_sender: a school or the office wrote it; school_wrote: a school. verified: a receiving server is known, and it
    vouched for that. latest: the last story the office has of this school.
    """

    kind: Kind
    message: ParsedMessage
    letter: Letter
    body: tuple[Section, ...]
    links: tuple[FoundLink, ...]
    seen: Seen
    latest: KnownStory | None
    school: Identified
    known_sender: bool
    school_wrote: bool
    verified: bool
    credit: Credit
    silence: str | None

    @property
    def is_story(self) -> bool:
        """The mail belongs to the stories."""
        return self.kind in STORY_KINDS

    @property
    def counts(self) -> bool:
        """The mail brings a story the office does not have yet."""
        return self.is_story and bool(self.seen.new)

    @property
    def has_story(self) -> bool:
        """The mail brings a story, new or known."""
        return self.is_story and any(link.role in STORY_ROLES for link in self.links)

    @property
    def only_social(self) -> bool:
        """All its stories are posts on a social network, which cannot be fetched."""
        return self.has_story and all(link.role == SOCIAL for link in self.links if link.role in STORY_ROLES)

    @property
    def replaced(self) -> str | None:
        """What a correction replaces: a story named in it, the mail it answers, or the school's latest story."""
        if self.kind != Kind.CORRECTION:
            return None
        named = [story.reference for _, story in self.seen.replaced]
        latest = [self.latest.reference] if self.latest else []
        return next(iter((*named, *self.message.references, *latest)), None)


def action_of(case: Case) -> str:
    """Return ack, ack_with_problem, human, escalate or none."""
    action = _ACTIONS.get(case.kind) or _answer(case)
    return NONE if case.silence and action in (ACK, ACK_WITH_PROBLEM) else action


def _answer(case: Case) -> str:
    if case.kind == Kind.BOUNCE:
        return HUMAN if failed_recipients(case.message) or not case.silence else NONE
    if case.kind == Kind.REPLY_THANKS and case.known_sender:
        return NONE
    if not case.school_wrote:
        return HUMAN
    if case.kind == Kind.NIL_REPORT:
        return ACK
    if case.kind == Kind.CORRECTION and not case.has_story:
        return HUMAN
    return ACK if case.has_story and not case.only_social else ACK_WITH_PROBLEM


def waiting_reason(case: Case) -> str:
    """Return, for the board, why this mail waits for a person."""
    if case.kind == Kind.BOUNCE:
        return "Thư gửi tới một địa chỉ không đến được; cần kiểm tra địa chỉ liên hệ của trường."
    if case.kind == Kind.CORRECTION and case.school_wrote:
        return "Nhà trường đề nghị đính chính hoặc rút bài nhưng không kèm liên kết mới."
    if case.kind == Kind.QUESTION and case.letter.hits:
        return "Thư có từ ngữ về vụ việc hoặc dư luận; cần người đọc trước khi xử lý."
    if case.kind == Kind.QUESTION:
        return "Thư hỏi hoặc chưa rõ nội dung; cần người đọc và trả lời."
    return "Người gửi chưa có trong danh bạ hoặc chưa được xác thực; cần xác nhận trước khi tiếp nhận."


def flags_of(case: Case) -> tuple[str, ...]:
    """Return the flags that hold, in alphabetical order."""
    week = case.credit.flags if case.counts else set(case.credit.flags) & {FLAG_NO_QUOTA}
    plain = [flag for flag, asked in _FLAGS if asked(case)]
    return tuple(sorted([*plain, *(week if case.is_story else ()), *_named(case)]))


def _named(case: Case) -> Iterator[str]:
    """Yield the flags that carry a value."""
    if case.kind == Kind.BOUNCE:
        yield from (f"bounce:{address}" for address in failed_recipients(case.message))
    if case.replaced:
        yield f"replaces:{case.replaced}"
    own = (line for section in case.body if section.part in OWN_PARTS for line in section.lines)
    yield from (f"attachment_unread:{reason}" for reason in sorted({s.file.unread for s in case.body if s.file} - {""}))
    yield from (f"legacy_encoding:{encoding}" for encoding in sorted({line.legacy for line in own} - {""}))


def _is_urgent(case: Case) -> bool:
    hurried = case.letter.subject.has(phrases.HURRY)
    if case.kind == Kind.INCIDENT_REPORT:
        return hurried or case.letter.hit(Severity.URGENT)
    if case.kind != Kind.PRESS_INQUIRY:
        return False
    pressed = case.letter.says(phrases.DEADLINES) or bool(_BY_THE_HOUR.search(case.letter.text))
    return hurried or pressed or case.letter.hit(Severity.URGENT)


def _ignores_quoted_links(case: Case) -> bool:
    """Quoted stories are left alone, unless a correction says that they are the ones to be replaced."""
    quoted = any(link.found_in == QUOTED and shape_of(link.url) in STORY_ROLES for link in case.links)
    return quoted and not case.seen.replaced and not (case.kind == Kind.CORRECTION and case.has_story)


def _is_provisional(case: Case) -> bool:
    return case.has_story and (not case.school_wrote or case.only_social)


def _has_no_link(case: Case) -> bool:
    return case.kind == Kind.STORY_SUBMISSION and not any(link.role not in _LETTERHEAD for link in case.links)


def _has_no_article_link(case: Case) -> bool:
    return case.kind == Kind.STORY_SUBMISSION and not case.has_story and not _has_no_link(case)


def _has_article_attached(case: Case) -> bool:
    if case.kind != Kind.STORY_SUBMISSION or case.has_story:
        return False
    files = [section for section in case.body if section.file]
    if files:
        return any(map(is_article, files))
    return any(_WORD_FILE.search(attachment.filename) for attachment in case.message.attachments)


_FLAGS: tuple[tuple[str, Callable[[Case], bool]], ...] = (
    ("article_in_attachment", _has_article_attached),
    ("credit_provisional", _is_provisional),
    ("duplicate", lambda case: case.is_story and bool(case.seen.known)),
    ("host_alias", lambda case: case.is_story and case.seen.host_alias),
    ("mojibake_subject", lambda case: has_garbled_subject(case.message)),
    ("no_article_link", _has_no_article_link),
    ("no_link", _has_no_link),
    ("quoted_links_ignored", _ignores_quoted_links),
    ("rejoined_url", lambda case: any("\n" in link.written for link in case.links if link.role in STORY_ROLES)),
    ("restricted", lambda case: case.kind in _RESTRICTED),
    ("unfetchable_social", lambda case: case.is_story and any(link.role == SOCIAL for link in case.links)),
    ("unknown_sender", lambda case: case.is_story and not case.known_sender),
    ("unverified", lambda case: case.school_wrote and not case.verified),
    ("urgent", _is_urgent),
)
