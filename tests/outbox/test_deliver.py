"""Mails queued, sent, put off, refused, lost: each way once."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import OutgoingMail
from db.session import Database
from db.states import MailState
from db.wake import Wake
from db.work import Runner
from outbox.deliver import THREE_DAYS, Deliver, SettleLost
from outbox.errors import DeliveryError
from outbox.letter import Letter, Notice, Sender
from outbox.queue import Outbox
from tests.factories import NOW

OFFICE = "pgd@badinhedu.example"


class Post:
    """A transport that does as the test says: each item of `fate` is an error to raise, or None.

    late: the error comes when the mail may have left already.
    """

    def __init__(self, *fate: BaseException | None, late: bool = True) -> None:
        self.fate = list(fate)
        self.late = late
        self.delivered: list[str] = []

    def send(self, mail: bytes, sender: str, recipient: str, before_leaving: Callable[[], None]) -> None:
        fate = self.fate.pop(0) if self.fate else None
        if fate is not None and not self.late:
            raise fate
        before_leaving()
        if fate is not None:
            raise fate
        self.delivered.append(recipient)

    def close(self) -> None:
        """Nothing to close."""


def queue(database: Database, notice: Notice = Notice.ACKNOWLEDGEMENT, not_before: datetime | None = None) -> None:
    with database.write() as session:
        letter = Letter(notice, to="truong@hanoiedu.example", subject="Đã nhận", text="x", html="<p>x</p>")
        Outbox(Sender(OFFICE, "Ban biên tập"), "badinhedu.example").queue(
            session, letter, "message:1", NOW, not_before=not_before
        )


def mail(database: Database) -> OutgoingMail:
    with database.read() as session:
        return session.scalars(select(OutgoingMail)).one()


def deliver(database: Database, post: Post, now: datetime = NOW, *, hold: bool = False) -> bool:
    return Runner(database, lambda: now, Wake()).run_one(Deliver(post, OFFICE, database, lambda: now, hold=hold))


def test_a_queued_mail_is_sent_once(database: Database) -> None:
    queue(database)
    post = Post()
    assert deliver(database, post)
    assert not deliver(database, post)
    assert (mail(database).state, post.delivered) == (MailState.SENT, ["truong@hanoiedu.example"])


def test_the_same_notice_is_queued_once(database: Database) -> None:
    queue(database)
    queue(database)
    assert mail(database).state is MailState.QUEUED


def test_a_mail_does_not_leave_before_its_time(database: Database) -> None:
    queue(database, not_before=NOW + timedelta(minutes=30))
    assert not deliver(database, Post())
    assert deliver(database, Post(), NOW + timedelta(minutes=30))


def test_a_server_that_is_busy_is_asked_again(database: Database) -> None:
    queue(database)
    post = Post(DeliveryError("máy chủ bận"))
    assert deliver(database, post)
    assert (mail(database).state, mail(database).failure) == (MailState.QUEUED, "máy chủ bận")
    assert not deliver(database, post)
    assert deliver(database, post, NOW + THREE_DAYS.delays[0])
    assert mail(database).state is MailState.SENT


def test_a_server_that_stays_busy_for_days_is_given_up_visibly(database: Database) -> None:
    queue(database)
    now = NOW
    for _ in range(THREE_DAYS.attempts):
        deliver(database, Post(DeliveryError("máy chủ bận")), now)
        now += timedelta(hours=25)
    assert (mail(database).state, mail(database).failure) == (MailState.FAILED, "máy chủ bận")


def test_a_final_refusal_is_kept_with_its_reason(database: Database) -> None:
    queue(database)
    deliver(database, Post(DeliveryError("không có người nhận", permanent=True)))
    assert (mail(database).state, mail(database).failure) == (MailState.FAILED, "không có người nhận")


LOST = DeliveryError("mất kết nối", uncertain=True)


def test_an_answer_that_may_have_left_is_not_sent_again(database: Database) -> None:
    queue(database)
    post = Post(LOST)
    deliver(database, post)
    assert mail(database).state is MailState.UNCERTAIN
    assert not deliver(database, post, NOW + timedelta(days=2))


def test_a_digest_that_may_have_left_is_sent_once_more_with_the_same_id(database: Database) -> None:
    queue(database, Notice.DIGEST)
    first_id = mail(database).rfc_id
    deliver(database, Post(LOST))
    assert deliver(database, Post(LOST), NOW + timedelta(minutes=1))
    assert (mail(database).state, mail(database).rfc_id, mail(database).repeated) == (
        MailState.UNCERTAIN,
        first_id,
        True,
    )
    assert not deliver(database, Post(), NOW + timedelta(days=2))


@pytest.mark.parametrize(
    ("notice", "late", "state", "repeated"),
    [
        (Notice.ACKNOWLEDGEMENT, True, MailState.UNCERTAIN, False),
        (Notice.DIGEST, True, MailState.QUEUED, True),
        (Notice.ACKNOWLEDGEMENT, False, MailState.QUEUED, False),  # it cannot have left
        (Notice.DIGEST, False, MailState.QUEUED, False),
    ],
)
def test_a_mail_left_in_sending_by_a_dead_process_is_settled(
    database: Database, notice: Notice, state: MailState, *, late: bool, repeated: bool
) -> None:
    queue(database, notice)
    with pytest.raises(KeyboardInterrupt):
        deliver(database, Post(KeyboardInterrupt(), late=late))
    assert mail(database).state is MailState.SENDING
    later = NOW + Deliver.lease + timedelta(seconds=1)
    assert Runner(database, lambda: later, Wake()).run_one(SettleLost())
    assert (mail(database).state, mail(database).repeated) == (state, repeated)
    assert deliver(database, Post(), later) is (state is MailState.QUEUED)


def test_who_has_lost_the_mail_to_another_process_does_not_send_it(database: Database) -> None:
    queue(database)
    other = Post()

    class Slow(Post):
        def send(self, mail: bytes, sender: str, recipient: str, before_leaving: Callable[[], None]) -> None:
            later = NOW + Deliver.lease + timedelta(seconds=1)
            Runner(database, lambda: later, Wake()).run_one(SettleLost())
            deliver(database, other, later)
            super().send(mail, sender, recipient, before_leaving)

    slow = Slow()
    deliver(database, slow)
    assert (len(other.delivered), len(slow.delivered), mail(database).state) == (1, 0, MailState.SENT)


def test_a_mail_that_is_being_sent_is_not_taken_for_lost(database: Database) -> None:
    queue(database)
    seen: list[bool] = []

    class Looking(Post):
        def send(self, mail: bytes, sender: str, recipient: str, before_leaving: Callable[[], None]) -> None:
            before_leaving()
            seen.append(Runner(database, lambda: NOW, Wake()).run_one(SettleLost()))

    deliver(database, Looking())
    assert seen == [False]
    assert mail(database).state is MailState.SENT


class Unsaved(Deliver):
    """A deliverer whose database fails after the server's 250."""

    def save(self, session: Session, row: OutgoingMail, result: None, now: datetime) -> None:
        raise OSError("đĩa đầy")


def test_a_mail_that_was_sent_but_could_not_be_marked_is_not_sent_again(database: Database) -> None:
    queue(database)
    post = Post()
    Runner(database, lambda: NOW, Wake()).run_one(Unsaved(post, OFFICE, database, lambda: NOW, hold=False))
    later = NOW + Deliver.lease + timedelta(seconds=1)
    assert not deliver(database, post, later)
    assert Runner(database, lambda: later, Wake()).run_one(SettleLost())
    assert not deliver(database, post, later)
    assert (mail(database).state, len(post.delivered)) == (MailState.UNCERTAIN, 1)


def test_in_a_rehearsal_only_released_mails_leave(database: Database) -> None:
    queue(database)
    assert not deliver(database, Post(), hold=True)
    with database.write() as session:
        session.scalars(select(OutgoingMail)).one().released = True
    assert deliver(database, Post(), hold=True)
