"""An IMAP server that says what a test tells it to, for what no decent server does. One client at a time."""

import socket
import socketserver
import ssl
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, suppress
from typing import Self

__all__ = ["Answer", "Peer", "ScriptedImap"]


class ScriptedImap:
    """Answers each command by its first words, the most that stand in `answers`, with "{tag}" filled in, else with OK.

    An answer of `None` closes the connection; a function says what it likes. "UID FETCH 1" goes before "UID FETCH", and
    that before "UID"; "+" is the answer to a line after a "+" of the server's. `received` keeps every line that the
    client sent. With `context` it speaks TLS from the first byte on.
    """

    def __init__(
        self,
        answers: Mapping[str, "Answer"],
        greeting: str | None = "* OK ready",
        context: ssl.SSLContext | None = None,
    ) -> None:
        self.received: list[str] = []
        self._over = threading.Event()
        self._server = socketserver.TCPServer(("127.0.0.1", 0), self._talk(answers, greeting, context))
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _talk(
        self, answers: Mapping[str, "Answer"], greeting: str | None, context: ssl.SSLContext | None
    ) -> type[socketserver.BaseRequestHandler]:
        received, over = self.received, self._over

        class Talk(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                peer = Peer(self.request, received, over)
                with suppress(OSError), closing(peer):  # the client hangs up whenever it likes
                    if context:
                        peer.start_tls(context)
                    if greeting is not None:
                        peer.say(greeting)
                    peer.converse(answers)

        return Talk


class Peer:
    """The server's end of a connection."""

    def __init__(self, connection: socket.socket, received: list[str], over: threading.Event) -> None:
        self.connection = connection
        self.received = received
        self.tag = ""
        self._lines = connection.makefile("rb")
        self._over = over
        self._continues = False

    def converse(self, answers: Mapping[str, "Answer"]) -> None:
        """Answer until somebody hangs up."""
        while line := self._lines.readline():
            self.received.append(line.decode().strip())
            words = self.received[-1].split()
            if self._continues and "+" in answers:
                words = ["+"]
            elif words[0] != "DONE":  # a line without a tag: it ends the command before
                self.tag, *words = words
            answer = _answer(answers, words)
            if answer is None:
                return
            if callable(answer):
                answer(self)
            else:
                self.say(answer.format(tag=self.tag))

    def say(self, lines: str) -> None:
        """Say whole lines."""
        self._continues = lines.startswith("+")
        self.send(lines.replace("\n", "\r\n").encode() + b"\r\n")

    def send(self, data: bytes) -> None:
        """Say just this."""
        self.connection.sendall(data)

    def hang_up(self) -> None:
        """Close the connection."""
        self.connection.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Let go of the connection."""
        self._lines.close()
        self.connection.close()

    def pause(self, seconds: float) -> bool:
        """Say nothing for a while; False when the test is over."""
        return not self._over.wait(seconds)

    def start_tls(self, context: ssl.SSLContext) -> None:
        """Shake hands."""
        self._lines.close()
        self.connection = context.wrap_socket(self.connection, server_side=True)
        self._lines = self.connection.makefile("rb")


Answer = str | None | Callable[[Peer], None]


def _answer(answers: Mapping[str, Answer], words: Sequence[str]) -> Answer:
    beginnings = (" ".join(words[:end]).upper() for end in range(len(words), 0, -1))
    return next((answers[beginning] for beginning in beginnings if beginning in answers), "{tag} OK done")
