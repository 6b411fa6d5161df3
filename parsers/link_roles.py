"""What an address can be, judged by its host and its shape: article, social post, listing, homepage or asset.

Tables for the school platforms seen in practice; nothing is fetched. A wrong guess is corrected when the page is read,
so a doubtful address counts as an article.
"""

import re
from collections.abc import Collection
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from parsers.social import ASSET_HOSTS, SOCIAL_HOSTS
from parsers.urls import host_of
from parsers.words import fold

__all__ = ["is_below", "is_social_host", "shape_of"]

ARTICLE, HOMEPAGE, LISTING, ASSET, SOCIAL = "article", "homepage", "listing", "asset", "social"

_SOCIAL_POST = re.compile(
    r"/(?:posts?|permalink|share|stories|photos?|videos?|reels?|watch|p|pcb\.\d+|status|s/)(?:[/.?]|$)|story\.php|permalink\.php"
    r"|photo\.php|/groups/[^/]+/\d+|fb\.watch/\w|(?:vm|vt)\.tiktok\.com/\w|fb\.me/\w|[?&](?:v|story_fbid|fbid|id)=\d",
    re.IGNORECASE,
)
# A shortened address says nothing about itself; the fetcher will see where it leads.
SHORTENERS = frozenset({"bit.ly", "tinyurl.com", "t.ly", "cutt.ly", "is.gd", "by.com.vn", "rebrand.ly", "shorturl.at"})
_ASSET_PATH = re.compile(
    r"\.(?:jpe?g|png|gif|webp|bmp|heic|svg|mp4|mov|avi|mp3|pdf|docx?|xlsx?|pptx?|zip|rar|7z)$|/Upload(?:Finder|File)/",
    re.IGNORECASE,
)
_HOME_PATH = re.compile(r"/?(?:(?:index|default|home|trang-?chu)(?:\.(?:html?|php|aspx?))?/?)?", re.IGNORECASE)
_LISTING_PATH = re.compile(r"/(?:page|trang|category|chuyen-muc|tag|search|tim-kiem|archive)(?:[/-]|$)", re.IGNORECASE)
_LISTING_KEYS = frozenset({"page", "trang", "paged", "s", "q", "keyword", "cat", "category"})
_ARTICLE_PATH = re.compile(
    r"pmtd\d+sw\d+|/ct(?:full)?/\d+/\d+|-\d{2,}\.html?$|/(?:item|id|node|posts?)/\d|journal_content/|/\d{4}/\d{2}/[^/]+"
    r"|/[^/]+/[^/]*[a-z][^/]*\.(?:html?|aspx?)$|/chi-tiet/",
    re.IGNORECASE,
)
_ARTICLE_KEYS = re.compile(r"(?:.*(?:id|code)|p|post|view_chitiet|newsid)$", re.IGNORECASE)
_LONGEST_CATEGORY = 2  # words, when the slug is not made of the words below; an article's slug is longer
# What the names of categories are made of, without marks: "tin-tuc-su-kien", "hoat-dong-chuyen-mon".
_CATEGORIES = (
    "tin tuc su kien hoat dong thong bao gioi thieu lien he nha truong day va hoc chuyen mon doan doi the cong khai "
    "van ban thu vien anh hinh video album tai nguyen nguoi tot viec bai viet dien dan cua lop khoi noi bat moi nhat "
    "giao duc tieu mam non trung co so ban phong nganh the thao ngoai khoa ngoi phu huynh sinh tuyen to chuc dang chi"
)
_CATEGORY_WORDS = frozenset(_CATEGORIES.split())
_EXTENSION = re.compile(r"\.[a-z]{3,5}$", re.IGNORECASE)


def shape_of(url: str) -> str:
    """Return article, social (a post), listing, homepage or asset; profiles on social networks are homepages."""
    host, parts = host_of(url), _split(url)
    if is_social_host(host):
        return SOCIAL if _SOCIAL_POST.search(f"{host}{parts.path}?{parts.query}") else HOMEPAGE
    if is_below(host, ASSET_HOSTS) or _ASSET_PATH.search(parts.path):
        return ASSET
    if host in SHORTENERS and len(parts.path) > 1:
        return ARTICLE
    keys = [key for key, value in parse_qsl(parts.query) if value]
    names_article = any(_ARTICLE_KEYS.match(key) for key in keys)
    if _HOME_PATH.fullmatch(parts.path) and not (names_article or parts.fragment.startswith(("!", "/"))):
        return HOMEPAGE
    return ARTICLE if names_article else _shape_of_path(unquote(parts.path), keys)


def is_social_host(host: str) -> bool:
    """Tell whether the host is a social network."""
    return is_below(host, SOCIAL_HOSTS)


def is_below(host: str, domains: Collection[str]) -> bool:
    """Tell whether the host is one of the domains or a name below one."""
    labels = host.split(".")
    return any(".".join(labels[start:]) in domains for start in range(len(labels)))


def _shape_of_path(path: str, keys: Collection[str]) -> str:
    if _ARTICLE_PATH.search(path):
        return ARTICLE
    slug = path.rstrip("/").rpartition("/")[2]
    listed = _LISTING_PATH.search(path) or not _LISTING_KEYS.isdisjoint(key.lower() for key in keys)
    return LISTING if listed or _names_category(slug) else ARTICLE


def _names_category(slug: str) -> bool:
    words = re.findall(r"[^\W_]+", fold(_EXTENSION.sub("", slug)))
    short = len(words) <= _LONGEST_CATEGORY or _CATEGORY_WORDS.issuperset(words)
    return short and not re.search(r"\d{3,}", slug)


def _split(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:
        return SplitResult("", "", url, "", "")
