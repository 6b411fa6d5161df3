"""Broken and hostile mails: nothing but ParseError is raised, everything is quick, nothing leaks."""

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers.automated import silence_reason
from parsers.bounce import is_bounce
from parsers.message import ParseError, parse_message
from parsers.sender import authenticated_address, sender
from tests.parsers.mails import mail, mixed, part


@pytest.mark.parametrize(
    "raw", [b"", b"\r\n \n", b"hello", b"\x00" * 100, bytes(range(256)), b"PK\x03\x04 : x", b"\n\nx"]
)
def test_what_is_no_mail_is_refused_with_a_reason(raw: bytes) -> None:
    with pytest.raises(ParseError, match=r"^(Thư rỗng|Không phải thư điện tử)"):
        parse_message(raw)


MIXED_MAIL = """\
Received: from a by mx.x.vn; Mon, 23 Nov 2026 09:12:41 +0700
Authentication-Results: mx.x.vn; dmarc=pass header.from=x.vn
From: =?utf-8?B?VHXhuqdu?= <lan@x.vn>
To: duthi@office.gov.vn
Subject: =?windows-1258?Q?a=EC?=
Date: Mon, 23 Nov 2026 02:12:40 +0000
Message-ID: <1@x.vn>
Content-Type: multipart/mixed; boundary="b"

--b
Content-Type: multipart/alternative; boundary=c

--c
Content-Type: text/plain; charset=utf-8; format=flowed
Content-Transfer-Encoding: quoted-printable

T=E1=BA=BFt=20
vui
--c
Content-Type: text/html; charset=utf-8

<p>x</p>
--c--
--b
Content-Type: message/rfc822

Subject: cu
Content-Type: text/plain; charset=utf-16

x
--b
Content-Type: image/png; name*0*=utf-8''a%41; name*1=b.png
Content-Transfer-Encoding: base64

aGVsbG8=
--b--
"""
DELIVERY_REPORT = """\
Return-Path: <>
From: MAILER-DAEMON@mx.vn
Content-Type: multipart/report; report-type=delivery-status; boundary=r

--r

failed
--r
Content-Type: message/delivery-status

Reporting-MTA: dns; a

Action: failed

--r
Content-Type: text/rfc822-headers

Subject: x
--r--
"""
DIGEST = """\
Content-Type: multipart/digest; boundary=d
Content-Transfer-Encoding: x-uuencode

--d

From: a@b

x
--d--
"""
SEEDS = tuple(seed.encode() for seed in (MIXED_MAIL, DELIVERY_REPORT, DIGEST))
SPLICES = (
    b"\n", b"\r", b"\x00", b"\xff\xfe", b"--b", b"--b--", b";", b'"', b"=?", b"?=", b"=?idna?Q?a?=", b"charset=undefined",
    b"charset=idna", b"charset=rot13", b"*0*=", b"\n ", b"boundary=", b"Content-Type: message/rfc822\n", b"<", b"@", b"(",
    b"Content-Transfer-Encoding: x-uuencode\n", b"begin 644 a\n", b"\xcc\x81" * 40, b"\xed\xa0\x80", b"=3D", b"%", b"''",
)  # fmt: skip


def assert_all_storable(raw: bytes) -> None:
    """Read the mail with everything that reads mails: only ParseError may be raised, and every text can be stored."""
    try:
        message = parse_message(raw)
    except ParseError:
        return
    texts = (message.subject, message.text, message.html, *(header.value for header in message.headers))
    assert all(text.encode() is not None for text in texts)
    sender(message)
    authenticated_address(message, "mx.x.vn")
    authenticated_address(message, "topmost")
    silence_reason(message, ["duthi@office.gov.vn"], "mx.x.vn")
    is_bounce(message)


def mutated(seed: bytes, rng: random.Random) -> bytes:
    raw = bytearray(seed)
    for _ in range(rng.randint(1, 6)):
        at = rng.randrange(len(raw) + 1)
        if rng.random() < 0.3:
            del raw[at : at + rng.randint(1, 40)]
        elif rng.random() < 0.5:
            raw[at:at] = rng.choice(SPLICES)
        else:
            raw[at : at + 1] = bytes([rng.randrange(256)])
    return bytes(raw)


@pytest.mark.timeout(60)
@pytest.mark.parametrize("seed", range(len(SEEDS)))
def test_thousands_of_damaged_mails_raise_nothing_else(seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(1500):
        assert_all_storable(mutated(SEEDS[seed], rng))


@settings(max_examples=500, deadline=None)
@given(st.binary(max_size=2000))
def test_arbitrary_bytes_raise_nothing_else(raw: bytes) -> None:
    assert_all_storable(raw)
    assert_all_storable(b"From: " + raw)
    assert_all_storable(b"Content-Type: " + raw)
    assert_all_storable(b"Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\n" + raw)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.sampled_from(SPLICES) | st.binary(max_size=10) | st.sampled_from(SEEDS[0].split(b"\n")), max_size=60)
)
def test_mails_of_odd_pieces_raise_nothing_else(pieces: list[bytes]) -> None:
    assert_all_storable(b"\n".join(pieces))
    assert_all_storable(b"From: a@b.vn\n" + b"".join(pieces))


@pytest.mark.timeout(60)  # minutes without the guard
def test_stacked_accents_in_a_body_take_no_time() -> None:
    read = mail("Content-Type: text/plain; charset=utf-8", ("a" + "\u0301\u0323" * 1_000_000).encode())
    assert len(read.text) < 50


def test_the_mail_parser_library_writes_nothing_to_the_log(caplog: pytest.LogCaptureFixture) -> None:
    mixed(part("Content-Type: text/rfc822-headers", "Subject: riêng tư"))
    assert not caplog.records


def test_mail_parser_is_imported_in_one_place() -> None:
    root = Path(__file__).parents[2]
    rooms = ("tinbai", "pipeline", "ingest", "outbox", "parsers", "db")
    users = [
        path for room in rooms for path in (root / room).rglob("*.py") if "import mailparser" in path.read_text("utf-8")
    ]
    assert [path.name for path in users] == ["message.py"]
