"""What is new in a folder is stored once, whatever the server does with its numbers."""

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Self

import pytest
from sqlalchemy import select

from db.models import MailboxEntry, Message
from db.queries import mailbox as ledger
from db.session import Database
from ingest.mailbox_protocol import FetchedMail, FolderStatus
from ingest.receive import Place, account_of, receive, store
from ingest.settings import MailboxSettings
from tests.factories import NOW

SETTINGS = MailboxSettings(host="imap.example", username="pgd", start_from="all")


@dataclass
class Folder:
    """A mailbox whose numbers the test sets."""

    mails: dict[int, bytes] = field(default_factory=dict)
    uidvalidity: int = 1
    at: datetime = NOW
    dates: dict[int, datetime] = field(default_factory=dict)  # of single mails, where they differ

    @contextmanager
    def connect(self) -> Iterator[Self]:
        yield self

    def status(self) -> FolderStatus:
        return FolderStatus(self.uidvalidity, max(self.mails, default=0) + 1)

    def uids_after(self, last_uid: int) -> list[int]:
        return sorted(uid for uid in self.mails if uid > last_uid)

    def fetch(self, uids: Iterable[int]) -> Iterator[FetchedMail]:
        for uid in uids:
            yield FetchedMail(uid, self.mails[uid], len(self.mails[uid]), self._date(uid))

    def first_uid_since(self, day: date) -> int:
        return min((uid for uid in self.mails if self._date(uid).date() >= day), default=self.status().uidnext)

    def _date(self, uid: int) -> datetime:
        return self.dates.get(uid, self.at)

    def wait(self, seconds: float, stop: threading.Event) -> bool:
        return False


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


def test_the_cursor_and_the_mails_are_committed_together(database: Database) -> None:
    class Breaking(Folder):
        def fetch(self, uids: Iterable[int]) -> Iterator[FetchedMail]:
            yield FetchedMail(1, b"mot", 3, NOW)
            raise ConnectionError

    folder = Breaking({1: b"mot", 2: b"hai"})
    with pytest.raises(ConnectionError):
        receive(folder, database, SETTINGS, NOW)
    assert receive(Folder(folder.mails), database, SETTINGS, NOW) == 2


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
            raise ConnectionError

    receive(Folder(), database, FROM_NOW_ON, NOW)
    folder = Breaking({1: b"moi", 2: b"cu", 3: b"moi nua"}, 2, EARLIER_THAT_DAY, {1: NOW, 3: NOW})
    with pytest.raises(ConnectionError):
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
