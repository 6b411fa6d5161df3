"""Where a redirect has led: still to the story, or away from it, to a front page, a list, a login or an error.

Only addresses are compared; what the page itself says is judged by `parsers.page_kind`.
"""

import re
from urllib.parse import urlsplit

from parsers.link_roles import ARTICLE, HOMEPAGE, LISTING, is_doubtful, shape_of
from parsers.stories import article_number
from parsers.urls import canonical_url

__all__ = ["landed_on", "lives_at", "moved"]

_LOGIN = re.compile(
    r"/(?:wp-)?(?:log-?in|sign-?in|dang-?nhap|auth|sso)(?:[/.?]|$)|[?&](?:returnurl|redirect_to|next)=", re.IGNORECASE
)
_ERROR = re.compile(
    r"/(?:404|403|500|error|errors|loi|not-?found|page-?not-?found|khong-tim-thay|khong-ton-tai)(?:[/.?]|$)"
    r"|[?&]aspxerrorpath=",
    re.IGNORECASE,
)


def moved(asked: str, final: str) -> bool:
    """Tell whether a redirect led to another page; to https, "www." or an index page it is the same."""
    return canonical_url(asked) != canonical_url(final)


def landed_on(asked: str, final: str) -> str | None:
    """Return what a redirect led to instead of the story: login, not_found, homepage or listing; None if to a story."""
    if not moved(asked, final):
        return None
    parts, before = urlsplit(final), urlsplit(asked)
    where = f"{parts.path}?{parts.query}"
    if _LOGIN.search(where) and not _LOGIN.search(f"{before.path}?{before.query}"):
        return "login"
    if _ERROR.search(where):
        return "not_found"
    shape = shape_of(final)
    if shape == HOMEPAGE and shape_of(asked) != HOMEPAGE:
        return shape
    return shape if shape == LISTING and shape_of(asked) == ARTICLE and not is_doubtful(final) else None


def lives_at(asked: str, final: str, canonical: str | None) -> str:
    """Return the address by which the page of a story is known.

    The one it states itself, unless that is the number of another article, else the one it was found at; never a list.
    """
    stated = canonical if canonical and not _are_two_articles(canonical, final) else None
    return next((address for address in (stated, final) if address and _may_be_a_story(address)), asked)


def _are_two_articles(one: str, other: str) -> bool:
    """Some sites state the same address, that of their newest article, on every page."""
    numbers = {article_number(one), article_number(other)}
    return None not in numbers and len(numbers) > 1


def _may_be_a_story(address: str) -> bool:
    shape = shape_of(address)
    return shape != HOMEPAGE and (shape != LISTING or is_doubtful(address))
