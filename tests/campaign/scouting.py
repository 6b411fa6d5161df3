"""The scout run: everything happens once, and the places that are met become the targets of a campaign."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from tests.campaign.stimuli import ENDINGS, KINDS, MAILS, story
from tests.campaign.trial import NoRest, Trial

SIDES = ("before", "after")
PATIENCE = 1.3  # seconds after the work is done in which a place such as the end of IDLE may still come
REST_SECONDS = 45.0  # a mail that is overlooked in IDLE is found when the lease of the mailbox is renewed


@dataclass(frozen=True, slots=True)
class Way:
    """What leads to a place: which kind of event, while the daemon runs or before it starts, and how often."""

    kind: str
    at_start: bool
    times: int


@dataclass
class Spot:
    """A place of the daemon or of a command, and what leads there."""

    victim: str
    name: str
    ways: list[Way] = field(default_factory=list)
    kills: dict[str, int] = field(default_factory=lambda: dict.fromkeys(SIDES, 0))
    missed: int = 0

    @property
    def title(self) -> str:
        """As it is printed."""
        return self.name if self.victim == "daemon" else f"{self.victim} {self.name}"


def scout(trial: Trial, kinds: Collection[str]) -> list[Spot]:
    """Let everything happen once, while the daemon runs and before it starts, and note the places that are met."""
    spots: dict[tuple[str, str], Spot] = {}

    def note(kind: str, *, at_start: bool) -> None:
        for (victim, name), times in trial.read_journal().items():
            spot = spots.setdefault((victim, name), Spot(victim, name))
            spot.ways.append(Way(kind, at_start, times))

    trial.start()
    story(trial.desk)  # so that there is a connection to the mail server already
    trial.rest(REST_SECONDS)
    trial.wait_for_death(PATIENCE, PATIENCE)
    trial.read_journal()
    for name in kinds:
        KINDS[name](trial.desk)
        if name in ENDINGS:
            see_end(trial)
            note(name, at_start=False)
            trial.start()
        trial.rest(REST_SECONDS)
        note(name, at_start=False)
    for name in sorted(MAILS.keys() & set(kinds)):
        trial.kill()
        MAILS[name](trial.desk)
        trial.start()
        trial.rest(REST_SECONDS)
        trial.wait_for_death(PATIENCE, PATIENCE)
        note(name, at_start=True)
    return sorted(spots.values(), key=lambda spot: (spot.victim, spot.name))


def see_end(trial: Trial) -> None:
    """Wait until all daemons have ended that were told to."""
    for daemon in trial.daemons:
        if not trial.nursery.wait_for(daemon, 10):
            raise NoRest("a daemon did not end when it was told to")


def kinds_of(spots: Sequence[Spot]) -> Counter[str]:
    """How many places there are of each kind: commits and each protocol."""
    return Counter(spot.name.partition(":")[0] for spot in spots)
