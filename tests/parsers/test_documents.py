"""Attached Word documents and slides as a reader sees them, and which files are opened at all."""

import unicodedata
from email.message import EmailMessage

import pytest

from parsers.body import File
from parsers.documents import attached_sections
from parsers.message import parse_message
from tests.parsers.documents import (
    complex_field,
    docx,
    link,
    links_of,
    open_document,
    p,
    package,
    pdf,
    pdf_text,
    pptx,
    r,
    read,
    table,
    text_of,
    xlsx,
    zipped,
)

URL = "https://c1kimdong.giangvo.example/tin-tuc/ngay-hoi-pmtd22sw1?a=1&b=2"


def test_a_word_document_gives_its_paragraphs_with_the_links_where_they_stand() -> None:
    (section,) = read(docx(p("Bài 1: ", link("l", "Ngày hội đọc sách"), " (ảnh)") + p("Hết"), {"l": URL}))
    assert (section.part, section.source, section.file) == ("new", "attachment", File("a.docx", "word"))
    assert [line.text for line in section.lines] == ["Bài 1: Ngày hội đọc sách (ảnh)", "Hết"]
    assert links_of(docx(p("Bài 1: ", link("l", "Ngày hội")), {"l": URL})) == [(URL, "Ngày hội")]


def test_a_place_in_the_page_belongs_to_the_address() -> None:
    assert links_of(docx(p(link("l", "bài", place="/bai/7")), {"l": "https://a.example/"})) == [
        ("https://a.example/#/bai/7", "bài")
    ]


@pytest.mark.parametrize(
    "field",
    [
        complex_field([f' HYPERLINK "{URL}" '], "xem"),
        complex_field([" HYPER", f'LINK "{URL[:20]}', f'{URL[20:]}" \\o "gợi ý"'], "xem"),
        f"<w:fldSimple w:instr=' HYPERLINK \"{URL.replace('&', '&amp;')}\"'>{r('xem')}</w:fldSimple>",
    ],
    ids=["complex", "in pieces", "simple"],
)
def test_a_field_links_its_result_and_its_code_is_not_text(field: str) -> None:
    document = docx(p("Mời ", field, " nhé"))
    assert text_of(document) == ["Mời xem nhé"]
    assert links_of(document) == [(URL, "xem")]


@pytest.mark.parametrize("code", [' HYPERLINK \\l "muc1"', " PAGE ", " REF bai \\h "])
def test_other_fields_link_nothing(code: str) -> None:
    assert links_of(docx(p(complex_field([code], "1")))) == []


def test_a_row_of_a_table_is_a_line_with_tabs() -> None:
    rows = table([p("STT"), p("Tên bài"), p("Link")], [p("1"), p("Ngày hội"), p(link("l", "xem"))])
    assert text_of(docx(rows, {"l": URL})) == ["STT\tTên bài\tLink", "1\tNgày hội\txem"]
    assert links_of(docx(rows, {"l": URL})) == [(URL, "xem")]


def test_titles_and_addresses_side_by_side_in_two_cells_go_together_line_by_line() -> None:
    rows = table([p("1"), p("Bài một") + p("Bài hai"), p("https://a.example/1") + p("https://a.example/2")])
    assert text_of(docx(rows)) == ["1\tBài một\thttps://a.example/1", "\tBài hai\thttps://a.example/2"]


def test_paragraphs_of_one_cell_stay_in_its_line() -> None:
    assert text_of(docx(table([p("Ngày hội") + p("đọc sách"), p("x")]))) == ["Ngày hội đọc sách\tx"]


def test_a_table_that_only_lays_out_the_page_is_read_paragraph_by_paragraph() -> None:
    long = "Các em học sinh tham gia ngày hội rất vui. " * 20
    assert text_of(docx(table([p("Tiêu đề") + p(long), p("x")]))) == ["Tiêu đề", long.strip(), "x"]


def test_a_table_in_a_cell_is_read_too() -> None:
    assert text_of(docx(table([table([p("a"), p("b")]) + p("c"), p("d")]))) == ["a b c\td"]


def test_what_a_reader_does_not_see_is_not_read() -> None:
    document = docx(
        p(r("ẩn", "<w:vanish/>"), r("hiện", '<w:vanish w:val="0"/>'))
        + f"<w:p><w:del>{r('xóa')}</w:del><w:ins>{r('thêm')}</w:ins></w:p>"
        + '<w:p><w:pPr><w:tabs><w:tab w:val="left"/></w:tabs></w:pPr><w:r><w:t>đoạn</w:t></w:r></w:p>'
    )
    assert text_of(document) == ["hiện", "thêm", "đoạn"]


def test_a_text_box_is_read_once_although_it_is_written_twice() -> None:
    box = f"<w:txbxContent>{p('trong hộp')}</w:txbxContent>"
    drawn = f"<w:r><mc:AlternateContent><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r>"
    assert text_of(docx(p(drawn, "quanh hộp"))) == ["trong hộp", "quanh hộp"]


def test_a_hyphen_that_must_not_end_a_line_is_a_hyphen() -> None:
    assert text_of(docx(p("ngay", "<w:r><w:noBreakHyphen/></w:r>", "hoi"))) == ["ngay-hoi"]


def test_line_breaks_end_a_line_and_a_link_goes_on_behind_them() -> None:
    document = docx(
        f'<w:p><w:hyperlink r:id="l">{r("Ngày")}<w:r><w:br/></w:r>{r("hội")}</w:hyperlink></w:p>', {"l": URL}
    )
    assert links_of(document) == [(URL, "Ngày"), (URL, "hội")]


