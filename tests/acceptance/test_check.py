"""`tinbai check` against a real mail server: the test mail's way out and back, and whatever can be wrong on it."""

import json
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from queue import Empty
from threading import Thread
from typing import Any

import pytest
from imapclient import IMAPClient

from tests.acceptance.office import OFFICE, PASSWORD, Office
from tests.servers.dovecot import AUTHSERV_ID
from tests.servers.scripted_imap import ScriptedImap
from tests.servers.smtp import SmtpSink, smtp_sink
from tinbai.cli import main
from tinbai.cli.check import findings
from tinbai.cli.check.case import Case
from tinbai.cli.check.finding import Finding
from tinbai.cli.front import Front
from tinbai.wiring import App, utc_now

pytestmark = pytest.mark.servers

TRIP = ("Thư thử", "Xác thực người gửi", "DMARC của cơ quan", "Đồng hồ")
Check = Callable[..., dict[str, dict[str, Any]]]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office whose daemon does not run; no test of this file changes it."""
    with Office(tmp_path_factory.mktemp("office")) as made:
        yield made


@pytest.fixture
def check(office: Office, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Check:
    """`check("--no-mail", TINBAI_…="…")`: question → answer, with other settings."""

    def run(*arguments: str, status: int, **settings: str) -> dict[str, dict[str, Any]]:
        for name, value in office.environment(settings).items():
            monkeypatch.setenv(name, value)
        assert main(["check", "--json", *arguments]) == status
        said = capsys.readouterr()
        assert PASSWORD not in said.out + said.err
        return {answer["question"]: answer for answer in map(json.loads, said.out.splitlines())}

    return run


def faults(found: dict[str, dict[str, Any]]) -> list[str]:
    return [name for name, answer in found.items() if answer["ok"] is False]


def submission(sink: SmtpSink, security: str = "none") -> dict[str, str]:
    """Settings for sending over a server of the test's own."""
    return {
        "TINBAI_SMTP__PORT": str(sink.port),
        "TINBAI_SMTP__SECURITY": security,
        "TINBAI_SMTP__USERNAME": "",
        "TINBAI_SMTP__PASSWORD": "",
    }


def in_a_case(
    office: Office,
    clock_off: timedelta = timedelta(),
    back_seconds: float = 20,
    settings: Mapping[str, str] | None = None,
) -> dict[str, Finding]:
    """Question → answer with little patience, and with another clock."""
    front = Front(office.settings, office.environment(settings))
    front.unmigrated = App(front.settings, clock=lambda: utc_now() + clock_off)
    try:
        return dict(findings(Case(front, step_seconds=back_seconds + 1, back_seconds=back_seconds)))
    finally:
        front.close()


def test_a_well_kept_office_has_no_fault(check: Check) -> None:
    found = check(status=0)
    assert faults(found) == []
    assert [found[name]["ok"] for name in TRIP] == [True] * len(TRIP)
    assert "UIDVALIDITY" in found["Số thứ tự thư"]["text"]
    assert AUTHSERV_ID in found["Xác thực người gửi"]["text"]


def test_a_running_daemon_ignores_the_test_mail_and_may_move_it_at_once(tmp_path: Path) -> None:
    with Office(tmp_path) as office:
        written = office.settings.read_text(encoding="utf-8")
        office.settings.write_text(written.replace("[smtp]", 'after_reading = "move"\n\n[smtp]', 1), encoding="utf-8")
        office.run()
        office.wait_for("the start", lambda: "Started" in office.log())
        out = office.tinbai("check")
        assert out.splitlines()[-1] == "Mọi thứ đều tốt; tinbai đang chạy."
        office.wait_for("the move", lambda: office.inbox(OFFICE) == [])
        assert [message["state"] for message in office.records("messages")] == ["ignored"]
        assert office.records("outbox") == []


def test_the_test_mail_is_an_alert_of_ours_and_stays_unread_in_the_mailbox(office: Office, check: Check) -> None:
    check(status=0)
    mail = office.inbox(OFFICE)[-1]
    assert (mail["X-Tinbai-Notice"], mail["Auto-Submitted"]) == ("alert", "auto-generated")
    assert mail["Subject"].startswith("Thư thử của tinbai")
    with IMAPClient("127.0.0.1", office.dovecot.imap_port, ssl=False) as client:
        client.login(OFFICE, PASSWORD)
        client.select_folder("INBOX", readonly=True)
        assert client.search("SEEN") == []


def test_a_wrong_password_is_the_one_fault_and_leaves_the_round_trip_out(check: Check) -> None:
    found = check(status=1, TINBAI_MAILBOX__PASSWORD="sai")
    assert faults(found) == ["Hộp thư"]
    assert "mật khẩu" in found["Hộp thư"]["text"]
    assert [found[name]["ok"] for name in TRIP] == [None] * len(TRIP)
    assert found["Gửi thư"]["ok"] is True


