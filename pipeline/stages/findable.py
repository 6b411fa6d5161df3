"""By which words a story is found: its titles, its school and its page's text, without marks."""

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from db.models import Story
from db.queries import search
from parsers.words import fold


def make_findable(session: Session, stories: Mapping[Story, Sequence[str | None]]) -> None:
    """Let people find these stories, all flushed, by what is known of them now. Values: what their pages say."""
    search.enter(session, {story.id: fold(_words(story, said)) for story, said in stories.items()})


def _words(story: Story, said: Sequence[str | None]) -> str:
    return "\n".join(filter(None, (story.offered_title, story.school.short_name, story.school.name, *said)))
