"""What `tinbai check` answers to a question, and the two ways of having no good answer. Asks nothing itself."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from ingest.mailbox_protocol import MailboxError
from outbox.errors import DeliveryError
from tinbai.deadline import Deadline, NoAnswer

Answer = TypeVar("Answer")
TOO_SLOW = "Không có trả lời trong {seconds:.0f} giây: hãy kiểm tra mạng và tường lửa của máy này."


@dataclass(frozen=True, slots=True)
class Finding:
    """The answer to one question. ok: None when it could not be asked; then the text says why.

    A fault's text ends with what to do.
    """

    ok: bool | None
    text: str


class Fault(Exception):
    """Something is wrong; the message is a sentence with its remedy."""


class LeftOut(Exception):
    """The question depends on something that is not there; the message says on what, to follow "vì"."""


class Once(Generic[Answer]):
    """An answer that several questions need, asked for once. That it failed is an answer, too."""

    def __init__(self, ask: Callable[[], Answer]) -> None:
        self._ask = ask
        self._found: list[Answer | Fault | LeftOut] = []

    def __call__(self) -> Answer:
        """The answer. Raises Fault and LeftOut."""
        if not self._found:
            try:
                self._found.append(self._ask())
            except (Fault, LeftOut) as error:
                self._found.append(error)
        found = self._found[0]
        if isinstance(found, Fault | LeftOut):
            raise found
        return found


def bounded(ask: Callable[[], Answer], seconds: float) -> Answer:
    """Ask something over the network, for so long and no longer. Raises Fault; `ask` must not return None."""
    try:
        found = Deadline[Answer | Fault](lambda: _caught(ask), seconds)()
    except NoAnswer:
        raise Fault(TOO_SLOW.format(seconds=seconds)) from None
    if isinstance(found, Fault):
        raise found
    return found


def _caught(ask: Callable[[], Answer]) -> Answer | Fault:
    """An error crosses from the thread that met it as a value."""
    try:
        return ask()
    except (MailboxError, DeliveryError) as error:
        return Fault(error.reason)
