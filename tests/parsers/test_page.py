"""A school's web page: what kind it is, and what of it is the story."""

import json
import random
import re
import time
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers.page import Page, parse_page

PAGES = Path(__file__).parent / "data" / "pages"
GOLD: list[dict[str, Any]] = json.loads((PAGES / "gold.json").read_text(encoding="utf-8"))
STORIES = [gold for gold in GOLD if gold["kind"] == "article"]
OTHERS = [gold for gold in GOLD if gold["kind"] != "article"]
URL = "https://thcs-hoa-ban.example/tin-tuc/ngay-hoi-doc-sach-123.html"
TODAY = date(2026, 11, 22)

SCHOOL = "Trường THCS Hoa Ban"
TITLE = "Ngày hội đọc sách ở sân trường"
FIRST = "Sáng 12/11, hơn 400 học sinh Trường THCS Hoa Ban tham gia ngày hội đọc sách dưới tán bàng."
SECOND = "Mỗi lớp dựng một gian sách nhỏ, tự chọn chủ đề và cử hai bạn giới thiệu cuốn sách mình yêu nhất."
THIRD = "Kết thúc ngày hội, thư viện nhận thêm 320 cuốn sách do phụ huynh và cựu học sinh trao tặng."
TEASER = "Hội thi nấu ăn năm nay gọi tên đội bếp lớp 7A2 với món cá kho tộ đậm đà hương vị quê nhà."


def read(gold: dict[str, Any]) -> Page:
    today = date.fromisoformat(gold["fetched_on"])
    return parse_page((PAGES / gold["html_file"]).read_bytes(), gold["url"], today=today)


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def html(body: str, head: str = "") -> bytes:
    return f"<html><head><title>{SCHOOL}</title>{head}</head><body>{body}</body></html>".encode()


def story(body: str, *, before: str = "", after: str = "", head: str = "") -> Page:
    whole = f"{before}<h1>{TITLE}</h1><div>12/11/2026</div>{body}{after}"
    return parse_page(html(whole, head), URL, today=TODAY)


PARAGRAPHS = f"<p>{FIRST}</p><p>{SECOND}</p><p>{THIRD}</p>"
TEXT = f"{FIRST}\n{SECOND}\n{THIRD}"


@pytest.mark.parametrize("gold", STORIES, ids=lambda gold: gold["id"])
class TestStories:
    def test_has_the_text_of_the_story_and_nothing_else(self, gold: dict[str, Any]) -> None:
        page = read(gold)
        neutral = {tuple(words(line)) for line in [gold["title"], *gold["optional"]]}
        found = [line for line in page.text.split("\n") if tuple(words(line)) not in neutral]
        assert words(" ".join(found)) == words(gold["text"])

    def test_has_the_title_day_and_author(self, gold: dict[str, Any]) -> None:
        page = read(gold)
        day = page.published_on.isoformat() if page.published_on else None
        assert (page.kind, words(page.title or ""), day, page.byline) == (
            "article",
            words(gold["title"]),
            gold["published_on"],
            gold["byline"],
        )

    def test_has_the_first_picture_of_the_story(self, gold: dict[str, Any]) -> None:
        def name(address: str | None) -> str | None:
            return re.sub(r"-\d+x\d+(?=\.\w+$)", "", urlsplit(address).path).rsplit("/", 1)[-1] if address else None

        assert name(read(gold).image_url) in ({name(address) for address in gold["image_ok"]} or {None})

    def test_has_captions_and_canonical_address(self, gold: dict[str, Any]) -> None:
        page = read(gold)
        assert set(gold["captions"]) <= set(page.captions)
        assert page.canonical_url == gold["canonical_url"]

    def test_a_lead_is_part_of_the_text(self, gold: dict[str, Any]) -> None:
        page = read(gold)
        assert page.lead is None or page.lead in page.text


@pytest.mark.parametrize("gold", OTHERS, ids=lambda gold: gold["kind"])
def test_pages_that_are_no_story_are_known_as_such_and_have_no_text(gold: dict[str, Any]) -> None:
    page = read(gold)
    assert page.kind == gold["kind"]
    assert page.text == ""
    assert page.title == gold["title"]


def test_a_listing_names_its_stories_in_order() -> None:
    listing = next(gold for gold in GOLD if gold["kind"] == "listing")
    links = read(listing).links
    assert len(links) >= 5
    assert all(address.startswith("https://") and title for address, title in links)


