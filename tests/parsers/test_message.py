"""A mail's bytes as values: fields, ids, dates and bodies."""

from base64 import b64encode, encodebytes
from datetime import UTC, datetime, timedelta, timezone

import pytest

from parsers.message import has_garbled_subject, parse_message
from tests.parsers.mails import HTML, TEXT, cp1258, mail, mixed, part

HANOI = timezone(timedelta(hours=7))


def test_the_fields_of_a_mail_become_values() -> None:
    message = parse_message(
        b"Received: from a by mx.x.vn; Mon, 23 Nov 2026 09:12:41 +0700\n"
        b"Received: from b by a; Mon, 23 Nov 2026 09:00:00 +0700\n"
        b"From: lan@x.vn\nTO: a@y.vn\nTo: b@y.vn\nSubject: =?utf-8?B?VHXhuqdu?=\n 12\n"
        b"Message-ID: <1.a@x.vn>\nIn-Reply-To: <0@y.vn>\nReferences: <z@y.vn>\n <0@y.vn> khong-phai\n"
        b"Date: Mon, 23 Nov 2026 02:12:40 +0000 (UTC)\nContent-Type: Text/Plain; charset=utf-8\n\nx\n"
    )
    assert message.subject == "Tuần 12"
    assert message.message_id == "<1.a@x.vn>"
    assert message.references == ("<0@y.vn>", "<z@y.vn>")
    assert message.date == datetime(2026, 11, 23, 2, 12, 40, tzinfo=UTC)
    assert message.received == datetime(2026, 11, 23, 9, 12, 41, tzinfo=HANOI)
    assert message.received.utcoffset() == timedelta(hours=7)
    assert message.content_type == "text/plain"
    assert message.values("to") == ("a@y.vn", "b@y.vn")
    assert message.values("X-None") == ()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("<a@b>", "<a@b>"),
        ("<a@b> (bản 2)", "<a@b>"),
        ("a@b", None),
        ("<a>", None),
        ("<a b@c>", None),
        ("<a@b\x00>", None),
        ("<á@b>", None),
        ("<a@b@c>", None),
        ("=?utf-8?Q?=3Ca=40b=3E?=", None),
        (f"<{'a' * 600}@b>", None),
        ("", None),
    ],
)
def test_only_a_well_formed_message_id_counts(value: str, expected: str | None) -> None:
    assert mail(f"Message-ID: {value}").message_id == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Mon, 23 Nov 2026 09:12:40 +0700", datetime(2026, 11, 23, 9, 12, 40, tzinfo=HANOI)),
        ("23 nov 26 9:12 +07:00", datetime(2026, 11, 23, 9, 12, tzinfo=HANOI)),
        ("Thu, 23 Nov 2026 09:12:60 GMT", datetime(2026, 11, 23, 9, 12, 59, tzinfo=UTC)),
        ("Mon,  23-Nov-2026 09:12:40 EST", datetime(2026, 11, 23, 14, 12, 40, tzinfo=UTC)),
        ("Mon, 23 Nov 2026 09:12:40 -0000", datetime(2026, 11, 23, 9, 12, 40, tzinfo=UTC)),
        ("Mon, 23 (thứ hai) Nov 2026 09:12:40 +0700 (ICT)", datetime(2026, 11, 23, 9, 12, 40, tzinfo=HANOI)),
        ("2026-11-23T09:12:40+07:00", datetime(2026, 11, 23, 9, 12, 40, tzinfo=HANOI)),
        ("Mon Nov 23 09:12:40 2026 +0700", datetime(2026, 11, 23, 9, 12, 40, tzinfo=HANOI)),
        ("Mon, 23 Nov 2026 09:12:40", datetime(2026, 11, 23, 9, 12, 40, tzinfo=UTC)),
        ("Mon, 31 Feb 2026 09:12:40 +0700", None),
        ("Mon, 23 Nov 0001 09:12:40 +0700", None),
        ("Mon, 23 Nov 9999 23:59:59 -2359", None),
        ("Mon, 23 Nov 2026 09:12:40 +9999", None),
        ("hôm qua", None),
        ("9" * 5000, None),
        ("", None),
    ],
)
def test_dates_are_aware_or_missing(value: str, expected: datetime | None) -> None:
    assert mail(f"Date: {value}").date == expected
    assert mail(f"Received: from a by b; {value}").received == expected


