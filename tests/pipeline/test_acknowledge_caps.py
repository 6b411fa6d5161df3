"""The caps on answers: over days and restarts, whichever cap it is and however many work at once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Barrier, Event, Thread
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Message, OutgoingMail, School
from db.models.message import Answer
from db.session import Database
from db.states import StoryState
from db.wake import Wake
from db.work import Runner
from outbox.queue import Outbox
from parsers.school import BY_SENDER, BY_SUFFIX
from parsers.week import Calendar
from pipeline.settings import AckSettings
from pipeline.stages.acknowledge import Acknowledger, AnswerLate
from tests.factories import NOW, add_message, add_school, add_story
from tests.pipeline.conftest import OFFICE

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OPERATOR = "it@badinhedu.example"
Make = Callable[..., Acknowledger]


@pytest.fixture
def make(outbox: Outbox, calendar: Calendar) -> Make:
    """Acknowledgers with these caps, as after a restart: what they know is in the database."""

    def made(**caps: Any) -> Acknowledger:
        return Acknowledger(OFFICE, replace(AckSettings(), **caps), calendar, outbox, (OPERATOR,))

    return made


def sent(session: Session, notice: str = "acknowledgement") -> list[OutgoingMail]:
    return list(session.scalars(select(OutgoingMail).where(OutgoingMail.notice == notice).order_by(OutgoingMail.id)))


def arrive(session: Session, school: School, now: datetime, sender: str | None = None) -> Message:
    """A mail with a story of its own that has its verdict."""
    message = add_message(session, school, [add_story(session, school, StoryState.PENDING)], sender=sender)
    message.received_at = message.stored_at = now
    return message


def settle(database: Database, acknowledger: Acknowledger, now: datetime) -> None:
    """Answer whatever is due."""
    runner = Runner(database, lambda: now, Wake())
    while runner.run_one(AnswerLate(acknowledger)):
        pass


def test_a_day_is_the_last_twenty_four_hours_also_over_midnight_and_restarts(database: Database, make: Make) -> None:
    evening = NOW.replace(hour=16, minute=30)  # half past eleven at night in Hà Nội
    moments = [evening, evening + HOUR, evening + 23 * HOUR, evening + DAY + timedelta(seconds=1)]
    with database.write() as session:
        school = add_school(session)
        answers = []
        for moment in moments:
            message = arrive(session, school, moment)
            make(per_sender_per_day=2).answer(session, message, moment)
            answers.append(message.answer)
    assert answers == [Answer.QUEUED, Answer.QUEUED, Answer.HELD, Answer.QUEUED]


@pytest.mark.parametrize("cap", ["per_sender_per_day", "per_domain_per_day", "per_hour"])
def test_over_whichever_cap_a_school_gets_one_combined_answer_an_hour(database: Database, make: Make, cap: str) -> None:
    with database.write() as session:
        school = add_school(session)
        for _ in range(4):
            make(**{cap: 1}).answer(session, arrive(session, school, NOW), NOW)
        assert len(sent(session)) == 1
    settle(database, make(**{cap: 1}), NOW + HOUR - timedelta(seconds=1))
    with database.write() as session:
        assert len(sent(session)) == 1
    settle(database, make(**{cap: 1}), NOW + HOUR)
    with database.write() as session:
        assert len(sent(session)) == 2
        assert {message.answer for message in session.scalars(select(Message))} == {Answer.QUEUED}


def test_hour_after_hour_over_the_cap_there_is_one_answer_an_hour(database: Database, make: Make) -> None:
    hours = 30
    with database.write() as session:
        school_id = add_school(session).id
    for hour in range(hours):
        now = NOW + hour * HOUR
        settle(database, make(per_sender_per_day=1), now)
        with database.write() as session:
            school = session.get_one(School, school_id)
            for minute in (5, 25, 45):
                moment = now + timedelta(minutes=minute)
                make(per_sender_per_day=1).answer(session, arrive(session, school, moment), moment)
    with database.write() as session:
        assert len(sent(session)) == hours
        held = [message.id for message in session.scalars(select(Message).where(Message.answer == Answer.HELD))]
        assert len(held) == 3


def test_senders_that_are_not_registered_share_the_answers_of_their_domain_and_school(
    database: Database, make: Make
) -> None:
    acknowledger = make(per_domain_per_day=2)
    with database.write() as session:
        school, other = add_school(session), add_school(session, "th-dai-yen", name="Đại Yên")
        answers = []
        for owner, sender, by in (
            (school, "lan.c1kd@badinhedu.example", BY_SUFFIX),
            (school, "mai.c1kd@badinhedu.example", BY_SUFFIX),
            (school, "thu.c1kd@badinhedu.example", BY_SUFFIX),
            (school, "thu.c1kd@noi-khac.example", BY_SUFFIX),
            (school, "th-kim-dong@badinhedu.example", BY_SENDER),
            (other, "lan.c1dy@badinhedu.example", BY_SUFFIX),
        ):
            message = arrive(session, owner, NOW, sender)
            message.school_by = by
            acknowledger.answer(session, message, NOW)
            answers.append(message.answer)
    assert answers == [*[Answer.QUEUED] * 2, Answer.HELD, *[Answer.QUEUED] * 3]


def test_the_hundred_and_first_answer_of_an_hour_opens_the_breaker(database: Database, make: Make) -> None:
    acknowledger = make()
    with database.write() as session:
        school = add_school(session)
        for number in range(101):
            message = arrive(session, school, NOW, f"gv{number}@hanoiedu.example")
            message.school_by = BY_SENDER
            acknowledger.answer(session, message, NOW)
        assert message.answer is Answer.HELD
        assert (len(sent(session)), len(sent(session, "alert"))) == (100, 1)


def test_while_the_breaker_is_open_the_operator_hears_once_an_hour(database: Database, make: Make) -> None:
    start = NOW.replace(minute=50)
    with database.write() as session:
        school = add_school(session)
        for minute in range(0, 121, 5):
            now = start + timedelta(minutes=minute)
            make(per_hour=1).answer(session, arrive(session, school, now, f"gv{minute}@hanoiedu.example"), now)
            if minute in (55, 110):  # others go on being answered
                session.add(_answered_to("ai-do@hanoiedu.example", now))
        alerts = [mail.queued_at for mail in sent(session, "alert")]
    assert len(alerts) == 2
    assert alerts[1] - alerts[0] >= HOUR


def _answered_to(address: str, now: datetime) -> OutgoingMail:
    about = f"message:{now.isoformat()}"
    return OutgoingMail(
        notice="acknowledgement", about=about, recipient=address, rfc_id=about, subject="", mail=b"", queued_at=now
    )


def test_two_workers_at_the_same_moment_keep_to_the_cap(database: Database, make: Make) -> None:
    with database.write() as session:
        school = add_school(session)
        first, second = (arrive(session, school, NOW).id for _ in range(2))
    answered = Event()

    def other() -> None:
        with database.write() as session:
            make(per_sender_per_day=1).answer(session, session.get_one(Message, second), NOW)
        answered.set()

    worker = Thread(target=other)
    with database.write() as session:
        make(per_sender_per_day=1).answer(session, session.get_one(Message, first), NOW)
        worker.start()
        assert not answered.wait(0.3)  # it waits for our commit
    worker.join(60)
    with database.write() as session:
        assert session.get_one(Message, second).answer is Answer.HELD
        assert len(sent(session)) == 1


def test_two_workers_give_one_combined_answer(database: Database, make: Make) -> None:
    with database.write() as session:
        school = add_school(session)
        for _ in range(9):
            make(per_sender_per_day=1).answer(session, arrive(session, school, NOW), NOW)
    together = Barrier(2)

    def work() -> None:
        together.wait(10)
        settle(database, make(per_sender_per_day=1), NOW + HOUR)

    workers = [Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    with database.write() as session:
        assert len(sent(session)) == 2
        assert {message.answer for message in session.scalars(select(Message))} == {Answer.QUEUED}
