"""What a part of a Word document or a slide says: paragraphs, tables, text boxes, links and fields.

Both have the same small set of elements below their different ones, so one reader does for both. Deleted and hidden
text is passed over; of the two forms of a text box, the new one and its fallback, one is read.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from parsers.documents_lines import Paragraph, Transcript
from parsers.documents_xml import Attributes, Reader
from parsers.legacy import font_encoding

__all__ = ["Story", "address_in_field"]

_ARGUMENT = r"(?:\"([^\"]*)\"|([^\s\\]\S*))"
# HYPERLINK "address" \l "place" (ECMA-376 part 1, section 17.16.5.25); with a place alone it stays in the document.
_FIELD = re.compile(rf"\s*HYPERLINK\s+(?:\\[a-km-z]\s+)*{_ARGUMENT}(?:\s*\\l\s+{_ARGUMENT})?", re.IGNORECASE)
_SKIPPED = frozenset(
    {"Fallback", "pPr", "del", "moveFrom", "instrText", "delInstrText", "delText", "fldData", "endParaRPr"}
)
_MOST_FIELDS = 20  # in one another
_OFF = frozenset({"0", "false", "off"})


def address_in_field(code: str) -> str:
    """Return the address of a HYPERLINK field's code, "" for any other field and for places inside the document."""
    found = _FIELD.match(code)
    if found is None:
        return ""
    address, place = found[1] or found[2] or "", found[3] or found[4] or ""
    return f"{address}#{place}" if address and place else address


@dataclass(slots=True)
class _Field:
    """A complex field: its code, until its result begins."""

    code: list[str] = field(default_factory=list)
    in_result: bool = False
    linked: bool = False


@dataclass(slots=True)
class _Table:
    """A table on its way: the cells of its row, and the paragraphs of its cell."""

    cells: list[list[Paragraph]] = field(default_factory=list)
    cell: list[Paragraph] = field(default_factory=list)


