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
from parsers.report import Report
from parsers.report_phrases import OF_OPINION
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

    words: display name, subject and own text together; subject; text, without addresses. report: what it reports.
    offers: it has a link that looks like a story; at_home: one of them is on a registered site. known_sender: a school
    or the office wrote it, and that may be believed. machine: "bounce", "auto_reply", "automatic", "list" or "", by its
    headers. commanding: a member answers a digest.
    """

    words: Words
    subject: Words
    text: str
    report: Report
    offers: bool
    at_home: bool
    has_links: bool
    has_attachments: bool
    known_sender: bool
    reply: bool
    invitation: bool
    machine: str
    commanding: bool = False

    @property
    def hits(self) -> tuple[Hit, ...]:
        """The incident phrases that count."""
        return self.report.hits

    def says(self, table: tuple[str, ...]) -> bool:
        """Tell whether one of the phrases stands in the mail."""
        return self.words.has(table)

    def hit(self, severity: Severity) -> bool:
        """Tell whether an incident phrase of this severity counts in the mail."""
        return any(hit.severity == severity for hit in self.hits)

    @property
    def asks(self) -> bool:
        """It asks something."""
        if _QUESTION_MARK.search(self.text) or self.says(phrases.QUESTIONS):
            return True
        return not self.offers and self.says(phrases.WONDERS)

    @property
    def submits(self) -> bool:
        """It hands in a story, in so many words."""
        handed_in = self.at_home or self.says(phrases.OFFERS)
        return self.offers and handed_in and self.says(phrases.SUBMITS)


def classify(letter: Letter) -> Kind:
    """Return the kind of the mail."""
    return next((kind for kind, asked in _QUESTIONS if asked(letter)), Kind.QUESTION)


def _is_bounce(letter: Letter) -> bool:
    return letter.machine == "bounce"


def _is_auto_reply(letter: Letter) -> bool:
    own_news = letter.known_sender and letter.at_home
    if letter.machine == "auto_reply" or (letter.machine == "automatic" and not own_news):
        return True
    tells = letter.known_sender and (letter.report.events or letter.report.handled)
    return (
        not letter.at_home and not tells and letter.says(phrases.AUTOMATIC) and not _QUESTION_MARK.search(letter.text)
    )


def _is_command(letter: Letter) -> bool:
    return letter.commanding


def _is_phishing(letter: Letter) -> bool:
    """A threat or a lure, and a call to act; a known sender whose address is vouched for does not count."""
    if letter.known_sender:
        return False
    lures = len(letter.words.find(phrases.ACCOUNT_THREATS))
    calls = len(letter.words.find(phrases.CALLS_TO_ACT))
    if letter.says(phrases.GIFT_CARDS):
        return letter.says(phrases.FAVOURS)
    return (letter.has_links or letter.has_attachments) and not letter.at_home and lures >= 1 and lures + calls >= 2


def _is_press(letter: Letter) -> bool:
    if letter.known_sender or letter.submits:
        return False
    sells = len(letter.words.find(phrases.SALES)) >= 2
    return not sells and letter.says(phrases.JOURNALISTS) and letter.says(phrases.JOURNALISTS_ASK)


def _is_advert(letter: Letter) -> bool:
    if letter.known_sender or letter.at_home:
        return False
    found = len(letter.words.find(phrases.SALES))
    return letter.machine == "list" or found >= 2 or letter.subject.has(phrases.SALES)


def _is_incident(letter: Letter) -> bool:
    """Something happened. Beside stories that are handed in, it must be told apart from what they are about."""
    report = letter.report
    if report.handled and not letter.offers and not letter.asks:
        return True
    if not report.events or (letter.asks and letter.says(phrases.FORMALITIES) and not report.dated):
        return False
    if letter.submits:
        return report.besides or (report.concrete and not letter.says(phrases.GOOD_DEEDS))
    return report.concrete or letter.known_sender


def _is_opinion(letter: Letter) -> bool:
    """The public complains; a question about the form of such reports does not."""
    report = letter.report
    if letter.submits or not (report.opinions or _is_on_opinion(letter)):
        return False
    return not letter.asks or (report.concrete and not letter.says(phrases.FORMALITIES))


def _is_on_opinion(letter: Letter) -> bool:
    """A school's report on the opinion of the public that does not say that there is none."""
    report = letter.report
    on_opinion = report.of_opinion or (not letter.reply and letter.subject.has(OF_OPINION))
    return letter.known_sender and report.is_named and on_opinion and not (report.denied or report.calm)


def _is_nil_report(letter: Letter) -> bool:
    """Nothing happened, and that is what the mail is for."""
    report = letter.report
    if report.events or letter.offers or letter.asks or not report.is_named:
        return False
    return not report.opinions and (report.denied or bool(report.calm))


def _is_named_incident(letter: Letter) -> bool:
    """It is called a report of an incident, whatever it says."""
    named = bool(letter.report.names) or (letter.known_sender and letter.subject.has(phrases.ALARM))
    return named and not letter.offers and not letter.asks


def _is_removal(letter: Letter) -> bool:
    """To take a story down, or not yet to put it up, is asked of a person."""
    return letter.offers and letter.says(phrases.REMOVALS)


def _is_invitation(letter: Letter) -> bool:
    invited = letter.says(phrases.INVITATIONS) and not letter.says(phrases.OFFERS)
    return not letter.offers and (letter.invitation or invited)


def _is_correction(letter: Letter) -> bool:
    mends = bool(letter.words.find(phrases.CORRECTIONS, phrases.MISHAPS))
    return (letter.known_sender or letter.at_home) and mends


def _is_question(letter: Letter) -> bool:
    return (letter.asks and not letter.submits) or (not letter.has_links and letter.says(phrases.HELP))


def _is_thanks(letter: Letter) -> bool:
    brings = letter.at_home or (letter.offers and not letter.reply)
    if brings or letter.has_attachments or len(tokens(letter.text)) > LONGEST_THANKS:
        return False
    given = letter.says(phrases.THANKS) and not letter.says(phrases.EXCUSES)
    return given and (letter.reply or not letter.says(phrases.SUBMITS))


def _is_submission(letter: Letter) -> bool:
    if letter.offers:
        return letter.known_sender or letter.at_home or letter.says(phrases.OFFERS)
    if not letter.known_sender:
        return letter.has_attachments and letter.says(phrases.OFFERS) and letter.says(phrases.SUBMITS)
    empty = not letter.text.strip() and not letter.reply
    return empty or letter.has_links or (letter.says(phrases.OFFERS) and not letter.says(phrases.EXCUSES))


_QUESTIONS: tuple[tuple[Kind, Callable[[Letter], bool]], ...] = (
    (Kind.BOUNCE, _is_bounce),
    (Kind.AUTO_REPLY, _is_auto_reply),
    (Kind.COMMAND, _is_command),
    (Kind.PHISHING_SPAM, _is_phishing),
    (Kind.PRESS_INQUIRY, _is_press),
    (Kind.ADVERT, _is_advert),
    (Kind.INCIDENT_REPORT, _is_incident),
    (Kind.OPINION_REPORT, _is_opinion),
    (Kind.NIL_REPORT, _is_nil_report),
    (Kind.INCIDENT_REPORT, _is_named_incident),
    (Kind.QUESTION, _is_invitation),
    (Kind.QUESTION, _is_removal),
    (Kind.CORRECTION, _is_correction),
    (Kind.QUESTION, _is_question),
    (Kind.REPLY_THANKS, _is_thanks),
    (Kind.STORY_SUBMISSION, _is_submission),
)
