"""What becomes of a mail, by its kind and by the words that only a person may judge."""

import pytest

from db.states import MessageState
from parsers.kind import Kind
from parsers.reading import Reading
from pipeline.stages.mail_decision import MailDecision, given_thread
from pipeline.stages.mail_reading import RESTRICTED_KINDS, disposition, is_restricted

READ, WAITING, IGNORED = MessageState.READ, MessageState.WAITING, MessageState.IGNORED


def reading(kind: Kind, action: str, *words: str, school_by: str = "sender") -> Reading:
    """A mail of that kind, in which these words stand."""
    return Reading(
        kind=kind,
        school="th-a" if school_by == "sender" else None,
        school_by=school_by,
        sender="a@truong.example",
        verified=True,
        links=(),
        claimed_week=None,
        received_week=12,
        credited_week=None,
        flags=(),
        action=action,
        silence_reason=None,
        incident_words=words,
        waiting_reason=None,
    )


@pytest.mark.parametrize(
    ("kind", "action", "state"),
    [
        (Kind.STORY_SUBMISSION, "ack", READ),
        (Kind.CORRECTION, "ack", READ),
        (Kind.NIL_REPORT, "ack", READ),
        (Kind.REPLY_THANKS, "none", IGNORED),
        (Kind.AUTO_REPLY, "none", IGNORED),
        (Kind.BOUNCE, "none", IGNORED),
        (Kind.QUESTION, "human", WAITING),
    ],
)
def test_without_such_words_a_mail_goes_the_way_of_its_kind_and_with_one_it_waits_restricted(
    kind: Kind, action: str, state: MessageState
) -> None:
    plain, told = reading(kind, action), reading(kind, action, "nhập viện")
    assert (disposition(plain).state, is_restricted(plain)) == (state, False)
    assert (disposition(told).state, is_restricted(told)) == (WAITING, True)


@pytest.mark.parametrize("school_by", ["sender", "none"])
@pytest.mark.parametrize("kind", sorted(RESTRICTED_KINDS))
def test_incidents_opinion_matters_and_the_press_wait_restricted_whoever_writes(kind: Kind, school_by: str) -> None:
    mail = reading(kind, "escalate", school_by=school_by)
    assert (disposition(mail).state, is_restricted(mail)) == (WAITING, True)


@pytest.mark.parametrize(
    ("kind", "state", "becomes"),
    [
        (Kind.STORY_SUBMISSION, READ, WAITING),
        (Kind.REPLY_THANKS, IGNORED, WAITING),  # "the children are home again, thank you"
        (Kind.QUESTION, WAITING, WAITING),
        (Kind.AUTO_REPLY, IGNORED, IGNORED),
        (Kind.BOUNCE, WAITING, WAITING),
    ],
)
def test_whatever_goes_on_from_a_restricted_mail_is_restricted(
    kind: Kind, state: MessageState, becomes: MessageState
) -> None:
    plain = MailDecision(state, kind=kind, school="th-a", credited_week=12, stories={"http://a/": "a"})
    decided = given_thread(plain)
    assert (decided.state, decided.restricted, decided.takes_up) == (becomes, True, False)
