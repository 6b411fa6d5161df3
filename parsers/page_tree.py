"""Parse the markup of a page into a tree small enough for everything that follows.

Hostile or broken markup (endless `<br>`, 100,000 nested tags, megabytes of `<a `) is cut down *before* the parser sees
it, so no later step needs a limit of its own. It does not judge what the text means.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from lxml import etree

Element: TypeAlias = Any  # lxml ships no types

MAX_TAGS = 20_000
MAX_DEPTH = 150
# Their content is never text of the page. `noscript` stays: lazy pictures keep their address there.
_RAW = ("script", "style", "svg", "template", "textarea")
_DROPPED = (("<!--", "-->"), *((f"<{name}", f"</{name}") for name in _RAW))
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:]*)[^<>]*>?")
_BREAK = r"<br\b[^<>]{0,80}>[\s\xa0]*(?:&nbsp;[\s\xa0]*)*"
_BREAKS = re.compile(rf"{_BREAK}(?:{_BREAK}){{2,}}", re.IGNORECASE)  # a literal "<" in front: found without trying
_INSTRUCTION = re.compile(r"<[?!](?!--)[^<>]*>?")
# These close themselves, so leaving them open does not nest.
_FLAT = frozenset({
    "p", "li", "td", "th", "tr", "option", "dt", "dd", "thead", "tbody", "tfoot", "br", "hr", "img", "input", "meta",
    "link", "base", "area", "col", "embed", "param", "source", "wbr",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Size:
    """How many characters of text an element holds, and how many of them stand in links."""

    chars: int
    linked: int


def build_tree(markup: str) -> Element:
    """Parse bounded markup into a tree; an empty tree when there is nothing to parse."""
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    bounded = bound(markup)
    try:
        root = etree.fromstring(bounded.encode("utf-8", "replace"), parser) if bounded.strip() else None
    except etree.XMLSyntaxError:
        root = None
    return root if root is not None else etree.fromstring("<html><body></body></html>")


def bound(markup: str) -> str:
    """Drop raw content and comments, shorten runs of `<br>`, and keep at most MAX_TAGS tags, MAX_DEPTH deep."""
    lowered = _lowered(markup)
    for opening, closing in _DROPPED:
        if opening in lowered:
            markup = _without(markup, lowered, opening, closing)
            lowered = _lowered(markup)
    markup = _INSTRUCTION.sub(" ", markup)
    markup = _BREAKS.sub("<br><br>", markup)
    return "".join(_bounded_parts(markup))


def _lowered(markup: str) -> str:
    """Return the markup in lower case, as it is where that would move its letters."""
    lowered = markup.lower()
    return lowered if len(lowered) == len(markup) else markup


def _without(markup: str, lowered: str, opening: str, closing: str) -> str:
    """Remove every opening…closing stretch in one pass; an unclosed one reaches to the end, as browsers see it."""
    kept, position = [], 0
    while (start := lowered.find(opening, position)) >= 0:
        after = lowered[start + len(opening) : start + len(opening) + 1]
        if after.isalnum():
            kept.append(markup[position : start + 1])
            position = start + 1
            continue
        kept.append(markup[position:start])
        end = lowered.find(closing, start)
        if end < 0:
            return "".join(kept)
        end = end + 2 if closing == "-->" else lowered.find(">", end)
        if end < 0:
            return "".join(kept)
        position = end + 1
    kept.append(markup[position:])
    return "".join(kept)


def _bounded_parts(markup: str) -> Iterator[str]:
    position, tags, depth = 0, 0, 0
    for tag in _TAG.finditer(markup):
        yield markup[position : tag.start()]
        position = tag.end()
        closing, name = tag[1] == "/", tag[2].lower()
        nests = name not in _FLAT and not tag[0].endswith("/>")
        too_deep = depth > MAX_DEPTH
        if nests:
            depth = max(0, depth + (-1 if closing else 1))
        tags += not closing
        yield " " if tags > MAX_TAGS or too_deep else tag[0]
    yield markup[position:]


def measure(root: Element) -> dict[Element, Size]:
    """Count the text of every element in one pass from the leaves up."""
    sizes: dict[Element, Size] = {}
    # The reversed document order visits every child before its parent.
    for element in reversed(list(root.iter(etree.Element))):
        chars = len((element.text or "").strip())
        linked = 0
        for child in element:
            size = sizes.get(child, Size(0, 0))
            chars += size.chars + len((child.tail or "").strip())
            linked += size.linked
        sizes[element] = Size(chars, chars if element.tag == "a" else linked)
    return sizes
