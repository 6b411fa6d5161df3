"""Several items share a claim and a commit; whatever goes wrong among them hurts the guilty one only."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from db.models import Message
from db.session import Database
from db.states import MessageState
from db.wake import Wake
from db.work import BATCH_BYTES, DEATHS, UNFORESEEN, Runner, WorkFailed
from tests.db.test_work import Clock, Reading, add_messages


class Together(Reading):
    """Reads up to four messages at a time; `bad` breaks where the test wants it."""

    batch = 4

    def __init__(self, where: str = "", bad: int = 0) -> None:
        super().__init__(self._read)
        self._where, self._bad = where, bad
        self.visits: list[int] = []

    def load(self, session: Session, row: Message, now: datetime) -> int:
        self._break("load", row.id)
        return super().load(session, row, now)

    def _read(self, job: int) -> str:
        self._break("work", job)
        if self._where == "failure" and job == self._bad:
            raise WorkFailed("không đọc được", permanent=True)
        return "đã đọc"

    def work_together(self, jobs: Sequence[int]) -> Sequence[str | WorkFailed]:
        self.visits.append(len(jobs))
        return super().work_together(jobs)

    def save(self, session: Session, row: Message, result: str, now: datetime) -> None:
        self._break("save", row.id)
        super().save(session, row, result, now)

    def _break(self, where: str, item: int) -> None:
        if where == self._where and item == self._bad:
            raise ZeroDivisionError


@pytest.fixture
def runner(database: Database) -> Runner:
    return Runner(database, Clock(), Wake())


def subjects(database: Database) -> list[str | None]:
    with database.read() as session:
        return [message.subject for message in session.scalars(select(Message).order_by(Message.id))]


def test_as_many_as_the_step_takes_share_one_visit(database: Database, runner: Runner) -> None:
    add_messages(database, 6)
    step = Together()
    assert runner.run_batch(step)
    assert runner.run_batch(step)
    assert not runner.run_batch(step)
    assert step.visits == [4, 2]
    assert subjects(database) == ["đã đọc"] * 6


@pytest.mark.parametrize("bad", [1, 2, 4])
@pytest.mark.parametrize("where", ["load", "work", "save", "failure"])
def test_one_bad_item_does_not_harm_its_company(database: Database, runner: Runner, where: str, bad: int) -> None:
    add_messages(database, 4)
    step = Together(where, bad)
    while runner.run_batch(step):
        pass
    assert subjects(database) == [None if number == bad else "đã đọc" for number in range(1, 5)]
    with database.read() as session:
        message = session.get_one(Message, bad)
        assert (message.failure or message.reason, message.lease_until) == (
            "không đọc được" if where == "failure" else UNFORESEEN,
            None,
        )


def test_who_comes_too_late_with_several_saves_only_what_is_still_his(database: Database) -> None:
    clock = Clock()
    runner = Runner(database, clock, Wake())
    add_messages(database, 3)

    class Slow(Together):
        def work_together(self, jobs: Sequence[int]) -> Sequence[str | WorkFailed]:
            clock.now += self.lease + timedelta(seconds=1)
            Runner(database, clock, Wake()).run_one(Reading(lambda _: "người thứ hai"))
            return super().work_together(jobs)

    runner.run_batch(Slow())
    assert subjects(database) == ["người thứ hai", "đã đọc", "đã đọc"]
    with database.read() as session:
        assert {message.state for message in session.scalars(select(Message))} == {MessageState.READ}


def test_a_batch_ends_before_it_grows_too_heavy(database: Database, runner: Runner) -> None:
    add_messages(database, 5)
    heavy = {1: BATCH_BYTES * 2, 2: 1, 3: BATCH_BYTES - 1, 4: 1, 5: 1}  # an item that is too heavy goes alone

    class Weighing(Together):
        def weight(self, row: Message) -> int:
            return heavy[row.id]

    step = Weighing()
    while runner.run_batch(step):
        pass
    assert step.visits == [2, 2]  # the first and the last were worked alone
    assert subjects(database) == ["đã đọc"] * 5


def test_what_found_no_room_to_be_saved_is_done_again_as_if_nothing_had_happened(
    database: Database, runner: Runner
) -> None:
    add_messages(database, 2)

    class Full(Together):
        def save(self, session: Session, row: Message, result: str, now: datetime) -> None:
            cause = sqlite3.OperationalError("database or disk is full")
            cause.sqlite_errorcode = sqlite3.SQLITE_FULL
            raise OperationalError("INSERT", None, cause)

    for _ in range(DEATHS + 5):
        with pytest.raises(OperationalError):
            runner.run_batch(Full())
    while runner.run_batch(Together()):
        pass
    assert subjects(database) == ["đã đọc"] * 2
