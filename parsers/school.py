"""Which school a mail speaks for: by its address, by the Workspace alias, by the links it offers, by its name.

The order is fixed and the rule that decided is always named, because the first two are evidence and the last two are
only hints. The caller passes an address only if it may be believed; nothing here knows about authentication.
"""

import functools
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from parsers.words import fold, plain

__all__ = ["Identified", "Registry", "SchoolEntry", "identify"]

BY_SENDER, BY_SUFFIX, BY_HOST, BY_NAME, BY_NOTHING = "sender", "alias-suffix", "link-host", "name", "none"

# How each level is written, without marks. Longer forms first: "TH" also begins "TH&THCS".
_LEVEL_FORMS = {
    "TH&THCS": ("tieu hoc va trung hoc co so", "tieu hoc va thcs", "th va thcs", "th thcs", "lien cap"),
    "THCS&THPT": ("trung hoc co so va trung hoc pho thong", "thcs va thpt", "thcs thpt"),
    "THCS": ("trung hoc co so", "thcs", "ptcs"),
    "THPT": ("trung hoc pho thong", "thpt"),
    "TH": ("tieu hoc", "th"),
    "MN": ("mam non", "mau giao", "nha tre", "mn", "mg"),
}
_FORMS = [(form.split(), level) for level, forms in _LEVEL_FORMS.items() for form in forms]
_FORMS_BY_FIRST = {form[0]: [pair for pair in _FORMS if pair[0][0] == form[0]] for form, _ in _FORMS}
_JOINED = re.compile(r"[\s_–-]*")
_TOKEN = re.compile(r"[^\W_]+")
_NAME_LETTERS = frozenset("abcde")  # schools that were split: Thành Công A, Thành Công B
LONGEST_NAME = 8  # syllables
MOST_TEXT = 20_000  # characters; a school names itself early

Name: TypeAlias = tuple[str, ...]  # level, then syllables
Tokens: TypeAlias = Sequence[tuple[str, int, int]]  # syllable, start, end


@dataclass(frozen=True, slots=True)
class SchoolEntry:
    """What the register says about one school, as far as a mail can show it."""

    code: str
    level: str
    name: str = ""
    short_name: str = ""
    emails: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    suffixes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Identified:
    """The school's code and the rule that found it; None by "none"."""

    code: str | None
    by: str


