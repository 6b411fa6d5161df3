"""A school's reply to our letter, through the whole line: what it asked for is done, and the answer says so."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from db.models import OutgoingMail
from db.states import MessageState, StoryState
from pipeline.sandbox import Sandbox
from tests.mails import mail
from tests.pages import story_page
from tests.pipeline.test_line import Line, article
from tests.servers.web import SchoolSite

FIRST = "dau-tien"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """A child for the whole module."""
    made = Sandbox(children=1)
    yield made
    made.close()


@pytest.fixture
def answered(tmp_path: Path, sandbox: Sandbox) -> Iterator[Line]:
    """A line on which a school has had its story acknowledged."""
    with SchoolSite() as site:
        line = Line(tmp_path, site, sandbox)
        yield from _with_a_story(line)


def _with_a_story(line: Line) -> Iterator[Line]:
    line.site.page(article(FIRST), story_page())
    line.receive(mail(f"Kính gửi BBT, trường gửi bài:\n{line.url(article(FIRST))}\nTrân trọng."))
    yield line
    line.app.database.close()


def reply(line: Line, text: str) -> None:
    """The school answers the first letter it got, with that letter quoted below."""
    with line.app.database.read() as session:
        letter = session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)).first()
        assert letter is not None
        rfc_id = letter.rfc_id
    introduction = "Vào Th 4, 25 thg 11, 2026 lúc 09:00 Ban biên tập <pgd@badinhedu.example> đã viết:"
    quoted = "\n".join(f"> {words}" for words in line.answers()[0].splitlines())
    line.receive(
        mail(f"{text}\n\n{introduction}\n{quoted}\n", subject="Re: [BBT] Đã nhận 01 tin bài", In_Reply_To=rfc_id)
    )


def test_a_story_that_is_taken_back_is_withdrawn_and_opens_again_when_it_is_sent_again(answered: Line) -> None:
    reply(answered, "Bỏ bài 1 giúp trường ạ, cảm ơn BBT.")
    assert [story.state for story in answered.stories()] == [StoryState.WITHDRAWN]
    assert "Đã rút bài #1" in answered.answers()[-1]
    answered.receive(mail(f"Trường gửi lại bài: {answered.url(article(FIRST))}", subject="Gửi lại bài tuần 12"))
    assert [(story.state, story.week) for story in answered.stories()] == [(StoryState.PENDING, 12)]
    assert len(answered.answers()) == 3


def test_a_week_put_right_by_the_school_is_put_right_and_told(answered: Line) -> None:
    reply(answered, "Sai tuần rồi ạ, bài 1 là của tuần 10.")
    assert [story.week for story in answered.stories()] == [12]
    assert "tuần 10 đã hết thời hạn ghi nhận" in " ".join(answered.answers()[-1].split())


def test_a_better_link_takes_the_place_of_the_old_one(answered: Line) -> None:
    answered.site.page("/tin-tuc-su-kien/ban-dung-pmtd22sw1777", story_page("Bản đúng của bài viết"))
    reply(answered, f"Link đúng của bài 1: {answered.url('/tin-tuc-su-kien/ban-dung-pmtd22sw1777')}")
    assert [(story.state, story.week) for story in answered.stories()] == [
        (StoryState.WITHDRAWN, 12),
        (StoryState.PENDING, 12),
    ]
    assert "thay cho bài #1" in answered.answers()[-1]


def test_what_is_not_plain_changes_nothing_and_waits_for_a_person(answered: Line) -> None:
    reply(answered, "Bỏ bài 7 giúp trường ạ.")
    assert [story.state for story in answered.stories()] == [StoryState.PENDING]
    assert answered.message().state is MessageState.WAITING
    assert len(answered.answers()) == 1


def test_thanks_for_a_letter_get_no_letter(answered: Line) -> None:
    reply(answered, "Dạ trường cảm ơn BBT ạ.")
    assert len(answered.answers()) == 1
