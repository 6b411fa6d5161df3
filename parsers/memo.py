"""Remembers what a pure function of a text gave, where one mail puts the same question twice.

Bounded both ways, by number and by length, so that no hostile mail can fill the memory. Nothing else may be kept here.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

__all__ = ["remembered"]

Answer = TypeVar("Answer")


def remembered(entries: int, longest: int) -> Callable[[Callable[[str], Answer]], Callable[[str], Answer]]:
    """Return a decorator that remembers the last answers; texts of more than `longest` characters are asked anew."""

    def decorate(ask: Callable[[str], Answer]) -> Callable[[str], Answer]:
        recall = lru_cache(maxsize=entries)(ask)

        def answer(text: str) -> Answer:
            return recall(text) if len(text) <= longest else ask(text)

        return answer

    return decorate
