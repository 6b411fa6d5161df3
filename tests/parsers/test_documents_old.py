"""RTF, the binary formats of old, OpenDocument text, and files that are text themselves."""

import pytest

from parsers.body import File
from tests.parsers.documents import links_of, open_document, read, text_of

URL = "https://c1kimdong.giangvo.example/tin-tuc/ngay-hoi-pmtd22sw1"
FONTS = r"{\fonttbl{\f0 Times New Roman;}{\f1\fnil .VnTime;}}"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def rtf(body: str) -> bytes:
    return rf"{{\rtf1\ansi\ansicpg1258\deff0{FONTS}{{\*\generator Word;}}{body}}}".encode("latin-1")


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        (r"\pard Ng\u224?y h\u7897?i\par Hai\par", ["Ngày hội", "Hai"]),
        (r"\pard Ng\'e0y h\'f4\'f2i\par", ["Ngày hội"]),
        (r"\trowd\intbl 1\cell Hai\par ba\cell\row\pard b\u7889?n\par", ["1\tHai ba", "bốn"]),
        (r"\pard\f1 tr­êng\f0  em\par", ["trường em"]),
        (r"{\v ẩn}".replace("ẩn", "an") + r"hi\u7879?n{\pict 00ff}{\*\unknown x}{\info{\title y}}\par", ["hiện"]),
        (r"\pard a\{b\}\~c\emdash d\par", ["a{b} c—d"]),
    ],
)
def test_rich_text_gives_its_lines(body: str, lines: list[str]) -> None:
    assert text_of(rtf(body), "a.rtf") == lines


def test_a_field_of_rich_text_links_its_result() -> None:
    body = rf'{{\field{{\*\fldinst {{HYPERLINK "{URL}"}}}}{{\fldrslt{{\ul xem}}}}}} nh\u233?\par'
    assert text_of(rtf(body), "Bài.doc") == ["xem nhé"]
    assert links_of(rtf(body), "Bài.doc") == [(URL, "xem")]


def test_what_word_keeps_beside_a_fields_code_is_no_part_of_it() -> None:
    body = rf'{{\field{{\*\fldinst {{ HYPERLINK "{URL}" }}{{\rtlch{{\*\datafield 00d0c9ea}}}}}}{{\fldrslt xem}}}}\par'
    assert links_of(rtf(body), "a.rtf") == [(URL, "xem")]


def test_margins_of_rich_text_are_letterhead() -> None:
    body, letterhead = read(rtf(r"{\header\pard TRUONG\par}\pard Mot bai viet cua truong\par"), "a.rtf")
    assert (body.text.strip(), letterhead.part, letterhead.text) == ("Mot bai viet cua truong", "signature", "TRUONG")


def test_of_an_old_binary_document_its_text_and_its_fields_are_read() -> None:
    text = f'Ngày hội đọc sách của trường em\r\x13 HYPERLINK "{URL}" \x14xem tại đây\x15 nhé các thầy cô\r1\x07Tên bài\x07\x07'
    document = OLE + bytes(64) + text.encode("utf-16-le") + bytes(64) + b"Times New Roman\0\0"
    assert text_of(document, "a.doc") == [
        "Ngày hội đọc sách của trường em",
        "xem tại đây nhé các thầy cô",
        "1\tTên bài",
    ]
    assert links_of(document, "a.doc") == [(URL, "xem tại đây")]
    assert read(document, "a.doc")[0].file == File("a.doc", "word")


def test_an_address_in_an_old_binary_document_is_found_where_no_text_is() -> None:
    document = OLE + b"\x01\x02" + URL.encode() + b"\x00" + bytes(64) + b"http://schemas.example/office\x00"
    assert text_of(document, "a.xls") == [URL]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        (
            OLE + "WordDocument".encode("utf-16-le").ljust(512, b"\0") + b"\xec\xa5" + bytes(9) + b"\x01" + bytes(500),
            "encrypted",
        ),
        (OLE + bytes(2_000), "unsupported"),
    ],
)
def test_a_binary_document_that_cannot_be_read_says_why(content: bytes, reason: str) -> None:
    assert read(content, "a.docx")[0].file == File("a.docx", "word", reason)


def test_open_document_text_is_read_without_its_comments() -> None:
    body = (
        f'<text:h>Ngày hội</text:h><text:p>Mời <text:a xlink:href="{URL}">xem<text:s text:c="2"/>bài</text:a><text:tab/>x'
        "<office:annotation><text:p>ghi chú</text:p></office:annotation><text:line-break/>dòng hai</text:p>"
    )
    document = open_document(
        body, styles="<style:footer><text:p>chân trang</text:p></style:footer><text:p>mẫu</text:p>"
    )
    assert text_of(document, "a.odt") == ["Ngày hội", "Mời xem  bài\tx", "dòng hai"]
    assert links_of(document, "a.odt") == [(URL, "xem  bài")]
    assert read(document, "a.odt")[1].text == "chân trang"


def test_an_encrypted_open_document_says_so() -> None:
    document = open_document("", manifest="<manifest:encryption-data/>")
    assert read(document, "a.odt")[0].file == File("a.odt", "word", "encrypted")


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (f"Ngày hội\n{URL}\n".encode(), "link.txt"),
        (f"Ngày hội\n{URL}\n".encode("utf-16"), "link.txt"),
        (f"<html><body><p>Ngày hội</p><p>{URL}</p></body></html>".encode(), "bài.doc"),
        (
            f"MIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n<p>Ngày hội</p><p>{URL}</p>".encode(),
            "bài.doc",
        ),
    ],
)
def test_files_that_are_text_are_read_as_mails_are(content: bytes, name: str) -> None:
    assert text_of(content, name) == ["Ngày hội", URL]


def test_a_picture_labelled_as_text_is_no_text() -> None:
    assert read(bytes(range(256)) * 4, "a.txt", "text/plain")[0].file == File("a.txt", "text", "broken")