@dataclass(frozen=True, slots=True)
class Registry:
    """All schools, with the look-ups a mail needs.

    staff: addresses of the office, never a school's own. workspaces: domains that all schools share, where only the
    alias tells them apart; the office's own domain is one.
    """

    schools: tuple[SchoolEntry, ...]
    staff: frozenset[str] = frozenset()
    workspaces: frozenset[str] = frozenset()
    by_email: Mapping[str, str] = field(init=False, repr=False, compare=False)
    by_suffix: Mapping[str, str] = field(init=False, repr=False, compare=False)
    by_host: Mapping[str, str] = field(init=False, repr=False, compare=False)
    _names: Mapping[Name, frozenset[str]] = field(init=False, repr=False, compare=False)
    _folded_names: Mapping[Name, frozenset[str]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        names = [(name, school.code) for school in self.schools for name in _own_names(school)]
        indexes = {
            "by_email": {email.lower(): school.code for school in self.schools for email in school.emails},
            "by_suffix": {suffix.lower(): school.code for school in self.schools for suffix in school.suffixes},
            "by_host": {h.lower().removeprefix("www."): school.code for school in self.schools for h in school.hosts},
            "_names": _grouped(names),
            "_folded_names": _grouped((_folded(name), code) for name, code in names),
        }
        for attribute, index in indexes.items():
            object.__setattr__(self, attribute, index)

    def is_staff(self, address: str | None) -> bool:
        """Tell whether this is an address of the office."""
        return (address or "").lower() in self.staff

    def of_address(self, address: str) -> Identified | None:
        """Return the school that owns this address or, on a shared domain, the alias in it."""
        if self.is_staff(address):
            return None
        if code := self.by_email.get(address.lower()):
            return Identified(code, BY_SENDER)
        local, _, domain = address.lower().rpartition("@")
        code = self.by_suffix.get(local.rpartition(".")[2]) if domain in self.workspaces and "." in local else None
        return Identified(code, BY_SUFFIX) if code else None

    def named_in(self, text: str) -> str | None:
        """Return the one school whose name, level included, stands in the text; None if none or several do."""
        found = set(self._codes_in(text[:MOST_TEXT]))
        return found.pop() if len(found) == 1 else None

    def _codes_in(self, text: str) -> Iterator[str]:
        words = plain(text)
        spoken = [(found[0], found.start(), found.end()) for found in _TOKEN.finditer(words)]
        position = 0
        while position < len(spoken):
            level, start = _level_at(spoken, position)
            code, position = self._longest_name(words, spoken, level, start) if level else (None, position + 1)
            if code:
                yield code

    def _longest_name(self, words: str, spoken: Tokens, level: str, start: int) -> tuple[str | None, int]:
        """Return the school named from token `start` on, and where to read on."""
        for end in range(_reach(words, spoken, start), start, -1):
            codes = self._codes((level, *(token for token, _, _ in spoken[start:end])))
            if codes:
                certain = len(codes) == 1 and not _goes_on(words, spoken, end)
                return (next(iter(codes)) if certain else None), end
        return None, start

    def _codes(self, name: Name) -> frozenset[str]:
        """Look a name up as it is written; marks may be missing on either side, but not differ."""
        folded = _folded(name)
        spellings = (self._names.get(name), self._folded_names.get(name), self._names.get(folded))
        return next((codes for codes in spellings if codes), frozenset())


def identify(address: str | None, texts: Sequence[str], link_hosts: Iterable[str], registry: Registry) -> Identified:
    """Return the school a mail speaks for.

    address: the sender's, if it may be believed. texts: display name, subject, own text …, the weightiest first.
    link_hosts: hosts of the links the mail offers. Several schools at one step are no answer; the next step decides.
    """
    own = registry.of_address(address) if address else None
    if own:
        return own
    linked = {code for host in link_hosts if (code := registry.by_host.get(host.removeprefix("www.")))}
    if len(linked) == 1:
        return Identified(linked.pop(), BY_HOST)
    named = next((code for text in texts if (code := registry.named_in(text))), None)
    return Identified(named, BY_NAME) if named else Identified(None, BY_NOTHING)


def _own_names(school: SchoolEntry) -> set[Name]:
    """Return the school's names as (level, syllables …); a register without names still has the code."""
    written = [name for name in (school.name, school.short_name) if name] or [school.code.replace("-", " ")]
    names = set()
    for name in written:
        spoken = [(token, 0, 0) for token in _TOKEN.findall(plain(name)) if token not in {"trường", "truong"}]
        level, start = _level_at(spoken, 0) if spoken else ("", 0)
        rest = tuple(token for token, _, _ in spoken[start:])
        if rest:
            names.add((level or _known_level(school.level), *rest))
    return names


def _known_level(level: str) -> str:
    return next((known for form, known in _FORMS if form == fold(level).replace("&", " ").split()), level)


def _level_at(spoken: Tokens, position: int) -> tuple[str, int]:
    """Return the level written at this token ("" for none) and the token after it."""
    for form, level in _FORMS_BY_FIRST.get(_fold_token(spoken[position][0]), ()):
        end = position + len(form)
        if [_fold_token(token) for token, _, _ in spoken[position:end]] == form:
            return level, end
    return "", position


@functools.lru_cache(maxsize=8192)
def _fold_token(token: str) -> str:
    return fold(token)


def _reach(words: str, spoken: Tokens, start: int) -> int:
    """Return how far a name beginning at token `start` can reach: hyphens belong to names, other stops end them."""
    end = min(start + 1, len(spoken))
    while end < min(start + LONGEST_NAME, len(spoken)) and _JOINED.fullmatch(words, spoken[end - 1][2], spoken[end][1]):
        end += 1
    return end


def _goes_on(words: str, spoken: Tokens, end: int) -> bool:
    """Tell whether the name continues ("Giảng Võ 2", "Thành Công A"), so that it is another school's."""
    if end >= len(spoken):
        return False
    token, start, _ = spoken[end]
    beside = not words[spoken[end - 1][2] : start].strip(" ")
    return beside and len(token) == 1 and (token.isdigit() or token in _NAME_LETTERS)


def _folded(name: Name) -> Name:
    return (name[0], *map(_fold_token, name[1:]))


def _grouped(pairs: Iterable[tuple[Name, str]]) -> dict[Name, frozenset[str]]:
    groups: dict[Name, set[str]] = defaultdict(set)
    for name, code in pairs:
        groups[name].add(code)
    return {name: frozenset(codes) for name, codes in groups.items()}
