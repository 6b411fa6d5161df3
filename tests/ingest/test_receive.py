"""What is new in a folder is stored once, whatever the server does with its numbers."""

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Self

import pytest
from sqlalchemy import select

from db.models import MailboxEntry, Message
from db.queries import mailbox as ledger
from db.session import Database
from ingest.mailbox_protocol import FetchedMail, FolderStatus
from ingest.receive import account_of, receive
from ingest.settings import MailboxSettings
from tests.factories import NOW

SETTINGS = MailboxSettings(host="imap.example", username="pgd", start_from="all")


@dataclass
class Folder:
    """A mailbox whose numbers the test sets."""

    mails: dict[int, bytes] = field(default_factory=dict)
    uidvalidity: int = 1
    at: datetime = NOW

    @contextmanager
    def connect(self) -> Iterator[Self]:
        yield self

    def status(self) -> FolderStatus:
        return FolderStatus(self.uidvalidity, max(self.mails, default=0) + 1)

    def uids_after(self, last_uid: int) -> list[int]:
        return sorted(uid for uid in self.mails if uid > last_uid)

    def fetch(self, uids: Iterable[int]) -> Iterator[FetchedMail]:
        for uid in uids:
            yield FetchedMail(uid, self.mails[uid], len(self.mails[uid]), self.at)

    def first_uid_since(self, day: date) -> int:
        return 1 if day <= self.at.date() else self.status().uidnext

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
