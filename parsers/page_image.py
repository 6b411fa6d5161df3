"""Find the picture that stands for a story: the first real one of its text.

Icons, logos, banners, spacers and lazy-loading placeholders are refused. It opens no picture; names and sizes must do.
"""

import re
from collections.abc import Iterable

from parsers.page_address import join, split
from parsers.page_tree import Element

_LAZY = ("data-src", "data-original", "data-lazy-src", "data-lazy", "data-url", "data-srcset", "srcset", "src")
_FURNITURE = re.compile(
    r"(?:^|[/_\-.=])(?:logo\w*|banner\w*|icons?|ico|favicon|avatar\w*|gravatar|spacer|blank|pixel|bullet|"
    r"arrow\w*|button|btn|"
    r"share\d*|facebook|zalo|youtube|loading|loader|placeholder|no-?image|default|header|footer|bg|background|"
    r"qr-?code|"
    r"captcha|emoji|smil\w*|print|email|voice|404|rss|hotline)(?=$|[/_\-.\d])",
    re.IGNORECASE,
)
_SMALL = 60
_VECTOR = re.compile(r"\.(?:svg|ico|gif)(?:$|\?)", re.IGNORECASE)


def image_address(element: Element) -> str | None:
    """The address an `<img>` finally shows, relative as written; None when it is an icon or nothing at all."""
    if any(_pixels(element.get(side)) in range(1, _SMALL) for side in ("width", "height")):
        return None
    for attribute in _LAZY:
        value = (element.get(attribute) or "").strip()
        if attribute.endswith("srcset"):
            value = value.split(",")[0].strip().split(" ")[0]
        if is_photo(value):
            return value
    return None


def is_photo(address: str | None) -> bool:
    """Say whether an address may be a photo of an event rather than furniture of the page."""
    if not address or address.lower().startswith(("data:", "about:", "javascript:", "blob:")):
        return False
    path = split(address).path
    return bool(path) and not _VECTOR.search(path) and not _FURNITURE.search(path)


def choose_image(story: Iterable[str], announced: str | None, base: str) -> str | None:
    """The first picture of the story, else the one the page announces (`og:image`) unless that is furniture."""
    candidates = [*story, *([announced] if announced and is_photo(announced) else [])]
    return next((found for address in candidates if (found := join(base, address))), None)


def _pixels(value: str | None) -> int:
    found = re.match(r"\s*(\d{1,5})\s*(?:px)?\s*$", value or "")
    return int(found[1]) if found else 0
