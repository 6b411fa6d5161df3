"""The office's mailbox, against a real Dovecot: what is read, what is left alone, and what an operator is told."""

import imaplib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ingest import mailbox_reading
from ingest.mailbox import ImapMailbox, MailboxError, OpenImapMailbox
from ingest.mailbox_listing import ListedMail, in_batches
from ingest.mailbox_protocol import Mailbox
from ingest.settings import MailboxSettings, Security
from tests.servers.dovecot import Dovecot, make_certificate

pytestmark = pytest.mark.servers

NEVER = threading.Event()


def mail(subject: str, body: bytes = b"Kinh gui phong.\r\n") -> bytes:
    return f"From: truong@example.org\r\nSubject: {subject}\r\n\r\n".encode() + body


@contextmanager
def person(dovecot: Dovecot, address: str) -> Iterator[imaplib.IMAP4]:
    """Someone of the office who works in the same mailbox by hand."""
    with imaplib.IMAP4("127.0.0.1", dovecot.imap_port, timeout=10) as client:
        client.login(address, dovecot.users[address])
        client.select()
        yield client


def refusal(settings: MailboxSettings) -> MailboxError:
    with pytest.raises(MailboxError) as refused, ImapMailbox(settings).connect():
        pass
    return refused.value


def test_a_mail_comes_over_tls_byte_for_byte(dovecot: Dovecot, address: str, office: OpenImapMailbox) -> None:
    body = "Trường Kim Đồng gửi tin.\r\n".encode() + bytes(range(128, 256)) + b"\r\n"
    dovecot.deliver(mail("tin", body), address)
    [fetched] = office.fetch(office.uids_after(0))
    assert fetched.raw.endswith(b"\r\n\r\n" + body)
    assert fetched.size == len(fetched.raw)
    assert not fetched.truncated
    assert abs(fetched.internal_date - datetime.now(UTC)) < timedelta(minutes=1)


def test_starttls_protects_a_port_that_begins_in_clear(dovecot: Dovecot, mailbox_settings: MailboxSettings) -> None:
    with ImapMailbox(replace(mailbox_settings, port=dovecot.imap_port, security="starttls")).connect() as office:
        assert office.uids_after(0) == []


def test_a_context_that_is_handed_in_is_used(dovecot: Dovecot, mailbox_settings: MailboxSettings) -> None:
    with ImapMailbox(replace(mailbox_settings, ca_file=""), dovecot.client_context()).connect() as office:
        assert office.status().uidnext == 1


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_certificate_from_elsewhere_is_not_trusted(
    security: Security, dovecot: Dovecot, mailbox_settings: MailboxSettings, tmp_path: Path
) -> None:
    other = tmp_path / "other.pem"
    make_certificate(other, tmp_path / "other.key")
    port = dovecot.imaps_port if security == "tls" else dovecot.imap_port
    error = refusal(replace(mailbox_settings, security=security, port=port, ca_file=str(other)))
    assert error.permanent
    assert "chứng chỉ" in error.reason


def test_the_systems_certificates_do_not_vouch_for_a_self_made_one(mailbox_settings: MailboxSettings) -> None:
    assert "chứng chỉ" in refusal(replace(mailbox_settings, ca_file="")).reason


@pytest.mark.parametrize(
    ("change", "permanent", "told"),
    [
        ({"password": "sai"}, True, "mật khẩu"),
        ({"password": "sai có dấu"}, True, "mật khẩu"),
        ({"folder": "Không có"}, True, "thư mục Không có"),
        ({"host": "khong-co.invalid"}, False, "Không tìm thấy máy chủ"),
        ({"ca_file": "/khong/co.pem"}, True, "/khong/co.pem"),
        ({"port": 1}, False, "không nhận kết nối"),
        ({"security": "none", "host": "192.0.2.1"}, True, "không mã hóa"),
    ],
)
def test_the_operator_is_told_what_to_do(
    change: dict[str, object], permanent: bool, told: str, mailbox_settings: MailboxSettings
) -> None:
    error = refusal(replace(mailbox_settings, **change))  # type: ignore[arg-type]  # a row changes one field or another
    assert (error.permanent, told in error.reason) == (permanent, True), error.reason


