"""The mail's text as sections: what the sender says now, what is quoted or forwarded, and what is only letterhead.

The same for plain text and HTML; of two twins (multipart/alternative) one is read. It must not judge links, kinds or
weeks, and it throws nothing away: every visible line ends up in exactly one section. Of a body longer than any letter
only the beginning is read.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from parsers.lines import Line, html_lines, text_lines
from parsers.message import ParsedMessage
from parsers.parts import CLOSING, FORWARDED, NEW, QUOTED, parts_of
from parsers.quote_marks import is_forward_subject, is_reply_subject
from parsers.words import vocabulary

__all__ = ["OWN_PARTS", "File", "Section", "is_forward", "is_reply", "sections", "subject_section", "text_of"]

OWN_PARTS = (NEW, CLOSING, FORWARDED)  # what the sender says, or hands on as his own

MOST_LINES, MOST_CHARACTERS = 10_000, 300_000  # of one body
_ENOUGH = 0.6  # share of the plain text's words that the HTML must show to be its twin


@dataclass(frozen=True, slots=True)
class File:
    """The attached file a section stands in.

    kind: word, sheet, slides, pdf or text, "" when nobody could tell. unread: why it was not read, or not to its end
    (a word of `parsers.documents_limits`), else "".
    """

    name: str
    kind: str
    unread: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """Consecutive lines of one part: new, closing (under "Trân trọng"), forwarded, quoted, signature or disclaimer.

    source: "text", "html", "subject" or "attachment". With attachments the part is "new", and `file` tells which.
    """

    part: str
    source: str
    lines: tuple[Line, ...]
    file: File | None = None

    @property
    def text(self) -> str:
        """The visible text."""
        return "\n".join(line.text for line in self.lines)


def is_forward(message: ParsedMessage) -> bool:
    """Tell whether an older mail is handed on."""
    return is_forward_subject(message.subject)


def is_reply(message: ParsedMessage) -> bool:
    """Tell whether an older mail is answered (RFC 5322 section 3.6.4, or the subject's prefix)."""
    return not is_forward(message) and bool(message.references or is_reply_subject(message.subject))


def sections(message: ParsedMessage) -> tuple[Section, ...]:
    """Return the body in sections, in reading order; at most MOST_LINES and MOST_CHARACTERS of it."""
    reply, forward = is_reply(message), is_forward(message)
    rich = _bounded(html_lines(message.html)) if message.html else []
    bare = _bounded(text_lines(message.text[:MOST_CHARACTERS]))
    if reply or forward:
        rich = [replace(line, quotes=line.depth) if line.indents else line for line in rich]
    elif not _quotes_something(bare):
        bare = [replace(line, quotes=0) if line.quotes else line for line in bare]  # ">> Xem tại:" is an arrow here
    bodies = [("html", rich)] if _is_twin(rich, bare) else [("text", bare), ("html", rich)]
    found: list[Section] = []
    for source, lines in bodies:
        pairs = zip(parts_of(lines, reply=reply, forward=forward), lines, strict=True)
        for part, group in groupby(pairs, key=lambda pair: pair[0]):
            found.append(Section(part, source, tuple(line for _, line in group)))
    return tuple(found)


def subject_section(message: ParsedMessage) -> Section:
    """Return the subject as a section, for those who put their link there; an answer's subject is not its own."""
    return Section(QUOTED if is_reply(message) else NEW, "subject", text_lines(message.subject))


def text_of(found: Iterable[Section], parts: Iterable[str] = OWN_PARTS) -> str:
    """Return the text of the sections of these parts."""
    wanted = frozenset(parts)
    return "\n".join(section.text for section in found if section.part in wanted)


def _bounded(lines: Sequence[Line]) -> list[Line]:
    kept, room = [], MOST_CHARACTERS
    for line in lines[:MOST_LINES]:
        anchors = tuple(anchor for anchor in line.anchors if anchor.end <= room)
        kept.append(replace(line, text=line.text[:room], anchors=anchors) if len(line.text) > room else line)
        room -= len(line.text)
        if room <= 0:
            break
    return kept


def _quotes_something(lines: list[Line]) -> bool:
    return any(line.text.rstrip().endswith(("viết:", "wrote:", ">:")) for line in lines)


def _is_twin(rich: list[Line], bare: list[Line]) -> bool:
    """Tell whether the HTML says nearly all that the plain text says; if not, both are parts of one letter."""
    return any(_covers(words_of(rich), words_of(bare)) for words_of in (_written, _vocabulary))  # the cheap way first


def _covers(shown: set[str], said: set[str]) -> bool:
    return bool(shown) and len(said & shown) >= len(said) * _ENOUGH


def _written(lines: list[Line]) -> set[str]:
    return set(" ".join(line.text for line in lines).split())


def _vocabulary(lines: list[Line]) -> set[str]:
    hrefs = (anchor.href for line in lines for anchor in line.anchors)
    return vocabulary((*(line.text for line in lines), *hrefs))
