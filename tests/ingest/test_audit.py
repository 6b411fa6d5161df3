"""The ledger is compared with the server once a day: what it lacks or means wrongly is healed, and only once."""

from collections.abc import Collection
from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select, update

from db.models import MailboxEntry, MailboxState, MailMove, Message, MessageEvent
from db.queries import mailbox as ledger
from db.session import Database
from ingest.audit import EVERY, Audit, audit, audit_is_due
from ingest.mailbox import ImapMailbox, OpenImapMailbox
from ingest.receive import receive
from ingest.settings import MailboxSettings
from tests.factories import NOW
from tests.ingest.folder import Folder
from tests.mails import mail
from tests.servers.dovecot import Dovecot

SETTINGS = MailboxSettings(host="imap.example", username="pgd", start_from="all")
FROM_NOW_ON = MailboxSettings(host="imap.example", username="pgd")


@pytest.fixture
def folder(database: Database) -> Folder:
    """Five mails that were read."""
    made = Folder({uid: b"thu so %d" % uid for uid in range(1, 6)})
    receive(made, database, SETTINGS, NOW)
    made.fetched.clear()
    return made


def messages(database: Database) -> int:
    with database.read() as session:
        return session.scalars(select(func.count()).select_from(Message)).one()


def test_a_true_ledger_costs_no_fetch(database: Database, folder: Folder) -> None:
    assert audit(folder, database, SETTINGS, NOW) == Audit(mails=5, recovered=0)
    assert folder.fetched == []


def test_mails_that_the_ledger_lacks_are_found_once(database: Database, folder: Folder) -> None:
    with database.write() as session:
        session.execute(delete(MailboxEntry).where(MailboxEntry.uid.in_([2, 4])))
    assert audit(folder, database, SETTINGS, NOW) == Audit(5, 2)
    assert folder.fetched == [2, 4]
    assert messages(database) == 5
    assert audit(folder, database, SETTINGS, NOW) == Audit(5, 0)


def test_a_cursor_that_went_too_far_loses_nothing(database: Database, folder: Folder) -> None:
    with database.write() as session:
        session.execute(update(MailboxState).values(last_uid=9))
    folder.mails |= {6: b"bi bo qua", 7: b"cung the"}
    folder.uidnext = 10
    assert receive(folder, database, SETTINGS, NOW) == 0
    assert audit(folder, database, SETTINGS, NOW) == Audit(7, 2)
    assert audit(folder, database, SETTINGS, NOW) == Audit(7, 0)
    assert messages(database) == 7


def test_a_uid_that_holds_another_mail_now_is_read_again(database: Database, folder: Folder) -> None:
    with database.write() as session:
        entry = session.scalars(select(MailboxEntry).where(MailboxEntry.uid == 3)).one()
        session.add(MailMove(entry_id=entry.id, due_at=NOW))
    folder.mails[3] = b"mot thu hoan toan khac"
    assert audit(folder, database, SETTINGS, NOW) == Audit(5, 1)
    assert audit(folder, database, SETTINGS, NOW) == Audit(5, 0)
    assert messages(database) == 6
    with database.read() as session:
        assert session.scalars(select(MailMove)).all() == []  # it was another mail that was to be moved


def test_a_size_that_the_server_tells_otherwise_now_is_no_other_mail(database: Database, folder: Folder) -> None:
    with database.write() as session:
        session.execute(update(Message).values(size=Message.size + 7))
    assert audit(folder, database, SETTINGS, NOW) == Audit(5, 0)
    assert len(folder.fetched) == 5
    assert audit(folder, database, SETTINGS, NOW) == Audit(5, 0)
    assert len(folder.fetched) == 5


def test_a_size_that_the_server_keeps_to_itself_proves_nothing(database: Database) -> None:
    class Secretive(Folder):
        def sizes(self, uids: Collection[int] | None = None) -> dict[int, int]:
            return dict.fromkeys(self.mails, -1)

    folder = Secretive({1: b"mot"})
    receive(folder, database, SETTINGS, NOW)
    assert audit(folder, database, SETTINGS, NOW) == Audit(1, 0)


def test_mails_that_were_moved_away_are_not_missed(database: Database, folder: Folder) -> None:
    folder.move([1, 2])
    assert audit(folder, database, SETTINGS, NOW) == Audit(3, 0)


