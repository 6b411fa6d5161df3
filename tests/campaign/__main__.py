"""`python -m tests.campaign kill|faults`: exit status 1 when a promise is broken; then the folder of the trial is kept."""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from tests.campaign.faults import BehindProxies, Outcome, cases
from tests.campaign.kills import PROMISED_SECONDS, Campaign
from tests.campaign.report import fault_table, kill_table
from tests.campaign.trial import Trial

LEASE_SECONDS = 4.0  # where several processes share a database, the leases of the dead run out; slow pages outlive none
PROTOCOLS = ("imap", "smtp", "http")


def main() -> int:
    """Run what is asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.campaign", description=__doc__)
    commands = parser.add_subparsers(required=True)
    kill = commands.add_parser("kill", help="die at every commit and every call of a protocol")
    kill.add_argument("--kills", type=int, default=1000)
    kill.add_argument("--seed", type=int, default=1)
    kill.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    kill.add_argument("--workers", type=int, default=2, help="processes beside `tinbai run`, on PostgreSQL")
    kill.add_argument("--place", default="*", help="a pattern for the names of the places, such as 'smtp:*'")
    kill.set_defaults(campaign=kill_campaign)
    faults = commands.add_parser("faults", help="every kind of bad network in front of every protocol")
    faults.add_argument("--rounds", type=int, default=2)
    faults.add_argument("--seed", type=int, default=1)
    faults.add_argument("--protocol", choices=PROTOCOLS, action="append")
    faults.set_defaults(campaign=fault_campaign)
    arguments = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="campaign-"))
    kept = bool(arguments.campaign(arguments, folder))
    if kept:
        say(f"seed {arguments.seed}; database, logs and journal are kept in {folder}")
    else:
        shutil.rmtree(folder)
    return int(kept)


def say(line: str) -> None:
    """Print it at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def kill_campaign(arguments: argparse.Namespace, folder: Path) -> Sequence[str]:
    """Kill, print the table; returns the violations."""
    with ExitStack() as stack:
        trial, promised = Trial(folder), PROMISED_SECONDS
        if arguments.database == "postgresql":
            from tests.servers.postgres import Postgres

            url = stack.enter_context(Postgres()).database()
            trial = Trial(folder, database=url, workers=arguments.workers, lease=LEASE_SECONDS)
            promised += 2 * LEASE_SECONDS  # one to run out, and a second one if that of the mailbox was just renewed
        stack.enter_context(trial)
        campaign = Campaign(trial, arguments.seed, arguments.place, promised=promised)
        for number, sentence in enumerate(campaign.run(arguments.kills), 1):
            say(f"{number:>5} {sentence}")
        say("\n".join(kill_table(campaign.tally)))
        say(trial.secrets_in_logs())
        if campaign.tally.violations:
            how = f"--seed {arguments.seed} --database {arguments.database}"
            say(f"once more: python -m tests.campaign kill {how} --place '{campaign.tally.broken_at}'")
    return campaign.tally.violations


def fault_campaign(arguments: argparse.Namespace, folder: Path) -> Sequence[str]:
    """An office for each protocol, all at the same time; returns the violations."""

    def suffer(protocol: str) -> list[Outcome]:
        own = folder / protocol
        own.mkdir()
        outcomes = []
        with BehindProxies(own) as office:
            for case in cases(protocol, arguments.seed, arguments.rounds):
                outcomes.append(outcome := office.suffer(case))
                say(f"{protocol} {case.fault.kind}: hung {outcome.hung:.1f} s, all done after {outcome.seconds:.1f} s")
            say(office.trial.secrets_in_logs())
        return outcomes

    with ThreadPoolExecutor() as pool:
        found = [outcome for outcomes in pool.map(suffer, arguments.protocol or PROTOCOLS) for outcome in outcomes]
    say("\n".join(fault_table(found)))
    return [sentence for outcome in found for sentence in outcome.violations]


if __name__ == "__main__":
    sys.exit(main())
