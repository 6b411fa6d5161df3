"""Tells schools what became of their stories. Which decision tells what is a table; approval alone tells nothing."""

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from db.models import Message, Story
from db.queries import messages
from db.states import StoryState
from outbox.letter import Letter
from outbox.notices import decision, publication
from outbox.queue import Outbox
from pipeline.office import signed_by
from pipeline.reach import reachable
from pipeline.settings import OfficeSettings
from pipeline.stages.ack_limits import STILL_TOLD

CHANNELS: Mapping[str, str] = {
    "portal": "Cổng thông tin điện tử",
    "fanpage": "Fanpage",
    "group": "Nhóm Facebook",
    "school site": "website của trường",
    "press": "báo chí",
}


class Teller:
    """Queues the letter that a decision asks for, to everybody who sent the story, where they can be reached."""

    def __init__(self, office: OfficeSettings, outbox: Outbox) -> None:
        self._office = signed_by(office)
        self._outbox = outbox

    def tell(self, session: Session, story: Story, note: str | None, now: datetime, not_before: datetime) -> None:
        """Queue what the school hears of the state the story has now; it leaves at `not_before`."""
        if story.state not in LETTERS:
            return
        period = f"event:{story.events[-1].id}"
        for message in messages.reporting_story(session, story.id, STILL_TOLD):
            to = reachable(session, story.school, message.sender_address or "")
            letter = self.letter(story, message, note, to)
            if letter is not None:
                self._outbox.queue(session, letter, f"story:{story.id}", now, period=period, not_before=not_before)

    def letter(self, story: Story, message: Message, note: str | None, to: str | None = None) -> Letter | None:
        """What the sender of this message hears of the story's state; None when that state tells nothing.

        to: where the school is written to instead, when mail to the sender comes back.
        """
        write = LETTERS.get(story.state)
        if write is None or message.sender_address is None:
            return None
        return write(self, story, message, note or "", to or message.sender_address)

    def revise(self, story: Story, message: Message, note: str, to: str) -> Letter:
        """The board asks for changes."""
        return self._decision(decision.Outcome.REVISE, story, message, note, to)

    def decline(self, story: Story, message: Message, note: str, to: str) -> Letter:
        """The board does not use it."""
        return self._decision(decision.Outcome.DECLINE, story, message, note, to)

    def published(self, story: Story, message: Message, note: str, to: str) -> Letter:
        """The story stands somewhere."""
        places = tuple(
            publication.Place(
                channel=CHANNELS.get(place.channel, place.channel),
                url=place.url,
                day=place.at.astimezone(self._office.zone).date(),
            )
            for place in story.publications
        )
        return publication.letter(
            publication.Publication(
                office=self._office,
                school_name=story.school.name,
                to=to,
                number=story.id,
                title=story.headline,
                places=places,
                answers=message.rfc_id,
                references=tuple(message.references),
            )
        )

    def _decision(self, outcome: decision.Outcome, story: Story, message: Message, note: str, to: str) -> Letter:
        return decision.letter(
            decision.Decision(
                office=self._office,
                school_name=story.school.name,
                to=to,
                outcome=outcome,
                number=story.id,
                title=story.headline,
                url=story.url,
                note=note,
                week=story.week,
                answers=message.rfc_id,
                references=tuple(message.references),
            )
        )


LETTERS: Mapping[StoryState, Callable[[Teller, Story, Message, str, str], Letter]] = {
    StoryState.REVISE: Teller.revise,
    StoryState.DECLINED: Teller.decline,
    StoryState.PUBLISHED: Teller.published,
}
