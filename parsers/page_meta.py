"""What a page says about itself in its head: meta fields, JSON-LD, canonical address and base.

Collects statements; whether they are true (an og:image may be the logo) is for others to judge.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from parsers.page_address import join, split
from parsers.page_blocks import tidy
from parsers.page_tree import Element

_JSON_LD = "application/ld+json"
_MAX_JSON = 100_000
_MAX_NODES = 500
_KEYS = ("property", "name", "itemprop")


@dataclass(frozen=True, slots=True)
class Meta:
    """The statements of a page's head; `fields` maps lower-case names to their first value."""

    fields: Mapping[str, str]
    title: str
    canonical: str | None
    base: str
    site_name: str

    def first(self, *names: str) -> str | None:
        """The first of these fields that is set."""
        return next((self.fields[name] for name in names if self.fields.get(name)), None)


def read_meta(root: Element, markup: str, url: str) -> Meta:
    """Collect what the head says; `markup` is the page as decoded, for the JSON-LD that the tree leaves out."""
    fields: dict[str, str] = {}
    for element in root.iter("meta", "time", "span", "div", "link"):
        _note(element, fields)
    for name, value in _json_ld(markup):
        fields.setdefault(name, tidy(value))
    base = next((element.get("href") for element in root.iter("base") if element.get("href")), None)
    title = next((tidy("".join(element.itertext())) for element in root.iter("title")), "")
    links = (element for element in root.iter("link") if (element.get("rel") or "").lower() == "canonical")
    return Meta(
        fields=fields,
        title=title,
        canonical=next((element.get("href") for element in links if element.get("href")), None),
        base=join(url, base) or url,
        site_name=fields.get("og:site_name", ""),
    )


def canonical_address(meta: Meta, url: str) -> str | None:
    """The page's canonical address when it belongs to the same site and is not just its front page."""
    stated = (join(meta.base, address) for address in (meta.canonical, meta.first("og:url")))
    return next((address for address in stated if address and _may_be(address, url)), None)


def _may_be(address: str, url: str) -> bool:
    there, here = split(address), split(url)
    same_site = _bare_host(there.hostname) == _bare_host(here.hostname)
    is_root = not there.path.strip("/") and not there.query
    return same_site and (not is_root or not here.path.strip("/"))


def _note(element: Element, fields: dict[str, str]) -> None:
    value = tidy(element.get("content") or element.get("datetime") or "")
    for key in _KEYS:
        name = (element.get(key) or "").lower().strip()
        if name and value:
            fields.setdefault(name, value)


def _bare_host(host: str | None) -> str:
    return (host or "").removeprefix("www.")


def _json_ld(markup: str) -> Iterator[tuple[str, str]]:
    """The article statements of the page's JSON-LD, as `ld:<name>` fields."""
    position = 0
    while (start := markup.find(_JSON_LD, position)) >= 0:
        opening, end = markup.find(">", start), markup.find("</script", start)
        if opening < 0 or end < 0:
            return
        position = end
        if opening < end <= opening + _MAX_JSON:
            yield from _statements(markup[opening + 1 : end])


def _statements(source: str) -> Iterator[tuple[str, str]]:
    try:
        waiting: list[object] = [json.loads(source, strict=False)]
    except (ValueError, RecursionError):
        return
    for _ in range(_MAX_NODES):
        if not waiting:
            return
        node = waiting.pop(0)
        if isinstance(node, list):
            waiting.extend(cast("list[object]", node))
        elif isinstance(node, dict):
            yield from _of_node(cast("dict[str, object]", node))
            waiting.extend(value for key, value in node.items() if key in ("@graph", "mainEntity"))


def _of_node(node: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    if not re.search(r"Article|Posting|Report|WebPage", str(node.get("@type"))):
        return
    for name in ("datePublished", "headline"):
        if isinstance(value := node.get(name), str):
            yield f"ld:{name.lower()}", value
    author = node.get("author")
    author = author[0] if isinstance(author, list) and author else author
    signed = author.get("name") if isinstance(author, dict) else author
    if isinstance(signed, str):
        yield "ld:author", signed
