"""What a mail reports: that something happened, that the public complains, or that nothing happened.

A report tells of one thing that took place; a story about prevention, help or remembrance uses the same words, and so
does the form "fire: none". Titles of stories are what pages are about, and report nothing. What follows from a report
is decided in `parsers.kind`.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from parsers import report_phrases as said
from parsers.incidents import Hit, IncidentRule, Severity, find_incidents
from parsers.words import Words, plain, tokens, without_addresses

__all__ = ["Report", "read_report", "without_titles"]

_WORDS_OF_A_TITLE = range(3, 31)  # syllables; with fewer a line only introduces its link, with more it tells of it
_NO = r"(?:không|khong|ko|chưa|chua)"
_HAPPENS = (
    r"(?:có|co|còn|xảy ra|xay ra|để xảy ra|de xay ra|phát sinh|phat sinh|ghi nhận|ghi nhan|phát hiện|phat hien"
    r"|nhận được|nhan duoc)"
)
# "Không có đơn thư, không xảy ra cháy nổ …": to the end of the sentence, or to where it turns.
_DENIAL = re.compile(
    rf"(?<!\w){_NO}\s+{_HAPPENS}(?!\w)(?!\s+(?:bài|bai|tin|kết quả|ket qua|người|nguoi|ai)\b)[^.;\n]*?"
    r"(?=[.;\n]|,\s*(?:một|mot|hai|ba|\d+|cháu|chau|em|học sinh|hoc sinh|hs|sáng|sang|trưa|chiều"
    r"|chieu|tối|hôm|hom|đã)\b"
    r"|\b(?:nên|nen|để|dẫn đến|dan den|khiến|về việc|ve viec|trong vụ|kịp thời|kip thoi)\b"
    r"|\b(?:tuy nhiên|tuy nhien|riêng|rieng|nhưng|nhung|ngoài ra|ngoai ra|trừ|tru|chỉ có|chi co|song)\b|$)"
)
_NONE = re.compile(  # "Đuối nước: không", "Số ca mắc: 0 ca", "đơn thư không có"
    rf"[^.:;\n]{{2,60}}:\s*(?:{_NO}|0+)(?:\s+(?:có|co|ca|vụ|vu|trường hợp|em))*\s*(?=[.;,\n]|$)"
    rf"|[^.:;,\n]{{2,40}}\s{_NO}\s+(?:có|co)(?=\s*[.;,\n]|\s*$)"
)
# Where something happened is not what it is about: "trong buổi diễn tập, một em bị bỏng".
_DURING = re.compile(
    r"\b(?:tại|ở|trong|sau|giữa|khi|lúc|đang)\s+(?:(?:buổi|giờ|lúc|khi|đợt|lễ|tham gia|tập)\s+)*"
    rf"(?:{'|'.join(map(re.escape, said.ABOUT))})\b"
)
_BARE_NO = re.compile(rf"\W*(?:dạ\s+)?(?:{_NO}(?:\s+(?:có|co)(?:\s+(?:gì|gi))?)?|0)(?:\s+ạ)?\W*")
_CLOCK = re.compile(r"\b\d{1,2}\s?(?:h|giờ|gio)\s?\d{0,2}\b|\b\d{1,2}:\d\d\b|\bng[àa]y\s+\d{1,2}/\d{1,2}\b")


@dataclass(frozen=True, slots=True)
class Report:
    """What stands in the sender's own words.

    events, opinions, names, calm: the office's phrases that count, of each severity. concrete: it says when, to whom,
    or what was done about it; dated: when; handled: doctors or the police were needed, whatever else is said. besides:
    it says so itself that it reports beside handing in stories. denied: something is said not to have happened.
    is_named: it is called a report.
    """

    events: tuple[str, ...] = ()
    opinions: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    calm: tuple[str, ...] = ()
    concrete: bool = False
    dated: bool = False
    handled: bool = False
    besides: bool = False
    denied: bool = False
    is_named: bool = False
    of_opinion: bool = False

    @property
    def hits(self) -> tuple[Hit, ...]:
        """The phrases with their severity."""
        found = (
            (Severity.URGENT, self.events),
            (Severity.NORMAL, self.opinions),
            (Severity.SIGNAL, self.names),
            (Severity.NIL, self.calm),
        )
        return tuple(Hit(severity, phrase) for severity, phrases in found for phrase in phrases)


def read_report(
    subject: str, told: str, names: Iterable[str], rules: Sequence[IncidentRule], *, own_subject: bool = True
) -> Report:
    """Read subject, own text (titles of stories left out) and the names of attachments.

    own_subject: the subject is about what the mail tells; not so in a reply, or above stories.
    """
    pieces = [plain(without_addresses(piece)) for piece in (subject, told, *names)]
    affirmed = [_affirmed(piece) for piece in (pieces if own_subject else pieces[1:])]
    words = Words.of(*affirmed)
    whole = " ".join(affirmed)
    events = find_incidents(words, rules, Severity.URGENT, (*said.ABOUT, *said.SUPPOSED))
    dated = bool(_CLOCK.search(whole)) or words.has(said.WHEN)
    denied = any(_NONE.search(piece) or _DENIAL.search(piece) for piece in pieces) or bool(
        _BARE_NO.fullmatch(pieces[1])
    )
    told_only = Words.of(*map(_affirmed, pieces[1:])) if denied else words  # a denial's subject is its topic
    return Report(
        events=events,
        opinions=find_incidents(told_only, rules, Severity.NORMAL, (*said.ABOUT, *said.SUPPOSED)),
        names=find_incidents(words, rules, Severity.SIGNAL, said.SUPPOSED),
        calm=find_incidents(words, rules, Severity.NIL),
        concrete=dated or words.has(said.DONE_ABOUT_IT) or words.has(said.PEOPLE),
        dated=dated,
        handled=dated and _is_handled(pieces if own_subject else pieces[1:], rules),
        besides=words.has(said.BESIDES),
        denied=denied,
        is_named=Words.of(*pieces).has(said.REPORTS),
        of_opinion=words.has(said.OF_OPINION),
    )


def _is_handled(pieces: Sequence[str], rules: Sequence[IncidentRule]) -> bool:
    """Tell whether doctors or the police were called: then no denial and no topic hides what happened."""
    words = Words.of(*pieces)
    return words.has(said.HANDLED) and bool(find_incidents(words, rules, Severity.URGENT, said.SUPPOSED))


def _affirmed(piece: str) -> str:
    """Return what is said to be so, without what is said not to be, and without where it was."""
    return _DURING.sub(" ", _DENIAL.sub(" ", _NONE.sub("\n", piece)))


def without_titles(text: str, titles: Iterable[str], addresses: Iterable[str]) -> str:
    """Return the text without the titles of stories: those found, and what stands on or right above their links."""
    for title in sorted(titles, key=len, reverse=True):
        text = text.replace(title, "\n")
    written = [address for address in addresses if address]
    kept: list[str] = []
    for line in text.split("\n"):
        if not any(address in line for address in written):
            kept.append(line)
        elif _length(line) < _WORDS_OF_A_TITLE.start:
            _forget_title(kept)
        elif not _may_be_title(line):
            kept.append(line)
    return "\n".join(kept)


def _forget_title(kept: list[str]) -> None:
    """Drop the last line that says something, unless it reports something of its own."""
    while kept and not kept[-1].strip():
        kept.pop()
    if kept and _may_be_title(kept[-1]):
        kept.pop()


def _may_be_title(line: str) -> bool:
    return _length(line) < _WORDS_OF_A_TITLE.stop and not any(phrase in plain(line) for phrase in said.BESIDES)


def _length(line: str) -> int:
    return len(tokens(plain(without_addresses(line))))
