"""A bad network on loopback: a proxy in front of a server that delays, thins, slices, cuts, silences or resets.

Bytes pass through as they are, TLS too. A fault may come and go while connections live; it hits those as well. One
thread for each direction of a connection; pauses end at once when the proxy closes.
"""

import contextlib
import random
import socket
import struct
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import TracebackType
from typing import Self

HOST = "127.0.0.1"
CHUNK = 65_536
TICK_SECONDS = 0.05
RESET_ON_CLOSE = struct.pack("ii", 1, 0)  # SO_LINGER of no time: RST in place of FIN


class Kind(StrEnum):
    """What a network does to those who rely on it."""

    LATENCY = "latency"  # every piece comes late, by `seconds` and up to `jitter` more
    BANDWIDTH = "bandwidth"  # no more than `rate` bytes a second
    CUT = "cut"  # closed after `after` bytes
    STALL = "stall"  # accepted, then silence for ever, whatever becomes of the network
    RESET = "reset"  # torn down, at once if it is open already
    SLICER = "slicer"  # pieces of one to three bytes
    SLOW_CLOSE = "slow close"  # the end of one side is told to the other one `seconds` later
    REFUSE = "refuse"  # nobody listens


class Direction(StrEnum):
    """As the client sees it."""

    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Fault:
    """One kind, with what it needs. direction: where bytes are counted for a cut; None: both ways."""

    kind: Kind
    seconds: float = 0.0
    jitter: float = 0.0
    rate: int = 0
    after: int = 0
    direction: Direction | None = None


class FaultProxy:
    """`with FaultProxy(port) as proxy:` stands in front of that port at `proxy.port`; see `set`."""

    def __init__(self, target: int, seed: int = 0) -> None:
        self.fault: Fault | None = None
        self.random = random.Random(seed)
        self.closing = threading.Event()
        self._target = target
        self._lock = threading.Lock()
        self._lines: set[_Line] = set()
        self._listener = self._listen(0)
        self.port: int = self._listener.getsockname()[1]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.closing.set()
        self._deafen()
        self._end_all(reset=False)

    def set(self, fault: Fault | None) -> None:
        """From now on the network is like this; None: as it should be. What was silenced stays silent."""
        before, self.fault = self.fault, fault
        if fault is not None and fault.kind is Kind.REFUSE:
            self._deafen()
        if fault is not None and fault.kind in (Kind.RESET, Kind.REFUSE):
            self._end_all(reset=fault.kind is Kind.RESET)
        if fault is not None and fault.kind is Kind.STALL:
            with self._lock:
                for line in self._lines:
                    line.silent = True
        if before is not None and before.kind is Kind.REFUSE and self.fault is None:
            self._listener = self._listen(self.port)

    def forget(self, line: "_Line") -> None:
        """A connection has ended."""
        with self._lock:
            self._lines.discard(line)

    def _listen(self, port: int) -> socket.socket:
        listener = socket.create_server((HOST, port), backlog=64)
        threading.Thread(target=self._accept, args=(listener,), name="proxy", daemon=True).start()
        return listener

    def _deafen(self) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # wakes the thread that accepts
        self._listener.close()

    def _end_all(self, *, reset: bool) -> None:
        with self._lock:
            lines = list(self._lines)
        for line in lines:
            line.end(reset=reset)

    def _accept(self, listener: socket.socket) -> None:
        while not self.closing.is_set():
            try:
                client, _ = listener.accept()
            except OSError:
                return
            self._connect(client)

    def _connect(self, client: socket.socket) -> None:
        fault = self.fault
        if fault is not None and fault.kind is Kind.RESET and fault.after == 0:
            _close(client, reset=True)
            return
        try:
            server = socket.create_connection((HOST, self._target), timeout=10)
        except OSError:
            client.close()
            return
        line = _Line(self, client, server)
        line.silent = fault is not None and fault.kind is Kind.STALL
        with self._lock:
            self._lines.add(line)
        line.start()


