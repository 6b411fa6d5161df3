"""Connecting: whichever address answers, and never longer than allowed, a resolver that hangs included."""

import socket
import time
from threading import Event

import pytest

from outbox import wire
from outbox.wire import TooMuch, connected

Row = tuple[socket.AddressFamily, socket.SocketKind, int, str, tuple[str, int]]


def row(address: str, port: int) -> Row:
    return socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)


def test_the_next_address_is_tried_when_one_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        with socket.create_server(("127.0.0.1", 0)) as gone:
            nobody = gone.getsockname()[1]
        rows = [row("127.0.0.1", nobody), row("127.0.0.1", port)]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: rows)
        connected("mail.example", port, 5, time.monotonic() + 5).end()
        rows.pop()
        with pytest.raises(ConnectionRefusedError):
            connected("mail.example", port, 5, time.monotonic() + 5)


def test_a_resolver_that_hangs_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    over = Event()

    def hanging(*_: object, **__: object) -> list[Row]:
        over.wait(30)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", hanging)
    started = time.monotonic()
    with pytest.raises(TimeoutError):
        connected("mail.example", 25, 0.1, started + 5)
    over.set()
    assert time.monotonic() - started < 10


def test_a_step_ends_with_its_time_and_its_bytes() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        line = connected("127.0.0.1", listening.getsockname()[1], 5, time.monotonic() + 60)
        with listening.accept()[0] as peer:
            peer.sendall(b"x" * 100)
            line.allow(60, 10)
            with pytest.raises(TooMuch):
                line.makefile("rb").read(200)
            line.allow(0.05, 100_000)
            with pytest.raises(TimeoutError):
                line.sendall(b"y" * 50_000_000)
            line.until = time.monotonic()
            line.allow(60, 100)
            with pytest.raises(TimeoutError):
                line.sendall(b"y")
        line.end()


def test_a_block_is_one_record_of_tls() -> None:
    assert wire.BLOCK_BYTES <= 16_384
