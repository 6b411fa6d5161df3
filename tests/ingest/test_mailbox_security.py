"""No password leaves in clear, whatever a server says: against servers that no decent person runs."""

import ssl
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.mailbox import ImapMailbox, MailboxError
from ingest.settings import MailboxSettings, Security
from tests import servers
from tests.servers.scripted_imap import Answer, Peer, ScriptedImap

PEM = Path(servers.__path__[0])

SELECTED = "* 0 EXISTS\n* OK [UIDVALIDITY 7] valid\n* OK [UIDNEXT 1] next\n{tag} OK [READ-ONLY] done"
IDLELESS = {"CAPABILITY": "* CAPABILITY IMAP4rev1\n{tag} OK done", "EXAMINE": SELECTED, "LOGOUT": "* BYE\n{tag} OK bye"}


def settings(server: ScriptedImap, security: Security) -> MailboxSettings:
    password = "bi-mat-cua-phong"
    return MailboxSettings(host="127.0.0.1", port=server.port, security=security, username="phong", password=password)


def refusal(server: ScriptedImap, security: Security) -> MailboxError:
    with pytest.raises(MailboxError) as refused, ImapMailbox(settings(server, security)).connect():
        pass
    return refused.value


@pytest.mark.parametrize(
    ("greeting", "capabilities"),
    [
        pytest.param("* OK ready", "IMAP4rev1", id="STARTTLS is not offered"),
        pytest.param("* OK [CAPABILITY IMAP4rev1 STARTTLS] ready", "IMAP4rev1", id="STARTTLS is offered no longer"),
        pytest.param("* PREAUTH welcome", "IMAP4rev1 STARTTLS", id="already logged in, too late for STARTTLS"),
    ],
)
def test_without_starttls_no_password_is_sent(greeting: str, capabilities: str) -> None:
    answers = {"CAPABILITY": f"* CAPABILITY {capabilities}\n{{tag}} OK done"}
    with ScriptedImap(answers, greeting) as server:
        refusal(server, "starttls")
    assert not [line for line in server.received if "bi-mat" in line or "LOGIN" in line]


def test_a_server_that_refuses_starttls_gets_no_password() -> None:
    answers = {"CAPABILITY": "* CAPABILITY IMAP4rev1 STARTTLS\n{tag} OK done", "STARTTLS": "{tag} NO not today"}
    with ScriptedImap(answers) as server:
        refusal(server, "starttls")
    assert not [line for line in server.received if "bi-mat" in line]


def served(certificate: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    key = "school" if certificate == "school" else "localhost"
    context.load_cert_chain(PEM / f"{certificate}.cert.pem", PEM / f"{key}.key.pem")
    return context


def begin_tls(certificate: str, said_in_clear: str = "") -> Answer:
    def begin(peer: Peer) -> None:
        peer.say(f"* CAPABILITY IMAP4rev1 INJECTED\n{peer.tag} OK begin{said_in_clear}".format(tag=peer.tag))
        peer.start_tls(served(certificate))

    return begin


OVER_STARTTLS = {**IDLELESS, "CAPABILITY": "* CAPABILITY IMAP4rev1 STARTTLS\n{tag} OK done"}


@pytest.mark.parametrize("security", ["tls", "starttls"])
@pytest.mark.parametrize(
    ("certificate", "told"),
    [("localhost-expired", "đã hết hạn"), ("school", "được cấp cho tên khác")],
)
def test_a_certificate_that_does_not_fit_gets_no_password(security: Security, certificate: str, told: str) -> None:
    context = served(certificate) if security == "tls" else None
    with ScriptedImap({**OVER_STARTTLS, "STARTTLS": begin_tls(certificate)}, context=context) as server:
        trusting = replace(settings(server, security), host="localhost", ca_file=str(PEM / f"{certificate}.cert.pem"))
        with pytest.raises(MailboxError, match=told) as refused, ImapMailbox(trusting).connect():
            pass
    assert refused.value.permanent
    assert not [line for line in server.received if "bi-mat" in line]


@pytest.mark.parametrize(
    "said_in_clear",
    [
        "\n* CAPABILITY IMAP4rev1 INJECTED",
        "\n* CAPABILITY IMAP4rev1 INJECTED\n{tag} OK done\n* BYE",
        "\n* OK [CAPABILITY IMAP4rev1 INJECTED] hello\n* 9",
    ],
)
def test_what_is_said_in_clear_behind_the_consent_to_starttls_is_forgotten(said_in_clear: str) -> None:
    answers = {**OVER_STARTTLS, "STARTTLS": begin_tls("localhost", said_in_clear)}
    with ScriptedImap(answers, greeting="* OK [CAPABILITY IMAP4rev1 STARTTLS INJECTED] ready") as server:
        guarded = replace(settings(server, "starttls"), host="localhost", ca_file=str(PEM / "localhost.cert.pem"))
        with ImapMailbox(guarded).connect() as office:
            assert office.uids_after(0) == []
            assert not office._client.has_capability("INJECTED")
    assert [line for line in server.received if "bi-mat" in line]


def test_a_server_that_takes_no_password_gets_none() -> None:
    answers = {**IDLELESS, "CAPABILITY": "* CAPABILITY IMAP4rev1 LOGINDISABLED AUTH=XOAUTH2\n{tag} OK done"}
    with ScriptedImap(answers) as server:
        assert "xoauth2" in refusal(server, "none").reason
    assert not [line for line in server.received if "bi-mat" in line]


@pytest.mark.parametrize(
    ("answer", "permanent"),
    [
        ("{tag} NO [AUTHENTICATIONFAILED] Authentication failed.", True),
        ("{tag} NO [UNAVAILABLE] Temporary authentication failure.", False),
        ("{tag} NO [LIMIT] Too many simultaneous connections.", False),
        (None, False),
    ],
)
def test_a_refused_login_is_permanent_only_when_the_password_is_to_blame(answer: str | None, permanent: bool) -> None:
    with ScriptedImap({**IDLELESS, "LOGIN": answer}) as server:
        assert refusal(server, "none").permanent is permanent


def test_a_folder_without_numbers_is_refused() -> None:
    with ScriptedImap({**IDLELESS, "EXAMINE": "* 0 EXISTS\n{tag} OK done"}) as server:
        error = refusal(server, "none")
    assert "UIDVALIDITY" in error.reason


def test_the_password_shows_in_no_representation() -> None:
    assert "bi-mat" not in repr(MailboxSettings(password="bi-mat"))


@pytest.mark.parametrize("start_from", ["hôm qua", "2025-13-01", "now"])
def test_a_start_that_is_no_day_is_refused_in_words(start_from: str) -> None:
    with pytest.raises(ValueError, match="start_from"):
        MailboxSettings(start_from=start_from)
