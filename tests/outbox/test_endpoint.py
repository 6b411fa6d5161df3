"""A URL of the operator's own: verified, once, small, soon; and nothing of what was said in any sentence."""

import logging
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from outbox import endpoint
from outbox.endpoint import ANSWER_BYTES, Endpoint, EndpointError, is_own_url
from tests.servers import smtp, web
from tests.servers.token import Reply, TokenServer

KEY = "[smtp] token_url"
EXPIRED = Path(smtp.__file__).with_name("localhost-expired.cert.pem")
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def server() -> Iterator[TokenServer]:
    with TokenServer() as running:
        yield running


def failure(url: str, ca_file: str = "") -> EndpointError:
    with pytest.raises(EndpointError) as caught:
        Endpoint(url, KEY, ca_file).post(b"secret=tuyet-mat", FORM, {"Authorization": "Bearer tuyet-mat"})
    error = caught.value
    assert KEY.removesuffix(" token_url") in error.reason or "ca_file" in error.reason
    assert "tuyet-mat" not in error.reason
    assert "tenant" not in error.reason, "a path may be a secret"
    shown_with_it = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    assert shown_with_it is None, "what a library says may quote the address"
    return error


def test_what_is_sent_arrives_and_what_is_answered_comes_back(server: TokenServer) -> None:
    server.answer(Reply(200, b'{"a": 1}'))
    answer = Endpoint(server.url, KEY).post(b"a=1&b=x+y", FORM)
    assert (answer.status, answer.body) == (200, b'{"a": 1}')
    assert (server.requests, server.paths) == ([{"a": "1", "b": "x y"}], ["/token?tenant=so-gd"])


def test_a_refusal_is_an_answer(server: TokenServer) -> None:
    server.answer(Reply(400, b"{}"))
    assert Endpoint(server.url, KEY).post(b"", FORM).status == 400


def test_an_answer_never_shows_its_body(server: TokenServer) -> None:
    server.answer(Reply(200, b"tuyet-mat"))
    assert "tuyet-mat" not in repr(Endpoint(server.url, KEY).post(b"", FORM))


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(server: TokenServer, status: int) -> None:
    server.answer(Reply(status, headers=(("Location", server.url),)))
    refused = failure(server.url)
    assert (refused.permanent, len(server.requests)) == (True, 1)
    assert "chuyển sang một địa chỉ khác" in refused.reason


@pytest.mark.parametrize(
    ("status", "retry_after", "seconds"),
    [(500, "", None), (503, "120", 120), (429, "1e9", None), (408, "9" * 99, 86_400)],
)
def test_a_server_in_trouble_is_asked_again(
    server: TokenServer, status: int, retry_after: str, seconds: float | None
) -> None:
    server.answer(Reply(status, headers=(("Retry-After", retry_after),)))
    refused = failure(server.url)
    assert (refused.permanent, refused.retry_after) == (False, seconds)
    assert str(status) in refused.reason


