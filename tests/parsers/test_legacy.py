"""Text typed in the fonts of the time before Unicode."""

import pytest

from parsers.legacy import TCVN3, VNI, font_encoding, legacy_encoding, to_unicode
from parsers.lines import html_lines, text_lines
from parsers.message import parse_message

TYPED = [
    ("Tr­êng MÇm non Hoa Hång göi bµi viÕt tuÇn 22", TCVN3, "Trường Mầm non Hoa Hồng gửi bài viết tuần 22"),
    ("T×nh h×nh kinh tÕ-x· héi", TCVN3, "Tình hình kinh tế-xã hội"),
    (
        "Kính göûi Ban bieân taäp, tröôøng THCS Nguyeãn Coâng Tröù",
        VNI,
        "Kính gửi Ban biên tập, trường THCS Nguyễn Công Trứ",
    ),
    ("Hoäi chôï aåm thöïc gaây quyõ vì baïn ngheøo", VNI, "Hội chợ ẩm thực gây quỹ vì bạn nghèo"),
    ("TRÖÔØNG TIEÅU HOÏC ÑAÏI YEÂN", VNI, "TRƯỜNG TIỂU HỌC ĐẠI YÊN"),
    ("Trường Tiểu học Kim Đồng", "", "Trường Tiểu học Kim Đồng"),
    ("Zoë Müller, Señor Núñez, façade", "", "Zoë Müller, Señor Núñez, façade"),
    ("Khoa học, hoà bình, nõn nà, quê nhà", "", "Khoa học, hoà bình, nõn nà, quê nhà"),
    ("Truong gui link bai", "", "Truong gui link bai"),
]


@pytest.mark.parametrize(("typed", "encoding", "meant"), TYPED)
def test_a_run_is_read_in_the_encoding_its_signs_tell(typed: str, encoding: str, meant: str) -> None:
    assert legacy_encoding(typed) == encoding
    assert to_unicode(typed) == meant


@pytest.mark.parametrize(
    ("font", "encoding"),
    [(".VnTime", TCVN3), ("'.VnArialH', serif", TCVN3), ("VNI-Times", VNI), ("Times New Roman", ""), ("vnitalic", "")],
)
def test_the_font_tells_the_encoding(font: str, encoding: str) -> None:
    assert font_encoding(font) == encoding


@pytest.mark.parametrize(
    "html",
    [
        '<p><font face=".VnTime">Göi b¹n</font></p>',
        "<p style=\"margin:0;font-family:'.VnTime'\"><b>Göi b¹n</b></p>",
        "<p style='font:12pt .VnTime'>Göi b¹n</p>",
    ],
)
def test_under_its_font_a_run_needs_no_telltale_signs(html: str) -> None:
    (line,) = [line for line in html_lines(html) if line.text]
    assert (line.text, line.legacy) == ("Gửi bạn", TCVN3)


def test_a_font_inside_another_font_speaks_for_itself() -> None:
    html = '<p style="font-family:.VnTime">Göi <span style="font-family:Arial">Trường À</span></p>'
    (line,) = [line for line in html_lines(html) if line.text]
    assert line.text == "Gửi Trường À"


def test_unicode_and_legacy_lines_stand_in_one_text() -> None:
    lines = text_lines("Kính gửi Phòng,\nTr­êng göi bµi viÕt\nTrân trọng")
    assert [line.text for line in lines] == ["Kính gửi Phòng,", "Trường gửi bài viết", "Trân trọng"]
    assert [line.legacy for line in lines] == ["", TCVN3, ""]


def test_a_subject_typed_in_a_legacy_font_is_read_too() -> None:
    raw = b"From: a@b.vn\r\nSubject: Tr\xc2\xad\xc3\xaang g\xc3\xb6i b\xc2\xb5i vi\xc3\x95t\r\n\r\nx"
    assert parse_message(raw).subject == "Trường gửi bài viết"


def test_blanks_added_to_quoted_printable_on_the_way_are_no_text() -> None:
    raw = (
        b"From: a@b.vn\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
        b"t=e1=bb=95ng k=e1=ba=bft =c4= \r\n=91=e1=bb=a3t thi \t\r\nhttps://x.vn/thi-= \r\ndua  \r\n"
    )
    assert parse_message(raw).text.split("\n")[:2] == ["tổng kết đợt thi", "https://x.vn/thi-dua"]
