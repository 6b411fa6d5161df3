"""What a member may decide, and what follows."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import OutgoingMail
from db.models.message import Answer
from db.queries import people, stories
from db.session import Database
from db.states import MailState, StoryState
from outbox.letter import Letter, Notice
from outbox.queue import Outbox
from pipeline.board.decisions import RULES, Decision, DecisionRefused, Verb, decide
from pipeline.board.telling import Teller
from tests.factories import NOW, add_member, add_message, add_school, add_story

PORTAL = "https://badinh.edu.vn/tin/ngay-hoi-doc-sach"
NOTES = {Verb.REVISE: "Bổ sung chú thích ảnh.", Verb.DECLINE: "Trùng với bài đã đăng."}


def take(
    database: Database, teller: Teller, verb: Verb, *, start: StoryState = StoryState.PENDING, **extra: str
) -> int:
    """A school's story in that state, and a member who decides about it; returns its number."""
    with database.write() as session:
        school = add_school(session)
        story = add_story(session, school, start)
        add_message(session, school, [story], answer=Answer.QUEUED)
        number = story.id
    again(database, teller, verb, number, at=NOW, **extra)
    return number


def again(database: Database, teller: Teller, verb: Verb, number: int, *, at: datetime = NOW, **extra: str) -> None:
    """The member decides (once more) about the story."""
    with database.write() as session:
        member = people.find_member(session, "mai") or add_member(session)
        decision = Decision(verb, number, note=extra.get("note", NOTES.get(verb)), url=extra.get("url"))
        decide(session, decision, member, at, 30, teller)


def state_of(database: Database, number: int) -> StoryState:
    with database.read() as session:
        story = stories.get(session, number)
        assert story is not None
        return story.state


def mails(session: Session) -> list[OutgoingMail]:
    return list(session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)))


@pytest.mark.parametrize(
    ("verb", "end", "notice"),
    [
        (Verb.APPROVE, StoryState.APPROVED, None),  # approval alone tells nobody
        (Verb.REVISE, StoryState.REVISE, "decision"),
        (Verb.DECLINE, StoryState.DECLINED, "decision"),
        (Verb.PUBLISH, StoryState.PUBLISHED, "publication"),
    ],
)
def test_a_decision_moves_the_story_and_tells_the_school_what_concerns_it(
    database: Database, teller: Teller, verb: Verb, end: StoryState, notice: str | None
) -> None:
    number = take(database, teller, verb, url=PORTAL)
    assert state_of(database, number) is end
    with database.read() as session:
        assert [mail.notice for mail in mails(session)] == ([notice] if notice else [])


def test_the_event_keeps_member_words_and_way(database: Database, teller: Teller) -> None:
    number = take(database, teller, Verb.REVISE)
    with database.read() as session:
        story = stories.get(session, number)
        assert story is not None
        event = story.events[-1]
        assert (event.old, event.new, event.note, event.way) == (
            "pending",
            "revise",
            NOTES[Verb.REVISE],
            "command line",
        )
        assert event.member is not None


def test_the_school_hears_nothing_before_the_time_to_undo_is_over(database: Database, teller: Teller) -> None:
    take(database, teller, Verb.DECLINE)
    with database.read() as session:
        assert [mail.due_at for mail in mails(session)] == [NOW + timedelta(minutes=30)]


def test_undo_cancels_the_mail_that_has_not_left(database: Database, teller: Teller) -> None:
    number = take(database, teller, Verb.DECLINE)
    again(database, teller, Verb.UNDO, number)
    assert state_of(database, number) is StoryState.PENDING
    with database.read() as session:
        assert [mail.state for mail in mails(session)] == [MailState.CANCELLED]


def test_the_same_decision_after_an_undo_tells_the_school_anew(database: Database, teller: Teller) -> None:
    number = take(database, teller, Verb.DECLINE)
    again(database, teller, Verb.UNDO, number)
    again(database, teller, Verb.DECLINE, number, note="Chưa phù hợp tiêu chí.")
    with database.read() as session:
        assert [mail.state for mail in mails(session)] == [MailState.CANCELLED, MailState.QUEUED]


