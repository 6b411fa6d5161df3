"""Mails that need nobody leave the folder people read; whatever a person must see stays where it is."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

import pytest
from imapclient import IMAPClient
from sqlalchemy import select

from db.models import MailboxEntry, MailMove, Message
from db.models.message import Answer
from db.session import Database
from db.states import MessageState
from db.wake import Wake
from db.work import Runner
from ingest.audit import Audit, audit
from ingest.mailbox import ImapMailbox
from ingest.mailbox_protocol import FolderStatus, Mailbox, MailboxError
from ingest.receive import account_of, receive
from ingest.settings import MailboxSettings
from pipeline.stages.move_mail import MoveMail, queue_move
from tests.factories import NOW, add_message
from tests.ingest.folder import Folder
from tests.mails import mail
from tests.servers.dovecot import Dovecot

SETTINGS = MailboxSettings(host="imap.example", username="pgd", after_reading="move", start_from="all")


class Moving:
    """Messages of a folder, and the step with a clock."""

    def __init__(self, database: Database, mailbox: Mailbox, settings: MailboxSettings = SETTINGS) -> None:
        self.now = NOW
        self.database = database
        self.step = MoveMail(mailbox, settings)
        self.runner = Runner(database, lambda: self.now, Wake())

    def message(
        self, uid: int, state: MessageState, *, kind: str = "story_submission", restricted: bool = False
    ) -> None:
        """A mail that was decided so, under this UID."""
        with self.database.write() as session:
            message = add_message(session, None, state=state, answer=Answer.NONE)
            message.kind, message.restricted, message.size = kind, restricted, len(b"thu")
            place = {"account": account_of(SETTINGS), "folder": "INBOX", "uidvalidity": 1}
            session.add(MailboxEntry(**place, uid=uid, message_id=message.id))
            session.flush()
            queue_move(session, message, self.now)
            queue_move(session, message, self.now)

    def work(self) -> None:
        """Do what is due."""
        while self.runner.run_batch(self.step):
            pass

    def queued(self) -> Sequence[tuple[datetime | None, str | None]]:
        """What is left to do."""
        with self.database.read() as session:
            return [(move.due_at, move.failure) for move in session.scalars(select(MailMove))]


@pytest.mark.parametrize(
    ("state", "kind", "restricted", "moves"),
    [
        (MessageState.READ, "story_submission", False, True),
        (MessageState.IGNORED, "auto_reply", False, True),
        (MessageState.IGNORED, "bounce", False, True),
        (MessageState.IGNORED, "reply_thanks", False, False),  # a person wrote it
        (MessageState.WAITING, "question", False, False),
        (MessageState.QUARANTINED, "story_submission", False, False),
        (MessageState.RECEIVED, "story_submission", False, False),
        (MessageState.READ, "incident_report", True, False),
    ],
)
def test_only_mails_that_need_nobody_are_moved(
    database: Database, state: MessageState, kind: str, *, restricted: bool, moves: bool
) -> None:
    folder = Folder({7: b"thu"})
    moving = Moving(database, folder)
    moving.message(7, state, kind=kind, restricted=restricted)
    moving.work()
    assert (folder.moved, folder.mails) == (([7], {}) if moves else ([], {7: b"thu"}))
    assert moving.queued() == []


def test_many_mails_go_over_one_connection(database: Database) -> None:
    connections: list[int] = []

    class Counting(Folder):
        def status(self):  # type: ignore[no-untyped-def]  # the parent's
            connections.append(1)
            return super().status()

    folder = Counting(dict.fromkeys(range(1, 21), b"thu"))
    moving = Moving(database, folder)
    for uid in folder.mails:
        moving.message(uid, MessageState.READ)
    moving.work()
    assert (len(folder.moved), len(connections)) == (20, 1)


def test_a_mailbox_that_was_renumbered_keeps_its_mails(database: Database) -> None:
    folder = Folder({7: b"thu"}, uidvalidity=2)
    moving = Moving(database, folder)
    moving.message(7, MessageState.READ)
    moving.work()
    assert (folder.moved, moving.queued()) == ([], [])


def test_a_new_mail_under_an_old_number_is_not_moved(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    folder = Folder({7: b"thu moi", 8: b"thu"})
    moving = Moving(database, folder)
    for uid in (7, 8, 9):
        moving.message(uid, MessageState.READ)
    moving.work()
    assert (folder.moved, folder.mails, moving.queued()) == ([8], {7: b"thu moi"}, [])
    assert "other mails" in caplog.text


class Picky(Folder):
    """Refuses to move the third mail, and whatever comes with it."""

    permanent = False
    tries = 0

    def move(self, uids: Collection[int]) -> None:
        self.tries += 1
        if 3 in uids:
            raise MailboxError("Máy chủ không cho chuyển thư.", permanent=self.permanent)
        super().move(uids)


def test_one_mail_that_is_refused_keeps_no_other(database: Database) -> None:
    folder = Picky(dict.fromkeys(range(1, 6), b"thu"))
    moving = Moving(database, folder)
    for uid in range(1, 6):
        moving.message(uid, MessageState.READ)
    moving.work()
    assert (folder.moved, folder.mails) == ([1, 2, 4, 5], {3: b"thu"})
    assert moving.queued() == [(NOW + timedelta(minutes=1), "Máy chủ không cho chuyển thư.")]


def test_a_mailbox_that_goes_away_is_not_asked_for_each(database: Database) -> None:
    class Leaving(Picky):
        def status(self) -> FolderStatus:
            if self.tries > 1:
                raise MailboxError("Mất kết nối.", permanent=False)
            return super().status()

    folder = Leaving(dict.fromkeys(range(1, 6), b"thu"))
    moving = Moving(database, folder)
    for uid in range(1, 6):
        moving.message(uid, MessageState.READ)
    moving.work()
    assert (folder.moved, folder.tries) == ([1], 2)
    assert [failure for _, failure in moving.queued()] == ["Mất kết nối."] * 4


def test_a_mailbox_that_cannot_move_at_all_is_asked_once(database: Database) -> None:
    folder = Picky(dict.fromkeys(range(1, 6), b"thu"))
    folder.permanent = True
    moving = Moving(database, folder)
    for uid in range(1, 6):
        moving.message(uid, MessageState.READ)
    moving.work()
    assert (folder.tries, len(moving.queued())) == (1, 5)


def test_a_move_that_fails_is_tried_again_and_stays_visible_at_last(database: Database) -> None:
    class Refusing(Folder):
        def move(self, uids: object) -> None:
            raise MailboxError("Máy chủ không cho chuyển thư.", permanent=False)

    moving = Moving(database, Refusing({7: b"thu"}))
    moving.message(7, MessageState.READ)
    moving.work()
    ((due, failure),) = moving.queued()
    assert due == NOW + timedelta(minutes=1)
    assert failure == "Máy chủ không cho chuyển thư."
    for _ in range(12):
        moving.now += timedelta(days=1)
        moving.work()
    assert moving.queued() == [(None, "Máy chủ không cho chuyển thư.")]


@pytest.mark.servers
def test_on_a_real_server_marks_stay_and_waiting_mails_too(database: Database, dovecot: Dovecot, address: str) -> None:
    settings = MailboxSettings(
        host="localhost",
        port=dovecot.imaps_port,
        username=address,
        password=dovecot.users[address],
        ca_file=str(dovecot.certificate),
        start_from="all",
        after_reading="move",
    )
    for number in range(3):
        dovecot.deliver(mail(f"Thư {number}"), address)
    with IMAPClient("127.0.0.1", dovecot.imap_port, ssl=False) as person:
        person.login(address, dovecot.users[address])
        person.select_folder("INBOX")
        person.add_flags([1], ["\\Seen", "\\Flagged"])
        mailbox = ImapMailbox(settings)
        with mailbox.connect() as reader:
            assert receive(reader, database, settings, NOW) == 3
            moving = Moving(database, mailbox, settings)
            with database.write() as session:
                for message, state in zip(session.scalars(select(Message).order_by(Message.id)), ("read", "waiting", "read"), strict=True):  # fmt: skip
                    message.move_to(MessageState(state), NOW, "test")
                    queue_move(session, message, NOW)
            moving.work()
            assert moving.queued() == []
            assert audit(reader, database, settings, NOW) == Audit(1, 0)
            assert receive(reader, database, settings, NOW) == 0
        person.select_folder("INBOX")
        assert person.search() == [2]
        person.select_folder("Đã xử lý")
        flags = [set(row[b"FLAGS"]) - {b"\\Recent"} for row in person.fetch(person.search(), ["FLAGS"]).values()]
    assert [b"\\Seen" in kept for kept in flags] == [True, False]
    assert [b"\\Flagged" in kept for kept in flags] == [True, False]
