"""Pages that arrive, and how they were asked for."""

import gzip
import re
import zlib

import pytest

from ingest.web import FetchedPage, Fetcher, FetchSettings, user_agent
from tests.ingest.web.fetching import LOOPBACK, PAGE, fetcher
from tests.servers.web import HTML, Answer, SchoolSite


def test_a_page_comes_back_as_it_is(site: SchoolSite) -> None:
    page = fetcher(site).get(site.url("/#binh-luan"))
    assert page == FetchedPage(site.url("/#binh-luan"), site.url("/"), 200, HTML, PAGE.encode(), insecure_tls=False)


def test_the_request_says_who_asks_and_carries_nothing_else(site: SchoolSite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9/")
    site.answer("/", Answer(302, (("Location", "/bai"), ("Set-Cookie", "a=1"))))
    site.page("/bai", PAGE)
    fetcher(site).get(site.url("/"))
    last = site.requests[-1]
    assert last.headers["host"] == f"ok.example.net:{site.port}"
    assert "desk@office.example" in last.headers["user-agent"]
    assert set(last.headers) == {"host", "user-agent", "accept", "accept-language", "accept-encoding", "connection"}


def test_a_vietnamese_path_is_asked_for_in_utf_8(site: SchoolSite) -> None:
    site.page("/L%E1%BB%85%20h%E1%BB%99i?q=%C4%91", PAGE)
    assert fetcher(site).get(site.url("/Lễ hội?q=đ")).status == 200


@pytest.mark.parametrize(
    "location", ["/bai", "bai", "?n=1", "//b.example.net:{port}/bai", "http://ok.example.net:{port}/bai"]
)
def test_redirects_are_followed(site: SchoolSite, location: str) -> None:
    for path in ("/bai", "/?n=1"):
        site.page(path, PAGE)
    site.redirect("/", location.format(port=site.port), status=301)
    assert fetcher(site).get(site.url("/")).body == PAGE.encode()


def test_a_location_in_raw_utf_8_is_understood(site: SchoolSite) -> None:
    site.redirect("/", "/lễ-hội")
    site.page("/l%E1%BB%85-h%E1%BB%99i", PAGE)
    assert fetcher(site).get(site.url("/")).final_url == site.url("/l%E1%BB%85-h%E1%BB%99i")


@pytest.mark.parametrize(
    ("coding", "sent"),
    [
        ("gzip", gzip.compress(PAGE.encode())),
        ("x-gzip", gzip.compress(PAGE.encode())),
        ("deflate", zlib.compress(PAGE.encode())),
        ("deflate", zlib.compress(PAGE.encode(), wbits=-15)),
        ("identity", PAGE.encode()),
    ],
    ids=["gzip", "x-gzip", "deflate", "raw deflate", "identity"],
)
def test_one_content_coding_is_undone(site: SchoolSite, coding: str, sent: bytes) -> None:
    site.answer("/", Answer(headers=(("Content-Type", HTML), ("Content-Encoding", coding)), body=sent))
    assert fetcher(site).get(site.url("/")).body == PAGE.encode()


def test_900_kilobytes_in_chunks_and_with_pauses_arrive_whole(site: SchoolSite) -> None:
    parts = [PAGE.encode().ljust(90_000)] * 10
    site.answer(
        "/",
        Answer(headers=(("Content-Type", "text/html; charset=windows-1258"),), body=parts, pause=0.01, chunked=True),
    )
    page = fetcher(site).get(site.url("/"))
    assert (page.body, page.content_type) == (b"".join(parts), "text/html; charset=windows-1258")


def test_a_body_without_length_ends_with_the_connection(site: SchoolSite) -> None:
    site.answer("/", Answer(body=[PAGE.encode()]))
    assert fetcher(site).get(site.url("/")).body == PAGE.encode()


def test_an_unlabelled_body_that_begins_like_html_is_a_page(site: SchoolSite) -> None:
    site.answer("/", Answer(headers=(), body=b"\xef\xbb\xbf\n<!DOCTYPE html>" + PAGE.encode()))
    assert fetcher(site).get(site.url("/")).content_type == ""


def test_an_allowed_literal_is_fetched_without_a_resolver(site: SchoolSite) -> None:
    def no_names(_host: str) -> tuple[str, ...]:
        raise AssertionError

    reader = Fetcher(FetchSettings(LOOPBACK, (site.port,)), no_names)
    assert reader.get(site.url("/", host="127.0.0.1")).status == 200


def test_localhost_needs_no_name_server(site: SchoolSite) -> None:
    assert Fetcher(FetchSettings(LOOPBACK, (site.port,))).get(site.url("/", host="c1.localhost")).status == 200


def test_the_operators_own_rules_come_with_the_settings() -> None:
    rules = FetchSettings(trackers=("nguon",), redirectors=("link.example?to",)).url_rules
    assert rules.is_tracker("nguon", "a.example")
    assert rules.is_tracker("fbclid", "a.example")


def test_a_network_that_is_none_stops_the_start() -> None:
    with pytest.raises(ValueError, match=re.escape("10.0.0.1/8")):
        FetchSettings(("10.0.0.1/8",))


def test_the_user_agent_stays_one_line_of_ascii() -> None:
    agent = user_agent("phòng\r\nX: 1")
    assert agent.isascii()
    assert "\n" not in agent
