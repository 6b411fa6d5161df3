"""A server that is not there, or refuses the login, is not asked by every mail that waits; afterwards all is as before."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from db.session import Database
from db.states import MailState
from db.wake import Wake
from db.work import Runner
from outbox.deliver import Deliver
from outbox.endpoint import EndpointError
from outbox.errors import DeliveryError
from outbox.settings import SmtpSettings
from outbox.smtp import SmtpTransport
from outbox.smtp_errors import SETTINGS_RETRY
from outbox.smtp_pause import CONNECTION_PAUSE
from tests.factories import NOW
from tests.outbox.test_deliver import mail, queue
from tests.outbox.test_smtp import MAIL, SCHOOL, SENDER, failure
from tests.outbox.test_smtp_login import settings as token_settings
from tests.servers.scripted_smtp import Deed, ScriptedSmtp

LOGIN = b"250-localhost\r\n250 AUTH PLAIN\r\n"
REFUSED = b"535 5.7.8 wrong\r\n"


class Clock:
    """Stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def transport(port: int, clock: Callable[[], float]) -> SmtpTransport:
    settings = SmtpSettings(host="localhost", port=port, security="none", username="may-tin", password="x")
    return SmtpTransport(settings, timeout=5, final_timeout=5, clock=clock)


def test_thirty_mails_with_a_wrong_password_are_one_login_and_one_more_after_the_pause(clock: Clock) -> None:
    deeds: dict[str, Deed] = {"EHLO": LOGIN, "AUTH": REFUSED}
    with ScriptedSmtp(deeds) as server:
        sending = transport(server.port, clock)
        refusals = {failure(sending).reason for _ in range(30)}
        assert (server.received.count("AUTH"), server.received.count("GREETING"), len(refusals)) == (1, 1, 1)
        clock.now += SETTINGS_RETRY - 1
        assert failure(sending).retry_after == pytest.approx(1)
        assert server.received.count("AUTH") == 1
        clock.now += 1
        assert failure(sending).retry_after == SETTINGS_RETRY
        assert server.received.count("AUTH") == 2
        clock.now += SETTINGS_RETRY
        deeds["AUTH"] = b"235 welcome\r\n"
        sending.send(MAIL, SENDER, SCHOOL)
        sending.send(MAIL, SENDER, SCHOOL)
        sending.close()
    assert (server.received.count("AUTH"), server.received.count("DOT")) == (3, 2)


@pytest.mark.parametrize("greeting", [None, b"421 4.3.2 too many connections\r\n", b"554 no service\r\n"])
def test_a_server_that_is_down_costs_one_try_and_gets_the_mail_when_it_is_back(greeting: Deed, clock: Clock) -> None:
    deeds: dict[str, Deed] = {"GREETING": greeting, "EHLO": LOGIN, "AUTH": b"235 welcome\r\n"}
    with ScriptedSmtp(deeds) as server:
        sending = transport(server.port, clock)
        first = failure(sending)
        del deeds["GREETING"]
        clock.now += CONNECTION_PAUSE - 10
        again = failure(sending)
        assert (again.reason, again.permanent, again.uncertain) == (first.reason, False, False)
        assert again.retry_after == pytest.approx(10)
        assert server.received.count("GREETING") == 1
        clock.now += 10
        sending.send(MAIL, SENDER, SCHOOL)
        sending.close()
    assert server.received.count("DOT") == 1


def test_letting_go_of_the_connection_does_not_end_the_pause(clock: Clock) -> None:
    with ScriptedSmtp({"EHLO": LOGIN, "AUTH": REFUSED}) as server:
        sending = transport(server.port, clock)
        failure(sending)
        sending.close()
        failure(sending)
    assert server.received.count("AUTH") == 1


def test_who_checks_the_login_always_tries_and_what_he_finds_counts(clock: Clock) -> None:
    deeds: dict[str, Deed] = {"EHLO": LOGIN, "AUTH": REFUSED}
    with ScriptedSmtp(deeds) as server:
        sending = transport(server.port, clock)
        failure(sending)
        with pytest.raises(DeliveryError, match="535"):
            sending.log_in(SENDER)
        failure(sending)
        assert server.received.count("AUTH") == 2
        deeds["AUTH"] = b"235 welcome\r\n"
        sending.log_in(SENDER)
        sending.send(MAIL, SENDER, SCHOOL)
        sending.close()
    assert server.received.count("AUTH") == 3


@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DOT"])
@pytest.mark.parametrize("answer", [b"550 5.1.1 no\r\n", b"451 4.7.1 later\r\n", None])
def test_a_mail_that_fails_does_not_hold_up_the_next(stage: str, answer: Deed, clock: Clock) -> None:
    deeds: dict[str, Deed] = {"EHLO": LOGIN, "AUTH": b"235 welcome\r\n", stage: answer}
    with ScriptedSmtp(deeds) as server:
        sending = transport(server.port, clock)
        failure(sending)
        del deeds[stage]
        sending.send(MAIL, SENDER, SCHOOL)
        sending.close()
    assert server.received.count("MAIL") == 2


def test_a_token_server_that_wants_patience_gets_it(clock: Clock) -> None:
    asked: list[bool] = []

    def token(fresh: bool) -> str:
        asked.append(fresh)
        raise EndpointError("không có token", permanent=False, retry_after=SETTINGS_RETRY * 2)

    with ScriptedSmtp({}) as server:
        sending = SmtpTransport(token_settings(server.port), token, clock=clock)
        failure(sending)
        clock.now += SETTINGS_RETRY
        assert failure(sending).retry_after == pytest.approx(SETTINGS_RETRY)
    assert (asked, server.received) == ([False], [])


def deliver(database: Database, sending: SmtpTransport, now: datetime) -> bool:
    step = Deliver(sending, SENDER, database, lambda: now, hold=False)
    return Runner(database, lambda: now, Wake()).run_one(step)


def test_a_mail_that_waited_for_the_server_goes_right_after_the_pause(sqlite_database: Database, clock: Clock) -> None:
    queue(sqlite_database)
    deeds: dict[str, Deed] = {"EHLO": LOGIN, "AUTH": REFUSED}
    with ScriptedSmtp(deeds) as server:
        sending = transport(server.port, clock)
        failure(sending)
        assert deliver(sqlite_database, sending, NOW)
        assert mail(sqlite_database).state is MailState.QUEUED
        clock.now += SETTINGS_RETRY
        deeds["AUTH"] = b"235 welcome\r\n"
        assert deliver(sqlite_database, sending, NOW + timedelta(seconds=SETTINGS_RETRY))
        sending.close()
    assert (mail(sqlite_database).state, server.received.count("AUTH")) == (MailState.SENT, 2)
