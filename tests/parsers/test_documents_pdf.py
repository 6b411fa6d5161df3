"""PDF pages: lines out of places, links over them, and tables whose rows go on below."""

import pytest

from parsers.documents import attached_sections
from parsers.documents_limits import Limits
from parsers.message import Attachment
from tests.parsers.documents import links_of, pdf, pdf_file, pdf_link, pdf_text, read, text_of
from tests.parsers.letters import letter

URL = "https://c1kimdong.giangvo.example/tin-tuc/ngay-hoi-pmtd22sw1"


def test_lines_are_read_from_top_to_bottom_whatever_their_order_in_the_file() -> None:
    page = pdf_text(50, 680, "dòng hai của trang") + pdf_text(50, 700, "dòng một của trang")
    assert text_of(pdf(page, pdf_text(50, 700, "trang hai")), "a.pdf") == [
        "dòng một của trang",
        "dòng hai của trang",
        "trang hai",
    ]


def test_what_stands_apart_on_a_line_are_cells() -> None:
    page = pdf_text(50, 700, "1") + pdf_text(80, 700, "Ngày hội đọc sách") + pdf_text(300, 700, URL)
    assert text_of(pdf(page), "a.pdf") == [f"1\tNgày hội đọc sách\t{URL}"]


def test_pieces_of_a_word_stay_together() -> None:
    page = pdf_text(50, 700, "Ngà") + pdf_text(65, 700, "y hội đọc sách vui")
    assert text_of(pdf(page), "a.pdf") == ["Ngày hội đọc sách vui"]


def test_cells_that_are_written_one_after_another_down_the_page_are_cells() -> None:
    page = (
        pdf_text(50, 700, "Ngày hội đọc sách của trường") + pdf_text(50, 680, "Hội thi giáo viên")
        + pdf_text(205, 700, URL) + pdf_text(205, 680, "sau")
    )  # fmt: skip
    assert text_of(pdf(page), "a.pdf") == [f"Ngày hội đọc sách của trường\t{URL}", "Hội thi giáo viên\tsau"]


def test_texts_of_several_places_in_one_text_object_are_told_apart() -> None:
    def shown(x: int, y: int, text: str) -> str:
        return f"1 0 0 1 {x} {y} Tm <{text.encode('utf-16-be').hex()}> Tj "

    page = f"BT /F 10 Tf {shown(50, 700, 'Tên bài')}{shown(50, 688, 'viết')}{shown(300, 700, URL)}{shown(50, 640, 'Hết')} ET"
    assert text_of(pdf(page), "a.pdf") == [f"Tên bài\t{URL}", "viết", "Hết"]


def test_an_address_goes_on_below_even_where_the_row_does_not() -> None:
    page = (
        pdf_text(80, 700, "Ngày hội") + pdf_text(300, 700, URL[:44])
        + pdf_text(50, 688, "1") + pdf_text(80, 688, "đọc sách") + pdf_text(300, 688, URL[44:])
    )  # fmt: skip
    assert f"Ngày hội\t{URL}" in text_of(pdf(page), "a.pdf")


def test_a_row_that_goes_on_below_is_put_together_and_so_is_the_address_in_it() -> None:
    page = (
        pdf_text(50, 700, "1") + pdf_text(80, 700, "Ngày hội") + pdf_text(300, 700, f"{URL[:44]}")
        + pdf_text(80, 688, "đọc sách") + pdf_text(300, 688, URL[44:])
        + pdf_text(50, 670, "2") + pdf_text(80, 670, "Hội thi")
    )  # fmt: skip
    assert text_of(pdf(page), "a.pdf") == [f"1\tNgày hội đọc sách\t{URL}", "2\tHội thi"]


def test_a_link_lies_over_the_text_it_belongs_to() -> None:
    page = pdf_text(50, 700, "Bài 1:") + pdf_text(90, 700, "xem tại đây") + pdf_text(50, 680, "Bài 2")
    assert links_of(pdf(page, annotations=pdf_link(URL, 90, 700, 145)), "a.pdf") == [(URL, "xem tại đây")]


def test_a_link_over_a_part_of_a_long_line_has_the_words_under_it() -> None:
    page = pdf_text(50, 700, "Mời các thầy cô xem tại đây để biết thêm về ngày hội")
    ((href, text),) = links_of(pdf(page, annotations=pdf_link(URL, 50 + 16 * 5, 700, 50 + 26 * 5)), "a.pdf")
    assert (href, text) == (URL, "xem tại đây")


def test_a_link_over_a_picture_has_no_text() -> None:
    found = links_of(pdf(pdf_text(50, 700, "Một trang có ảnh"), annotations=pdf_link(URL, 300, 100, 400)), "a.pdf")
    assert found == [(URL, "")]


def test_text_in_a_form_on_the_page_is_read() -> None:
    form = b"<< /Type /XObject /Subtype /Form /Resources << /Font << /G << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> /Length 38 >>\nstream\nBT /G 10 Tf 5 5 Td (in a form) Tj ET    \nendstream"
    assert "in a form" in "".join(text_of(pdf("/X Do", extra=[form], resources="/XObject << /X 4 0 R >>"), "a.pdf"))


@pytest.mark.parametrize("text", ["", "CamScanner"])
def test_pages_that_are_pictures_say_so(text: str) -> None:
    (section,) = read(pdf(pdf_text(50, 700, text)), "a.pdf")
    assert section.file is not None
    assert (section.file.kind, section.file.unread) == ("pdf", "scanned")


def test_of_a_book_the_first_pages_are_read() -> None:
    book = pdf(*(pdf_text(50, 700, f"trang số {number}") for number in range(1, 10)))
    (section,) = attached_sections(letter(attachments=(Attachment("a.pdf", "", book),)), Limits(pages=3))
    assert section.file is not None
    assert (section.file.unread, section.text) == ("too_long", "trang số 1\ntrang số 2\ntrang số 3")


LOCKED = b"/Encrypt << /Filter /Standard /V 1 /R 2 /O (%b) /U (%b) /P -4 >> /ID [(a)(b)]" % (b"a" * 32, b"b" * 32)
BROKEN = {
    "cut off": pdf(pdf_text(1, 1, "a"))[:300],
    "only a head": b"%PDF-1.7\n",
    "pages in a circle": pdf_file([b"<< /Type /Catalog /Pages 2 0 R >>", b"3 0 R", b"2 0 R"]),
}


def test_a_file_with_a_password_says_so() -> None:
    (section,) = read(pdf(pdf_text(1, 1, "a"), trailer=LOCKED), "a.pdf")
    assert section.file is not None
    assert (section.file.unread, section.lines) == ("encrypted", ())


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_a_broken_file_says_so(content: bytes) -> None:
    (section,) = read(content, "a.pdf")
    assert section.file is not None
    assert section.file.unread in {"broken", "scanned"}
