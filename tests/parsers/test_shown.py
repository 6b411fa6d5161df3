"""Incident words are noticed wherever a person would see them."""

from base64 import b64encode

import pytest

from parsers.kind import Kind
from parsers.message import Attachment, ParsedMessage
from parsers.reading import Reading, read
from parsers.shown import shown_text
from tests.parsers.letters import letter, office
from tests.parsers.mails import cp1258
from tests.parsers.test_week import at

OFFICE = office(authserv_id="")
NOW = at("2026-11-25 10:00")
URL = "https://c1kimdong.giangvo.example/tin-tuc/ngay-hoi-stem-khoi-nam-pmtd22sw1501"
STORY = f"Trường gửi bài {URL}"
TOLD = "Chiều qua có 02 học sinh nhập viện do ngộ độc."
WORD = "nhập viện"


def reading(message: ParsedMessage) -> Reading:
    return read(message, OFFICE, NOW)


def with_file(content: bytes | str, content_type: str, name: str = "") -> ParsedMessage:
    raw = content.encode() if isinstance(content, str) else content
    return letter(STORY, attachments=(Attachment(name, content_type, raw),))


def mail(body: str, fields: str = "Subject: x\n") -> bytes:
    return f"From: a@b.example\n{fields}Content-Type: text/plain; charset=utf-8\n\n{body}\n".encode()


def enclosing(inner: bytes) -> bytes:
    return b"From: a@b.example\nSubject: x\nContent-Type: message/rfc822\n\n" + inner


def in_base64(inner: bytes) -> bytes:
    head = "From: a@b.example\nContent-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n"
    return head.encode() + b64encode(inner)


def quoting(reply: str, quoted: str) -> ParsedMessage:
    return letter(f"{reply}\n\nVào Th 4, 25 thg 11, 2026 BBT <b@x.example> đã viết:\n{quoted}", subject="Re: Gửi bài")


PLACES = {
    "the subject": letter(STORY, subject=f"Gửi bài; {TOLD}"),
    "the sender's own words": letter(f"{STORY}\n{TOLD}"),
    "below the closing": letter(f"{STORY}\nTrân trọng!\n{TOLD}"),
    "a forward": letter(f"{STORY}\n---------- Forwarded message ---------\nTừ: A\n\n{TOLD}", subject="Fwd: Bài"),
    "a quote": quoting(STORY, f"> {TOLD}"),
    "a quote wrapped anew": quoting(
        STORY, "> Nhà trường kính báo: chiều qua có 02 học sinh lớp 3A của trường phải nhập\nviện"
    ),
    "a quote without marks": quoting(STORY, "> Chieu qua co 02 hoc sinh nhap vien"),
    "a quote without marks under a line with them": quoting(
        f"{STORY}, kính đề nghị Phòng xem giúp\n> hoc sinh nhap vien", ""
    ),
    "a quote in HTML": letter("", f"<p>{STORY}</p><blockquote type='cite'>{TOLD}</blockquote>", subject="Re: Bài"),
    "the signature": letter(f"{STORY}\n--\n{TOLD}"),
    "a disclaimer": letter(f"{STORY}\n--\nLƯU Ý: Thư này chỉ dành cho người nhận. {TOLD}"),
    "the HTML alone": letter(STORY, f"<p>{STORY}</p><p>{TOLD}</p>"),
    "the plain text alone": letter(f"{STORY}\n{TOLD}", f"<p>{STORY}</p><p>Chiều qua có 02 học sinh.</p>"),
    "beyond what a letter holds": letter(f"{STORY}\n{'Bài hay. ' * 40_000}\n{TOLD}"),
    "the name of a file": with_file(b"", "application/pdf", "Bao_cao_hoc_sinh_nhap_vien.pdf"),
    "a text file": with_file(TOLD, "text/plain", "ghi chú.txt"),
    "a text file in windows-1258": with_file(cp1258(TOLD), "text/plain"),
    "a text file in UTF-16": with_file(TOLD.encode("utf-16"), "text/plain"),
    "a text file without a label": with_file(TOLD, "application/octet-stream", "GHI CHÚ.TXT"),
    "a table": with_file(f"Ngày;Việc\n24/11;{TOLD}", "text/csv"),
    "a page": with_file(f"<p>{TOLD.replace('nhập', '<b>nhập</b>')}</p>", "text/html", "trang.html"),
    "an appointment": with_file("DESCRIPTION:Họp\\nhọc sinh nh\r\n ập viện\r\n", "text/calendar"),
    "an enclosed mail": with_file(mail(TOLD), "message/rfc822"),
    "an enclosed mail's subject": with_file(mail("", "Subject: hoc sinh nhap vien\n"), "message/rfc822"),
    "a quote in an enclosed mail": with_file(mail(f"Vâng ạ\n> {TOLD}", "Subject: Re: x\n"), "message/rfc822"),
    "a mail in a mail in a mail": with_file(enclosing(enclosing(mail(TOLD))), "message/rfc822"),
    "a mail in a mail in base64": with_file(in_base64(in_base64(mail(TOLD))), "message/rfc822"),
    "a saved mail": with_file(mail(TOLD), "application/octet-stream", "thu.eml"),
    "an enclosed mail that is none": with_file(TOLD, "message/rfc822"),
    "the headers of a returned mail": with_file(
        b"Subject: =?utf-8?q?h=E1=BB=8Dc_sinh_nh=E1=BA=ADp_vi=E1=BB=87n?=\n", "text/rfc822-headers"
    ),
}


