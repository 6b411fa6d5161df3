"""Claim, work, save: leases, fences, retries, giving up, waking up."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from db.models import Message, MessageEvent
from db.queries.work import release_leases
from db.session import Database
from db.states import MessageState
from db.wake import Group, Wake
from db.work import DEATHS, DIED, QUICK, UNFORESEEN, RetryPolicy, Runner, Step, WorkFailed

NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


class Reading(Step[Message, int, str]):
    """Reads messages by whatever function the test gives."""

    name = "reading"
    group = Group.READING

    def __init__(self, work: Callable[[int], str] = lambda _: "đã đọc") -> None:
        self._work = work

    def due(self, now: datetime) -> Select[Message]:
        return select(Message).where(Message.state == MessageState.RECEIVED, Message.due_at <= now).order_by(Message.id)

    def load(self, session: Session, row: Message, now: datetime) -> int:
        return row.id

    def work(self, job: int) -> str:
        return self._work(job)

    def save(self, session: Session, row: Message, result: str, now: datetime) -> None:
        row.subject = result
        row.move_to(MessageState.READ, now, self.name)

    def give_up(self, session: Session, row: Message, failure: WorkFailed, now: datetime) -> None:
        row.move_to(MessageState.QUARANTINED, now, self.name, note=failure.reason)
        row.reason = failure.reason


@pytest.fixture
def clock() -> Clock:
    """Wednesday, nine o'clock in Hà Nội."""
    return Clock()


@pytest.fixture
def runner(database: Database, clock: Clock) -> Runner:
    """A runner on the test's database."""
    return Runner(database, clock, Wake())


def add_messages(database: Database, count: int = 1) -> None:
    with database.write() as session:
        session.add_all(
            Message(
                state=MessageState.RECEIVED,
                sha256=str(number),
                size=1,
                raw=b"",
                received_at=NOW,
                stored_at=NOW,
                due_at=NOW,
            )
            for number in range(count)
        )


def the_message(database: Database) -> Message:
    with database.read() as session:
        return session.scalars(select(Message)).one()


def failing(failure: BaseException) -> Reading:
    def work(_: int) -> str:
        raise failure

    return Reading(work)


def test_an_item_is_done_once_and_then_there_is_no_more_work(database: Database, runner: Runner) -> None:
    add_messages(database)
    assert runner.run_one(Reading())
    assert not runner.run_one(Reading())
    assert the_message(database).state is MessageState.READ
    assert the_message(database).lease_until is None


def test_no_transaction_is_open_while_the_step_works(database: Database, runner: Runner) -> None:
    add_messages(database)

    def work(_: int) -> str:
        with database.write() as session:  # would run into the busy timeout if the claim still held the write lock
            session.add(MessageEvent(message_id=1, at=NOW, new="received", way="test"))
        return "đã đọc"

    assert runner.run_one(Reading(work))
    assert the_message(database).state is MessageState.READ


def test_a_temporary_failure_is_tried_again_later(database: Database, runner: Runner, clock: Clock) -> None:
    add_messages(database)
    step = failing(WorkFailed("máy chủ bận"))
    assert runner.run_one(step)
    assert not runner.run_one(step)
    assert the_message(database).failure == "máy chủ bận"
    clock.now += QUICK.delays[0]
    assert runner.run_one(Reading())
    assert the_message(database).state is MessageState.READ


def test_after_the_last_attempt_a_person_sees_the_reason(database: Database, runner: Runner, clock: Clock) -> None:
    add_messages(database)
    for delay in (*QUICK.delays, timedelta()):
        assert runner.run_one(failing(WorkFailed("máy chủ bận")))
        clock.now += delay
    assert (the_message(database).state, the_message(database).reason) == (MessageState.QUARANTINED, "máy chủ bận")


def test_a_permanent_failure_is_not_tried_again(database: Database, runner: Runner) -> None:
    add_messages(database)
    assert runner.run_one(failing(WorkFailed("quá lớn", permanent=True)))
    assert the_message(database).state is MessageState.QUARANTINED


def test_an_unforeseen_error_is_retried_and_never_shown_as_a_traceback(
    database: Database, runner: Runner, caplog: pytest.LogCaptureFixture
) -> None:
    add_messages(database)
    assert runner.run_one(failing(ZeroDivisionError("x")))
    assert the_message(database).failure == UNFORESEEN
    assert "ZeroDivisionError" in caplog.text


def test_an_item_that_kills_its_worker_again_and_again_is_given_up(
    database: Database, runner: Runner, clock: Clock
) -> None:
    add_messages(database)
    for _ in range(DEATHS + 1):
        with pytest.raises(KeyboardInterrupt):
            runner.run_one(failing(KeyboardInterrupt()))
        clock.now += Reading.lease + timedelta(seconds=1)
    assert runner.run_one(Reading())
    assert (the_message(database).state, the_message(database).reason) == (MessageState.QUARANTINED, DIED)


def test_a_few_deaths_of_its_worker_are_not_the_items_fault(database: Database, runner: Runner, clock: Clock) -> None:
    add_messages(database)
    for _ in range(DEATHS - 1):
        with pytest.raises(KeyboardInterrupt):
            runner.run_one(failing(KeyboardInterrupt()))
        clock.now += Reading.lease + timedelta(seconds=1)
    assert runner.run_one(failing(WorkFailed("máy chủ bận")))  # the first attempt that tells of the item itself
    assert the_message(database).failure == "máy chủ bận"
    clock.now += QUICK.delays[0]
    assert runner.run_one(Reading())
    assert the_message(database).state is MessageState.READ


