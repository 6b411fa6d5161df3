"""Stage 3: read a fetched page and queue the story for the board. Commit 4."""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select
from sqlalchemy.orm import Session

from db.models import Story
from db.queries import stories
from db.queries.turns import take_turns
from db.states import StoryState
from db.wake import Group
from db.work import Step, WorkFailed
from parsers.landing import landed_on, lives_at, moved
from parsers.page import Page, parse_page
from parsers.stories import story_key
from parsers.summary import summarise
from parsers.theme import Theme, classify
from parsers.urls import UrlRules
from pipeline.registry import registry_from
from pipeline.sandbox import Sandbox
from pipeline.settings import OfficeSettings
from pipeline.stages.acknowledge import Acknowledger
from pipeline.stages.findable import make_findable
from pipeline.stages.reasons import NO_STORY

THIN_SYLLABLES = 40
GIVEN_BACK = (StoryState.REVISE, StoryState.WITHDRAWN)  # a page that comes after them is no repetition
# A redirect away from the story never takes the place of the link; the school hears where it leads.
MOVED: Mapping[str, str] = {
    "homepage": "website tự chuyển liên kết này về trang chủ, không mở ra bài viết",
    "listing": "website tự chuyển liên kết này về trang danh sách tin, không mở ra bài viết",
    "login": "website tự chuyển liên kết này tới trang đăng nhập",
    "not_found": "website tự chuyển liên kết này tới trang báo lỗi; bài viết có thể không tồn tại hoặc đã bị gỡ",
}


@dataclass(frozen=True, slots=True)
class PageJob:
    """A fetched page, as it came. url: where redirects led; asked: the story's link, if it is another."""

    body: bytes
    url: str
    content_type: str | None
    insecure_tls: bool
    today: date
    asked: str = ""


@dataclass(frozen=True, slots=True)
class PageReading:
    """What the board needs of a page."""

    page: Page
    summary: str
    theme: str | None
    flags: tuple[str, ...]
    kind: str  # of the page, or of the place that a redirect led to instead
    moved: bool  # the link led to another address
    address: str  # where the page says, or shows, that it lives


def read_page(job: PageJob, themes: Sequence[Theme], sentences: int) -> PageReading:
    """Extract, summarise and classify one page: pure, so that it can run in the sandbox and on the command line."""
    page = parse_page(job.body, job.url, job.content_type, today=job.today)
    title, asked = page.title or "", job.asked or job.url
    scores = classify(title, page.text, themes)
    return PageReading(
        page=page,
        summary=summarise(title, page.text, sentences, lead=page.lead).text,
        theme=scores[0].theme.id if scores else None,
        flags=_flags(page, insecure_tls=job.insecure_tls),
        kind=landed_on(asked, job.url) or page.kind,
        moved=moved(asked, job.url),
        address=lives_at(asked, job.url, page.canonical_url),
    )


def _flags(page: Page, *, insecure_tls: bool) -> tuple[str, ...]:
    reasons = (
        ("photo_only", page.kind == "gallery"),
        ("thin_text", page.kind == "article" and len(page.text.split()) < THIN_SYLLABLES),
        ("no_date", page.published_on is None),
        ("tls_broken", insecure_tls),
    )
    return tuple(name for name, raised in reasons if raised)


class ReadPage(Step[Story, PageJob, PageReading]):
    """Stories fetched → pending, or unreachable when the page is no story."""

    name = "read_page"
    group = Group.READING
    feeds = (Group.DELIVERING,)

    def __init__(
        self,
        sandbox: Sandbox,
        themes: Sequence[Theme],
        rules: UrlRules,
        sentences: int,
        office: OfficeSettings,
        acknowledger: Acknowledger,
    ) -> None:
        self._sandbox = sandbox
        self._themes = tuple(themes)
        self._rules = rules
        self._sentences = sentences
        self._office = office
        self._acknowledger = acknowledger

    def due(self, now: datetime) -> Select[Story]:
        """Stories whose page is there."""
        return stories.to_read(now)

    def load(self, session: Session, row: Story, now: datetime) -> PageJob:
        """The kept page."""
        assert row.page is not None, "fetched without a page"
        today = now.astimezone(self._office.zone).date()
        body = zlib.decompress(row.page.body)
        return PageJob(body, row.page.final_url, row.page.content_type, row.page.insecure_tls, today, asked=row.url)

    def work(self, job: PageJob) -> PageReading:
        """Read it where it can do no harm."""
        return self._sandbox.call(read_page, job, self._themes, self._sentences)

    def save(self, session: Session, row: Story, result: PageReading, now: datetime) -> None:
        """Pending, a duplicate, or no story at all; in each case the school's mail may now be complete."""
        row.page_kind = result.kind
        if result.kind in NO_STORY:
            reason = MOVED.get(result.kind) if result.moved else None
            self._acknowledger.unusable(session, row, reason or NO_STORY[result.kind], now, self.name)
            return
        _fill(row, result)
        make_findable(session, {row: (row.title, row.text)})
        row.retrying = False
        row.page_identity = self._key_of(session, result.address)
        take_turns(session, (row.page_identity,))  # of two links that meet here, one is the original
        original = stories.shown_at(session, row.page_identity, besides=row.id)
        if original is not None and original.state not in GIVEN_BACK:
            row.original_id = original.original_id or original.id
            row.move_to(StoryState.DUPLICATE, now, self.name)
        else:
            row.pending_at = now
            row.move_to(StoryState.PENDING, now, self.name)
        self._acknowledger.verdict(session, row, now)

    def _key_of(self, session: Session, address: str) -> str:
        return story_key(address, registry_from(session, self._office.domain), self._rules)

    def give_up(self, session: Session, row: Story, failure: WorkFailed, now: datetime) -> None:
        """A page that cannot be read is no use to the board; the school hears why."""
        self._acknowledger.unusable(session, row, failure.reason, now, self.name)


def _fill(row: Story, result: PageReading) -> None:
    page = result.page
    row.title, row.published_on, row.byline = page.title, page.published_on, page.byline
    row.text, row.summary, row.theme = page.text, result.summary, result.theme
    row.image_url, row.canonical_url = page.image_url, page.canonical_url
    row.flags = list(dict.fromkeys((*row.flags, *result.flags)))
