"""When an address is given up, and when not: who can prove what, how often, and what brings it back."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Contact, OutgoingMail
from db.queries import contacts
from db.session import Database
from outbox.letter import Letter, Notice
from outbox.queue import Outbox
from parsers.bounce import Bounce, Outcome, Recipient, read_bounce
from parsers.kind import Kind
from parsers.message import parse_message
from parsers.reading import Reading
from pipeline.stages.bounced import ENOUGH_SOFT, Bounces, heard_from
from tests.factories import NOW, add_member, add_school
from tests.pipeline.conftest import OFFICE

SCHOOL = "th-kim-dong@hanoiedu.example"
DAY = timedelta(days=1)
PROVEN, UNPROVEN = True, False


@pytest.fixture
def bounces(outbox: Outbox) -> Bounces:
    """Tells the operator, too, of a member who is lost."""
    return Bounces(OFFICE, outbox, ("it@badinhedu.example",))


def write_to(session: Session, outbox: Outbox, address: str, at: datetime = NOW) -> str:
    """A mail of ours to that address; returns its Message-ID."""
    letter = Letter(Notice.DECISION, address, "x", "x", "<p>x</p>")
    mail = outbox.queue(session, letter, "story:1", at, period=f"{at}")
    assert mail is not None
    return mail.rfc_id


Event = tuple[float, Outcome, str | None, bool]  # on which day, what, with which code, about a mail of ours


def after(
    database: Database, bounces: Bounces, outbox: Outbox, events: list[Event], address: str = SCHOOL
) -> Contact | None:
    """What is known against the address after these bounces."""
    for day, outcome, status, proven in events:
        at = NOW + day * DAY
        with database.write() as session:
            ours = write_to(session, outbox, address, at - timedelta(minutes=1))
            bounce = Bounce((Recipient(address, outcome, status),), (ours if proven else "<forged@noi.example>",))
            bounces.count(session, [(bounce, at)], at)
    with database.read() as session:
        return session.get(Contact, address)


HARD, SOFT, LATE, FINE = Outcome.HARD, Outcome.SOFT, Outcome.DELAYED, Outcome.DELIVERED


@pytest.mark.parametrize(
    ("events", "dead"),
    [
        pytest.param([(0, HARD, "5.1.1", PROVEN)], True, id="a school's mailbox that does not exist"),
        pytest.param([(0, HARD, "5.1.10", PROVEN)], True, id="the same in Exchange's words"),
        pytest.param([(0, HARD, "5.2.2", PROVEN)], False, id="a full mailbox, once"),
        pytest.param([(0, HARD, "5.2.2", PROVEN), (1, HARD, "5.2.2", PROVEN)], True, id="full on the next day, too"),
        pytest.param([(0, HARD, "5.2.2", PROVEN), (0.1, HARD, "5.2.2", PROVEN)], False, id="twice on one day is once"),
        pytest.param([(0, HARD, "5.2.2", PROVEN), (8, HARD, "5.2.2", PROVEN)], False, id="a week of peace in between"),
        pytest.param([(0, HARD, None, PROVEN), (1, HARD, None, PROVEN)], True, id="refused without a code"),
        pytest.param([(day, HARD, "5.7.1", PROVEN) for day in range(3)], False, id="our mail is refused, not the address"),
        pytest.param([(day, LATE, "4.4.1", PROVEN) for day in range(ENOUGH_SOFT)], True, id="late on five days"),
        pytest.param([(day, LATE, "4.4.1", PROVEN) for day in range(ENOUGH_SOFT - 1)], False, id="late on four days"),
        pytest.param([(day / 10, SOFT, "4.2.2", PROVEN) for day in range(9)], False, id="late nine times on one day"),
        pytest.param([(day * 8, SOFT, "4.2.2", PROVEN) for day in range(9)], False, id="late now and then"),
        pytest.param([(day, FINE, "2.0.0", PROVEN) for day in range(9)], False, id="it arrived"),
        pytest.param([(day, HARD, "5.1.1", UNPROVEN) for day in range(9)], False, id="bounces anybody can write"),
        pytest.param(
            [(0, HARD, "5.1.1", UNPROVEN), (0.1, HARD, "5.1.1", PROVEN)], True, id="a forged one hides no real one"
        ),
        pytest.param(
            [*((day, HARD, "5.1.1", UNPROVEN) for day in range(5)), (4.1, LATE, "4.4.1", PROVEN)],
            True,
            id="forged ones weigh as temporary failures beside a real one",
        ),
        pytest.param([(0, SOFT, "4.2.2", PROVEN), (0.1, HARD, "5.2.2", PROVEN), (1, HARD, "5.2.2", PROVEN)], True, id="of a day the worst"),
        pytest.param([(1, HARD, "5.2.2", PROVEN), (0, HARD, "5.2.2", PROVEN)], False, id="read once more, late"),
    ],
)  # fmt: skip
def test_an_address_is_given_up_when_it_has_bounced_enough(
    database: Database, bounces: Bounces, outbox: Outbox, events: list[Event], dead: bool
) -> None:
    contact = after(database, bounces, outbox, events)
    assert (contact is not None and contact.dead_since is not None) == dead


def test_a_bounce_about_a_mail_to_somebody_else_proves_nothing(
    database: Database, bounces: Bounces, outbox: Outbox
) -> None:
    with database.write() as session:
        write_to(session, outbox, SCHOOL)
        other = write_to(session, outbox, "mn-hoa-mai@hanoiedu.example")
        for day in range(3):
            bounce = Bounce((Recipient(SCHOOL, HARD, "5.1.1"),), (other,))
            bounces.count(session, [(bounce, NOW + day * DAY)], NOW)
    with database.read() as session:
        contact = session.get(Contact, SCHOOL)
        assert contact is not None
        assert (contact.hard, contact.soft, contact.dead_since) == (0, 3, None)


def test_an_address_that_nobody_wrote_to_is_not_even_counted(database: Database, bounces: Bounces) -> None:
    with database.write() as session:
        bounces.count(session, [(Bounce((Recipient("la@noi.example", HARD, "5.1.1"),)), NOW)], NOW)
    with database.read() as session:
        assert list(session.scalars(select(Contact))) == []


def test_a_bounce_of_an_old_mail_proves_nothing(database: Database, bounces: Bounces, outbox: Outbox) -> None:
    with database.write() as session:
        ours = write_to(session, outbox, SCHOOL, NOW - 30 * DAY)
        bounces.count(session, [(Bounce((Recipient(SCHOOL, HARD, "5.1.1"),), (ours,)), NOW)], NOW)
    with database.read() as session:
        assert session.get(Contact, SCHOOL) is None


def test_a_member_is_given_up_at_the_second_refusal_and_the_others_hear_of_it(
    database: Database, bounces: Bounces, outbox: Outbox
) -> None:
    with database.write() as session:
        mai, lan = add_member(session, "mai").email, add_member(session, "lan").email
    once = after(database, bounces, outbox, [(0, HARD, "5.1.1", PROVEN)], mai)
    assert once is not None
    assert once.dead_since is None
    twice = after(database, bounces, outbox, [(1, HARD, "5.1.1", PROVEN), (2, HARD, "5.1.1", PROVEN)], mai)
    assert twice is not None
    assert twice.dead_since == NOW + DAY
    with database.read() as session:
        alerts = list(session.scalars(select(OutgoingMail).where(OutgoingMail.notice == Notice.ALERT)))
        assert {mail.recipient for mail in alerts} == {lan, "it@badinhedu.example"}
        assert {mail.subject for mail in alerts} == {"[BBT] Không gửi được thư tới một thành viên Ban biên tập"}


def test_a_school_that_is_lost_gets_no_mail_of_it(database: Database, bounces: Bounces, outbox: Outbox) -> None:
    with database.write() as session:
        add_school(session)
    after(database, bounces, outbox, [(0, HARD, "5.1.1", PROVEN)])
    with database.read() as session:
        assert {mail.notice for mail in session.scalars(select(OutgoingMail))} == {"decision"}


def test_one_bounce_may_be_about_several_addresses(database: Database, bounces: Bounces, outbox: Outbox) -> None:
    other = "mn-hoa-mai@hanoiedu.example"
    with database.write() as session:
        ids = write_to(session, outbox, SCHOOL), write_to(session, outbox, other)
        both = Bounce((Recipient(SCHOOL, HARD, "5.1.1"), Recipient(other, LATE, "4.4.1")), ids)
        bounces.count(session, [(both, NOW), (both, NOW)], NOW)
    with database.read() as session:
        assert contacts.dead_among(session, [SCHOOL, other]) == {SCHOOL}


def reading(*, verified: bool = True, kind: Kind = Kind.STORY_SUBMISSION, sender: str | None = SCHOOL) -> Reading:
    return Reading(kind, None, "sender", sender, verified, (), None, None, None, (), "ack", None, (), None)


@pytest.mark.parametrize(
    ("mail", "at", "authserv_id", "forgotten"),
    [
        pytest.param(reading(), NOW + DAY, "mx", True, id="it writes"),
        pytest.param(reading(kind=Kind.AUTO_REPLY), NOW + DAY, "mx", True, id="its machine writes"),
        pytest.param(reading(), NOW - DAY, "mx", False, id="it wrote before"),
        pytest.param(reading(verified=False), NOW + DAY, "mx", False, id="somebody writes in its name"),
        pytest.param(reading(verified=False), NOW + DAY, "", True, id="nobody vouches for any mail here"),
        pytest.param(reading(kind=Kind.BOUNCE), NOW + DAY, "mx", False, id="a bounce is no sign of life"),
        pytest.param(reading(sender="lan@noi.example"), NOW + DAY, "mx", False, id="somebody else writes"),
        pytest.param(reading(sender=None), NOW + DAY, "", False, id="nobody knows who writes"),
    ],
)
def test_an_address_that_writes_is_alive(
    database: Database, bounces: Bounces, outbox: Outbox, mail: Reading, at: datetime, authserv_id: str, forgotten: bool
) -> None:
    after(database, bounces, outbox, [(0, HARD, "5.1.1", PROVEN)])
    with database.write() as session:
        heard_from(session, [(mail, at)], authserv_id)
    with database.read() as session:
        assert (session.get(Contact, SCHOOL) is None) == forgotten


@pytest.mark.parametrize("part", ["message/rfc822", "text/rfc822-headers"])
def test_a_bounce_around_one_of_our_own_mails_is_proof(
    database: Database, bounces: Bounces, outbox: Outbox, part: str
) -> None:
    with database.write() as session:
        write_to(session, outbox, SCHOOL)
        (ours,) = session.scalars(select(OutgoingMail))
        head = (
            "From: MAILER-DAEMON@mx.example\nTo: pgd@badinhedu.example\nSubject: Undelivered Mail\n"
            "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n"
            "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n"
            f"Final-Recipient: rfc822; {SCHOOL.upper()}\nAction: failed\nStatus: 5.1.1\n\n--b\nContent-Type: {part}\n\n"
        )
        bounce = read_bounce(parse_message(head.encode() + ours.mail + b"\n--b--\n"))
        bounces.count(session, [(bounce, NOW)], NOW)
        assert contacts.dead_among(session, [SCHOOL]) == {SCHOOL}
