"""An IMAP server that says what a test tells it to, for what no decent server does. One client at a time."""

import socketserver
import threading
from collections.abc import Mapping, Sequence
from typing import Self

__all__ = ["ScriptedImap"]


class ScriptedImap:
    """Answers each command by its first words, the most that stand in `answers`, with "{tag}" filled in, else with OK.

    An answer of `None` closes the connection. "UID FETCH 1" goes before "UID FETCH", and that before "UID".
    `received` keeps every line that the client sent.
    """

    def __init__(self, answers: Mapping[str, str | None], greeting: str = "* OK ready") -> None:
        self.received: list[str] = []
        self._server = socketserver.TCPServer(("127.0.0.1", 0), self._talk(answers, greeting))
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _talk(self, answers: Mapping[str, str | None], greeting: str) -> type[socketserver.StreamRequestHandler]:
        received = self.received

        class Talk(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                self._say(greeting)
                tag = ""
                for line in self.rfile:
                    received.append(line.decode().strip())
                    words = received[-1].split()
                    if words[0] != "DONE":  # the only line without a tag: it ends the command before
                        tag, *words = words
                    answer = _answer(answers, words)
                    if answer is None:
                        return
                    self._say(answer.format(tag=tag))

            def _say(self, lines: str) -> None:
                self.wfile.write(lines.replace("\n", "\r\n").encode() + b"\r\n")

        return Talk


def _answer(answers: Mapping[str, str | None], words: Sequence[str]) -> str | None:
    beginnings = (" ".join(words[:end]).upper() for end in range(len(words), 0, -1))
    return next((answers[beginning] for beginning in beginnings if beginning in answers), "{tag} OK done")
