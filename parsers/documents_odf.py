"""The visible text of OpenDocument files (ISO/IEC 26300): text, tables and slides, with their links.

Comments, deleted text and speaker notes are not read: they are not said to us. No formula is computed.
"""

import re

from parsers.documents_limits import ENCRYPTED, Unreadable
from parsers.documents_lines import Paragraph, Transcript
from parsers.documents_xml import Attributes, Reader, walk
from parsers.documents_zip import Archive

__all__ = ["read_open_document"]

_SKIPPED = frozenset({"annotation", "tracked-changes", "notes", "forms", "settings", "index-title-template"})
_FORMULA = re.compile(r'^(?:of:)?=HYPERLINK\("([^"]*)"', re.IGNORECASE)
_MARGINS = frozenset({"header", "footer", "header-first", "footer-first", "header-left", "footer-left"})
_MOST_SPACES = 100


def read_open_document(archive: Archive, transcript: Transcript) -> None:
    """Copy the document, and its page headers and footers as letterhead."""
    if b"encryption-data" in archive.read("META-INF/manifest.xml"):
        raise Unreadable(ENCRYPTED)
    walk(archive.read("content.xml"), _Content(transcript), transcript.account)
    transcript.in_letterhead = True
    walk(archive.read("styles.xml"), _Margins(transcript), transcript.account)


class _Content(Reader):
    """Reads the paragraphs and tables."""

    def __init__(self, transcript: Transcript) -> None:
        self._transcript = transcript
        self._open: list[Paragraph] = []  # a frame stands inside a paragraph
        self._rows: list[list[list[Paragraph]]] = []  # of tables in one another
        self._skipped = 0
        self._framed = ""  # the link around a picture or a text box

    def start(self, name: str, attributes: Attributes) -> None:
        if self._skipped or name in _SKIPPED:
            self._skipped += 1
            return
        if name in {"p", "h"}:
            self._open.append(Paragraph())
        elif name == "a":
            self._link(attributes.get("href", ""))
        elif name == "table-row":
            self._rows.append([])
        elif name in {"table-cell", "covered-table-cell"} and self._rows:
            self._cell(attributes)
        elif self._open:
            self._sign(name, attributes)

    def end(self, name: str) -> None:
        if self._skipped:
            self._skipped -= 1
        elif name in {"p", "h"} and self._open:
            self._place(self._open.pop())
        elif name == "a" and self._open:
            self._open[-1].close_link()
        elif name == "table-row" and self._rows:
            self._end_row(self._rows.pop())

    def text(self, text: str) -> None:
        if self._open and not self._skipped:
            self._open[-1].write(text)

    def _link(self, href: str) -> None:
        if self._open:
            self._open[-1].open_link(href)
        else:  # around a picture on a slide
            picture = Paragraph()
            picture.open_link(href)
            self._place(picture)

    def _cell(self, attributes: Attributes) -> None:
        self._transcript.account.spend("cells")
        self._rows[-1].append([])
        found = _FORMULA.match(attributes.get("formula", ""))
        self._framed = found[1] if found else ""

    def _sign(self, name: str, attributes: Attributes) -> None:
        if name == "tab":
            self._open[-1].tab()
        elif name == "s":
            count = attributes.get("c", "1")
            self._open[-1].write(" " * min(int(count) if count.isdecimal() else 1, _MOST_SPACES))
        elif name == "line-break":
            self._break()

    def _break(self) -> None:
        href = self._open[-1].href
        self._place(self._open.pop())
        self._open.append(Paragraph())
        if href:
            self._open[-1].open_link(href)

    def _place(self, paragraph: Paragraph) -> None:
        if self._framed and not paragraph.anchors:
            paragraph.close_link()
            paragraph.href = self._framed
        self._framed = ""
        if self._rows and self._rows[-1]:
            self._rows[-1][-1].append(paragraph)
        else:
            self._transcript.add(paragraph)

    def _end_row(self, cells: list[list[Paragraph]]) -> None:
        if self._rows and self._rows[-1]:
            self._rows[-1][-1] += [paragraph for cell in cells for paragraph in cell]
        else:
            self._transcript.add_row(cells)


class _Margins(_Content):
    """Reads page headers and footers, and nothing else of the styles."""

    def __init__(self, transcript: Transcript) -> None:
        super().__init__(transcript)
        self._inside = 0

    def start(self, name: str, attributes: Attributes) -> None:
        if self._inside or name in _MARGINS:
            self._inside += 1
            super().start(name, attributes)

    def end(self, name: str) -> None:
        if self._inside:
            self._inside -= 1
            super().end(name)

    def text(self, text: str) -> None:
        if self._inside:
            super().text(text)
