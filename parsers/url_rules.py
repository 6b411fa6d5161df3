"""Which query keys say nothing about a page, and which addresses only wrap another one. Tables and their matching.

A key that is not listed is identity (old portals name the article in the query), so nothing is guessed here.
Two notations, the same in the settings: a tracker is `name`, `prefix*` or `name@host`; a redirector is
`host?key` or `host/path?key`, where `*.host` stands for every host below it. Hosts are written without "www.".
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

TRACKERS = (
    "utm_*",
    # advertising clicks
    "gclid",
    "gclsrc",
    "gbraid",
    "wbraid",
    "dclid",
    "msclkid",
    "yclid",
    "twclid",
    "ttclid",
    # what Facebook, Zalo and Instagram append when a page is shared
    "fbclid",
    "fb_action_ids",
    "fb_action_types",
    "fb_source",
    "mibextid",
    "sfnsn",
    "igshid",
    "igsh",
    "zarsrc",
    "gidzl",
    "rdid@facebook.com",
    "__tn__@facebook.com",
    "__cft__*@facebook.com",
    # what Google, YouTube and newsletters append
    "_ga",
    "_gl",
    "usp",
    "si@youtu.be",
    "si@youtube.com",
    "feature@youtube.com",
    "mc_cid",
    "mc_eid",
)

REDIRECTORS = (
    "l.facebook.com/l.php?u",
    "lm.facebook.com/l.php?u",
    "l.messenger.com?u",
    "l.instagram.com?u",
    "google.com/url?q",
    "google.com/url?url",
    "google.com.vn/url?q",
    "google.com.vn/url?url",
    "youtube.com/redirect?q",
    "*.safelinks.protection.outlook.com?url",
)

# Keys that choose the menu or the form around an article, never the article.
NAVIGATION = ("itemid", "replytocom")


@dataclass(frozen=True, slots=True)
class UrlRules:
    """The three tables; an operator can lengthen the first two."""

    trackers: tuple[str, ...] = TRACKERS
    redirectors: tuple[str, ...] = REDIRECTORS
    navigation: tuple[str, ...] = NAVIGATION

    def extended(self, trackers: Sequence[str] = (), redirectors: Sequence[str] = ()) -> "UrlRules":
        """Return these rules with the operator's own lines added."""
        return replace(self, trackers=(*self.trackers, *trackers), redirectors=(*self.redirectors, *redirectors))

    def is_tracker(self, key: str, host: str) -> bool:
        """Tell whether query key `key` on `host` (without "www.") only follows readers around."""
        return any(_matches_tracker(pattern.lower(), key.lower(), host) for pattern in self.trackers)

    def is_navigation(self, key: str) -> bool:
        """Tell whether the key chooses what stands around the article."""
        return key.lower() in self.navigation

    def wrapped_keys(self, host: str, path: str) -> Iterator[str]:
        """Yield the query keys in which this address, if it is a known redirector, carries the real one."""
        for redirector in self.redirectors:
            place, _, key = redirector.partition("?")
            wanted_host, slash, wanted_path = place.partition("/")
            if _matches_host(wanted_host.lower(), host) and (not slash or path == f"/{wanted_path}"):
                yield key


def _matches_tracker(pattern: str, key: str, host: str) -> bool:
    name, at, wanted_host = pattern.partition("@")
    if at and not (host == wanted_host or host.endswith(f".{wanted_host}")):
        return False
    return key.startswith(name[:-1]) if name.endswith("*") else key == name


def _matches_host(pattern: str, host: str) -> bool:
    return host.endswith(pattern[1:]) if pattern.startswith("*.") else host == pattern


DEFAULT_RULES = UrlRules()
