"""Whether every thread of the daemon still turns: each says so at each of its turns, and is missed when it does not."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(slots=True)
class _Beat:
    at: float
    within: float


class Pulse:
    """When each duty last turned. clock: seconds that never go back."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._beats: dict[str, _Beat] = {}  # each entry is written by its own duty only

    def expect(self, duty: str, within: float) -> None:
        """From now on this duty turns at least every `within` seconds."""
        self._beats[duty] = _Beat(self._clock(), within)

    def beat(self, duty: str) -> None:
        """The duty turns. One that nobody expects is nobody's concern."""
        beat = self._beats.get(duty)
        if beat is not None:
            beat.at = self._clock()

    def ages(self) -> Mapping[str, float]:
        """Seconds since each duty last turned."""
        now = self._clock()
        return {duty: now - beat.at for duty, beat in list(self._beats.items())}

    def stuck(self) -> Mapping[str, float]:
        """The duties that should have turned meanwhile, and for how many seconds they have not."""
        return {duty: age for duty, age in self.ages().items() if age > self._beats[duty].within}
