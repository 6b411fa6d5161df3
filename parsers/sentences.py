"""Split Vietnamese text into sentences, each with its place in the text.

Knows what a full stop means here: TP., ThS., PGS.TS., v.v., 28/10., 4.0, 1.200, "./.", quotes that close after the
stop, list numbers, headings without any stop. It changes no character.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["Sentence", "split_sentences", "syllables"]


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: `text` is exactly what stands at `[start, end)`."""

    text: str
    start: int
    end: int


# Titles and place words before a name: the stop belongs to the word. Compared without case.
_BEFORE_A_NAME = frozenset({
    "tp", "tx", "tt", "q", "p", "h", "x", "tr", "ths", "th.s", "ts", "t.s", "gs", "pgs", "pgs.ts", "gs.ts", "bs",
    "cn", "cv", "nxb", "st", "mr", "mrs", "ms", "dr", "prof", "đ/c", "đc", "ô", "b", "nsnd", "nsưt", "ngnd", "ngưt",
    "gv", "hs", "kp", "tdp", "ubnd", "hđnd", "qđ", "sđt", "đt", "no", "vd", "ngđ", "bv",
})  # fmt: skip
# Stops inside a sentence unless a capital letter follows.
_OPEN_ENDED = frozenset(("v.v", "vv", "tr.đ", "tcn", "scn", "a.m", "p.m"))
_STOP = re.compile(r"(?:\./\.|[.!?…]{1,12})[”’\"'»)\]]{0,4}(?=\s|$|[A-ZÀ-ỸĐ“\"])")
_WORD_BEFORE = re.compile(r"[^\s(“\"‘'\[]{1,20}$")
_LIST_NUMBER = re.compile(r"(?:^\s*(?:\d{1,3}(?:\.\d{1,3})*|[a-zđIVX]{1,4})|[.!?:;…]\s\d{1,2})$")
_INITIAL = re.compile(r"^(?:[A-ZĐ]\.)*[A-ZĐ]$")
# "lớp A." ends a sentence, "Nguyễn T." does not.
_GROUP_BEFORE = re.compile(
    r"(?:lớp|khối|nhóm|phòng|nhà|dãy|mục|loại|hạng|bảng|đội|khu|vitamin|phần)\s\S{1,2}$", re.IGNORECASE
)
_STARTS = re.compile(r"\s*[“\"‘'(\[–—-]*\s*(?=[A-ZÀ-ỸĐ0-9“\"‘(\[•*+–—-]|$)")
_SYLLABLE = re.compile(r"[^\W_]+(?:[.,/:-]\d+)*")
_LOWER = re.compile(r"\s*[a-zà-ỹđ]")


def split_sentences(text: str) -> list[Sentence]:
    """All sentences of a text in order; a line end ends a sentence as well."""
    return [
        Sentence(text[start:end], start, end)
        for line_start, line_end in _lines(text)
        for start, end in _in_line(text, line_start, line_end)
    ]


def syllables(text: str) -> int:
    """How many spoken units a text has: what Vietnamese length limits count."""
    return len(_SYLLABLE.findall(text))


def _lines(text: str) -> Iterator[tuple[int, int]]:
    for line in re.finditer(r"[^\n]+", text):
        yield line.span()


def _in_line(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    line = text[start:end]
    begun = 0
    for stop in _STOP.finditer(line):
        if _ends(line, stop):
            yield from _trimmed(text, start + begun, start + stop.end())
            begun = stop.end()
    yield from _trimmed(text, start + begun, end)


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    stripped = text[start:end].strip()
    if any(char.isalnum() for char in stripped):
        begin = text.index(stripped, start)
        yield begin, begin + len(stripped)


def _ends(line: str, stop: re.Match[str]) -> bool:
    """Say whether this stop ends a sentence, from the word before it and the letter after it."""
    mark = stop[0]
    after = line[stop.end() : stop.end() + 4]
    if mark.startswith("./.") or not after.strip():
        return True
    if _LOWER.match(after):
        return False
    if mark[0] != ".":
        return bool(_STARTS.match(after))
    if mark.startswith(".."):
        return bool(_STARTS.match(after))
    return not _belongs_to_word(line, stop) and bool(_STARTS.match(after))


def _belongs_to_word(line: str, stop: re.Match[str]) -> bool:
    before = line[max(0, stop.start() - 20) : stop.start()]
    found = _WORD_BEFORE.search(before)
    word = found[0] if found else ""
    glued = stop.end() < len(line) and not line[stop.end()].isspace()
    lowered = word.lower()
    if glued and ("." in word or "@" in word or "/" in word):
        return True
    if lowered in _OPEN_ENDED:
        return False
    numbered = bool(_LIST_NUMBER.search(line[max(0, stop.start() - 8) : stop.start()]))
    initial = bool(_INITIAL.match(word)) and not _GROUP_BEFORE.search(line[max(0, stop.start() - 12) : stop.start()])
    return lowered in _BEFORE_A_NAME or initial or numbered
