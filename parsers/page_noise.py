"""Recognise what is no part of any story: hidden parts, menus, comments, footers, lists of other stories.

Looks at one element (and its siblings) at a time and never at the address of the site. It removes nothing itself.
"""

import re

from parsers.page_tree import Element, Size

_HIDDEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|text-indent\s*:\s*-\d{3,}|font-size\s*:\s*0(?:px)?\s*(?:;|$)"
)
_HIDDEN_CLASSES = frozenset({
    "hidden", "hide", "d-none", "invisible", "sr-only", "visually-hidden", "screen-reader-text",
})  # fmt: skip
# A class such as "d-none d-md-block" hides on telephones only.
_SHOWN_SOMEWHERE = re.compile(r"\bd-(?:sm|md|lg|xl|xxl)-|\bvisible-|\bhidden-(?:xs|sm|md|lg)")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NOISE = re.compile(
    r"(?:^|[-_\s])(?:"
    r"comments?|binh-?luan|y-?kien|ykien|disqus|related\w*|lien-?quan|tin-?lien-?quan|tinlienquan|"
    r"(?:cac)?-?tin-?khac|bai-?khac|"
    r"other-?(?:news|posts?|articles?)|(?:news|posts?|articles?)-?others?|prev-?next|next-?prev|"
    r"sidebar\w*|breadcrumbs?\w*|crumbs?|duong-?dan|nav|navbar\w*|navigation|menu\w*|mega|share|sharing|"
    r"sharedaddy|social\w*|"
    r"addthis\w*|foot|(?<!post-)(?<!entry-)(?<!article-)footer|chan-?trang|counter|thong-?ke|luot-?truy-?cap|"
    r"vote|poll|tham-?do|binh-?chon|ratings?|danh-?gia|"
    r"modal|popup|cookies?|author-?(?:box|bio|latest)|ads?|adsbygoogle|advert\w*|a-rec|quang-?cao|banner|sponsor|"
    r"tags?|tags-?block|pagination|pager|paging|marquee|print|toolbar|tien-?ich|skip-?link|lien-?ket|search|"
    r"tim-?kiem|"
    r"post-?navigation|item-?navigation|thu-?vien-?anh|newsletter|subscribe"
    r")(?=$|[-_\s\d])"
)
_NOISE_TAGS = frozenset({"nav", "marquee", "dialog", "menu"})
_INLINE = frozenset({"a", "span", "b", "i", "em", "strong", "u", "font", "img", "br", "sup", "sub", "small"})
_TEASER_TAGS = frozenset({"li", "div", "tr", "article", "td", "dd"})
_TEASER_CHARS = 600
_TWO_WORDS = re.compile(r"[^\W\d_]{3,}\s+[^\W\d_]{3,}")
# An element that holds this share of the page's text is no extra, whatever its class says.
_LARGE = 0.5


def is_hidden(element: Element) -> bool:
    """Say whether a browser would not show the element."""
    if element.get("hidden") is not None or _HIDDEN_STYLE.search((element.get("style") or "").lower()):
        return True
    classes = (element.get("class") or "").lower()
    return not _HIDDEN_CLASSES.isdisjoint(classes.split()) and not _SHOWN_SOMEWHERE.search(classes)


def is_noise(element: Element, size: Size, total: int) -> bool:
    """Say whether the element is page furniture, judged by its tag and class; never when it holds most of the page."""
    if size.chars > total * _LARGE or element.tag in _INLINE:
        return False
    if element.tag in _NOISE_TAGS:
        return True
    if element.tag == "footer":
        return next(element.iterancestors("article", "main"), None) is None
    label = f"{element.get('class') or ''} {element.get('id') or ''}"
    return bool(label.strip()) and bool(_NOISE.search(_CAMEL.sub("-", label).lower()))


def is_teaser(element: Element, size: Size, sizes: dict[Element, Size]) -> tuple[str, str] | None:
    """The (address, title) of an entry in a list of other stories: it opens with a link and two siblings do so too."""
    found = _opening_link(element, size, sizes)
    if found is None:
        return None
    like = 0
    for step in (element.itersiblings(), element.itersiblings(preceding=True)):
        for sibling, _ in zip(step, range(4), strict=False):
            like += sibling.tag == element.tag and _opening_link(sibling, sizes.get(sibling), sizes) is not None
    return found if like >= 2 else None


def _opening_link(element: Element, size: Size | None, sizes: dict[Element, Size]) -> tuple[str, str] | None:
    """The link a short element opens with, when its title is longer than a menu entry."""
    if element.tag not in _TEASER_TAGS or size is None or not 0 < size.linked <= size.chars <= _TEASER_CHARS:
        return None
    link = next((link for link in element.iter("a") if sizes[link].chars), None)
    if link is None or not link.get("href"):
        return None
    title = " ".join("".join(link.itertext()).split())
    if len(title.split()) < 4 or not _opens(element, title):
        return None
    return str(link.get("href")), title


def _opens(element: Element, title: str) -> bool:
    """Say whether the element's text begins with the title, after a date or a bullet at most."""
    text = " ".join("".join(element.itertext()).split())
    before = text.find(title)
    return 0 <= before <= 24 and not _TWO_WORDS.search(text[:before])
