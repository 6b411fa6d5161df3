"""An SMTP server that does what a test tells it to, for what no decent server does. It keeps no mail.

Stages are the commands, GREETING, and DOT for the end of a mail. What a stage is told to do:
bytes are sent as they are; None cuts the connection; DRIP sends one byte after another, never a whole line;
ENDLESS sends lines of one reply without an end; SILENT says nothing. All of it ends when the server closes.
"""

import socketserver
from collections.abc import Iterable, Iterator, Mapping
from threading import Event, Thread
from typing import Self

DRIP, ENDLESS, SILENT = "drip", "endless", "silent"
USUAL: Mapping[str, bytes] = {
    "GREETING": b"220 localhost ESMTP\r\n",
    "EHLO": b"250-localhost\r\n250 SIZE 1000000\r\n",
    "DATA": b"354 go on\r\n",
    "QUIT": b"221 bye\r\n",
}
DRIP_PAUSE = 0.02
Deed = bytes | str | None


class ScriptedSmtp:
    """`with ScriptedSmtp({"MAIL": DRIP}) as server:` listens on `server.port`; `received` keeps the stages it saw."""

    def __init__(self, deeds: Mapping[str, Deed]) -> None:
        self.received: list[str] = []
        self.closing = Event()
        self._deeds = deeds
        self._server = _Server(("127.0.0.1", 0), self._talk())
        self.port: int = self._server.server_address[1]

    def __enter__(self) -> Self:
        Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()

    def pieces(self, stage: str) -> Iterator[bytes] | None:
        """What goes over the wire at this stage."""
        self.received.append(stage)
        deed = self._deeds.get(stage, USUAL.get(stage, b"250 OK\r\n"))
        if deed is None:
            return None
        if isinstance(deed, bytes):
            return iter((deed,))
        return self._for_ever(deed)

    def _for_ever(self, deed: str) -> Iterator[bytes]:
        while not self.closing.wait(0 if deed == ENDLESS else DRIP_PAUSE):
            if deed != SILENT:
                yield b"250-" + b"x" * 400 + b"\r\n" if deed == ENDLESS else b"2"

    def _talk(self) -> type[socketserver.StreamRequestHandler]:
        script = self

        class Talk(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                for stage in _stages(self.rfile):
                    pieces = script.pieces(stage)
                    if pieces is None:
                        return
                    for piece in pieces:
                        self.wfile.write(piece)

        return Talk


def _stages(lines: Iterable[bytes]) -> Iterator[str]:
    yield "GREETING"
    in_mail = False
    for line in lines:
        if in_mail:
            in_mail = line != b".\r\n"
            if not in_mail:
                yield "DOT"
            continue
        command = line.split(maxsplit=1)[0].upper().decode() if line.strip() else ""
        yield command
        in_mail = command == "DATA"


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: clients that hang up are what these tests are about."""
