"""Which query keys say nothing about a page, and which addresses only wrap another one. Tables and their matching.

A key that is not listed is identity (old portals name the article in the query), so nothing is guessed here.
Two notations, the same in the settings: a tracker is `name`, `prefix*` or `name@host`; a redirector is
`host?key` or `host/path?key`, where `*.host` stands for every host below it. Hosts are written without "www.".
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

_TRACKERS = (
    # campaigns and newsletters
    "utm_* mc_cid mc_eid mc_tc mkt_tok _hsenc _hsmi vero_id "
    # advertising clicks
    "gclid gclsrc gbraid wbraid gad_source gad_campaignid dclid msclkid yclid twclid ttclid li_fat_id srsltid "
    # what Facebook, Zalo and Instagram append when a page is shared
    "fbclid fb_action_ids fb_action_types fb_source fb_ref mibextid sfnsn igshid igsh zarsrc gidzl zanpid "
    "rdid@facebook.com share_url@facebook.com __tn__@facebook.com __cft__*@facebook.com _rdr@facebook.com "
    "_rdc@facebook.com paipv@facebook.com eav@facebook.com hc_ref@facebook.com fref@facebook.com "
    # what Google, YouTube, TikTok and X append
    "_ga _gac _gl usp@google.com usp@forms.gle si@youtu.be si@youtube.com feature@youtube.com feature@youtu.be "
    "pp@youtube.com ab_channel@youtube.com _t@tiktok.com _r@tiktok.com is_from_webapp@tiktok.com "
    "sender_device@tiktok.com is_copy_url@tiktok.com s@x.com t@x.com s@twitter.com t@twitter.com "
    # the toll of a gate that checks for robots
    "__cf_chl_*"
)
TRACKERS = tuple(_TRACKERS.split())

_REDIRECTORS = (
    "l.facebook.com/l.php?u lm.facebook.com/l.php?u m.facebook.com/l.php?u facebook.com/l.php?u "
    "facebook.com/flx/warn/?u facebook.com/sharer/sharer.php?u facebook.com/sharer.php?u "
    "l.messenger.com?u l.instagram.com?u l.threads.net?u l.threads.com?u l.wl.co/l?u "
    "google.com/url?q google.com/url?url google.com.vn/url?q google.com.vn/url?url plus.url.google.com/url?q "
    "translate.google.com/translate?u translate.google.com.vn/translate?u "
    "youtube.com/redirect?q m.youtube.com/redirect?q linkedin.com/redir/redirect?url duckduckgo.com/l/?uddg "
    "*.safelinks.protection.outlook.com?url safelinks.protection.outlook.com?url "
    "statics.teams.cdn.office.net/evergreen-assets/safelinks/1/atp-safelinks.html?url "
    "statics.teams.cdn.office.net/evergreen-assets/safelinks/2/atp-safelinks.html?url "
    "linkprotect.cudasvc.com/url?a urldefense.proofpoint.com/v1/url?u"
)
REDIRECTORS = tuple(_REDIRECTORS.split())

# Keys that choose the menu or the form around an article, never the article; "Itemid" is Joomla's spelling, while
# "ItemID" names the article on other platforms.
NAVIGATION = ("Itemid", "replytocom")
# Keys with a value that only choose how the same page is shown: on a telephone, as AMP, for a printer.
VIEWS = frozenset({
    ("m", "0"), ("m", "1"), ("amp", ""), ("amp", "1"), ("mobile", "0"), ("mobile", "1"), ("outputtype", "amp"),
    ("tmpl", "component"), ("print", "1"),
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class UrlRules:
    """The three tables; an operator can lengthen the first two."""

    trackers: tuple[str, ...] = TRACKERS
    redirectors: tuple[str, ...] = REDIRECTORS
    navigation: tuple[str, ...] = NAVIGATION
    _names: frozenset[str] = field(init=False, repr=False, compare=False)
    _patterns: tuple[str, ...] = field(init=False, repr=False, compare=False)
    _wrappers: tuple["_Wrapper", ...] = field(init=False, repr=False, compare=False)
    _wrapping: tuple[str, ...] = field(init=False, repr=False, compare=False)  # how their hosts end

    def __post_init__(self) -> None:
        trackers = [tracker.lower() for tracker in self.trackers]
        patterns = tuple(tracker for tracker in trackers if "@" in tracker or tracker.endswith("*"))
        object.__setattr__(self, "_names", frozenset(trackers).difference(patterns))
        object.__setattr__(self, "_patterns", patterns)
        wrappers = tuple(map(_Wrapper.of, self.redirectors))
        object.__setattr__(self, "_wrappers", wrappers)
        object.__setattr__(self, "_wrapping", tuple(wrapper.host.removeprefix("*") for wrapper in wrappers))

    def extended(self, trackers: Sequence[str] = (), redirectors: Sequence[str] = ()) -> "UrlRules":
        """Return these rules with the operator's own lines added."""
        return replace(self, trackers=(*self.trackers, *trackers), redirectors=(*self.redirectors, *redirectors))

    def is_tracker(self, key: str, host: str) -> bool:
        """Tell whether query key `key` on `host` (without "www.") only follows readers around."""
        key = key.lower()
        return key in self._names or any(_matches_tracker(pattern, key, host) for pattern in self._patterns)

    def is_navigation(self, key: str) -> bool:
        """Tell whether the key chooses what stands around the article."""
        return key in self.navigation

    def is_view(self, key: str, value: str) -> bool:
        """Tell whether the key with this value only chooses how the page is shown."""
        return (key.lower(), value.lower()) in VIEWS

    def wrapped_keys(self, host: str, path: str) -> Iterator[str]:
        """Yield the query keys in which this address, if it is a known redirector, carries the real one."""
        if host.endswith(self._wrapping):
            yield from (wrapper.key for wrapper in self._wrappers if wrapper.fits(host, path))


class _Wrapper(NamedTuple):
    """A redirector taken apart; `path` is "" when any will do."""

    host: str
    path: str
    key: str

    @classmethod
    def of(cls, redirector: str) -> "_Wrapper":
        place, _, key = redirector.partition("?")
        host, slash, path = place.partition("/")
        return cls(host.lower(), slash + path, key)

    def fits(self, host: str, path: str) -> bool:
        below = self.host.startswith("*.") and host.endswith(self.host[1:])
        return (below or host == self.host) and (not self.path or path == self.path)


def _matches_tracker(pattern: str, key: str, host: str) -> bool:
    name, at, wanted_host = pattern.partition("@")
    if at and not (host == wanted_host or host.endswith(f".{wanted_host}")):
        return False
    return key.startswith(name[:-1]) if name.endswith("*") else key == name


DEFAULT_RULES = UrlRules()
