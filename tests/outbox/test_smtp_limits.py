"""No server holds the deliverer for ever, and what becomes of the mail depends on the final dot alone."""

import socket
import time
from threading import Event, Thread

import pytest

from db.session import Database
from db.states import MailState
from db.wake import Wake
from db.work import Runner
from outbox import smtp
from outbox.deliver import Deliver
from outbox.endpoint import TOTAL_SECONDS
from outbox.settings import SmtpSettings
from outbox.smtp import SmtpTransport
from tests.factories import NOW
from tests.outbox.test_deliver import mail, queue
from tests.outbox.test_smtp import MAIL, failure
from tests.servers.scripted_smtp import DRIP, ENDLESS, SILENT, Deed, ScriptedSmtp
from tests.servers.smtp import CERTIFICATE

SHORT, LONG = 0.2, 10.0  # seconds for a step
BEFORE_THE_DOT = ["GREETING", "EHLO", "MAIL", "RCPT", "DATA"]
TROUBLE: tuple[tuple[Deed, str], ...] = (
    (DRIP, "máy chủ không trả lời kịp"),
    (SILENT, "máy chủ không trả lời kịp"),
    (ENDLESS, "máy chủ trả lời quá dài"),
    (b"250-" + b"x" * 100_000, "máy chủ trả lời không đúng chuẩn SMTP"),
    (None, "máy chủ ngắt kết nối"),
)
NAMES = ["drips", "silent", "endless", "one long line", "cut"]
NONSENSE = b"\x16\x03\x01 \xff<html>xin ch\xc3\xa0o</html>\r\n"


def transport(port: int, step: float = SHORT, final: float = SHORT, security: str = "none") -> SmtpTransport:
    settings = SmtpSettings(host="localhost", port=port, security=security, ca_file=str(CERTIFICATE))  # type: ignore[arg-type]  # the tests know it
    return SmtpTransport(settings, timeout=step, final_timeout=final)


def patient(port: int, stage: str, deed: Deed) -> SmtpTransport:
    """Short of patience only where the server hangs: a busy machine must not look like one."""
    short = SHORT if deed in (DRIP, SILENT) else LONG
    return transport(port, LONG, short) if stage == "DOT" else transport(port, short, LONG)


@pytest.mark.parametrize("stage", BEFORE_THE_DOT)
@pytest.mark.parametrize(("deed", "words"), TROUBLE, ids=NAMES)
def test_trouble_before_the_final_dot_puts_the_mail_off(stage: str, deed: Deed, words: str) -> None:
    started = time.monotonic()
    with ScriptedSmtp({stage: deed}) as server:
        lost = failure(patient(server.port, stage, deed))
    assert (lost.permanent, lost.uncertain) == (False, False)
    assert words in lost.reason
    assert "DOT" not in server.received
    assert time.monotonic() - started < 10


@pytest.mark.parametrize("deed", [deed for deed, _ in TROUBLE], ids=NAMES)
def test_trouble_after_the_final_dot_is_uncertain(deed: Deed) -> None:
    with ScriptedSmtp({"DOT": deed}) as server:
        lost = failure(patient(server.port, "DOT", deed))
    assert (lost.permanent, lost.uncertain) == (True, True)


@pytest.mark.parametrize("stage", BEFORE_THE_DOT)
def test_nonsense_before_the_final_dot_puts_the_mail_off(stage: str) -> None:
    with ScriptedSmtp({stage: NONSENSE}) as server:
        lost = failure(transport(server.port, LONG))
    assert (lost.permanent, lost.uncertain) == (False, False)
    assert "DOT" not in server.received


@pytest.mark.parametrize("answer", [NONSENSE, b"250-taken\r\n", b"\r\n", b"999 what\r\n", b"354 go on\r\n"])
def test_nonsense_after_the_final_dot_is_uncertain(answer: bytes) -> None:
    with ScriptedSmtp({"DOT": answer}) as server:
        assert failure(transport(server.port, LONG)).uncertain


