"""What an address can be, judged by its host and its shape: article, social post, listing, homepage or asset.

Tables for the school platforms seen in practice; nothing is fetched. A wrong guess is corrected when the page is read,
so a doubtful address counts as an article where the words beside it allow that.
"""

import re
from collections.abc import Collection, Sequence
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from parsers.memo import remembered
from parsers.social import ASSET_HOSTS, SHORTENERS, SOCIAL_HOSTS, is_post
from parsers.urls import host_of
from parsers.words import fold

__all__ = ["is_below", "is_doubtful", "is_social_host", "shape_of"]

ARTICLE, HOMEPAGE, LISTING, ASSET, SOCIAL = "article", "homepage", "listing", "asset", "social"

_ASSET_PATH = re.compile(
    r"\.(?:jpe?g|jfif|png|gif|webp|bmp|heic|tiff?|svg|mp4|m4[av]|mov|avi|wmv|webm|mp3|wav|pdf|docx?|xlsx?|pptx?|rtf"
    r"|odt|txt|zip|rar|7z|apk|exe|ashx)$|/upload(?:s|finder|file|files)?/|/(?:savefile|download|downloads)/"
    r"|/wp-content/|/(?:wp-login|log-?in|sign-?in|dang-nhap|quen-mat-khau|dang-ky)(?:\.\w+)?/?$|/users?/login",
    re.IGNORECASE,
)
_HOME_PATH = re.compile(
    r"/?(?:web/)?(?:vi(?:-vn)?/?|en/?)?(?:(?:index|default|home|trang-?chu|trang-?chinh|main|guest/home)"
    r"(?:\.(?:html?|php|aspx?|jsp))?/?)?",
    re.IGNORECASE,
)
_LISTING_PATH = re.compile(
    r"/(?:page|trang|category|categories|chuyen-muc|tags?|label|search|tim-kiem|seek|archives?|author|tac-gia|rss"
    r"|feed|sitemap|taxonomy/term|nhom-tin|danh-muc)(?:[/.-]|$)|/(?:c|cat|cate|ctl)/\d+/?$|/(?:19|20)\d{2}(?:/\d{1,2}){0,2}/?$"
    r"|/[^/]*(?:list|danhsach|category)[^/]*\.(?:aspx?|php)$|\.xml$",
    re.IGNORECASE,
)
_LISTING_KEYS = frozenset(
    {"page", "trang", "paged", "s", "q", "keyword", "cat", "category", "tag", "pageindex", "m", "author", "feed"}
)
_ARTICLE_PATH = re.compile(
    r"pmtd\d+sw\d+|/ct(?:full|mb)?/\d+/\d+|-[a-z]{0,4}\d{2,}\.(?:html?|aspx?|vnp|epi|tpo)$|journal_content/"
    r"|/(?:item|id|node|posts?|entry_id|news|detail|article|bai-viet|chi-tiet)/\d+(?:/|-|$|\.)"
    r"|/(?:chi-tiet|detail|bai-viet|asset_publisher/[^/]+/content)/[^/]+|/\d{4}/\d{2}/(?:\d{2}/)?[^/]*[a-z][^/]*",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"\d{3,}")
_NUMBERED_SLUG = re.compile(r"/[^/]+-\d+(?:\.html)?/?$")
_ARTICLE_KEYS = re.compile(
    r"(?:.*(?:id|code)|p|post|news|article|baiviet|tin|chitiet|alias|slug|title|view_chitiet)$", re.IGNORECASE
)
# Keys that choose a part of the site: "catid", "chudecode", "tabid", "sitepageid", "menuid".
_SECTION_KEYS = re.compile(
    r"(?:.*(?:cat|cate|category|categories|chude|chuyenmuc|chuyende|menu|tab|group|nhom|loai|lang|site|page|sitepage"
    r"|zone|folder|album|parent|module|mod|type|topic|form|user|session|school|truong|donvi|dept)_?|[ps]|Item)"
    r"(?:id|code)$",
)
_SECTION_VALUES = re.compile(
    r"categ|chu-?_?de|chuyen-?muc|danh-?sach|(?<!\w)list|lists?$|featured|archive|search|tim-?kiem|log-?in|dang-?nhap|"
    r"home|trang-?chu|gioi-?thieu|lien-?he|contact",
    re.IGNORECASE,
)
_CHOOSERS = frozenset({"view", "op", "act", "action", "chucnang", "task", "func", "do", "mod", "module", "nv"})
_LONGEST_NAME = 2  # words of a category's name, whatever they are
# What the names of categories are put together from, without marks: "tin-tuc-su-kien", "hoat-dong-chuyen-mon".
_CATEGORIES = (
    "tin tuc, tin, su kien, hoat dong, thong bao, gioi thieu, lien he, nha truong, truong, day va hoc, day hoc, "
    "chuyen mon, doan doi, doan thanh nien, cong doan, chi bo, dang bo, the thao, the duc, cong khai, ba cong khai, "
    "van ban, cong van, thu vien, hinh anh, anh, video, album, tai nguyen, tai lieu, nguoi tot viec tot, bai viet, "
    "bai, dien dan, noi bat, moi nhat, moi, giao duc, tieu hoc, mam non, trung hoc co so, thcs, phong, ban, nganh, "
    "ngoai khoa, ngoai gio, phu huynh, hoc sinh, giao vien, tuyen sinh, to chuc, bo may, co cau, ke hoach, lich cong "
    "tac, lich, tuan, thoi khoa bieu, thuc don, ban giam hieu, hoi dong, to chuyen mon, khoi, lop, cua, va, noi bo, "
    "chung, tong hop, chuyen muc, danh muc, chinh sach, phap luat, y te, ban tru, news, events, blog, category"
)
_CATEGORY_NAME = re.compile(rf"(?:(?:{'|'.join(_CATEGORIES.split(', '))})(?: |$))+")
_EXTENSION = re.compile(r"\.[a-z]{3,5}$", re.IGNORECASE)
_SITES = "sites.google.com"