@pytest.mark.parametrize(
    ("rule", "body"),
    [
        ("paragraphs", PARAGRAPHS),
        ("lines ended by <br>", f"<div>{FIRST}<br><br>{SECOND}<br/>{THIRD}</div>"),
        ("divisions", f"<div><div>{FIRST}</div><div>{SECOND}</div><div>{THIRD}</div></div>"),
        ("table cells", f"<table><tr><td>{FIRST}</td></tr><tr><td>{SECOND}<tr><td>{THIRD}</td></tr></table>"),
        ("one widget each", "".join(f"<section><p>{text}</p></section>" for text in TEXT.split("\n"))),
        ("a lead outside the body", f"<div><b>{FIRST}</b></div><div><p>{SECOND}</p><p>{THIRD}</p></div>"),
        ("hidden", f"<p style='display: none'>{TEASER}</p>{PARAGRAPHS}<p class='hidden'>{TEASER}</p>"),
        ("a box of links", f"<p>{FIRST}</p><div><a href='/a'>{TEASER}</a></div><p>{SECOND}</p><p>{THIRD}</p>"),
        ("a sentence broken by <br>", f"<p>{FIRST.replace(' tham gia', '<br>tham gia')}</p><p>{SECOND}</p><p>{THIRD}</p>"),
    ],
)  # fmt: skip
def test_text_is_found_in_any_markup(rule: str, body: str) -> None:
    found = re.sub(r"\s+", " ", story(body).text)
    assert words(found) == words(TEXT), rule


@pytest.mark.parametrize(
    "heading",
    [
        "Tin liên quan", "Các tin khác", "CÁC BÀI VIẾT KHÁC:", "Tin cùng chuyên mục", "Những tin mới hơn",
        "Tin cũ hơn", "Bài viết liên quan", "Có thể bạn quan tâm", "Ý kiến bạn đọc", "3 bình luận về “Ngày hội”",
        "Bản quyền thuộc về ABC",
    ],
)  # fmt: skip
def test_the_story_ends_where_other_stories_or_the_foot_begin(heading: str) -> None:
    assert story(PARAGRAPHS, after=f"<div>{heading}</div><p>{TEASER}</p><p>{TEASER}</p>").text == TEXT


@pytest.mark.parametrize(
    "sentence",
    [
        "Chia sẻ cảm xúc của mình, em Mai cho biết em đã đọc hết ba cuốn sách.",
        "Trở lại trường sau kỳ nghỉ, các em ùa vào thư viện.",
        "Bài khác biệt nhất là bài của bạn Lan lớp 7A1.",
        "Hôm nay: trời nắng, sân trường rợp bóng cây.",
        "Bản quyền của cuốn sách được nhà văn tặng cho thư viện trường trong buổi gặp gỡ rất ấm áp và vui vẻ hôm ấy.",
    ],
)
def test_a_sentence_that_begins_like_a_button_stays(sentence: str) -> None:
    assert sentence in story(f"<p>{FIRST}</p><p>{sentence}</p><p>{SECOND}</p><p>{THIRD}</p>").text


def test_a_list_of_teasers_without_any_heading_is_no_part_of_the_story() -> None:
    entry = "<li><a href='/t{0}'>Hội thi nấu ăn lớp {0} năm nay</a> (10/11/2026)<p>" + TEASER + "</p></li>"
    teasers = "".join(entry.format(number) for number in range(4))
    assert story(PARAGRAPHS, before=f"<ul>{teasers}</ul>", after=f"<ul>{teasers}</ul>").text == TEXT


def test_a_table_of_results_keeps_its_rows() -> None:
    rows = "".join(f"<tr><td>{place}</td><td>8A{place}</td><td>{9 - place}</td></tr>" for place in range(1, 4))
    text = story(f"<p>{FIRST}</p><p>{SECOND}</p><table>{rows}</table><p>{THIRD}</p>").text
    assert "1 | 8A1 | 8\n2 | 8A2 | 7\n3 | 8A3 | 6" in text


@pytest.mark.parametrize(
    ("said", "title"),
    [
        (f"{TITLE} - {SCHOOL}", TITLE),
        (f"{TITLE} | Tin tức | {SCHOOL}", TITLE),
        (f"{SCHOOL}: Cổng thông tin điện tử", None),
        (f"{TITLE} - đợt 2", f"{TITLE} - đợt 2"),
    ],
)
def test_a_title_from_the_head_loses_the_name_of_the_site(said: str, title: str | None) -> None:
    page = parse_page(html(f"<p>{FIRST}</p><p>{SECOND}</p>", f'<meta property="og:title" content="{said}">'), URL)
    assert page.title == title


