"""Logging in with an access token: the right one, a stale one, none; and no secret in any sentence."""

import time
from base64 import b64encode

import pytest

from outbox.endpoint import EndpointError
from outbox.settings import SmtpSettings
from outbox.smtp import SmtpTransport
from outbox.tokens import AccessToken
from tests.outbox.test_smtp import MAIL, SCHOOL, SENDER, failure
from tests.servers.scripted_smtp import ScriptedSmtp
from tests.servers.smtp import CERTIFICATE, smtp_sink
from tests.servers.token import CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN, Reply, TokenServer, refusal
from tests.servers.xoauth2_smtp import Refusal, Xoauth2Smtp, xoauth2_smtp

USER = "pgd@office.example"


class Tokens:
    """Gives these tokens, a further one each time a fresh one is asked for."""

    def __init__(self, *tokens: str) -> None:
        self.tokens = list(tokens)
        self.asked: list[bool] = []

    def __call__(self, fresh: bool) -> str:
        self.asked.append(fresh)
        if fresh:
            self.tokens.pop(0)
        return self.tokens[0]


def settings(port: int, token_url: str = "https://token.example/", security: str = "starttls") -> SmtpSettings:
    return SmtpSettings(
        host="localhost",
        port=port,
        security=security,  # type: ignore[arg-type]  # the tests know it
        auth="xoauth2",
        username=USER,
        token_url=token_url,
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        refresh_token=REFRESH_TOKEN,
        ca_file=str(CERTIFICATE),
    )


def test_a_mail_goes_with_the_token_of_a_real_token_server() -> None:
    with TokenServer() as tokens, xoauth2_smtp(USER, "ya29.token-1") as server:
        wanted = settings(server.port, tokens.url)
        transport = SmtpTransport(wanted, AccessToken(wanted, "smtp", time.monotonic), timeout=5)
        transport.send(MAIL, SENDER, SCHOOL)
        transport.send(MAIL, SENDER, SCHOOL)
        transport.close()
    assert (server.mails, server.shown, len(tokens.requests)) == ([MAIL, MAIL], ["ya29.token-1"], 1)


@pytest.mark.parametrize("way", ["challenge", "at once"])
def test_a_refused_token_is_replaced_once(way: Refusal) -> None:
    tokens = Tokens("ya29.stale", "ya29.new")
    with xoauth2_smtp(USER, "ya29.new", way) as server:
        transport = SmtpTransport(settings(server.port), tokens, timeout=5)
        transport.send(MAIL, SENDER, SCHOOL)
        transport.close()
    assert (server.shown, tokens.asked, len(server.mails)) == (["ya29.stale", "ya29.new"], [False, True], 1)


@pytest.mark.parametrize("way", ["challenge", "at once"])
def test_a_new_token_that_is_refused_as_well_is_a_sentence_with_the_remedy(way: Refusal) -> None:
    tokens = Tokens("ya29.stale", "ya29.no-better", "ya29.never-asked-for")
    with xoauth2_smtp(USER, "ya29.other", way) as server:
        refused = failure(SmtpTransport(settings(server.port), tokens, timeout=5))
    assert (refused.permanent, refused.uncertain) == (False, False), "no mail is given up because of a setting"
    assert (refused.retry_after or 0) >= 60
    assert tokens.asked == [False, True]
    assert refused.reason.startswith(f"Máy chủ gửi thư không nhận access token mới của tài khoản {USER}: 535 5.7.8")
    assert "scope" in refused.reason
    assert "ya29" not in refused.reason


def refused_with(server: Xoauth2Smtp, reply: str, tokens: Tokens) -> str:
    server.refused = reply
    return failure(SmtpTransport(settings(server.port), tokens, timeout=5)).reason


def test_a_server_that_is_busy_does_not_cost_the_token() -> None:
    tokens = Tokens("ya29.good")
    with xoauth2_smtp(USER, "ya29.other", "at once") as server:
        reason = refused_with(server, "454 4.7.0 Temporary authentication failure", tokens)
    assert tokens.asked == [False]
    assert "tạm thời không cho tài khoản" in reason


def test_a_server_that_repeats_the_token_is_not_quoted_with_it() -> None:
    said = b64encode(f"user={USER}\x01auth=Bearer ya29.b\x01\x01".encode()).decode()
    with xoauth2_smtp(USER, "ya29.other", "at once") as server:
        reason = refused_with(server, f"535 5.7.8 ya29.b is stale: AUTH XOAUTH2 {said}", Tokens("ya29.a", "ya29.b"))
    assert "535 5.7.8 *** is stale: AUTH XOAUTH2 ***" in reason


def test_a_server_that_repeats_the_password_is_not_quoted_with_it() -> None:
    echo = b"535 unknown: " + b64encode(b"\0may\0b\xc3\xad-m\xe1\xba\xadt") + b"\r\n"
    with ScriptedSmtp({"EHLO": b"250-a\r\n250 AUTH PLAIN\r\n", "AUTH": echo}) as server:
        known = SmtpSettings(host="localhost", port=server.port, security="none", username="may", password="bí-mật")
        reason = failure(SmtpTransport(known, timeout=5)).reason
    assert "535 unknown: ***" in reason


def test_nobody_forgets_to_bring_tokens() -> None:
    with pytest.raises(ValueError, match="access tokens"):
        SmtpTransport(settings(587))


def test_a_server_without_xoauth2_gets_no_token() -> None:
    with smtp_sink("starttls", user=USER, password="x") as sink:
        refused = failure(SmtpTransport(settings(sink.port), Tokens("ya29.a"), timeout=5))
    assert "không cho đăng nhập bằng access token (AUTH XOAUTH2)" in refused.reason
    assert not refused.permanent


def test_a_server_without_starttls_gets_no_token() -> None:
    with ScriptedSmtp({"EHLO": b"250-a\r\n250 AUTH XOAUTH2\r\n"}) as server:
        refused = failure(SmtpTransport(settings(server.port), Tokens("ya29.a"), timeout=5))
    assert "không hỗ trợ mã hóa STARTTLS" in refused.reason
    assert "AUTH" not in server.received


@pytest.mark.parametrize("answer", [refusal("invalid_grant"), refusal("invalid_client", 401), Reply(503)])
def test_without_a_token_there_is_no_connection_and_the_mail_waits(answer: Reply) -> None:
    with TokenServer() as tokens, ScriptedSmtp({}) as server:
        tokens.answer(answer)
        wanted = settings(server.port, tokens.url)
        token = AccessToken(wanted, "smtp", time.monotonic)
        refused = failure(SmtpTransport(wanted, token, timeout=5))
        with pytest.raises(EndpointError) as told:
            token()
    assert server.received == []
    assert (refused.permanent, refused.reason) == (False, told.value.reason)
    assert (refused.retry_after or 0) >= 60
