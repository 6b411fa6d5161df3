"""Any notice as it would be sent now, without sending it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from db.queries import messages, people, stories
from outbox.letter import Letter, Notice
from pipeline.board.digest import DigestDesk
from pipeline.board.telling import Teller
from pipeline.reach import reachable
from pipeline.stages.ack_limits import STILL_TOLD
from pipeline.stages.acknowledge import Acknowledger


@dataclass(frozen=True, slots=True)
class Writers:
    """Who writes which notice."""

    acknowledger: Acknowledger
    teller: Teller
    digests: DigestDesk


def preview_digest(session: Session, name: str, now: datetime, writers: Writers) -> Letter | None:
    """The digest as that member would get it now; None when there is no such member."""
    member = people.find_member(session, name)
    return writers.digests.letter(session, member, now) if member else None


def preview_about(session: Session, notice: str, number: int, now: datetime, writers: Writers) -> Letter | None:
    """The notice about the message or story of that number; None when there is nothing to write about."""
    if PREFIXES[notice]:
        return _acknowledgement(session, number, now, writers)
    return _about_story(session, number, writers)


def _acknowledgement(session: Session, number: int, now: datetime, writers: Writers) -> Letter | None:
    message = messages.get(session, number)
    if message is None or message.school is None or message.sender_address is None or message.restricted:
        return None
    return writers.acknowledger.letter([message], now)


def _about_story(session: Session, number: int, writers: Writers) -> Letter | None:
    story = stories.get(session, number)
    if story is None:
        return None
    senders = messages.reporting_story(session, story.id, STILL_TOLD)
    note = next((event.note for event in reversed(story.events) if event.note), None)
    if not senders:
        return None
    to = reachable(session, story.school, senders[0].sender_address or "")
    return writers.teller.letter(story, senders[0], note, to)


# Notices about one thing, and what its number starts with: "m12" is a message, "12" a story.
PREFIXES: Mapping[str, str] = {
    Notice.ACKNOWLEDGEMENT.value: "m",
    Notice.DECISION.value: "",
    Notice.PUBLICATION.value: "",
}
