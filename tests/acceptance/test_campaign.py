"""The crash campaign and the network campaign in short: a few places and faults, a fixed seed, the whole proof."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.campaign.faults import BehindProxies, Case
from tests.campaign.kills import Campaign
from tests.campaign.trial import Trial
from tests.servers.fault_proxy import Direction, Fault, Kind

pytestmark = pytest.mark.servers

KILLS = 14
KINDS = ("two_stories", "monster", "revision", "digest", "farewell")
SEED = 20261125
PATIENCE_SECONDS = 30.0  # the test machine may be busy; the long campaign is held to the promised time
QUICK_FAULTS = [  # none of them makes a mail wait for its next try
    Case("imap", Fault(Kind.CUT, after=1500, direction=Direction.DOWN), on_for=2),
    Case("smtp", Fault(Kind.RESET), on_for=0),
    Case("http", Fault(Kind.RESET, after=200), on_for=1),
]


@pytest.fixture(scope="module")
def behind_proxies(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BehindProxies]:
    """One office for all faults."""
    with BehindProxies(tmp_path_factory.mktemp("faults")) as office:
        yield office


def test_killed_at_any_place_it_loses_nothing_and_answers_nobody_twice(tmp_path: Path) -> None:
    with Trial(tmp_path) as trial:
        campaign = Campaign(trial, SEED, promised=PATIENCE_SECONDS, kinds=KINDS)
        told = list(campaign.run(KILLS))
    assert campaign.tally.violations == [], "\n".join(told)
    assert campaign.tally.kills == KILLS


@pytest.mark.parametrize("case", QUICK_FAULTS, ids=lambda case: f"{case.protocol} {case.fault.kind}")
def test_behind_a_bad_network_it_loses_nothing_and_comes_back(behind_proxies: BehindProxies, case: Case) -> None:
    assert behind_proxies.suffer(case).violations == ()
