"""Documents made to swell, to stall or to break their reader: the answer is always a section with a reason, and soon.

The same files in a child with little memory: tests/pipeline/test_hostile_documents.py.
"""

import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.documents import attached_sections
from parsers.documents_limits import Limits
from parsers.message import Attachment
from tests.parsers.documents import W, docx, p, package, pdf, pdf_text, read, xlsx, zipped
from tests.parsers.letters import letter

ENTITIES = '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>'


def unread(content: bytes, name: str = "a.docx", limits: Limits | None = None) -> str | None:
    mail = letter(attachments=(Attachment(name, "application/octet-stream", content),))
    section = attached_sections(mail, limits or Limits())[-1]
    return section.file.unread if section.file else None


def word(xml: str) -> bytes:
    return package("word/document.xml", {"word/document.xml": xml}, zipfile.ZIP_STORED)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (package("word/document.xml", {"word/document.xml": bytes(20_000_000)}), "too_large"),
        (package("word/document.xml", {"word/document.xml": bytes(3_000_000)}), "too_large"),
        (zipped({str(number): b"" for number in range(2_001)}), "too_large"),
        (word(f"<w:document {W}>{'<w:p/>' * 6_000}</w:document>"), "too_long"),
        (word("<a>" * 1_000), "broken"),
        (word(f"{ENTITIES}<a>&b;</a>"), "broken"),
        (word('<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>'), "broken"),
        (word(f"{ENTITIES}<a>&b;</a>").replace(b"<a>", b"<a\x00"), "broken"),
    ],
    ids=["bomb", "ratio", "entries", "lines", "depth", "entities", "file", "cut"],
)
def test_what_swells_or_reaches_out_is_refused(content: bytes, reason: str) -> None:
    assert unread(content) == reason


def test_the_beginning_of_what_is_too_long_is_kept() -> None:
    (section,) = attached_sections(
        letter(attachments=(Attachment("a.docx", "", docx(p("một") + p("hai") + p("ba"))),)), Limits(lines=2)
    )
    assert (section.text, section.file and section.file.unread) == ("một\nhai", "too_long")


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        (Limits(file_bytes=100), "too_large"),
        (Limits(files=0), "too_long"),
        (Limits(unpacked_bytes=100), "too_large"),
        (Limits(elements=3), "too_long"),
        (Limits(characters=3), "too_long"),
        (Limits(seconds=-1.0), "too_long"),
    ],
)
def test_each_limit_holds(limits: Limits, reason: str) -> None:
    assert unread(docx(p("Một bài viết")), limits=limits) == reason


def test_one_account_is_kept_for_all_files_of_a_mail() -> None:
    files = tuple(Attachment(f"{number}.docx", "", docx(p("Một bài viết của trường em"))) for number in range(3))
    found = attached_sections(letter(attachments=files), Limits(files=2))
    assert [section.file and section.file.unread for section in found] == ["", "", "too_long"]


def test_an_encrypted_entry_says_so() -> None:
    archive = bytearray(zipped({"a.docx": b"x"}, zipfile.ZIP_STORED))
    archive[archive.index(b"PK\x01\x02") + 8] |= 1
    assert unread(bytes(archive), "a.zip") == "encrypted"


def test_a_line_with_too_many_links_keeps_the_first() -> None:
    page = b"<html><p>" + b"<a href='http://a.example/1'>x</a>" * 1_000
    (section,) = read(page, "a.html")
    assert len(section.lines[0].anchors) == 200


@pytest.mark.parametrize(
    "content",
    [
        pdf("BT /F 10 Tf " + "1 1 Td (a) Tj " * 60_000),
        pdf(b"(a) Tj " * 1_000_000),
        pdf("[" * 100_000),
        pdf("/X Do " * 10, extra=[b"<< /Type /XObject /Subtype /Form /Resources << /XObject << /X 4 0 R >> >> /Length 5 >>\nstream\n/X Do\nendstream"], resources="/XObject << /X 4 0 R >>"),
        pdf(pdf_text(1, 1, "a"), resources="/XObject << /X 99 0 R >>"),
        b"%PDF-1.4\n" + b"1 0 obj\n" * 50_000,
    ],
    ids=["operators", "stream", "arrays", "a form in itself", "a form that is missing", "objects"],
)  # fmt: skip
def test_a_hostile_page_is_read_or_refused(content: bytes) -> None:
    assert unread(content, "a.pdf") in {"too_long", "broken", "scanned"}


@pytest.mark.parametrize("reference", ["A1:A1048576", "A0:Z0", "XFD1048577:A1", "", "a b"])
def test_a_range_of_links_is_bounded(reference: str) -> None:
    book = xlsx(
        "<row><c><v>1</v></c></row>", {"l": "http://a.example"}, f'<hyperlink ref="{reference}" r:id="l"/>' * 50
    )
    assert unread(book, "a.xlsx") == ""


def test_fields_that_never_end_do_not_slow_the_reader_down() -> None:
    begin, text = '<w:r><w:fldChar w:fldCharType="begin"/></w:r>', "<w:r><w:t>a</w:t></w:r>"
    assert unread(word(f"<w:document {W}><w:p>{begin * 20_000}{text * 50_000}</w:p></w:document>")) == "scanned"


def test_an_address_put_together_of_long_cells_is_bounded() -> None:
    rows = f'<row><c r="A1" t="str"><v>{"a" * 100_000}</v></c></row><row><c r="A2" t="str"><f>HYPERLINK({"A1&amp;" * 5_000}A1)</f><v>x</v></c></row>'
    (section,) = read(xlsx(rows), "a.xlsx")
    assert max(len(anchor.href) for line in section.lines for anchor in line.anchors) <= 40_000


NAMES = st.sampled_from(["a.docx", "a.pdf", "a.doc", "a.rtf", "a.csv", "a.html", "a.txt", "a.zip", "a"])
BEGINNINGS = st.sampled_from(
    [
        b"",
        b"%PDF-1.7\n",
        b"{\\rtf1",
        b"PK\x03\x04",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"<html>",
        b"MIME-Version: 1.0\n",
    ]
)


@given(BEGINNINGS, st.binary(max_size=300), NAMES)
def test_any_bytes_under_any_name_give_sections(beginning: bytes, rest: bytes, name: str) -> None:
    assert all(section.file for section in read(beginning + rest, name))


PARTS = st.text(alphabet="<>/w:ptr=\"' &;#xaạ\n0l", max_size=200)


@given(PARTS)
def test_any_text_as_the_main_part_gives_a_section(xml: str) -> None:
    assert read(word(f"<w:document {W}>{xml}"))[0].file is not None


@given(st.binary(max_size=120))
def test_any_bytes_as_the_content_of_a_page_give_a_section(content: bytes) -> None:
    assert read(pdf(content), "a.pdf")[0].file is not None
