"""Which school a text names: the level is part of the name, and a name counts as a whole or not at all.

Names are looked for with marks or without, abbreviated or not; two schools with one name are told apart by their level,
and a text that names two schools names none. Nothing here knows addresses.
"""

import functools
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Self, TypeAlias

from parsers.words import fold, plain, without_addresses

__all__ = ["SchoolNames"]

# How each level is written, without marks. Longer forms first: "TH" also begins "TH&THCS".
_LEVEL_FORMS = {
    "TH&THCS": (
        "tieu hoc va trung hoc co so",
        "tieu hoc va thcs",
        "tieu hoc thcs",
        "th va thcs",
        "th thcs",
        "lien cap",
    ),
    "THCS&THPT": ("trung hoc co so va trung hoc pho thong", "thcs va thpt", "thcs thpt"),
    "THCS": ("trung hoc co so", "pho thong co so", "t h c s", "cap ii", "cap 2", "thcs", "ptcs", "c2"),
    "THPT": ("trung hoc pho thong", "t h p t", "cap iii", "cap 3", "thpt", "c3"),
    "TH": ("tieu hoc", "t h", "cap i", "cap 1", "th", "c1"),
    "MN": ("mam non", "mau giao", "nha tre", "m n", "m g", "mn", "mg"),
}
_FORMS = [(form.split(), level) for level, forms in _LEVEL_FORMS.items() for form in forms]
_FORMS_BY_FIRST = {form[0]: [pair for pair in _FORMS if pair[0][0] == form[0]] for form, _ in _FORMS}
_GLUED_FORMS = [("".join(form), level) for form, level in _FORMS if form[0] != "cap"]  # c1kimdong, mnsaomai
_JOINED = re.compile(r"[\s_/–-]*")
_TOKEN = re.compile(r"[^\W_]+")
_WEB = re.compile(r"\bwww\.\S+", re.IGNORECASE)
_NAME_LETTERS = frozenset("abcd")  # schools that were split: Thành Công A, Thành Công B
# What is counted, so that the number before it belongs to no name ("2 bài")
_COUNTED = frozenset(
    {"anh", "bai", "ban", "clip", "duong", "file", "lan", "link", "mail", "muc", "tep", "thu", "tin", "video"}
)
_SCHOOL = "truong"
_SAYS_SCHOOL = frozenset({"trường", _SCHOOL})
# Before "truong" these make another word of it: hiệu trưởng, tổ trưởng, môi trường …
_OTHER_HEADS = frozenset({"ban", "chu", "doi", "hien", "hieu", "hoi", "lop", "moi", "nhom", "phong", "thi", "to"})
# "Giao lưu với các bạn trường …" is said by somebody else
_COMPANY = frozenset({"với", "cùng", "thăm", "sang", "voi", "cung"})
_PUPILS = frozenset({"các", "bạn", "em", "học", "sinh", "thầy", "cô", "trò", "giáo", "viên", "trường", "nhà", "đoàn"})
_PUPILS |= frozenset(map(fold, _PUPILS))
SOMEBODY = ""  # a school that is not named
LONGEST_NAME = 8  # syllables
SHORTEST_GLUED = 4  # letters
MOST_TEXT = 20_000  # characters; a school names itself early

Name: TypeAlias = tuple[str, ...]  # level ("" for none), then syllables
Tokens: TypeAlias = Sequence[tuple[str, int, int]]  # syllable, start, end
Index: TypeAlias = Mapping[Name, frozenset[str]]


@dataclass(frozen=True, slots=True)
class SchoolNames:
    """The names of all schools, as they may be written: with their level, and without where nobody shares it."""

    marked: Index
    folded: Index
    glued: Mapping[str, str]

    @classmethod
    def of(cls, schools: Iterable[tuple[str, str, Sequence[str]]]) -> Self:
        """Take code, level and written names of each school; without a name its code is one."""
        full = [(name, code) for code, level, names in schools for name in _own_names(code, level, names)]
        marked = [*full, *((bare, code) for name, code in full for bare in _without_level(name))]
        glued = [(spelling, code) for name, code in full for spelling in _glued_spellings(name)]
        return cls(
            _grouped(marked),
            _grouped((_folded(name), code) for name, code in marked),
            _unshared(glued),
        )

    def only_one_in(self, text: str) -> str | None:
        """Return the code of the one school that the text names; None if it names none or several."""
        found = set(self._codes_in(_WEB.sub(" ", without_addresses(text[:MOST_TEXT]))))
        return found.pop() if len(found) == 1 else None

    def _codes_in(self, text: str) -> Iterator[str]:
        words = plain(text)
        spoken = [(found[0], found.start(), found.end()) for found in _TOKEN.finditer(words)]
        position = 0
        while position < len(spoken):
            begun = position
            level, start = _level_at(spoken, position)
            if level or _says_school(spoken, position):
                code, position = self._longest_name(words, spoken, level, start if level else position + 1)
            else:
                code, position = self._glued_name(words, spoken, position)
            if code:
                yield code
                if _is_visited(spoken, begun):
                    yield SOMEBODY

    def _longest_name(self, words: str, spoken: Tokens, level: str, start: int) -> tuple[str | None, int]:
        """Return the school named from token `start` on, and where to read on."""
        for end in range(_reach(words, spoken, start), start, -1):
            codes = self._codes((level, *(token for token, _, _ in spoken[start:end])))
            if codes and not _ends_in_a_count(spoken, end):
                certain = len(codes) == 1 and not _goes_on(words, spoken, end)
                return (next(iter(codes)) if certain else None), end
        return None, start

    def _glued_name(self, words: str, spoken: Tokens, position: int) -> tuple[str | None, int]:
        """Return the school whose name is written here in one word, as in addresses: c1kimdong, mn1-6."""
        glued, found, reached = "", None, position + 1
        for end in range(position + 1, min(position + 3, len(spoken)) + 1):
            token, start, _ = spoken[end - 1]
            if glued and words[spoken[end - 2][2] : start] != "-":
                break
            glued += _fold_token(token)
            if code := self.glued.get(glued):
                found, reached = code, end
        return found, reached

    def _codes(self, name: Name) -> frozenset[str]:
        """Look a name up as it is written; marks may be missing on either side, but not differ."""
        folded = _folded(name)
        spellings = (self.marked.get(name), self.folded.get(name), self.marked.get(folded))
        return next((codes for codes in spellings if codes), frozenset())


