"""A mail of somebody unknown on the line: nothing is fetched for it until a person says whose it is."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from db.queries import people, register
from db.states import MessageState, StoryState
from pipeline.registry import read_again
from pipeline.sandbox import Sandbox
from tests.mails import SCHOOL, mail
from tests.pages import story_page
from tests.pipeline.test_line import Line, article
from tests.servers.web import SchoolSite

STRANGER = "bantt.2026@gmail.example"


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
    "sender",
    [STRANGER, f'"{SCHOOL}" <{STRANGER}>', f"{SCHOOL}, {STRANGER}", f"Trường TH Kim Đồng <{STRANGER}>"],
)
def test_a_registered_address_gets_the_waiting_mail_read_and_until_then_nothing_is_fetched(
    line: Line, sender: str
) -> None:
    line.site.page(article("nguoi-la"), story_page())
    line.receive(mail(f"TH Kim Đồng gửi bài: {line.url(article('nguoi-la'))}", sender=sender))
    assert line.message().state is MessageState.WAITING
    assert (line.stories(), line.answers(), line.site.requests) == ([], [], [])
    with line.app.database.write() as session:
        school = people.schools_by_code(session, {"th-kim-dong"})["th-kim-dong"]
        register.add_address(session, school, STRANGER)
        read_again(session, "badinhedu.example", line.now)
    line.work()
    clean = SCHOOL not in sender  # a From that could be read in two ways never becomes anybody's
    assert [story.state for story in line.stories()] == [StoryState.PENDING] * clean
    assert (len(line.answers()), line.message().state) == (
        (1, MessageState.READ) if clean else (0, MessageState.WAITING)
    )