def test_no_proxy_of_the_environment_is_asked(server: TokenServer, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    server.answer(Reply(200))
    assert Endpoint(server.url, KEY).post(b"", FORM).status == 200


def test_a_certificate_of_ones_own_is_believed_when_named() -> None:
    with TokenServer(tls=smtp.server_context()) as server:
        server.answer(Reply(200))
        assert Endpoint(server.url, KEY, str(smtp.CERTIFICATE)).post(b"", FORM).status == 200


@pytest.mark.parametrize(
    ("certificate", "key", "ca_file"),
    [
        pytest.param(smtp.CERTIFICATE, smtp.KEY, "", id="nobody vouches for it"),
        pytest.param(web.CERTIFICATE, web.KEY, str(web.CERTIFICATE), id="another host's"),
        pytest.param(EXPIRED, smtp.KEY, str(EXPIRED), id="expired"),
    ],
)
def test_a_bad_certificate_stops_the_request(certificate: Path, key: Path, ca_file: str) -> None:
    with TokenServer(tls=smtp.server_context(certificate, key)) as server:
        refused = failure(server.url, ca_file)
        assert server.requests == []
    assert refused.permanent
    assert "không đáng tin" in refused.reason


def test_a_ca_file_that_is_none_is_told(tmp_path: Path) -> None:
    refused = failure("https://localhost:9/", str(tmp_path / "none.pem"))
    assert refused.permanent
    assert refused.reason == f"Không đọc được tệp chứng chỉ dùng cho {KEY}: kiểm tra ca_file của mục đó."


def test_https_where_the_server_speaks_none_is_told(server: TokenServer) -> None:
    assert "Không bắt tay TLS được" in failure(server.url.replace("http:", "https:")).reason


def test_a_server_that_is_not_there_is_asked_again() -> None:
    with TokenServer() as gone:
        url = gone.url
    refused = failure(url)
    assert not refused.permanent
    assert "không nhận kết nối" in refused.reason


def test_a_name_that_nobody_has_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    refused = failure("https://khong-co.example/")
    assert not refused.permanent
    assert "Không tìm thấy máy chủ khong-co.example:443" in refused.reason


OK = b"HTTP/1.1 200 OK\r\n"
CHUNK = b"9000\r\n" + b"x" * 0x9000 + b"\r\n"
STRANGE: tuple[tuple[str, tuple[bytes, ...], bool], ...] = (
    ("no HTTP", (b"220 smtp.example ESMTP\r\n",), False),
    ("nothing", (b"",), False),
    ("cut in the body", (OK + b"Content-Length: 100\r\n\r\n{",), False),
    ("too many fields", (OK + b"X: y\r\n" * 200 + b"\r\n",), False),
    ("an endless line", (OK + b"X: " + b"y" * 300_000,), False),
    ("too long", (OK + b"Content-Length: 65537\r\n\r\n" + b"x" * (ANSWER_BYTES + 1),), True),
    ("too long in chunks", (OK + b"Transfer-Encoding: chunked\r\n\r\n", *(CHUNK,) * 4), True),
    ("a length that is none", (OK + b"Content-Length: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\nzz\r\n",), False),
)


@pytest.mark.parametrize(("pieces", "permanent"), [row[1:] for row in STRANGE], ids=[row[0] for row in STRANGE])
def test_a_strange_answer_is_a_sentence(server: TokenServer, pieces: tuple[bytes, ...], permanent: bool) -> None:
    server.answer(Reply(pieces=pieces))
    assert failure(server.url).permanent is permanent


DRIPPING = {
    "in the status line": (b"H",) * 1000,
    "in the fields": (OK, *(b"X",) * 1000),
    "in the body": (OK + b"Content-Length: 9999\r\n\r\n", *(b"x",) * 1000),
}


@pytest.mark.parametrize("pieces", DRIPPING.values(), ids=DRIPPING)
def test_a_server_that_drips_is_given_up(
    server: TokenServer, pieces: tuple[bytes, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endpoint, "TOTAL_SECONDS", 0.3)
    server.answer(Reply(pieces=pieces, pause=0.02))
    started = time.monotonic()
    refused = failure(server.url)
    assert time.monotonic() - started < 10
    assert not refused.permanent
    assert "không trả lời kịp" in refused.reason


def test_a_server_that_says_nothing_is_given_up(server: TokenServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoint, "TOTAL_SECONDS", 0.2)
    server.go_on.clear()
    refused = failure(server.url)
    assert not refused.permanent
    assert "không trả lời kịp" in refused.reason


def test_the_limits_are_the_promised_ones() -> None:
    assert (endpoint.CONNECT_SECONDS, endpoint.ANSWER_BYTES) == (10, 65_536)
    assert endpoint.TOTAL_SECONDS <= 30


def test_a_field_that_is_none_is_not_sent_and_not_repeated(server: TokenServer) -> None:
    with pytest.raises(EndpointError) as refused:
        Endpoint(server.url, KEY).post(b"", FORM, {"Authorization": "Bearer tuyet-mat\r\nX: y"})
    assert "tuyet-mat" not in refused.value.reason
    assert server.requests == []


def test_nothing_is_logged(server: TokenServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    server.answer(Reply(200, b"tuyet-mat"))
    Endpoint(server.url, KEY).post(b"tuyet-mat", FORM, {"Authorization": "tuyet-mat"})
    assert "tuyet-mat" not in caplog.text
    assert "tenant" not in caplog.text


@pytest.mark.parametrize(
    ("url", "own"),
    [
        ("https://oauth2.googleapis.com/token", True),
        ("https://login.microsoftonline.com/common/oauth2/v2.0/token?x=1", True),
        ("https://10.1.2.3:8443/token", True),
        ("http://localhost:8080/token", True),
        ("http://127.0.0.1/token", True),
        ("http://[::1]:8080/token", True),
        ("http://oauth2.googleapis.com/token", False),
        ("http://10.1.2.3/token", False),
        ("http://localhost.example/token", False),
        ("http://127.0.0.1.nip.io/token", False),
        ("https://user:password@host.example/token", False),
        ("https://host.example/token#x", False),
        ("https://host.example:0/token", False),
        ("https://host.example:99999/token", False),
        ("https://host.example/a b", False),
        ("https://host.example/a\r\nX: y", False),
        ("https:///token", False),
        ("https://[::1/token", False),
        ("ftp://localhost/token", False),
        ("file:///etc/passwd", False),
        ("oauth2.googleapis.com/token", False),
        ("", False),
    ],
)
def test_a_secret_goes_over_https_or_stays_on_this_machine(url: str, own: bool) -> None:
    assert is_own_url(url) is own


def test_an_address_that_is_not_ones_own_is_never_asked() -> None:
    refused = failure("http://oauth2.googleapis.com/token?tenant")
    assert refused.permanent
    assert "https://" in refused.reason
