"""The crash campaign: die before and after every place, come back, and prove each time that nothing is lost or doubled.

The places are discovered by a scout run, not listed. Every kill ends in a restart, a measured rest and a full proof.
"""

import random
import signal
import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from itertools import count

from tests.campaign.places import Plan
from tests.campaign.scouting import PATIENCE, SIDES, Spot, Way, scout, see_end
from tests.campaign.stimuli import ENDINGS, KINDS, MAILS
from tests.campaign.trial import NoRest, Trial

SEEDS = 3  # rounds through all places that make one pass
FIRST_LOOK = "commit:cursor"  # met once in the life of a record, and killed before and after then
ANYWHERE = "anywhere"  # killed from outside, at a random moment
ANYWHERE_SHARE = 0.1
DEATH_SECONDS = 12.0
TRIES = 3
SLOW = ("slow_page",)  # kinds that lead to a place only where no other does
DEEPEST_OCCURRENCE = 4
PROMISED_SECONDS = 10.0  # to come back and finish everything, beyond what a lease needs


@dataclass
class Tally:
    """What a campaign has found."""

    spots: list[Spot]
    anywhere: int = 0
    recoveries: list[float] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    broken_at: str = "*"  # the place of the last violation
    uncertain: int = 0
    seconds: float = 0

    @property
    def kills(self) -> int:
        """All of them."""
        return self.anywhere + sum(sum(spot.kills.values()) for spot in self.spots)


class Campaign:
    """Kills again and again.

    places: a pattern that their names must fit. promised: seconds to come back in. kinds: what may happen.
    """

    def __init__(
        self,
        trial: Trial,
        seed: int,
        places: str = "*",
        *,
        promised: float = PROMISED_SECONDS,
        kinds: Collection[str] = tuple(KINDS),
    ) -> None:
        self._trial = trial
        self._random = random.Random(seed)
        self._pattern = places
        self._promised = promised
        self._kinds = tuple(kinds)
        self.tally = Tally([])

    def run(self, kills: int) -> Iterator[str]:
        """Kill that many times; yields a sentence for each kill. Stops at a violation."""
        begun = time.monotonic()
        first = self._first_look()
        self.tally.spots = [first, *scout(self._trial, self._kinds)]
        wanted = [spot for spot in self.tally.spots if spot.ways and fnmatchcase(spot.title, self._pattern)]
        self._prove()
        for spot, side in self._targets(wanted):
            if self.tally.kills >= kills:
                break
            yield self._one(spot, side)
            if self.tally.violations:
                self.tally.broken_at = spot.title if spot else ANYWHERE
                break
        self.tally.seconds = time.monotonic() - begun

    def _first_look(self) -> Spot:
        """The first start of all."""
        spot = Spot("daemon", FIRST_LOOK)
        for side in SIDES:
            self._trial.start(Plan(FIRST_LOOK, side, 1))
            spot.kills[side] += self._trial.wait_for_death(DEATH_SECONDS, PATIENCE)
        return spot

    def _targets(self, spots: Sequence[Spot]) -> Iterator[tuple[Spot | None, str]]:
        """Pass after pass, each place before and after, in a new order each time; now and then anywhere."""
        for _ in count():
            targets = [(spot, side) for spot in spots for side in SIDES]
            self._random.shuffle(targets)
            if self._pattern == ANYWHERE:
                yield None, ""
            elif not targets:
                return
            for target in targets:
                if self._pattern == "*" and self._random.random() < ANYWHERE_SHARE:
                    yield None, ""
                yield target

    def _one(self, spot: Spot | None, side: str) -> str:
        """One kill, the restart, the proof."""
        where = f"{side} {spot.title}" if spot else ANYWHERE
        ordered = time.monotonic()
        try:
            told = self._kill_at(spot, side) if spot else self._kill_anywhere()
            if not told:
                if not self._trial.daemons:  # what led nowhere may have ended them
                    self._trial.start()
                return f"{where}: not reached, {time.monotonic() - ordered:.1f} s"
            begun = time.monotonic()
            self._trial.start()
            self._trial.rest(self._promised * 3)
            seconds = time.monotonic() - begun
            told = f"{told}, after {begun - ordered:.1f} s"
        except NoRest as error:
            self.tally.violations.append(f"{where}: {error}")
            return f"{where}: {error}"
        self.tally.recoveries.append(seconds)
        self._prove(f"{where} ({told}): ")
        if seconds > self._promised:
            self.tally.violations.append(f"{where} ({told}): it took {seconds:.1f} s to come back")
        return f"{where}: {told}, back after {seconds:.1f} s"

    def _prove(self, where: str = "") -> None:
        self.tally.violations.extend(where + sentence for sentence in self._trial.verdict())
        needless = self._trial.needlessly_uncertain()
        self.tally.uncertain = self._trial.uncertain()
        self.tally.violations.extend(f"{where}{mail} is uncertain, and its DATA was not begun" for mail in needless)

    def _kill_anywhere(self) -> str:
        kind = self._random.choice([kind for kind in self._kinds if kind in MAILS])
        MAILS[kind](self._trial.desk)
        delay = self._random.uniform(0.3, 1.5)
        ends = time.monotonic() + delay
        while (left := ends - time.monotonic()) > 0:
            self._trial.nursery.wait(left)
        self._random.choice(self._trial.daemons).signal(signal.SIGKILL)
        self._trial.wait_for_death(DEATH_SECONDS, DEATH_SECONDS)
        self.tally.anywhere += 1
        return f"{kind}, {delay:.2f} s"

    def _kill_at(self, spot: Spot, side: str) -> str:
        """Lead a process there; returns how, "" when it did not come there."""
        for attempt in range(TRIES):
            way = self._random.choice([way for way in spot.ways if way.kind not in SLOW] or spot.ways)
            occurrence = 1 if attempt else self._random.randint(1, min(way.times, DEEPEST_OCCURRENCE))
            if self._try(spot, Plan(spot.name, side, occurrence), way):
                spot.kills[side] += 1
                return f"{way.kind}{' at the start' if way.at_start else ''}, occurrence {occurrence}"
            spot.missed += 1
            if len(spot.ways) > 1 and occurrence == 1:
                spot.ways.remove(way)  # it leads there only sometimes
        return ""

    def _try(self, spot: Spot, plan: Plan, way: Way) -> bool:
        trial, act = self._trial, KINDS[way.kind]
        deaths = len(trial.died_at)
        if spot.victim == "command":
            trial.command_plan = plan
            act(trial.desk)
            trial.command_plan = None
        elif way.at_start:
            trial.kill()
            act(trial.desk)
            trial.start(plan)
        else:
            trial.arm(plan)
            act(trial.desk)
        if way.kind in ENDINGS:
            see_end(trial)
        elif spot.victim == "daemon":
            trial.wait_for_death(DEATH_SECONDS, PATIENCE)
        trial.arm(None)
        trial.read_journal()
        return len(trial.died_at) > deaths
