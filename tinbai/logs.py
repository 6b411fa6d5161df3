"""Logging: a constant sentence and named values, one line each. Ids and counts, never addresses, subjects or bodies."""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any

from tinbai.settings import LogSettings

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
QUIET = ("apscheduler", "alembic", "urllib3", "imapclient", "mailparser", "mail.log")


class LineFormatter(logging.Formatter):
    """`2026-11-25 07:45:10 INFO Mail stored message=12 uid=48`."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, and the traceback of an unforeseen error below it."""
        values = "".join(f" {key}={value}" for key, value in _values(record).items())
        at = datetime.fromtimestamp(record.created, tz=UTC).astimezone()
        line = f"{at:%Y-%m-%d %H:%M:%S} {record.levelname} {record.getMessage()}{values}"
        return _one_line(line) + (f"\n{self.formatException(record.exc_info)}" if record.exc_info else "")


class JsonFormatter(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Time in UTC, level, event, then the named values."""
        at = datetime.fromtimestamp(record.created, tz=UTC).isoformat(timespec="milliseconds")
        entry = {"at": at, "level": record.levelname, "event": record.getMessage(), **_values(record)}
        if record.exc_info:
            entry["traceback"] = self.formatException(record.exc_info)
        return json.dumps(entry, ensure_ascii=False, default=str)


def _values(record: logging.LogRecord) -> dict[str, Any]:
    return {key: value for key, value in vars(record).items() if key not in _STANDARD}


def _one_line(text: str) -> str:
    return "".join(character if character.isprintable() else " " for character in text)


def configure(settings: LogSettings) -> None:
    """Log to standard error as the settings say; the libraries' own chatter only from WARNING on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter() if settings.format == "json" else LineFormatter())
    logging.basicConfig(level=settings.level, handlers=[handler], force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
