"""Answers that would not end, swell or drip: each stops inside the limits."""

import gzip
import time
from collections.abc import Iterable
from itertools import repeat

import pytest

from ingest.failures import Failure
from tests.ingest.web.fetching import PAGE, failure, fetcher
from tests.servers.web import HTML, Answer, SchoolSite

BIG = 10_000_000
BOMB = gzip.compress(b"<p>" + b"0" * BIG, 9)
FLOOD: Iterable[bytes] = repeat(b"<p>" + b"a" * 9_997)


def coded(coding: str, body: bytes) -> Answer:
    return Answer(headers=(("Content-Type", HTML), ("Content-Encoding", coding)), body=body)


def raw(*pieces: bytes) -> Answer:
    return Answer(body=pieces, raw=True)


def sized(*lengths: str, body: bytes = PAGE.encode()) -> Answer:
    return Answer(headers=(("Content-Type", HTML), *(("Content-Length", length) for length in lengths)), body=body)


ENDLESS_LINES = (b"HTTP/1.1 200 OK\r\n", *([b"X-Field: " + b"a" * 60_000 + b"\r\n"] * 50))
CHUNK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("answer", "case"),
    [
        (coded("gzip", BOMB), Failure.SUSPICIOUS_CODING),
        (coded("gzip", gzip.compress(b"0" * 5_000_000 + bytes(range(256)) * 400)), Failure.SUSPICIOUS_CODING),
        (coded("gzip", gzip.compress(b"<p>a" * 50_000 + b"")), Failure.SUSPICIOUS_CODING),
        (coded("gzip, br, zstd, deflate", b"x"), Failure.SUSPICIOUS_CODING),
        (coded("gzip, gzip", gzip.compress(gzip.compress(b"x"))), Failure.SUSPICIOUS_CODING),
        (coded("br", b"x"), Failure.SUSPICIOUS_CODING),
        (coded("gzip", PAGE.encode()), Failure.SUSPICIOUS_CODING),
        (coded("gzip", gzip.compress(PAGE.encode())[:-9]), Failure.CUT_OFF),
        (sized("10000000000"), Failure.TOO_BIG),
        (sized("9" * 5000), Failure.TOO_BIG),
        (sized("-1"), Failure.BAD_ANSWER),
        (sized("10", "11"), Failure.BAD_ANSWER),
        (sized("10", "10"), Failure.BAD_ANSWER),
        (sized("10", body=b"<p>" + b"a" * BIG), Failure.BAD_ANSWER),
        (sized("100000"), Failure.CUT_OFF),
        (Answer(body=FLOOD), Failure.TOO_BIG),
        (Answer(body=FLOOD, chunked=True), Failure.TOO_BIG),
        (raw(CHUNK, *([b"1\r\na\r\n" * 1000] * 500)), Failure.TOO_BIG),
        (raw(CHUNK, b"5\r\n<p>hi\r\n0\r\n", *([b"X-Trailer: a\r\n" * 1000] * 300)), Failure.TOO_BIG),
        (raw(CHUNK, b"-5\r\n<p>hi\r\n"), Failure.BAD_ANSWER),
        (raw(CHUNK, b"zz\r\n"), Failure.CUT_OFF),
        (raw(CHUNK, b"a" * 200_000), Failure.CUT_OFF),
        (
            raw(b"HTTP/1.1 200 OK\r\n", *(b"X-%d: a\r\n" % number for number in range(10_000)), b"\r\n"),
            Failure.BAD_ANSWER,
        ),
        (raw(*ENDLESS_LINES), Failure.BAD_ANSWER),
        (raw(b"HTTP/1.1 200 OK\r\nX: ", b"a" * 1_000_000), Failure.BAD_ANSWER),
        (raw(b"HTTP/1.1 200 " + b"a" * 1_000_000), Failure.BAD_ANSWER),
        (Answer(raw=True, body=repeat(b"HTTP/1.1 100 Continue\r\n\r\n")), Failure.BAD_ANSWER),
        (raw(b"<html>HTTP/0.9</html>"), Failure.BAD_ANSWER),
        (raw(b""), Failure.CUT_OFF),
        (Answer(302, (("Location", "/" + "a" * 1_000_000),)), Failure.BAD_ANSWER),
    ],
)
def test_a_hostile_answer_stops_inside_the_limits(site: SchoolSite, answer: Answer, case: Failure) -> None:
    site.answer("/", answer)
    started = time.monotonic()
    assert failure(fetcher(site), site.url("/")).reason == case.reason
    assert time.monotonic() - started < 10


@pytest.mark.parametrize(
    "answer",
    [
        Answer(delay=30),
        Answer(body=repeat(b"<p>"), pause=0.02),
        Answer(body=repeat(b"<"), pause=0.02, chunked=True),
        Answer(body=repeat(b"X"), pause=0.02, raw=True),
        Answer(body=repeat(b"HTTP/1.1 100 Continue\r\n\r\n"), pause=0.02, raw=True),
    ],
    ids=["silence", "body", "chunks", "status line", "100 continue"],
)
def test_a_dripping_answer_ends_with_the_wall_clock(site: SchoolSite, answer: Answer) -> None:
    site.answer("/", answer)
    started = time.monotonic()
    error = failure(fetcher(site, seconds=0.3), site.url("/"))
    assert (error.reason, error.permanent) == (Failure.TOO_SLOW.reason, False)
    assert time.monotonic() - started < 10


def test_all_hops_share_one_wall_clock(site: SchoolSite) -> None:
    for number in range(5):
        site.answer(f"/{number}", Answer(302, (("Location", f"/{number + 1}"),), delay=0.2))
    assert failure(fetcher(site, seconds=0.5), site.url("/0")).reason == Failure.TOO_SLOW.reason
