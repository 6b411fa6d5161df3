"""A PDF page as lines: what stands at one height is a line, what stands apart in it are cells, and links lie over it.

A PDF knows no lines, words or tables, only letters at places. Widths are guessed from the size of the letters, so
every rule here leaves room. Rows of a table that go on below are put together again, addresses in them too.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from parsers.legacy import legacy_encoding, to_unicode
from parsers.lines import Anchor, Line
from parsers.link_ends import FINISHED
from parsers.text import clean

__all__ = ["Fragment", "Link", "page_lines"]

_LETTER = 0.5  # width of a letter beside its height
_SAME_LINE = 0.5  # heights
_NEXT_LINE, _NEXT_LINE_OF_CELL = 1.9, 1.45
_GAP = 1.2  # heights between two cells, beyond what the guessed width may be wrong by
_DOUBT = 0.25
_WIDEST = 50  # cells of a row that goes on below
_COLUMN = 4.0  # points that the lines of one cell may stand apart
_ADDRESS_END = re.compile(r"https?://[!-~]+$", re.IGNORECASE)
_ADDRESS_REST = re.compile(r"(?!https?:)[!-~]+", re.IGNORECASE)
_ENDED = re.compile(rf"(?:{FINISHED.pattern})$", re.IGNORECASE)
_UNENDED = "-_/=&%?."


@dataclass(frozen=True, slots=True)
class Fragment:
    """A stretch of text: where its baseline begins, in points from the lower left corner, and how high it is.

    order: its place in the file. A space in front may stand for a gap: whoever read it knew how wide the letters are.
    """

    text: str
    x: float
    y: float
    size: float
    order: int

    @property
    def width(self) -> float:
        """A guess."""
        return len(self.text.rstrip()) * self.size * _LETTER


@dataclass(frozen=True, slots=True)
class Link:
    """An address, and the rectangle that one clicks on."""

    href: str
    left: float
    bottom: float
    right: float
    top: float


@dataclass(slots=True)
class _Cell:
    """Fragments that follow one another. anchors: in the text of the cell. last: the order of the last fragment."""

    x: float
    y: float
    size: float
    text: str = ""
    end: float = 0.0
    last: int = 0
    anchors: list[Anchor] = field(default_factory=list)


def page_lines(fragments: Sequence[Fragment], links: Sequence[Link]) -> Iterator[Line]:
    """Yield the lines of a page, from top to bottom; links with no text under them (pictures) at its end."""
    waiting = list(links)
    lines = list(_rows(fragments))
    columns = _columns(lines)
    rows = [_cells(line, columns, waiting) for line in lines]
    for row in _continued(rows):
        yield _line(row)
    for link in waiting:
        yield from (Line(""), Line(""), Line("", (Anchor(link.href, 0, 0),)))


def _rows(fragments: Iterable[Fragment]) -> Iterator[list[Fragment]]:
    """Yield what stands at one height, from left to right; rows without a word are none."""
    row: list[Fragment] = []
    for fragment in sorted(fragments, key=lambda each: -each.y):
        if row and row[0].y - fragment.y > _SAME_LINE * min(fragment.size, row[0].size):
            yield from _in_order(row)
            row = []
        row.append(fragment)
    yield from _in_order(row)


def _in_order(row: Iterable[Fragment]) -> Iterator[list[Fragment]]:
    if any(fragment.text.strip() for fragment in row):
        yield sorted(row, key=lambda each: (each.x, each.order))


def _columns(rows: Iterable[Sequence[Fragment]]) -> frozenset[int]:
    """Return the places, in whole points, where text begins behind a gap in more than one row."""
    places: Counter[int] = Counter()
    for row in rows:
        places.update(
            {round(each.x) for last, each in zip((None, *row), row, strict=False) if _stands_apart(each, last)}
        )
    return frozenset(place for place, times in places.items() if times > 1)


def _stands_apart(fragment: Fragment, last: Fragment | None) -> bool:
    """Tell whether it may begin a cell: what follows in the file without a space goes on with a word."""
    return last is None or fragment.order != last.order + 1 or fragment.text[:1] == " "


def _cells(row: Sequence[Fragment], columns: frozenset[int], links: list[Link]) -> list[_Cell]:
    """Put the fragments of a row into cells. links: those that lie over them are taken off."""
    cells: list[_Cell] = []
    for fragment in row:
        if not cells or _begins_cell(fragment, cells[-1], columns):
            cells.append(_Cell(fragment.x, fragment.y, fragment.size))
        _append(cells[-1], fragment, links)
    return [cell for cell in cells if cell.text.strip() or cell.anchors]


def _begins_cell(fragment: Fragment, cell: _Cell, columns: frozenset[int]) -> bool:
    """What is written later than its neighbour is another cell; right behind it, if there is a gap of some size."""
    if fragment.order != cell.last + 1:
        return True
    if fragment.text[:1] != " ":
        return False
    gap = fragment.x - cell.end
    return gap > _GAP * fragment.size + _DOUBT * (cell.end - cell.x) or (round(fragment.x) in columns and gap > 0)


def _append(cell: _Cell, fragment: Fragment, links: list[Link]) -> None:
    legacy = legacy_encoding(fragment.text)
    shown = clean(to_unicode(fragment.text, legacy)).replace("\n", " ")
    shown = shown if cell.text else shown.lstrip()
    start = len(cell.text)
    for link in [each for each in links if _lies_over(each, fragment)]:
        begin, end = _covered(link, fragment, shown)
        begin += len(shown[begin:end]) - len(shown[begin:end].lstrip())
        if begin < end:
            cell.anchors.append(Anchor(link.href, start + begin, start + end))
            links.remove(link)
    cell.text += shown
    cell.end = fragment.x + fragment.width
    cell.last = fragment.order


def _lies_over(link: Link, fragment: Fragment) -> bool:
    middle = fragment.y + fragment.size * 0.3
    return link.bottom <= middle <= link.top and fragment.x < link.right and link.left < fragment.x + fragment.width


def _covered(link: Link, fragment: Fragment, shown: str) -> tuple[int, int]:
    """Guess which words of the fragment lie under the link; one that lies over most of it has it all."""
    letter = fragment.size * _LETTER
    before, behind = (link.left - fragment.x) / letter, (link.right - fragment.x) / letter
    begin = shown.rfind(" ", 0, max(0, round(before))) + 1 if before > 3 else 0
    end = shown.find(" ", round(behind)) if behind < len(shown) * (1 - _DOUBT) else -1
    return begin, end if end > begin else len(shown)


def _continued(rows: Iterable[list[_Cell]]) -> list[list[_Cell]]:
    """Put what goes on below where it began: an address cell by cell, other text where a whole row goes on."""
    whole: list[list[_Cell]] = []
    recent: list[_Cell] = []  # whose last line is just above
    for row in rows:
        recent = [cell for cell in recent if cell.y - row[0].y <= _NEXT_LINE * cell.size][-4 * _WIDEST :]
        if len(row) > _WIDEST:
            whole.append(row)
            continue
        left = []
        for cell in row:
            broken = next((above for above in recent if _stands_below(cell, above) and _is_rest(cell, above)), None)
            if broken:
                _append_below(broken, cell, "")
            else:
                left.append(cell)
        if left and whole and _goes_on(whole[-1], left):
            for cell in left:
                _append_below(next(above for above in whole[-1] if _stands_below(cell, above)), cell, " ")
        elif left:
            whole.append(left)
            recent += left
    return whole


def _stands_below(cell: _Cell, above: _Cell) -> bool:
    return abs(cell.x - above.x) <= _COLUMN


def _is_rest(cell: _Cell, above: _Cell) -> bool:
    """Tell whether a cell holds nothing but the rest of the address that breaks off above it."""
    address, rest = _ADDRESS_END.search(above.text), cell.text.strip()
    if not address or above.anchors or cell.anchors or not _ADDRESS_REST.fullmatch(rest) or _ENDED.search(address[0]):
        return False
    return address[0][-1] in _UNENDED or not rest.isalpha()


def _goes_on(above: Sequence[_Cell], row: Sequence[_Cell]) -> bool:
    """Tell whether each cell stands below one of the row above, and none below its first."""
    if not 2 <= len(above) <= _WIDEST or min(cell.y for cell in above) - row[0].y > _NEXT_LINE_OF_CELL * above[0].size:
        return False
    return all(any(_stands_below(cell, other) for other in above[1:]) for cell in row) and not any(
        _stands_below(cell, above[0]) for cell in row
    )


def _append_below(above: _Cell, below: _Cell, separator: str) -> None:
    text = above.text.rstrip()
    shift = len(text) + len(separator)
    above.text = text + separator + below.text
    above.anchors += [replace(each, start=each.start + shift, end=each.end + shift) for each in below.anchors]
    above.y = below.y


def _line(row: Sequence[_Cell]) -> Line:
    text, anchors = "", []
    for number, cell in enumerate(row):
        text += "\t" if number else ""
        anchors += [replace(each, start=each.start + len(text), end=each.end + len(text)) for each in cell.anchors]
        text += cell.text.rstrip()
    length = len(text)
    return Line(text, tuple(replace(each, end=min(each.end, length)) for each in anchors))
