"""Which links of attached documents are stories, and when a document is itself the story."""

import pytest

from parsers.documents import attached_sections
from parsers.links import STORY_ROLES
from parsers.message import Attachment
from parsers.reading import Reading, read
from tests.parsers.documents import docx, link, p, pdf, pdf_text, r, table, xlsx
from tests.parsers.letters import letter, office
from tests.parsers.test_week import at

NOW = at("2026-11-25 10:00")
OFFICE = office(authserv_id="")
SCHOOL = "c1kimdong-bd@hanoiedu.example"
OWN = "https://c1kimdong.giangvo.example/tin-tuc/ngay-hoi-doc-sach-pmtd22sw1"
FOREIGN = "https://baomoi.example/giao-duc/ngay-hoi-doc-sach-cua-truong-kim-dong-123.html"
STATE = p("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM") + p("Độc lập - Tự do - Hạnh phúc") + p("Số: 15/KH-THKĐ")
PROSE = p("Sáng 24/11, nhà trường tổ chức ngày hội đọc sách với sự tham gia của toàn thể giáo viên và học sinh. " * 3)


def reading(content: bytes, name: str = "a.docx", text: str = "Trường gửi tin bài (file đính kèm)") -> Reading:
    mail = letter(text, headers={"From": SCHOOL}, attachments=(Attachment(name, "application/octet-stream", content),))
    return read(mail, OFFICE, NOW, attached=attached_sections(mail))


def stories(content: bytes, name: str = "a.docx") -> list[str]:
    return [link.url for link in reading(content, name).links if link.role in STORY_ROLES]


OFFERED = {
    "a list by its name": (docx(p("1. Ngày hội: " + FOREIGN) + PROSE), "Danh sách tin bài tuần 12.docx"),
    "a list by its heading": (docx(p("DANH MỤC TIN BÀI") + PROSE + p(FOREIGN)), "a.docx"),
    "an official letter that lists stories": (docx(STATE + p("V/v gửi tin bài tuần 12") + PROSE + p(FOREIGN)), "CV 15.docx"),
    "a column of links": (docx(PROSE + table([p("STT"), p("Đường dẫn")], [p("1"), p(FOREIGN)])), "a.docx"),
    "nothing but links": (docx(p("Ngày hội đọc sách") + p(FOREIGN)), "a.docx"),
    "an article with its own address": (docx(PROSE + p("Nguồn ảnh: nhà trường. " + OWN)), "Ngày hội.docx"),
    "a report that says where a story was published": (
        docx(STATE + p("BÁO CÁO") + PROSE * 4 + p(f"Ngày hội (bài đã đăng tại: {FOREIGN})")),
        "BC tháng.docx",
    ),
    "a workbook with a column of links": (
        xlsx(f'<row><c t="str"><v>Tên</v></c><c t="str"><v>Link bài</v></c></row><row><c t="str"><v>a</v></c><c t="str"><v>{FOREIGN}</v></c></row>'),
        "T12.xlsx",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("content", "name"), OFFERED.values(), ids=OFFERED)
def test_what_is_offered_is_a_story(content: bytes, name: str) -> None:
    assert len(stories(content, name)) == 1


REFERRED = {
    "a plan": (docx(STATE + p("KẾ HOẠCH") + PROSE * 4 + p(f"Tham khảo: {OWN}")), "a.docx"),
    "a plan by its name": (docx(PROSE * 4 + p(OWN)), "15-KH tuyên truyền.docx"),
    "a plan for stories": (docx(STATE + p("KẾ HOẠCH VIẾT TIN BÀI") + PROSE * 4 + p(f"Mẫu tại {OWN}")), "a.docx"),
    "laws in an official letter": (docx(STATE + p("Căn cứ Luật (https://vanban.example/luat-giao-duc-2019-123.html)") + PROSE * 3), "a.docx"),
    "a foreign page in an article": (docx(PROSE * 4 + p(f"Theo báo ({FOREIGN})")), "Ngày hội.docx"),
    "a form": (docx(p("PHIẾU ĐĂNG KÝ") + PROSE * 4 + p(OWN)), "Phieu.docx"),
    "letterhead": (docx(PROSE, header=p(r("Website: "), link("l", "bài")) + p(OWN)), "Tin bài.docx"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "name"), REFERRED.values(), ids=REFERRED)
def test_what_is_only_referred_to_is_no_story(content: bytes, name: str) -> None:
    got = reading(content, name)
    assert [found.role for found in got.links] in (["evidence"], ["signature"])


def test_the_title_beside_a_link_in_a_file_is_kept() -> None:
    rows = table(
        [p("STT"), p("Tên bài"), p("Link")], [p("1"), p("Ngày hội đọc sách của khối 4"), p(link("l", "xem tại đây"))]
    )
    (found,) = reading(docx(rows, {"l": OWN})).links
    assert (found.url, found.role, found.found_in, found.title) == (
        OWN,
        "article",
        "attachment",
        "Ngày hội đọc sách của khối 4",
    )


def test_a_story_in_the_mail_and_in_its_file_is_one_story() -> None:
    mail = letter(
        f"Link bài: {OWN}", headers={"From": SCHOOL}, attachments=(Attachment("Tin bài.docx", "", docx(p(OWN))),)
    )
    (found,) = read(mail, OFFICE, NOW, attached=attached_sections(mail)).links
    assert found.found_in == "text"


def test_the_week_may_stand_in_the_file() -> None:
    assert reading(docx(p("DANH SÁCH TIN BÀI TUẦN 12") + p(OWN))).claimed_week == 12


ARTICLES = {
    "prose in Word": (docx(PROSE), "Ngày hội.docx"),
    "prose in a PDF": (pdf("".join(pdf_text(50, 700 - 15 * line, "Sáng nay nhà trường tổ chức ngày hội đọc sách") for line in range(5))), "a.pdf"),
    "a scanned PDF": (pdf(pdf_text(50, 700, "CamScanner")), "Bài viết.pdf"),
    "Word with a picture of the text": (docx(p("")), "Bài viết.docx"),
    "Word that cannot be read": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1_000), "Bài viết.doc"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "name"), ARTICLES.values(), ids=ARTICLES)
def test_an_article_in_a_file_without_a_link_is_noticed(content: bytes, name: str) -> None:
    got = reading(content, name)
    assert {"article_in_attachment", "no_link"} <= set(got.flags)
    assert got.action == "ack_with_problem"


NO_ARTICLES = {
    "a plan": (docx(STATE + p("KẾ HOẠCH") + PROSE), "KH 15.docx"),
    "a covering note": (docx(p("Trường gửi ảnh ạ")), "Ghi chú.docx"),
    "a workbook": (xlsx("<row>" + "<c><v>1</v></c>" * 60 + "</row>"), "a.xlsx"),
    "a list with its link": (docx(p("Tin bài") + PROSE + p(OWN)), "a.docx"),
}


@pytest.mark.parametrize(("content", "name"), NO_ARTICLES.values(), ids=NO_ARTICLES)
def test_other_files_are_no_articles(content: bytes, name: str) -> None:
    assert "article_in_attachment" not in reading(content, name).flags


def test_a_file_that_could_not_be_read_leaves_a_flag() -> None:
    assert "attachment_unread:broken" in reading(b"PK\x03\x04", "Tin bài.docx").flags
