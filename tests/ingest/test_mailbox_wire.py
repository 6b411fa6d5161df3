"""Connecting to a mailbox: whichever address answers, and never longer than allowed for all of them together."""

import socket
import time
from collections.abc import Iterator

import pytest

from ingest import mailbox_wire
from ingest.mailbox_wire import Wire
from tests.servers.scripted_imap import ScriptedImap
from tinbai.mailbox_reader import READER_LEASE

Row = tuple[socket.AddressFamily, socket.SocketKind, int, str, tuple[str, int]]


def row(port: int) -> Row:
    return socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port)


@pytest.fixture
def dead() -> Iterator[int]:
    """A port that answers nobody: its queue of one is full."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listening, socket.socket() as first:
        port: int = listening.getsockname()[1]
        first.connect(("127.0.0.1", port))
        yield port


def resolved(monkeypatch: pytest.MonkeyPatch, *ports: int) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [row(port) for port in ports])


def test_the_next_address_is_tried_when_one_does_not_answer(monkeypatch: pytest.MonkeyPatch, dead: int) -> None:
    monkeypatch.setattr(mailbox_wire, "CONNECT_SECONDS", 0.2)
    with ScriptedImap({"CAPABILITY": "* CAPABILITY IMAP4rev1\n{tag} OK done"}) as server:
        resolved(monkeypatch, dead, server.port)
        Wire("mail.example", 143, None).shutdown()


def test_many_dead_addresses_have_one_limit_together(monkeypatch: pytest.MonkeyPatch, dead: int) -> None:
    monkeypatch.setattr(mailbox_wire, "CONNECTED_SECONDS", 0.3)
    resolved(monkeypatch, *[dead] * 20)
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        Wire("mail.example", 143, None)
    assert time.monotonic() - began < 10


def test_an_address_that_refuses_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        nobody = gone.getsockname()[1]
    resolved(monkeypatch, nobody)
    with pytest.raises(ConnectionRefusedError):
        Wire("mail.example", 143, None)


def test_the_limits_keep_the_readers_lease() -> None:
    """Another process must not take over a mailbox whose reader is still knocking, the TLS handshake included."""
    assert READER_LEASE.total_seconds() > mailbox_wire.CONNECTED_SECONDS + mailbox_wire.CONNECT_SECONDS
