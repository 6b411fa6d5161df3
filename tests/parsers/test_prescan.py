"""Which mails are too big or too complex for a parser, seen from their bytes."""

import pytest

from parsers.message import parse_message
from parsers.prescan import MAX_BYTES, TooComplex, prescan

HEAD = b"From: lan@x.vn\nTo: duthi@office.gov.vn\nSubject: x\n"
MIXED = HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n"


def nested(levels: int) -> bytes:
    """Multipart in multipart: the given number of containers."""
    inner = (b"--b%d\nContent-Type: multipart/mixed; boundary=b%d\n\n" % (n, n + 1) for n in range(levels - 1))
    return HEAD + b"Content-Type: multipart/mixed; boundary=b0\n\n" + b"".join(inner)


REFUSED = {
    "more than 25 MB": HEAD + b"\n" + b"a" * MAX_BYTES,
    "a header block of more than 64 kB": HEAD + b"".join(b"X-%d: %s\n" % (n, b"a" * 800) for n in range(100)) + b"\nx",
    "a field of more than 8 kB": HEAD + b"X-A: " + b"a" * 8200 + b"\n\nx",
    "a field folded over many lines": HEAD + b"X-A: a\n" + b" b\n" * 3000 + b"\nx",
    "more than 200 fields": HEAD + b"X-A: b\n" * 200 + b"\nx",
    "a hundred thousand fields": b"X-A: b\n" * 100_000,
    "containers nested deeper than 30": nested(31),
    "containers nested a thousand deep": nested(1000),
    "messages enclosed in messages": HEAD + b"Content-Type: message/rfc822\n\n" * 31,
    "more than 500 parts": MIXED + b"--b\n\nx\n" * 500,
    "a hundred thousand parts": MIXED + b"--b\n\nx\n" * 100_000,
    "parts split by carriage returns": MIXED + b"--b\r\rx\r" * 600,
    "a mail with carriage returns only": (MIXED + b"--b\n\nx\n" * 600).replace(b"\n", b"\r"),
    "a boundary in pieces": HEAD + b"Content-Type: multipart/mixed; boundary*0=b; boundary*1=c\n\n" + b"--bc\n\nx\n" * 600,
    "a digest of digests": HEAD + b"Content-Type: multipart/digest; boundary=b\n\n" + b"--b\n\nSubject: a\n\nx\n" * 300,
    "blocks of a delivery report": HEAD + b"Content-Type: message/delivery-status\n\n" + b"Action: failed\n\n" * 600,
    "long headers of many parts": MIXED + (b"--b\n" + b"X-A: %s\n" % (b"a" * 8000) * 4 + b"\nx\n") * 40,
    "a hundred thousand lines like boundaries": MIXED + b"--a\n" * 100_002,
}  # fmt: skip
ACCEPTED = {
    "a plain mail": HEAD + b"\nbody",
    "25 MB of text": HEAD + b"\n" + b"a" * (MAX_BYTES - 1000),
    "200 fields": HEAD + b"X-A: b\n" * 197 + b"\nx",
    "30 containers": nested(30),
    "499 parts": MIXED + b"--b\n\nx\n" * 499,
    "a text full of dashes": HEAD + b"\n" + b"--b\n" * 100_000,
    "a signature line in many parts": MIXED + b"--b\n\n-- \nLan\n" * 400,
    "a delivery report of twenty recipients": HEAD
    + b"Content-Type: message/delivery-status\n\n"
    + b"Action: failed\n\n" * 20,
    "nothing": b"",
    "binary": bytes(range(256)) * 1000,
}


@pytest.mark.parametrize("raw", REFUSED.values(), ids=REFUSED.keys())
def test_a_mail_over_a_limit_is_refused_with_a_reason(raw: bytes) -> None:
    with pytest.raises(TooComplex, match=r"^(Thư|Phần|Một|Cấu) .*\.$"):
        prescan(raw)


def refusal(raw: bytes) -> str | None:
    """Why a mail is not looked into any further."""
    try:
        prescan(raw)
    except TooComplex as error:
        return str(error)
    return None


@pytest.mark.parametrize("raw", ACCEPTED.values(), ids=ACCEPTED.keys())
def test_a_mail_within_the_limits_passes(raw: bytes) -> None:
    assert refusal(raw) is None


def test_parsing_looks_first() -> None:
    with pytest.raises(TooComplex):
        parse_message(nested(31))


@pytest.mark.timeout(60)
def test_the_look_at_25_megabytes_is_cheap() -> None:
    attachment = MIXED + b"--b\nContent-Transfer-Encoding: base64\n\n" + (b"A" * 76 + b"\r\n") * 318_000 + b"--b--\n"
    assert refusal(attachment) is None
