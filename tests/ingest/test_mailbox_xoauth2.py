"""Logging in with an access token: once more with a fresh one, then a clear sentence; no password is asked for."""

import base64
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from ingest.mailbox import ImapMailbox, MailboxError
from ingest.settings import MailboxSettings
from tests.servers.dovecot import Dovecot
from tests.servers.scripted_imap import Answer, Peer, ScriptedImap

OK = "{tag} OK done"
FOLDER: Mapping[str, Answer] = {
    "CAPABILITY": f"* CAPABILITY IMAP4rev1 AUTH=PLAIN AUTH=XOAUTH2\n{OK}",
    "AUTHENTICATE": "+ ",
    "EXAMINE": f"* 0 EXISTS\n* OK [UIDVALIDITY 7] valid\n* OK [UIDNEXT 1] next\n{OK}",
    "LOGOUT": f"* BYE\n{OK}",
}
ERROR = base64.b64encode(b'{"status":"400","schemes":"Bearer"}').decode()
ADDRESS = "phòng@badinhedu.example"
KEYS: Mapping[str, Any] = {
    "auth": "xoauth2",
    "token_url": "https://login.example/token",
    "client_id": "tinbai",
    "refresh_token": "bi-mat",
}


def said(token: str) -> str:
    return base64.b64encode(f"user={ADDRESS}\1auth=Bearer {token}\1\1".encode()).decode()


def accepting(*tokens: str) -> Answer:
    """Take these tokens; refuse others the way that Gmail does, with a challenge that wants an empty answer."""

    def answer(peer: Peer) -> None:
        line = peer.received[-1]
        if not line:
            peer.say(f"{peer.tag} NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)")
        elif line in map(said, tokens):
            peer.say(f"{peer.tag} OK [CAPABILITY IMAP4rev1] welcome")
        else:
            peer.say(f"+ {ERROR}")

    return answer


class Tokens:
    """Gives one token at first, another when a fresh one is asked for."""

    def __init__(self, at_hand: str, fresh: str = "") -> None:
        self._tokens = {False: at_hand, True: fresh}
        self.asked: list[bool] = []

    def __call__(self, fresh: bool) -> str:
        self.asked.append(fresh)
        return self._tokens[fresh]


def log_in(answer: Answer, token: Callable[[bool], str] | None, capabilities: str | None = None) -> list[str]:
    """Log in; returns what the server was told. Raises MailboxError."""
    offered = {"CAPABILITY": f"* CAPABILITY IMAP4rev1 {capabilities}\n{OK}"} if capabilities is not None else {}
    with ScriptedImap({**FOLDER, "+": answer, **offered}) as server:
        settings = MailboxSettings(host="localhost", port=server.port, security="none", username=ADDRESS, **KEYS)
        with ImapMailbox(settings, access_token=token).connect() as office:
            assert office.uids_after(0) == []
    return server.received


def test_the_token_at_hand_opens_the_mailbox() -> None:
    tokens = Tokens("ya29")
    assert log_in(accepting("ya29"), tokens)[1].endswith("AUTHENTICATE XOAUTH2")
    assert tokens.asked == [False]


def test_a_token_that_is_refused_is_asked_for_once_more() -> None:
    received = log_in(accepting("fresh"), Tokens("stale", "fresh"))
    assert received[2:4] == [said("stale"), ""], "the server's challenge is answered with nothing"
    assert said("fresh") in received


def test_a_fresh_token_that_is_refused_as_well_is_explained() -> None:
    tokens = Tokens("stale", "wrong")
    with pytest.raises(MailboxError, match="refresh_token") as refused:
        log_in(accepting(), tokens)
    assert (tokens.asked, refused.value.permanent) == ([False, True], True)
    assert "wrong" not in refused.value.reason


@pytest.mark.parametrize(
    "answer", ["{tag} NO [UNAVAILABLE] Temporary authentication failure", None], ids=["passing trouble", "drops"]
)
def test_a_passing_trouble_asks_for_no_fresh_token(answer: Answer) -> None:
    tokens = Tokens("ya29", "ya30")
    with pytest.raises(MailboxError) as refused:
        log_in(answer, tokens)
    assert (tokens.asked, refused.value.permanent) == ([False], False)


def test_a_server_that_takes_no_token_is_told_none() -> None:
    tokens = Tokens("ya29")
    with pytest.raises(MailboxError, match="XOAUTH2") as refused:
        log_in("{tag} OK", tokens, capabilities="AUTH=PLAIN")
    assert (tokens.asked, refused.value.permanent) == ([], True)


def test_why_there_is_no_token_is_passed_on() -> None:
    def none(_fresh: bool) -> str:
        raise MailboxError("Không lấy được mã truy cập.", permanent=False)

    with pytest.raises(MailboxError, match=r"Không lấy được mã truy cập\."):
        log_in("{tag} OK", none)


def test_nobody_who_gives_a_token_is_explained() -> None:
    with pytest.raises(MailboxError, match="OAuth2"):
        log_in("{tag} OK", None)


class Introspection(BaseHTTPRequestHandler):
    """Tells a mail server whose a token is (RFC 7662)."""

    def do_GET(self) -> None:  # the name that http.server calls
        known = "ya29.good" in parse_qs(urlsplit(self.path).query)["token"]
        answer = json.dumps({"active": known, "email": "tin@badinhedu.example"}).encode()
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def introspection_url() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Introspection) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
        yield f"http://127.0.0.1:{server.server_port}/introspect?token="
        server.shutdown()


@pytest.mark.servers
def test_a_real_server_takes_the_token(introspection_url: str) -> None:
    address = "tin@badinhedu.example"
    with Dovecot({address: "x"}, introspection_url) as dovecot:
        settings = MailboxSettings(
            host="localhost", port=dovecot.imaps_port, username=address, ca_file=str(dovecot.certificate), **KEYS
        )
        tokens = Tokens("ya29.stale", "ya29.good")
        dovecot.deliver(b"Subject: tin\r\n\r\n", address)
        with ImapMailbox(settings, access_token=tokens).connect() as office:
            assert office.uids_after(0) == [1]
        assert tokens.asked == [False, True]
        with (
            pytest.raises(MailboxError, match="refresh_token"),
            ImapMailbox(settings, access_token=Tokens("ya29.bad", "ya29.bad")).connect(),
        ):
            pass


@pytest.mark.parametrize(
    ("missing", "told"),
    [
        ({"token_url": ""}, "token_url"),
        ({"client_id": ""}, "client_id"),
        ({"refresh_token": ""}, "refresh_token_file"),
        ({"token_url": "http://login.example/token"}, "https://"),
        ({"token_url": "login.example"}, "https://"),
    ],
)
def test_keys_that_cannot_work_are_refused_in_words(missing: dict[str, str], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        MailboxSettings(**{**KEYS, **missing})


@pytest.mark.parametrize(
    "enough",
    [
        {"refresh_token": "", "refresh_token_file": "/run/secrets/token"},
        {"token_url": "http://127.0.0.1:8080/token"},
        {"token_url": "", "auth": "password"},
    ],
)
def test_a_secret_may_still_stand_in_its_file(enough: dict[str, str]) -> None:
    assert "bi-mat" not in repr(MailboxSettings(**{**KEYS, **enough}))
