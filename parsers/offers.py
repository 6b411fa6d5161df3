"""Whether an attached document offers its links as stories, or only refers to them, as letters and plans do.

A clerk takes a list of stories as what it is, whatever office form it has, and an article of the school's own site;
the laws, forms and home pages that an official paper names are no stories. Decided by the file's name, by the first
lines and the head of its table, and by the words just before a link.
"""

import re
from collections.abc import Iterator
from enum import Enum

from parsers.body import File, Section
from parsers.documents_kinds import PAGES, SHEET, WORD
from parsers.documents_limits import SCANNED
from parsers.words import fold, tokens

__all__ = ["Offer", "is_article", "is_offered", "offer_of"]

ARTICLE_WORDS = 40  # syllables; a covering note is shorter

_TOP = 15  # lines in which a document says what it is
_HEADING = 160  # characters; what is longer is a sentence
_BARE_TITLE = 3  # syllables of a title that is only the name of a paper
_TABLE_HEADS = 200  # lines in which the head of a table may stand
_LIST_SHARE = 3  # a list: every third line or more has a link
_STORIES = re.compile(
    r"\b(?:tin bai|tin,? bai|bai viet|bai dang|bai da dang|tin tuc|tin tuan|tin da dang|tin hoat dong|link|duong dan|"
    r"duong link|url|(?:danh (?:muc|sach)|tong hop|bang ke|thong ke|bao cao|gui|nop)(?: cac| so)? (?:tin|bai))\b"
)
_COLUMN = re.compile(r"(?:^|\t)\s*(?:(?:duong )?link|duong dan|url|dia chi(?: web| bai| trang)|lien ket)\b")
# Papers that speak about stories, if at all, and list none; and papers that may also come with a list of stories.
_RULES = re.compile(
    r"(?:ke hoach|huong dan|quyet dinh|quy che|quy dinh|noi quy|thong bao|giay moi|the le|de an|nghi quyet|chi thi|"
    r"thong tu|chuong trinh|thoi khoa bieu|lich cong tac|de cuong|giao an)\b"
)
_FORMS = re.compile(
    r"(?:cong van|to trinh|bao cao|bien ban|phieu|don|bao gia|hop dong|kinh gui|v/v|ve viec|mau|bieu mau|de thi|"
    r"de kiem tra|so yeu ly lich|ban cam ket|giay)\b"
)
# What no article begins with: the name of the state, a number of the office's book, a legal ground, an address.
_OFFICIAL = re.compile(
    r"cong hoa xa hoi chu nghia|doc lap\s*[-–]\s*tu do|so\s*:.{0,12}/|can cu\b|kinh gui\b|v/v\b|noi nhan\b"
)
# The sign of a paper's kind in a file's name such as "15 KH tuyen truyen".
_NUMBERED = re.compile(r"(?:\d{1,4}[\s._-]*)?(?:so\s+\d+[\s._-]*)?(kh|cv|qd|tb|ttr|gm|bc|hd|bb)\b")
_RULES_IN_SHORT = frozenset({"kh", "qd", "tb", "gm", "hd"})
_BEFORE = re.compile(
    r"(?:link|duong dan|dia chi)(?: (?:cua )?(?:bai|tin)\w*| bai viet| tin bai)?\s*:?\s*$"
    r"|(?:xem bai|doc bai|bai viet|tin bai|da dang|duoc dang|dang tai|dang tren|dang o)\b[^.:]{0,40}[:(]?\s*$"
)
_NEAR = 80  # characters before a link


class Offer(Enum):
    """What a document does with its links."""

    STORIES = "lists stories"
    NOTHING_SAID = "says nothing about them"
    REFERENCES = "refers to them"


def offer_of(section: Section) -> Offer:
    """Judge an attached document as a whole."""
    name, headings = _name(section.file), list(_headings(section))
    official = any(_OFFICIAL.search(heading) for heading in headings)
    titles = [name, *(heading for heading in headings if official or len(heading.split()) <= _BARE_TITLE)]
    sign = _NUMBERED.match(name)
    if (sign and sign[1] in _RULES_IN_SHORT) or any(map(_RULES.match, titles)):
        return Offer.REFERENCES
    if any(map(_STORIES.search, (name, *headings))) or _has_link_column(section) or _is_list(section):
        return Offer.STORIES
    return Offer.REFERENCES if sign or official or any(map(_FORMS.match, titles)) else Offer.NOTHING_SAID


def is_offered(section: Section, offer: Offer, line: int, start: int, *, at_home: bool) -> bool:
    """Tell whether the link at this place is offered as a story. at_home: it is on a registered school's site."""
    if offer is Offer.STORIES or (offer is Offer.NOTHING_SAID and at_home):
        return True
    before = section.lines[line].text[max(0, start - _NEAR) : start]
    return bool(_BEFORE.search(fold(before).rstrip(" (-–")))


def is_article(section: Section) -> bool:
    """Tell whether an attached document is itself a story to be published: prose, or pages that cannot be read."""
    file = section.file
    if file is None or file.kind == SHEET or offer_of(section) is Offer.REFERENCES:
        return False
    pictured = file.unread == SCANNED and file.kind in (WORD, PAGES)
    if pictured or (file.kind == WORD and not section.text.strip()):
        return True
    return len(tokens(section.text)) >= ARTICLE_WORDS


def _name(file: File | None) -> str:
    stem = file.name.rpartition(".")[0] or file.name if file else ""
    return fold(re.sub(r"[_.\-–]+", " ", stem)).strip()


def _headings(section: Section) -> Iterator[str]:
    said = [line.text for line in section.lines[: 4 * _TOP] if line.text.strip()][:_TOP]
    yield from (fold(text).strip(' \t"“”.:-–*') for text in said if len(text) <= _HEADING)


def _has_link_column(section: Section) -> bool:
    return any("\t" in line.text and _COLUMN.search(fold(line.text)) for line in section.lines[:_TABLE_HEADS])


def _is_list(section: Section) -> bool:
    lines = [line for line in section.lines if line.text.strip() or line.anchors]
    linked = sum(bool(line.anchors) or "http" in line.text.lower() for line in lines)
    return linked > 0 and linked * _LIST_SHARE >= len(lines)
