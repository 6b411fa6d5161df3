"""Tells the threads of this process at once that there is work for them; other processes look for themselves.

A commit wakes one thread of each group that it made work for. Who takes an item wakes the next of its own group, in
case there is more: so a burst wakes all of them, and a single mail does not make a dozen threads ask the database.
"""

from collections.abc import Mapping
from enum import StrEnum
from threading import Condition


class Group(StrEnum):
    """Who can be woken."""

    READING = "reading"
    FETCHING = "fetching"
    DELIVERING = "delivering"
    MOVING = "moving"
    WATCHING = "watching"  # whoever only wants to know that something happened; all of them, at every commit


class Wake:
    """What the threads of this process wait on."""

    def __init__(self) -> None:
        self._bells: Mapping[Group, _Bell] = {group: _Bell() for group in Group}

    def seen(self, group: Group = Group.WATCHING) -> int:
        """How often the group was called so far; hand it to `wait` so that no call is missed in between."""
        return self._bells[group].calls

    def call(self, *groups: Group) -> None:
        """There is work for one thread of each of these groups."""
        for group in groups:
            self._bells[group].ring(everybody=False)
        self._bells[Group.WATCHING].ring(everybody=True)

    def call_all(self) -> None:
        """Wake everybody."""
        for bell in self._bells.values():
            bell.ring(everybody=True)

    def wait(self, seen: int, seconds: float, group: Group = Group.WATCHING) -> None:
        """Return at the first call of the group after `seen`, or after so many seconds."""
        self._bells[group].wait(seen, seconds)


class _Bell:
    """The waiting threads of one group."""

    def __init__(self) -> None:
        self.calls = 0
        self._condition = Condition()

    def ring(self, *, everybody: bool) -> None:
        with self._condition:
            self.calls += 1
            if everybody:
                self._condition.notify_all()
            else:
                self._condition.notify()

    def wait(self, seen: int, seconds: float) -> None:
        with self._condition:
            self._condition.wait_for(lambda: self.calls != seen, timeout=seconds)