def _own_names(code: str, level: str, written: Sequence[str]) -> set[Name]:
    """Return the school's names as (level, syllables …); a register without names still has the code."""
    names = set()
    for name in [name for name in written if name] or [code.replace("-", " ")]:
        spoken = [(token, 0, 0) for token in _TOKEN.findall(plain(name)) if _fold_token(token) != _SCHOOL]
        own_level, start = _level_at(spoken, 0) if spoken else ("", 0)
        rest = tuple(token for token, _, _ in spoken[start:])
        if rest:
            names.add((own_level or _known_level(level), *rest))
    return names


def _without_level(name: Name) -> Iterator[Name]:
    """Yield the name without its level, and without what tells twins apart, so that "Thành Công" stays in doubt."""
    syllables = name[1:]
    if any(len(syllable) > 1 and syllable.isalpha() for syllable in syllables):
        yield ("", *syllables)
        if len(syllables) > 1 and len(syllables[-1]) == 1:
            yield ("", *syllables[:-1])


def _glued_spellings(name: Name) -> Iterator[str]:
    glued = "".join(map(_fold_token, name[1:]))
    for form, level in _GLUED_FORMS:
        if level == name[0] and len(form + glued) >= SHORTEST_GLUED:
            yield form + glued


def _known_level(level: str) -> str:
    return next((known for form, known in _FORMS if form == fold(level).replace("&", " ").split()), level)


def _level_at(spoken: Tokens, position: int) -> tuple[str, int]:
    """Return the level written at this token ("" for none) and the token after it."""
    for form, level in _FORMS_BY_FIRST.get(_fold_token(spoken[position][0]), ()):
        end = position + len(form)
        if [_fold_token(token) for token, _, _ in spoken[position:end]] == form:
            return level, end
    return "", position


def _says_school(spoken: Tokens, position: int) -> bool:
    """Tell whether this is "trường"; without marks it may also be the end of "hiệu trưởng" or "môi trường"."""
    if spoken[position][0] not in _SAYS_SCHOOL:
        return False
    return not position or _fold_token(spoken[position - 1][0]) not in _OTHER_HEADS


def _is_visited(spoken: Tokens, position: int) -> bool:
    """Tell whether whoever speaks is a guest, or the host, of the school that is named here."""
    before = position - 1
    while before > max(0, position - 6) and spoken[before][0] in _PUPILS:
        before -= 1
    return before >= 0 and spoken[before][0] in _COMPANY


@functools.lru_cache(maxsize=8192)
def _fold_token(token: str) -> str:
    return fold(token)


def _reach(words: str, spoken: Tokens, start: int) -> int:
    """Return how far a name beginning at token `start` can reach: hyphens belong to names, other stops end them."""
    end = min(start + 1, len(spoken))
    while end < min(start + LONGEST_NAME, len(spoken)) and _JOINED.fullmatch(words, spoken[end - 1][2], spoken[end][1]):
        end += 1
    return end


def _ends_in_a_count(spoken: Tokens, end: int) -> bool:
    """Tell whether the last token only counts what follows: "THCS Giảng Võ 2 bài"."""
    return spoken[end - 1][0].isdigit() and end < len(spoken) and _fold_token(spoken[end][0]) in _COUNTED


def _goes_on(words: str, spoken: Tokens, end: int) -> bool:
    """Tell whether the name continues ("Giảng Võ 2", "Thành Công A"), so that it is another school's."""
    if end >= len(spoken) or (end + 1 < len(spoken) and _ends_in_a_count(spoken, end + 1)):
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


def _unshared(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return the spellings that only one school has."""
    groups = _grouped(((spelling,), code) for spelling, code in pairs)
    return {name[0]: next(iter(codes)) for name, codes in groups.items() if len(codes) == 1}
