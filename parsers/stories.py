"""When two links are the same story, and which links of a mail the office already has.

A school's old and new host serve the same article, so inside a registered school the host does not count; an article
number of a known platform counts alone. What is already known is handed in.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from parsers.links import STORY_ROLES, FoundLink
from parsers.parts import QUOTED
from parsers.school import Registry
from parsers.urls import DEFAULT_RULES, UrlRules, canonical_url, host_of

__all__ = ["KnownStory", "Seen", "article_number", "latest_of", "look_up", "story_key"]

# Platforms that find an article by its number and ignore its slug: the ward portals, and those of the Quảng Ích type.
_ARTICLE_NUMBER = re.compile(r"-pmtd\d+sw(\d+)$|/(ct)/\d+/(\d+)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class KnownStory:
    """A story the office has. reference: how to name the mail it came with, such as its Message-ID."""

    url: str
    reference: str


@dataclass(frozen=True, slots=True)
class Seen:
    """The mail's story links that are new; those the office has; and known stories it only quotes or corrects."""

    new: tuple[FoundLink, ...] = ()
    known: tuple[tuple[FoundLink, KnownStory], ...] = ()
    replaced: tuple[tuple[FoundLink, KnownStory], ...] = ()

    @property
    def host_alias(self) -> bool:
        """Tell whether a known story comes again under another host."""
        return any(host_of(link.url) != host_of(story.url) for link, story in self.known)


def article_number(url: str) -> str | None:
    """Return the number by which the site itself finds the article, on a platform that has one."""
    found = _ARTICLE_NUMBER.search(urlsplit(canonical_url(url)).path)
    return "".join(filter(None, found.groups())).lower() if found else None


def story_key(url: str, registry: Registry, rules: UrlRules = DEFAULT_RULES) -> str:
    """Return the identity of a story: school and article for a registered host, otherwise the canonical address."""
    key = canonical_url(url, rules)
    school = registry.by_host.get(host_of(key))
    if school is None:
        return key
    parts = urlsplit(key)
    number = article_number(key)
    path = f"#{number}" if number else parts.path
    route = f"#{parts.fragment}" if parts.fragment else ""
    return f"{school}:{path}{'?' if parts.query else ''}{parts.query}{route}"


def look_up(
    links: Sequence[FoundLink],
    known_stories: Mapping[str, KnownStory],
    registry: Registry,
    rules: UrlRules = DEFAULT_RULES,
    *,
    correcting: bool = False,
) -> Seen:
    """Tell the new story links from those the office already has (known_stories: by `story_key`).

    correcting: the mail corrects an older one; beside a new link every known one, also a quoted one, is replaced.
    """
    pairs = [(link, known_stories.get(story_key(link.url, registry, rules))) for link in links]
    new = tuple(link for link, story in pairs if story is None and link.role in STORY_ROLES)
    own = tuple((link, story) for link, story in pairs if story is not None and link.role in STORY_ROLES)
    quoted = tuple((link, story) for link, story in pairs if story is not None and link.role == QUOTED)
    return Seen(new, (), (*own, *quoted)) if correcting and new else Seen(new, own)


def latest_of(school: str | None, known_stories: Mapping[str, KnownStory]) -> KnownStory | None:
    """Return the last known story on the school's own sites; known_stories are in order of receipt."""
    own = [story for key, story in known_stories.items() if school and key.startswith(f"{school}:")]
    return own[-1] if own else None
