"""Find who signs a story: a label ("Tác giả:", "Bài, ảnh:"), a marked field, or the signature under the last paragraph.

The school's own name and technical accounts (admin) are no byline.
"""

import re
from collections.abc import Iterator, Sequence

from parsers.page_blocks import Block
from parsers.page_meta import Meta
from parsers.page_text import is_furniture
from parsers.page_title import is_site_name

_LABEL = re.compile(
    r"^\W*(?:tác giả(?: bài viết)?|người (?:viết|đăng|gửi|thực hiện)|(?:tin|bài)(?: viết)?(?:,? ?(?:và |"
    r"& ?)?(?:tin|bài|ảnh))*|viết bởi|"
    r"được viết bởi|đăng bởi|thực hiện|biên tập|by|author|bởi)\s*(?P<mark>[:：]|(?<=bởi)|(?<=by)|$)\s*(?P<name>.*)$",
    re.IGNORECASE,
)
_PHOTOS = re.compile(r"\s*(?:[-–—|;,(]\s*)?(?:\(?ảnh|nguồn(?: tin)?|theo|biên tập)\s*[:：].*$", re.IGNORECASE)
_TAIL = re.compile(r"\s*(?:[-–—|]|lượt|vào|ngày|lúc|đăng|\d{1,2}[/-]\d).*$", re.IGNORECASE)
_MARK = re.compile(r"(?:^|[-_\s])(?:\w*author(?:-?name)?|byline|tac-?gia|\w*tacgia|fn|nguoi-?viet)(?=$|[-_\s])")
_SIGNATURE = re.compile(
    r"^(?:ban|tổ|chi đội|liên đội|chi đoàn|đoàn|lớp|nhóm|bộ phận|câu lạc bộ|clb|văn phòng|cô|thầy|gv|btt|bbt|"
    r"công đoàn|đội|"
    r"nhân viên|phòng|thư viện|hội|khối)\b",
    re.IGNORECASE,
)
_NO_SIGNATURE = re.compile(r"[.:;?!]$|\d{4}")
_TECHNICAL = re.compile(
    r"^(?:admin\w*|administrator|super user|quản trị(?: viên)?|webmaster|user\d*|root|editor|biên tập viên|unknown)$",
    re.IGNORECASE,
)
_FIELDS = ("ld:author", "article:author", "dc.creator", "author")
_NAME_WORDS = range(1, 11)


def find_byline(blocks: Sequence[Block], title: int | None, start: int, end: int, meta: Meta) -> str | None:
    """The name of who signs the story at `[start, end)`; None when nobody does."""
    for name in _candidates(blocks, title, start, end, meta):
        found = _clean(name)
        if found and not is_site_name(found) and found != meta.site_name and not _TECHNICAL.match(found):
            return found
    return None


def _candidates(blocks: Sequence[Block], title: int | None, start: int, end: int, meta: Meta) -> Iterator[str]:
    above = blocks[(title or 0) + 1 : start] if title is not None else []
    below = blocks[end : end + 6]
    last = blocks[max(start, end - 3) : end]
    for zone in (last, below, above):
        yield from _labelled(zone)
    yield from (block.text for block in [*above, *below] if _MARK.search(block.marks[-50:]) and block.words <= 8)
    yield from _signatures([*last, *below])
    yield from (value for name in _FIELDS if (value := meta.fields.get(name)))


def _labelled(zone: Sequence[Block]) -> Iterator[str]:
    for index, block in enumerate(zone):
        match = _LABEL.match(block.text) if block.words <= 20 else None
        if match and match["name"]:
            yield match["name"]
        elif match and index + 1 < len(zone) and zone[index + 1].words <= 6:
            yield zone[index + 1].text


def _signatures(zone: Sequence[Block]) -> Iterator[str]:
    """A short line of its own under the text that names a group or person and is no caption."""
    for block in zone:
        signs = bool(_SIGNATURE.match(block.text)) and not _NO_SIGNATURE.search(block.text)
        if signs and block.words <= 8 and block.tag != "figcaption" and not is_furniture(block):
            yield block.text


def _clean(name: str) -> str | None:
    name = _PHOTOS.sub("", name)
    name = _TAIL.sub("", name).strip(" \t.,;:()[]-–—|")
    return name if len(name.split()) in _NAME_WORDS and len(name) <= 80 and re.search(r"[^\W\d_]", name) else None
