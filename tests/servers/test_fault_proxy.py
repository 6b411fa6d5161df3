"""The bad network that other tests rely on is as bad as they take it to be."""

import contextlib
import socket
import socketserver
import time
from collections.abc import Iterator
from threading import Thread

import pytest

from tests.servers.fault_proxy import HOST, Direction, Fault, FaultProxy, Kind

SECONDS = 5.0


class _Echo(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        with contextlib.suppress(ConnectionError):  # that is what these tests do to it
            while data := self.request.recv(1000):
                self.request.sendall(data)


@pytest.fixture
def proxy() -> Iterator[FaultProxy]:
    """In front of a server that says what it hears."""
    with socketserver.ThreadingTCPServer((HOST, 0), _Echo) as server:
        server.daemon_threads = True
        Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        with FaultProxy(server.server_address[1]) as made:
            yield made
        server.shutdown()


@pytest.fixture
def client(proxy: FaultProxy) -> Iterator[socket.socket]:
    """Connected, and answered once, before anything goes wrong."""
    with socket.create_connection((HOST, proxy.port), timeout=SECONDS) as connection:
        connection.sendall(b"x")
        assert connection.recv(1) == b"x"
        yield connection


def heard(client: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size and (more := client.recv(size)):
        data += more
    return data


@pytest.mark.parametrize(
    "fault", [Fault(Kind.SLICER), Fault(Kind.BANDWIDTH, rate=2000), Fault(Kind.LATENCY, seconds=0.01, jitter=0.01)]
)
def test_a_slow_or_sliced_line_loses_nothing(proxy: FaultProxy, client: socket.socket, fault: Fault) -> None:
    proxy.set(fault)
    client.sendall(b"0123456789" * 30)
    assert heard(client, 300) == b"0123456789" * 30


def test_latency_is_waited_for_each_way(proxy: FaultProxy, client: socket.socket) -> None:
    proxy.set(Fault(Kind.LATENCY, seconds=0.1))
    begun = time.monotonic()
    client.sendall(b"y")
    assert client.recv(1) == b"y"
    assert time.monotonic() - begun >= 0.2


@pytest.mark.parametrize(("direction", "arrives"), [(Direction.UP, 4), (Direction.DOWN, 4), (None, 4)])
def test_a_cut_lets_so_many_bytes_through_and_no_more(
    proxy: FaultProxy, client: socket.socket, direction: Direction | None, arrives: int
) -> None:
    proxy.set(Fault(Kind.CUT, after=arrives, direction=direction))
    client.sendall(b"0123456789")
    assert heard(client, 10) in {b"0123"[:length] for length in range(arrives + 1)}


def test_a_reset_hits_a_connection_that_is_open_already(proxy: FaultProxy, client: socket.socket) -> None:
    proxy.set(Fault(Kind.RESET))
    with pytest.raises(ConnectionResetError):
        client.recv(1)


def test_a_stalled_line_stays_silent_when_the_network_is_well_again(proxy: FaultProxy, client: socket.socket) -> None:
    proxy.set(Fault(Kind.STALL))
    proxy.set(None)
    client.settimeout(0.2)
    client.sendall(b"y")
    with pytest.raises(TimeoutError):
        client.recv(1)
    with socket.create_connection((HOST, proxy.port), timeout=SECONDS) as other:
        other.sendall(b"z")
        assert other.recv(1) == b"z"


def test_nobody_listens_as_long_as_it_refuses(proxy: FaultProxy) -> None:
    proxy.set(Fault(Kind.REFUSE))
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((HOST, proxy.port), timeout=SECONDS)
    proxy.set(None)
    socket.create_connection((HOST, proxy.port), timeout=SECONDS).close()


def test_a_slow_close_is_told_late(proxy: FaultProxy, client: socket.socket) -> None:
    proxy.set(Fault(Kind.SLOW_CLOSE, seconds=0.2))
    begun = time.monotonic()
    client.shutdown(socket.SHUT_WR)
    assert client.recv(1) == b""
    assert time.monotonic() - begun >= 0.2
