"""When a school is answered, and how often."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from db.models import Message, OutgoingMail, Story
from db.models.message import Answer
from db.session import Database
from db.states import MessageState, StoryState
from db.wake import Wake
from db.work import Runner
from outbox.queue import Outbox
from parsers.report import read_report
from parsers.week import Calendar
from pipeline.settings import AckSettings
from pipeline.stages.acknowledge import Acknowledger, AnswerLate
from tests.factories import NOW, add_message, add_school, add_story
from tests.pipeline.conftest import OFFICE
from tinbai.settings import Settings
from tinbai.wiring import App

CAPS = AckSettings()
OPERATOR = "it@badinhedu.example"


def sent(database: Database, notice: str = "acknowledgement") -> list[OutgoingMail]:
    with database.read() as session:
        return list(session.scalars(select(OutgoingMail).where(OutgoingMail.notice == notice)))


def answers(database: Database) -> list[Answer]:
    with database.read() as session:
        return [message.answer for message in session.scalars(select(Message).order_by(Message.id))]


def test_a_mail_is_answered_with_the_verdict_on_its_last_link(database: Database, acknowledger: Acknowledger) -> None:
    with database.write() as session:
        school = add_school(session)
        first, second = add_story(session, school), add_story(session, school)
        add_message(session, school, [first, second])
        acknowledger.verdict(session, first, NOW)
        assert answers_in(session) == [Answer.OPEN]
        acknowledger.verdict(session, second, NOW)
        assert answers_in(session) == [Answer.QUEUED]
    assert len(sent(database)) == 1


def answers_in(session: object) -> list[Answer]:
    return [message.answer for message in session.scalars(select(Message).order_by(Message.id))]  # type: ignore[attr-defined]


def test_two_mails_about_one_story_are_both_answered(database: Database, acknowledger: Acknowledger) -> None:
    with database.write() as session:
        school = add_school(session)
        story = add_story(session, school)
        add_message(session, school, [story])
        add_message(session, school, [story], sender="hieu-truong@hanoiedu.example")
        acknowledger.verdict(session, story, NOW)
    assert sorted(mail.recipient for mail in sent(database)) == [
        "hieu-truong@hanoiedu.example",
        "th-kim-dong@hanoiedu.example",
    ]


def test_a_verdict_that_comes_twice_answers_once(database: Database, acknowledger: Acknowledger) -> None:
    with database.write() as session:
        school = add_school(session)
        story = add_story(session, school)
        add_message(session, school, [story])
        acknowledger.verdict(session, story, NOW)
        acknowledger.verdict(session, story, NOW + timedelta(hours=3))
    assert len(sent(database)) == 1


def test_a_page_that_failed_is_named_with_its_reason(database: Database, acknowledger: Acknowledger) -> None:
    with database.write() as session:
        school = add_school(session)
        story = add_story(session, school)
        message = add_message(session, school, [story])
        acknowledger.unusable(session, story, "trang không tồn tại", NOW, "fetch_page")
        assert story.state is StoryState.UNREACHABLE
        assert "trang không tồn tại" in acknowledger.letter([message], NOW).text.lower()
    assert sent(database, "problem") == []


def test_who_was_promised_another_try_hears_that_it_failed(database: Database, acknowledger: Acknowledger) -> None:
    with database.write() as session:
        school = add_school(session)
        story = add_story(session, school)
        add_message(session, school, [story])
        story.retrying, story.reason = True, "website quá chậm"
        acknowledger.verdict(session, story, NOW)
        acknowledger.unusable(session, story, "website quá chậm", NOW + timedelta(hours=4), "fetch_page")
    assert len(sent(database)) == 1
    assert [mail.recipient for mail in sent(database, "problem")] == ["th-kim-dong@hanoiedu.example"]


def test_over_the_senders_cap_one_combined_answer_comes_at_the_end_of_the_hour(
    database: Database, acknowledger: Acknowledger
) -> None:
    more = 3
    with database.write() as session:
        school = add_school(session)
        for _ in range(CAPS.per_sender_per_day + more):
            message = add_message(session, school)
            acknowledger.answer(session, message, NOW)
    assert len(sent(database)) == CAPS.per_sender_per_day
    assert answers(database).count(Answer.HELD) == more

    end_of_hour = NOW + timedelta(hours=1)
    runner = Runner(database, lambda: end_of_hour, Wake())
    while runner.run_one(AnswerLate(acknowledger)):
        pass
    assert len(sent(database)) == CAPS.per_sender_per_day + 1
    assert set(answers(database)) == {Answer.QUEUED}


def test_over_the_hours_cap_the_breaker_opens_and_the_operator_hears_once(
    database: Database, outbox: Outbox, calendar: Calendar
) -> None:
    acknowledger = Acknowledger(OFFICE, AckSettings(per_hour=2), calendar, outbox, (OPERATOR,))
    with database.write() as session:
        school = add_school(session)
        for number in range(5):
            message = add_message(session, school, sender=f"gv{number}@hanoiedu.example")
            acknowledger.answer(session, message, NOW)
    assert len(sent(database)) == 2
    assert [mail.recipient for mail in sent(database, "alert")] == [OPERATOR]


def test_a_page_that_does_not_come_holds_no_answer_up_for_ever(database: Database, acknowledger: Acknowledger) -> None:
    with database.write() as session:
        school = add_school(session)
        story = add_story(session, school)
        message = add_message(session, school, [story])
        message.make_due(NOW + timedelta(seconds=60))
    early = Runner(database, lambda: NOW + timedelta(seconds=59), Wake())
    late = Runner(database, lambda: NOW + timedelta(seconds=60), Wake())
    assert not early.run_one(AnswerLate(acknowledger))
    assert late.run_one(AnswerLate(acknowledger))
    assert len(sent(database)) == 1
    with database.read() as session:
        assert [story.retrying for story in session.scalars(select(Story))] == [True]


@pytest.mark.parametrize("state", [MessageState.WAITING, MessageState.IGNORED])
def test_a_mail_that_is_not_read_is_never_answered_late(
    database: Database, acknowledger: Acknowledger, state: MessageState
) -> None:
    with database.write() as session:
        message = add_message(session, add_school(session), state=state)
        message.make_due(NOW)
    assert not Runner(database, lambda: NOW, Wake()).run_one(AnswerLate(acknowledger))


def test_our_own_words_hold_no_incident_phrase() -> None:
    """A reply quotes our letters; whatever they say must not send it to a person as an incident."""
    root = Path(__file__).parent.parent.parent
    rules = App(Settings()).incident_rules
    for template in (root / "outbox" / "templates").rglob("body.*"):
        assert read_report("", template.read_text(encoding="utf-8"), (), rules).events == (), template
