"""The demo's own mail servers: a mail goes in by SMTP, is stamped, and comes out by IMAP through tinbai's reader."""

import gc
import logging
import smtplib
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime

import pytest

from ingest.mailbox import ImapMailbox, MailboxError
from ingest.settings import MailboxSettings
from tinbai.demo.mailserver import DemoMailServers
from tinbai.demo.stamp import stamped

OFFICE, SCHOOL = "tinbai@badinhedu.example", "thkimdong@truong.example"
USERS = {OFFICE: "mat-khau-1", SCHOOL: "mat-khau-2"}
AUTHSERV_ID = "mx.badinhedu.example"
NEVER = threading.Event()
MAIL = "From: Trường Kim Đồng <thkimdong@truong.example>\r\nSubject: tin\r\n\r\nKính gửi phòng.\r\n".encode()
NOW = datetime(2025, 9, 2, 3, tzinfo=UTC)


@pytest.fixture
def servers() -> Iterator[DemoMailServers]:
    with DemoMailServers(USERS, AUTHSERV_ID) as running:
        yield running


def mailbox(servers: DemoMailServers, address: str) -> ImapMailbox:
    settings = MailboxSettings(
        host=servers.host, port=servers.imap_port, security="none", username=address, password=USERS.get(address, "")
    )
    return ImapMailbox(settings)


def send(port: int, raw: bytes, *recipients: str, username: str = "", password: str = "") -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as smtp:
        if username:
            smtp.login(username, password)
        smtp.sendmail("nguoi-gui@truong.example", recipients, raw)


def read(servers: DemoMailServers, address: str) -> list[bytes]:
    with mailbox(servers, address).connect() as box:
        return [mail.raw for mail in box.fetch(box.uids_after(0))]


def test_every_user_begins_with_an_empty_inbox(servers: DemoMailServers) -> None:
    assert [read(servers, address) for address in USERS] == [[], []]


def test_a_schools_mail_arrives_vouched_for(servers: DemoMailServers) -> None:
    send(servers.incoming_port, MAIL, OFFICE)
    [raw] = read(servers, OFFICE)
    assert raw.endswith(MAIL)
    assert raw.startswith(f"Received: from localhost ([127.0.0.1]) by {AUTHSERV_ID} with ESMTP".encode())
    assert f"Authentication-Results: {AUTHSERV_ID}; dmarc=pass header.from=truong.example\r\n".encode() in raw


def test_idle_wakes_the_reader_at_once(servers: DemoMailServers) -> None:
    with mailbox(servers, OFFICE).connect() as box:
        assert box.wait(1.2, NEVER) is False
        threading.Timer(0.2, send, (servers.incoming_port, MAIL, OFFICE)).start()
        began = time.monotonic()
        assert box.wait(30, NEVER) is True
        assert time.monotonic() - began < 10
        [mail] = box.fetch(box.uids_after(0))
        assert mail.internal_date.utcoffset() is not None
        assert box.uids_after(mail.uid) == []


def test_a_waiting_reader_is_no_garbage(servers: DemoMailServers) -> None:
    def collect_and_send() -> None:
        gc.collect()
        send(servers.incoming_port, MAIL, OFFICE)

    with mailbox(servers, OFFICE).connect() as box:
        gc.collect()  # while the server waits for the next command
        assert box.uids_after(0) == []
        threading.Timer(0.2, collect_and_send).start()  # while it waits for a mail, too
        assert box.wait(30, NEVER) is True


def test_an_answer_goes_to_the_users_inbox_and_to_the_callback() -> None:
    told: list[tuple[str, bytes]] = []
    with DemoMailServers(USERS, AUTHSERV_ID, lambda recipient, raw: told.append((recipient, raw))) as servers:
        send(servers.smtp_port, MAIL, SCHOOL, "Ngoai@Example.org", username=OFFICE, password=USERS[OFFICE])
        [raw] = read(servers, SCHOOL)
        assert raw.endswith(MAIL)
    assert [recipient for recipient, _ in told] == [SCHOOL, "ngoai@example.org"]
    assert [(delivery.recipient, delivery.raw) for delivery in servers.deliveries] == told


def test_submission_is_for_users_who_logged_in(servers: DemoMailServers) -> None:
    with pytest.raises(smtplib.SMTPSenderRefused):
        send(servers.smtp_port, MAIL, SCHOOL)
    with pytest.raises(smtplib.SMTPAuthenticationError):
        send(servers.smtp_port, MAIL, SCHOOL, username=OFFICE, password="sai")
    assert servers.deliveries == []


def test_a_stranger_cannot_open_a_mailbox(servers: DemoMailServers) -> None:
    with pytest.raises(MailboxError) as refused, mailbox(servers, "ai-do@example.org").connect():
        pass
    assert refused.value.permanent


def test_starting_and_stopping_take_no_time_even_while_a_reader_waits() -> None:
    began = time.monotonic()
    with DemoMailServers(USERS, AUTHSERV_ID) as servers:
        assert time.monotonic() - began < 10
        reading = threading.Event()
        reader = threading.Thread(target=read_until_the_end, args=(servers, reading))
        reader.start()
        assert reading.wait(5)
        began = time.monotonic()
    assert time.monotonic() - began < 10
    reader.join(timeout=5)
    assert not reader.is_alive()


def read_until_the_end(servers: DemoMailServers, reading: threading.Event) -> None:
    with suppress(MailboxError), mailbox(servers, OFFICE).connect() as box:
        reading.set()
        while True:
            box.wait(30, NEVER)


def test_nothing_is_logged_that_would_alarm_a_newcomer(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING), DemoMailServers(USERS, AUTHSERV_ID) as servers:
        send(servers.smtp_port, MAIL, SCHOOL, username=OFFICE, password=USERS[OFFICE])
        assert len(read(servers, SCHOOL)) == 1
    assert caplog.records == []


@pytest.mark.parametrize(
    ("sender", "verdict"),
    [
        ("From: a@truong.example", "dmarc=pass header.from=truong.example"),
        ("From: =?utf-8?q?Tr=C6=B0=E1=BB=9Dng?= <a@Truong.Example>", "dmarc=pass header.from=truong.example"),
        ("From: khong ro", "dmarc=none"),
        ("Subject: khong co From", "dmarc=none"),
    ],
)
def test_the_stamp_names_the_senders_domain(sender: str, verdict: str) -> None:
    raw = stamped(f"{sender}\r\n\r\nx\r\n".encode(), AUTHSERV_ID, OFFICE, NOW)
    assert f"Authentication-Results: {AUTHSERV_ID}; {verdict}\r\n".encode() in raw
    assert b"; Tue, 02 Sep 2025 03:00:00 +0000\r\n" in raw


def test_the_stamp_removes_what_the_mail_claims_in_the_servers_name() -> None:
    claim = f"Authentication-Results: {AUTHSERV_ID};\r\n\tdmarc=pass header.from=bo.example\r\n"
    other = "Authentication-Results: mx.other.example; spf=pass\r\n"
    body = f"\r\n{claim}"
    raw = stamped(f"From: a@truong.example\r\n{claim}{other}{claim}{body}".encode(), AUTHSERV_ID, OFFICE, NOW)
    assert raw.endswith(f"\r\nFrom: a@truong.example\r\n{other}{body}".encode())
