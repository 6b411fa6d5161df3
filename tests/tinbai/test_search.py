"""`tinbai stories --search`: what a person types, and what is said about it."""

import pytest

from db.states import StoryState
from pipeline.stages.findable import make_findable
from tests.factories import add_school, add_story
from tests.tinbai.conftest import CommandLine
from tinbai.cli import lists


@pytest.fixture
def filled(tinbai: CommandLine) -> CommandLine:
    """Two stories of one school, one of another."""
    with tinbai.database.write() as session:
        kim_dong = add_school(session)
        other = add_school(session, "th-ba-dinh", name="Ba Đình")
        read = [add_story(session, school, StoryState.PENDING) for school in (kim_dong, other)]
        found = add_story(session, kim_dong, StoryState.FOUND)
        make_findable(session, {story: (story.title, "Ngày hội STEM của học sinh") for story in read} | {found: ()})
    return tinbai


@pytest.mark.parametrize("words", ["Kim Đồng", "kim dong", "TH Kim Đồng", "trường đồng kim"])
def test_a_school_is_found_by_its_name(filled: CommandLine, words: str) -> None:
    assert [story["number"] for story in filled.records("stories", "--search", words)] == [3, 1]


def test_text_title_and_state_go_together(filled: CommandLine) -> None:
    assert [story["number"] for story in filled.records("stories", "--search", "hoi stem")] == [2, 1]
    assert [story["number"] for story in filled.records("stories", "--search", "dong", "--state", "found")] == [3]
    assert filled("stories", "--search", "đọc sách", "--state", "pending") == 0
    assert "Ngày hội đọc sách" in filled.out


@pytest.mark.parametrize("words", ["không có", "AND", "'", '"', "*", ":", "📚", "", "x" * 50_000])
def test_nothing_found_is_a_friendly_sentence(filled: CommandLine, words: str) -> None:
    assert filled("stories", "--search", words) == 0
    assert filled.out.startswith("Không có tin bài nào có đủ các từ")
    assert len(filled.out) < 200
    assert filled.records("stories", "--search", words) == []


def test_a_cut_list_says_so(filled: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "MOST", 1)
    assert filled("stories", "--search", "kim") == 0
    assert "chỉ hiện 1 bài mới nhất" in filled.err
    assert filled("stories", "--search", "kim", "--all") == 0
    assert filled.err == ""
    assert filled("stories", "--search", "kim", "--state", "found") == 0
    assert filled.err == ""