def test_only_the_topmost_received_field_tells_the_time() -> None:
    assert mail("Received: from a by b\nReceived: from c by a; Mon, 23 Nov 2026 09:12:41 +0700").received is None


def test_a_subject_is_one_clean_line() -> None:
    message = mail("Subject: =?utf-8?Q?a=0D=0ABcc:=20x=40y=2Evn=00?=\u202e b")
    assert message.subject == "a Bcc: x@y.vn b"


def test_a_double_encoded_subject_is_repaired_and_can_be_told() -> None:
    garbled = "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in "Trường gửi bài".encode())
    message = mail(f"Subject: {garbled}")
    assert (message.subject, has_garbled_subject(message)) == ("Trường gửi bài", True)
    assert not has_garbled_subject(mail("Subject: Trường gửi bài"))


@pytest.mark.parametrize(
    ("fields", "body"),
    [
        ("Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit", TEXT.encode()),
        ("X-A: không có MIME", TEXT.encode()),
        ("Content-Type: text/plain; charset=us-ascii", TEXT.encode()),
        ("Content-Type: text/plain; charset=iso-8859-1", TEXT.encode()),
        ("Content-Type: text/plain; charset=utf8mb4", TEXT.encode()),
        ("Content-Type: text/plain; charset=undefined", TEXT.encode()),
        ("Content-Type: text/plain; charset=windows-1258", cp1258(TEXT)),
        ("Content-Type: text/plain; charset=utf-8", cp1258(TEXT)),
        ("Content-Type: text/plain; charset=utf-16", TEXT.encode("utf-16")),
        ("Content-Type: text/plain\nContent-Transfer-Encoding: BASE64 ", encodebytes(TEXT.encode())),
        ("Content-Type: text/plain\nContent-Transfer-Encoding: base64", b64encode(TEXT.encode()).rstrip(b"=") + b"!!"),
        ("Content-Type: text/plain\nContent-Transfer-Encoding: base64", TEXT.encode()),
        ("Content-Type: text\nContent-Transfer-Encoding: (x) 8bit", TEXT.encode()),
        ("Content-Type: (a) text/plain (b)", TEXT.encode()),
        ("Content-Type: khong hieu", TEXT.encode()),
        ("Content-Type: multipart/mixed", TEXT.encode()),
        ("Content-Type: multipart/mixed; boundary=khong-co", TEXT.encode()),
        (f"Content-Type: multipart/mixed; boundary*{'9' * 5000}=b", TEXT.encode()),
    ],
)
def test_the_text_comes_out_as_a_person_would_read_it(fields: str, body: bytes) -> None:
    message = mail(fields, body)
    assert message.text.strip() == TEXT
    assert (message.html, message.attachments) == ("", ())


def test_quoted_printable_is_undone_before_flowed_lines_are_joined() -> None:
    fields = "Content-Type: text/plain; format=flowed\nContent-Transfer-Encoding: Quoted-Printable"
    assert mail(fields, b"T=E1=BA=BFt=20\nvui, m=\nai ngh=E1=BB=89\n").text == "Tết vui, mai nghỉ\n"


def test_flowed_lines_of_a_long_address_are_joined() -> None:
    fields = "Content-Type: text/plain; charset=utf-8; format=flowed; delsp=yes"
    assert mail(fields, "https://x.vn/ \nbai-viet\nhết\n".encode()).text == "https://x.vn/bai-viet\nhết\n"


def test_html_takes_its_charset_from_the_page_when_the_mail_names_none() -> None:
    page = b'<html><head><meta charset="windows-1258"></head>' + cp1258(HTML)
    assert TEXT in mail("Content-Type: text/html", page).html


def test_text_in_a_tcvn3_font_is_handed_on_as_typed() -> None:
    typed = '<font face=".VnTime">Tr­êng THCS NguyÔn C«ng Trø göi bµi, ®Ðp</font>'
    assert mail("Content-Type: text/html; charset=iso-8859-1", typed.encode("latin-1")).html == typed


def test_both_forms_of_a_letter_are_kept() -> None:
    message = mixed(
        part("Content-Type: text/plain", TEXT), part("Content-Type: text/html", HTML), subtype="alternative"
    )
    assert (message.text, message.html, message.content_type) == (TEXT, HTML, "multipart/alternative")


def test_several_text_parts_are_joined_in_order() -> None:
    message = mixed(part("Content-Type: text/plain", "một"), part("Content-Disposition: inline", "hai"))
    assert message.text == "một\nhai"
