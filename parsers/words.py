"""Vietnamese words for comparing: one spelling for each syllable, with marks and without.

Pure text in, text out. It decides nothing about a mail, and it never changes what a person gets to read.
"""

import functools
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import filterfalse
from typing import NamedTuple

from parsers.memo import remembered

__all__ = ["Words", "fold", "has_marks", "plain", "tokens", "vocabulary", "without_addresses"]

# Both placements of a tone are correct Vietnamese; the older one (hòa, khỏe, thúy) is our canonical form.
_NEW = "oà oá oả oã oạ oè oé oẻ oẽ oẹ uỳ uý uỷ uỹ uỵ"
_OLD = "òa óa ỏa õa ọa òe óe ỏe õe ọe ùy úy ủy ũy ụy"
_OLD_PLACEMENT = dict(zip(_NEW.split(), _OLD.split(), strict=True))
_NEW_PLACEMENT = re.compile(r"[ou](?<!q.)[àáảãạèéẻẽẹỳýỷỹỵ](?!\w)")
_LOOK_ALIKES = {"Ð": "Đ", "ð": "đ", "Ɖ": "Đ", "\u00a0": " "}
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")
_TOKEN = re.compile(r"[^\W_]+")
_NO_LETTERS = re.compile(r"[\W\d_]+")
_ASCII = bytes(range(128))
_ASCII_NO_LETTERS = bytes(code for code in _ASCII if not chr(code).isalpha())
_ADDRESS = re.compile(r"https?://\S+|(?<![^\s@])[^\s@]{1,64}@\S+", re.IGNORECASE)
_STOP = re.compile(r"(?<!\b[^\W\d_])[.!?;…]+(?=\s|$)")  # "em T. lớp 7A" goes on
_END = "\x1e"  # the end of a sentence; str.splitlines() takes it for the end of a line, so that no line holds one
_GAP = f" {_END} "
_TOKEN_OR_END = re.compile(rf"[^\W_]+|{_END}")
_WRAPPED = 60  # characters; a shorter line was ended by its writer, a longer one perhaps by a mail program
_ENOUGH_MARKS = 0.04  # share of marked letters; ordinary Vietnamese prose has about a quarter


def plain(text: str) -> str:
    """Return the text in NFC, lower case, with one letter đ and one placement of tones; marks are kept."""
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFC", _INVISIBLE.sub("", text))
    for alike, letter in _LOOK_ALIKES.items():
        text = text.replace(alike, letter)
    return _NEW_PLACEMENT.sub(lambda found: _OLD_PLACEMENT.get(found[0], found[0]), text.lower())


def fold(text: str) -> str:
    """Return the text in lower case without any mark: "Đại Yên" becomes "dai yen"."""
    lowered = plain(text)
    if lowered.isascii():
        return lowered
    return "".join(filterfalse(unicodedata.combining, unicodedata.normalize("NFD", lowered))).replace("đ", "d")


def tokens(text: str) -> list[str]:
    """Return the syllables and numbers of an already plain or folded text."""
    return _TOKEN.findall(text)


def without_addresses(text: str) -> str:
    """Return the text with web and mail addresses left out."""
    if "@" not in text and "://" not in text:
        return text
    lines = text.split("\n")  # no address goes on over a line end, and most lines hold none
    return "\n".join(_ADDRESS.sub(" ", line) if "@" in line or "://" in line else line for line in lines)


@remembered(entries=256, longest=5000)
def has_marks(text: str) -> bool:
    """Tell whether the text is written with Vietnamese marks; addresses in it do not count."""
    if text.isascii():
        return False
    written = unicodedata.normalize("NFC", without_addresses(text)).encode("utf-8", "ignore")
    beyond_ascii = written.translate(None, _ASCII)
    marked = len(_NO_LETTERS.sub("", beyond_ascii.decode("utf-8")))
    unmarked = len(written.translate(None, _ASCII_NO_LETTERS)) - len(beyond_ascii)
    return marked > (marked + unmarked) * _ENOUGH_MARKS


def vocabulary(lines: Iterable[str]) -> set[str]:
    """Return every syllable and number that occurs in these lines, plain."""
    return set(" ".join(map(_spoken, lines)).split()) - {_END}


