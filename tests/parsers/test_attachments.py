"""What a mail carries beside its own text, enclosed messages above all."""

from base64 import encodebytes

import pytest

from parsers.message import parse_message
from tests.parsers.mails import ENCLOSED, HTML, TEXT, mixed, part


def test_attachments_keep_name_type_and_bytes() -> None:
    data = bytes(range(256)) * 4
    encoded = encodebytes(data)
    message = mixed(
        part("Content-Type: text/plain", TEXT),
        part("Content-Type: application/pdf; name=a.pdf\nContent-Transfer-Encoding: base64", encoded),
        part(
            "Content-Type: image/png\nContent-Disposition: attachment;\n filename*0*=UTF-8''%E1%BA;\n filename*1*=%A2nh.png"
            "\nContent-Transfer-Encoding: base64",
            encoded,
        ),
        part('Content-Type: a/b\nContent-Disposition: attachment; filename="=?utf-8?B?VHXhuqduLmRvY3g=?="', "x"),
        part("Content-Type: text/plain; charset=utf-8\nContent-Disposition: attachment; filename=ghi.txt", "ghi chú"),
        part("Content-Type: application/octet-stream", "y"),
    )
    assert message.text == TEXT
    assert [(found.filename, found.content_type) for found in message.attachments] == [
        ("a.pdf", "application/pdf"),
        ("Ảnh.png", "image/png"),
        ("Tuần.docx", "a/b"),
        ("ghi.txt", "text/plain"),
        ("", "application/octet-stream"),
    ]
    assert message.attachments[0].content == message.attachments[1].content == data
    assert message.attachments[3].content == "ghi chú".encode()


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\tai lieu\\bai.docx", "bai.docx"),
        ("a\u202ecod.exe", "acod.exe"),
        ("x" * 500 + ".docx", "x" * 195 + ".docx"),
        ("a\x00b.doc", "ab.doc"),
    ],
)
def test_a_file_name_is_one_clean_name_without_a_path(written: str, name: str) -> None:
    message = mixed(part(f"Content-Disposition: attachment; filename*=UTF-8''{written}", "x"))
    assert message.attachments[0].filename == name


@pytest.mark.parametrize("kind", ["message/rfc822", "message/global", "message/partial"])
def test_an_enclosed_message_is_an_attachment_and_none_of_its_text_leaks(kind: str) -> None:
    message = mixed(part("Content-Type: text/html", HTML), part(f"Content-Type: {kind}", ENCLOSED))
    assert (message.text, message.html) == ("", HTML)
    assert [(found.content_type, found.content) for found in message.attachments] == [(kind, ENCLOSED)]


def test_an_enclosed_message_can_be_read_on_its_own() -> None:
    message = mixed(part('Content-Type: message/rfc822\nContent-Disposition: attachment; filename="cũ.eml"', ENCLOSED))
    assert message.attachments[0].filename == "cũ.eml"
    assert parse_message(message.attachments[0].content).html.strip() == "<p>thư cũ</p>"


def test_an_enclosed_message_in_base64_is_decoded() -> None:
    message = mixed(part("Content-Type: message/rfc822\nContent-Transfer-Encoding: base64", encodebytes(ENCLOSED)))
    assert message.attachments[0].content == ENCLOSED


def test_a_digest_is_a_list_of_attachments() -> None:
    message = mixed(b"\n" + ENCLOSED, b"\n" + ENCLOSED, subtype="digest")
    assert (message.html, len(message.attachments)) == ("", 2)


def test_what_stands_in_an_attached_container_is_attached() -> None:
    inner = b"--c\nContent-Type: text/html\n\n<p>trong</p>\n--c--\n"
    message = mixed(part("Content-Type: multipart/mixed; boundary=c\nContent-Disposition: attachment", inner))
    assert (message.html, len(message.attachments)) == ("", 1)


def test_a_delivery_report_keeps_its_status_as_an_attachment() -> None:
    status = b"Reporting-MTA: dns; mx.vn\n\nFinal-Recipient: rfc822; a@b.vn\nAction: failed\nStatus: 5.1.1\n"
    message = mixed(
        part("", "Thư không gửi được"), part("Content-Type: message/delivery-status", status), subtype="report"
    )
    assert message.attachments[0].content_type == "message/delivery-status"
    assert b"Final-Recipient: rfc822; a@b.vn" in message.attachments[0].content
