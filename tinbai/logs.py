"""Logging: a constant sentence and named values, one line each, as logfmt or JSON. Ids and counts, never people.

One rule for every logger, ours and the libraries':
- numbers, times and words of our own enumerations are shown; a text only under a name of `WORDS`, and masked;
- a library's sentence is shown without the texts put into it, and not at all when they cannot be told apart from it;
- an exception is shown as types and places, never with what it says.
"""

import json
import logging
import math
import re
import sys
import threading
import warnings
from collections.abc import Collection, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, tzinfo
from enum import StrEnum
from typing import TextIO

from tinbai.masking import UNSAID, Mask
from tinbai.settings import LogSettings
from tinbai.trail import faults_of, place, told

Value = str | int | float | bool | None

ROOMS = ("tinbai", "desk", "pipeline", "ingest", "outbox", "parsers", "db")
QUIET = ("apscheduler", "alembic", "urllib3", "imapclient", "mailparser", "mail.log", "waitress", "sqlalchemy")
WORDS = frozenset(  # names whose value may be a text: what tinbai itself is made of, and sentences of ours
    {"about", "alarm", "duty", "folder", "job", "kind", "listen", "mailbox", "notice", "period", "reason"}
    | {"section", "state", "step"}
)
LIBRARY = "A library's message"
ODD_TEMPLATE = "A message that does not fit its values"
LOST = 'level=error event="A record could not be logged"\n'

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_BARE = re.compile(r"[^\s\"=\\…]+")
log = logging.getLogger(__name__)


class _Formatter(logging.Formatter):
    """What both formats share. zone: of the times; the machine's own by default. secrets: hidden in every text."""

    def __init__(self, zone: tzinfo | None = None, secrets: Collection[str] = ()) -> None:
        super().__init__()
        self._zone = zone
        self._mask = Mask(secrets)

    def entry(self, record: logging.LogRecord) -> dict[str, Value]:
        """Time, level, event, the named values, and of an exception its types and places."""
        ours = record.name.partition(".")[0] in ROOMS
        at = datetime.fromtimestamp(record.created, tz=UTC).astimezone(self._zone)
        entry: dict[str, Value] = {"at": at.isoformat(timespec="seconds"), "level": record.levelname.lower()}
        entry["event"] = self._mask(_event(record, ours=ours))
        if not ours:
            entry["logger"] = self._mask(record.name)
            entry["place"] = place(record.pathname, record.lineno, record.funcName or "")
        for name, value in vars(record).items():
            if name not in _STANDARD and name not in entry and name.isidentifier():
                entry[name] = self._shown(name, value)
        if record.exc_info and record.exc_info[1] is not None:
            entry["error"] = faults_of(record.exc_info[1])[0].kind
            entry["trace"] = told(record.exc_info[1])
        return entry

    def _shown(self, name: str, value: object) -> Value:
        if value is None or isinstance(value, bool | int):
            return value
        if isinstance(value, float):
            return value if math.isfinite(value) else str(value)
        if isinstance(value, timedelta):
            return value.total_seconds()
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, StrEnum):
            return value.value
        return self._mask(value) if isinstance(value, str) and name in WORDS else UNSAID


class LineFormatter(_Formatter):
    """logfmt: `at=2026-11-25T07:45:10+07:00 level=info event="Mail stored" message_id=12 uid=48`."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, whatever the values are."""
        return " ".join(f"{name}={_quoted(value)}" for name, value in self.entry(record).items())


class JsonFormatter(_Formatter):
    """One JSON object a line, ASCII only."""

    def format(self, record: logging.LogRecord) -> str:
        """The same names and values as in logfmt."""
        return json.dumps(self.entry(record))


class _Handler(logging.StreamHandler[TextIO]):
    """Writes to a stream; of a record that cannot be written it says no more than that."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  (logging's name)
        """The standard library would print the record, values and all."""
        with suppress(OSError, ValueError):
            self.stream.write(LOST)


def _event(record: logging.LogRecord, *, ours: bool) -> str:
    """Our sentences are constant. A library's is, too, when it leaves room for values; else they stand in it."""
    if not isinstance(record.msg, str):
        return LIBRARY
    if not record.args:
        return record.msg if ours else LIBRARY
    try:
        return record.msg % _numbers_only(record.args)
    except (TypeError, ValueError, KeyError):
        return ODD_TEMPLATE


def _numbers_only(arguments: tuple[object, ...] | Mapping[str, object]) -> tuple[object, ...] | dict[str, object]:
    if isinstance(arguments, Mapping):
        return {name: _number(value) for name, value in arguments.items()}
    return tuple(_number(value) for value in arguments)


def _number(value: object) -> object:
    return value if type(value) in {int, float, bool} else UNSAID


def _quoted(value: Value) -> str:
    """A value of logfmt: bare when that is clear, else in quotes; what does not print is written as an escape."""
    if not isinstance(value, str):
        return json.dumps(value)
    text = value.replace("\\", "\\\\").replace('"', '\\"')
    text = "".join(letter if letter.isprintable() else json.dumps(letter)[1:-1] for letter in text)
    return text if _BARE.fullmatch(value) and text == value else f'"{text}"'


def configure(settings: LogSettings, zone: tzinfo | None = None, secrets: Collection[str] = ()) -> None:
    """Log to standard error as the settings say; the libraries' own chatter only from WARNING on.

    zone, secrets: see the formatters. Whatever Python would print by itself becomes a line of the log, too.
    """
    handler = _Handler(sys.stderr)
    handler.setFormatter((JsonFormatter if settings.format == "json" else LineFormatter)(zone, secrets))
    logging.basicConfig(level=settings.level, handlers=[handler], force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    catch_the_rest()


def catch_the_rest() -> None:
    """Uncaught exceptions, those that Python ignores, and warnings: into the log, without their words."""
    sys.excepthook = lambda _kind, error, _trace: _uncaught("Uncaught error", error)
    threading.excepthook = lambda args: _uncaught("Uncaught error in a thread", args.exc_value)
    sys.unraisablehook = lambda args: _uncaught("Error that Python ignores", args.exc_value)
    warnings.showwarning = _warned


def _uncaught(event: str, error: BaseException | None) -> None:
    log.critical(event, exc_info=error)


def _warned(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    """Kind and place; the message may quote what it warns of."""
    warned = logging.getLogger("py.warnings")
    kind = {"kind": category.__name__}
    warned.handle(warned.makeRecord(warned.name, logging.WARNING, filename, lineno, LIBRARY, (), None, extra=kind))
