"""/healthz and the pulse: what makes it fail, what it says then, and that it never hangs."""

import json
import threading
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

import pytest

from tests.factories import NOW
from tinbai.deadline import Deadline, NoAnswer
from tinbai.health import Facts, Health, Limits, Reason, answer_of, judged
from tinbai.pulse import Pulse


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


STARTED = NOW - timedelta(hours=5)


@pytest.mark.parametrize(
    ("read_ago", "due_ago", "reasons"),
    [
        (minutes(1), minutes(1), []),
        (minutes(15), minutes(30), []),
        (minutes(16), None, [Reason("mailbox_not_read", seconds=960)]),
        (None, None, [Reason("mailbox_not_read", seconds=18000)]),
        (minutes(0), minutes(31), [Reason("work_overdue", "read_page", 1860)]),
        (minutes(0), minutes(-5), []),
    ],
)
def test_what_was_not_done_in_time_is_a_reason(
    read_ago: timedelta | None, due_ago: timedelta | None, reasons: list[Reason]
) -> None:
    facts = Facts(NOW - read_ago if read_ago is not None else None, {"read_page": NOW - due_ago if due_ago else None})
    assert list(judged(facts, Limits(), STARTED, NOW)) == reasons


@pytest.mark.parametrize(("since_start", "fails"), [(minutes(1), False), (minutes(14), False), (minutes(31), True)])
def test_a_fresh_start_has_time_to_catch_up(since_start: timedelta, fails: bool) -> None:
    facts = Facts(NOW - timedelta(days=3), {"deliver": NOW - timedelta(days=3)})
    assert bool(list(judged(facts, Limits(), NOW - since_start, NOW))) is fails


def health(
    facts: Facts | None = None, *, stuck: Mapping[str, float] | None = None, disk: bool = True, clock: bool = True
) -> Health:
    def ask() -> Facts:
        if facts is None:
            raise NoAnswer
        return facts

    probes = {"disk_low": lambda: disk, "clock_wrong": lambda: clock}
    return Health(ask, lambda: NOW, Limits(), lambda: stuck or {}, probes)


WELL = Facts(NOW, {})


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (health(WELL), {"status": "ok"}),
        (health(None), {"status": "failing", "reasons": [{"reason": "database_unavailable"}]}),
        (health(WELL, disk=False), {"status": "failing", "reasons": [{"reason": "disk_low"}]}),
        (health(WELL, clock=False), {"status": "failing", "reasons": [{"reason": "clock_wrong"}]}),
        (
            health(WELL, stuck={"deliverer": 1300.7}),
            {"status": "failing", "reasons": [{"reason": "duty_stuck", "of": "deliverer", "seconds": 1300}]},
        ),
    ],
)
def test_each_fault_has_a_name_for_machines(asked: Health, says: object) -> None:
    assert json.loads(answer_of(asked.reasons())) == says


def test_a_probe_that_does_not_answer_says_nothing() -> None:
    def ask() -> bool:
        raise NoAnswer

    assert Health(lambda: WELL, lambda: NOW, Limits(), dict, {"clock_wrong": ask}).reasons() == []


def test_a_dead_database_hides_no_other_fault() -> None:
    names = [reason.name for reason in health(None, disk=False, stuck={"mailbox": 900}).reasons()]
    assert names == ["database_unavailable", "disk_low", "duty_stuck"]


class Seconds:
    """A clock that a test sets."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_duty_is_missed_when_it_does_not_turn_in_its_time_and_welcome_when_it_does() -> None:
    clock = Seconds()
    pulse = Pulse(clock)
    pulse.expect("deliverer", within=900)
    pulse.expect("mailbox", within=300)
    clock.now += 301
    assert (pulse.stuck(), pulse.ages()) == ({"mailbox": 301}, {"deliverer": 301, "mailbox": 301})
    pulse.beat("mailbox")
    pulse.beat("nobody's")
    assert (pulse.stuck(), pulse.ages()) == ({}, {"deliverer": 301, "mailbox": 0})


@pytest.fixture
def hanging() -> Iterator[threading.Event]:
    """Something that hangs until the test is over."""
    released = threading.Event()
    yield released
    released.set()


def test_whoever_hangs_is_waited_for_so_long_and_asked_by_one_thread_only(hanging: threading.Event) -> None:
    asked: list[datetime] = []

    def ask() -> int:
        asked.append(NOW)
        hanging.wait(30)
        return 1

    deadline = Deadline(ask, 0.05)
    for _ in range(3):
        with pytest.raises(NoAnswer):
            deadline()
    assert len(asked) == 1
    hanging.set()
    patient = Deadline(ask, 30)
    assert (patient(), patient(), len(asked)) == (1, 1, 3)


def test_no_answer_is_an_answer() -> None:
    with pytest.raises(NoAnswer):
        Deadline(lambda: None, 30)()
