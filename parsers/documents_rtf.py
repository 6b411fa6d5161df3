r"""The visible text of RTF files (specification 1.9.1): paragraphs, table cells, and HYPERLINK fields.

The text is read as a flat row of signs and control words; pictures, fonts, styles and comments are passed over.
"""

import codecs
import re
from dataclasses import dataclass, replace

from parsers.documents_limits import BROKEN, Unreadable
from parsers.documents_lines import Paragraph, Transcript
from parsers.documents_story import address_in_field
from parsers.legacy import font_encoding

__all__ = ["read_rtf"]

_TOKEN = re.compile(
    rb"\\([a-z]{1,32})(-?[0-9]{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-z])|([{}])|[\r\n]+|([^\\{}\r\n]+)", re.DOTALL
)
_FONT = re.compile(rb"\\f([0-9]{1,5})(?:\\[a-z]+-?[0-9]* ?|\{[^{}]{0,200}\}){0,20}\s?([^;{}\\]{1,60});")
_SKIPPED_NAMES = (
    "fonttbl colortbl stylesheet info pict object themedata colorschememapping datastore latentstyles listtable "
    "rsidtbl listoverridetable generator xmlnstbl annotation atnid atnauthor atndate bkmkstart bkmkend nonshppict "
    "filetbl"
)
_SKIPPED = frozenset(_SKIPPED_NAMES.split())
_MARGINS = frozenset({"header", "footer", "headerl", "headerr", "headerf", "footerl", "footerr", "footerf"})
_SIGNS = {
    "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”", "bullet": "•",
    "emspace": " ", "enspace": " ", "tab": "\t",
}  # fmt: skip
_ESCAPED = {b"~": " ", b"_": "-", b"\\": "\\", b"{": "{", b"}": "}"}
_KNOWN = frozenset({"shpinst", "shptxt", "ud"})  # of the groups that old readers may skip, those with text
_CHECK_EVERY = 20_000


@dataclass(frozen=True, slots=True)
class _Group:
    """What a group inherits and may change."""

    skipped: bool = False
    in_code: bool = False  # of a field
    margin: bool = False
    hidden: bool = False
    font: str = ""
    skip: int = 1  # signs that stand for an \u for old readers
    field: int = 0  # how deep the field's group is


def read_rtf(content: bytes, transcript: Transcript) -> None:
    """Copy an RTF document. Raises Unreadable."""
    reader = _Reader(content, transcript)
    for number, token in enumerate(_TOKEN.finditer(content)):
        if number % _CHECK_EVERY == 0:
            transcript.account.spend("words", _CHECK_EVERY)
            transcript.account.check_time()
        reader.read(token)
    reader.finish()


