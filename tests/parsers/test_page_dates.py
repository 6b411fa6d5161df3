"""The day a story was published: which dates of a page count, and how they are read."""

from datetime import date

import pytest

from parsers.page import parse_page
from parsers.page_dates import find_dates

URL = "https://c1-hoa-sen.example/tin/ngay-hoi-stem-khoi-bon-12"
TODAY = date(2026, 11, 22)
TEXT = "<p>Học sinh khối 4 dựng những cây cầu bằng giấy bìa và thử xem cây cầu nào đỡ được nhiều sách nhất.</p>" * 2


def day_of(around: str, *, above: str = "", below: str = "", head: str = "", url: str = URL) -> date | None:
    body = f"{above}<h1>Ngày hội STEM khối bốn</h1>{around}<div>{TEXT}</div>{below}"
    return parse_page(f"<html><head>{head}</head><body>{body}</body></html>".encode(), url, today=TODAY).published_on


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("25/04/2023", (2023, 4, 25)),
        ("5/4/2023 8:05", (2023, 4, 5)),
        ("25-04-2023", (2023, 4, 25)),
        ("25.04.2023", (2023, 4, 25)),
        ("(09/10/2020)", (2020, 10, 9)),
        ("25 / 04 / 2023", (2023, 4, 25)),
        ("2023-04-25", (2023, 4, 25)),
        ("2026-10-02+0708:12:00", (2026, 10, 2)),
        ("2023-04-25T08:00:00+07:00", (2023, 4, 25)),
        ("2023/04/25", (2023, 4, 25)),
        ("Thứ năm - 10/09/2020 04:02", (2020, 9, 10)),
        ("Thứ sáu, 23/10/2026, 9:15", (2026, 10, 23)),
        ("Đăng lúc: 09:36:03 08/04/2020 (GMT+7)", (2020, 4, 8)),
        ("Cập nhật: 22/12/2016", (2016, 12, 22)),
        ("10/30/2017 9:13:21 PM", (2017, 10, 30)),
        ("ngày 20 tháng 11 năm 2026", (2026, 11, 20)),
        ("Thứ tư, 14 Tháng 10 2026 16:28", (2026, 10, 14)),
        ("Thứ Năm, 22 tháng 10, 2026", (2026, 10, 22)),
        ("04 thg 11, 2026", (2026, 11, 4)),
        ("Tháng Mười Một 7, 2026", (2026, 11, 7)),
        ("5 Tháng Tư, 2024", (2024, 4, 5)),
        ("7 November 2026", (2026, 11, 7)),
        ("Nov 7, 2026", (2026, 11, 7)),
    ],
)
def test_a_date_is_read_in_the_forms_that_sites_print(text: str, day: tuple[int, int, int]) -> None:
    assert find_dates(text) == [date(*day)]


@pytest.mark.parametrize(
    "text",
    [
        "30/02/2026",
        "32/13/2026",
        "1.200 học sinh",
        "20/11",
        "năm học 2025-2026",
        "118/KH-THGN",
        "10.20.2026.1",
        "12/2026",
        "",
    ],
)
def test_what_only_looks_like_a_date_is_none(text: str) -> None:
    assert find_dates(text) == []


def test_the_date_by_the_title_counts_and_not_those_of_lists_and_clocks() -> None:
    clock = "<div class='today'>Chủ nhật, 22/11/2026</div><ul><li><a href='/x'>Văn bản mới</a> 01/02/2026</li></ul>"
    lists = "<h3>Tin khác</h3><p>03/03/2026</p>"
    assert day_of("<div>16/10/2026</div>", above=clock, below=lists) == date(2026, 10, 16)


def test_no_date_beats_a_guess() -> None:
    clock = "<div>Chủ nhật, 22/11/2026</div>"
    below = "<h3>Các tin khác</h3><ul><li>(03/03/2026)</li></ul><footer>Cập nhật 05/05/2026</footer>"
    assert day_of("", above=clock, below=below) is None


def test_structured_data_comes_first() -> None:
    head = '<meta property="article:published_time" content="2026-11-07T05:59:12+00:00">'
    assert day_of("<div>09/11/2026</div>", head=head) == date(2026, 11, 7)


def test_json_ld_is_structured_data() -> None:
    head = '<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "2026-11-07"}</script>'
    assert day_of("", head=head) == date(2026, 11, 7)


def test_a_day_that_has_not_come_yet_is_refused() -> None:
    head = '<meta property="article:published_time" content="2026-12-24">'
    assert day_of("<div>20/11/2026</div>", head=head) == date(2026, 11, 20)
    assert day_of("<div>24/12/2026</div>") is None


def test_first_publication_comes_before_a_change() -> None:
    assert day_of("<div>Cập nhật: 20/11/2026</div><div>Ngày đăng: 18/11/2026</div>") == date(2026, 11, 18)


def test_a_labelled_date_below_the_text_counts_when_there_is_none_above() -> None:
    assert day_of("", below="<p>Ngày đăng: 18/11/2026</p>") == date(2026, 11, 18)


def test_the_address_tells_the_day_when_the_page_does_not() -> None:
    url = "https://c1-hoa-sen.example/2026/10/15/ngay-hoi-stem-khoi-bon/"
    assert day_of("", url=url) == date(2026, 10, 15)


def test_a_date_inside_the_text_is_the_day_of_the_event_not_of_publication() -> None:
    sentence = "<p>Ngày 10/10/2026, nhà trường tổ chức ngày hội STEM cho toàn thể học sinh khối bốn của trường.</p>"
    assert day_of(f"<div>{sentence}</div>") is None


def test_a_site_that_prints_american_dates_is_read_that_way_throughout() -> None:
    others = "<h3>Các bài viết khác</h3><p>10/30/2025 9:13:21 PM</p><p>5/24/2025 11:42:55 PM</p>"
    assert day_of("<div>8/3/2026 3:23:19 PM</div>", below=others) == date(2026, 8, 3)
    assert day_of("<div>8/3/2026 3:23:19 PM</div>") == date(2026, 3, 8)
