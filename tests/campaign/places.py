"""Names every commit and every call of a protocol in a process of tinbai, and kills the process at the planned one.

It wraps SQLAlchemy's commit and Python's sockets from outside. What is met is written to a journal that survives.
"""

import ast
import os
import re
import signal
import socket
import ssl
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import FrameType
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy.engine.default import DefaultDialect

ROOT = Path(__file__).parent.parent.parent
ROOMS = tuple(f"{ROOT / room}{os.sep}" for room in ("tinbai", "desk", "pipeline", "ingest", "outbox", "db"))
PASSED_THROUGH = ("session.py",)  # db/session.py commits for everybody
NAMED_BY_CALLER = ("_finish",)
MESSAGE_ID = re.compile(rb"^message-id:\s*(<[^>\r\n]+>)", re.IGNORECASE | re.MULTILINE)

IMAP_COMMAND = re.compile(rb"\w+ ((?:UID )?[A-Z]+)\b")
SMTP_COMMAND = re.compile(rb"(EHLO|HELO|STARTTLS|AUTH|MAIL|RCPT|DATA|RSET|NOOP|QUIT)\b", re.IGNORECASE)
HTTP_METHOD = re.compile(rb"([A-Z]+) ")


@dataclass(frozen=True, slots=True)
class Plan:
    """Where to die: "before" or "after" a place, at which of its occurrences from now on."""

    place: str
    side: str
    occurrence: int


class Watch:
    """Sees every place go by. `journal` is a file descriptor that is appended to."""

    def __init__(self, journal: int, plan: Plan | None = None) -> None:
        self._journal = journal
        self._lock = threading.Lock()
        self.arm(plan)

    def arm(self, plan: Plan | None) -> None:
        """Die there from now on; None: live."""
        with self._lock:
            self._plan, self._left = plan, plan.occurrence if plan else 0

    @contextmanager
    def at(self, place: str) -> Iterator[None]:
        """The block is the place."""
        self.note("place", place)
        self._pass(place, "before")
        yield
        self._pass(place, "after")

    def note(self, kind: str, text: str = "") -> None:
        """Write a line that outlives the process."""
        os.write(self._journal, f"{os.getpid()} {kind} {text}\n".encode())

    def _pass(self, place: str, side: str) -> None:
        with self._lock:
            if self._plan is None or (self._plan.place, self._plan.side) != (place, side):
                return
            self._left -= 1
            if self._left <= 0:
                self.note("killed", f"{side} {place}")
                os.kill(os.getpid(), signal.SIGKILL)


def watch_commits(watch: Watch) -> None:
    """Every commit becomes a place named after the product's function that commits."""
    original: Any = DefaultDialect.do_commit

    def do_commit(self: DefaultDialect, connection: Any) -> None:
        with watch.at(f"commit:{_commit_name(sys._getframe(1))}"):
            original(self, connection)

    DefaultDialect.do_commit = do_commit  # type: ignore[method-assign]  # that is what a harness does


def _commit_name(frame: FrameType | None) -> str:
    while frame is not None and not _is_product(frame):
        frame = frame.f_back
    if frame is None:
        return "elsewhere"
    step = getattr(frame.f_locals.get("step"), "name", None)
    name, ordinal = frame.f_code.co_name, _ordinal(frame)
    if name in NAMED_BY_CALLER and frame.f_back is not None:
        name = frame.f_back.f_code.co_name
    return name.strip("_") + (f":{step}" if step else ordinal)


def _is_product(frame: FrameType) -> bool:
    file = frame.f_code.co_filename
    return file.startswith(ROOMS) and not file.endswith(PASSED_THROUGH)


def _ordinal(frame: FrameType) -> str:
    """Which of several transactions of a function this is: "#2"."""
    code = frame.f_code
    lines = _transactions(code.co_filename).get((code.co_name, code.co_firstlineno), ())
    return f"#{lines.index(frame.f_lineno) + 1}" if len(lines) > 1 and frame.f_lineno in lines else ""


@lru_cache
def _transactions(file: str) -> Mapping[tuple[str, int], list[int]]:
    """The lines of the `with …write()` statements of each function."""
    found: dict[tuple[str, int], list[int]] = {}
    for function in ast.walk(ast.parse(Path(file).read_text(encoding="utf-8"))):
        if isinstance(function, ast.FunctionDef):
            first = min([function.lineno, *(decorator.lineno for decorator in function.decorator_list)])
            found[function.name, first] = sorted(
                node.lineno
                for node in ast.walk(function)
                if isinstance(node, ast.With) and "write()" in ast.unparse(node.items[0])
            )
    return found


