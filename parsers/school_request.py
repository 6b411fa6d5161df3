"""What a school can ask for in a reply to a letter of ours. Values only: nothing is read and nothing decided here."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

__all__ = ["ALL", "LAST", "All", "Number", "Request", "Verb"]

All = Literal["all"]
ALL: Final = "all"
LAST = -1  # the place of the last story


class Verb(StrEnum):
    """What is asked for."""

    WITHDRAW = "withdraw"
    REWEEK = "reweek"
    REPLACE = "replace"  # by the links of the reply, in the order of both
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Number:
    """A story as typed: "#123" is its number for life; "bài 2" is its place in our letter."""

    value: int
    story: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """One thing asked for.

    numbers: of the stories; none: the one story the letter is about. excepted: with ALL, those to be left alone. week:
    as claimed, for REWEEK. count: how many stories the school says there are. firm: said in words, for REPLACE, not
    only by a link behind a number. said: the sentence, as it was read.
    """

    verb: Verb
    numbers: tuple[Number, ...] | All = ()
    excepted: tuple[Number, ...] = ()
    week: int | None = None
    count: int | None = None
    firm: bool = True
    said: str = ""
