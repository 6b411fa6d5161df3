"""Say what kind of page it is before anybody reads its text: a story, or one of the pages that only look like one.

Judges by marks that hold on any platform (a password field, a share of links, a PDF in a frame), never by host.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from parsers.page_address import split
from parsers.page_blocks import Block
from parsers.page_tree import Element

Kind = Literal["article", "homepage", "listing", "login", "not_found", "challenge", "empty", "document", "gallery"]

_CHALLENGE = re.compile(
    r"just a moment|checking (?:your|if the site)|cf[-_]chl|challenge-platform|_incapsula_|ddos[- ]guard|"
    r"attention required|verify(?:ing)? you are human|"
    r"xác (?:minh|nhận|thực) (?:rằng )?bạn (?:là|không phải)|bật javascript và cookie|"
    r"enable javascript and cookies|tính bảo mật của kết nối|"
    r"kiểm tra trình duyệt|request unsuccessful|access denied|truy cập (?:bị|đã bị) (?:chặn|từ chối)|"
    r"vui lòng chờ trong giây lát",
    re.IGNORECASE,
)
_NOT_FOUND = re.compile(
    r"\b404\b|(?:trang|bài viết|nội dung|đường dẫn|liên kết|tin|dữ liệu)\b.{0,50}(?:không (?:còn )?(?:tồn tại|"
    r"tìm thấy)|đã bị (?:xóa|gỡ|xoá)|không có sẵn)|"
    r"không tìm thấy|page not found|not found|không tồn tại|đã bị (?:xóa|xoá|gỡ)|(?:thông báo )?lỗi\W*$|"
    r"nội dung đang (?:được )?cập nhật|error",
    re.IGNORECASE,
)
_LOGIN = re.compile(r"đăng nhập|log ?in|sign ?in|mật khẩu", re.IGNORECASE)
_LOGIN_ASKED = re.compile(
    r"(?:cần|phải|vui lòng|hãy|xin) đăng nhập|tên đăng nhập|quên mật khẩu|please (?:log|sign) in", re.IGNORECASE
)
_FILE = re.compile(
    r"\.(?:pdf|docx?|xlsx?|pptx?|rar|zip)(?:$|[?#&])|docs\.google|/viewer\b|view\.officeapps", re.IGNORECASE
)
_HOME_PATHS = frozenset(
    ("", "index.php", "index.html", "index.htm", "default.aspx", "trang-chu", "home", "index.aspx", "home.html")
)
_LIST_QUERY = re.compile(r"(?:^|[?&/])(?:page|trang|p|paged|pageindex)[=/]\d+", re.IGNORECASE)
_ENOUGH_WORDS = 30
_MUCH_TEXT = 80
_MANY_ENTRIES = 5


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of a page when its kind is judged; `words` counts running text, captions left out."""

    url: str
    title: str
    words: int
    near: Sequence[Block]  # the title and what follows it, up to the lists of other stories
    images: int
    entries: int  # teasers seen outside the boxes that are known as "other stories"
    password: bool
    file: bool
    challenge: bool


def gather(
    root: Element, url: str, title: str, words: int, near: Sequence[Block], images: int, entries: int
) -> Evidence:
    """Look through the tree for what the blocks do not show: password fields, embedded files, challenge scripts."""
    head = " ".join("".join(element.itertext()) for element in root.iter("title"))
    visible = " ".join(block.text for block in near)[:3000]
    forms = " ".join((element.get("action") or "") + (element.get("id") or "") for element in root.iter("form"))
    return Evidence(
        url=url,
        title=f"{title} {head}" if not words else title,
        words=words,
        near=near,
        images=images,
        entries=entries,
        password=any((element.get("type") or "").lower() == "password" for element in root.iter("input")),
        file=_shows_file(root, near),
        challenge=bool(_CHALLENGE.search(f"{head} {visible} {forms}")),
    )


def judge(seen: Evidence) -> Kind:
    """The first kind that fits, in an order that puts the surest marks first."""
    return next((kind for kind, fits in _RULES if fits(seen)), "empty")


def _is_challenge(seen: Evidence) -> bool:
    return seen.challenge and seen.words < _MUCH_TEXT


def _is_login(seen: Evidence) -> bool:
    if not seen.password or seen.words >= _MUCH_TEXT:
        return False
    asked = any(_LOGIN_ASKED.search(block.text) for block in seen.near if block.words <= 40)
    return asked or any(_LOGIN.search(line) for line in _headlines(seen))


def _headlines(seen: Evidence) -> list[str]:
    return [seen.title, *(block.text for block in seen.near if block.heading)]


def _is_not_found(seen: Evidence) -> bool:
    lines = [seen.title, *(block.text for block in seen.near[:8] if block.words <= 40)]
    return seen.words < _ENOUGH_WORDS * 2 and any(_NOT_FOUND.search(line) for line in lines)


def _is_homepage(seen: Evidence) -> bool:
    parts = split(seen.url)
    return bool(parts.hostname) and parts.path.strip("/").lower() in _HOME_PATHS and not parts.query


def _is_listing(seen: Evidence) -> bool:
    if seen.entries < _MANY_ENTRIES:
        return False
    may_be = bool(_LIST_QUERY.search(seen.url)) or not seen.title
    return seen.words < _ENOUGH_WORDS or (may_be and seen.words < _MUCH_TEXT * 2)


def _is_document(seen: Evidence) -> bool:
    return seen.file and seen.words < _MUCH_TEXT


def _is_gallery(seen: Evidence) -> bool:
    return seen.images >= 3 and seen.words < _ENOUGH_WORDS


def _is_article(seen: Evidence) -> bool:
    return seen.words >= _ENOUGH_WORDS or (seen.words >= 15 and bool(seen.title))


_RULES: tuple[tuple[Kind, Callable[[Evidence], bool]], ...] = (
    ("challenge", _is_challenge),
    ("login", _is_login),
    ("not_found", _is_not_found),
    ("homepage", _is_homepage),
    ("document", _is_document),
    ("gallery", _is_gallery),
    ("listing", _is_listing),
    ("article", _is_article),
)


def _shows_file(root: Element, near: Sequence[Block]) -> bool:
    """A frame or object with a file anywhere, or a link to one right under the title."""
    frames = (
        str(element.get("src") or element.get("data") or "") for element in root.iter("iframe", "object", "embed")
    )
    return any(_FILE.search(address) for address in frames) or any(
        block.href and _FILE.search(block.href) for block in near
    )
