"""Read a school's web page: what kind of page it is and, when it is a story, its title, day, text and picture.

The order of the steps stands in `parse_page`; each step is a `page_*` module of its own. Any bytes give a Page: broken
or hostile markup is bounded before it is parsed. It opens no link and knows no site by name.
"""

from dataclasses import dataclass
from datetime import date

from parsers.page_address import join
from parsers.page_byline import find_byline
from parsers.page_dates import DatePlace, published_on
from parsers.page_encoding import decode_page
from parsers.page_image import choose_image
from parsers.page_kind import Kind, gather, judge
from parsers.page_lead import find_lead
from parsers.page_meta import Meta, canonical_address, read_meta
from parsers.page_outline import Outline, outline
from parsers.page_text import Story, choose_story, find_stop
from parsers.page_title import announced_title, find_title
from parsers.page_tree import Element, build_tree

__all__ = ["Kind", "Page", "parse_page"]

_MAX_LINKS = 20
_WITH_TITLE = ("article", "empty", "document", "gallery")
_WITH_TEXT = ("article", "document", "gallery")
_WITH_LINKS = ("homepage", "listing")
_DESCRIPTION_WORDS = 25


@dataclass(frozen=True, slots=True)
class Page:
    """What a page says; `text` has one paragraph a line, `lead` is one of them, `links` only lists of stories have."""

    kind: Kind
    title: str | None = None
    published_on: date | None = None
    byline: str | None = None
    text: str = ""
    captions: tuple[str, ...] = ()
    image_url: str | None = None
    canonical_url: str | None = None
    lead: str | None = None
    links: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class _Reading:
    """The page between finding its story and judging what it is."""

    root: Element
    page: Outline
    meta: Meta
    title_at: int | None
    title: str | None
    story: Story
    stop: int


def parse_page(html: bytes, url: str, content_type: str | None = None, today: date | None = None) -> Page:
    """Read the page fetched from `url`; never raises.

    `content_type` is the HTTP header; `today` the day of reading, after which nothing can have been published.
    """
    markup = decode_page(html, content_type)
    root = build_tree(markup)
    reading = _find_story(root, read_meta(root, markup, url), url)
    kind = _judge(reading, url)
    if kind == "empty" and (described := _told_by_description(reading)):
        return _page("article", reading, url, today, described)
    return _page(kind, reading, url, today, reading.story.lines)


def _find_story(root: Element, meta: Meta, url: str) -> _Reading:
    """Find text, then the title above it, then the text again from the title on."""
    page = outline(root)
    roughly = choose_story(page.blocks)
    title_at = find_title(page.blocks, roughly.start, meta, url)
    after = 0 if title_at is None else title_at + 1
    story = choose_story(page.blocks, after) if after else roughly
    title = announced_title(meta) if title_at is None else page.blocks[title_at].text
    return _Reading(root, page, meta, title_at, title, story, find_stop(page.blocks, after))


def _judge(reading: _Reading, url: str) -> Kind:
    first = 0 if reading.title_at is None else reading.title_at
    entries = sum(first <= teaser.place <= reading.stop for teaser in reading.page.teasers)
    near = reading.page.blocks[first : reading.stop]
    story = reading.story
    return judge(gather(reading.root, url, reading.title or "", story.words, near, len(story.images), entries))


def _told_by_description(reading: _Reading) -> tuple[str, ...]:
    """The description of a page whose text stands in a script only."""
    said = reading.meta.first("og:description", "description") or ""
    return (said,) if reading.title and len(said.split()) >= _DESCRIPTION_WORDS and not reading.story.images else ()


def _page(kind: Kind, reading: _Reading, url: str, today: date | None, lines: tuple[str, ...]) -> Page:
    meta, story, blocks = reading.meta, reading.story, reading.page.blocks
    canonical = canonical_address(meta, url)
    if kind not in _WITH_TITLE:
        return Page(kind, canonical_url=canonical, links=_links(reading) if kind in _WITH_LINKS else ())
    place = DatePlace(reading.title_at, story.start, story.end)
    kept = lines if kind in _WITH_TEXT else ()
    announced = meta.first("og:image", "twitter:image") if kind == "article" else None
    return Page(
        kind=kind,
        title=reading.title,
        published_on=published_on(meta.fields, blocks, place, url, today),
        byline=find_byline(blocks, reading.title_at, story.start, story.end, meta),
        text="\n".join(kept),
        captions=story.captions if kept else (),
        image_url=choose_image(story.images, announced, meta.base) if kept else None,
        canonical_url=canonical,
        lead=find_lead(blocks[story.start : story.end], kept, meta),
    )


def _links(reading: _Reading) -> tuple[tuple[str, str], ...]:
    """The stories a list names, in the page's order, which is newest first."""
    found: dict[str, str] = {}
    for teaser in reading.page.teasers:
        if (address := join(reading.meta.base, teaser.href)) and teaser.title:
            found.setdefault(address, teaser.title)
    return tuple(found.items())[:_MAX_LINKS]
