"""A document's text as it is copied out: paragraphs with their links, table rows with tabs between the cells.

Every format ends here, in the lines that mail bodies are made of. Letterhead (what stands in page headers and footers)
is kept apart. What is copied is counted against the mail's account; nothing is judged.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest

from parsers.documents_limits import Account
from parsers.legacy import legacy_encoding, to_unicode
from parsers.lines import Anchor, Line
from parsers.text import clean

__all__ = ["Paragraph", "Transcript"]

LONGEST_CELL = 600  # characters; a longer cell is layout, and its paragraphs are read one after another


@dataclass(slots=True)
class Paragraph:
    """One paragraph on its way; a link stays open until it is closed, over line breaks too."""

    pieces: list[str] = field(default_factory=list)
    anchors: list[Anchor] = field(default_factory=list)
    length: int = 0
    legacy: str = ""
    href: str = ""
    _start: int = 0

    def write(self, text: str, font: str = "") -> None:
        """Add a run of text. font: the encoding of its font, as `parsers.legacy.font_encoding` gives it."""
        legacy = legacy_encoding(text, font)
        self.legacy = self.legacy or legacy
        shown = clean(to_unicode(text, legacy)).replace("\n", " ")
        self.pieces.append(shown)
        self.length += len(shown)

    def tab(self) -> None:
        """Add what separates two columns."""
        self.pieces.append("\t")
        self.length += 1

    def open_link(self, href: str) -> None:
        """Begin a link here; one that is open ends."""
        self.close_link()
        self.href, self._start = href, self.length

    def close_link(self) -> None:
        """End the open link, if there is one; a picture may be all it has."""
        if self.href:
            self.anchors.append(Anchor(self.href, self._start, self.length))
        self.href = ""

    @property
    def text(self) -> str:
        """What has been written."""
        return "".join(self.pieces)

    def is_empty(self) -> bool:
        """Nothing is to be seen of it, and it links to nothing."""
        return not self.anchors and not self.href and not any(piece.strip() for piece in self.pieces)


@dataclass(slots=True)
class Transcript:
    """The lines of one document; those of its letterhead apart."""

    account: Account
    body: list[Line] = field(default_factory=list)
    letterhead: list[Line] = field(default_factory=list)
    in_letterhead: bool = False

    def add(self, paragraph: Paragraph) -> None:
        """Add a paragraph as a line."""
        paragraph.close_link()
        self.add_line(Line(paragraph.text, tuple(paragraph.anchors), legacy=paragraph.legacy))

    def add_line(self, line: Line) -> None:
        """Add a line; what is longer than any line of a letter is cut."""
        limits = self.account.limits
        text = line.text[: limits.line_characters].rstrip()
        anchors = tuple(anchor for anchor in line.anchors if anchor.start <= len(text))[: limits.line_links]
        self.account.spend("lines")
        self.account.spend("characters", len(text))
        self.account.spend("links", len(anchors))
        lines = self.letterhead if self.in_letterhead else self.body
        lines.append(replace(line, text=text, anchors=tuple(_within(anchor, len(text)) for anchor in anchors)))

    def add_row(self, cells: Iterable[Sequence[Paragraph]]) -> None:
        """Add a row of a table, whose cells hold paragraphs."""
        for paragraph in _row([[each for each in cell if not each.is_empty()] for cell in cells]):
            self.add(paragraph)

    def is_silent(self, fewest: int) -> bool:
        """There are fewer words than these to read, and no link."""
        if any(line.anchors or "http" in line.text for line in self.body):
            return False
        return sum(len(line.text.split()) for line in self.body) < fewest


def _within(anchor: Anchor, length: int) -> Anchor:
    return anchor if anchor.end <= length else replace(anchor, end=length)


def _row(cells: Sequence[Sequence[Paragraph]]) -> Iterator[Paragraph]:
    """Yield the lines of a row: one; several where its cells hold equally many, as titles beside their addresses."""
    for cell in cells:
        for paragraph in cell:
            paragraph.close_link()
    if any(sum(paragraph.length for paragraph in cell) > LONGEST_CELL for cell in cells):
        yield from (paragraph for cell in cells for paragraph in cell)
        return
    heights = [len(cell) for cell in cells if len(cell) > 1]
    if len(heights) > 1 and len(set(heights)) == 1:
        yield from (_joined(line, "\t") for line in zip_longest(*cells, fillvalue=Paragraph()))
    elif any(cells):
        yield _joined([_joined(cell, " ") for cell in cells], "\t")


def _joined(paragraphs: Iterable[Paragraph], separator: str) -> Paragraph:
    whole = Paragraph()
    for number, paragraph in enumerate(paragraphs):
        whole.pieces += [separator, *paragraph.pieces] if number else paragraph.pieces
        whole.length += bool(number)
        shift = whole.length
        whole.anchors += [Anchor(each.href, each.start + shift, each.end + shift) for each in paragraph.anchors]
        whole.length += paragraph.length
        whole.legacy = whole.legacy or paragraph.legacy
    return whole
