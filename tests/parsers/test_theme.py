"""The themes of the plan: which one a story belongs to, and why."""

import json
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import tinbai
from parsers.page import parse_page
from parsers.theme import Theme, classify

PAGES = Path(__file__).parent / "data" / "pages"
GOLD: list[dict[str, Any]] = json.loads((PAGES / "gold.json").read_text(encoding="utf-8"))
SHIPPED = tomllib.loads((Path(tinbai.__file__).parent / "data" / "themes.toml").read_text(encoding="utf-8"))["theme"]
THEMES = [
    Theme(
        entry["id"],
        entry["order"],
        entry["label"],
        tuple(entry["keywords"]),
        tuple(entry.get("veto", ())),
        fallback=entry.get("fallback", False),
    )
    for entry in SHIPPED
]
SAFETY = Theme("an-toan", 1, "An toàn", ("an toàn giao thông", "cháy", "hòa bình"), veto=("bán cháy hàng",))
READING = Theme("doc-sach", 2, "Đọc sách", ("văn hóa đọc", "20/11", "20-11"))
OTHER = Theme("khac", 3, "Khác", ("bơi",), fallback=True)
FEW = [SAFETY, READING, OTHER]


def ids(title: str, text: str = "") -> list[str]:
    return [score.id for score in classify(title, text, FEW)]


def test_shipped_themes_put_the_sample_stories_where_an_editor_would() -> None:
    right = []
    stories = [gold for gold in GOLD if gold["kind"] == "article"]
    for gold in stories:
        today = date.fromisoformat(gold["fetched_on"])
        page = parse_page((PAGES / gold["html_file"]).read_bytes(), gold["url"], today=today)
        right.append(classify(page.title or "", page.text, THEMES)[0].id == gold["theme"])
    assert sum(right) >= 0.85 * len(stories)


@pytest.mark.parametrize(
    ("title", "text", "best"),
    [
        ("Ngày hội an toàn giao thông", "", "an-toan"),
        ("NGÀY HỘI AN TOÀN GIAO THÔNG", "", "an-toan"),
        ("Vẽ tranh hoà bình", "", "an-toan"),
        ("Văn hóa đọc", "Buổi học có nhắc tới an toàn giao thông một lần.", "doc-sach"),
        ("Ngay hoi an toan giao thong", "Cac em hoc sinh tham gia rat dong va vui.", "an-toan"),
        ("Một buổi học", "Không có gì đặc biệt.", "khac"),
        ("", "", "khac"),
    ],
)
def test_the_best_theme_comes_first(title: str, text: str, best: str) -> None:
    assert ids(title, text)[0] == best


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Chạy bộ sáng sớm", "Các bạn chạy và chảy mồ hôi."),
        ("Hàng bán cháy hàng", "Gian hàng bán cháy hàng từ sáng."),
        ("Chay bo va boi loi", "Cac ban chay rat nhanh va boi rat gioi."),
        ("Chữ cháyy dính liền", ""),
    ],
)
def test_syllables_that_only_look_alike_do_not_count(title: str, text: str) -> None:
    assert "an-toan" not in ids(title, text)


def test_a_veto_spares_only_its_own_phrase() -> None:
    assert ids("Tập chữa cháy", "Gian hàng bán cháy hàng.")[0] == "an-toan"


def test_the_title_counts_three_times() -> None:
    in_title = classify("Văn hóa đọc", "", FEW)[0].score
    in_rest = classify("", "từ " * 100 + "văn hóa đọc có dấu", FEW)[0].score
    assert in_title == 3 * in_rest


def test_two_spellings_of_a_day_are_one_key_word() -> None:
    assert classify("Lễ kỷ niệm 20/11", "", FEW)[0].matched == ("20/11",)


def test_without_a_fallback_nothing_is_said_about_other_texts() -> None:
    assert classify("Một buổi học", "", [SAFETY]) == []


def test_equal_scores_follow_the_order_of_the_plan() -> None:
    themes = [Theme("b", 2, "B", ("sân chơi",)), Theme("a", 1, "A", ("sân chơi",))]
    assert [score.id for score in classify("Sân chơi mới", "", themes)] == ["a", "b"]