@pytest.mark.parametrize("message", PLACES.values(), ids=PLACES.keys())
def test_an_incident_word_is_noticed_in(message: ParsedMessage) -> None:
    assert WORD in reading(message).incident_words


def test_each_word_is_given_once_and_the_senders_own_come_first() -> None:
    got = reading(quoting(f"Có em bị tai nạn. {STORY}", "> Có em nhập viện vì bị tai nạn."))
    assert got.incident_words == ("bị tai nạn", "nhập viện")


def test_kind_and_action_go_by_the_senders_own_words() -> None:
    got = reading(quoting(STORY, f"> {TOLD}"))
    assert (got.kind, got.action) == ("story_submission", "ack")
    assert "restricted" not in got.flags


HARMLESS = {
    "a veto in the quoted sentence": quoting(STORY, "> Chuyên đề phòng chống đuối nước: khi có em bị đuối nước"),
    "another word that begins alike": quoting(STORY, "> Bài viết bị đánh giá là còn sơ sài."),
    "what nobody sees": letter("", f"<p>{STORY}</p><div style='display:none'>{TOLD}</div>"),
    "an address": quoting(STORY, "> https://x.example/le-phat-dong-phuc-vu-khoan-thu-12.html"),
    "a picture labelled as text": with_file(b"\x89PNG\0\0\0 nh\xe1\xba\xadp vi\xe1\xbb\x87n \0\0", "text/plain"),
}


@pytest.mark.parametrize("message", HARMLESS.values(), ids=HARMLESS.keys())
def test_no_incident_is_seen_in(message: ParsedMessage) -> None:
    assert reading(message).incident_words == ()


def test_mails_enclosed_in_one_another_without_end_are_left_at_some_depth() -> None:
    deep = mail(TOLD)
    for _ in range(60):
        deep = in_base64(deep) if len(deep) < 100_000 else enclosing(deep)
    assert list(shown_text(with_file(deep, "message/rfc822")))


LONG_STORY = f"<p class='MsoNormal'>Nhà trường tổ chức ngày hội đọc sách cho học sinh. <a href='{URL}'>Xem</a></p>\n"


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "message",
    [
        letter("", LONG_STORY * (300_000 // len(LONG_STORY.encode()))),
        letter(f"{STORY}\n" * 3_000, LONG_STORY * 1_500),
        letter("".join(">" * (number % 7) + " a\n" for number in range(20_000)), subject="Re: x"),
        with_file(b"a " * 500_000, "text/plain"),
        with_file(b"a" * 1_000_000 + b"@", "text/plain"),
        with_file(b"<p>" * 30_000 + b"\xff\0\xed\xa0\x80", "text/html"),
    ],
)
def test_much_text_is_searched_quickly(message: ParsedMessage) -> None:
    assert reading(message).kind in Kind
