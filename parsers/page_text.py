"""Choose the blocks that are the story: the stretch of the page that is worth most as running text.

Sentences count for a block, links and page furniture against it; the best stretch between the title and the first
"Tin liên quan" wins. It sees blocks only, so nested tables, `<br>` lines and one widget per paragraph are all alike.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from parsers import page_phrases
from parsers.page_blocks import Block

_CAPTION_MARK = re.compile(r"caption|chu-?thich|photo-?desc|img-?desc|anh-?note|itemimageblock")
_ENDS_SENTENCE = re.compile(r"[.!?…][”\"’')\]]*$")
_LINK_HEAVY = 0.5
_LONG_LINE = 40
MAX_CHARS = 200_000  # ten times the longest story a school ever wrote
_LABEL_WORDS, _BUTTON_WORDS = 24, 6
_SMALL_BOX = 6
_BOX = 60  # a box of links inside a text is no longer than this many blocks
_SHORT_COST, _SHORT_RUN_COST = 1.5, 12.0
_CAPTION_WORDS = range(2, 41)


@dataclass(frozen=True, slots=True)
class Story:
    """The chosen blocks `[start, end)` of the page, the story's lines among them and its picture captions."""

    start: int
    end: int
    lines: tuple[str, ...]
    captions: tuple[str, ...]
    images: tuple[str, ...]

    @property
    def words(self) -> int:
        """How long the running text is, captions left out."""
        return sum(len(line.split()) for line in self.lines) - sum(len(caption.split()) for caption in self.captions)


def choose_story(blocks: Sequence[Block], after: int = 0) -> Story:
    """Choose the story among the blocks from `after` on (the place of the title plus one)."""
    stop = find_stop(blocks, after)
    start, end = _best_stretch([_worth(block) for block in blocks[after:stop]])
    start, end = start + after, end + after
    if start < end:
        start, end = _across_boxes(blocks, start, end, after, stop)
        start = _with_caption_before(blocks, start, after)
        end = _with_captions_after(blocks, end, stop)
    kept = [index for index in range(start, end) if blocks[index].text and not _is_foreign(blocks[index])]
    captions = tuple(blocks[index].text for index in kept if is_caption(blocks, index))
    images = tuple(block.image for block in blocks[after : max(end, after) if start < end else stop] if block.image)
    lines = (blocks[index].text for index in kept)
    return Story(start, end, tuple(_readable(lines)), captions, images)


def find_stop(blocks: Sequence[Block], after: int) -> int:
    """The first block that announces other stories, comments or the page's foot.

    Where no title is known (`after` is 0) a side column may stand first, so some text must have been seen before.
    """
    seen, home = 0, None
    for index in range(after, len(blocks)):
        block = blocks[index]
        if (
            (after or seen > 30)
            and _is_stop(blocks, index, begun=seen > 0)
            and (home is None or not _resumes(blocks[index + 1 : index + _BOX], home))
        ):
            return index
        if block.linked < _LINK_HEAVY and block.words > 14:
            seen += block.words
            home = block.container
    return len(blocks)


def is_caption(blocks: Sequence[Block], index: int) -> bool:
    """Say whether a block explains the picture next to it."""
    block = blocks[index]
    if block.words not in _CAPTION_WORDS or block.linked > _LINK_HEAVY:
        return False
    if block.tag in ("figcaption", "caption") or _CAPTION_MARK.search(block.marks):
        return True
    after_picture = index > 0 and blocks[index - 1].image is not None
    return after_picture and not block.text.endswith((".", ":", "!")) and (block.emphasised or block.words <= 25)


def is_furniture(block: Block) -> bool:
    """Say whether a block is a button, a counter or a similar thing that belongs to no text."""
    return _is_link(block) or _is_button(block)


def _is_stop(blocks: Sequence[Block], index: int, *, begun: bool) -> bool:
    block = blocks[index]
    if not block.text or block.words > 20:
        return False
    if page_phrases.CONTACTS.search(block.text):
        near = blocks[max(0, index - 1) : index + 2]
        return sum(bool(page_phrases.CONTACTS.search(other.text)) for other in near) >= 2
    if page_phrases.OTHERS.search(block.text):
        return not _ENDS_SENTENCE.search(block.text)
    is_button = block.words <= _BUTTON_WORDS and bool(page_phrases.BUTTONS.search(block.text))
    return begun and (is_button or bool(page_phrases.FOOT.search(block.text)))