def test_undoing_a_publication_takes_the_place_away(database: Database, teller: Teller) -> None:
    number = take(database, teller, Verb.PUBLISH, url=PORTAL)
    again(database, teller, Verb.UNDO, number)
    with database.read() as session:
        story = stories.get(session, number)
        assert story is not None
        assert (story.state, story.publications) == (StoryState.PENDING, [])


def test_undoing_the_publication_of_an_approved_story_leaves_it_approved(database: Database, teller: Teller) -> None:
    number = take(database, teller, Verb.APPROVE)
    again(database, teller, Verb.PUBLISH, number, url=PORTAL, at=NOW + timedelta(hours=1))
    again(database, teller, Verb.UNDO, number, at=NOW + timedelta(hours=2))
    assert state_of(database, number) is StoryState.APPROVED


def test_undo_leaves_other_mail_about_the_story_alone(database: Database, teller: Teller, outbox: Outbox) -> None:
    number = take(database, teller, Verb.DECLINE)
    with database.write() as session:
        other = Letter(Notice.PROBLEM, "th-kim-dong@hanoiedu.example", "Liên kết", "x", "<p>x</p>")
        outbox.queue(session, other, f"story:{number}", NOW)
    again(database, teller, Verb.UNDO, number)
    with database.read() as session:
        assert [mail.state for mail in mails(session)] == [MailState.CANCELLED, MailState.QUEUED]


@pytest.mark.parametrize("verb", [Verb.REVISE, Verb.DECLINE])
@pytest.mark.parametrize("note", ["", "   "])
def test_a_school_is_not_refused_without_a_reason(database: Database, teller: Teller, verb: Verb, note: str) -> None:
    with pytest.raises(DecisionRefused, match="lý do"):
        take(database, teller, verb, note=note)


@pytest.mark.parametrize("url", ["", "javascript:alert(1)", "http://127.0.0.1/", "badinh.edu.vn/tin"])
def test_publishing_needs_an_address_people_can_open(database: Database, teller: Teller, url: str) -> None:
    with pytest.raises(DecisionRefused):
        take(database, teller, Verb.PUBLISH, url=url)


@pytest.mark.parametrize("verb", list(RULES))
@pytest.mark.parametrize("start", list(StoryState))
def test_a_decision_starts_only_where_the_table_says(
    database: Database, teller: Teller, verb: Verb, start: StoryState
) -> None:
    if start in RULES[verb].start:
        take(database, teller, verb, start=start, url=PORTAL)
        return
    with pytest.raises(DecisionRefused, match="không thể"):
        take(database, teller, verb, start=start, url=PORTAL)


@pytest.mark.parametrize("start", list(StoryState))
def test_what_nobody_decided_cannot_be_undone(database: Database, teller: Teller, start: StoryState) -> None:
    with pytest.raises(DecisionRefused, match="hoàn tác"):
        take(database, teller, Verb.UNDO, start=start)


def test_an_undo_is_not_undone(database: Database, teller: Teller) -> None:
    number = take(database, teller, Verb.APPROVE)
    again(database, teller, Verb.UNDO, number)
    with pytest.raises(DecisionRefused, match="hoàn tác"):
        again(database, teller, Verb.UNDO, number)


def test_a_number_that_does_not_exist_gets_a_sentence(database: Database, teller: Teller) -> None:
    with pytest.raises(DecisionRefused, match="Không có bài số 404"):
        again(database, teller, Verb.APPROVE, 404)


def test_a_refused_decision_changes_nothing(database: Database, teller: Teller) -> None:
    number = take(database, teller, Verb.APPROVE)
    with pytest.raises(DecisionRefused):
        again(database, teller, Verb.DECLINE, number)
    assert state_of(database, number) is StoryState.APPROVED
    with database.read() as session:
        assert mails(session) == []
