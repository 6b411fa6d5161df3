"""A mail body as the lines a reader sees, with the anchors in them and how deep they are quoted.

Plain text and HTML end in the same shape, so that everything after this module reads lines only. What a reader cannot
see (hidden elements, scripts, empty anchors, pixels) is left out. What a line means is not decided here.
"""

import re
from dataclasses import dataclass, field

from lxml import etree

from parsers.legacy import font_encoding, legacy_encoding, to_unicode
from parsers.memo import remembered
from parsers.page_tree import Element, build_tree

__all__ = ["Anchor", "Line", "html_lines", "text_lines"]

SIGNATURE = "signature"
MAX_QUOTES = 20

_QUOTE_SIGNS = re.compile(r"(?:[ \t]?>){1,64}[ \t]?")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]")
_OTHER_SPACES = "\t\r\n\f\xa0"
_SPACES = re.compile("  +")
_BLOCK_NAMES = (
    "address article blockquote body center dd div dl dt fieldset footer form h1 h2 h3 h4 h5 h6 header hr li main "
    "ol p pre section table tbody tfoot thead tr ul"
)
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_SKIPPED = frozenset({"head", "script", "style", "title", "noscript", "object", "select", "button", "input"})
_TELLING = _SKIPPED | {"blockquote", "pre"}  # elements that say something even without attributes
_HIDING = re.compile(
    r"display:none|visibility:hidden|mso-hide:all|opacity:0(?![.\d])|font-size:[01](?:px|pt|em|%)?(?![.\d])"
    r"|(?:max-)?(?:height|width):0(?:px|pt)?(?![.\d])"
)
_FONT_FAMILY = re.compile(r"font(?:-family)?\s*:([^;]*)", re.IGNORECASE)
_WHITE = re.compile(r"(?<![-\w])color:(?:#fff(?:fff)?(?![0-9a-f])|white|rgba?\(255,255,255)")
_BACKGROUND = re.compile(r"background(?:-color)?:(?!(?:none|transparent|white|#fff(?:fff)?)(?:;|$))")
_QUOTE_NAMES = re.compile(
    r"gmail_quote|yahoo_quoted|protonmail_quote|zmail_extra|tutanota_quote|mobile-reference-message"
)
_SIGNATURE_NAMES = re.compile(r"(?:^|[\s_-])(?:gmail_|moz-|x_)?(?:apple ?mail)?signature(?:$|[\s_-])")


@dataclass(frozen=True, slots=True)
class Anchor:
    """An <a href> and where its text stands in the line."""

    href: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Line:
    """One visible line; table cells are separated by tabs. `quotes`: how deep it is quoted. `mark`: "signature" or "".

    `legacy`: the encoding of the old font it was typed in; it is given here in Unicode. `indents`: how many bare
    <blockquote>s are around it; in a reply they are quotes, elsewhere people use them to indent.
    """

    text: str
    anchors: tuple[Anchor, ...] = ()
    quotes: int = 0
    mark: str = ""
    legacy: str = ""
    indents: int = 0

    @property
    def depth(self) -> int:
        """How deep the line is quoted when indents are quotes as well."""
        return min(self.quotes + self.indents, MAX_QUOTES)


@remembered(entries=4, longest=300_000)
def text_lines(text: str) -> tuple[Line, ...]:
    """Return the lines of a plain-text body; leading ">" signs become the depth of the quote."""
    lines = []
    for written in _CONTROL.sub("", text).splitlines():
        signs = _QUOTE_SIGNS.match(written)
        depth = min(signs[0].count(">"), MAX_QUOTES) if signs else 0
        rest = written[signs.end() :] if signs else written
        legacy = legacy_encoding(rest)
        lines.append(Line(to_unicode(rest, legacy), (), depth, legacy=legacy))
    return tuple(lines)


@remembered(entries=2, longest=300_000)
def html_lines(html: str) -> tuple[Line, ...]:
    """Return the visible lines of an HTML body; remembered, because a mail is read for its parts and for its words."""
    writer = _Writer()
    contexts = [_Context()]
    for event, element in etree.iterwalk(build_tree(_CONTROL.sub("", html)), events=("start", "end")):
        if event == "start":
            inside = _entered(contexts[-1], element)
            contexts.append(inside)
            writer.open(element, inside)
            writer.write(element.text, inside)
        else:
            writer.close(element)
            contexts.pop()
            writer.write(element.tail, contexts[-1])
    writer.end_line()
    return tuple(writer.lines)


@dataclass(frozen=True, slots=True)
class _Context:
    """What an element inherits from the elements around it."""

    hidden: bool = False
    quotes: int = 0
    indents: int = 0
    mark: str = ""
    background: bool = False
    preformatted: bool = False
    font: str = ""  # the legacy encoding it shows