def test_the_heading_of_the_story_beats_the_name_of_the_school_in_h1() -> None:
    body = f"<h1>{SCHOOL}</h1><div>Trang chủ</div><h2>{TITLE}</h2>{PARAGRAPHS}"
    assert parse_page(html(body), URL).title == TITLE


@pytest.mark.parametrize(
    ("rule", "picture", "address"),
    [
        ("lazy", "<img src='data:image/gif;base64,AA' data-src='/a/1.jpg'>", "https://thcs-hoa-ban.example/a/1.jpg"),
        ("set", "<img srcset='/a/1-300.jpg 300w, /a/1.jpg 900w'>", "https://thcs-hoa-ban.example/a/1-300.jpg"),
        ("icon", "<img src='/images/icon-print.png'><img src='/a/2.jpg'>", "https://thcs-hoa-ban.example/a/2.jpg"),
        ("tiny", "<img src='/a/0.jpg' width=1 height=1><img src='/a/2.jpg'>", "https://thcs-hoa-ban.example/a/2.jpg"),
        ("none", "", None),
        ("script", "<img src='javascript:alert(1)'>", None),
    ],
)
def test_the_picture_is_the_first_real_one(rule: str, picture: str, address: str | None) -> None:
    head = '<meta property="og:image" content="/uploads/logo.png">'
    assert story(f"<p>{picture}</p>{PARAGRAPHS}", head=head).image_url == address, rule


def test_an_announced_picture_counts_when_the_story_has_none() -> None:
    head = '<meta property="og:image" content="https://thcs-hoa-ban.example/uploads/2026/le-hoi.jpg">'
    assert story(PARAGRAPHS, head=head).image_url == "https://thcs-hoa-ban.example/uploads/2026/le-hoi.jpg"


@pytest.mark.parametrize(
    ("canonical", "kept"),
    [
        ("https://thcs-hoa-ban.example/tin-tuc/ngay-hoi-doc-sach-123.html", True),
        ("https://www.thcs-hoa-ban.example/tin/1", True),
        ("https://thcs-hoa-ban.example/", False),
        ("https://another.example/tin-tuc/1", False),
        ("javascript:alert(1)", False),
        ("http://[broken", False),
    ],
)
def test_a_canonical_address_is_of_the_same_site_and_not_its_front_page(canonical: str, kept: bool) -> None:
    found = story(PARAGRAPHS, head=f'<link rel="canonical" href="{canonical}">').canonical_url
    assert found == (canonical if kept else None)


@pytest.mark.parametrize(
    ("signature", "byline"),
    [
        ("<p>Tác giả: Nguyễn Thị Mơ</p>", "Nguyễn Thị Mơ"),
        ("<p>Bài, ảnh: Trần Văn Lúa</p>", "Trần Văn Lúa"),
        ("<p>Bài: Lê Mai – Ảnh: CLB Truyền thông</p>", "Lê Mai"),
        ("<p><b>Ban Truyền thông nhà trường</b></p>", "Ban Truyền thông nhà trường"),
        ("<p>Người đăng: admin</p>", None),
        ("<p>Tác giả: Trường THCS Hoa Ban</p>", None),
    ],
)
def test_a_signature_names_the_author(signature: str, byline: str | None) -> None:
    assert story(PARAGRAPHS + signature).byline == byline


@pytest.mark.parametrize(
    ("kind", "url", "body"),
    [
        ("login", URL, "<h1>Đăng nhập</h1><form><input name=u><input type=password name=p></form>"),
        ("not_found", URL, "<h2>Lỗi 404</h2><p>Bài viết bạn tìm không còn tồn tại.</p>"),
        ("challenge", URL, "<h1>Just a moment...</h1><p>Enable JavaScript and cookies to continue</p>"),
        ("homepage", "https://thcs-hoa-ban.example/", f"<h2>Giới thiệu</h2>{PARAGRAPHS}"),
        ("document", URL, f"<h1>{TITLE}</h1><iframe src='/f/ke-hoach.pdf'></iframe>"),
        ("gallery", URL, f"<h1>{TITLE}</h1>" + "".join(f"<img src='/a/{number}.jpg'>" for number in range(6))),
        ("empty", URL, f"<h1>{TITLE}</h1><div></div>"),
        ("article", URL, f"<h1>{TITLE}</h1>{PARAGRAPHS}<form><input type=password> Đăng nhập</form>"),
    ],
)  # fmt: skip
def test_the_kind_is_told_by_the_page_not_by_the_host(kind: str, url: str, body: str) -> None:
    assert parse_page(html(body), url).kind == kind


