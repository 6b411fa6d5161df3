"""No password leaves in clear, whatever a server says: against servers that no decent person runs."""

import pytest

from ingest.mailbox import ImapMailbox, MailboxError
from ingest.settings import MailboxSettings, Security
from tests.servers.scripted_imap import ScriptedImap

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
