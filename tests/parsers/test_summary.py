"""A summary says nothing that does not stand on the page, and says it briefly."""

import json
import time
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.page import parse_page
from parsers.sentences import syllables
from parsers.summary import MAX_SYLLABLES, summarise

PAGES = Path(__file__).parent / "data" / "pages"
STORIES: list[dict[str, Any]] = [
    gold for gold in json.loads((PAGES / "gold.json").read_text(encoding="utf-8")) if gold["kind"] == "article"
]
TITLE = "Ngày hội đọc sách của khối 4"
CEREMONY = "Hòa chung không khí thi đua sôi nổi của những ngày tháng mười một, toàn trường phấn khởi."
FACT = "Sáng 12/11, hơn 200 học sinh khối 4 tham gia ngày hội đọc sách ở sân trường."
DANGLING = "Bên cạnh đó, ngày hội đọc sách của khối 4 còn có nhiều trò chơi."
QUESTION = "Vì sao ngày hội đọc sách của khối 4 lại đông vui đến thế?"
CAPTION = "Học sinh khối 4 trong ngày hội đọc sách của trường"
OTHER = "Thư viện nhận thêm 320 cuốn sách do phụ huynh trao tặng."
LONG = "Sáng nay " + "các em học sinh đọc sách " * 20 + "rất vui."


def check(text: str, title: str = TITLE, **more: Any) -> str:
    summary = summarise(title, text, **more)
    assert summary.text == " ".join(text[start:end] for start, end in summary.sources)
    assert list(summary.sources) == sorted(summary.sources)
    return summary.text


@pytest.mark.parametrize("gold", STORIES, ids=lambda gold: gold["id"])
def test_a_story_is_summarised_in_its_own_words(gold: dict[str, Any]) -> None:
    today = date.fromisoformat(gold["fetched_on"])
    page = parse_page((PAGES / gold["html_file"]).read_bytes(), gold["url"], today=today)
    summary = check(page.text, page.title or "", lead=page.lead)
    assert 8 <= syllables(summary) <= MAX_SYLLABLES
    assert summary[-1] in ".!…”?:"


@pytest.mark.parametrize("poor", [CEREMONY, DANGLING, QUESTION, CAPTION])
def test_the_fact_is_preferred_to_a_sentence_that_says_less(poor: str) -> None:
    assert check(f"{poor}\n{FACT}\n{OTHER}", sentences=1) == FACT


def test_sentences_stand_in_the_order_of_the_page() -> None:
    assert check(f"{OTHER} {FACT}", sentences=2) == f"{OTHER} {FACT}"


def test_the_title_repeated_in_the_text_is_no_summary() -> None:
    assert check(f"{TITLE}\n{FACT}", sentences=1) == FACT


def test_the_lead_of_the_page_comes_first() -> None:
    assert check(f"{FACT}\n{OTHER}", sentences=1, lead=OTHER) == OTHER


def test_a_lead_that_does_not_stand_on_the_page_is_ignored() -> None:
    assert check(f"{FACT}\n{OTHER}", sentences=1, lead="Một câu không có trên trang.") == FACT


def test_a_long_lead_is_cut_at_a_sentence() -> None:
    lead = " ".join([FACT] * 6)
    assert syllables(check(f"{lead}\n{OTHER}", lead=lead, sentences=9)) <= MAX_SYLLABLES


@pytest.mark.parametrize("text", [LONG, "Rất vui.", "Một dòng không có dấu chấm nào cả"])
def test_some_sentence_is_better_than_none(text: str) -> None:
    assert check(text) == text


@pytest.mark.parametrize("text", ["", "\n\n", "…", "— — —"])
def test_nothing_to_say_gives_an_empty_summary(text: str) -> None:
    assert (check(text), summarise(TITLE, text).sources) == ("", ())


@given(st.text(max_size=60), st.text(alphabet="aA. \n?ĐS12“”", max_size=300), st.integers(0, 4))
def test_every_summary_stands_on_the_page(title: str, text: str, sentences: int) -> None:
    check(text, title, sentences=sentences, lead=text[:40])
    assert len(summarise(title, text, sentences).sources) <= sentences


@pytest.mark.parametrize(
    "text", ["Các em rất vui và đọc sách mỗi ngày ở trường. " * 4_000, "a " * 100_000, "." * 200_000]
)
def test_a_book_is_summarised_quickly(text: str) -> None:
    started = time.process_time()
    summarise(TITLE, text)
    assert time.process_time() - started < 5