@remembered(entries=256, longest=4096)
def shape_of(url: str) -> str:
    """Return article, social (a post), listing, homepage or asset; profiles on social networks are homepages."""
    host, parts = host_of(url), _split(url)
    if is_social_host(host):
        return SOCIAL if is_post(host, parts.path, parts.query) else HOMEPAGE
    path = unquote(parts.path)
    if is_below(host, ASSET_HOSTS) or _ASSET_PATH.search(path) or host.startswith("maps."):
        return ASSET
    if host in SHORTENERS and len(path) > 1:
        return ARTICLE
    if host == _SITES:
        return _shape_on_google_sites(path)
    return _shape_on_a_site(parts, path)


def is_doubtful(listing: str) -> bool:
    """Tell whether only the shortness of its last word makes this a listing; the words beside it may know better."""
    parts = _split(listing)
    path = unquote(parts.path)
    return not (parts.query or _LISTING_PATH.search(path) or _consists_of_category_words(_slug(path)))


def is_social_host(host: str) -> bool:
    """Tell whether the host is a social network."""
    return is_below(host, SOCIAL_HOSTS)


def is_below(host: str, domains: Collection[str]) -> bool:
    """Tell whether the host is one of the domains or a name below one."""
    labels = host.split(".")
    return any(".".join(labels[start:]) in domains for start in range(len(labels)))


def _shape_on_a_site(parts: SplitResult, path: str) -> str:
    pairs = [(key, value) for key, value in parse_qsl(parts.query) if value]
    if _chooses_a_section(pairs):
        return LISTING
    names_article = any(
        (_ARTICLE_KEYS.match(key) and not _SECTION_KEYS.match(key)) or (key == "op" and _NUMBERED_SLUG.search(value))
        for key, value in pairs
    )
    if names_article or _ARTICLE_PATH.search(path) or parts.fragment.startswith(("!", "/")):
        return ARTICLE
    listed = any(key.lower() in _LISTING_KEYS or key in _CHOOSERS or _SECTION_KEYS.match(key) for key, _ in pairs)
    if _HOME_PATH.fullmatch(path):
        return LISTING if listed else HOMEPAGE
    return LISTING if listed or _LISTING_PATH.search(path) else _shape_of_slug(path)


def _chooses_a_section(pairs: Sequence[tuple[str, str]]) -> bool:
    """Tell whether a key such as "view" or "op" asks for a list ("view=category"); an article's slug does not."""
    chosen = [value for key, value in pairs if key.lower() in _CHOOSERS]
    return any(len(value) <= 24 and _SECTION_VALUES.search(value) and not _NUMBERED.search(value) for value in chosen)


def _shape_on_google_sites(path: str) -> str:
    names = [name for name in path.split("/") if name and name not in ("view", "site")]
    if len(names) < 2 or (len(names) == 2 and _HOME_PATH.fullmatch(f"/{fold(names[1])}")):
        return HOMEPAGE
    return LISTING if _consists_of_category_words(names[-1]) else ARTICLE


def _shape_of_slug(path: str) -> str:
    slug, nested = _slug(path), path.rstrip("/").count("/") > 1
    if _NUMBERED.search(slug):
        return ARTICLE
    if _consists_of_category_words(slug):
        return LISTING
    return LISTING if len(_words(slug)) <= _LONGEST_NAME and not nested else ARTICLE


def _consists_of_category_words(slug: str) -> bool:
    return bool(_CATEGORY_NAME.fullmatch(" ".join(_words(slug))))


def _slug(path: str) -> str:
    return path.rstrip("/").rpartition("/")[2]


def _words(slug: str) -> list[str]:
    return re.findall(r"[^\W_]+", fold(_EXTENSION.sub("", slug)))


def _split(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:
        return SplitResult("", "", url, "", "")
