"""The block: a run of text between two borders of a page, or a picture, as everything after the tree sees it.

Joins what markup tore apart (lines broken by `<br>`, cells of a table row) and cleans each text; decides nothing.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace

from parsers.legacy import to_unicode
from parsers.page_tree import Element

_INVISIBLE = re.compile("[\x80-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\u00ad]")
_SPACE = re.compile(r"[\s\u00a0\u3000]+")
# What a badly closed style attribute leaves in the text.
_STYLE_REST = re.compile(r"['\"]? ?!important;?['\"> ]*")
_WRAPPED = range(6, 600)  # words a sentence may have before a `<br>` is no wrap of a line
_SENTENCE_END = re.compile(r"[.!?…:;”\"')\]]$")


@dataclass(frozen=True, slots=True)
class Block:
    """One run of text or one picture, with what the page's markup says about it."""

    text: str
    words: int
    linked: float  # share of the text that stands in links, 0 to 1
    tag: str
    marks: str  # class and id of the block and the two around it, lower case
    element: Element  # the innermost bordered element it stands in
    container: Element  # the element around the block
    row: Element | None  # the table row it stands in
    emphasised: bool
    after_list: bool  # a list of other stories stood between the block before and this one
    image: str | None = None
    href: str | None = None

    @property
    def heading(self) -> int:
        """1 to 6 for a heading, 0 for anything else."""
        return int(self.tag[1]) if len(self.tag) == 2 and self.tag[0] == "h" and self.tag[1].isdigit() else 0


def tidy(text: str) -> str:
    """One line of NFC text: legacy font read, invisible characters gone, white space single."""
    text = _INVISIBLE.sub("", to_unicode(_SPACE.sub(" ", text)))
    return unicodedata.normalize("NFC", _SPACE.sub(" ", _STYLE_REST.sub(" ", text))).strip()


def join_lines(blocks: Iterable[Block]) -> list[Block]:
    """Join lines that a `<br>` broke in the middle of a sentence."""
    joined: list[Block] = []
    for block in blocks:
        last = joined[-1] if joined else None
        if last and _continues(last, block):
            text = f"{last.text} {block.text}"
            joined[-1] = replace(last, text=text, words=last.words + block.words)
        else:
            joined.append(block)
    return joined


def _continues(last: Block, block: Block) -> bool:
    return (
        last.element is block.element
        and bool(last.text and block.text)
        and last.words in _WRAPPED
        and block.text[0].islower()
        and not _SENTENCE_END.search(last.text[-3:])
    )


def join_rows(blocks: Iterable[Block]) -> list[Block]:
    """Write the short cells of one table row as one line: a result table stays readable."""
    joined: list[Block] = []
    for block in blocks:
        last = joined[-1] if joined else None
        if last and block.row is not None and last.row is block.row and _is_cell(block) and _is_cell(last):
            joined[-1] = replace(last, text=f"{last.text} | {block.text}", words=last.words + block.words, tag="tr")
        else:
            joined.append(block)
    return joined


def _is_cell(block: Block) -> bool:
    return bool(block.text) and block.linked < 0.5 and len(block.text.rsplit(" | ", 1)[-1].split()) <= 8