def _entered(outer: _Context, element: Element) -> _Context:
    if not element.attrib and element.tag not in _TELLING:
        return outer
    style = "".join((element.get("style") or "").split()).lower()
    names = f"{element.get('class') or ''} {element.get('id') or ''}".lower()
    background = outer.background or bool(_BACKGROUND.search(style) or element.get("bgcolor"))
    quoted = element.get("type") == "cite" or bool(_QUOTE_NAMES.search(names))
    indented = element.tag == "blockquote" and not quoted and "border:none" not in style
    return _Context(
        hidden=outer.hidden or _is_hidden(element, style, background),
        quotes=min(outer.quotes + quoted, MAX_QUOTES),
        indents=min(outer.indents + indented, MAX_QUOTES),
        mark=SIGNATURE if outer.mark or _is_signature(element, names) else "",
        background=background,
        preformatted=outer.preformatted or element.tag == "pre",
        font=_font(element, outer.font),
    )


def _font(element: Element, outer: str) -> str:
    """Return the legacy encoding that this element's own font shows, or that of the element around it."""
    named = _FONT_FAMILY.search(element.get("style") or "")
    face = element.get("face") or (named[1] if named else "")
    return font_encoding(face) if face else outer


def _is_hidden(element: Element, style: str, background: bool) -> bool:
    if element.tag in _SKIPPED or element.get("hidden") is not None or _HIDING.search(style):
        return True
    return not background and bool(_WHITE.search(style))


def _is_signature(element: Element, names: str) -> bool:
    marker = f"{element.get('data-smartmail') or ''}{element.get('data-marker') or ''}".lower()
    return bool(_SIGNATURE_NAMES.search(names)) or "signature" in marker or "__sig_" in marker


@dataclass(slots=True)
class _Writer:
    """Collects the text of one line at a time."""

    lines: list[Line] = field(default_factory=list)
    text: str = ""
    anchors: list[Anchor] = field(default_factory=list)
    context: _Context = field(default_factory=_Context)
    legacy: str = ""
    pending: int = 0  # 1: the line ends before the next word; 2: and a blank line follows
    href: str = ""
    start: int = 0
    pictured: bool = False

    def open(self, element: Element, inside: _Context) -> None:
        if element.tag in {"td", "th"}:
            self.text += "\t" if self.text and not self.text.endswith("\t") else ""
        elif element.tag == "br":
            self._break()
            self.end_line()
        elif element.tag in _BLOCKS:
            self.pending = max(self.pending, bool(self.text) and not self.text.endswith("\t"))
        elif element.tag == "a" and not inside.hidden:
            self._break()
            self._end_anchor()
            self.href = (element.get("href") or "").strip()
        elif element.tag == "img" and not inside.hidden:
            self.pictured = self.pictured or not _is_pixel(element)

    def close(self, element: Element) -> None:
        if element.tag == "a":
            self._end_anchor()
            self.href = ""
        elif element.tag in {"td", "th"}:
            self.pending = 0
        elif element.tag in _BLOCKS and (self.text or self.anchors):
            self.pending = max(self.pending, 2 if element.tag == "p" else 1)

    def write(self, text: str | None, inside: _Context) -> None:
        if not text or inside.hidden:
            return
        for number, piece in enumerate(text.split("\n") if inside.preformatted else [text]):
            if number:
                self.end_line()
            self._write(piece, inside)

    def end_line(self) -> None:
        """Finish the line; an anchor that is still open goes on in the next one."""
        self._end_anchor()
        where = self.context
        anchors = tuple(self.anchors)
        self.lines.append(Line(self.text.rstrip(), anchors, where.quotes, where.mark, self.legacy, where.indents))
        self.text, self.anchors, self.start, self.legacy, self.pending = "", [], 0, "", 0

    def _write(self, piece: str, inside: _Context) -> None:
        legacy = legacy_encoding(piece, inside.font)
        shown = _single_spaced(to_unicode(piece, legacy))
        if shown != " ":
            self._break()
        if not self.text:
            self.context = inside
        self.legacy = self.legacy or legacy
        self.text += shown.lstrip(" ") if not self.text or self.text[-1] in " \t" else shown

    def _break(self) -> None:
        """End the line if a block has begun or ended since its last word; between two cells of a row none has."""
        blank = self.pending > 1
        if self.pending:
            self.end_line()
        if blank:
            self.lines.append(Line("", (), self.context.quotes, self.context.mark, indents=self.context.indents))

    def _end_anchor(self) -> None:
        if self.href and (self.text[self.start :].strip() or self.pictured):
            self.anchors.append(Anchor(self.href, self.start, len(self.text)))
        self.start, self.pictured = len(self.text), False


def _single_spaced(text: str) -> str:
    for space in _OTHER_SPACES:
        text = text.replace(space, " ")
    return _SPACES.sub(" ", text)


def _is_pixel(element: Element) -> bool:
    return any((element.get(side) or "").strip().removesuffix("px") in {"0", "1"} for side in ("width", "height"))
