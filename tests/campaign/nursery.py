"""The other end of the nursery: starts processes of tinbai, arms them, hears of their deaths."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.campaign.places import ROOT, Plan

LARGEST_NEWS = 1 << 12


@dataclass
class Process:
    """A process of tinbai, alive as long as `status` is None."""

    pid: int
    control: int
    status: int | None = None
    begun: float = field(default_factory=time.monotonic)

    @property
    def alive(self) -> bool:
        """Has nobody heard of its end?"""
        return self.status is None

    def arm(self, plan: Plan | None) -> None:
        """Let it die there from now on."""
        with contextlib.suppress(BrokenPipeError):  # it died a moment ago
            os.write(self.control, f"{json.dumps(asdict(plan) if plan else None)}\n".encode())

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal, if it lives."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)


class Nursery:
    """`with Nursery(...) as nursery:`; at the end nothing that was started is left."""

    def __init__(self, journal: Path, protocols: Mapping[int, str], lease: float | None = None) -> None:
        self.journal = journal
        self._protocols = {str(port): name for port, name in protocols.items()}
        self._lease = lease
        self.processes: dict[int, Process] = {}

    def __enter__(self) -> Self:
        self._orders, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._server = subprocess.Popen(
                [sys.executable, "-m", "tests.campaign.launcher", str(theirs.fileno())],
                cwd=ROOT,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in self.living():
            process.signal(signal.SIGKILL)
            os.close(process.control)
        self._orders.close()
        self._server.wait(10)

    def start(
        self, arguments: Sequence[str], environment: Mapping[str, str], log: Path, plan: Plan | None = None
    ) -> Process:
        """Start `tinbai ARGUMENTS`; its output is appended to `log`."""
        order = {
            "arguments": list(arguments),
            "environment": dict(environment),
            "journal": str(self.journal),
            "protocols": self._protocols,
            "plan": asdict(plan) if plan else None,
            "lease": self._lease,
        }
        theirs, control = os.pipe()
        output = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        socket.send_fds(self._orders, [json.dumps(order).encode()], [theirs, output])
        os.close(theirs)
        os.close(output)
        pid = None
        while pid is None:
            pid = self._hear(None).get("started")
        self.processes[pid] = process = Process(pid, control)
        return process

    def living(self) -> list[Process]:
        """Those who live."""
        return [process for process in self.processes.values() if process.alive]

    def wait(self, seconds: float) -> bool:
        """Wait for the next death; False when nobody dies in this time."""
        return "ended" in self._hear(seconds)

    def wait_for(self, process: Process, seconds: float) -> bool:
        """Wait for the end of this one."""
        ends = time.monotonic() + seconds
        while process.alive and (left := ends - time.monotonic()) > 0:
            self._hear(left)
        return not process.alive

    def _hear(self, seconds: float | None) -> dict[str, Any]:
        self._orders.settimeout(seconds)
        try:
            news: dict[str, Any] = json.loads(self._orders.recv(LARGEST_NEWS))
        except TimeoutError:
            return {}
        except BlockingIOError:
            return {}
        if "ended" in news and (process := self.processes.get(news["ended"])) is not None:
            process.status = news["status"]
            os.close(process.control)
        return news