@pytest.mark.parametrize(
    ("stage", "deed", "state"),
    [
        ("GREETING", DRIP, MailState.QUEUED),
        ("GREETING", b"554 no service\r\n", MailState.QUEUED),
        ("MAIL", ENDLESS, MailState.QUEUED),
        ("RCPT", b"450 4.2.0 later\r\n", MailState.QUEUED),
        ("RCPT", b"550 5.1.1 nobody\r\n", MailState.FAILED),
        ("DATA", None, MailState.QUEUED),
        ("DOT", b"451 4.3.0 later\r\n", MailState.QUEUED),
        ("DOT", b"554 5.6.0 never\r\n", MailState.FAILED),
        ("DOT", DRIP, MailState.UNCERTAIN),
        ("DOT", ENDLESS, MailState.UNCERTAIN),
        ("DOT", NONSENSE, MailState.UNCERTAIN),
        ("DOT", None, MailState.UNCERTAIN),
        ("DOT", b"250 OK\r\n", MailState.SENT),
    ],
)
def test_what_becomes_of_the_mail(sqlite_database: Database, stage: str, deed: Deed, state: MailState) -> None:
    queue(sqlite_database)
    with ScriptedSmtp({stage: deed}) as server:
        sending = patient(server.port, stage, deed)
        step = Deliver(sending, "pgd@office.example", sqlite_database, lambda: NOW, hold=False)
        Runner(sqlite_database, lambda: NOW, Wake()).run_one(step)
        sending.close()
    assert mail(sqlite_database).state is state


def test_a_reply_of_many_lines_is_one_reply() -> None:
    refusal = b"550-5.7.1 Kh\xc3\xb4ng nh\xe1\xba\xadn th\xc6\xb0\r\n550 5.7.1 t\xe1\xbb\xab \xc4\x91\xe1\xbb\x8ba ch\xe1\xbb\x89 n\xc3\xa0y\r\n"
    with ScriptedSmtp({"RCPT": refusal}) as server:
        sending = transport(server.port, LONG)
        refused = failure(sending)
        sending.close()
    assert refused.permanent
    assert "550 5.7.1 Không nhận thư 5.7.1 từ địa chỉ này" in refused.reason


@pytest.mark.parametrize("security", ["tls", "starttls"])
@pytest.mark.parametrize("deed", [SILENT, DRIP])
def test_a_handshake_that_does_not_end_puts_the_mail_off(security: str, deed: str) -> None:
    stage = "GREETING" if security == "tls" else "NEVER"
    ehlo = b"250-localhost\r\n250 STARTTLS\r\n"
    script: dict[str, Deed] = {stage: deed, "EHLO": ehlo, "STARTTLS": b"220 go ahead\r\n", "": deed}
    with ScriptedSmtp(script) as server:
        lost = failure(transport(server.port, security=security))
    assert not lost.permanent


def test_a_server_that_takes_no_more_of_a_mail_puts_it_off() -> None:
    done = Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def greet_and_stop_reading() -> None:
            with listening.accept()[0] as peer:
                for reply in (b"220 a\r\n", b"250 a\r\n", b"250 a\r\n", b"250 a\r\n", b"354 a\r\n"):
                    peer.sendall(reply)
                done.wait(10)

        Thread(target=greet_and_stop_reading, daemon=True).start()
        lost = failure(transport(listening.getsockname()[1]), (b"x" * 998 + b"\r\n") * 12_000)
        done.set()
    assert (lost.permanent, lost.uncertain) == (False, False)
    assert "máy chủ không trả lời kịp" in lost.reason


def test_all_that_comes_before_the_dot_has_one_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "BEFORE_DOT_SECONDS", SHORT)
    with ScriptedSmtp({"RCPT": DRIP}) as server:
        lost = failure(transport(server.port, step=60))
    assert (lost.permanent, lost.uncertain) == (False, False)


def test_nobody_waits_long_for_a_goodbye(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("outbox.smtp_session.GOODBYE_SECONDS", SHORT)
    with ScriptedSmtp({"QUIT": DRIP}) as server:
        sending = transport(server.port, step=60)
        sending.send(MAIL, "pgd@office.example", "truong@school.example")
        sending.close()
    assert server.received[-1] == "QUIT"


def test_the_limits_are_what_the_standard_and_the_lease_allow() -> None:
    """RFC 5321, 4.5.3.2.6: ten minutes for the final dot; nothing else hangs longer than 90 seconds."""
    tokens = 2 * TOTAL_SECONDS
    assert smtp.FINAL_SECONDS >= 600
    assert smtp.STEP_SECONDS <= 90
    assert tokens + smtp.BEFORE_DOT_SECONDS + smtp.FINAL_SECONDS < Deliver.lease.total_seconds()
