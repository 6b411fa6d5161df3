"""Warm child processes with limits, for whatever a hostile byte could stall.

A call goes to an idle child; one that takes too long, grows too large or dies is replaced, and the item gets a reason.
"""

import importlib
import multiprocessing
import os
import pickle
import queue
import resource
import signal
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from functools import partial
from multiprocessing.connection import Connection
from traceback import walk_tb
from types import TracebackType
from typing import ParamSpec, TypeVar, cast

from db.work import WorkFailed
from parsers.message import ParseError

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

EXPECTED = (WorkFailed, ParseError)  # what a parser may say; anything else is our own mistake
MEGABYTE = 1 << 20
GOODBYE_SECONDS = 2.0
TOO_SLOW = "Nội dung quá phức tạp, không đọc xong trong thời gian cho phép."
TOO_LARGE = "Nội dung quá lớn, không đọc được trong bộ nhớ cho phép."
KILLED = "Việc đọc bị ngắt giữa chừng."


class Sandbox:
    """A few children.

    seconds: the wall clock of one call. memory: the address space of a child, in megabytes. preload: modules that a
    child imports before its first call, so that the first item does not wait for them.
    """

    def __init__(self, children: int = 2, seconds: float = 15, memory: int = 768, preload: Sequence[str] = ()) -> None:
        self._seconds = seconds
        self._memory = memory
        self._preload = tuple(preload)
        self._children: list[_Child] = []  # all that were started; those that have ended do not mind being stopped
        self._idle: queue.LifoQueue[_Child | None] = queue.LifoQueue()
        for _ in range(children):
            self._idle.put(self._new_child())

    def call(self, function: Callable[Arguments, Result], *args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        """Run a module-level function with picklable arguments in a child.

        Raises what the function raises of EXPECTED; WorkFailed when the child was too slow or too large, or when it was
        killed, which may be nobody's fault and is worth another try; ChildFailed after a mistake of ours.
        """
        child = self._idle.get()
        try:
            if child is None or not child.is_alive():
                child = self._new_child()
            answer = child.ask((function, args, kwargs), self._seconds)
            if isinstance(answer, ChildFailed):
                raise answer
        except ChildFailed:
            _end(child)
            child = None
            raise
        except TimeoutError as error:
            _end(child)
            child = None
            raise WorkFailed(TOO_SLOW, permanent=True) from error
        except (EOFError, OSError) as error:
            by_itself = child is not None and child.ended_by_itself()
            _end(child)
            child = None
            raise (ChildFailed("exit", []) if by_itself else WorkFailed(KILLED)) from error
        finally:
            self._idle.put(child)  # None: the next call starts one
        if isinstance(answer, _Raised):
            raise answer.error
        return cast("Result", answer)  # it crossed a pipe

    def idle(self) -> int:
        """How many children wait for a call."""
        return self._idle.qsize()

    def _new_child(self) -> "_Child":
        child = _Child(self._memory * MEGABYTE, self._preload)
        self._children = [other for other in self._children if other.is_alive()] + [child]
        return child

    def close(self) -> None:
        """End the children, those at work too: a call in hand fails, and is done again by whoever comes next."""
        for child in self._children:
            child.stop()


class ChildFailed(RuntimeError):
    """A call ended its child by an error that nobody expected.

    kind: the name of that error. places: (file, line, function), outermost first. What it said may quote a mail.
    """

    def __init__(self, kind: str, places: Sequence[tuple[str, int, str]]) -> None:
        super().__init__(kind, places)
        self.kind = kind
        self.places = places


class _Raised:
    """An exception on its way back."""

    def __init__(self, error: Exception) -> None:
        self.error = error


class _Child:
    """One process and our end of its pipe."""

    def __init__(self, memory: int, preload: tuple[str, ...]) -> None:
        context = multiprocessing.get_context("spawn")  # a fork of a process with threads may inherit a held lock
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, memory, preload), daemon=True)
        self._ended = False
        self._process.start()
        theirs.close()

    def ask(self, call: object, seconds: float) -> object:
        """Send the call, wait for the answer. Raises TimeoutError, EOFError, OSError."""
        self._pipe.send(call)
        if not self._pipe.poll(seconds):
            raise TimeoutError
        return self._pipe.recv()

    def is_alive(self) -> bool:
        """It can be asked."""
        return not self._ended and self._process.is_alive()

    def stop(self) -> None:
        """End it from another thread than the one that asks it."""
        if not self._ended:
            self._process.kill()

    def ended_by_itself(self) -> bool:
        """It ended by an exception, not by a signal."""
        self._process.join(GOODBYE_SECONDS)
        return (self._process.exitcode or 0) > 0

    def kill(self) -> None:
        """End it at once, and let go of it."""
        self._ended = True
        self._process.kill()
        self._process.join()
        self._process.close()
        self._pipe.close()


def _end(child: _Child | None) -> None:
    if child is not None:
        child.kill()


def _serve(pipe: Connection, memory: int, preload: tuple[str, ...]) -> None:
    """The child's loop: it ends when the parent is gone."""
    for number in (signal.SIGINT, signal.SIGTERM):  # sent to the whole group; the parent handles them, and ends us
        signal.signal(number, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _fall_silent()
    with suppress(EOFError, OSError), ExitStack() as last_words:
        last_words.push(partial(_confess, pipe))
        for module in preload:
            importlib.import_module(module)
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


def _fall_silent() -> None:
    """Whatever parsers and their libraries print may quote a mail."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)


def _confess(
    pipe: Connection, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
) -> None:
    """Tell the parent which mistake of ours ends this child, and where it is."""
    if kind is not None and not issubclass(kind, EOFError | OSError):
        places = [(frame.f_code.co_filename, line, frame.f_code.co_name) for frame, line in walk_tb(trace)]
        pipe.send(ChildFailed(kind.__name__, places))
