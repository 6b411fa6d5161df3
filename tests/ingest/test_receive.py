"""What is new in a folder is stored once, whatever the server does with its numbers."""

import zlib
from collections.abc import Iterable, Iterator
from concurrent.futures import CancelledError
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from threading import Thread
from typing import Any

import pytest
from imapclient import IMAPClient
from sqlalchemy import event, select

from db.models import MailboxEntry, Message
from db.queries import mailbox as ledger
from db.session import Database
from ingest.mailbox import OpenImapMailbox
from ingest.mailbox_protocol import FetchedMail, MailboxError
from ingest.receive import account_of, receive
from ingest.settings import MailboxSettings
from ingest.storing import Place, store
from tests.factories import NOW
from tests.ingest.folder import Folder
from tests.mails import mail
from tests.servers.dovecot import Dovecot

SETTINGS = MailboxSettings(host="imap.example", username="pgd", start_from="all")


def stored(database: Database) -> list[int]:
    with database.read() as session:
        return [message.size for message in session.scalars(select(Message).order_by(Message.id))]


def test_new_mails_are_stored_once(database: Database) -> None:
    folder = Folder({1: b"mot", 2: b"hai!"})
    assert receive(folder, database, SETTINGS, NOW) == 2
    assert receive(folder, database, SETTINGS, NOW) == 0
    folder.mails[3] = b"ba-ba"
    assert receive(folder, database, SETTINGS, NOW) == 1
    assert stored(database) == [3, 4, 5]


def test_by_default_only_what_comes_from_now_on_counts(database: Database) -> None:
    folder = Folder({1: b"cu"})
    settings = MailboxSettings(host="imap.example", username="pgd")
    assert receive(folder, database, settings, NOW) == 0
    folder.mails[2] = b"moi"
    assert receive(folder, database, settings, NOW) == 1


def test_a_folder_that_could_not_be_opened_at_first_starts_when_it_can(database: Database) -> None:
    settings = MailboxSettings(host="imap.example", username="pgd")
    with database.write() as session:
        ledger.note_failure(session, account_of(settings), "INBOX", "sai mật khẩu", NOW)
    folder = Folder({1: b"cu"})
    assert receive(folder, database, settings, NOW) == 0
    folder.mails[2] = b"moi"
    assert receive(folder, database, settings, NOW) == 1
    with database.read() as session:
        state = ledger.state(session, account_of(settings), "INBOX")
        assert state is not None
        assert (state.failed_since, state.since) == (None, NOW)


def test_a_start_day_leaves_older_mails_alone(database: Database) -> None:
    folder = Folder({1: b"cu"}, at=NOW - timedelta(days=30))
    settings = MailboxSettings(host="imap.example", username="pgd", start_from="2026-11-01")
    assert receive(folder, database, settings, NOW) == 0


def test_a_renumbered_folder_is_compared_by_content(database: Database) -> None:
    folder = Folder({7: b"mot", 8: b"hai"})
    receive(folder, database, SETTINGS, NOW)
    folder.uidvalidity, folder.mails = 2, {1: b"hai", 2: b"ba", 3: b"mot"}
    assert receive(folder, database, SETTINGS, NOW) == 1
    with database.read() as session:
        assert len(session.scalars(select(MailboxEntry)).all()) == 5
        state = ledger.state(session, account_of(SETTINGS), "INBOX")
        assert state is not None
        assert (state.uidvalidity, state.last_uid) == (2, 3)


def test_numbers_used_again_in_a_new_folder_hide_no_new_mail(database: Database) -> None:
    folder = Folder({1: b"mot"})
    receive(folder, database, SETTINGS, NOW)
    folder.uidvalidity, folder.mails = 2, {1: b"mot khac"}
    assert receive(folder, database, SETTINGS, NOW) == 1


def test_two_mails_of_the_same_bytes_are_one_message(database: Database) -> None:
    assert receive(Folder({1: b"nhu nhau", 2: b"nhu nhau"}), database, SETTINGS, NOW) == 1


