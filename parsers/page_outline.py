"""Turn the tree of a page into the blocks a reader sees, in reading order, without menus, comments and teaser lists.

A block is a run of text between two block borders; `<br>`, `<td>` and `<div>` are borders as good as `<p>`, because old
school sites write stories in all of them. Pictures are blocks too. Which blocks are the story is decided elsewhere.
"""

from dataclasses import dataclass, replace

from parsers.page_blocks import Block, join_lines, join_rows, tidy
from parsers.page_image import image_address
from parsers.page_noise import is_hidden, is_noise, is_teaser
from parsers.page_tree import Element, Size, measure

_BORDERS = frozenset({
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "div", "dl", "dt",
    "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html",
    "legend", "li", "main", "nav", "noscript", "ol", "option", "p", "pre", "section", "summary", "table", "tbody",
    "td", "tfoot", "th", "thead", "time", "tr", "ul",
})  # fmt: skip
_UNREAD = frozenset({
    "head", "select", "button", "label", "input", "iframe", "object", "embed", "video", "audio", "canvas", "map",
    "title",
})  # fmt: skip
_ROW_CHARS = 300


@dataclass(frozen=True, slots=True)
class Teaser:
    """A link to another story in a list, and before which block it stands."""

    href: str
    title: str
    place: int


@dataclass(frozen=True, slots=True)
class Outline:
    """The readable blocks of a page and the entries of its lists of stories."""

    blocks: tuple[Block, ...]
    teasers: tuple[Teaser, ...]


def outline(root: Element) -> Outline:
    """Read the page from top to bottom."""
    reader = _Reader(measure(root))
    reader.read(root)
    return Outline(tuple(join_rows(join_lines(reader.blocks))), tuple(reader.teasers))


class _Reader:
    """Walks the tree with an explicit stack: depth is the page's choice, recursion would be its weapon."""

    def __init__(self, sizes: dict[Element, Size]) -> None:
        self.blocks: list[Block] = []
        self.teasers: list[Teaser] = []
        self._sizes = sizes
        self._total = max((size.chars for size in sizes.values()), default=0)
        self._around: list[Element] = []
        self._parts: list[tuple[str, bool, bool]] = []
        self._links: list[str] = []
        self._bold = 0
        self._list_seen = False

    def read(self, root: Element) -> None:
        stack: list[tuple[Element, bool]] = [(root, False)]
        while stack:
            element, opened = stack.pop()
            if opened:
                self._close(element)
            elif self._skips(element):
                self._border_if(element)
            else:
                self._open(element)
                stack.append((element, True))
                stack.extend((child, False) for child in element.iterchildren(reversed=True))
                continue
            self._add(element.tail)
        self._flush()

    def _skips(self, element: Element) -> bool:
        if not isinstance(element.tag, str) or element.tag in _UNREAD:
            return True
        if element.tag in ("body", "html"):
            return False
        size = self._sizes[element]
        if is_hidden(element) or is_noise(element, size, self._total):
            return True
        teaser = is_teaser(element, size, self._sizes)
        if teaser is not None:
            self._list_seen = True
            self.teasers.append(Teaser(teaser[0], tidy(teaser[1]), len(self.blocks)))
        return teaser is not None

    def _border_if(self, element: Element) -> None:
        if element.tag in _BORDERS:
            self._flush()

    def _open(self, element: Element) -> None:
        tag = element.tag
        if tag in _BORDERS:
            self._flush()
            self._around.append(element)
        elif tag == "br":
            self._parts.append(("\n", False, False))
        elif tag == "img":
            self._picture(element)
        elif tag == "a":
            self._links.append(element.get("href") or "")
        elif tag in ("b", "strong", "em", "i"):
            self._bold += 1
        self._add(element.text)

    def _close(self, element: Element) -> None:
        tag = element.tag
        if tag in _BORDERS:
            self._flush()
            self._around.pop()
        elif tag == "a":
            self._links.pop()
        elif tag in ("b", "strong", "em", "i"):
            self._bold -= 1

    def _add(self, text: str | None) -> None:
        if text:
            self._parts.append((text.replace("\n", " "), bool(self._links), self._bold > 0))

    def _picture(self, element: Element) -> None:
        if address := image_address(element):
            self._flush()
            self.blocks.append(replace(self._block("", 0.0, emphasised=False), image=address))

    def _flush(self) -> None:
        """End the block; inside it every `<br>` ends a line that becomes a block of its own."""
        line: list[tuple[str, bool, bool]] = []
        for part in [*self._parts, ("\n", False, False)]:
            if part[0] != "\n":
                line.append(part)
            elif line:
                self._end_line(line)
                line = []
        self._parts = []

    def _end_line(self, line: list[tuple[str, bool, bool]]) -> None:
        text = tidy("".join(part[0] for part in line))
        if not any(char.isalnum() for char in text):
            return
        size = sum(len(part[0].strip()) for part in line) or 1
        linked = sum(len(part[0].strip()) for part in line if part[1]) / size
        bold = sum(len(part[0].strip()) for part in line if part[2]) / size
        self.blocks.append(self._block(text, linked, emphasised=bold > 0.8))

    def _data_row(self) -> Element | None:
        """The table row around, when it is short enough to hold data; a layout row holds half the page."""
        row = next((element for element in reversed(self._around) if element.tag == "tr"), None)
        return row if row is not None and self._sizes[row].chars <= _ROW_CHARS else None

    def _block(self, text: str, linked: float, *, emphasised: bool) -> Block:
        near = self._around[-3:]
        marks = " ".join(f"{element.get('class') or ''} {element.get('id') or ''}" for element in near).lower()
        own = near[-1] if near else None
        after_list, self._list_seen = self._list_seen, False
        return Block(
            text=text,
            words=len(text.split()),
            linked=linked,
            tag=str(own.tag) if own is not None else "",
            marks=marks,
            element=own,
            container=near[-2] if len(near) > 1 and own is not None and own.tag not in ("div", "td") else own,
            row=self._data_row(),
            emphasised=emphasised,
            after_list=after_list,
            href=self._links[-1] if self._links else None,
        )
