"""From the links of a mail to its stories: new ones, ones that are known, ones that are opened again."""

from datetime import datetime

from db.models import Link, Message, School, Story
from db.states import StoryState
from parsers.links import FoundLink
from parsers.urls import host_of
from pipeline.stages.history import is_history
from pipeline.stages.mail_decision import MailDecision, given_repeats
from pipeline.stages.mail_reading import MailReading
from pipeline.stages.school_reply import taken_back

FLAGS_OF_STORIES = frozenset({"unverified", "unfetchable_social"})  # what the board should know of the mail


def keep_links(
    row: Message, result: MailReading, decided: MailDecision, school: School, known: dict[str, Story], now: datetime
) -> None:
    """Give the mail its links, each story link its story.

    known: identity key → story; those of this mail are added to it. A mail that brings nothing new is a duplicate.
    """
    before = {key: known[key] for _, key in result.story_keys if key in known}
    reopened = {key for key, story in before.items() if not is_history(row) and _open_again(story, row, now)}
    row.links = [_link(row, at, *pair, known, school, now) for at, pair in enumerate(result.story_keys)]
    for link, (_, key) in zip(row.links, result.story_keys, strict=True):
        link.repeats = key in before and key not in reopened
    final = given_repeats(decided, [link.repeats for link in row.links if link.story is not None])
    row.flags, row.credited_week = list(final.flags), final.credited_week


def _link(
    row: Message,
    position: int,
    link: FoundLink,
    key: str | None,
    known: dict[str, Story],
    school: School,
    now: datetime,
) -> Link:
    """A link of the mail; a story link points to its story, a new one or the one there is."""
    if key is not None and key not in known:
        known[key] = _new_story(row, link, key, school, now)
    return Link(
        position=position,
        url=link.url,
        written=link.written,
        role=link.role,
        found_in=link.found_in,
        title=link.title,
        story=known[key] if key is not None else None,
    )


def _new_story(row: Message, link: FoundLink, key: str, school: School, now: datetime) -> Story:
    return Story(
        state=StoryState.FOUND,
        school=school,
        school_year=row.school_year,
        week=row.credited_week,
        found_at=row.received_at,
        url=link.url,
        identity=key,
        host=host_of(link.url),
        offered_title=link.title,
        flags=[flag for flag in row.flags if flag in FLAGS_OF_STORIES],
        due_at=None if is_history(row) else now,
        verdict_at=now if is_history(row) else None,  # nobody waits for one
    )


def _open_again(story: Story, row: Message, now: datetime) -> bool:
    """A school that sends a link again whose page was no use, or that it was asked to improve, has mended it.

    One that it had taken back is handed in anew. A page that opens only now counts from this mail on.
    """
    if story.state not in (StoryState.UNREACHABLE, StoryState.REVISE) and not taken_back(story):
        return False
    if story.state is not StoryState.REVISE:
        story.school_year, story.week = row.school_year, row.credited_week
    if story.state is StoryState.WITHDRAWN:
        story.move_to(StoryState.FOUND, now, "read_message", note="trường gửi lại")
    story.verdict_at, story.retrying, story.reason = None, False, None
    story.make_due(now)
    return True
