"""Where a school is written to when mail to its address comes back."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Contact, OutgoingMail, SchoolKey, SchoolKeyKind
from db.models.message import Answer
from db.session import Database
from db.states import StoryState
from pipeline.board.decisions import Decision, Verb, decide
from pipeline.board.telling import Teller
from pipeline.reach import reachable, unreachable
from tests.factories import NOW, add_member, add_message, add_school, add_story

MAIN, SECOND, CONTACT = "th-kim-dong@hanoiedu.example", "kimdong2@hanoiedu.example", "hieu-truong@mail.example"


def give_up(session: Session, *addresses: str) -> None:
    session.add_all(Contact(address=address, bounced_at=NOW, dead_since=NOW) for address in addresses)
    session.flush()


@pytest.mark.parametrize(
    ("dead", "used"),
    [
        pytest.param([], MAIN, id="the one that wrote"),
        pytest.param([SECOND, CONTACT], MAIN, id="the others do not matter"),
        pytest.param([MAIN], CONTACT, id="the contact, when that is lost"),
        pytest.param([MAIN, CONTACT], SECOND, id="another address, when the contact is lost, too"),
        pytest.param([MAIN, CONTACT, SECOND], MAIN, id="the one that wrote, when all are lost"),
    ],
)
def test_the_next_address_of_a_school_is_used_when_one_is_lost(database: Database, dead: list[str], used: str) -> None:
    with database.write() as session:
        school = add_school(session)
        school.contacts = [CONTACT]
        school.keys.append(SchoolKey(kind=SchoolKeyKind.EMAIL, value=SECOND))
        give_up(session, *dead)
        assert reachable(session, school, MAIN) == used


def test_a_bounce_that_was_not_enough_changes_nothing(database: Database) -> None:
    with database.write() as session:
        school = add_school(session)
        school.contacts = [CONTACT]
        session.add(Contact(address=MAIN, bounced_at=NOW, soft=4))
        session.flush()
        assert reachable(session, school, MAIN) == MAIN
        assert unreachable(session) == ()


def test_a_decision_goes_to_the_contact_when_mail_to_the_sender_comes_back(database: Database, teller: Teller) -> None:
    with database.write() as session:
        school = add_school(session)
        school.contacts = [CONTACT]
        story = add_story(session, school, StoryState.PENDING)
        add_message(session, school, [story], answer=Answer.QUEUED)
        give_up(session, MAIN)
        decide(session, Decision(Verb.REVISE, story.id, note="Bổ sung ảnh."), add_member(session), NOW, 30, teller)
        mails = list(session.scalars(select(OutgoingMail)))
        assert [mail.recipient for mail in mails] == [CONTACT]
        assert f"To: {CONTACT}".encode() in mails[0].mail


def test_who_is_lost_is_told_by_whose_address_it_is(database: Database) -> None:
    with database.write() as session:
        add_school(session).contacts = [CONTACT]
        add_member(session, "mai")
        add_member(session, "nghi", active=False)
        give_up(session, CONTACT, "mai@board.example", "nghi@board.example", "ai-do@noi.example")
        found = {(one.owner, one.address, one.is_member) for one in unreachable(session)}
    assert found == {("TH Kim Đồng", CONTACT, False), ("Nguyễn Mai", "mai@board.example", True)}
