"""The tables a campaign ends with."""

import statistics
from collections.abc import Iterator, Sequence
from itertools import groupby

from tests.campaign.faults import HANG_SECONDS, Outcome
from tests.campaign.kills import Tally
from tests.campaign.scouting import SIDES, kinds_of


def kill_table(tally: Tally) -> Iterator[str]:
    """Places and kills, then the totals."""
    yield f"{'place':<44}{'before':>8}{'after':>8}"
    for spot in tally.spots:
        numbers = "".join(f"{spot.kills[side]:>8}" for side in SIDES)
        yield f"{spot.title:<44}{numbers}{'' if any(spot.kills.values()) else '   not reached'}"
    yield f"{'anywhere':<44}{tally.anywhere:>8}"
    kinds = ", ".join(f"{number} {kind}" for kind, number in kinds_of(tally.spots).items())
    yield f"{len(tally.spots)} places ({kinds}), {tally.kills} kills in {tally.seconds:.0f} s"
    if tally.recoveries:
        p50, most = statistics.median(tally.recoveries), max(tally.recoveries)
        yield f"from restart to rest: p50 {p50:.1f} s, max {most:.1f} s"
    yield f"mails left uncertain: {tally.uncertain}"
    yield f"violations: {len(tally.violations)}"
    yield from (f"  {sentence}" for sentence in tally.violations)


def fault_table(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Protocols and kinds, how long each took at most."""

    def key(outcome: Outcome) -> tuple[str, str]:
        return outcome.case.protocol, outcome.case.fault.kind

    yield f"{'protocol':<10}{'fault':<14}{'runs':>6}{'hung p50':>10}{'longest':>9}{'all done':>10}{'violations':>12}"
    for (protocol, kind), group in groupby(sorted(outcomes, key=key), key):
        runs = list(group)
        hung = [outcome.hung for outcome in runs]
        done = max(outcome.seconds for outcome in runs)
        wrong = sum(bool(outcome.violations) for outcome in runs)
        median = statistics.median(hung)
        yield f"{protocol:<10}{kind:<14}{len(runs):>6}{median:>8.1f} s{max(hung):>7.1f} s{done:>8.1f} s{wrong:>12}"
    longest = max((outcome.hung for outcome in outcomes), default=0.0)
    yield f"longest time without progress {longest:.1f} s, {HANG_SECONDS:.0f} s allowed"
    violations = [f"{outcome.case}: {sentence}" for outcome in outcomes for sentence in outcome.violations]
    yield f"violations: {len(violations)}"
    yield from (f"  {sentence}" for sentence in violations)
