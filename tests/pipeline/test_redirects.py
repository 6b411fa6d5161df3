"""Where a link leads on the line: to one page from two sides, or away from the story, which the school is told."""

from collections.abc import Iterator
from pathlib import Path
from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from db.models import Story
from db.session import Database
from db.states import StoryState
from parsers.urls import DEFAULT_RULES
from pipeline.board.decisions import Decision, Verb, decide
from pipeline.sandbox import Sandbox
from pipeline.stages.acknowledge import Acknowledger
from pipeline.stages.read_page import MOVED, PageJob, ReadPage, read_page
from tests.factories import NOW, add_member, add_school, add_story
from tests.mails import mail
from tests.pages import LOGIN_PAGE, story_page
from tests.pipeline.conftest import OFFICE
from tests.pipeline.test_line import Line, article
from tests.servers.web import SchoolSite


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """Children for the whole module."""
    made = Sandbox(children=1)
    yield made
    made.close()


@pytest.fixture
def line(tmp_path: Path, sandbox: Sandbox) -> Iterator[Line]:
    """The line with a site and a database of its own."""
    with SchoolSite() as site:
        made = Line(tmp_path, site, sandbox)
        yield made
        made.app.database.close()


@pytest.mark.parametrize(
    ("target", "page", "kind"),
    [
        ("/", story_page(), "homepage"),
        ("/tin-tuc-su-kien", story_page(), "listing"),  # even if its first story reads like an article
        ("/dang-nhap?ReturnUrl=%2ftin", LOGIN_PAGE, "login"),
        ("/vao-trang", LOGIN_PAGE, "login"),
        ("/404.html", story_page(), "not_found"),
    ],
)
def test_a_redirect_away_from_the_story_never_takes_its_place(line: Line, target: str, page: str, kind: str) -> None:
    line.site.page(target, page)
    line.site.redirect(article("dau-do"), line.url(target))
    line.receive(mail(f"Trường gửi bài: {line.url(article('dau-do'))}"))
    (story,) = line.stories()
    assert (story.state, story.page_kind, story.page_identity) == (StoryState.UNREACHABLE, kind, None)
    assert story.reason == MOVED[kind]
    assert MOVED[kind].split(",")[0] in line.answers()[0]


def test_two_stories_lost_to_the_same_front_page_stay_two(line: Line) -> None:
    line.site.page("/", story_page())
    for number in (1, 2):
        path = f"{article('mat')}{number}"
        line.site.redirect(path, line.url("/"))
        line.receive(mail(f"Trường gửi bài: {line.url(path)}"))
    assert [story.state for story in line.stories()] == [StoryState.UNREACHABLE] * 2


def test_a_short_link_and_the_article_behind_it_are_one_story(line: Line) -> None:
    line.site.page(article("that"), story_page())
    line.site.redirect("/rut-gon-12345", line.url(article("that")))
    line.receive(mail(f"Trường gửi bài: {line.url('/rut-gon-12345')}"))
    line.receive(mail(f"Trường gửi bài: {line.url(article('that'))}"))
    first, second = line.stories()
    assert (first.state, second.state, second.original_id) == (StoryState.PENDING, StoryState.DUPLICATE, first.id)


def test_a_page_that_comes_after_one_sent_back_for_improvement_is_no_repetition(line: Line) -> None:
    line.site.page(article("sua") + "1", story_page())
    line.receive(mail(f"Trường gửi bài: {line.url(article('sua') + '1')}"))
    with line.app.database.write() as session:
        decide(session, Decision(Verb.REVISE, 1, note="Thêm ảnh."), add_member(session), line.now, 30, line.app.teller)
    line.site.redirect(article("sua") + "2", line.url(article("sua") + "1"))
    line.receive(mail(f"Trường gửi bài đã sửa: {line.url(article('sua') + '2')}"))
    assert [story.state for story in line.stories()] == [StoryState.REVISE, StoryState.PENDING]


def test_of_two_that_meet_in_two_processes_at_once_one_is_the_original(
    database: Database, sandbox: Sandbox, acknowledger: Acknowledger
) -> None:
    step = ReadPage(sandbox, (), DEFAULT_RULES, 3, OFFICE, acknowledger)
    place = "https://th-kim-dong.giangvo.example/tin/ngay-hoi-doc-sach-pmtd22sw9"
    read = read_page(PageJob(story_page().encode(), place, "text/html", insecure_tls=False, today=NOW.date()), (), 3)
    with database.write() as session:
        school = add_school(session)
        numbers = [add_story(session, school, state=StoryState.FETCHED).id for _ in range(2)]
    start = Barrier(2)

    def save(number: int) -> None:
        with database.write() as session:
            story = session.get_one(Story, number)
            start.wait(10)
            step.save(session, story, read, NOW)

    def save_on_sqlite(number: int) -> None:  # one writer at a time: they cannot both be inside
        with database.write() as session:
            step.save(session, session.get_one(Story, number), read, NOW)

    threads = [Thread(target=save if database.kind == "postgresql" else save_on_sqlite, args=(n,)) for n in numbers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    with database.read() as session:
        found = {story.state: story for story in session.scalars(select(Story))}
    assert found.keys() == {StoryState.PENDING, StoryState.DUPLICATE}
    assert found[StoryState.DUPLICATE].original_id == found[StoryState.PENDING].id
