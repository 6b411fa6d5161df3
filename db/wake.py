"""Tells the threads of this process at once that something was committed; other processes look for themselves."""

from threading import Condition


class Wake:
    """Tells the waiting threads of this process that something was committed."""

    def __init__(self) -> None:
        self._condition = Condition()
        self._commits = 0

    def seen(self) -> int:
        """The number of commits so far; hand it to `wait` so that none is missed in between."""
        return self._commits

    def set(self) -> None:
        """Wake everybody."""
        with self._condition:
            self._commits += 1
            self._condition.notify_all()

    def wait(self, seen: int, seconds: float) -> None:
        """Return at the first commit after `seen`, or after so many seconds."""
        with self._condition:
            self._condition.wait_for(lambda: self._commits != seen, timeout=seconds)