def test_a_plain_port_under_tls_is_explained(dovecot: Dovecot, mailbox_settings: MailboxSettings) -> None:
    error = refusal(replace(mailbox_settings, port=dovecot.imap_port))
    assert "bắt tay TLS" in error.reason


def test_reading_leaves_every_flag_alone(dovecot: Dovecot, address: str, office: OpenImapMailbox) -> None:
    dovecot.deliver(mail("chưa đọc"), address)
    assert len(list(office.fetch(office.uids_after(0)))) == 1
    with person(dovecot, address) as client:
        assert client.search(None, "UNSEEN")[1] == [b"1"]


def test_mails_that_a_person_has_opened_are_read_as_well(
    dovecot: Dovecot, address: str, office: OpenImapMailbox
) -> None:
    dovecot.deliver(mail("đã đọc"), address)
    with person(dovecot, address) as client:
        client.fetch("1", "(BODY[])")
    assert len(list(office.fetch(office.uids_after(0)))) == 1


def test_only_uids_above_the_cursor_are_named(dovecot: Dovecot, address: str, office: OpenImapMailbox) -> None:
    for number in range(3):
        dovecot.deliver(mail(f"tin {number}"), address)
    assert office.uids_after(0) == [1, 2, 3]
    assert office.uids_after(2) == [3]
    assert office.uids_after(3) == []
    assert office.uids_after(99) == []
    assert office.status().uidnext == 4


def test_a_mail_that_was_removed_meanwhile_is_simply_missing(
    dovecot: Dovecot, address: str, office: OpenImapMailbox
) -> None:
    for number in range(3):
        dovecot.deliver(mail(f"tin {number}"), address)
    uids = office.uids_after(0)
    with person(dovecot, address) as client:
        client.store("2", "+FLAGS", "(\\Deleted)")
        client.expunge()
    office.status()
    assert [fetched.uid for fetched in office.fetch(uids)] == [1, 3]


def test_a_mail_that_is_removed_while_others_are_read_is_simply_missing(
    dovecot: Dovecot, address: str, office: OpenImapMailbox
) -> None:
    for number in range(3):
        dovecot.deliver(mail(f"tin {number}"), address)
    uids = office.uids_after(0)
    with person(dovecot, address) as client:
        client.store("2", "+FLAGS", "(\\Deleted)")
        client.expunge()
    assert [(fetched.uid, fetched.truncated) for fetched in office.fetch(uids)] == [(1, False), (3, False)]


def test_a_day_names_the_first_mail_that_came_on_it(dovecot: Dovecot, address: str, office: OpenImapMailbox) -> None:
    with person(dovecot, address) as client:
        for day in (1, 2, 3):
            client.append("INBOX", None, f'" {day}-Sep-2025 08:00:00 +0700"', mail(f"ngày {day}"))
    assert office.first_uid_since(date(2025, 9, 2)) == 2
    assert office.first_uid_since(date(2025, 9, 4)) == office.status().uidnext == 4


def test_mails_come_in_batches_that_stay_small(
    dovecot: Dovecot, address: str, office: OpenImapMailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailbox_reading, "BATCH_BYTES", 3000)
    monkeypatch.setattr(mailbox_reading, "BATCH_MAILS", 4)
    for number in range(10):
        dovecot.deliver(mail(f"tin {number}", b"x" * (2500 if number == 5 else 20)), address)
    batches = []

    def counted(*cut: Any) -> Iterator[list[ListedMail]]:
        for batch in in_batches(*cut):
            batches.append(len(batch))
            yield batch

    monkeypatch.setattr(mailbox_reading, "in_batches", counted)
    assert [fetched.uid for fetched in office.fetch(office.uids_after(0))] == list(range(1, 11))
    assert batches == [4, 1, 1, 4]


def test_it_is_a_mailbox_like_any_other(mailbox_settings: MailboxSettings) -> None:
    any_mailbox: Mailbox = ImapMailbox(mailbox_settings)
    with any_mailbox.connect() as office:
        assert office.uids_after(0) == []
