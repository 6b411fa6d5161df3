"""Waiting for mail on a real Dovecot: woken by it, ended by time, by `stop` or by the server's death."""

import socket
import threading
import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from ingest import mailbox_idle
from ingest.mailbox import ImapMailbox, MailboxError, OpenImapMailbox
from ingest.settings import MailboxSettings, Security
from tests.servers.dovecot import Dovecot

pytestmark = pytest.mark.servers

NEVER = threading.Event()
MAIL = b"From: truong@example.org\r\nSubject: tin\r\n\r\nKinh gui phong.\r\n"


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_idle_wakes_the_reader_at_once(
    security: Security, dovecot: Dovecot, address: str, mailbox_settings: MailboxSettings
) -> None:
    port = dovecot.imaps_port if security == "tls" else dovecot.imap_port
    with ImapMailbox(replace(mailbox_settings, security=security, port=port)).connect() as office:
        assert office.wait(0.1, NEVER) is False
        delivered = later(0.3, lambda: dovecot.deliver(MAIL, address))
        assert office.wait(30, NEVER) is True
        assert time.monotonic() - delivered[0] < 10
        assert office.uids_after(0) == [1]


def test_a_mail_that_came_between_looking_and_waiting_is_not_slept_over(
    dovecot: Dovecot, address: str, office: OpenImapMailbox
) -> None:
    office.uids_after(0)
    dovecot.deliver(MAIL, address)
    office._client.noop()  # the server announces it here, and will not do so again
    began = time.monotonic()
    assert office.wait(30, NEVER) is True
    assert time.monotonic() - began < 10


def test_waiting_ends_with_its_time(office: OpenImapMailbox) -> None:
    began = time.monotonic()
    assert office.wait(0.1, NEVER) is False
    assert office.wait(0.2, NEVER) is False
    assert 0.3 <= time.monotonic() - began < 10


def test_idling_is_renewed_before_a_router_forgets_it(office: OpenImapMailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailbox_idle, "IDLE_SECONDS", 0.2)
    began = time.monotonic()
    assert office.wait(30, NEVER) is False
    assert time.monotonic() - began < 10


def test_a_silent_connection_is_probed(office: OpenImapMailbox) -> None:
    connection = office._client.socket()
    assert connection.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
    assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) <= 60


@pytest.mark.parametrize("idle", [True, False])
def test_waiting_ends_when_told_to_stop(idle: bool, mailbox_settings: MailboxSettings) -> None:
    stop = threading.Event()
    with ImapMailbox(replace(mailbox_settings, idle=idle)).connect() as office:
        told = later(0.2, stop.set)
        assert office.wait(30, stop) is False
        assert time.monotonic() - told[0] < 10


def test_a_server_that_dies_while_the_reader_waits_is_noticed_at_once() -> None:
    with Dovecot({"tin@badinhedu.example": "x"}) as server:
        settings = MailboxSettings(
            host="localhost", port=server.imaps_port, username="tin@badinhedu.example", password="x"
        )
        with ImapMailbox(settings, server.client_context()).connect() as office:
            killed = later(0.3, server.kill)
            with pytest.raises(MailboxError) as lost:
                office.wait(60, NEVER)
            assert time.monotonic() - killed[0] < 10
            assert not lost.value.permanent
            with pytest.raises(MailboxError):
                office.uids_after(0)


def later(seconds: float, action: Callable[[], object]) -> list[float]:
    """Do something on another thread; the list tells when it was begun."""
    begun: list[float] = []

    def act() -> None:
        begun.append(time.monotonic())
        action()

    threading.Timer(seconds, act).start()
    return begun