def test_a_held_item_is_nobody_elses_until_the_lease_runs_out(database: Database, runner: Runner, clock: Clock) -> None:
    add_messages(database)
    seen: list[bool] = []

    def work(_: int) -> str:
        seen.append(runner.run_one(Reading()))
        return "đã đọc"

    runner.run_one(Reading(work))
    assert seen == [False]


def test_who_comes_too_late_saves_nothing(database: Database, runner: Runner, clock: Clock) -> None:
    add_messages(database)

    def work(_: int) -> str:
        clock.now += Reading.lease + timedelta(seconds=1)
        runner.run_one(Reading(lambda _: "người thứ hai"))
        return "người thứ nhất"

    runner.run_one(Reading(work))
    assert the_message(database).subject == "người thứ hai"


def test_many_workers_do_each_item_once(database: Database, runner: Runner) -> None:
    add_messages(database, 60)
    done: list[int] = []

    def work(job: int) -> str:
        done.append(job)
        return "đã đọc"

    def drain() -> None:
        while runner.run_one(Reading(work)):
            pass

    threads = [threading.Thread(target=drain) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == list(range(1, 61))


def test_a_new_process_takes_over_what_the_dead_one_held(database: Database, runner: Runner) -> None:
    add_messages(database)
    with pytest.raises(KeyboardInterrupt):
        runner.run_one(failing(KeyboardInterrupt()))
    assert not runner.run_one(Reading())
    with database.write() as session:
        release_leases(session, (Message,), NOW - timedelta(seconds=1))
    assert runner.run_one(Reading())


class Broken(Reading):
    """A step whose own code fails outside of its work."""

    def __init__(self, where: str) -> None:
        super().__init__()
        self._where = where

    def load(self, session: Session, row: Message, now: datetime) -> int:
        if self._where == "load":
            raise ZeroDivisionError
        return super().load(session, row, now)

    def work(self, job: int) -> str:
        raise WorkFailed("hỏng", permanent=True)

    def give_up(self, session: Session, row: Message, failure: WorkFailed, now: datetime) -> None:
        if self._where == "give_up":
            raise ZeroDivisionError
        super().give_up(session, row, failure, now)


@pytest.mark.parametrize("where", ["load", "give_up"])
def test_an_item_that_breaks_a_step_does_not_hold_up_the_next_one(
    database: Database, runner: Runner, clock: Clock, where: str
) -> None:
    add_messages(database, 2)
    assert runner.run_one(Broken(where))
    assert runner.run_one(Reading())
    with database.read() as session:
        assert [message.subject for message in session.scalars(select(Message).order_by(Message.id))] == [
            None,
            "đã đọc",
        ]


@pytest.mark.parametrize(("where", "reason"), [("load", UNFORESEEN), ("give_up", None)])
def test_an_item_that_breaks_a_step_for_ever_is_left_for_a_person(
    database: Database, runner: Runner, clock: Clock, where: str, reason: str | None
) -> None:
    add_messages(database)
    rounds = 0
    while runner.run_one(Broken(where)):
        clock.now += timedelta(hours=1)
        rounds += 1
        assert rounds < 10
    message = the_message(database)
    assert (message.due_at, message.reason) == (None, reason)
    assert reason or message.failure == UNFORESEEN


@pytest.mark.parametrize(
    ("failure", "attempt", "wait"),
    [
        (WorkFailed("bận"), 1, timedelta(minutes=1)),
        (WorkFailed("bận"), 2, timedelta(minutes=5)),
        (WorkFailed("bận"), 3, None),  # the policy has two delays
        (WorkFailed("không có"), 3, None),
        (WorkFailed("không có", permanent=True), 1, None),
        (WorkFailed("chờ", retry_after=600), 1, timedelta(minutes=10)),  # the other side's wish, when it is longer
        (WorkFailed("chờ", retry_after=1), 1, timedelta(minutes=1)),
        (WorkFailed("chờ", retry_after=1e9), 1, timedelta(days=1)),  # but no wish is endless
    ],
)
def test_the_retry_policy(failure: WorkFailed, attempt: int, wait: timedelta | None) -> None:
    policy = RetryPolicy((timedelta(minutes=1), timedelta(minutes=5)))
    assert policy.next_try(failure, attempt, NOW) == (None if wait is None else NOW + wait)


def test_a_period_runs_once_whoever_asks(database: Database, runner: Runner) -> None:
    made: list[datetime] = []
    for _ in range(3):
        runner.run_period("digest", "2026-11-25T07:30", lambda _, now: made.append(now))
    runner.run_period("digest", "2026-11-26T07:30", lambda _, now: made.append(now))
    assert len(made) == 2


def test_a_period_whose_job_fails_is_not_marked_as_done(database: Database, runner: Runner) -> None:
    def broken(_: Session, __: datetime) -> None:
        raise WorkFailed("đĩa đầy")

    with pytest.raises(WorkFailed):
        runner.run_period("digest", "2026-11-25", broken)
    assert runner.run_period("digest", "2026-11-25", lambda *_: None)


def test_a_commit_between_look_and_wait_wakes_the_waiter_at_once() -> None:
    wake = Wake()
    seen = wake.seen(Group.FETCHING)
    wake.call(Group.FETCHING)
    wake.wait(seen, 60, Group.FETCHING)  # the test's own timeout would end it
    assert wake.seen(Group.FETCHING) == seen + 1


def test_a_call_concerns_its_group_and_whoever_watches() -> None:
    wake = Wake()
    wake.call(Group.FETCHING)
    assert [wake.seen(group) for group in (Group.FETCHING, Group.READING, Group.WATCHING)] == [1, 0, 1]


def test_who_takes_an_item_calls_the_next_of_its_group(database: Database) -> None:
    wake = Wake()
    add_messages(database)
    Runner(database, lambda: NOW, wake).run_one(Reading())
    assert wake.seen(Group.READING) == 1
