"""A mail out of a file: when it arrived, and what the export made of it."""

from datetime import UTC, datetime

import pytest

from parsers.exported import arrived_at, as_delivered, is_mail
from parsers.headers import split

OWN = "Received: from x.example (x.example [9.9.9.9])\r\n by MX.badinhedu.example with ESMTPS; Wed, 25 Nov 2026 02:00:00 +0000\r\n"
LATER = "Received: by pop.google.example; Thu, 26 Nov 2026 02:00:00 +0000\r\n"
BROKEN = "Received: by mx.badinhedu.example; hom qua\r\n"
DATE = "Date: Tue, 24 Nov 2026 09:00:00 +0700\r\n"


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (LATER + OWN + DATE, datetime(2026, 11, 25, 2, tzinfo=UTC)),
        (BROKEN + OWN + DATE, datetime(2026, 11, 25, 2, tzinfo=UTC)),
        (LATER + DATE, datetime(2026, 11, 26, 2, tzinfo=UTC)),
        (BROKEN + DATE, datetime(2026, 11, 24, 2, tzinfo=UTC)),
        ("Subject: x\r\n", None),
    ],
    ids=[
        "our own server's word",
        "the first that can be read",
        "else the topmost",
        "else the sender's",
        "else nothing",
    ],
)
def test_a_mail_arrived_when_our_own_server_says(head: str, expected: datetime | None) -> None:
    headers, _ = split(f"{head}\r\n".encode())
    assert arrived_at(headers, {"mx.badinhedu.example"}) == expected


def test_a_mail_that_no_export_touched_stays_as_it_is() -> None:
    raw = b"Received: by x\r\nX-Status-Report: a\r\nFrom: a@b.example\r\n\r\nStatus: x\r\n\xff\r\n"
    assert as_delivered(raw) == raw


@pytest.mark.parametrize(("start", "expected"), [(b"Return-Path: <>\r\n", True), (b"\xef\xbb\xbf\r\nSubject: x\n", True), (b"title: x\n", False), (b"<html>", False)])  # fmt: skip
def test_a_mail_is_known_by_its_fields(start: bytes, expected: bool) -> None:
    assert is_mail(start) is expected
