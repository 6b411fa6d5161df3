"""The requests in the words of a school's reply, sentence by sentence.

Each turn of phrase is taken out of its sentence once it is understood. A request that is denied ("không bỏ bài 2") is
none; one that is doubted, asked or told of as done is unclear, and so is a verb of taking back that is left over.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from parsers import school_reply_words as words
from parsers.school_request import ALL, LAST, All, Number, Request, Verb
from parsers.week import Calendar
from parsers.week_claim import claimed_week
from parsers.words import fold, plain

__all__ = ["WRAPPED", "parse_requests", "sentences_of"]

WRAPPED = 60  # characters; a shorter line was ended by its writer, a longer one perhaps by a mail program
LONGEST = 600  # characters of a sentence that are looked at
MOST_NUMBERS, MOST_REQUESTS = 60, 30
_GAP = " ~ "  # where something was taken out
_ORDINALS = ("nhat dau", "hai nhi", "ba", "tu", "nam", "sau", "bay", "tam", "chin", "muoi")
_PLACES = {word: place for place, group in enumerate(_ORDINALS, 1) for word in group.split()}
_COUNTS = {"hai": 2, "ba": 3, "bon": 4, "nam": 5}


@dataclass(frozen=True, slots=True)
class _Which:
    """Which stories are meant."""

    numbers: tuple[Number, ...] | All = ()
    count: int | None = None


def parse_requests(text: str, day: date, calendar: Calendar) -> tuple[Request, ...]:
    """Return what a reply asks for. text: its own words. day: the local day it came, for the weeks it names."""
    sentences = sentences_of(text)
    parts = [_Sentence(said, day, calendar) for said in sentences]
    found = [request for part in parts for request in part.requests()]
    kept = tuple(number for part in parts for number in part.kept)
    found = [_spare(request, kept) for request in found]
    requests = [*_put_right(" . ".join(sentences), found, day, calendar), *_replacing(sentences)]
    return tuple(requests) if len(requests) <= MOST_REQUESTS else (Request(Verb.UNCLEAR),)


def sentences_of(text: str) -> list[str]:
    """Return the sentences, plain, with a sign for each link; a line that was wrapped goes on in the next."""
    whole = ""
    for line in plain(words.with_links_marked(text)).split("\n"):
        whole += line.strip() + (" " if len(line) >= WRAPPED else "\n")
    return [said.strip()[:LONGEST] for said in words.SENTENCE_END.split(whole) if said.strip(" .~")]


def _spare(request: Request, kept: tuple[Number, ...]) -> Request:
    """What is to be kept is spared; who says "the others" without saying which stay is not understood."""
    if request.verb is not Verb.WITHDRAW:
        return request
    if request.numbers == ALL:
        spared = tuple(number for number in (*request.excepted, *kept) if number != _UNNAMED)
        without_name = _UNNAMED in request.excepted and not spared
        return replace(request, verb=Verb.UNCLEAR if without_name else Verb.WITHDRAW, excepted=spared)
    return replace(request, verb=Verb.UNCLEAR) if set(request.numbers) & set(kept) else request


_UNNAMED = Number(0)


class _Sentence:
    """One sentence and what is left of it. kept: the stories that are to stay, once it has been taken apart."""

    def __init__(self, said: str, day: date, calendar: Calendar) -> None:
        self._said = said
        self._left, self._reason = _apart_from_reason(said.rstrip(" ?!;"))
        self.kept: list[Number] = []
        self._day, self._calendar = day, calendar

    def requests(self) -> Iterator[Request]:
        """Take the sentence apart."""
        for harmless in (words.IDIOM, words.NEGATED):
            self._left = harmless.sub(_GAP, self._left)
        self._keep(words.KEPT)
        asked = [*self._withdrawals(), *self._weeks()]
        left_over = words.ANY_VERB.search(self._left + self._reason) or words.IMPOSTOR.search(self._left)
        if left_over or (asked and self._is_doubted()):
            yield Request(Verb.UNCLEAR, said=self._said)
        else:
            yield from asked

    def _keep(self, turn: re.Pattern[str]) -> None:
        self.kept += [number for match in self._taken(turn) for number in _numbers(match["numbers"])]

    def _is_doubted(self) -> bool:
        told = words.DOUBTFUL.search(self._said.rstrip(" ?!;")) or words.TOLD.search(self._said)
        return bool(told) or (self._said.endswith("?") and not words.POLITE.search(self._said))

    def _withdrawals(self) -> Iterator[Request]:
        yield from map(self._withdrawal, self._taken(words.WITHDRAW))
        self._keep(words.KEPT_SUBJECT)
        for turn in (words.WITHDRAWN_SUBJECT, words.DISOWNED):
            yield from map(self._withdrawal, self._taken(turn))
        if match := words.WITHDRAW_BARE.search(self._left):
            named = _numbers(self._left[: match.start()])
            self._left = ""
            yield Request(Verb.UNCLEAR if len(named) > 1 else Verb.WITHDRAW, named, said=self._said)

    def _withdrawal(self, match: re.Match[str]) -> Request:
        which, others = _named(match), match.groupdict().get("others")
        excepted = [number for found in self._taken(words.EXCEPTED) for number in _numbers(found["numbers"])]
        if others:
            return Request(Verb.WITHDRAW, ALL, tuple(excepted) or (_UNNAMED,), said=self._said)
        return Request(Verb.WITHDRAW, which.numbers, tuple(excepted), count=which.count, said=self._said)

    def _weeks(self) -> Iterator[Request]:
        for turn in (words.NOT_THIS_BUT, words.THIS_NOT_THAT):
            for match in self._taken(turn):
                yield self._reweek(match["week"], _meant(self._said))
        for match in self._taken(words.MOVED):
            if not match["told"]:
                yield self._reweek(match["week"], _named(match) if _names(match) else _meant(self._said))
        for match in self._taken(words.OF_WEEK):
            if match["link"].strip() or match["end"] is not None:
                yield self._reweek(match["week"], _named(match))

    def _reweek(self, name: str, which: _Which) -> Request:
        week = _week(name, self._day, self._calendar)
        verb = Verb.REWEEK if week else Verb.UNCLEAR
        return Request(verb, which.numbers, week=week, count=which.count, said=self._said)

    def _taken(self, turn: re.Pattern[str]) -> list[re.Match[str]]:
        matches = list(turn.finditer(self._left))
        self._left = turn.sub(_GAP, self._left)
        return matches


def _apart_from_reason(said: str) -> tuple[str, str]:
    """What follows "because" asks for nothing; where it comes first, the request is what follows it."""
    reason = words.REASON.search(said)
    if not reason:
        return said, ""
    if said[: reason.start()].strip():
        return said[: reason.start()], words.IDIOM.sub(_GAP, said[reason.start() :])
    return words.THEREFORE.split(said, maxsplit=1)[-1], ""


def _put_right(whole: str, found: list[Request], day: date, calendar: Calendar) -> list[Request]:
    """A wrong week may be complained of in one sentence and put right in another."""
    complained = words.WRONG_WEEK.search(words.NO_WRONG_WEEK.sub(_GAP, whole))
    if not complained or any(request.verb in (Verb.REWEEK, Verb.UNCLEAR) for request in found):
        return found
    rest = words.WRONG_WEEK.sub(_GAP, words.DENIED_WEEK.sub(_GAP, whole))
    named = {_week(match["week"], day, calendar) for match in words.ANY_WEEK.finditer(rest)}
    week = named.pop() if len(named) == 1 else None
    which = _meant(whole)
    verb = Verb.REWEEK if week else Verb.UNCLEAR
    return [*found, Request(verb, which.numbers, week=week, count=which.count, said=whole)]


def _replacing(sentences: list[str]) -> list[Request]:
    """A link in the reply replaces something, unless it is said to be one more."""
    whole = " . ".join(sentences)
    firm = bool(words.RIGHT_LINK.search(whole))
    if words.LINK not in whole or (words.ONE_MORE.search(whole) and not firm):
        return []
    pairs = [*words.NUMBERED_LINK.finditer(whole), *words.REPLACED.finditer(whole)]
    numbers = dict.fromkeys(number for match in pairs for number in _numbers(match["numbers"]))
    return [Request(Verb.REPLACE, tuple(numbers), firm=firm, said=whole)]


def _week(name: str, day: date, calendar: Calendar) -> int | None:
    """The week that is named; "tuần trước" is one only where a story is said to be of it."""
    return claimed_week("", [f"bài của {name}"], day, calendar)


def _names(match: re.Match[str]) -> bool:
    return any(match.groupdict().get(name) for name in ("numbers", "every", "one"))


def _named(match: re.Match[str]) -> _Which:
    groups = match.groupdict()
    if groups.get("numbers"):
        return _Which(_numbers(groups["numbers"]))
    return _Which(ALL, _count(groups.get("count"))) if groups.get("every") else _Which()


def _meant(said: str) -> _Which:
    """Which stories a sentence is about that names none where it names the week: all of the letter, unless it says."""
    if match := words.NUMBERS.search(said):
        return _Which(_numbers(match["numbers"]))
    if match := words.EVERY.search(said):
        return _Which(ALL, _count(match["count"]))
    return _Which() if words.ONE.search(said) else _Which(ALL)


def _count(written: str | None) -> int | None:
    if not written:
        return None
    said = fold(written).split()
    return next((_COUNTS.get(word) or int(word) for word in said if word in _COUNTS or word.isdigit()), None)


def _numbers(written: str) -> tuple[Number, ...]:
    """The numbers of a list: "#12", "bài 2 và 3", "bài 2 đến 4", "bài thứ hai", "bài cuối"."""
    found: list[Number] = []
    through = False
    for match in words.SINGLE.finditer(written):
        if match["to"]:
            through = bool(found)
        elif match["ordinal"]:
            first = fold(match["ordinal"]).split()[0]
            found.append(Number(LAST if first == "cuoi" else _PLACES[first]))
        else:
            number = Number(int(match["number"]), bool(match["story"]))
            if through and found[-1].story == number.story:
                found += [Number(value, number.story) for value in range(found[-1].value + 1, number.value)]
            found.append(number)
            through = False
        if len(found) > MOST_NUMBERS:
            return ()
    return tuple(dict.fromkeys(found))