class _Reader:
    def __init__(self, content: bytes, transcript: Transcript) -> None:
        self._transcript = transcript
        self._charset = _charset(content)
        self._fonts = {
            number.decode(): font_encoding(name.decode("latin-1")) for number, name in _FONT.findall(content[:200_000])
        }
        self._groups = [_Group()]
        self._paragraph = Paragraph()
        self._cell: list[Paragraph] = []
        self._cells: list[list[Paragraph]] = []
        self._in_table = False
        self._bytes = bytearray()
        self._run: list[str] = []
        self._code: list[str] = []
        self._to_skip = 0
        self._starred = False

    def read(self, token: re.Match[bytes]) -> None:
        word, number, byte, escaped, brace, plain = token.groups()
        if byte:
            self._byte(int(byte, 16))
        elif plain:
            self._plain(plain)
        elif word:
            self._word(word.decode(), int(number) if number else None)
        elif brace:
            self._end_run()
            self._brace(brace)
        elif escaped == b"*":
            self._starred = True
        elif escaped in _ESCAPED:
            self._write(_ESCAPED[escaped])

    def finish(self) -> None:
        """Copy what no paragraph mark ends."""
        self._end_run()
        self._end_paragraph()
        if self._cells:
            self._transcript.add_row(self._cells)

    @property
    def _group(self) -> _Group:
        return self._groups[-1]

    def _change(self, **changes: bool | int | str) -> None:
        self._groups[-1] = replace(self._groups[-1], **changes)  # type: ignore[arg-type]  # names of its own fields

    def _brace(self, brace: bytes) -> None:
        self._starred = False
        if brace == b"{":
            if len(self._groups) > self._transcript.account.limits.depth:
                raise Unreadable(BROKEN)
            self._groups.append(self._groups[-1])
        elif len(self._groups) > 1:
            ended = self._groups.pop()
            if ended.field and ended.field == len(self._groups):
                self._paragraph.close_link()
            if ended.margin and not self._group.margin:
                self._end_paragraph(margin=True)

    def _word(self, word: str, number: int | None) -> None:
        starred, self._starred = self._starred, False
        if word == "u" and number is not None:
            self._write(chr(number % 0x10000))
            self._to_skip = self._group.skip
        elif word in _SIGNS:
            self._write(_SIGNS[word])
        else:
            self._end_run()
            if not self._destination(word, starred=starred) and not self._formatted(word, number):
                self._layout(word)

    def _destination(self, word: str, *, starred: bool) -> bool:
        """Where the group's text goes: into the document, its letterhead, a field's code, or nowhere."""
        if word in _MARGINS:
            self._end_paragraph()
            self._change(margin=True)
        elif word == "fldinst":
            self._code = []
            self._change(in_code=True)
        elif word == "fldrslt":
            self._begin_result()
        elif word in _SKIPPED or (starred and word not in _KNOWN):
            self._change(skipped=True)
        else:
            return False
        return True

    def _formatted(self, word: str, number: int | None) -> bool:
        """How the group's text looks."""
        if word == "v":
            self._change(hidden=number != 0)
        elif word == "f" and number is not None:
            self._change(font=self._fonts.get(str(number), ""))
        elif word == "uc" and number is not None:
            self._change(skip=min(max(number, 0), 10))
        elif word in {"intbl", "pard"}:
            self._in_table = word == "intbl"
        else:
            return False
        return True

    def _layout(self, word: str) -> None:
        if self._group.skipped:
            return
        if word in {"par", "line", "sect", "page"}:
            self._end_paragraph(margin=self._group.margin)
        elif word in {"cell", "nestcell"}:
            self._transcript.account.spend("cells")
            self._cells.append([*self._cell, self._paragraph])
            self._cell, self._paragraph = [], Paragraph()
        elif word in {"row", "nestrow"}:
            self._transcript.add_row(self._cells)
            self._cells = []

    def _begin_result(self) -> None:
        address = address_in_field("".join(self._code))
        if address:
            self._paragraph.open_link(address)
            self._change(field=len(self._groups) - 1)

    def _end_paragraph(self, *, margin: bool = False) -> None:
        if self._in_table:
            self._cell.append(self._paragraph)
        elif not self._paragraph.is_empty() or not margin:
            self._transcript.in_letterhead = margin
            self._transcript.add(self._paragraph)
            self._transcript.in_letterhead = False
        self._paragraph = Paragraph()

    def _byte(self, byte: int) -> None:
        if self._to_skip:
            self._to_skip -= 1
        else:
            self._bytes.append(byte)

    def _plain(self, plain: bytes) -> None:
        skipped = min(self._to_skip, len(plain))
        self._to_skip -= skipped
        self._bytes += plain[skipped:]

    def _write(self, text: str) -> None:
        self._decode()
        self._run.append(text)

    def _decode(self) -> None:
        if self._bytes:
            self._run.append(self._bytes.decode("latin-1" if self._group.font else self._charset, "replace"))
            self._bytes.clear()

    def _end_run(self) -> None:
        """Put the run where its group's text goes; signs of one run may be halves of a letter."""
        self._decode()
        text, self._run = "".join(self._run), []
        if self._group.skipped or (self._group.hidden and not self._group.in_code):
            return
        if self._group.in_code:
            self._code.append(text)
        else:
            for number, piece in enumerate(text.split("\t") if text else ()):
                if number:
                    self._paragraph.tab()
                self._paragraph.write(piece, self._group.font)


def _charset(content: bytes) -> str:
    found = re.search(rb"\\ansicpg([0-9]{3,5})", content[:2_000])
    name = f"cp{found[1].decode()}" if found else "cp1252"
    try:
        return codecs.lookup(name).name
    except LookupError:
        return "cp1252"
