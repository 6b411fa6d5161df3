"""The rows of an Excel workbook (ECMA-376 part 1, section 18): shown sheets and rows, cells with tabs between them.

Links come from the cells' hyperlinks and from =HYPERLINK() formulas. No formula is computed: a cell shows the value
that was saved in it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from parsers.documents_lines import Paragraph, Transcript
from parsers.documents_office import read_story
from parsers.documents_package import hyperlinks, path_of, relations
from parsers.documents_xml import Attributes, Reader, walk
from parsers.documents_zip import Archive

__all__ = ["read_workbook"]

_CELL = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
_HYPERLINK = re.compile(r"^(?:_xlfn\.)?HYPERLINK\((.*)\)$", re.IGNORECASE | re.DOTALL)
_OPERAND = re.compile(r'\s*(?:"((?:[^"]|"")*)"|(\$?[A-Z]{1,3}\$?[0-9]{1,7}))\s*([&,;]?)', re.IGNORECASE)
_OFF = frozenset({"", "0", "false"})
_MOST_OPERANDS, _LONGEST_OPERAND = 20, 2_000
_WIDEST = 100  # columns with text in one row


@dataclass(slots=True)
class _Cell:
    """A cell as it is saved."""

    kind: str = ""
    value: list[str] = field(default_factory=list)
    formula: list[str] = field(default_factory=list)


def read_workbook(archive: Archive, main: str, transcript: Transcript) -> None:
    """Copy the sheets that are shown, in their order."""
    account = transcript.account
    parts = relations(archive, main, account)
    strings, sheets = _Strings(), _Sheets()
    for kind, target in parts.values():
        if kind == "sharedStrings":
            walk(archive.read(path_of(main, target)), strings, account)
    walk(archive.read(main), sheets, account)
    for number in sheets.shown:
        kind, target = parts.get(number, ("", ""))
        if kind == "worksheet":
            account.spend("pages")
            _read_sheet(archive, path_of(main, target), strings.found, transcript)


def _read_sheet(archive: Archive, part: str, strings: list[str], transcript: Transcript) -> None:
    """Copy a sheet, and the text boxes on it."""
    sheet = _Sheet(strings, hyperlinks(archive, part, transcript.account), transcript)
    try:
        walk(archive.read(part), sheet, transcript.account)
    finally:
        sheet.copy()  # the links stand behind the rows; of a sheet without end its beginning is copied
    for kind, target in relations(archive, part, transcript.account).values():
        if kind == "drawing":
            read_story(archive, path_of(part, target), transcript)


class _Sheets(Reader):
    """Reads which sheets are shown."""

    def __init__(self) -> None:
        self.shown: list[str] = []

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "sheet" and attributes.get("state", "visible") == "visible":
            self.shown.append(attributes.get("r:id", ""))


class _Strings(Reader):
    """Reads the table of strings; the reading aids of East Asian text are none of theirs."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self._pieces: list[str] = []
        self._in_text = False
        self._in_aid = False

    def start(self, name: str, _: Attributes) -> None:
        self._in_text = name == "t" and not self._in_aid
        self._in_aid = self._in_aid or name == "rPh"

    def end(self, name: str) -> None:
        self._in_text = False
        if name == "rPh":
            self._in_aid = False
        elif name == "si":
            self.found.append("".join(self._pieces))
            self._pieces = []

    def text(self, text: str) -> None:
        if self._in_text:
            self._pieces.append(text)


class _Sheet(Reader):
    """Reads the rows of a sheet, and then the links of its cells."""

    def __init__(self, strings: list[str], links: Mapping[str, str], transcript: Transcript) -> None:
        self._strings = strings
        self._links = links
        self._transcript = transcript
        self._rows: list[dict[str, str]] = []  # place → what the cell shows
        self._formulas: dict[str, str] = {}
        self._hrefs: dict[str, str] = {}
        self._cell = _Cell()
        self._place = ""
        self._hidden = False
        self._into: list[str] | None = None

    def start(self, name: str, attributes: Attributes) -> None:
        self._into = None
        if name == "row":
            self._hidden = attributes.get("hidden", "") not in _OFF
            self._rows.append({})
        elif name == "c":
            self._cell = _Cell(attributes.get("t", "n"))
            self._place = attributes.get("r", "") or f"?{len(self._rows[-1]) if self._rows else 0}"
        elif name in {"v", "t"}:
            self._into = self._cell.value
        elif name == "f":
            self._into = self._cell.formula
        elif name == "hyperlink":
            self._link(attributes)

    def end(self, name: str) -> None:
        self._into = None
        if name == "c" and self._rows and not self._hidden:
            self._keep(self._cell)
        elif name == "row" and self._rows and not self._rows[-1]:
            self._rows.pop()

    def text(self, text: str) -> None:
        if self._into is not None:
            self._into.append(text)

    def copy(self) -> None:
        """Copy the rows, now that the links are known."""
        shown = {place: text for row in self._rows for place, text in row.items()}
        hrefs = {place: _address(formula, shown) for place, formula in self._formulas.items()}
        hrefs = {place: address for place, address in (hrefs | self._hrefs).items() if address}
        for row in self._rows:
            self._transcript.add_row(_shown(text, hrefs.get(place, "")) for place, text in row.items())
        self._rows = []

    def _keep(self, cell: _Cell) -> None:
        text, formula = "".join(cell.value), "".join(cell.formula)
        if cell.kind == "s":
            text = self._strings[int(text)] if text.isdecimal() and int(text) < len(self._strings) else ""
        if (text.strip() or formula) and len(self._rows[-1]) < _WIDEST:
            self._transcript.account.spend("cells")
            self._rows[-1][self._place] = text.strip()
            if formula:
                self._formulas[self._place] = formula

    def _link(self, attributes: Attributes) -> None:
        href = self._links.get(attributes.get("r:id", ""), "")
        href += f"#{attributes['location']}" if href and attributes.get("location") else ""
        for place in _places(attributes.get("ref", "")) if href else ():
            self._transcript.account.spend("cells")
            self._hrefs[place] = href


def _shown(text: str, href: str) -> list[Paragraph]:
    """Return the cell; its own line breaks are the paragraphs of a cell."""
    paragraphs = []
    for line in text.split("\n") if "\n" in text else [text]:
        paragraph = Paragraph()
        if href:
            paragraph.open_link(href)
        paragraph.write(line)
        paragraphs.append(paragraph)
    return paragraphs


def _places(reference: str) -> Iterator[str]:
    """Yield the first column's cells of a range such as B2:C9; a link over several columns is one link."""
    first, _, last = reference.partition(":")
    begin, end = _CELL.fullmatch(first), _CELL.fullmatch(last or first)
    if begin and end:
        rows = range(int(begin[2]), min(int(end[2]), int(begin[2]) + 200) + 1)
        yield from (f"{begin[1]}{row}" for row in rows)


def _address(formula: str, shown: Mapping[str, str]) -> str:
    """Return the address in a =HYPERLINK() formula: its first argument, of strings and cells put together."""
    found = _HYPERLINK.match(formula.strip())
    pieces: list[str] = []
    position = 0
    while found and len(pieces) < _MOST_OPERANDS and (operand := _OPERAND.match(found[1], position)):
        cell = (operand[2] or "").replace("$", "").upper()
        piece = shown.get(cell, "") if cell else (operand[1] or "").replace('""', '"')
        pieces.append(piece[:_LONGEST_OPERAND])
        if operand[3] != "&":
            break
        position = operand.end()
    return "".join(pieces)
