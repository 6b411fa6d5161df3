"""The transition table, and its only door."""

from datetime import UTC, datetime
from enum import StrEnum

import pytest

from db.models import Message, OutgoingMail, Story
from db.states import TRANSITIONS, IllegalMove, IncidentState, MailState, MessageState, StoryState

NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
ALL_STATES: list[StrEnum] = [*MessageState, *StoryState, *MailState, *IncidentState]


def test_every_state_stands_in_the_table() -> None:
    assert set(TRANSITIONS) == set(ALL_STATES)


@pytest.mark.parametrize("state", ALL_STATES)
def test_a_move_stays_among_states_of_its_own_kind(state: StrEnum) -> None:
    assert all(type(target) is type(state) for target in TRANSITIONS[state])


@pytest.mark.parametrize(
    ("kind", "first"),
    [
        (MessageState, MessageState.RECEIVED),
        (StoryState, StoryState.FOUND),
        (MailState, MailState.QUEUED),
        (IncidentState, IncidentState.OPEN),
    ],
)
def test_every_state_can_be_reached(kind: type[StrEnum], first: StrEnum) -> None:
    reached, edge = {first}, [first]
    while edge:
        fresh = TRANSITIONS[edge.pop()] - reached
        reached |= fresh
        edge += fresh
    assert reached == set(kind)


def test_a_move_writes_the_event_and_starts_the_attempts_afresh() -> None:
    story = Story(state=StoryState.FOUND, attempts=2, failure="chậm")
    story.move_to(StoryState.FETCHED, NOW, "fetch_page")
    assert (story.state, story.attempts, story.failure, story.due_at) == (StoryState.FETCHED, 0, None, NOW)
    assert [(event.old, event.new, event.way) for event in story.events] == [("found", "fetched", "fetch_page")]


def test_a_move_that_is_not_in_the_table_is_refused() -> None:
    story = Story(state=StoryState.PUBLISHED)
    with pytest.raises(IllegalMove):
        story.move_to(StoryState.FOUND, NOW, "test")
    assert story.state is StoryState.PUBLISHED
    assert story.events == []


def test_a_story_in_the_queue_is_nobodys_work() -> None:
    story = Story(state=StoryState.FETCHED, due_at=NOW)
    story.move_to(StoryState.PENDING, NOW, "read_page")
    assert story.due_at is None


def test_a_waiting_message_is_not_read_again_by_itself() -> None:
    message = Message(state=MessageState.RECEIVED, due_at=NOW)
    message.move_to(MessageState.WAITING, NOW, "read_message")
    assert message.due_at is None


def test_a_mail_that_the_server_put_off_keeps_counting_its_attempts() -> None:
    mail = OutgoingMail(state=MailState.QUEUED, attempts=1, due_at=NOW)
    mail.move_to(MailState.SENDING, NOW, "deliver")
    mail.move_to(MailState.QUEUED, NOW, "deliver")
    assert mail.attempts == 1
