"""What was written before decides whether a mail is answered at all; a person can read why not."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Link, Message, OutgoingMail, School, Story
from db.models.message import Answer, MessageEvent
from db.models.people import Contact
from db.queries import messages
from db.session import Database
from db.states import MessageState, StoryState
from outbox.queue import Outbox
from parsers.week import Calendar
from pipeline.settings import AckSettings
from pipeline.stages import ack_limits
from pipeline.stages.ack_letter import DONE
from pipeline.stages.acknowledge import Acknowledger
from tests.factories import NOW, add_message, add_school, add_story
from tests.pipeline.conftest import OFFICE

DAY = timedelta(days=1)


def acks(session: Session) -> Sequence[OutgoingMail]:
    return session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)).all()


def resent(session: Session, school: School, stories: list[Story]) -> Message:
    """Another mail of the school with links that are known."""
    message = add_message(session, school, stories)
    for link in message.links:
        link.repeats = True
    return message


def homepage(message: Message) -> Message:
    """Give a mail without stories a link to a home page."""
    url = "https://th-kim-dong.giangvo.example/"
    message.links = [Link(position=0, url=url, written=url, role="homepage", found_in="text")]
    return message


@pytest.mark.parametrize(
    "blocked", ["th-kim-dong@hanoiedu.example", "@hanoiedu.example", "TH-Kim-Dong@hanoiedu.example"]
)
def test_a_blocked_sender_is_not_answered(database: Database, outbox: Outbox, calendar: Calendar, blocked: str) -> None:
    acknowledger = Acknowledger(OFFICE, AckSettings(blocked=(blocked,)), calendar, outbox, ())
    with database.write() as session:
        school = add_school(session)
        message = add_message(session, school, [add_story(session, school, StoryState.PENDING)])
        acknowledger.answer(session, message, NOW)
        assert (message.answer, message.silence_reason) == (Answer.NONE, ack_limits.BLOCKED)
        assert (message.due_at, acks(session)) == (None, [])


def test_with_answers_switched_off_nobody_is_answered(database: Database, outbox: Outbox, calendar: Calendar) -> None:
    acknowledger = Acknowledger(OFFICE, AckSettings(enabled=False), calendar, outbox, ())
    with database.write() as session:
        message = add_message(session, add_school(session))
        acknowledger.answer(session, message, NOW)
        assert message.silence_reason == ack_limits.SWITCHED_OFF
        assert acks(session) == []


def test_an_address_that_mail_comes_back_from_is_not_answered(database: Database, acknowledger: Acknowledger) -> None:
    with database.write() as session:
        message = add_message(session, add_school(session))
        address = message.sender_address or ""
        session.add(Contact(address=address, hard=3, bounced_at=NOW, dead_since=NOW))
        session.flush()
        acknowledger.answer(session, message, NOW)
        assert message.silence_reason == ack_limits.UNREACHABLE


@pytest.mark.parametrize(("age", "silent"), [(timedelta(days=7), False), (timedelta(days=7, seconds=1), True)])
def test_a_mail_older_than_seven_days_is_not_answered(
    database: Database, acknowledger: Acknowledger, age: timedelta, silent: bool
) -> None:
    with database.write() as session:
        message = add_message(session, add_school(session))
        acknowledger.answer(session, message, message.received_at + age)
        assert message.silence_reason == (ack_limits.TOO_OLD if silent else None)
        assert len(acks(session)) == (not silent)


def test_a_mail_that_waited_for_a_person_is_answered_at_any_age(database: Database, acknowledger: Acknowledger) -> None:
    with database.write() as session:
        message = add_message(session, add_school(session), state=MessageState.WAITING)
        message.move_to(MessageState.READ, NOW, "read_message")
        acknowledger.answer(session, message, NOW + 30 * DAY)
        assert len(acks(session)) == 1


def test_an_answer_held_back_for_too_long_is_not_sent_any_more(database: Database, acknowledger: Acknowledger) -> None:
    with database.write() as session:
        school = add_school(session)
        old, fresh = (add_message(session, school, answer=Answer.HELD) for _ in range(2))
        old.received_at = NOW - 8 * DAY
        acknowledger.answer(session, old, NOW)
        assert (old.answer, old.silence_reason) == (Answer.NONE, ack_limits.TOO_OLD)
        assert fresh.answer is Answer.QUEUED


def test_the_same_links_are_answered_once_more_kindly_and_then_no_more(
    database: Database, acknowledger: Acknowledger
) -> None:
    with database.write() as session:
        school = add_school(session)
        stories = [add_story(session, school, StoryState.PENDING) for _ in range(2)]
        sendings = [add_message(session, school, stories), *(resent(session, school, stories) for _ in range(3))]
        for message in sendings:
            acknowledger.answer(session, message, NOW)
        assert [message.silence_reason for message in sendings] == [None, None, *[ack_limits.REPEATED] * 2]
        assert [mail.subject.startswith("[BBT] 02 tin bài đã có") for mail in acks(session)] == [False, True]


def test_after_seven_days_the_same_links_are_answered_again(database: Database, acknowledger: Acknowledger) -> None:
    with database.write() as session:
        school = add_school(session)
        story = add_story(session, school, StoryState.PENDING)
        for message in (add_message(session, school, [story]), resent(session, school, [story])):
            acknowledger.answer(session, message, NOW)
        late = resent(session, school, [story])
        late.received_at = NOW + 7 * DAY
        acknowledger.answer(session, late, NOW + 7 * DAY + timedelta(seconds=1))
        assert len(acks(session)) == 3


@pytest.mark.parametrize("change", ["another link", "another sender", "opened again"])
def test_what_differs_is_no_repeat(database: Database, acknowledger: Acknowledger, change: str) -> None:
    with database.write() as session:
        school = add_school(session)
        story = add_story(session, school, StoryState.PENDING)
        for message in (add_message(session, school, [story]), resent(session, school, [story])):
            acknowledger.answer(session, message, NOW)
        match change:
            case "another link":
                other = add_message(session, school, [story, add_story(session, school, StoryState.PENDING)])
            case "another sender":
                other = resent(session, school, [story])
                other.sender_address = "hieu-truong@hanoiedu.example"
            case _:
                other = add_message(session, school, [story])  # its page was no use, and is read anew
        acknowledger.answer(session, other, NOW)
        assert other.answer is Answer.QUEUED


def test_two_addresses_of_one_story_are_the_same_link(database: Database, acknowledger: Acknowledger) -> None:
    with database.write() as session:
        school = add_school(session)
        first, twin = add_story(session, school, StoryState.PENDING), add_story(session, school, StoryState.DUPLICATE)
        twin.original_id = first.id
        for message in (add_message(session, school, [first]), resent(session, school, [twin])):
            acknowledger.answer(session, message, NOW)
        third = resent(session, school, [first])
        acknowledger.answer(session, third, NOW)
        assert third.silence_reason == ack_limits.REPEATED


def test_a_home_page_sent_again_and_again_is_explained_twice(database: Database, acknowledger: Acknowledger) -> None:
    with database.write() as session:
        school = add_school(session)
        sendings = [homepage(add_message(session, school)) for _ in range(3)]
        for message in sendings:
            acknowledger.answer(session, message, NOW)
        assert [message.answer for message in sendings] == [Answer.QUEUED, Answer.QUEUED, Answer.NONE]


def reply(session: Session, acknowledger: Acknowledger, school: School, stories: list[Story]) -> Message:
    """A mail with these stories that replies to the acknowledgement of an earlier one with one story."""
    acknowledger.answer(session, add_message(session, school, [add_story(session, school, StoryState.PENDING)]), NOW)
    message = add_message(session, school, stories)
    message.references = [acks(session)[0].rfc_id]
    return message


def test_a_reply_to_our_answer_without_a_new_link_is_not_answered(
    database: Database, acknowledger: Acknowledger
) -> None:
    with database.write() as session:
        school = add_school(session)
        message = reply(session, acknowledger, school, [])
        acknowledger.answer(session, message, NOW)
        assert message.silence_reason == ack_limits.NOTHING_NEW


@pytest.mark.parametrize("brings", ["a new story", "a home page", "a file", "a nil report", "a correction", "a wish"])
def test_a_reply_to_our_answer_that_brings_something_is_answered(
    database: Database, acknowledger: Acknowledger, brings: str
) -> None:
    with database.write() as session:
        school = add_school(session)
        new = [add_story(session, school, StoryState.PENDING)] if brings == "a new story" else []
        message = reply(session, acknowledger, school, new)
        match brings:
            case "a home page":
                homepage(message)
            case "a file":
                message.flags = ["article_in_attachment", "no_link"]
            case "a nil report" | "a correction":
                message.kind = brings.removeprefix("a ").replace(" ", "_")
            case "a wish":
                done = MessageEvent(at=NOW, old=message.state, new=message.state, way=DONE, note="Đã rút bài #1.")
                message.events.append(done)
        acknowledger.answer(session, message, NOW)
        assert message.answer is Answer.QUEUED


def test_a_reply_to_something_else_is_answered(database: Database, acknowledger: Acknowledger) -> None:
    with database.write() as session:
        message = add_message(session, add_school(session))
        message.references = ["<khac@hanoiedu.example>"]
        acknowledger.answer(session, message, NOW)
        assert message.answer is Answer.QUEUED


def test_who_is_not_answered_for_its_mails_age_still_hears_of_its_story(database: Database) -> None:
    with database.write() as session:
        school = add_school(session)
        story = add_story(session, school)
        told, untold = (
            add_message(session, school, [story], sender=f"{name}@hanoiedu.example") for name in ("told", "untold")
        )
        told.silence_reason, untold.silence_reason = ack_limits.TOO_OLD, ack_limits.BLOCKED
        session.flush()
        assert list(messages.reporting_story(session, story.id, although=ack_limits.STILL_TOLD)) == [told]
