"""What several processes share: hosts' turns and duties; each has one holder at a time, on both databases."""

import threading
from datetime import timedelta

import pytest

from db.models import Story
from db.queries import hosts, leases, stories, work
from db.queries.turns import take_turns
from db.session import Database
from tests.factories import NOW, add_school, add_story

MINUTE = timedelta(minutes=1)


def test_a_hosts_turn_goes_to_one_and_comes_back_with_time(database: Database) -> None:
    with database.write() as session:
        assert hosts.take(session, "a.example", NOW, NOW + MINUTE)
        assert not hosts.take(session, "a.example", NOW, NOW + MINUTE)
        assert hosts.take(session, "b.example", NOW, NOW + MINUTE)
        assert hosts.take(session, "a.example", NOW + MINUTE, NOW + 2 * MINUTE)


def test_a_turn_can_be_passed_on_early(database: Database) -> None:
    with database.write() as session:
        hosts.take(session, "a.example", NOW, NOW + MINUTE)
        hosts.busy_until(session, "a.example", NOW)
        assert hosts.take(session, "a.example", NOW, NOW + MINUTE)


@pytest.mark.parametrize("new", [True, False])
def test_of_many_at_once_one_gets_the_turn(database: Database, *, new: bool) -> None:
    if not new:
        with database.write() as session:
            hosts.busy_until(session, "a.example", NOW)
    won: list[bool] = []
    start = threading.Barrier(6)

    def ask() -> None:
        start.wait()
        with database.write() as session:
            won.append(hosts.take(session, "a.example", NOW, NOW + MINUTE))

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(won) == [False] * 5 + [True]


def test_a_duty_is_kept_by_its_holder_and_inherited_when_he_is_gone(database: Database) -> None:
    with database.write() as session:
        assert leases.take(session, "mailbox", "một", NOW, NOW + MINUTE)
        assert not leases.take(session, "mailbox", "hai", NOW, NOW + MINUTE)
        assert leases.take(session, "mailbox", "một", NOW, NOW + 2 * MINUTE)
        assert not leases.take(session, "mailbox", "hai", NOW + MINUTE, NOW + 3 * MINUTE)
        assert leases.take(session, "mailbox", "hai", NOW + 2 * MINUTE, NOW + 3 * MINUTE)


def test_a_duty_that_is_dropped_is_free_at_once(database: Database) -> None:
    with database.write() as session:
        leases.take(session, "mailbox", "một", NOW, NOW + MINUTE)
        leases.drop(session, "một")
        assert leases.take(session, "mailbox", "hai", NOW, NOW + MINUTE)


DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


@pytest.mark.parametrize(
    ("ahead", "blocks"),
    [(MINUTE, True), (DAY, True), (DAY + SECOND, False), (1000 * DAY, False)],  # a day: as long as a host may ask us to
)
def test_a_turn_from_a_wrong_future_keeps_nobody_waiting(database: Database, ahead: timedelta, *, blocks: bool) -> None:
    with database.write() as session:
        hosts.busy_until(session, "a.example", NOW + ahead)
        assert hosts.take(session, "a.example", NOW, NOW + MINUTE) is not blocks
        assert not hosts.take(session, "a.example", NOW, NOW + MINUTE)


@pytest.mark.parametrize(
    ("ahead", "blocks"),
    [(2 * MINUTE, True), (61 * MINUTE, True), (61 * MINUTE + SECOND, False), (1000 * DAY, False)],
)
def test_a_duty_held_into_a_wrong_future_is_taken_over(database: Database, ahead: timedelta, *, blocks: bool) -> None:
    with database.write() as session:
        assert leases.take(session, "mailbox", "một", NOW + ahead - MINUTE, NOW + ahead)
        assert leases.take(session, "mailbox", "hai", NOW, NOW + MINUTE) is not blocks
        assert leases.take(session, "mailbox", "một", NOW, NOW + MINUTE) is blocks


@pytest.mark.parametrize(
    ("ahead", "blocks"),
    [(-SECOND, False), (MINUTE, True), (DAY, True), (DAY + SECOND, False), (1000 * DAY, False)],
)
def test_work_leased_into_a_wrong_future_is_taken_up(database: Database, ahead: timedelta, *, blocks: bool) -> None:
    with database.write() as session:
        add_story(session, add_school(session)).lease_until = NOW + ahead
    with database.write() as session:
        due = stories.to_fetch(NOW)
        assert work.any_free(session, due, NOW) is not blocks
        assert bool(work.first_free(session, due, NOW)) is not blocks


def test_letting_go_at_the_start_lets_go_of_a_wrong_future_too(sqlite_database: Database) -> None:
    with sqlite_database.write() as session:
        add_story(session, add_school(session)).lease_until = NOW + 1000 * DAY
    with sqlite_database.write() as session:
        work.release_leases(session, [Story], NOW)
        assert work.any_free(session, stories.to_fetch(NOW + SECOND), NOW + SECOND)


def test_who_deals_with_the_same_thing_waits_for_the_commit(database: Database) -> None:
    seen: list[str] = []
    inside = threading.Event()

    def second() -> None:
        inside.wait(10)
        with database.write() as session:
            session.connection()  # on SQLite the transaction alone is the turn
            take_turns(session, {"<b@x>", "<a@x>"})
            seen.append("second")

    thread = threading.Thread(target=second)
    thread.start()
    with database.write() as session:
        session.connection()
        take_turns(session, {"<a@x>", "<c@x>"})
        inside.set()
        thread.join(0.3)
        seen.append("first")
    thread.join(10)
    assert seen == ["first", "second"]
