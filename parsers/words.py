"""Vietnamese words for comparing: one spelling for each syllable, with marks and without.

Pure text in, text out. It decides nothing about a mail, and it never changes what a person gets to read.
"""

import functools
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

__all__ = ["Words", "fold", "has_marks", "plain", "tokens", "without_addresses"]

# Both placements of a tone are correct Vietnamese; the older one (hòa, khỏe, thúy) is our canonical form.
_NEW = "oà oá oả oã oạ oè oé oẻ oẽ oẹ uỳ uý uỷ uỹ uỵ"
_OLD = "òa óa ỏa õa ọa òe óe ỏe õe ọe ùy úy ủy ũy ụy"
_OLD_PLACEMENT = dict(zip(_NEW.split(), _OLD.split(), strict=True))
_NEW_PLACEMENT = re.compile(rf"(?<!q)(?:{'|'.join(_OLD_PLACEMENT)})(?!\w)")
_LOOK_ALIKES = str.maketrans({"Ð": "Đ", "ð": "đ", "Ɖ": "Đ", "\u00a0": " "})
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")
_TOKEN = re.compile(r"[^\W_]+")
_NO_LETTERS = re.compile(r"[\W\d_]+")
_ADDRESS = re.compile(r"https?://\S+|(?<![^\s@])[^\s@]{1,64}@\S+", re.IGNORECASE)
_STOP = re.compile(r"[.!?;…]+(?=\s|$)")
_WRAPPED = 60  # characters; a shorter line was ended by its writer, a longer one perhaps by a mail program
_ENOUGH_MARKS = 0.04  # share of marked letters; ordinary Vietnamese prose has about a quarter


def plain(text: str) -> str:
    """Return the text in NFC, lower case, with one letter đ and one placement of tones; marks are kept."""
    lowered = unicodedata.normalize("NFC", _INVISIBLE.sub("", text)).translate(_LOOK_ALIKES).lower()
    return _NEW_PLACEMENT.sub(lambda found: _OLD_PLACEMENT[found[0]], lowered)


def fold(text: str) -> str:
    """Return the text in lower case without any mark: "Đại Yên" becomes "dai yen"."""
    decomposed = unicodedata.normalize("NFD", plain(text))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter)).replace("đ", "d")


def tokens(text: str) -> list[str]:
    """Return the syllables and numbers of an already plain or folded text."""
    return _TOKEN.findall(text)


def without_addresses(text: str) -> str:
    """Return the text with web and mail addresses left out."""
    return _ADDRESS.sub(" ", text)


def has_marks(text: str) -> bool:
    """Tell whether the text is written with Vietnamese marks; addresses in it do not count."""
    letters = _NO_LETTERS.sub("", unicodedata.normalize("NFC", without_addresses(text)))
    return len(letters) - len(letters.encode("ascii", "ignore")) > len(letters) * _ENOUGH_MARKS


@dataclass(frozen=True, slots=True)
class Words:
    """Sentences ready for matching whole syllables; `folded` is empty where the source is written with marks."""

    sentences: tuple[str, ...]
    folded: tuple[str, ...]

    @classmethod
    def of(cls, *pieces: str) -> "Words":
        """Take pieces of a mail (subject, text …) apart into sentences; each piece is judged for marks by itself."""
        sentences: list[str] = []
        folded: list[str] = []
        for piece in pieces:
            own = [_spaced(plain(sentence)) for sentence in _sentences(piece)]
            sentences += own
            folded += [""] * len(own) if has_marks(piece) else [fold(sentence) for sentence in own]
        return cls(tuple(sentences), tuple(folded))

    def find(self, phrases: Iterable[str], veto: Iterable[str] = ()) -> tuple[str, ...]:
        """Return the phrases that stand in a sentence free of every veto, each once, in the order given.

        A veto that is one of the phrases in a longer word ("bị đánh giá", for "bị đánh") silences only itself.
        With marks the syllables must agree exactly. In a source without marks the folded phrase counts when it has two
        syllables or more: one folded syllable means too many different words.
        """
        wanted = {phrase: _forms(phrase) for phrase in phrases}
        longer, vetoes = _told_apart([_forms(phrase) for phrase in veto], [spaced for spaced, _ in wanted.values()])
        pairs = zip(self.sentences, self.folded, strict=True)
        free = [pair for pair in pairs if not any(_stands(form, *pair) for form in vetoes)]
        text, folded = "|".join(pair[0] for pair in free), "|".join(pair[1] for pair in free)
        for form in longer:
            text, folded = text.replace(form[0], " | "), folded.replace(form[1] or form[0], " | ")
        return tuple(phrase for phrase, form in wanted.items() if _stands(form, text, folded))

    def has(self, phrases: Iterable[str]) -> bool:
        """Tell whether one of the phrases stands in the text."""
        return bool(self.find(phrases))


def _sentences(piece: str) -> Iterator[str]:
    """Cut at stops, and at the end of every line too short to have been wrapped by a mail program."""
    paragraph: list[str] = []
    for line in [*piece.splitlines(), ""]:
        paragraph.append(line)
        if len(line) < _WRAPPED:
            yield from _STOP.split("\n".join(paragraph))
            paragraph = []


def _spaced(text: str) -> str:
    return f" {' '.join(tokens(text))} "


@functools.lru_cache(maxsize=4096)
def _forms(phrase: str) -> tuple[str, str]:
    """Return the phrase as it must stand with marks, and folded ("" when that would say too little)."""
    spaced = _spaced(plain(phrase))
    return spaced, fold(spaced) if spaced.count(" ") > 2 else ""


def _told_apart(
    vetoes: Sequence[tuple[str, str]], phrases: Sequence[str]
) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Return the vetoes that hold one of the phrases, and the others."""
    longer = [form for form in vetoes if any(phrase in form[0] for phrase in phrases)]
    return longer, [form for form in vetoes if form not in longer]


def _stands(forms: tuple[str, str], text: str, folded: str) -> bool:
    return forms[0] in text or bool(forms[1] and forms[1] in folded)
