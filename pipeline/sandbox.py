"""Warm child processes with limits, for whatever a hostile byte could stall.

A call goes to an idle child; one that takes too long, grows too large or dies is replaced, and the item gets a reason.
"""

import logging
import multiprocessing
import pickle
import queue
import resource
import signal
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import ParamSpec, TypeVar, cast

from db.work import WorkFailed
from parsers.message import ParseError

log = logging.getLogger(__name__)

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

EXPECTED = (WorkFailed, ParseError)  # what a parser may say; anything else is our own mistake
MEGABYTE = 1 << 20
TOO_SLOW = "Nội dung quá phức tạp, không đọc xong trong thời gian cho phép."
TOO_LARGE = "Nội dung quá lớn, không đọc được trong bộ nhớ cho phép."


class Sandbox:
    """A few children. `seconds` is the wall clock of one call, `memory` the address space of a child in megabytes."""

    def __init__(self, children: int = 2, seconds: float = 15, memory: int = 768) -> None:
        self._seconds = seconds
        self._memory = memory
        self._idle: queue.LifoQueue[_Child] = queue.LifoQueue()
        for _ in range(children):
            self._idle.put(_Child(memory))

    def call(self, function: Callable[Arguments, Result], *args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        """Run a module-level function with picklable arguments in a child.

        Raises what the function raises of EXPECTED, else WorkFailed when the child was too slow, too large or died.
        """
        child = self._idle.get()
        try:
            answer = child.ask((function, args, kwargs), self._seconds)
        except (EOFError, OSError, TimeoutError) as error:
            child.kill()
            child = _Child(self._memory)
            reason = TOO_SLOW if isinstance(error, TimeoutError) else TOO_LARGE
            raise WorkFailed(reason, permanent=True) from error
        finally:
            self._idle.put(child)
        if isinstance(answer, _Raised):
            raise answer.error
        return cast("Result", answer)  # it crossed a pipe

    def close(self) -> None:
        """End the children."""
        with suppress(queue.Empty):
            while True:
                self._idle.get_nowait().kill()


class _Raised:
    """An exception on its way back."""

    def __init__(self, error: Exception) -> None:
        self.error = error


class _Child:
    """One process and our end of its pipe."""

    def __init__(self, memory: int) -> None:
        context = multiprocessing.get_context("spawn")  # a fork of a process with threads may inherit a held lock
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, memory * MEGABYTE), daemon=True)
        self._process.start()
        theirs.close()

    def ask(self, call: object, seconds: float) -> object:
        """Send the call, wait for the answer. Raises TimeoutError, EOFError, OSError."""
        self._pipe.send(call)
        if not self._pipe.poll(seconds):
            raise TimeoutError
        return self._pipe.recv()

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()
        self._process.join()
        self._process.close()
        self._pipe.close()


def _serve(pipe: Connection, memory: int) -> None:
    """The child's loop: it ends when the parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(EOFError, OSError):
        while True:
            function, args, kwargs = pipe.recv()
            pipe.send_bytes(pickle.dumps(_answer(function, args, kwargs)))


def _answer(function: Callable[..., object], args: tuple[object, ...], kwargs: dict[str, object]) -> object:
    try:
        return function(*args, **kwargs)
    except EXPECTED as error:
        return _Raised(error)
    except (MemoryError, RecursionError):
        return _Raised(WorkFailed(TOO_LARGE, permanent=True))