def test_a_description_is_the_lead_only_when_it_is_a_whole_paragraph_of_the_page() -> None:
    whole = f'<meta name="description" content="{FIRST}">'
    cut = f'<meta name="description" content="{FIRST[:50]}...">'
    assert (story(PARAGRAPHS, head=whole).lead, story(PARAGRAPHS, head=cut).lead) == (FIRST, None)


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", None), ("utf-8-sig", None), ("utf-16", None), ("utf-16-le", None), ("utf-16-be", None),
        ("utf-8", "text/html; charset=iso-8859-1"), ("utf-8", "text/html; charset=windows-1258"),
    ],
)  # fmt: skip
def test_text_is_read_in_any_encoding(encoding: str, declared: str | None) -> None:
    raw = html(f"<h1>{TITLE}</h1>{PARAGRAPHS}").decode().encode(encoding)
    assert parse_page(raw, URL, declared).text == TEXT


def test_text_loses_control_and_invisible_characters() -> None:
    dirty = FIRST.replace("học sinh", "h\u1ecdc\u200b\u00a0si\x00nh\u00ad")
    assert story(f"<p>{dirty}</p><p>{SECOND}</p><p>{THIRD}</p>").text == TEXT


HOSTILE = {
    "200,000 <br>": b"<h1>T</h1>" + b"<br>" * 200_000 + b"x",
    "200,000 lines": b"x y z<br>" * 200_000,
    "100,000 nested <div>": b"<div>" * 100_000 + b"x" + b"</div>" * 100_000,
    "100,000 nested tables": b"<table><tr><td>" * 100_000,
    "60,000 table cells": b"<table><tr>" + b"<td>o to</td>" * 60_000,
    "2 MB of <a": b"<a " * 700_000,
    "2 MB of <": b"<" * 2_000_000,
    "unclosed scripts": b"<script>" * 250_000,
    "unclosed comments": b"<!--" * 500_000,
    "150,000 paragraphs": b"<p>x y z t u v" * 150_000,
    "spaces": b"<p>a" + b" " * 2_000_000 + b"!important",
    "stops": b"<p>" + b"." * 1_900_000 + b"a",
    "NUL": b"\0" * 2_000_000,
    "noise": random.Random(7).randbytes(1_000_000),
    "10 MB": b"<p>Xin chao cac em hoc sinh.</p>" * 330_000,
    "entities": b"&#xD800;&#0;&#x110000;&#x41;" * 50_000,
    "JSON": b'<script type="application/ld+json">' + b"[" * 90_000 + b"</script>",
    "attributes": b"<div " + b"a=1 " * 500_000 + b">x</div>",
    "related boxes": b"<p>Tin khac</p><p>a b c d e f g h i k l m n o p q.</p>" * 9_000,
}


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_page_costs_seconds_at_most(raw: bytes) -> None:
    started = time.process_time()
    page = parse_page(raw, URL, today=TODAY)
    assert time.process_time() - started < 6
    assert len(page.text) <= 250_000


@pytest.mark.parametrize("url", ["", "http://[", "http://[::1", "//", "ftp://x/y", "http://\ud800/a", "x" * 100_000])
def test_a_broken_address_of_the_page_itself_is_no_obstacle(url: str) -> None:
    head = '<base href="https://a.example/"><link rel="canonical" href="/tin/1">'
    assert parse_page(html(f"<h1>{TITLE}</h1>{PARAGRAPHS}", head), url).text == TEXT


FRAGMENTS = st.sampled_from(
    [b"<div>", b"</div>", b"<table><tr><td>", b"</td>", b"<p>", b"<br>", b"<h1>", b"<a href='/x'>", b"</a>", b"<li>",
     b"<img src=//[>", b"<!--", b"12/11/2026 ", b"\xff\xfe", b"\x00", b"&#xD800;", b"<base href='http://['>",
     b"<meta charset=x>", b"Tin kh\xc3\xa1c", b"a b. "]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.binary(max_size=400), st.lists(FRAGMENTS, max_size=60).map(b"".join)), st.text(max_size=30))
def test_no_bytes_make_it_raise(raw: bytes, url: str) -> None:
    assert isinstance(parse_page(raw, url, url, TODAY), Page)