class Talk:
    """What goes over one connection, told by what tinbai says in it."""

    def __init__(self, protocol: str, secure: bool) -> None:
        self.protocol = protocol
        self.verb = "TLS" if secure else "greeting"
        self._content = False  # the next thing said is the mail itself

    def hear(self, data: bytes, watch: Watch) -> None:
        """Take the verb from what is about to be sent."""
        self.verb = getattr(self, f"_{self.protocol}")(data, watch)

    def _imap(self, data: bytes, _watch: Watch) -> str:
        if data.strip() == b"DONE":
            return "DONE"
        found = IMAP_COMMAND.match(data)
        detail = " BODY" if b"BODY.PEEK" in data else ""
        return found[1].decode() + detail if found else self.verb

    def _smtp(self, data: bytes, watch: Watch) -> str:
        if data == b".\r\n":
            self._content = False
            return "DOT"
        if self._content:  # it may come in pieces; the first one carries the header
            if found := MESSAGE_ID.search(data):
                watch.note("begun", found[1].decode("ascii", "replace"))
            return "content"
        found = SMTP_COMMAND.match(data)
        if found and found[1].upper() == b"DATA":
            self._content = True
            watch.note("data")
        return found[1].decode().upper() if found else self.verb

    def _http(self, data: bytes, _watch: Watch) -> str:
        found = HTTP_METHOD.match(data)
        return found[1].decode() if found else self.verb


class Sockets:
    """Wraps the calls of Python's sockets. `protocols`: what is spoken at which port; every other one is the web."""

    def __init__(self, watch: Watch, protocols: Mapping[int, str]) -> None:
        self._watch = watch
        self._protocols = protocols
        self._talks: WeakKeyDictionary[socket.socket, Talk] = WeakKeyDictionary()
        self._thread = threading.local()  # a method of SSLSocket may call another one

    def install(self) -> None:
        """From now on every call is a place."""
        self._wrap(socket.socket, "connect", self._connecting)
        self._wrap(ssl.SSLSocket, "do_handshake", self._plain("handshake"))
        for kind in (socket.socket, ssl.SSLSocket):
            for name in ("send", "sendall"):
                self._wrap(kind, name, self._sending)
            for name in ("recv", "recv_into"):
                self._wrap(kind, name, self._plain("recv"))

    def _wrap(self, kind: type, name: str, place_of: Callable[..., str | None]) -> None:
        original = getattr(kind, name)

        def call(peer: socket.socket, *args: Any, **kwargs: Any) -> Any:
            if getattr(self._thread, "inside", False):
                return original(peer, *args, **kwargs)
            place = place_of(peer, *args)
            if place is None:
                return original(peer, *args, **kwargs)
            self._thread.inside = True
            try:
                with self._watch.at(place):
                    return original(peer, *args, **kwargs)
            finally:
                self._thread.inside = False

        setattr(kind, name, call)

    def _connecting(self, _peer: socket.socket, address: Any) -> str | None:
        return f"{self._protocol(address)}:connect" if isinstance(address, tuple) else None

    def _sending(self, peer: socket.socket, data: Any, *_rest: Any) -> str | None:
        talk = self._talk(peer)
        if talk is None:
            return None
        talk.hear(bytes(data), self._watch)
        return f"{talk.protocol}:{talk.verb}:send"

    def _plain(self, call: str) -> Callable[..., str | None]:
        def place_of(peer: socket.socket, *_rest: Any) -> str | None:
            talk = self._talk(peer)
            return f"{talk.protocol}:{talk.verb}:{call}" if talk else None

        return place_of

    def _talk(self, peer: socket.socket) -> Talk | None:
        talk = self._talks.get(peer)
        if talk is None:
            try:
                address = peer.getpeername()
            except OSError:
                return None
            if not isinstance(address, tuple):
                return None
            talk = self._talks[peer] = Talk(self._protocol(address), isinstance(peer, ssl.SSLSocket))
        return talk

    def _protocol(self, address: tuple[Any, ...]) -> str:
        return self._protocols.get(address[1], "http")
