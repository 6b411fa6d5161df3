"""What several processes share: hosts' turns and duties; each has one holder at a time, on both databases."""

import threading
from datetime import timedelta

import pytest

from db.queries import hosts, leases
from db.session import Database
from tests.factories import NOW

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
