"""A mail body as the lines a reader sees, with the anchors in them and how deep they are quoted.

Plain text and HTML end in the same shape, so that everything after this module reads lines only. What a reader cannot
see (hidden elements, scripts, empty anchors, pixels) is left out. What a line means is not decided here.
"""

import re
from dataclasses import dataclass, field, replace

from lxml import etree

from parsers.page_tcvn3 import is_tcvn3, to_unicode
from parsers.page_tree import Element, build_tree

__all__ = ["Anchor", "Line", "html_lines", "text_lines"]

SIGNATURE = "signature"
MAX_QUOTES = 20

_QUOTE_SIGNS = re.compile(r"(?:[ \t]?>){1,64}[ \t]?")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]")
_SPACES = re.compile(r"[ \t\r\n\f\xa0]+")
_BLOCK_NAMES = (
    "address article blockquote body center dd div dl dt fieldset footer form h1 h2 h3 h4 h5 h6 header hr li main "
    "ol p pre section table tbody tfoot thead tr ul"
)
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_SKIPPED = frozenset({"head", "script", "style", "title", "noscript", "object", "select", "button", "input"})
_HIDING = re.compile(
    r"display:none|visibility:hidden|mso-hide:all|opacity:0(?![.\d])|font-size:[01](?:px|pt|em|%)?(?![.\d])"
    r"|(?:max-)?(?:height|width):0(?:px|pt)?(?![.\d])"
)
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

    `legacy`: the line was typed in a TCVN3 font and is given here in Unicode.
    """

    text: str
    anchors: tuple[Anchor, ...] = ()
    quotes: int = 0
    mark: str = ""
    legacy: bool = False


def text_lines(text: str) -> list[Line]:
    """Return the lines of a plain-text body; leading ">" signs become the depth of the quote."""
    lines = []
    for written in _CONTROL.sub("", text).splitlines():
        signs = _QUOTE_SIGNS.match(written)
        depth = min(signs[0].count(">"), MAX_QUOTES) if signs else 0
        rest = written[signs.end() :] if signs else written
        lines.append(Line(to_unicode(rest), (), depth, legacy=is_tcvn3(rest)))
    return lines


def html_lines(html: str, *, indents_are_quotes: bool) -> list[Line]:
    """Return the visible lines of an HTML body.

    indents_are_quotes: a bare <blockquote> is a quote, as in a reply; elsewhere people use it to indent.
    """
    writer = _Writer()
    contexts = [_Context()]
    for event, element in etree.iterwalk(build_tree(_CONTROL.sub("", html)), events=("start", "end")):
        if event == "start":
            inside = _entered(contexts[-1], element, indents_are_quotes)
            contexts.append(inside)
            writer.open(element, inside)
            writer.write(element.text, inside)
        else:
            writer.close(element)
            contexts.pop()
            writer.write(element.tail, contexts[-1])
    writer.end_line()
    return writer.lines


@dataclass(frozen=True, slots=True)
class _Context:
    """What an element inherits from the elements around it."""

    hidden: bool = False
    quotes: int = 0
    mark: str = ""
    background: bool = False
    preformatted: bool = False


def _entered(outer: _Context, element: Element, indents_are_quotes: bool) -> _Context:
    style = re.sub(r"\s+", "", element.get("style") or "").lower()
    names = f"{element.get('class') or ''} {element.get('id') or ''}".lower()
    background = outer.background or bool(_BACKGROUND.search(style) or element.get("bgcolor"))
    return replace(
        outer,
        hidden=outer.hidden or _is_hidden(element, style, background),
        quotes=min(outer.quotes + _is_quote(element, names, style, indents_are_quotes), MAX_QUOTES),
        mark=SIGNATURE if outer.mark or _is_signature(element, names) else "",
        background=background,
        preformatted=outer.preformatted or element.tag == "pre",
    )


def _is_hidden(element: Element, style: str, background: bool) -> bool:
    if element.tag in _SKIPPED or element.get("hidden") is not None or _HIDING.search(style):
        return True
    return not background and bool(_WHITE.search(style))


def _is_quote(element: Element, names: str, style: str, indents_are_quotes: bool) -> bool:
    if element.get("type") == "cite" or _QUOTE_NAMES.search(names):
        return True
    return element.tag == "blockquote" and indents_are_quotes and "border:none" not in style


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
    legacy: bool = False
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
        self.lines.append(Line(self.text.rstrip(), tuple(self.anchors), where.quotes, where.mark, self.legacy))
        self.text, self.anchors, self.start, self.legacy, self.pending = "", [], 0, False, 0

    def _write(self, piece: str, inside: _Context) -> None:
        shown = _SPACES.sub(" ", to_unicode(piece))
        if shown != " ":
            self._break()
        if not self.text:
            self.context = inside
        self.legacy = self.legacy or is_tcvn3(piece)
        self.text += shown.lstrip(" ") if not self.text or self.text[-1] in " \t" else shown

    def _break(self) -> None:
        """End the line if a block has begun or ended since its last word; between two cells of a row none has."""
        blank = self.pending > 1
        if self.pending:
            self.end_line()
        if blank:
            self.lines.append(Line("", (), self.context.quotes, self.context.mark))

    def _end_anchor(self) -> None:
        if self.href and (self.text[self.start :].strip() or self.pictured):
            self.anchors.append(Anchor(self.href, self.start, len(self.text)))
        self.start, self.pictured = len(self.text), False


def _is_pixel(element: Element) -> bool:
    return any((element.get(side) or "").strip().removesuffix("px") in {"0", "1"} for side in ("width", "height"))
