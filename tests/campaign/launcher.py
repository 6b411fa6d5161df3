"""The nursery: a process that has loaded tinbai once and gives birth to processes of tinbai that can be killed.

A forked process is new in everything but the loading of modules, which would take most of a trial's time. It runs the
very command that an operator runs. Sandbox children come from a fork server for the same reason; no place is theirs.
Started by `tests.campaign.nursery` as `python -m tests.campaign.launcher FD`; ends when the other end is closed.
"""

import json
import os
import selectors
import signal
import socket
import sys
import threading
from dataclasses import dataclass
from typing import Any

PRELOADED = ("pipeline.sandbox", "pipeline.stages.mail_reading", "pipeline.stages.read_page")
LARGEST_ORDER = 1 << 16


@dataclass(frozen=True, slots=True)
class Order:
    """Which process is wanted: see `nursery.Nursery.start`. lease: seconds that every lease lasts, None: as it is."""

    arguments: list[str]
    environment: dict[str, str]
    journal: str
    protocols: dict[str, str]
    plan: dict[str, Any] | None
    lease: float | None


def serve(orders: socket.socket) -> None:
    """Start what is ordered, tell who has ended, until nobody orders any more."""
    with selectors.DefaultSelector() as selector:
        selector.register(orders, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                if key.data is not None:
                    selector.unregister(key.fileobj)
                    _tell_end(orders, key.fd, key.data)
                    continue
                try:
                    message, files, _, _ = socket.recv_fds(orders, LARGEST_ORDER, 2)
                except ConnectionResetError:  # the other end has gone without hearing all the news
                    return
                if not message:
                    return
                pid = _give_birth(orders, Order(**json.loads(message)), *files)
                selector.register(os.pidfd_open(pid), selectors.EVENT_READ, pid)
                orders.send(json.dumps({"started": pid}).encode())


def _tell_end(orders: socket.socket, pidfd: int, pid: int) -> None:
    os.close(pidfd)
    _, status = os.waitpid(pid, 0)
    orders.send(json.dumps({"ended": pid, "status": os.waitstatus_to_exitcode(status)}).encode())


def _give_birth(orders: socket.socket, order: Order, control: int, log: int) -> int:
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            orders.close()
            status = _live(order, control, log)
        finally:
            sys.stderr.flush()
            os._exit(status)
    os.close(control)
    os.close(log)
    return pid


def _live(order: Order, control: int, log: int) -> int:
    """In the new process: the wraps, then the command."""
    from tests.campaign.places import Plan, Sockets, Watch, watch_commits
    from tinbai import __main__ as front_door

    os.dup2(log, 1)
    os.dup2(log, 2)
    os.environ.clear()
    os.environ.update(order.environment)
    watch = Watch(
        os.open(order.journal, os.O_WRONLY | os.O_APPEND | os.O_CREAT), Plan(**order.plan) if order.plan else None
    )
    watch_commits(watch)
    Sockets(watch, {int(port): name for port, name in order.protocols.items()}).install()
    if order.lease is not None:
        shorten_leases(order.lease)

    def obey() -> None:
        with os.fdopen(control) as lines:
            for line in lines:
                plan = json.loads(line)
                watch.arm(Plan(**plan) if plan else None)
        os.kill(os.getpid(), signal.SIGKILL)  # nobody is interested any more

    threading.Thread(target=obey, name="campaign", daemon=True).start()
    sys.argv = ["tinbai", *order.arguments]
    return front_door.main()


def shorten_leases(seconds: float) -> None:
    """Where several processes work, the dead one's leases must run out: a campaign cannot wait minutes for that."""
    from datetime import timedelta

    import tinbai.duties  # noqa: F401  # every kind of step is known now
    from db.step import Step
    from tinbai import mailbox_reader

    lease = timedelta(seconds=seconds)
    steps: list[Any] = [Step]
    for step in steps:
        steps.extend(step.__subclasses__())
        step.lease = property(lambda _step: lease, lambda _step, _value: None)
    mailbox_reader.READER_LEASE = lease
    mailbox_reader.RENEW_SECONDS = mailbox_reader.GLANCE_SECONDS = seconds / 3


def share_a_fork_server() -> None:
    """Let all processes to come take their sandbox children from one server; it lives as long as any of us."""
    import multiprocessing
    from multiprocessing import forkserver

    multiprocessing.set_forkserver_preload(["tests.campaign.fork_server", *PRELOADED])
    forkserver.ensure_running()
    server: Any = forkserver._forkserver  # there is one, and no public way to it
    server.ensure_running = lambda: None  # it is not the child of those who will ask
    context = multiprocessing.get_context("forkserver")
    multiprocessing.get_context = lambda method=None: context  # type: ignore[assignment]


def main() -> None:
    """Load everything, then wait for orders."""
    share_a_fork_server()
    import tinbai.cli
    import tinbai.daemon
    import tinbai.wiring  # noqa: F401

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for whoever orders
    with socket.socket(fileno=int(sys.argv[1])) as orders:
        serve(orders)


if __name__ == "__main__":
    main()
