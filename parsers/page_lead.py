"""Find the page's own lead (sapo): the sentences an editor wrote to stand between title and text.

A description that the system cut from the text after so many characters, or that describes the site, is no lead.
"""

import re
from collections.abc import Sequence

from parsers.page_blocks import Block
from parsers.page_meta import Meta

_MARK = re.compile(
    r"(?:^|[-_\s])(?:home-?text|sapo|lead\w*|chapeau|intro\w*|tom-?tat|mo-?ta|trich-?dan|excerpt|summary|"
    r"item-?intro-?text)(?=$|[-_\s])"
)
_DESCRIPTIONS = ("og:description", "description", "twitter:description")
_ENDS = re.compile(r"[.!?…][”\"’')\]]*$")
_CUT = re.compile(r"(?:\.\.\.|…|\[…\]|\[\.\.\.\])\s*$")
_WORDS = range(12, 121)


def find_lead(story: Sequence[Block], lines: Sequence[str], meta: Meta) -> str | None:
    """The lead, word for word as it stands on the page; None when the page has none."""
    return _marked(story, lines) or _described(lines, meta) or _bold_opening(story, lines)


def _marked(story: Sequence[Block], lines: Sequence[str]) -> str | None:
    for block in story[:4]:
        if (
            block.words in _WORDS
            and block.text in lines
            and _MARK.search(block.marks[-60:])
            and _ENDS.search(block.text)
        ):
            return block.text
    return None


def _described(lines: Sequence[str], meta: Meta) -> str | None:
    """A paragraph among the first that the head repeats as description, whole."""
    for name in _DESCRIPTIONS:
        said = meta.fields.get(name, "")
        if not _CUT.search(said) and _ENDS.search(said):
            for line in lines[:3]:
                if line == said and len(line.split()) in _WORDS:
                    return line
    return None


def _bold_opening(story: Sequence[Block], lines: Sequence[str]) -> str | None:
    """A first paragraph set in bold above plain ones."""
    paragraphs = [block for block in story[:12] if block.text in lines and block.words in _WORDS]
    if len(paragraphs) < 3 or not paragraphs[0].emphasised or any(block.emphasised for block in paragraphs[1:3]):
        return None
    return paragraphs[0].text if _ENDS.search(paragraphs[0].text) else None
