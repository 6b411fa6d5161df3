"""Find the title of the story: the heading nearest above its text.

`<title>` and og:title are believed only when they are not the school's own name, which many school sites put there.
"""

import re
from collections.abc import Iterable, Sequence
from urllib.parse import unquote

from parsers import words
from parsers.page_address import split
from parsers.page_blocks import Block
from parsers.page_meta import Meta
from parsers.page_text import is_furniture
from parsers.words import tokens

_TITLE_MARK = re.compile(
    r"(?:^|[-_\s])(?:(?:\w*-)?titles?|title\w*|tieu-?de\w*|headline|\w*title|heading\w*|post-?name)(?=$|[-_\s])"
)
_SCHOOL = re.compile(
    r"^\W*(?:trang (?:chủ|thông tin điện tử|tin điện tử|web)|cổng thông tin(?: điện tử)?|website|trường|tr\.|"
    r"phòng (?:gd|giáo dục)|"
    r"(?:mầm non|mẫu giáo|tiểu học|th|thcs|thpt|mn|mg|th&thcs|pth|trung học cơ sở|trung học phổ thông)\s)",
    re.IGNORECASE,
)
_SCHOOL_START = re.compile(
    r"^\W*(?:chào mừng .*)?(?:trang thông tin|cổng thông tin|website|(?:tr\w*\s+)?(?:mầm non|mẫu giáo|tiểu học|"
    r"thcs|thpt|th)\s|trường\s)",
    re.IGNORECASE,
)
_SECTION = re.compile(
    r"^\W*(?:trang chủ|tin tức(?: (?:-|–|và|&)? ?sự kiện)?|tin (?:hoạt động|nhà trường|giáo dục)|thông báo|"
    r"văn bản(?: - công văn)?|"
    r"hoạt động(?: nhà trường| của trường| chuyên môn| ngoại khóa)?|giới thiệu|chi tiết(?: tin| bài viết)?|"
    r"tin nổi bật|home|news|sự kiện)\W*$",
    re.IGNORECASE,
)
_NAME_WORDS = frozenset({
    "và", "học", "non", "giáo", "cơ", "sở", "phổ", "thông", "trung", "mầm", "tiểu", "quận", "phường", "xã", "huyện",
    "tỉnh", "thành", "phố", "điện", "tử", "thị", "trấn", "của", "dân", "tộc", "nội", "trú", "bán", "số",
})  # fmt: skip
_SEPARATOR = re.compile(r"\s+[-–—|»›:·•~]+\s+|\s*::+\s*|\s*[|»]\s*")
_WORDS = range(3, 61)
_NEAR = 12
_HEADING_VALUE = {1: 5.0, 2: 3.5, 3: 2.5, 4: 1.5, 5: 1.0, 6: 1.0}


def fold(text: str) -> str:
    """Words in lower case without accents: what a slug keeps of a title."""
    return " ".join(tokens(words.fold(text)))


def find_title(blocks: Sequence[Block], body: int, meta: Meta, url: str) -> int | None:
    """The place of the title's block, `body` being the place where the running text seems to begin."""
    announced = [fold(title) for title in _announced(meta) if not is_site_name(title)]
    slug = _slug(url)
    best, best_score = None, 3.9
    for index, block in enumerate(blocks):
        if block.words in _WORDS and not block.image:
            score = _score(block, announced, slug) + _nearness(index, body, block)
            if score > best_score:
                best, best_score = index, score
    return None if best is None else _last_repeat(blocks, best)


def _last_repeat(blocks: Sequence[Block], title: int) -> int:
    """A path above the title often repeats it; the one nearest the text counts."""
    near = range(title, min(title + _NEAR, len(blocks)))
    return max(index for index in near if fold(blocks[index].text) == fold(blocks[title].text))


def announced_title(meta: Meta) -> str | None:
    """The title the head announces, without the site's name; None when it is only the site's or a section's name."""
    for title in _announced(meta):
        found = cut_site_name(title, meta.site_name)
        if len(found.split()) in _WORDS and not is_site_name(found) and not _SECTION.match(found):
            return found
    return None


def cut_site_name(title: str, site_name: str = "") -> str:
    """Cut the name of the site or section that many systems write before or behind the title."""
    owner, colon, rest = title.partition(": ")
    if colon and is_site_name(owner):  # what blogs do
        title = rest
    parts = [part for part in _SEPARATOR.split(title) if part]
    if len(parts) < 2:
        return title
    is_name = [is_site_name(part) or bool(_SECTION.match(part)) or fold(part) == fold(site_name) for part in parts]
    first, last = 0, len(parts)
    while last > 1 and is_name[last - 1]:
        last -= 1
    while first < last - 1 and is_name[first]:
        first += 1
    start = title.find(parts[first])
    return title[start : title.rfind(parts[last - 1]) + len(parts[last - 1])].strip()


def is_site_name(text: str) -> bool:
    """Say whether a text is the name of a school or its site, not a sentence about it."""
    if not _SCHOOL_START.match(text) or len(text.split()) > 12:
        return False
    # A name is written in capitals throughout: "Trường Tiểu học Hoa Sữa" but "Trường Hoa Sữa tổ chức hội thi".
    rest = _SCHOOL.sub("", text, count=1)
    lower = [word for word in rest.split() if word[0].islower()]
    return all(word.strip(",.-–") in _NAME_WORDS for word in lower)


def _announced(meta: Meta) -> Iterable[str]:
    found = (meta.first("og:title"), meta.first("ld:headline"), meta.first("twitter:title"), meta.title)
    return [title for title in found if title]


def _slug(url: str) -> set[str]:
    """The words of the address's last telling part."""
    parts = [fold(unquote(part)).split() for part in split(url).path.split("/")]
    longest = max(parts, key=len, default=[])
    return set(longest) if len(longest) >= 4 else set()


def _score(block: Block, announced: Sequence[str], slug: set[str]) -> float:
    score = _HEADING_VALUE.get(block.heading, 0.0)
    if _TITLE_MARK.search(block.marks[-60:]):
        score += 2.0
    folded = fold(block.text)
    if any(folded in title or (title in folded and len(folded) < 1.5 * len(title)) for title in announced if title):
        score += 4.0
    own = set(folded.split())
    if slug and own:
        score += 6.0 * len(own & slug) / max(len(own), len(slug))
    if is_site_name(block.text) or _SECTION.match(block.text):
        score -= 9.0
    if is_furniture(block) and not (block.heading and score > 6):
        score -= 5.0
    return score


def _nearness(index: int, body: int, block: Block) -> float:
    """A title stands shortly above the text; unmarked lines get a chance only there."""
    distance = body - index
    if distance < 0:
        return -3.0
    bonus = 4.5 if distance <= 6 and not block.text.endswith((".", "!", ";", ",")) and block.words <= 40 else 0.0
    return bonus - 0.25 * min(distance, _NEAR)