def test_new_mails_are_left_to_the_reading(database: Database, folder: Folder) -> None:
    folder.mails[6] = b"vua den"
    assert audit(folder, database, SETTINGS, NOW) == Audit(5, 0)
    assert receive(folder, database, SETTINGS, NOW) == 1


def test_mails_from_before_the_start_do_not_count(database: Database) -> None:
    folder = Folder({1: b"cu", 2: b"cu hon"}, at=NOW - timedelta(days=3))
    receive(folder, database, FROM_NOW_ON, NOW)
    folder.mails[3] = b"moi"
    receive(folder, database, FROM_NOW_ON, NOW)
    assert audit(folder, database, FROM_NOW_ON, NOW) == Audit(1, 0)


def test_what_a_renumbered_folder_passed_over_does_not_come_back_every_day(database: Database) -> None:
    folder = Folder({1: b"cu"}, at=NOW - timedelta(hours=5))
    receive(folder, database, FROM_NOW_ON, NOW)
    folder.mails[2], folder.dates[2] = b"moi", NOW
    receive(folder, database, FROM_NOW_ON, NOW)
    folder.uidvalidity = 2
    folder.mails = {1: b"cu", 2: b"moi", 3: b"cu hon", 4: b"moi nua"}
    folder.dates = {2: NOW, 4: NOW}
    assert receive(folder, database, FROM_NOW_ON, NOW) == 1
    for _ in range(2):
        assert audit(folder, database, FROM_NOW_ON, NOW) == Audit(3, 0)
    assert messages(database) == 2


def test_a_folder_that_was_renumbered_since_is_left_to_the_reading(database: Database, folder: Folder) -> None:
    folder.uidvalidity = 2
    assert audit(folder, database, SETTINGS, NOW) == Audit(0, 0)


def test_an_audit_that_may_not_go_on_stays_due(
    database: Database, folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.receive.COMMIT_MAILS", 2)
    with database.write() as session:
        session.execute(delete(MailboxEntry))
    assert audit(folder, database, SETTINGS, NOW, may_go_on=lambda: False) == Audit(5, 2)
    assert audit_is_due(database, SETTINGS, NOW)
    assert audit(folder, database, SETTINGS, NOW) == Audit(5, 3)
    assert not audit_is_due(database, SETTINGS, NOW)


def test_nothing_recovered_is_read_twice(database: Database, folder: Folder) -> None:
    with database.write() as session:
        session.execute(delete(MailboxEntry))
    audit(folder, database, SETTINGS, NOW)
    with database.read() as session:
        assert session.scalars(select(func.count()).select_from(MessageEvent)).one() == 5


def test_the_figures_are_kept_and_the_next_audit_is_due_a_day_later(database: Database, folder: Folder) -> None:
    assert audit_is_due(database, SETTINGS, NOW)
    audit(folder, database, SETTINGS, NOW)
    with database.read() as session:
        (state,) = ledger.states(session)
        assert (state.audited_at, state.audited, state.recovered) == (NOW, 5, 0)
    assert not audit_is_due(database, SETTINGS, NOW + EVERY - timedelta(seconds=1))
    assert audit_is_due(database, SETTINGS, NOW + EVERY)


def test_a_folder_that_was_never_read_is_not_audited(database: Database) -> None:
    assert not audit_is_due(database, SETTINGS, NOW)
    assert audit(Folder({1: b"mot"}), database, SETTINGS, NOW) == Audit(0, 0)


@pytest.mark.servers
def test_on_a_real_server_the_audit_agrees_with_the_reading(
    database: Database, dovecot: Dovecot, mailbox_settings: MailboxSettings, office: OpenImapMailbox
) -> None:
    receive(office, database, mailbox_settings, NOW)
    for number in range(3):
        dovecot.deliver(mail(f"Thư số {number}"), mailbox_settings.username)
    assert receive(office, database, mailbox_settings, NOW) == 3
    with database.write() as session:
        session.execute(delete(MailboxEntry).where(MailboxEntry.uid == 2))
    with ImapMailbox(mailbox_settings).connect() as again:
        assert audit(again, database, mailbox_settings, NOW) == Audit(3, 1)
        assert audit(again, database, mailbox_settings, NOW) == Audit(3, 0)