class _Line:
    """One connection through the proxy."""

    def __init__(self, proxy: FaultProxy, client: socket.socket, server: socket.socket) -> None:
        self.silent = False
        self._ended = False
        self._proxy = proxy
        self._ends = (client, server)
        self._passed = dict.fromkeys(Direction, 0)
        self._under: Fault | None = None
        for end in self._ends:
            end.settimeout(None)
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def start(self) -> None:
        """Carry bytes both ways."""
        client, server = self._ends
        for source, sink, direction in ((client, server, Direction.UP), (server, client, Direction.DOWN)):
            pump = threading.Thread(target=self._pump, args=(source, sink, direction), name="proxy", daemon=True)
            pump.start()

    def end(self, *, reset: bool) -> None:
        """Close both ends."""
        self._ended = True
        for end in self._ends:
            _close(end, reset=reset)
        self._proxy.forget(self)

    def _pump(self, source: socket.socket, sink: socket.socket, direction: Direction) -> None:
        try:
            while data := source.recv(CHUNK):
                if not self.silent:
                    self._carry(sink, data, direction)
            self._pass_on_the_end(sink)
        except OSError:
            if not self.silent:
                self.end(reset=False)

    def _pass_on_the_end(self, sink: socket.socket) -> None:
        if self.silent or self._ended:
            return
        fault = self._proxy.fault
        if fault is not None and fault.kind is Kind.SLOW_CLOSE:
            self._proxy.closing.wait(fault.seconds)
        sink.shutdown(socket.SHUT_WR)

    def _carry(self, sink: socket.socket, data: bytes, direction: Direction) -> None:
        fault = self._proxy.fault
        if fault is not self._under:
            self._under, self._passed = fault, dict.fromkeys(Direction, 0)
        carry = CARRIERS.get(fault.kind) if fault is not None else None
        if fault is None or carry is None:
            sink.sendall(data)
        else:
            carry(self, sink, data, fault, direction)

    def late(self, sink: socket.socket, data: bytes, fault: Fault, _direction: Direction) -> None:
        """Kind.LATENCY."""
        self._proxy.closing.wait(fault.seconds + self._proxy.random.uniform(0, fault.jitter))
        sink.sendall(data)

    def thin(self, sink: socket.socket, data: bytes, fault: Fault, _direction: Direction) -> None:
        """Kind.BANDWIDTH."""
        step = max(1, int(fault.rate * TICK_SECONDS))
        for start in range(0, len(data), step):
            sink.sendall(data[start : start + step])
            self._proxy.closing.wait(TICK_SECONDS)

    def sliced(self, sink: socket.socket, data: bytes, _fault: Fault, _direction: Direction) -> None:
        """Kind.SLICER."""
        start = 0
        while start < len(data):
            size = self._proxy.random.randint(1, 3)
            sink.sendall(data[start : start + size])
            start += size

    def cut(self, sink: socket.socket, data: bytes, fault: Fault, direction: Direction) -> None:
        """Kind.CUT and Kind.RESET: so many bytes, and then no more."""
        if fault.direction not in (None, direction):
            sink.sendall(data)
            return
        left = fault.after - self._passed[direction]
        self._passed[direction] += len(data)
        sink.sendall(data[: max(0, left)])
        if len(data) >= left:
            self.end(reset=fault.kind is Kind.RESET)


CARRIERS: Mapping[Kind, Callable[[_Line, socket.socket, bytes, Fault, Direction], None]] = {
    Kind.LATENCY: _Line.late,
    Kind.BANDWIDTH: _Line.thin,
    Kind.SLICER: _Line.sliced,
    Kind.CUT: _Line.cut,
    Kind.RESET: _Line.cut,
}


def _close(end: socket.socket, *, reset: bool) -> None:
    """Close it, also under a thread that reads from it."""
    with contextlib.suppress(OSError):
        if reset:
            end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
        end.shutdown(socket.SHUT_RD if reset else socket.SHUT_RDWR)
    end.close()
