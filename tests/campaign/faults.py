"""The network campaign: every kind of fault in front of every protocol, and the proof that all goes well afterwards.

A fault is on for a while in which mails come; then it goes away. What is measured is how long it takes from then (from
its beginning when a line falls silent for ever) until nothing hangs, and until the mails of the bad time have left, too.
Only the answer to a mail's final dot may stay away longer: RFC 5321 grants it ten minutes.
"""

import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from sqlalchemy import func, select

from db.models import OutgoingMail
from db.states import MailState
from tests.campaign.stimuli import sent_again, story, two_stories
from tests.campaign.trial import NoRest, Trial
from tests.servers.fault_proxy import Direction, Fault, FaultProxy, Kind

FAULT_SECONDS = 5.0
HANG_SECONDS = 90.0  # nothing may take longer
PATIENCE_SECONDS = 150.0  # how long it is watched
NEXT_TRY_SECONDS = 400.0  # a mail that failed twice waits five minutes
LONGEST_CUT = 4000  # bytes: beyond a whole conversation
LOOK_SECONDS = 0.05
IDLE_SECONDS = 2.5


@dataclass(frozen=True, slots=True)
class Case:
    """One fault in front of one protocol."""

    protocol: str
    fault: Fault
    on_for: float = FAULT_SECONDS


@dataclass(frozen=True, slots=True)
class Outcome:
    """How it went.

    hung: seconds until nothing was in hand or overdue any more. seconds: until everything was done, the mails that were
    put off to their next try, too. uncertain: mails so far. violations: what is wrong.
    """

    case: Case
    hung: float
    seconds: float
    uncertain: int
    violations: tuple[str, ...]


FAULTS: Mapping[Kind, Callable[[random.Random], Fault]] = {
    Kind.LATENCY: lambda seed: Fault(Kind.LATENCY, seconds=seed.uniform(0.05, 0.3), jitter=0.2),
    Kind.BANDWIDTH: lambda seed: Fault(Kind.BANDWIDTH, rate=seed.randint(500, 4000)),
    Kind.CUT: lambda seed: Fault(
        Kind.CUT, after=seed.randint(0, LONGEST_CUT), direction=seed.choice((Direction.UP, Direction.DOWN))
    ),
    Kind.STALL: lambda seed: Fault(Kind.STALL),
    Kind.RESET: lambda seed: Fault(Kind.RESET, after=seed.choice((0, seed.randint(1, LONGEST_CUT)))),
    Kind.SLICER: lambda seed: Fault(Kind.SLICER),
    Kind.SLOW_CLOSE: lambda seed: Fault(Kind.SLOW_CLOSE, seconds=seed.uniform(1, 4)),
    Kind.REFUSE: lambda seed: Fault(Kind.REFUSE),
}


class BehindProxies:
    """An office whose every line to the outside goes through a proxy: `with BehindProxies(folder) as office:`."""

    def __init__(self, folder: Path) -> None:
        self.trial = Trial(folder)
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        office = self._stack.enter_context(self.trial).office
        ports = {"imap": office.dovecot.imaps_port, "smtp": office.dovecot.submission_port, "http": office.site.port}
        self.proxies = {name: self._stack.enter_context(FaultProxy(port)) for name, port in ports.items()}
        self.trial.settings |= {
            "TINBAI_MAILBOX__PORT": str(self.proxies["imap"].port),
            "TINBAI_SMTP__PORT": str(self.proxies["smtp"].port),
            "TINBAI_FETCH__PORTS": f"[80, 443, {self.proxies['http'].port}]",
        }
        office.site.port = self.proxies["http"].port  # the schools' links name the proxy
        self.trial.start()
        self.trial.rest(30)
        return self

    def wait_for_idle(self) -> None:
        """Let the daemon come to where it spends its days: in IDLE, all done."""
        self.trial.rest(PATIENCE_SECONDS)
        self._pause(IDLE_SECONDS)

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def suffer(self, case: Case) -> Outcome:
        """Mails come while the network is bad, and one after it."""
        trial, proxy = self.trial, self.proxies[case.protocol]
        begun = time.monotonic()
        try:
            self.wait_for_idle()
            proxy.set(case.fault)
            begun = time.monotonic()
            story(trial.desk)
            two_stories(trial.desk)
            self._pause(case.on_for)
            proxy.set(None)
            if case.fault.kind is not Kind.STALL:
                begun = time.monotonic()
            sent_again(trial.desk)
            trial.rest(PATIENCE_SECONDS)
            hung = time.monotonic() - begun
            self._wait_for_next_tries()
        except NoRest as error:
            seconds = time.monotonic() - begun
            return Outcome(case, seconds, seconds, trial.uncertain(), (str(error),))
        finally:
            proxy.set(None)
        seconds = time.monotonic() - begun
        wrong = trial.verdict()
        if hung > HANG_SECONDS:
            wrong.append(f"it hung for {hung:.0f} s")
        return Outcome(case, hung, seconds, trial.uncertain(), tuple(wrong))

    def _pause(self, seconds: float) -> None:
        ends = time.monotonic() + seconds
        while (left := ends - time.monotonic()) > 0:
            self.trial.nursery.wait(left)

    def _wait_for_next_tries(self) -> None:
        """Wait until mails that were put off have left."""
        ends = time.monotonic() + NEXT_TRY_SECONDS
        while self._put_off():
            if time.monotonic() > ends:
                raise NoRest(f"after {NEXT_TRY_SECONDS:.0f} s {self._put_off()} mails still wait for their next try")
            self.trial.nursery.wait(LOOK_SECONDS)
        self.trial.rest(PATIENCE_SECONDS)

    def _put_off(self) -> int:
        queued = select(func.count()).select_from(OutgoingMail).where(OutgoingMail.state == MailState.QUEUED)
        with self.trial.database.read() as session:
            return session.scalar(queued) or 0


def cases(protocol: str, seed: int, rounds: int) -> Iterator[Case]:
    """Every kind, so many times, in front of this protocol."""
    chance = random.Random(f"{seed} {protocol}")
    for _ in range(rounds):
        kinds = list(FAULTS)
        chance.shuffle(kinds)
        for kind in kinds:
            yield Case(protocol, FAULTS[kind](chance))