def test_a_wrong_folder_is_named(check: Check) -> None:
    found = check(status=1, TINBAI_MAILBOX__FOLDER="Khong")
    assert faults(found) == ["Thư mục đọc thư"]
    assert "Khong" in found["Thư mục đọc thư"]["text"]
    assert (found["Hộp thư"]["ok"], found["Thư thử"]["ok"]) == (True, None)


def test_a_wrong_password_for_sending_is_a_fault_of_its_own(check: Check) -> None:
    found = check(status=1, TINBAI_SMTP__PASSWORD="sai")
    assert faults(found) == ["Gửi thư"]
    assert found["Thư thử"]["ok"] is None


def test_certificates_that_nobody_trusts_are_faults_on_both_ways(check: Check) -> None:
    found = check(status=1, TINBAI_MAILBOX__CA_FILE="", TINBAI_SMTP__CA_FILE="")
    assert faults(found) == ["Hộp thư", "Gửi thư"]
    assert all("ca_file" in found[name]["text"] for name in ("Hộp thư", "Gửi thư"))


def test_servers_without_starttls_get_no_password(check: Check) -> None:
    capability = "* CAPABILITY IMAP4rev1\n{tag} OK done"
    with ScriptedImap({"CAPABILITY": capability}) as imap, smtp_sink() as sink:
        found = check(
            status=1,
            TINBAI_MAILBOX__SECURITY="starttls",
            TINBAI_MAILBOX__PORT=str(imap.port),
            **submission(sink, "starttls"),
        )
    assert faults(found) == ["Hộp thư", "Gửi thư"]
    assert all("STARTTLS" in found[name]["text"] for name in ("Hộp thư", "Gửi thư"))
    assert not any("LOGIN" in line for line in imap.received)


def test_nothing_is_sent_in_a_rehearsal_unless_asked_for(check: Check) -> None:
    found = check(status=0, TINBAI_SMTP__HOLD="true")
    assert (found["Thư thử"]["ok"], "--send" in found["Thư thử"]["text"]) == (None, True)
    assert check("--send", status=0, TINBAI_SMTP__HOLD="true")["Thư thử"]["ok"] is True
    assert check("--no-mail", status=0)["Thư thử"]["ok"] is None


@pytest.mark.parametrize("given", ["", "mx.khac.example"])
def test_the_right_line_for_the_receiving_server_is_told(check: Check, given: str) -> None:
    found = check(status=1, TINBAI_MAILBOX__AUTHSERV_ID=given)
    assert faults(found) == ["Xác thực người gửi"]
    assert f'authserv_id = "{AUTHSERV_ID}"' in found["Xác thực người gửi"]["text"]


@pytest.mark.parametrize(("given", "ok"), [("", True), (AUTHSERV_ID, False)])
def test_a_server_that_stamps_nothing_is_explained(office: Office, check: Check, given: str, ok: bool) -> None:
    with smtp_sink() as sink:
        relay = Thread(target=lambda: office.dovecot.deliver(sink.next_mail().content, OFFICE, OFFICE))
        relay.start()
        found = check(status=0 if ok else 1, TINBAI_MAILBOX__AUTHSERV_ID=given, **submission(sink))
        relay.join()
    assert found["Thư thử"]["ok"] is True
    assert (found["Xác thực người gửi"]["ok"], found["DMARC của cơ quan"]["ok"]) == (ok, None)
    assert "SPF, DKIM, DMARC" in found["Xác thực người gửi"]["text"]


def test_a_disk_that_is_nearly_full_is_a_fault(check: Check) -> None:
    assert faults(check("--no-mail", status=1, TINBAI_DATABASE__KEEP_FREE_MB="1000000000")) == ["Dung lượng đĩa"]


@pytest.mark.parametrize(("off", "said"), [(timedelta(minutes=10), "nhanh hơn"), (timedelta(hours=-7), "chậm hơn")])
def test_a_clock_that_is_off_is_told_from_the_test_mail(office: Office, off: timedelta, said: str) -> None:
    found = in_a_case(office, clock_off=off)["Đồng hồ"]
    assert (found.ok, said in found.text) == (False, True), found.text


def test_a_test_mail_that_does_not_come_back_is_a_fault(office: Office) -> None:
    with smtp_sink() as sink:
        found = in_a_case(office, back_seconds=0.2, settings=submission(sink))
        with suppress(Empty):
            sink.next_mail()
    assert (found["Thư thử"].ok, "[office] address" in found["Thư thử"].text) == (False, True)
    assert (found["Đồng hồ"].ok, found["DMARC của cơ quan"].ok) == (None, None)


def test_a_server_that_says_nothing_holds_nobody_up(office: Office) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = str(silent.getsockname()[1])
        settings = {"TINBAI_MAILBOX__SECURITY": "none", "TINBAI_MAILBOX__PORT": port}
        found = in_a_case(office, back_seconds=0.2, settings=settings)
    assert (found["Hộp thư"].ok, "tường lửa" in found["Hộp thư"].text) == (False, True)
    assert found["Gửi thư"].ok is True