def _resumes(later: Sequence[Block], home: object) -> bool:
    """A box of links inside the text is no end: behind its links the text goes on where it stood before."""
    links = False
    for index, block in enumerate(later):
        links = links or _is_link(block) or block.after_list
        if block.container is home and _is_paragraph(block):
            return links and not _is_entry(later, index)
    return False


def _is_entry(blocks: Sequence[Block], index: int) -> bool:
    """Say whether a paragraph is one of several that each follow a link: an entry of a list, not running text."""
    return index + 1 < len(blocks) and (_is_link(blocks[index + 1]) or blocks[index + 1].after_list)


def _is_button(block: Block) -> bool:
    """A sentence may begin with the word of a button: "Chia sẻ cảm xúc của mình, em Mai cho biết …"."""
    short = block.words <= _LABEL_WORDS and not _ENDS_SENTENCE.search(block.text)
    return (short and bool(page_phrases.LABELS.search(block.text))) or bool(page_phrases.NOTICES.search(block.text))


def _is_link(block: Block) -> bool:
    return block.linked > _LINK_HEAVY


def _is_paragraph(block: Block) -> bool:
    return block.words > 14 and block.linked < 0.3 and bool(_ENDS_SENTENCE.search(block.text))


def _worth(block: Block) -> float:
    if block.image:
        return 0.0
    if block.linked > _LINK_HEAVY:
        return -4.0 - min(block.words, 20)
    if _is_button(block):
        return -4.0
    is_sentence = block.words >= 6 and _ENDS_SENTENCE.search(block.text)
    if is_sentence or (block.words >= 15 and not block.heading):
        return float(block.words)
    return -_SHORT_COST


def _best_stretch(worths: Sequence[float]) -> tuple[int, int]:
    """The stretch of the greatest sum; a long run of short blocks (a table, a list) costs only so much."""
    best, best_range, total, start, run = 0.0, (0, 0), 0.0, 0, 0.0
    for index, worth in enumerate(worths):
        cost = worth
        if worth == -_SHORT_COST:
            cost = -min(_SHORT_COST, max(0.0, _SHORT_RUN_COST - run))
            run -= worth
        elif worth:
            run = 0.0
        if total <= 0:
            total, start = 0.0, index
        total += cost
        if total > best:
            best, best_range = total, (start, index + 1)
    return best_range


def _across_boxes(blocks: Sequence[Block], start: int, end: int, after: int, stop: int) -> tuple[int, int]:
    """Take in paragraphs of the same place that a small box of links cuts off before or behind."""
    shares = Counter[object]()
    for block in blocks[start:end]:
        shares[block.container] += block.words if _is_paragraph(block) else 0
    home = shares.most_common(1)[0][0]
    for index in range(start - 1, max(after, start - _SMALL_BOX) - 1, -1):
        if blocks[index].container is home and _is_paragraph(blocks[index]):
            start = index
    for index in range(end, min(stop, end + _SMALL_BOX)):
        if blocks[index].container is home and _is_paragraph(blocks[index]) and not _is_entry(blocks, index):
            end = index + 1
    return start, end


def _with_caption_before(blocks: Sequence[Block], start: int, after: int) -> int:
    """A picture and its caption above the first paragraph belong to the story."""
    while start - 1 > after and is_caption(blocks, start - 1):
        start -= 1
    return start


def _with_captions_after(blocks: Sequence[Block], end: int, stop: int) -> int:
    index, last = end, end
    while index < stop and (blocks[index].image or is_caption(blocks, index)):
        index += 1
        last = index
    return last


def _is_foreign(block: Block) -> bool:
    return is_furniture(block) and not block.heading


def _readable(lines: Iterable[str]) -> Iterator[str]:
    """Drop a long line that the page shows twice (a preview, a caption of the enlarged picture); stop at a book."""
    seen: set[str] = set()
    chars = 0
    for line in lines:
        if line not in seen or len(line) < _LONG_LINE:
            seen.add(line)
            yield line[: MAX_CHARS - chars]
            chars += len(line)
            if chars >= MAX_CHARS:
                return
