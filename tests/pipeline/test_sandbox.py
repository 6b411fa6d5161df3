"""Children with limits: slow, greedy and dying calls harm nobody else."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from db.work import WorkFailed
from parsers.message import ParseError
from pipeline.sandbox import KILLED, TOO_LARGE, TOO_SLOW, ChildFailed, Sandbox


def double(number: int) -> int:
    return 2 * number


def loop_for_ever() -> None:
    while True:
        time.monotonic()


def swallow_memory() -> int:
    return len(bytearray(4 << 30))


def refuse(reason: str) -> None:
    raise ParseError(reason)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def stumble() -> None:
    raise ZeroDivisionError


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """One child, short patience."""
    made = Sandbox(children=1, seconds=5)
    yield made
    made.close()


def test_a_call_comes_back_with_its_result(sandbox: Sandbox) -> None:
    assert sandbox.call(double, 21) == 42


def test_what_a_parser_says_reaches_the_caller(sandbox: Sandbox) -> None:
    with pytest.raises(ParseError, match="không phải thư"):
        sandbox.call(refuse, "không phải thư")


@pytest.mark.parametrize(
    ("call", "reason", "permanent"),
    [
        (loop_for_ever, TOO_SLOW, True),
        (swallow_memory, TOO_LARGE, True),
        (die, KILLED, False),  # whoever killed it, the input may be innocent
    ],
)
def test_a_hostile_call_gets_a_reason_and_the_next_call_is_unaffected(
    sandbox: Sandbox, call: object, reason: str, permanent: bool
) -> None:
    with pytest.raises(WorkFailed) as caught:
        sandbox.call(call)  # type: ignore[arg-type]  # three functions of different shape
    assert (caught.value.reason, caught.value.permanent) == (reason, permanent)
    assert sandbox.call(double, 4) == 8


def test_a_mistake_of_our_own_is_not_blamed_on_the_input(sandbox: Sandbox) -> None:
    with pytest.raises(ChildFailed):
        sandbox.call(stumble)
    assert sandbox.call(double, 4) == 8


def test_a_child_that_died_while_idle_harms_no_call(sandbox: Sandbox) -> None:
    pid = sandbox.call(os.getpid)
    os.kill(pid, signal.SIGKILL)
    while Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z":
        pass  # the kernel takes a moment to end it
    assert sandbox.call(double, 4) == 8


def test_a_stop_of_the_whole_group_lets_the_call_in_hand_end(sandbox: Sandbox) -> None:
    pid = sandbox.call(os.getpid)
    os.kill(pid, signal.SIGTERM)
    assert sandbox.call(os.getpid) == pid


def _fail_in(sandbox: Sandbox) -> None:
    with pytest.raises(WorkFailed):
        sandbox.call(loop_for_ever)


def test_closing_ends_a_call_in_hand() -> None:
    made = Sandbox(children=1, seconds=60)
    started = time.monotonic()
    caller = threading.Thread(target=_fail_in, args=(made,), daemon=True)
    caller.start()
    while made.idle():
        pass
    made.close()
    caller.join(20)
    assert not caller.is_alive()
    assert time.monotonic() - started < 20
