"""How things are written for people, and what foreign text is allowed to do to a line: nothing."""

import unicodedata
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from outbox import wording

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Lễ khai giảng", "Lễ khai giảng"),
        ("  Lễ\n\tkhai \u00a0 giảng\r\n", "Lễ khai giảng"),
        ("Le\u0302\u0303", "Lễ"),  # NFD, as macOS writes
        ("e\u200b\u0301", "é"),
        ("abc\u202etxt.exe\u2066", "abctxt.exe"),
        ("t\u200bi\u200cn\ufeff\u00ad", "tin"),
        ("a\u2028b\u0085c\x00d\x1fe", "a b c d e"),
        ("\U000e0041\U000e0042x", "x"),
        ("a\ud800b", "ab"),
        ("\uf0b7 mục", "mục"),
        ("\u3164\u2800", ""),
        ("", ""),
    ],
)
def test_a_line_holds_only_what_can_be_seen(text: str, line: str) -> None:
    assert wording.one_line(text) == line


def test_every_character_there_is_stays_on_one_line_and_can_be_encoded() -> None:
    for start in range(0, 0x110000, 0x1000):
        line = wording.one_line("".join(map(chr, range(start, start + 0x1000))))
        line.encode()
        assert len(line.splitlines()) <= 1
        assert not any(unicodedata.category(character) in {"Cc", "Cf", "Cs"} for character in line)


def test_a_long_title_is_cut_after_200_graphemes_with_an_ellipsis() -> None:
    assert wording.shown("ậ" * 200) == "ậ" * 200
    assert wording.shown("ậ" * 201) == "ậ" * 199 + "…"
    assert wording.shown("Hội thi, Hội thi", 10) == "Hội thi…"


def test_a_letter_with_its_marks_is_one_grapheme_and_a_tower_of_marks_is_pulled_down() -> None:
    assert wording.shown("q\u0323\u0302" * 200) == "q\u0323\u0302" * 200
    assert len(wording.shown("a" + "\u0335" * 5000)) <= 4


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("liên kết mở ra trang chủ", "Liên kết mở ra trang chủ."),
        ("Website không trả lời.", "Website không trả lời."),
        ("đã gỡ?", "Đã gỡ?"),
        ("", ""),
    ],
)
def test_a_reason_becomes_a_sentence(reason: str, said: str) -> None:
    assert wording.sentence(reason) == said


def test_a_moment_is_told_in_the_offices_time_zone() -> None:
    assert wording.moment(datetime(2026, 11, 25, 0, 45, tzinfo=UTC), HANOI) == "07:45, thứ Tư ngày 25/11/2026"
    assert wording.moment(datetime(2026, 11, 28, 17, 0, tzinfo=UTC), HANOI) == "00:00, Chủ nhật ngày 29/11/2026"


def test_a_moment_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        wording.moment(datetime(2026, 11, 25), HANOI)  # noqa: DTZ001
    with pytest.raises(TypeError):
        wording.day(datetime(2026, 11, 25, tzinfo=UTC))


@pytest.mark.parametrize(
    ("day", "written"),
    [
        (date(2026, 11, 23), "thứ Hai ngày 23/11/2026"),
        (date(2026, 11, 28), "thứ Bảy ngày 28/11/2026"),
        (date(2027, 1, 3), "Chủ nhật ngày 03/01/2027"),
    ],
)
def test_days_are_written_as_official_papers_do(day: date, written: str) -> None:
    assert wording.long_day(day) == written
    assert wording.day(day) == written[-10:]


@pytest.mark.parametrize(("number", "written"), [(0, "00"), (3, "03"), (12, "12"), (120, "120"), (1715, "1.715")])
def test_counts_have_two_digits_and_dots(number: int, written: str) -> None:
    assert wording.count(number) == written


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://a.example/b?c=d&e=f#g", True),
        ("http://a.example", True),
        ("javascript:alert(1)", False),
        ("JaVaScRiPt:alert(1)", False),
        ("java\nscript:alert(1)", False),
        ("data:text/html,x", False),
        ("ftp://a.example", False),
        ("//a.example", False),
        ("https:///x", False),
        ("https://user@a.example", False),
        ('https://a.example/" onclick=x', False),
        ("https://a.example\\@b.example", False),
        ("https://[::1", False),
        ("", False),
    ],
)
def test_only_a_plain_web_address_becomes_a_link(url: str, *, safe: bool) -> None:
    assert wording.href(url) == (url if safe else "")


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://www.c1kimdong.example/tin", "c1kimdong.example"),
        ("https://mầmnon.example/tin", "mầmnon.example (xn--mmnon-k21b.example)"),
        ("no address", ""),
        ("https://[::1", ""),
    ],
)
def test_a_host_is_named_and_its_wire_form_beside_it(url: str, host: str) -> None:
    assert wording.host(url) == host


def test_text_is_wrapped_but_an_address_stays_whole() -> None:
    url = "https://a.example/" + "x-" * 60
    lines = wrapped = wording.wrapped(f"{'chữ ' * 40}{url} hết", 3).split("\n")
    assert all(len(line) <= 72 for line in lines if url not in line)
    assert any(url in line for line in lines)
    assert all(line.startswith("   ") for line in wrapped[1:])


def test_a_subject_names_a_school_without_the_word_for_school() -> None:
    assert wording.bare_name("Trường Tiểu học Kim Đồng") == "Tiểu học Kim Đồng"
    assert wording.bare_name("TH Kim Đồng") == "TH Kim Đồng"


@pytest.mark.parametrize(
    ("text", "tied"),
    [
        ("07:45, thứ Tư ngày 25/11/2026, tuần 12", "07:45, thứ~Tư~ngày~25/11/2026, tuần~12"),
        ("Chủ nhật ngày 29/11/2026", "Chủ~nhật~ngày~29/11/2026"),
        ("đăng ngày 20/11", "đăng ngày~20/11"),
        ("tuần trước, ngày hội", "tuần trước, ngày hội"),
    ],
)
def test_a_date_its_weekday_and_its_word_stay_together(text: str, tied: str) -> None:
    assert wording.tied(text) == tied.replace("~", "\u00a0")


def test_a_line_of_plain_text_does_not_break_inside_a_date() -> None:
    lines = wording.wrapped("x" * 50 + ", thứ Tư ngày 25/11/2026").split("\n")
    assert lines == ["x" * 50 + ",", "thứ Tư ngày 25/11/2026"]
