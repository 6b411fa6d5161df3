"""Mails made to stall or to swell their reader: each is read or refused inside the limits, and the next one as usual."""

import base64
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from parsers.message import TooComplex
from pipeline.sandbox import Sandbox
from pipeline.stages.mail_reading import MailJob, read_mail
from tests.factories import NOW
from tests.parsers.letters import office

SECONDS, MEGABYTES = 10, 512  # what a mail may take: beyond that the child is killed, and the call raises WorkFailed
HEAD = b"From: a@b.example\r\nTo: pgd@badinhedu.example\r\nMIME-Version: 1.0\r\n"
TEXT = HEAD + b"Content-Type: text/plain; charset=utf-8\r\n\r\n"
HTML = HEAD + b"Content-Type: text/html; charset=utf-8\r\n\r\n"
ORDINARY = TEXT + b"https://c1kimdong.giangvo.example/tin-tuc/mot-bai-pmtd22sw1\r\n"
LINK = b"https://c1kimdong.giangvo.example/tin-tuc/bai-%d-pmtd22sw%d"


def nested(inner: Callable[[int, bytes], bytes], depth: int) -> bytes:
    raw = ORDINARY
    for level in range(depth):
        raw = inner(level, raw)
    return HEAD + raw


def multipart(level: int, inner: bytes) -> bytes:
    return b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n%b\r\n--b%d--\r\n' % (
        level,
        level,
        inner,
        level,
    )


def many_parts(number: int) -> bytes:
    part = b"--b\r\nContent-Type: text/plain\r\n\r\nx\r\n"
    return HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + part * number + b"--b--\r\n"


def attached(content: bytes, name: bytes, number: int = 1) -> bytes:
    part = (
        b"--b\r\nContent-Type: application/octet-stream; name=%b\r\nContent-Transfer-Encoding: base64\r\n\r\n%b\r\n"
        % (name, base64.encodebytes(content))
    )
    return HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + part * number + b"--b--\r\n"


HOSTILE: dict[str, Callable[[], bytes]] = {
    "multiparts in multiparts": lambda: nested(multipart, 1_000),
    "mails in mails": lambda: nested(lambda _, inner: b"Content-Type: message/rfc822\r\n\r\n" + inner, 1_000),
    "header fields": lambda: HEAD + b"X-A: b\r\n" * 100_000 + b"\r\nx",
    "parts": lambda: many_parts(100_000),
    "addresses": lambda: b"From: " + b"a@b.example, " * 100_000 + b"\r\n\r\nx",
    "encoded words": lambda: HEAD + b"Subject:" + b" =?utf-8?q?a?=" * 100_000 + b"\r\n\r\nx",
    "folded lines of a field": lambda: HEAD + b"Subject: a" + b"\r\n a" * 100_000 + b"\r\n\r\nx",
    "comments in an address": lambda: b"From: " + b"(" * 100_000 + b"\r\n\r\nx",
    "a line of fifty megabytes": lambda: TEXT + b"a" * 50_000_000,
    "a line of twenty megabytes": lambda: TEXT + b"a " * 10_000_000,
    "a line of links": lambda: TEXT + b" ".join(LINK % (n, n) for n in range(20_000)),
    "links glued": lambda: TEXT + b"".join(LINK % (n, n) for n in range(20_000)),
    "brackets": lambda: TEXT + b"https://a.example/" + b"(" * 1_000_000,
    "quote signs": lambda: TEXT + b"> " * 1_000_000 + b"\r\n" + b">\r\n" * 100_000,
    "introductions of quotes": lambda: TEXT + "Vào Th 4, 25 thg 11 Lan <a@b.vn>\r\n".encode() * 50_000,
    "fields of forwarded mails": lambda: TEXT + "Từ: a <a@b.vn>\r\nChủ đề: b\r\n".encode() * 50_000,
    "week words": lambda: TEXT + "tuần thứ hai mươi ".encode() * 100_000,
    "incident words": lambda: TEXT + "tai nạn bạo lực học đường ".encode() * 50_000,
    "stacked accents": lambda: TEXT + b"a" + "\u0301\u0323".encode() * 1_000_000,
    "open comments of HTML": lambda: HTML + b"<!--" * 250_000,
    "open anchors": lambda: HTML + b"<a " * 200_000,
    "divs in divs": lambda: HTML + b"<div>" * 100_000 + b"x",
    "anchors": lambda: HTML + b"".join(b'<a href="%b">x</a>' % (LINK % (n, n)) for n in range(50_000)),
    "blockquotes": lambda: HTML + b"<blockquote>" * 50_000 + b"x",
    "attributes": lambda: HTML + b"<p " + b"a=b " * 300_000 + b">x</p>",
    "entities": lambda: HTML + b"&#7897;" * 500_000,
    "attachments": lambda: attached(b"x" * 1_000, b"a.pdf", 400),
}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """One child, which every one of these mails meets as the last one left it."""
    made = Sandbox(1, SECONDS, MEGABYTES, preload=(read_mail.__module__,))
    yield made
    made.close()


def links_read(sandbox: Sandbox, raw: bytes) -> int:
    return len(sandbox.call(read_mail, MailJob(raw, len(raw), False, NOW, office())).story_keys)


@pytest.mark.timeout(60)
@pytest.mark.parametrize("make", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_mail_is_read_or_refused_inside_the_limits(sandbox: Sandbox, make: Callable[[], bytes]) -> None:
    with suppress(TooComplex):
        links_read(sandbox, make())
    assert links_read(sandbox, ORDINARY) == 1
