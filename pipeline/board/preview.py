"""Any notice as it would be sent now, without sending it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from db.queries import messages, people, stories
from outbox.letter import Letter, Notice
from pipeline.board.digest import DigestDesk
from pipeline.board.telling import Teller
from pipeline.stages.acknowledge import Acknowledger


@dataclass(frozen=True, slots=True)
class Writers:
    """Who writes which notice."""

    acknowledger: Acknowledger
    teller: Teller
    digests: DigestDesk


def preview(session: Session, notice: str, key: str, now: datetime, writers: Writers) -> Letter | None:
    """The letter, or None when there is nothing of that name to write about.

    key: "m12" or "12" for an acknowledgement, a story's number for a decision or publication, a member for a digest.
    """
    return PREVIEWS[Notice(notice)](session, key, now, writers)


def _acknowledgement(session: Session, key: str, _: datetime, writers: Writers) -> Letter | None:
    message = messages.get(session, _number(key, "m"))
    if message is None or message.school is None or message.sender_address is None or message.restricted:
        return None
    return writers.acknowledger.letter([message])


def _about_story(session: Session, key: str, _: datetime, writers: Writers) -> Letter | None:
    story = stories.get(session, _number(key))
    if story is None:
        return None
    senders = messages.answered_with_story(session, story.id)
    note = next((event.note for event in reversed(story.events) if event.note), None)
    return writers.teller.letter(story, senders[0], note) if senders else None


def _digest(session: Session, key: str, now: datetime, writers: Writers) -> Letter | None:
    member = people.find_member(session, key)
    return writers.digests.letter(session, member, now) if member else None


def _number(key: str, prefix: str = "") -> int:
    digits = key.strip().lower().lstrip("#").removeprefix(prefix)
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 12 else 0


PREVIEWS: Mapping[Notice, Callable[[Session, str, datetime, Writers], Letter | None]] = {
    Notice.ACKNOWLEDGEMENT: _acknowledgement,
    Notice.DECISION: _about_story,
    Notice.PUBLICATION: _about_story,
    Notice.DIGEST: _digest,
}
