"""The checker sees each kind of broken promise: a campaign that finds nothing has looked."""

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from db.models import MailboxEntry, MailEvent, Message, MessageEvent, OutgoingMail
from db.models.message import Answer
from db.session import Database
from db.states import MailState, MessageState
from outbox.letter import Notice
from tests.campaign.book import Book, Delivered
from tests.campaign.checker import Evidence, needlessly_uncertain, unrest, violations
from tests.campaign.mailboxes import Mailboxes
from tests.factories import NOW, add_message

SCHOOL, MAIL, ANSWER = "truong@hanoiedu.example", "<thu@hanoiedu.example>", "<acknowledgement.1@badinhedu.example>"


@dataclass
class Office:
    """One mail, received, read and answered; each test breaks something."""

    session: Session
    message: Message
    answer: OutgoingMail
    inbox: Path
    evidence: Evidence


@pytest.fixture
def broken(sqlite_database: Database, tmp_path: Path) -> Callable[[Callable[[Office], None]], list[str]]:
    """What the checker says when this is done to an office in which all is well."""

    def say(harm: Callable[[Office], None]) -> list[str]:
        inbox = tmp_path / "mail" / SCHOOL / "new"
        inbox.mkdir(parents=True)
        (inbox / "1").write_bytes(f"Message-ID: {ANSWER}\r\n\r\nĐã nhận.".encode())
        book = Book()
        book.add(Delivered(MAIL, SCHOOL, MessageState.READ, answered=True))
        evidence = Evidence(sqlite_database, book, Mailboxes(tmp_path / "mail"), lambda: [1])
        with sqlite_database.write() as session:
            office = Office(session, _message(session), _answer(session), inbox, evidence)
            office.answer.about = f"message:{office.message.id}"
            harm(office)
        return violations(evidence)

    return say


def _message(session: Session) -> Message:
    message = add_message(session, None, answer=Answer.QUEUED)
    message.raw = zlib.compress(f"Message-ID: {MAIL}\r\n\r\nBài.".encode())
    states = (None, MessageState.RECEIVED, MessageState.READ)
    message.events.extend(MessageEvent(at=NOW, old=old, new=new, way="test") for old, new in pairwise(states))
    entry = MailboxEntry(account="a", folder="INBOX", uidvalidity=1, uid=1, message_id=message.id)
    session.add(entry)
    return message


def _answer(session: Session) -> OutgoingMail:
    states = (None, MailState.QUEUED, MailState.SENDING, MailState.SENT)
    mail = OutgoingMail(
        state=MailState.SENT,
        notice=Notice.ACKNOWLEDGEMENT,
        about="",
        recipient=SCHOOL,
        rfc_id=ANSWER,
        subject="Đã nhận",
        mail=b"",
        queued_at=NOW,
        events=[MailEvent(at=NOW, old=old, new=new, way="test") for old, new in pairwise(states)],
    )
    session.add(mail)
    session.flush()
    return mail


def test_where_all_is_well_it_says_nothing(broken: Callable[[Callable[[Office], None]], list[str]]) -> None:
    assert broken(lambda office: None) == []


def lose_a_mail(office: Office) -> None:
    office.evidence.book.add(Delivered("<mat@hanoiedu.example>", SCHOOL, MessageState.READ, answered=False))


def store_a_mail_twice(office: Office) -> None:
    twin = add_message(office.session, None, answer=Answer.NONE)
    twin.raw = office.message.raw


def answer_twice(office: Office) -> None:
    (office.inbox / "2").write_bytes((office.inbox / "1").read_bytes())


def lose_an_answer(office: Office) -> None:
    (office.inbox / "1").unlink()


def answer_without_a_record(office: Office) -> None:
    (office.inbox / "2").write_bytes(b"Message-ID: <la@badinhedu.example>\r\n\r\n")


def leave_a_mail_unanswered(office: Office) -> None:
    office.answer.notice = Notice.DECISION


def go_a_way_that_is_none(office: Office) -> None:
    office.message.events.append(MessageEvent(at=NOW, old="read", new="waiting", way="test"))


def change_a_state_without_a_word(office: Office) -> None:
    office.session.delete(office.message.events[-1])


def leave_a_row_held(office: Office) -> None:
    office.message.lease_until = NOW


def miss_a_uid(office: Office) -> None:
    office.evidence.server_uids = lambda: [1, 2]


def take_a_decision_that_is_lost(office: Office) -> None:
    office.evidence.book.notes.append("Sửa chú thích ảnh.")


@pytest.mark.parametrize(
    ("harm", "sentence"),
    [
        (lose_a_mail, "0 stored messages with Message-ID <mat@"),
        (store_a_mail_twice, "2 stored messages with Message-ID <thu@"),
        (answer_twice, "is sent and lies 2 times"),
        (lose_an_answer, "is sent and lies 0 times"),
        (answer_without_a_record, "nobody queued it"),
        (leave_a_mail_unanswered, "0 acknowledgements of <thu@"),
        (go_a_way_that_is_none, "it went from read to waiting"),
        (change_a_state_without_a_word, "its events lead to received"),
        (leave_a_row_held, "is still held"),
        (miss_a_uid, "0 ledger entries of UID 2"),
        (take_a_decision_that_is_lost, "0 decisions with the note Sửa"),
    ],
)
def test_it_says_what_is_broken(
    broken: Callable[[Callable[[Office], None]], list[str]], harm: Callable[[Office], None], sentence: str
) -> None:
    assert [said for said in broken(harm) if sentence in said]


def test_a_mail_is_uncertain_for_nothing_unless_a_process_had_begun_to_hand_it_over(
    sqlite_database: Database, tmp_path: Path
) -> None:
    with sqlite_database.write() as session:
        answer = _answer(session)
        answer.events.append(MailEvent(at=NOW, old="sending", new="uncertain", way="test"))
    evidence = Evidence(sqlite_database, Book(), Mailboxes(tmp_path), list)
    assert needlessly_uncertain(evidence) == [ANSWER]
    evidence.begun[ANSWER] += 1
    assert needlessly_uncertain(evidence) == []


def test_there_is_no_rest_while_nobody_reads_the_mailbox(sqlite_database: Database, tmp_path: Path) -> None:
    assert unrest(Evidence(sqlite_database, Book(), Mailboxes(tmp_path), list)) == "nobody who lives reads the mailbox"
