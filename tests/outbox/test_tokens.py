"""Access tokens from a real token server on loopback: kept, renewed, rotated, refused; one request at a time."""

import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from outbox import endpoint
from outbox.endpoint import EndpointError
from outbox.settings import SmtpSettings
from outbox.tokens import PAUSE_SECONDS, AccessToken
from tests.servers.token import CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN, Reply, TokenServer, granted, refusal


class Clock:
    """A monotonic clock that goes when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def server() -> Iterator[TokenServer]:
    with TokenServer() as running:
        yield running


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def token(server: TokenServer, clock: Clock) -> AccessToken:
    return made(server, clock)


def made(
    server: TokenServer,
    clock: Clock,
    client_secret: str = CLIENT_SECRET,
    refresh_token: str = REFRESH_TOKEN,
    scope: str = "",
) -> AccessToken:
    settings = SmtpSettings(
        auth="xoauth2",
        username="pgd@office.example",
        token_url=server.url,
        client_id=CLIENT_ID,
        client_secret=client_secret,
        refresh_token=refresh_token,
        scope=scope,
    )
    return AccessToken(settings, "smtp", clock)


def failure(token: Callable[[], str]) -> EndpointError:
    with pytest.raises(EndpointError) as caught:
        token()
    for secret in (CLIENT_SECRET, REFRESH_TOKEN, "ya29", "lộ-lọt", "tenant"):
        assert secret not in caught.value.reason
    return caught.value


def test_the_request_is_the_one_of_the_standard(server: TokenServer, clock: Clock) -> None:
    assert made(server, clock, scope="https://mail.google.com/ offline_access")() == "ya29.token-1"
    assert server.requests == [
        {
            "grant_type": "refresh_token",
            "refresh_token": REFRESH_TOKEN,
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "scope": "https://mail.google.com/ offline_access",
        }
    ]


def test_what_is_empty_is_not_sent(server: TokenServer, clock: Clock) -> None:
    server.answer(granted())
    made(server, clock, client_secret="")()
    assert set(server.requests[0]) == {"grant_type", "refresh_token", "client_id"}


@pytest.mark.parametrize(
    ("expires_in", "seconds", "requests"),
    [
        (3600, 3539, 1),
        (3600, 3540, 2),
        ("3600", 3539, 1),
        ("3600", 3540, 2),
        (30, 0, 2),  # shorter than our minute: never kept
        (0, 0, 2),
        (10**12, 86_339, 1),
        (10**12, 86_400, 2),
        (None, 239, 1),  # not stated: five minutes
        (None, 240, 2),
        (-5, 239, 1),
        ("soon", 239, 1),
        (True, 239, 1),
        ([], 239, 1),
    ],
)
def test_a_token_is_kept_until_a_minute_before_its_end(
    server: TokenServer, token: AccessToken, clock: Clock, expires_in: object, seconds: float, requests: int
) -> None:
    server.answer(granted(expires_in=expires_in), granted())
    token()
    clock.now += seconds
    token()
    assert len(server.requests) == requests


def test_a_refused_token_is_replaced_at_once(server: TokenServer, token: AccessToken) -> None:
    assert (token(), token(fresh=True), token()) == ("ya29.token-1", "ya29.token-2", "ya29.token-2")
    assert len(server.requests) == 2


def test_a_new_refresh_token_is_used_from_then_on(server: TokenServer, token: AccessToken) -> None:
    server.rotating = True
    assert [token(fresh=True) for _ in range(3)] == ["ya29.token-1", "ya29.token-2", "ya29.token-3"]
    assert [request["refresh_token"] for request in server.requests] == [REFRESH_TOKEN, "1//refresh-1", "1//refresh-2"]


@pytest.mark.parametrize("rotated", ["", "a\nb", "tiếng Việt", 5, None])
def test_a_new_refresh_token_that_is_none_is_not_taken(
    server: TokenServer, token: AccessToken, rotated: object
) -> None:
    server.answer(granted(refresh_token=rotated))
    token()
    token(fresh=True)
    assert [request["refresh_token"] for request in server.requests] == [REFRESH_TOKEN] * 2


def test_a_lost_grant_tells_the_operator_what_to_do(server: TokenServer, clock: Clock) -> None:
    refused = failure(made(server, clock, refresh_token="1//revoked"))
    assert refused.permanent
    assert refused.reason == (
        "Máy chủ cấp quyền không còn nhận refresh_token của mục [smtp] (đã hết hạn hoặc bị thu hồi): hãy đăng nhập lại "
        "bằng tài khoản pgd@office.example để lấy refresh token mới, ghi vào tệp của [smtp] refresh_token_file (hoặc "
        "đặt credential smtp_refresh_token, biến môi trường TINBAI_SMTP__REFRESH_TOKEN) rồi khởi động lại tinbai."
    )


@pytest.mark.parametrize(
    ("answer", "permanent", "says"),
    [
        (refusal("invalid_grant"), True, "đăng nhập lại"),
        (refusal("interaction_required"), True, "đăng nhập lại"),
        (refusal("invalid_client", 401), True, "client_id"),
        (refusal("unauthorized_client"), True, "client_id"),
        (refusal("invalid_scope"), True, "[smtp] scope"),
        (refusal("invalid_request"), True, "(mã 400): hãy kiểm tra [smtp] token_url"),
        (refusal("unsupported_grant_type"), True, "token_url"),
        (refusal("temporarily_unavailable"), False, "tạm thời không phục vụ"),
        (Reply(404, b"<html>", "text/html"), True, "(mã 404)"),
        (Reply(400, b'{"error": ["invalid_grant"]}'), True, "(mã 400)"),
        (Reply(401, b"\xff\xfe"), True, "(mã 401)"),
        (Reply(200, b"<!doctype html><p>lo-lot", "text/html"), False, "không trả về access token"),
        (Reply(200, b""), False, "không trả về access token"),
        (Reply(200, b"[1]"), False, "không trả về access token"),
        (Reply(200, b"[" * 60_000), False, "không trả về access token"),
        (Reply(200, b'{"access_token": ""}'), False, "không trả về access token"),
        (Reply(200, b'{"access_token": 5}'), False, "không trả về access token"),
        (Reply(200, b'{"access_token": "a\\r\\nRCPT TO:<x@y>"}'), False, "không trả về access token"),
        (Reply(200, b'{"access_token": "a\\u0001auth=b"}'), False, "không trả về access token"),
        (granted(token_type="mac"), False, "không trả về access token"),
        (Reply(201, b'{"access_token": "a"}'), True, "(mã 201)"),
        (Reply(500), False, "(mã 500)"),
        (Reply(503), False, "(mã 503)"),
        (Reply(302, headers=(("Location", "https://dang-nhap.example/"),)), True, "chuyển sang một địa chỉ khác"),
        (Reply(pieces=(b"220 smtp ESMTP\r\n",)), False, "không đúng chuẩn HTTP"),
    ],
)
def test_every_refusal_is_a_sentence(
    server: TokenServer, token: AccessToken, answer: Reply, permanent: bool, says: str
) -> None:
    server.answer(answer)
    refused = failure(token)
    assert refused.permanent is permanent
    assert says in refused.reason


def test_a_slow_server_is_asked_again_later(
    server: TokenServer, token: AccessToken, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endpoint, "TOTAL_SECONDS", 0.2)
    server.go_on.clear()
    assert not failure(token).permanent
    server.go_on.set()
    monkeypatch.setattr(endpoint, "TOTAL_SECONDS", 10)
    clock.now += PAUSE_SECONDS
    assert token().startswith("ya29.token")


def test_after_a_failure_the_server_is_left_alone_for_a_while(
    server: TokenServer, token: AccessToken, clock: Clock
) -> None:
    server.answer(Reply(503))
    first = failure(token)
    clock.now += PAUSE_SECONDS - 1
    again = failure(lambda: token(fresh=True))
    assert (again.reason, again.permanent, len(server.requests)) == (first.reason, first.permanent, 1)
    clock.now += 1
    assert token() == "ya29.token-1"


def test_a_server_that_asks_for_more_patience_gets_it(server: TokenServer, token: AccessToken, clock: Clock) -> None:
    server.answer(Reply(429, headers=(("Retry-After", "300"),)))
    assert failure(token).retry_after == 300
    clock.now += 299
    assert failure(token).retry_after == 1
    clock.now += 1
    assert token() == "ya29.token-1"


def test_a_token_still_good_is_given_while_the_server_is_in_trouble(
    server: TokenServer, token: AccessToken, clock: Clock
) -> None:
    token()
    server.answer(Reply(503))
    failure(lambda: token(fresh=True))
    assert token() == "ya29.token-1"


class CountedLock:
    """A lock that tells who has come to it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.arrived = threading.Semaphore(0)

    def __enter__(self) -> None:
        self.arrived.release()
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()


@pytest.mark.parametrize("fresh", [False, True])
def test_ten_threads_at_once_make_one_request(
    server: TokenServer, token: AccessToken, fresh: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if fresh:
        token()
    before = len(server.requests)
    lock = CountedLock()
    monkeypatch.setattr(token, "_lock", lock)
    server.go_on.clear()
    with ThreadPoolExecutor(10) as pool:
        asking = [pool.submit(token, fresh) for _ in range(10)]
        assert all(lock.arrived.acquire(timeout=10) for _ in asking)
        server.go_on.set()
        assert {answer.result() for answer in asking} == {server.token}
    assert len(server.requests) == before + 1


def test_no_secret_is_logged_or_shown(
    server: TokenServer, token: AccessToken, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.rotating = True
    token()
    server.answer(refusal("invalid_grant"))
    failure(lambda: token(fresh=True))
    everything = caplog.text + "".join(str(vars(record)) for record in caplog.records) + repr(token)
    for secret in (CLIENT_SECRET, "refresh-0", "refresh-1", "ya29", "tenant"):
        assert secret not in everything
    assert [record.message for record in caplog.records if record.name == "outbox.tokens"] == [
        "Refresh token replaced by the server; kept in memory only",
        "Access token renewed",
        "No access token",
    ]
