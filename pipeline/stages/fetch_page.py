"""Stage 2: fetch the page behind a link, safely and politely. Commit 3.

A host is asked one request at a time; its turn is kept in the database, so that all processes share it.
"""

import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select
from sqlalchemy.orm import Session

from db.models import Page, Story
from db.queries import hosts, stories
from db.states import StoryState
from db.wake import Group
from db.work import OUR_FAULTS, RetryPolicy, Step, TakenMeanwhile, WorkFailed
from ingest.web import FetchedPage, Fetcher
from pipeline.stages.acknowledge import Acknowledger
from pipeline.stages.reasons import NOT_READ_BY_US

SOME_HOURS = RetryPolicy((timedelta(minutes=20), timedelta(hours=3)))


@dataclass(frozen=True, slots=True)
class FetchJob:
    """The page to fetch."""

    url: str


class FetchPage(Step[Story, FetchJob, FetchedPage]):
    """Stories found (or once unreachable and asked for again) → fetched."""

    name = "fetch_page"
    group = Group.FETCHING
    feeds = (Group.READING, Group.DELIVERING)
    retry = SOME_HOURS

    def __init__(self, fetcher: Fetcher, seconds: float, gap: timedelta, acknowledger: Acknowledger) -> None:
        self.lease = timedelta(seconds=seconds) + timedelta(minutes=1)  # a page is given up before its lease is
        self._fetcher = fetcher
        self._gap = gap
        self._acknowledger = acknowledger

    def due(self, now: datetime) -> Select[Story]:
        """Stories whose page is wanted and whose host may be asked now."""
        return stories.to_fetch(now)

    def load(self, session: Session, row: Story, now: datetime) -> FetchJob:
        """Take the host's turn, for as long as the lease lasts."""
        if not hosts.take(session, row.host, now, now + self.lease):
            raise TakenMeanwhile
        return FetchJob(row.url)

    def work(self, job: FetchJob) -> FetchedPage:
        """Ask the site. Raises FetchError, which is a WorkFailed with a reason for the school."""
        return self._fetcher.get(job.url)

    def save(self, session: Session, row: Story, result: FetchedPage, now: datetime) -> None:
        """Keep the page, compressed."""
        self._pass_turn(session, row, now)
        row.page = Page(
            final_url=result.final_url,
            content_type=result.content_type,
            body=zlib.compress(result.body, 6),
            fetched_at=now,
            insecure_tls=result.insecure_tls,
        )
        row.reason = None
        row.move_to(StoryState.FETCHED, now, self.name)

    def postpone(self, session: Session, row: Story, failure: WorkFailed, now: datetime) -> None:
        """The first failure is a verdict too: the school hears that we try again."""
        self._pass_turn(session, row, now)
        row.reason = NOT_READ_BY_US if failure.reason in OUR_FAULTS else failure.reason
        row.retrying = row.retrying or row.verdict_at is None  # only who waits for the first verdict is promised more
        self._acknowledger.verdict(session, row, now)

    def give_up(self, session: Session, row: Story, failure: WorkFailed, now: datetime) -> None:
        """The page cannot be opened; who was promised another try hears how it ended."""
        self._pass_turn(session, row, now)
        self._acknowledger.unusable(session, row, failure.reason, now, self.name)

    def _pass_turn(self, session: Session, row: Story, now: datetime) -> None:
        hosts.busy_until(session, row.host, now + self._gap)