class Story(Reader):
    """Reads one part with text."""

    def __init__(self, links: Mapping[str, str], transcript: Transcript) -> None:
        self._links = links
        self._transcript = transcript
        self._paragraphs: list[Paragraph] = []  # a text box stands inside a paragraph
        self._tables: list[_Table] = []
        self._fields: list[_Field] = []
        self._skipped = 0  # how deep we are in what is not to be read
        self._silent = False  # the whole slide is hidden
        self._hidden = False  # the run
        self._font = ""
        self._in_text = False
        self._in_code = False
        self._run_link = False  # the open link is that of the run

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "instrText" and self._skipped == 0:
            self._in_code = True
        if self._skipped or name in _SKIPPED:
            self._skipped += 1
            return
        opening = _OPENING.get(name)
        if opening:
            opening(self, attributes)

    def end(self, name: str) -> None:
        if self._skipped:
            self._skipped -= 1
            self._in_code = self._in_code and self._skipped > 0
            return
        closing = _CLOSING.get(name)
        if closing:
            closing(self)

    def text(self, text: str) -> None:
        if self._in_code and self._fields:
            self._fields[-1].code.append(text)
        elif self._in_text and not self._skipped and not self._hidden and self._is_shown() and self._paragraphs:
            self._paragraphs[-1].write(text, self._font)

    def _is_shown(self) -> bool:
        return not self._silent and all(field.in_result for field in self._fields)

    def slide(self, attributes: Attributes) -> None:
        self._silent = attributes.get("show", "1") in _OFF

    def paragraph(self, _: Attributes) -> None:
        self._paragraphs.append(Paragraph())

    def end_paragraph(self) -> None:
        if self._paragraphs:
            self._place(self._paragraphs.pop())

    def _place(self, paragraph: Paragraph) -> None:
        if self._tables:
            self._tables[-1].cell.append(paragraph)
        elif not self._silent:
            self._transcript.add(paragraph)

    def run(self, _: Attributes) -> None:
        self._hidden, self._font = False, ""

    def end_run(self) -> None:
        if self._paragraphs and self._run_link:
            self._paragraphs[-1].close_link()
        self._run_link = False

    def hide(self, attributes: Attributes) -> None:
        self._hidden = attributes.get("val", "1") not in _OFF

    def fonts(self, attributes: Attributes) -> None:
        named = attributes.get("ascii") or attributes.get("typeface") or ""
        self._font = font_encoding(named) or self._font

    def words(self, _: Attributes) -> None:
        self._in_text = True

    def end_words(self) -> None:
        self._in_text = False

    def tab(self, _: Attributes) -> None:
        if self._paragraphs and self._is_shown():
            self._paragraphs[-1].tab()

    def hyphen(self, _: Attributes) -> None:
        """One that must not end a line; it looks like any other."""
        if self._paragraphs and self._is_shown():
            self._paragraphs[-1].write("-")

    def line_break(self, _: Attributes) -> None:
        """A line break ends the line; a link goes on in the next."""
        if self._paragraphs:
            href = self._paragraphs[-1].href
            self.end_paragraph()
            self._paragraphs.append(Paragraph())
            if href:
                self._paragraphs[-1].open_link(href)

    def link(self, attributes: Attributes) -> None:
        if self._paragraphs:
            href, place = self._links.get(attributes.get("r:id", ""), ""), attributes.get("anchor", "")
            self._paragraphs[-1].open_link(f"{href}#{place}" if href and place else href)

    def end_link(self) -> None:
        if self._paragraphs:
            self._paragraphs[-1].close_link()

    def click(self, attributes: Attributes) -> None:
        """The link of a run on a slide, or of a picture."""
        href = self._links.get(attributes.get("r:id", ""), "")
        if not href or self._silent:
            return
        if self._paragraphs:
            self._paragraphs[-1].open_link(href)
            self._run_link = True
        else:
            picture = Paragraph()
            picture.open_link(href)
            self._place(picture)

    def simple_field(self, attributes: Attributes) -> None:
        if self._paragraphs:
            self._paragraphs[-1].open_link(address_in_field(attributes.get("instr", "")))

    def field_mark(self, attributes: Attributes) -> None:
        kind = attributes.get("fldCharType")
        if kind == "begin" and len(self._fields) < _MOST_FIELDS:
            self._fields.append(_Field())
        elif kind == "separate" and self._fields:
            self._begin_result(self._fields[-1])
        elif kind == "end" and self._fields:
            ended = self._fields.pop()
            if ended.linked:
                self.end_link()

    def _begin_result(self, field: _Field) -> None:
        field.in_result = True
        address = address_in_field("".join(field.code))
        if address and self._paragraphs:
            self._paragraphs[-1].open_link(address)
            field.linked = True

    def table(self, _: Attributes) -> None:
        self._tables.append(_Table())

    def end_table(self) -> None:
        if self._tables:
            inner = self._tables.pop()
            for paragraph in (paragraph for cell in inner.cells for paragraph in cell):
                self._place(paragraph)

    def end_cell(self) -> None:
        if self._tables:
            self._transcript.account.spend("cells")
            self._tables[-1].cells.append(self._tables[-1].cell)
            self._tables[-1].cell = []

    def end_row(self) -> None:
        if len(self._tables) == 1 and not self._silent:
            self._transcript.add_row(self._tables[-1].cells)
            self._tables[-1].cells = []


_OPENING = {
    "sld": Story.slide,
    "p": Story.paragraph,
    "r": Story.run,
    "fld": Story.run,
    "vanish": Story.hide,
    "rFonts": Story.fonts,
    "latin": Story.fonts,
    "t": Story.words,
    "tab": Story.tab,
    "noBreakHyphen": Story.hyphen,
    "br": Story.line_break,
    "cr": Story.line_break,
    "hyperlink": Story.link,
    "hlinkClick": Story.click,
    "fldSimple": Story.simple_field,
    "fldChar": Story.field_mark,
    "tbl": Story.table,
}
_CLOSING = {
    "p": Story.end_paragraph,
    "r": Story.end_run,
    "fld": Story.end_run,
    "t": Story.end_words,
    "hyperlink": Story.end_link,
    "fldSimple": Story.end_link,
    "tbl": Story.end_table,
    "tc": Story.end_cell,
    "tr": Story.end_row,
}
