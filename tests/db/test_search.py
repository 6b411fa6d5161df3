"""Stories are found by their words, on both databases alike."""

import pytest
from sqlalchemy import text

from db.queries import search
from db.session import Database
from db.states import StoryState
from parsers.words import fold
from tests.factories import add_school, add_story

TEXT = "Sáng 24/11/2026, Trường TH Kim Đồng (kimdong.edu.vn) tổ chức ngày hội đọc sách; STEM, học-tập, giá 3.5 điểm 📚."

RULES = {
    "Kim Đồng": [4, 3, 1],
    "kim dong": [4, 3, 1],
    "ĐỒNG kim": [4, 3, 1],  # any order
    "sách hội": [4, 3, 1],
    "khoẻ": [3, 2],  # the other placement of the tone
    "hội khỏe Kim Đồng": [3],
    "24/11/2026": [4, 3, 1],
    "2026": [4, 3, 1],
    "kimdong": [4, 3, 1],  # a part of an address
    "kimdong.edu.vn": [4, 3, 1],
    "hoc-tap": [4, 3, 1],
    "tập": [4, 3, 1],
    "3.5": [4, 3, 1],
    "5": [4, 3, 1],
    "kim_dong": [4, 3, 1],
    "sác": [],  # whole words
    "không có đâu": [],
}
HOSTILE = {
    "kim AND dong": [],  # a word like any other
    "kim & dong": [4, 3, 1],
    '"kim': [4, 3, 1],
    "kim'dong": [4, 3, 1],
    "kim* dong:*": [4, 3, 1],
    "words:kim": [],
    "!kim <-> (dong)": [4, 3, 1],
    "NEAR(kim dong)": [],
    "kim\\ dong\x00": [4, 3, 1],
    "kim 📚": [4, 3, 1],
    "📚": [],
    "'; DROP TABLE story; --": [],
    "": [],
    "***": [],
    "² ①": [],
    "中文": [],
    "kim " * 10_000: [4, 3, 1],
    "x" * 100_000: [],
}


def numbers(database: Database, words: str, most: int | None = 10, state: StoryState | None = None) -> list[int]:
    with database.read() as session:
        return [story.id for story in search.find(session, fold(words), most, state)]


@pytest.fixture
def stories(database: Database) -> Database:
    """Story 1 is about a school, story 2 about something else, story 3 about both."""
    with database.write() as session:
        school = add_school(session)
        for _ in range(3):
            add_story(session, school, StoryState.PENDING)
        add_story(session, school, StoryState.DECLINED)
        said = {1: TEXT, 2: "Hội khỏe Phù Đổng", 3: f"{TEXT} Hội khỏe Phù Đổng", 4: TEXT}
        search.enter(session, {number: fold(words) for number, words in said.items()})
    return database


def test_all_words_are_asked_for_with_marks_or_without(stories: Database) -> None:
    assert {words: numbers(stories, words) for words in RULES} == RULES


def test_signs_that_a_database_might_obey_are_no_words(stories: Database) -> None:
    assert {words: numbers(stories, words) for words in HOSTILE} == HOSTILE


def test_the_newest_come_first_and_no_more_than_asked_for(stories: Database) -> None:
    assert numbers(stories, "sách", 2) == [4, 3]
    assert numbers(stories, "sách", None) == [4, 3, 1]


def test_the_state_counts_before_the_limit(stories: Database) -> None:
    assert numbers(stories, "sách", 2, StoryState.PENDING) == [3, 1]


def test_a_story_is_found_by_its_new_words_and_no_longer_by_the_old(stories: Database) -> None:
    with stories.write() as session:
        search.enter(session, {1: "tieu de moi"})
        search.enter(session, {})
    assert (numbers(stories, "tiêu đề"), numbers(stories, "sách")) == ([1], [4, 3])


def test_a_page_of_any_length_can_be_entered(stories: Database) -> None:
    with stories.write() as session:
        search.enter(session, {1: " ".join(f"{number:x}u" for number in range(300_000)), 2: "y" * 2_000_000})
        assert session.execute(text("SELECT count(*) FROM story_search")).scalar_one() == 4
    assert numbers(stories, "1fữ") == [1]
    assert numbers(stories, "y" * 3_000_000) == [2]
