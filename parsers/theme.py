"""Say which theme of the communication plan a story belongs to, by the plan's own key words.

Marks are kept, whole syllables are compared and a word in the title counts three times. A source typed without marks is
compared without, by phrases only. The themes are handed in; this module reads no file.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from parsers.words import fold, has_marks, plain, tokens

__all__ = ["Theme", "ThemeScore", "classify"]

_TITLE_WEIGHT = 3
_OPENING_WORDS = 60  # the first sentences say what a story is about
_OPENING_WEIGHT = 2
_LONG_PHRASE = 0.5  # what each further syllable of a key phrase adds: longer phrases say more
_MAX_CHARS = 50_000
_MANY = 3  # a word that comes back more often than this says nothing new
_DAY_WEIGHT = 0.5  # "20/11" is often only the day of the event


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme of the plan; `order` is its place in reports, `fallback` marks the one for everything else."""

    id: str
    order: int
    label: str
    keywords: tuple[str, ...]
    veto: tuple[str, ...] = ()
    fallback: bool = False


@dataclass(frozen=True, slots=True)
class ThemeScore:
    """How strongly a text speaks of a theme, and by which key words."""

    theme: Theme
    score: float
    matched: tuple[str, ...]

    @property
    def id(self) -> str:
        """The theme's id."""
        return self.theme.id


def classify(title: str, text: str, themes: Sequence[Theme]) -> list[ThemeScore]:
    """Themes the text speaks of, best first; the fallback theme alone when it speaks of none."""
    text = text[:_MAX_CHARS]
    marked = has_marks(f"{title} {text}")
    places = _places(title, text, marked=marked)
    scores = [_measure(theme, places, marked=marked) for theme in themes]
    found = sorted((score for score in scores if score.score > 0), key=lambda score: (-score.score, score.theme.order))
    return found or [ThemeScore(theme, 0.0, ()) for theme in themes if theme.fallback][:1]


def _places(title: str, text: str, *, marked: bool) -> tuple[tuple[str, int], ...]:
    """Title, opening and rest as syllables between single spaces, with their weights."""
    words = _syllables(text, marked=marked)
    parts = (_syllables(title, marked=marked), words[:_OPENING_WORDS], words[_OPENING_WORDS:])
    weights = (_TITLE_WEIGHT, _OPENING_WEIGHT, 1)
    return tuple((f" {' '.join(part)} ", weight) for part, weight in zip(parts, weights, strict=True))


def _measure(theme: Theme, places: Sequence[tuple[str, int]], *, marked: bool) -> ThemeScore:
    total, matched = 0.0, []
    vetoes = [_phrase(veto, marked) for veto in theme.veto]
    # "20/11" and "20-11" are one phrase.
    for phrase, keyword in {_phrase(keyword, marked): keyword for keyword in reversed(theme.keywords)}.items():
        hits = sum(worth * min(_MANY, _count(place, phrase, vetoes)) for place, worth in places) if phrase else 0
        if hits and _tells(phrase, marked):
            total += _weight(phrase) * hits
            matched.append(keyword)
    return ThemeScore(theme, total, tuple(reversed(matched)))


def _tells(phrase: str, marked: bool) -> bool:
    """Without marks single syllables collide (cháy, chạy, chảy): only phrases are safe."""
    return marked or len(phrase.split()) >= 2


def _weight(phrase: str) -> float:
    syllables = phrase.split()
    return _DAY_WEIGHT if "".join(syllables).isdigit() else 1.0 + _LONG_PHRASE * (len(syllables) - 1)


def _count(place: str, phrase: str, vetoes: Sequence[str]) -> int:
    """How often the phrase stands in the place, not counting where it is part of a vetoed longer phrase."""
    spared = sum(place.count(veto) for veto in vetoes if veto and phrase in veto)
    return max(0, place.count(phrase) - spared)


@lru_cache(maxsize=4096)
def _phrase(keyword: str, marked: bool) -> str:
    syllables = _syllables(keyword, marked=marked)
    return f" {' '.join(syllables)} " if syllables else ""


def _syllables(text: str, *, marked: bool) -> list[str]:
    return tokens(plain(text) if marked else fold(text))