def test_page_headers_and_footers_are_letterhead() -> None:
    body, letterhead = read(docx(p("Bài"), header=p("TRƯỜNG TIỂU HỌC KIM ĐỒNG"), footer=p("https://c1kimdong.example")))
    assert (body.part, letterhead.part) == ("new", "signature")
    assert letterhead.text == "TRƯỜNG TIỂU HỌC KIM ĐỒNG\nhttps://c1kimdong.example"


def test_text_in_an_old_font_is_given_in_unicode() -> None:
    (section,) = read(docx(p(r("Tr­êng TiÓu häc", '<w:rFonts w:ascii=".VnTime"/>'))))
    assert [(line.text, line.legacy) for line in section.lines] == [("Trường Tiểu học", "TCVN3")]


def test_text_of_a_mac_is_composed() -> None:
    assert text_of(docx(p(unicodedata.normalize("NFD", "Trường Tiểu học")))) == ["Trường Tiểu học"]


def test_slides_are_read_in_their_order_without_hidden_ones() -> None:
    shape = '<a:p><a:r><a:rPr><a:hlinkClick r:id="l"/></a:rPr><a:t>{}</a:t></a:r><a:r><a:t> vui</a:t></a:r></a:p>'
    slides = pptx(
        shape.format("Ngày hội"), f"-{shape.format('ẩn')}", "<a:p><a:r><a:t>Hết</a:t></a:r></a:p>", links={"l": URL}
    )
    assert text_of(slides, "a.pptx") == ["Ngày hội vui", "Hết"]
    assert links_of(slides, "a.pptx") == [(URL, "Ngày hội")]


def test_a_clicked_picture_is_a_link_without_text() -> None:
    picture = '<p:pic><p:cNvPr><a:hlinkClick r:id="l"/></p:cNvPr></p:pic><a:p><a:r><a:t>Ảnh</a:t></a:r></a:p>'
    assert links_of(pptx(picture, links={"l": URL}), "a.pptx") == [(URL, "")]


def test_the_main_part_may_have_any_name() -> None:
    body = '<w:document xmlns:w="http://purl.oclc.org/ooxml/wordprocessingml/main"><w:p><w:r><w:t>Bài</w:t></w:r></w:p></w:document>'
    assert text_of(package("/word/document2.xml", {"word/document2.xml": body})) == ["Bài"]


@pytest.mark.parametrize("name", ["a.doc", "a.pdf", "a", "ảnh.jpg", "a.docx"])
def test_the_bytes_tell_what_a_file_is_whatever_it_is_called(name: str) -> None:
    assert text_of(docx(p("Bài viết")), name) == ["Bài viết"]
    assert read(docx(p("Bài viết")), name)[0].file == File(name, "word")


def test_pictures_and_calendars_are_no_documents() -> None:
    assert read(b"\xff\xd8\xff\xe0", "a.jpg", "image/jpeg") == ()
    assert read(b"BEGIN:VCALENDAR", "a.ics", "text/calendar") == ()


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (b"Rar!\x1a\x07\x00", "a.rar", "unsupported"),
        (b"\x78\x9f\x3e\x22" + bytes(9), "winmail.dat", "unsupported"),
        (zipped({"Index/Document.iwa": "x"}), "a.pages", "unsupported"),
        (b"PK\x03\x04 cut off", "a.docx", "broken"),
        (b"nothing known", "a.docx", "unsupported"),
        (docx("<w:p><w:r>"), "a.docx", "broken"),
        (docx(p("")), "a.docx", "scanned"),
        (package("visio/document.xml", {}), "a.vsdx", "unsupported"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(content: bytes, name: str, reason: str) -> None:
    (section,) = read(content, name)
    assert section.file is not None
    assert (section.file.unread, section.text.strip()) == (reason, "")


def test_files_of_an_archive_are_read_and_an_archive_in_it_stays_closed() -> None:
    inner = zipped({"x.docx": docx(p("sâu"))})
    archive = zipped({
        "Tuần 12/bài.docx": docx(p("Một bài viết của trường em")),
        "../../b.txt": "chữ",
        "c.jpg": "x",
        "d.zip": inner,
        "__MACOSX/._bài.docx": "x",
    })  # fmt: skip
    found = [
        (section.file and section.file.name, section.text, section.file and section.file.unread)
        for section in read(archive, "a.zip")
    ]
    assert found == [("bài.docx", "Một bài viết của trường em", ""), ("b.txt", "chữ", ""), ("d.zip", "", "unsupported")]


def test_files_of_an_enclosed_mail_are_handed_on_with_it() -> None:
    inner, outer = EmailMessage(), EmailMessage()
    for mail in (inner, outer):
        mail["From"] = "lan@x.example"
        mail.set_content("Kính chuyển")
    inner.add_attachment(docx(p("Một bài viết của trường em")), "application", "octet-stream", filename="Bài viết.docx")
    outer.add_attachment(inner)
    (section,) = attached_sections(parse_message(outer.as_bytes()))
    assert (section.part, section.source, section.text) == ("forwarded", "attachment", "Một bài viết của trường em")
    assert section.file == File("Bài viết.docx", "word")


def test_every_kind_of_document_is_told_apart() -> None:
    files = {
        "word": docx(p("a b c d e")),
        "sheet": xlsx("<row><c><v>1</v></c></row>"),
        "slides": pptx("<a:p><a:r><a:t>a b c d e</a:t></a:r></a:p>"),
        "pdf": pdf(pdf_text(1, 1, "a b c d e")),
    }
    assert {kind: read(content, "x")[0].file for kind, content in files.items()} == {
        kind: File("x", kind) for kind in files
    }
    assert read(open_document("<text:p>a b c d e</text:p>"), "x")[0].file == File("x", "word")