@dataclass(frozen=True, slots=True)
class Words:
    """Sentences ready for matching whole syllables: all between single spaces, with a sign where a sentence ends.

    `folded` has the same sentences, empty where the source is written with marks. `syllables`: those of both.
    """

    text: str
    folded: str
    syllables: frozenset[str]

    @classmethod
    def of(cls, *pieces: str) -> "Words":
        """Take pieces of a mail (subject, text …) apart into sentences; each piece is judged for marks by itself."""
        texts = [_sentences(piece) for piece in pieces]
        folded = [_ends(text) if has_marks(piece) else fold(text) for piece, text in zip(pieces, texts, strict=True)]
        text, plainer = _spaced(texts), _spaced(folded)
        return cls(text, plainer, frozenset(text.split()).union(plainer.split()))

    def find(self, phrases: Iterable[str], veto: Iterable[str] = ()) -> tuple[str, ...]:
        """Return the phrases that stand in a sentence free of every veto, each once, in the order given.

        A veto that is one of the phrases in a longer word ("bị đánh giá", for "bị đánh") silences only itself.
        With marks the syllables must agree exactly. In a source without marks the folded phrase counts when it has two
        syllables or more: one folded syllable means too many different words.
        """
        wanted = _lexicon(tuple(phrases))
        found = self._standing(wanted)
        vetoes = self._standing(_lexicon(tuple(veto))) if found else []
        if vetoes:
            free = _freed(self, vetoes, wanted)
            found = [form for form in found if form.stands_in(*free)]
        return tuple(form.phrase for form in found)

    def has(self, phrases: Iterable[str]) -> bool:
        """Tell whether one of the phrases stands in the text."""
        return bool(self.find(phrases))

    def _standing(self, lexicon: "_Lexicon") -> list["_Form"]:
        """Return the phrases that stand anywhere; only those of whose syllables none is missing are looked for."""
        said = self.syllables
        spelt = (spelling for beginning in said & lexicon.beginnings for spelling in lexicon.spellings[beginning])
        possible = {form for syllables, form in spelt if syllables <= said}
        return sorted(form for form in possible if form.stands_in(self.text, self.folded))


class _Form(NamedTuple):
    """A phrase between spaces as it must stand, with marks and folded ("" when that would say too little)."""

    place: int  # in the list it was given in
    phrase: str
    marked: str
    folded: str

    @classmethod
    def of(cls, place: int, phrase: str) -> "_Form":
        marked = _spaced(tokens(plain(phrase)))
        return cls(place, phrase, marked, fold(marked) if marked.count(" ") > 2 else "")

    def stands_in(self, text: str, folded: str) -> bool:
        return self.marked in text or bool(self.folded and self.folded in folded)


class _Lexicon(NamedTuple):
    """Phrases, and how each is spelt, with marks and without, by the syllable it begins with."""

    forms: Sequence[_Form]
    spellings: Mapping[str, list[tuple[frozenset[str], _Form]]]
    beginnings: frozenset[str]


@functools.lru_cache(maxsize=256)
def _lexicon(phrases: tuple[str, ...]) -> _Lexicon:
    forms = [_Form.of(place, phrase) for place, phrase in enumerate(dict.fromkeys(phrases))]
    spellings = defaultdict(list)
    for form in forms:
        for syllables in filter(None, (form.marked.split(), form.folded.split())):
            spellings[syllables[0]].append((frozenset(syllables), form))
    return _Lexicon(forms, spellings, frozenset(spellings))


def _freed(words: Words, vetoes: Sequence[_Form], wanted: _Lexicon) -> tuple[str, str]:
    """Return text and folded text of the sentences that no veto silences, without the vetoes that hold a phrase."""
    longer = [veto for veto in vetoes if any(form.marked in veto.marked for form in wanted.forms)]
    others = [veto for veto in vetoes if veto not in longer]
    pairs = zip(words.text.split(_END), words.folded.split(_END), strict=True)
    free = [pair for pair in pairs if not any(veto.stands_in(*pair) for veto in others)]
    text, folded = (_END.join(sentences) for sentences in zip(*free, strict=True)) if free else ("", "")
    for veto in longer:
        text, folded = text.replace(veto.marked, _GAP), folded.replace(veto.folded or veto.marked, _GAP)
    return text, folded


def _sentences(piece: str) -> str:
    """Return the piece's syllables; the end of every line too short to have been wrapped ends a sentence as well."""
    said = []
    for line in piece.splitlines():
        said += [_spoken(line), _END if len(line) < _WRAPPED else ""]
    return " ".join([*filter(None, said), _END])


def _ends(text: str) -> str:
    """Return only the ends of the sentences."""
    return " ".join(_END * text.count(_END))


def _spaced(pieces: Iterable[str]) -> str:
    return f" {' '.join(pieces)} "


@remembered(entries=1024, longest=1000)
def _spoken(line: str) -> str:
    """Return a line's plain syllables, with a sign where a sentence ends.

    Remembered, because the twin bodies of a mail say the same lines and several questions are put to each.
    """
    return " ".join(_TOKEN_OR_END.findall(plain(_STOP.sub(_END, line))))
