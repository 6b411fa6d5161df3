"""Bounces are told from automatic replies and from people's mail."""

import pytest

from parsers.automated import is_bounce
from parsers.message import parse_message
from tests.parsers.vectors import mail

PERSON = "From: Lan <lan@x.vn>\nTo: duthi@office.gov.vn\nSubject: Gửi link bài viết\n"
DSN = "Content-Type: multipart/report; report-type=delivery-status; boundary=b"


@pytest.mark.parametrize(
    "example",
    [
        f"From: a@b.vn\n{DSN}",
        "From: Mail Delivery Subsystem <MAILER-DAEMON@mx.vn>\nSubject: x",
        "From: MAILER-DAEMON\nSubject: failure notice",
        "From: postmaster@mx.vn\nSubject: Undeliverable: Báo nhận",
        "Return-Path: <>\nFrom: he-thong@mx.vn\nSubject: Thư không gửi được",
        "X-Failed-Recipients: lan@x.vn\nFrom: mail@mx.vn",
    ],
)
def test_a_bounce_is_told_from_other_mail(example: str) -> None:
    assert is_bounce(parse_message(mail(example)))


@pytest.mark.parametrize(
    "example",
    [
        "Return-Path: <>\nFrom: lan@x.vn\nSubject: Trả lời tự động: link\nAuto-Submitted: auto-replied",
        "From: lan@x.vn\nSubject: Fwd: Undelivered Mail Returned to Sender",
        "From: lan@x.vn\nContent-Type: multipart/report; report-type=disposition-notification; boundary=b",
        'From: "mailer-daemon" <lan@x.vn>\nSubject: Gửi bài',
        PERSON,
    ],
)
def test_an_automatic_reply_or_a_persons_mail_is_no_bounce(example: str) -> None:
    assert not is_bounce(parse_message(mail(example)))
