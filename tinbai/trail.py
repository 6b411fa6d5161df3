"""An exception without its words: which types, and where in the code. What it says may quote a mail, a parameter of a
statement, a password; a type and a place never do.
"""

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from traceback import walk_tb

from pipeline.sandbox import ChildFailed

DEEPEST = 6  # exceptions of one chain
FIRST, LAST = 4, 20  # places of one exception: a recursion has a thousand
CODES = ("sqlite_errorname", "sqlstate", "smtp_code", "errno")  # what libraries number their errors by
CODE = re.compile(r"[A-Za-z0-9_]{1,40}")
ODD = re.compile(r"[^\w./<>-]", re.ASCII)


@dataclass(frozen=True, slots=True)
class Fault:
    """One exception of a chain: its type, its number where it has one, the places it came through, outermost first."""

    kind: str
    places: tuple[str, ...]

    def __str__(self) -> str:
        """`KeyError at db/work.py:186:_do, parsers/kind.py:20:kind_of`."""
        return f"{self.kind} at {', '.join(self.places)}" if self.places else self.kind


def faults_of(error: BaseException | None) -> list[Fault]:
    """The exception, what it was raised from, and so on."""
    faults: list[Fault] = []
    while error is not None and len(faults) < DEEPEST:
        faults.append(Fault(_kind(error), _places(error)))
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return faults


def told(error: BaseException | None) -> str:
    """The whole chain in one line."""
    return " < ".join(str(fault) for fault in faults_of(error))


def place(file: str, line: int, function: str) -> str:
    """A place in the code as it is logged: `db/work.py:186:_do`."""
    return f"{_short(file)}:{line}:{ODD.sub('?', function)}"


def _kind(error: BaseException) -> str:
    kind = type(error)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    for attribute in CODES:
        code = getattr(error, attribute, None)
        if isinstance(code, int | str) and CODE.fullmatch(str(code)):
            return f"{name}[{code}]"
    return name


def _places(error: BaseException) -> tuple[str, ...]:
    frames = [
        place(frame.f_code.co_filename, line, frame.f_code.co_name) for frame, line in walk_tb(error.__traceback__)
    ]
    if not isinstance(error, ChildFailed):
        return tuple(_thinned(frames))
    inside = [place(*where) for where in error.places]
    return (*_thinned(frames), ODD.sub("?", error.kind), *_thinned(inside))


def _thinned(places: Sequence[str]) -> Sequence[str]:
    left_out = len(places) - FIRST - LAST
    return [*places[:FIRST], f"({left_out} more)", *places[-LAST:]] if left_out > 0 else places


@cache
def _short(file: str) -> str:
    """From the package on: where tinbai lies on this machine is nobody's business."""
    roots = sorted((root for root in sys.path if root and file.startswith(f"{root}/")), key=len)
    return ODD.sub("?", file.removeprefix(f"{roots[-1]}/") if roots else Path(file).name)