def test_a_mail_dated_in_the_future_is_received_now(database: Database) -> None:
    receive(Folder({1: b"mai sau"}, at=NOW + timedelta(days=300)), database, SETTINGS, NOW)
    with database.read() as session:
        assert session.scalars(select(Message.received_at)).one() == NOW


def test_the_cursor_and_the_mails_are_committed_together(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    class Breaking(Folder):
        def fetch(self, uids: Iterable[int]) -> Iterator[FetchedMail]:
            yield FetchedMail(1, b"mot", 3, NOW)
            raise ZeroDivisionError

    monkeypatch.setattr("threading.excepthook", lambda _: None)
    folder = Breaking({1: b"mot", 2: b"hai"})
    with pytest.raises(CancelledError):
        receive(folder, database, SETTINGS, NOW)
    assert receive(Folder(folder.mails), database, SETTINGS, NOW) == 2


class Fragile(Folder):
    """Breaks after every third mail."""

    def fetch(self, uids: Iterable[int]) -> Iterator[FetchedMail]:
        yield from islice(super().fetch(uids), 3)
        raise MailboxError("mất kết nối", permanent=False)


@pytest.mark.parametrize("renumbered", [False, True])
def test_a_mailbox_that_breaks_again_and_again_is_read_to_its_end(database: Database, *, renumbered: bool) -> None:
    folder = Fragile()
    assert receive(folder, database, SETTINGS, NOW) == 0
    folder.mails, folder.uidvalidity = {uid: b"x" * uid for uid in range(1, 9)}, 1 + renumbered
    for size in (3, 6, 8):
        with pytest.raises(MailboxError):
            receive(folder, database, SETTINGS, NOW)
        assert len(stored(database)) == size
    assert receive(folder, database, SETTINGS, NOW) == 0
    assert stored(database) == list(range(1, 9))
    assert folder.fetched == stored(database)


@pytest.mark.parametrize("renumbered", [False, True])
def test_a_reading_that_may_not_go_on_leaves_the_rest_to_the_next(
    database: Database, monkeypatch: pytest.MonkeyPatch, *, renumbered: bool
) -> None:
    monkeypatch.setattr("ingest.receive.COMMIT_MAILS", 2)
    folder = Folder()
    receive(folder, database, SETTINGS, NOW)
    folder.mails, folder.uidvalidity = {uid: b"x" * uid for uid in range(1, 8)}, 1 + renumbered
    answers = iter([True, False])
    assert receive(folder, database, SETTINGS, NOW + timedelta(hours=1), may_go_on=lambda: next(answers)) == 4
    with database.read() as session:
        (state,) = ledger.states(session)
        assert (state.read_at, state.uidvalidity, state.last_uid) == (NOW, 1, 0 if renumbered else 4)
    assert receive(folder, database, SETTINGS, NOW) == 3
    assert stored(database) == list(range(1, 8))
    assert last_uid(database) == (1 + renumbered, 7)


@pytest.mark.parametrize(
    ("start_from", "count"), [pytest.param("", 2, id="from the last reading"), pytest.param("all", 4, id="as told")]
)
def test_a_mailbox_whose_host_was_corrected_is_gone_on_with(
    database: Database, caplog: pytest.LogCaptureFixture, start_from: str, count: int
) -> None:
    folder = Folder({1: b"cu"}, at=NOW - timedelta(days=9))
    receive(folder, database, FROM_NOW_ON, NOW)
    folder.mails[2], folder.dates[2] = b"da doc", NOW
    read_at = NOW + timedelta(days=3)
    assert receive(folder, database, FROM_NOW_ON, read_at) == 1
    mails = {**folder.mails, 3: b"moi", 4: b"lac cho, cu", 5: b"moi nua"}
    moved = Folder(mails, uidvalidity=9, dates=folder.dates | {1: folder.at, 3: read_at, 5: read_at}, at=folder.at)
    settings = replace(FROM_NOW_ON, host="mail.example", start_from=start_from)
    later = read_at + timedelta(hours=5)
    assert receive(moved, database, settings, later) == count
    assert ("another server" in caplog.text) == (start_from == "")
    moved.mails[6] = b"moi hon"
    assert receive(moved, database, settings, later) == 1
    with database.read() as session:
        state = ledger.state(session, account_of(settings), "INBOX")
        assert state is not None
        assert (state.uidvalidity, state.last_uid, state.first_uid) == (9, 6, 1 if start_from else 3)


@pytest.mark.parametrize(("username", "folder"), [("khac", "INBOX"), ("pgd", "Khác")])
def test_another_mailbox_begins_by_itself(database: Database, username: str, folder: str) -> None:
    receive(Folder(), database, FROM_NOW_ON, NOW)
    settings = replace(FROM_NOW_ON, host="mail.example", username=username, folder=folder)
    assert receive(Folder({1: b"mot"}), database, settings, NOW + timedelta(hours=1)) == 0


FROM_NOW_ON = MailboxSettings(host="imap.example", username="pgd")
EARLIER_THAT_DAY = NOW - timedelta(minutes=5)


def last_uid(database: Database) -> tuple[int, int]:
    with database.read() as session:
        state = ledger.state(session, account_of(FROM_NOW_ON), "INBOX")
        assert state is not None
        return state.uidvalidity, state.last_uid


def test_a_renumbered_folder_brings_back_nothing_from_before_the_start(database: Database) -> None:
    folder = Folder({1: b"cu"}, at=EARLIER_THAT_DAY)
    started = NOW.replace(microsecond=700_000)
    assert receive(folder, database, FROM_NOW_ON, started) == 0
    folder.uidvalidity = 2
    folder.mails = {1: b"moi--", 2: b"cu", 3: b"cung giay", 4: b"cu hon"}
    folder.dates = {1: NOW + timedelta(hours=2), 3: started.replace(microsecond=0)}
    assert receive(folder, database, FROM_NOW_ON, NOW + timedelta(hours=3)) == 2
    assert stored(database) == [len(b"moi--"), len(b"cung giay")]
    assert last_uid(database) == (2, 4)


def test_a_renumbered_folder_is_gone_on_with_where_reading_broke_off(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.receive.COMMIT_MAILS", 1)

    class Breaking(Folder):
        def fetch(self, uids: Iterable[int]) -> Iterator[FetchedMail]:
            yield from islice(super().fetch(uids), 1)
            raise MailboxError("mất kết nối", permanent=False)

    receive(Folder(), database, FROM_NOW_ON, NOW)
    folder = Breaking({1: b"moi", 2: b"cu", 3: b"moi nua"}, 2, EARLIER_THAT_DAY, {1: NOW, 3: NOW})
    with pytest.raises(MailboxError):
        receive(folder, database, FROM_NOW_ON, NOW)
    assert stored(database) == [len(b"moi")]
    asked: list[int] = []

    class Mended(Folder):
        def fetch(self, uids: Iterable[int]) -> Iterator[FetchedMail]:
            asked.extend(uids)
            return super().fetch(asked)

    assert receive(Mended(folder.mails, 2, folder.at, folder.dates), database, FROM_NOW_ON, NOW) == 1
    assert asked == [2, 3]  # what was stored is not fetched again
    assert last_uid(database) == (2, 3)


def test_a_server_whose_clock_is_slow_loses_no_mail(database: Database) -> None:
    folder = Folder({}, at=EARLIER_THAT_DAY)
    receive(folder, database, FROM_NOW_ON, NOW)
    folder.mails[1] = b"vua den"
    assert receive(folder, database, FROM_NOW_ON, NOW) == 1


def test_without_a_start_a_renumbered_folder_is_read_whole(database: Database) -> None:
    folder = Folder({1: b"mot"}, at=NOW - timedelta(days=900))
    receive(folder, database, SETTINGS, NOW)
    folder.uidvalidity, folder.mails = 2, {1: b"mot", 2: b"hai"}
    assert receive(folder, database, SETTINGS, NOW) == 1


@pytest.mark.parametrize(
    ("since", "count"), [(None, 2), (NOW, 1), (NOW + timedelta(seconds=1), 0), (NOW - timedelta(days=1), 2)]
)
def test_only_mails_since_the_start_are_stored_but_the_cursor_passes_all(
    database: Database, since: datetime | None, count: int
) -> None:
    receive(Folder(), database, FROM_NOW_ON, NOW)
    mails = [FetchedMail(5, b"moi", 3, NOW), FetchedMail(6, b"cu", 2, NOW - timedelta(seconds=1))]
    with database.write() as session:
        assert store(session, Place(account_of(FROM_NOW_ON), "INBOX", 1), mails, NOW, since) == count
    assert last_uid(database) == (1, 6)


def test_two_mails_that_the_server_keeps_to_itself_are_two_messages(database: Database) -> None:
    class Silent(Folder):
        def fetch(self, uids: Iterable[int]) -> Iterator[FetchedMail]:
            for uid in uids:
                yield FetchedMail(uid, b"", 9, NOW, truncated=True)

    folder = Silent({1: b"", 2: b""})
    assert receive(folder, database, SETTINGS, NOW) == 2
    assert receive(folder, database, SETTINGS, NOW) == 0


def texts(database: Database) -> list[bytes]:
    with database.read() as session:
        return [zlib.decompress(raw) for raw in session.scalars(select(Message.raw).order_by(Message.id))]


def test_numbers_given_a_second_time_under_the_same_validity_hide_no_mail(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    folder = Folder({1: b"mot", 2: b"hai", 3: b"ba", 4: b"bon"})
    receive(folder, database, SETTINGS, NOW)
    folder.mails = {1: b"mot", 2: b"hai"}  # restored from a backup
    assert receive(folder, database, SETTINGS, NOW) == 0
    assert "a second time" in caplog.text
    folder.mails |= {3: b"ba moi", 4: b"bon"}
    assert receive(folder, database, SETTINGS, NOW) == 1
    assert texts(database) == [b"mot", b"hai", b"ba", b"bon", b"ba moi"]
    assert last_uid(database) == (1, 4)


def test_numbers_that_were_given_again_before_anybody_looked_are_read_again(database: Database) -> None:
    folder = Folder({uid: f"thu {uid}".encode() for uid in range(1, 11)})
    receive(folder, database, SETTINGS, NOW)
    folder.mails = {**{uid: folder.mails[uid] for uid in range(1, 6)}, 6: b"moi 6", 7: b"moi 7"}
    assert receive(folder, database, SETTINGS, NOW + timedelta(hours=1)) == 2
    assert receive(folder, database, SETTINGS, NOW + timedelta(hours=1)) == 0


def test_after_a_restore_what_lay_there_before_the_start_still_does_not_count(database: Database) -> None:
    folder = Folder({uid: b"cu %d" % uid for uid in range(1, 10)}, at=NOW - timedelta(days=9))
    receive(folder, database, FROM_NOW_ON, NOW)
    folder.mails[10], folder.dates[10] = b"moi", NOW
    assert receive(folder, database, FROM_NOW_ON, NOW) == 1
    del folder.mails[10], folder.mails[9], folder.mails[8]
    assert receive(folder, database, FROM_NOW_ON, NOW) == 0
    folder.mails[8], folder.dates[8] = b"moi hon", NOW + timedelta(hours=1)
    assert receive(folder, database, FROM_NOW_ON, NOW + timedelta(hours=2)) == 1


def test_a_mailbox_that_is_emptied_stays_read(database: Database) -> None:
    folder = Folder({1: b"mot", 2: b"hai"})
    receive(folder, database, SETTINGS, NOW)
    folder.mails, folder.uidnext = {}, 3
    assert receive(folder, database, SETTINGS, NOW) == 0
    folder.mails, folder.uidnext = {3: b"ba"}, 4
    assert receive(folder, database, SETTINGS, NOW) == 1


def test_mails_that_vanish_while_others_are_read_hold_up_nobody(database: Database) -> None:
    class Vanishing(Folder):
        def fetch(self, uids: Iterable[int]) -> Iterator[FetchedMail]:
            listed = list(uids)
            del self.mails[2]
            return super().fetch(listed)

    assert receive(Vanishing({1: b"mot", 2: b"hai", 3: b"ba"}), database, SETTINGS, NOW) == 2
    assert last_uid(database) == (1, 3)


def test_a_fault_in_the_middle_of_reading_ends_the_reading(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken(Folder):
        def fetch(self, uids: Iterable[int]) -> Iterator[FetchedMail]:
            yield from super().fetch(uids)
            raise ZeroDivisionError

    faults: list[object] = []
    monkeypatch.setattr("threading.excepthook", faults.append)
    with pytest.raises(CancelledError):
        receive(Broken({1: b"mot"}), database, SETTINGS, NOW)
    assert len(faults) == 1


def test_two_processes_that_store_the_same_mails_at_once_store_each_once(database: Database) -> None:
    mails = [FetchedMail(uid, b"thu %d" % (uid % 40), 6, NOW) for uid in range(1, 81)]
    receive(Folder(), database, SETTINGS, NOW)
    counts: list[int] = []

    def store_all(folder: str, order: int) -> None:
        for start in range(0, 80, 20):
            with database.write() as session:
                some = mails[::order][start : start + 20]
                counts.append(store(session, Place(account_of(SETTINGS), folder, 1), some, NOW))

    threads = [Thread(target=store_all, args=pair) for pair in (("INBOX", 1), ("Archive", -1), ("INBOX", -1))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(counts) == 40
    with database.read() as session:
        assert len(session.scalars(select(MailboxEntry)).all()) == 160


def test_a_mail_carries_what_its_copies_have_in_common(database: Database) -> None:
    receive(Folder({1: mail("Kính gửi"), 2: b"From: a@b.example\r\n\r\nkhong co ma"}), database, SETTINGS, NOW)
    with database.read() as session:
        twins = session.scalars(select(Message.twin).order_by(Message.id)).all()
    assert [twin is None for twin in twins] == [False, True]


def test_many_mails_take_few_statements(sqlite_database: Database) -> None:
    statements: list[str] = []
    folder = Folder({uid: b"thu %d" % uid for uid in range(1, 501)})
    receive(Folder(), sqlite_database, SETTINGS, NOW)
    event.listen(sqlite_database.engine, "before_cursor_execute", lambda *told: statements.append(told[2]))
    assert receive(folder, sqlite_database, SETTINGS, NOW) == 500
    assert len(statements) < 40


@pytest.mark.servers
def test_on_a_real_server_a_mailbox_that_people_empty_is_read_on(
    database: Database, dovecot: Dovecot, mailbox_settings: MailboxSettings, office: OpenImapMailbox
) -> None:
    settings = replace(mailbox_settings, start_from="all")
    for number in range(3):
        dovecot.deliver(mail(f"Thư số {number}"), settings.username)

    class Emptied:
        """A person removes the second mail between its being listed and fetched, and the others later."""

        def __getattr__(self, name: str) -> Any:
            return getattr(office, name)

        def fetch(self, uids: Iterable[int]) -> Iterator[FetchedMail]:
            remove(2)
            return office.fetch(uids)

    with IMAPClient("127.0.0.1", dovecot.imap_port, ssl=False) as person:
        person.login(settings.username, settings.password)
        person.select_folder("INBOX")

        def remove(*uids: int) -> None:
            person.delete_messages(uids)
            person.expunge()

        assert receive(Emptied(), database, settings, NOW) == 2
        remove(1, 3)
    assert receive(office, database, settings, NOW) == 0
    dovecot.deliver(mail("Thư mới"), settings.username)
    assert receive(office, database, settings, NOW) == 1
