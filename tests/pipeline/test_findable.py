"""The stages let every story be found, from its mail on."""

import zlib
from collections.abc import Iterator

import pytest

from db.models import Page
from db.queries import search
from db.session import Database
from db.states import StoryState
from db.wake import Wake
from db.work import Runner
from ingest.mailbox_protocol import FetchedMail
from ingest.receive import Place, store
from parsers.urls import DEFAULT_RULES
from parsers.week import Calendar
from parsers.words import fold
from pipeline.sandbox import Sandbox
from pipeline.settings import AckSettings
from pipeline.stages.acknowledge import Acknowledger
from pipeline.stages.mail_reading import MailRules
from pipeline.stages.read_message import Desks, ReadMessage
from pipeline.stages.read_page import ReadPage
from tests.factories import NOW, add_school, add_story
from tests.mails import MX, mail
from tests.pages import story_page
from tests.pipeline.conftest import OFFICE


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """A child for the whole module."""
    made = Sandbox(children=1)
    yield made
    made.close()


def found(database: Database, words: str) -> list[int]:
    with database.read() as session:
        return [story.id for story in search.find(session, fold(words), 10)]


def test_a_story_is_found_by_its_school_as_soon_as_its_mail_is_read(
    database: Database, sandbox: Sandbox, desks: Desks, calendar: Calendar
) -> None:
    link = "https://th-kim-dong.giangvo.example/tin-tuc/ngay-hoi-doc-sach-cua-hoc-sinh-khoi-4-pmtd22sw1501"
    raw = mail(f"Trường gửi bài:\n{link}", sender="th-kim-dong@hanoiedu.example")
    with database.write() as session:
        add_school(session)
        store(session, Place("pgd", "INBOX", 1), [FetchedMail(1, raw, len(raw), NOW, truncated=False)], NOW)
    rules = MailRules(OFFICE, calendar, (), MX, DEFAULT_RULES)
    step = ReadMessage(sandbox, rules, AckSettings(), desks)
    assert Runner(database, lambda: NOW, Wake()).run_one(step)
    assert found(database, "TH Kim Đồng") == [1]


def test_a_story_is_found_by_its_page_once_that_is_read(
    database: Database, sandbox: Sandbox, acknowledger: Acknowledger
) -> None:
    with database.write() as session:
        story = add_story(session, add_school(session), StoryState.FETCHED)
        body = zlib.compress(story_page("Hội khỏe Phù Đổng").encode())
        story.page = Page(final_url=story.url, content_type="text/html", body=body, fetched_at=NOW)
    step = ReadPage(sandbox, (), DEFAULT_RULES, 3, OFFICE, acknowledger)
    assert Runner(database, lambda: NOW, Wake()).run_one(step)
    for words in ("hội khoẻ", "mười hai gian hàng", "kim đồng", "bài trường gửi"):
        assert found(database, words) == [1], words
