"""Certificates are checked for the host's name; only a listed host may fail, and its page says so."""

import socket
from threading import Thread

import pytest

from ingest.failures import Failure
from ingest.web import Fetcher, FetchSettings
from tests.ingest.web.fetching import LOOPBACK, PAGE, failure, fetcher, loopback
from tests.servers.web import SchoolSite


def test_a_certificate_is_checked_for_the_name_not_the_address(secure_site: SchoolSite) -> None:
    page = fetcher(secure_site).get(secure_site.url("/", host="c1.school.example"))
    assert (page.body, page.insecure_tls) == (PAGE.encode(), False)


@pytest.mark.parametrize(
    ("host", "trust"), [("wrong.example.net", True), ("ok.example.net", False)], ids=["wrong name", "self-signed"]
)
def test_a_bad_certificate_is_never_passed_over(secure_site: SchoolSite, host: str, trust: bool) -> None:
    error = failure(fetcher(secure_site, trust=trust), secure_site.url("/", host=host))
    assert (error.reason, error.permanent) == (Failure.BAD_CERTIFICATE.reason, True)
    assert secure_site.requests == []


def test_only_a_listed_host_may_show_a_bad_certificate_and_its_page_says_so(secure_site: SchoolSite) -> None:
    reader = fetcher(secure_site, insecure=("www.OK.example.net",), trust=False)
    assert reader.get(secure_site.url("/")).insecure_tls
    error = failure(reader, secure_site.url("/", host="c1.school.example"))
    assert error.reason == Failure.BAD_CERTIFICATE.reason


def test_a_listed_host_with_a_good_certificate_is_not_marked(secure_site: SchoolSite) -> None:
    assert not fetcher(secure_site, insecure=("ok.example.net",)).get(secure_site.url("/")).insecure_tls


def test_a_host_that_speaks_no_https_is_told_apart() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        def greet() -> None:
            with server.accept()[0] as peer:
                peer.sendall(b"220 mail.example.net ESMTP\r\n")
                peer.recv(4096)

        greeter = Thread(target=greet)
        greeter.start()
        reader = Fetcher(FetchSettings(LOOPBACK, (port,)), loopback)
        error = failure(reader, f"https://ok.example.net:{port}/")
        greeter.join()
    assert (error.reason, error.permanent) == (Failure.BAD_TLS.reason, True)


def test_a_handshake_that_never_comes_ends_with_the_wall_clock() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        reader = Fetcher(FetchSettings(LOOPBACK, (port,), seconds=0.2), loopback)
        assert failure(reader, f"https://ok.example.net:{port}/").reason == Failure.TOO_SLOW.reason
