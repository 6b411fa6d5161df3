"""An HTML body as the plain lines a person would read. It follows no link, and it judges nothing it reads.

Always lxml behind bs4: the other two parsers take minutes over a few hundred kilobytes that mean harm.
"""

import re
import unicodedata
from collections.abc import Iterator

from bs4 import BeautifulSoup
from bs4.element import CData, NavigableString, PageElement, Tag

MAX_CHARACTERS = 2_000_000

_SKIPPED = frozenset({"head", "title", "script", "style", "template", "object", "svg", "select", "textarea"})
_LINE_NAMES = (
    "address article aside blockquote body center dd details div dl dt fieldset figcaption figure footer form "
    "h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section summary table tr ul"
)
_LINES = frozenset(_LINE_NAMES.split())
_CELLS = frozenset({"td", "th"})
_HIDING = re.compile(
    r"(?:^|;)(?:display:none|visibility:hidden|mso-hide:all|opacity:0(?:\.0+)?(?:;|!|$)|font-size:0(?!\.?[0-9]*[1-9])"
    r"|max-height:0(?!\.?[0-9]*[1-9]))"
)
_SPACES = re.compile(r"[ \t\r\n\f\v\xa0]+")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_QUOTE_DEPTH = 8


def html_to_text(html: str) -> str:
    """Return the visible text of an HTML body, a line for each line seen; blockquotes are marked with "> ".

    Only the first MAX_CHARACTERS are read. Links are given by their anchor text.
    """
    writer = _Writer()
    markup = _CONTROLS.sub("", html[:MAX_CHARACTERS])
    # With this in front bs4 never takes the text for a file name or for XML, of which it would warn.
    _walk(BeautifulSoup(f"<html>{markup}", "lxml"), writer)
    return unicodedata.normalize("NFC", writer.text())


def is_hidden(tag: Tag) -> bool:
    """Tell whether the element is not shown: by kind, by attribute or by its own style."""
    if tag.name in _SKIPPED or tag.has_attr("hidden"):
        return True
    return bool(_HIDING.search(re.sub(r"\s+", "", str(tag.get("style") or "")).lower()))


class _Writer:
    """Collects the lines: `say` adds to a line, `end_line` ends it where an element does."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._line: list[str] = []
        self._quotes = 0
        self._preformatted = 0

    def enter(self, tag: Tag) -> None:
        if tag.name == "br":
            self.end_line(keep_empty=True)
        elif tag.name in _CELLS:
            self._line.append(" ")
        elif tag.name in _LINES:
            self.end_line()
        self._quotes += tag.name == "blockquote"
        self._preformatted += tag.name == "pre"

    def leave(self, tag: Tag) -> None:
        if tag.name in _LINES:
            self.end_line()
        self._quotes -= tag.name == "blockquote"
        self._preformatted -= tag.name == "pre"

    def say(self, text: str) -> None:
        pieces = text.split("\n") if self._preformatted else [text]
        for number, piece in enumerate(pieces):
            if number:
                self.end_line(keep_empty=True)
            self._line.append(piece)

    def end_line(self, *, keep_empty: bool = False) -> None:
        line = _SPACES.sub(" ", "".join(self._line)).strip()
        self._line = []
        if line or (keep_empty and self._lines and self._lines[-1].strip("> ")):
            self._lines.append(f"{'> ' * min(self._quotes, _QUOTE_DEPTH)}{line}".rstrip())

    def text(self) -> str:
        self.end_line()
        return "\n".join(self._lines).strip("\n")


def _walk(soup: BeautifulSoup, writer: _Writer) -> None:
    """Visit the tree without recursion: hostile mails nest elements a hundred thousand deep."""
    path: list[tuple[Tag, Iterator[PageElement]]] = [(soup, iter(soup.contents))]
    while path:
        tag, children = path[-1]
        node = next(children, None)
        if node is None:
            writer.leave(tag)
            path.pop()
        elif isinstance(node, Tag):
            if not is_hidden(node):
                writer.enter(node)
                path.append((node, iter(node.contents)))
        elif type(node) in {NavigableString, CData}:
            writer.say(str(node))
