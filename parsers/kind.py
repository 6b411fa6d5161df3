"""What a mail is: one of the twelve kinds a clerk sorts the post into, and `command` for a board member's reply.

An ordered table of questions about a letter; the first that is answered yes gives the kind. Nothing that tells of an
incident may become a story, and what no question fits goes to a person as a question. Nothing is answered here.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from parsers import phrases
from parsers.incidents import Hit, Severity
from parsers.words import Words, tokens

__all__ = ["Kind", "Letter", "classify"]

LONGEST_THANKS = 60  # syllables; a longer letter says more than thanks
_QUESTION_MARK = re.compile(r"\?(?!\w)")


class Kind(StrEnum):
    """The kinds of mail."""

    STORY_SUBMISSION = "story_submission"
    CORRECTION = "correction"
    INCIDENT_REPORT = "incident_report"
    OPINION_REPORT = "opinion_report"
    NIL_REPORT = "nil_report"
    QUESTION = "question"
    PRESS_INQUIRY = "press_inquiry"
    REPLY_THANKS = "reply_thanks"
    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"
    PHISHING_SPAM = "phishing_spam"
    ADVERT = "advert"
    COMMAND = "command"


@dataclass(frozen=True, slots=True)
class Letter:
    """What is known about a mail when its kind is asked.

    words: display name, subject and own text together; subject; text, without addresses. offers: it has a link that
    looks like a story; at_home: one of them is on a registered site. known_sender: a school or the office wrote it, and
    that may be believed. machine: "bounce", "auto_reply", "list" or "", by its headers. commanding: a member answers a
    digest.
    """

    words: Words
    subject: Words
    text: str
    hits: tuple[Hit, ...]
    offers: bool
    at_home: bool
    has_links: bool
    has_attachments: bool
    known_sender: bool
    reply: bool
    invitation: bool
    machine: str
    commanding: bool = False

    def says(self, table: tuple[str, ...]) -> bool:
        """Tell whether one of the phrases stands in the mail."""
        return self.words.has(table)

    def hit(self, severity: Severity) -> bool:
        """Tell whether an incident phrase of this severity stands in the mail."""
        return any(hit.severity == severity for hit in self.hits)


def classify(letter: Letter) -> Kind:
    """Return the kind of the mail."""
    return next((kind for kind, asked in _QUESTIONS if asked(letter)), Kind.QUESTION)


def _is_bounce(letter: Letter) -> bool:
    return letter.machine == "bounce"


def _is_auto_reply(letter: Letter) -> bool:
    return letter.machine == "auto_reply"


def _is_phishing(letter: Letter) -> bool:
    """Threat about an account plus a call to act; a known sender whose address is vouched for does not count."""
    account = len(letter.words.find(phrases.ACCOUNT_THREATS))
    bait = letter.has_links or letter.has_attachments
    return not letter.known_sender and bait and account >= 1 and account + letter.says(phrases.CALLS_TO_ACT) >= 2


def _is_press(letter: Letter) -> bool:
    found = len(letter.words.find(phrases.PRESS))
    return not letter.known_sender and not letter.at_home and found >= 2


def _is_advert(letter: Letter) -> bool:
    if letter.known_sender or letter.at_home:
        return False
    found = len(letter.words.find(phrases.SALES))
    return letter.machine == "list" or found >= 2 or letter.subject.has(phrases.SALES)


def _is_nil_report(letter: Letter) -> bool:
    """ "Nothing happened" counts only where nothing else is told; "calm again" ends many a report of something."""
    if not letter.hit(Severity.NIL) or letter.hit(Severity.URGENT) or letter.offers:
        return False
    denied = any(hit.severity == Severity.NIL and hit.phrase.startswith("không") for hit in letter.hits)
    return denied or not letter.hit(Severity.NORMAL)


def _is_incident(letter: Letter) -> bool:
    if letter.hit(Severity.URGENT):
        return not letter.offers or letter.hit(Severity.SIGNAL) or letter.subject.has(phrases.HURRY)
    return letter.hit(Severity.SIGNAL) and not letter.at_home and not _is_about_opinion(letter)


def _is_opinion(letter: Letter) -> bool:
    if letter.at_home:
        return False
    told = letter.hit(Severity.NORMAL) and letter.says(phrases.COMPLAINTS)
    return _is_about_opinion(letter) if letter.hit(Severity.SIGNAL) else told


def _is_about_opinion(letter: Letter) -> bool:
    return letter.hit(Severity.NORMAL) or letter.says(phrases.OPINION)


def _is_unsure_incident(letter: Letter) -> bool:
    """A story link beside incident words: good deeds are told like that, and so are incidents."""
    if letter.hit(Severity.URGENT):
        return not letter.says(phrases.GOOD_DEEDS)
    return letter.hit(Severity.SIGNAL)


def _is_command(letter: Letter) -> bool:
    return letter.commanding


def _is_invitation(letter: Letter) -> bool:
    return not letter.offers and (letter.invitation or letter.says(phrases.INVITATIONS))


def _is_correction(letter: Letter) -> bool:
    return (letter.known_sender or letter.at_home) and letter.says(phrases.CORRECTIONS)


def _is_question(letter: Letter) -> bool:
    asks = bool(_QUESTION_MARK.search(letter.text)) or letter.says(phrases.QUESTIONS)
    return asks and not (letter.offers and letter.says(phrases.SUBMITS))


def _is_thanks(letter: Letter) -> bool:
    if letter.has_links or letter.has_attachments or len(tokens(letter.text)) > LONGEST_THANKS:
        return False
    return (
        not letter.says(phrases.EXCUSES)
        and letter.says(phrases.THANKS)
        and (letter.reply or not letter.says(phrases.OFFERS))
    )


def _is_submission(letter: Letter) -> bool:
    if letter.offers:
        return letter.known_sender or letter.at_home or letter.says(phrases.OFFERS)
    if not letter.known_sender:
        return False
    empty = not letter.text.strip() and not letter.reply
    return empty or letter.has_links or (letter.says(phrases.OFFERS) and not letter.says(phrases.EXCUSES))


_QUESTIONS: tuple[tuple[Kind, Callable[[Letter], bool]], ...] = (
    (Kind.BOUNCE, _is_bounce),
    (Kind.AUTO_REPLY, _is_auto_reply),
    (Kind.COMMAND, _is_command),
    (Kind.PHISHING_SPAM, _is_phishing),
    (Kind.PRESS_INQUIRY, _is_press),
    (Kind.ADVERT, _is_advert),
    (Kind.NIL_REPORT, _is_nil_report),
    (Kind.INCIDENT_REPORT, _is_incident),
    (Kind.OPINION_REPORT, _is_opinion),
    (Kind.QUESTION, _is_unsure_incident),
    (Kind.QUESTION, _is_invitation),
    (Kind.QUESTION, _is_question),
    (Kind.CORRECTION, _is_correction),
    (Kind.REPLY_THANKS, _is_thanks),
    (Kind.STORY_SUBMISSION, _is_submission),
)
