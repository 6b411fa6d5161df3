"""Answers that are no page, each with its own words, and where redirects end."""

from itertools import repeat

import pytest

from ingest.failures import Failure
from tests.ingest.web.fetching import PAGE, failure, fetcher
from tests.servers.web import HTML, Answer, SchoolSite


@pytest.mark.parametrize(
    ("status", "case"),
    [
        (404, Failure.NOT_FOUND),
        (410, Failure.GONE),
        (401, Failure.NEEDS_LOGIN),
        (403, Failure.FORBIDDEN),
        (418, Failure.NOT_ACCEPTED),
        (206, Failure.NOT_ACCEPTED),
        (204, Failure.EMPTY),
        (429, Failure.BUSY),
        (503, Failure.BUSY),
        (500, Failure.SERVER_ERROR),
        (522, Failure.SERVER_ERROR),
    ],
)
def test_each_status_has_its_words(site: SchoolSite, status: int, case: Failure) -> None:
    site.answer("/", Answer(status, body=b"<p>x</p>"))
    error = failure(fetcher(site), site.url("/"))
    assert (error.reason, error.permanent, error.retry_after) == (case.reason, case.permanent, None)


@pytest.mark.parametrize(
    ("fields", "seconds"),
    [
        ({"Retry-After": "120"}, 120),
        ({"Retry-After": "9999999"}, 86_400),
        ({"Retry-After": "Wed, 25 Nov 2026 08:10:00 GMT", "Date": "Wed, 25 Nov 2026 08:00:00 GMT"}, 600),
        ({"Retry-After": "Wed, 25 Nov 2026 07:00:00 GMT", "Date": "Wed, 25 Nov 2026 08:00:00 GMT"}, 0),
        ({"Retry-After": "Wed, 25 Nov 2026 08:10:00 GMT"}, None),
        ({"Retry-After": "Wed, 25 Nov 99999999999999 08:10:00 GMT", "Date": "Wed, 25 Nov 2026 08:00:00 GMT"}, None),
        ({"Retry-After": "-5"}, None),
        ({"Retry-After": "soon"}, None),
    ],
)
def test_a_site_may_say_when_to_come_back(site: SchoolSite, fields: dict[str, str], seconds: float | None) -> None:
    site.answer("/", Answer(503, tuple(fields.items())))
    error = failure(fetcher(site), site.url("/"))
    assert (error.permanent, error.retry_after) == (False, seconds)


def test_a_challenge_is_named(site: SchoolSite) -> None:
    site.answer("/", Answer(403, (("cf-mitigated", "challenge"),)))
    assert failure(fetcher(site), site.url("/")).reason == Failure.CHALLENGE.reason


@pytest.mark.parametrize(
    ("content_type", "body", "case"),
    [
        ("application/x-msdownload", b"MZ", Failure.NOT_A_PAGE),
        ("application/pdf", b"%PDF-1.7", Failure.NOT_A_PAGE),
        ("image/svg+xml", b"<svg/>", Failure.NOT_A_PAGE),
        ("application/rss+xml", b"<rss/>", Failure.NOT_A_PAGE),
        ("", b"\x7fELF\x02\x01", Failure.NOT_A_PAGE),
        ("", b"plain words", Failure.NOT_A_PAGE),
        ("text/html", b"\x7fELF\x02\x01\x01\x00\x00", Failure.NOT_A_PAGE),
        ("text/html", b"", Failure.EMPTY),
        ("text/html", b" \r\n ", Failure.EMPTY),
    ],
)
def test_what_is_no_page_is_refused(site: SchoolSite, content_type: str, body: bytes, case: Failure) -> None:
    fields = (("Content-Type", content_type),) if content_type else ()
    site.answer("/", Answer(headers=fields, body=body))
    assert failure(fetcher(site), site.url("/")).reason == case.reason


@pytest.mark.parametrize(
    "fields", [{"Refresh": "0;url=http://10.0.0.1/"}, {"Link": "<http://10.0.0.1/>; rel=canonical"}]
)
def test_only_a_location_moves_the_fetcher_on(site: SchoolSite, fields: dict[str, str]) -> None:
    html = b'<meta http-equiv="refresh" content="0;url=http://127.0.0.1/"><base href="http://127.0.0.1/">'
    site.answer("/", Answer(headers=(("Content-Type", HTML), *fields.items()), body=html))
    assert fetcher(site).get(site.url("/")).body == html
    assert len(site.requests) == 1


@pytest.mark.parametrize(
    "locations",
    [(), ("",), ("/a", "/a"), ("/a", "http://127.0.0.1/"), ("/a\x01b",), ("\\\\127.0.0.1/",), ("http://[::1",)],
)
def test_a_crooked_location_is_refused(site: SchoolSite, locations: tuple[str, ...]) -> None:
    site.redirect("/", *locations)
    error = failure(fetcher(site), site.url("/"))
    assert (error.reason, error.permanent) == (Failure.BAD_REDIRECT.reason, True)


def test_five_redirects_are_followed_and_no_sixth(site: SchoolSite) -> None:
    for number in range(6):
        site.redirect(f"/{number}", f"/{number + 1}")
    site.page("/6", PAGE)
    assert fetcher(site).get(site.url("/1")).final_url == site.url("/6")
    assert failure(fetcher(site), site.url("/0")).reason == Failure.TOO_MANY_REDIRECTS.reason


def test_the_body_of_a_redirect_is_not_read(site: SchoolSite) -> None:
    site.answer(
        "/",
        Answer(302, (("Location", "/bai"), ("Content-Encoding", "gzip")), repeat(b"\x00" * 1000), pause=0.01),
    )
    site.page("/bai", PAGE)
    assert fetcher(site, seconds=5).get(site.url("/")).status == 200
