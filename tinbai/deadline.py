"""Asks something that may hang, such as a database that is locked or gone, and waits so long and no longer."""

import time
from collections.abc import Callable
from threading import Event, Lock, Thread
from typing import Generic, TypeVar

Result = TypeVar("Result")


class NoAnswer(Exception):
    """There was no answer in time, or none at all."""


class Deadline(Generic[Result]):
    """Runs `ask` in a thread of its own, one at a time: a hanging one is never joined by a second.

    ask: gives the answer, None when there is none.
    """

    def __init__(self, ask: Callable[[], Result | None], seconds: float) -> None:
        self._ask = ask
        self._seconds = seconds
        self._alone = Lock()

    def __call__(self) -> Result:
        """The answer. Raises NoAnswer."""
        ends = time.monotonic() + self._seconds
        if not self._alone.acquire(timeout=self._seconds):
            raise NoAnswer
        answers: list[Result | None] = []
        ended = Event()
        Thread(target=self._run, args=(answers, ended), name="deadline", daemon=True).start()
        ended.wait(max(0.0, ends - time.monotonic()))
        answer = answers[0] if answers else None
        if answer is None:
            raise NoAnswer
        return answer

    def _run(self, answers: list[Result | None], ended: Event) -> None:
        try:
            answers.append(self._ask())
        finally:
            self._alone.release()
            ended.set()
