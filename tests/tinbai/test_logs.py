"""Logs: one line a record, readable by machines, and nobody in it."""

import ast
import io
import json
import logging
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from db.states import MessageState
from ingest.mailbox_protocol import MailboxError
from ingest.settings import MailboxSettings
from tinbai.logs import ROOMS, JsonFormatter, LineFormatter
from tinbai.masking import secrets_of
from tinbai.settings import DatabaseSettings, Settings

ROOT = Path(__file__).parent.parent.parent
HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
PAIR = re.compile(r'([^\s=]+)=("(?:[^"\\]|\\.)*"|[^\s"]*)(?: |$)')


def parsed(line: str) -> dict[str, str]:
    """logfmt back into names and values, as any reader of logfmt does."""
    assert "\n" not in line
    assert PAIR.sub("", line) == ""
    values = {name: json.loads(value) if value.startswith('"') else value for name, value in PAIR.findall(line)}
    assert list(values)[:3] == ["at", "level", "event"]
    return values


class Written:
    """What one logger wrote, in both formats."""

    def __init__(self) -> None:
        self.line, self.json = io.StringIO(), io.StringIO()
        formats = ((self.line, LineFormatter(HANOI, ["bí-mật-9"])), (self.json, JsonFormatter(HANOI, ["bí-mật-9"])))
        self.handlers = []
        for stream, formatter in formats:
            handler = logging.StreamHandler(stream)
            handler.setFormatter(formatter)
            self.handlers.append(handler)

    def logger(self, name: str) -> logging.Logger:
        """A logger that writes nowhere else."""
        logger = logging.Logger(name, logging.DEBUG)  # noqa: LOG001  (outside the tree that pytest listens to)
        for handler in self.handlers:
            logger.addHandler(handler)
        return logger

    def values(self) -> dict[str, str]:
        """The values of the only line; the same in both formats."""
        line = self.line.getvalue().removesuffix("\n")
        in_line, in_json = parsed(line), json.loads(self.json.getvalue())
        assert in_line == {k: v if isinstance(v, str) else json.dumps(v) for k, v in in_json.items()}
        return in_line


@pytest.fixture
def written() -> Iterator[Written]:
    made = Written()
    yield made
    for handler in made.handlers:
        handler.close()


def test_a_record_is_one_line_of_logfmt(written: Written) -> None:
    logger = written.logger("tinbai.daemon")
    record = logger.makeRecord(logger.name, logging.INFO, "", 1, "Mail stored", (), None)
    record.created = datetime(2026, 11, 25, 0, 45, 10, tzinfo=UTC).timestamp()
    record.message_id, record.known, record.wait = 12, False, timedelta(seconds=90)
    logger.handle(record)
    expected = 'at=2026-11-25T07:45:10+07:00 level=info event="Mail stored" message_id=12 known=false wait=90.0\n'
    assert written.line.getvalue() == expected
    assert json.loads(written.json.getvalue())["wait"] == 90.0


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        (12, "12"),
        (None, "null"),
        (True, "true"),
        (float("nan"), "nan"),
        (MessageState.WAITING, "waiting"),
        (datetime(2026, 11, 25, tzinfo=UTC), "2026-11-25T00:00:00+00:00"),
        ("mai@board.vn", "…"),
        (b"raw", "…"),
        (["a"], "…"),
        ({"a": 1}, "…"),
        (ValueError("x"), "…"),
    ],
)
def test_a_value_is_shown_when_it_can_name_nobody(written: Written, given: object, shown: str) -> None:
    written.logger("ingest.receive").info("Something", extra={"some_name": given})
    assert written.values()["some_name"] == shown


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("message:12", "message:12"),
        ("2026-11-25T07:30", "2026-11-25T07:30"),
        ("", ""),
        ("imap.gmail.com:993 không nhận tên lan.ng@x.vn", "imap.gmail.com:993 không nhận tên l***@x***"),
        ('"Lan Ng"@x.vn', "L***@x***"),
        ("lan＠x.vn, lan%40x.vn", "l***@x***, l***@x***"),
        ("<20261125.17@mail.x.vn>", "<2***@m***>"),
        ("https://u:p@truong.vn:8080/a?k=v#f xong", "https://truong.vn:8080/… xong"),
        ("truong.vn/a?k=v", "truong.vn/a?…"),
        ("bị từ chối: 550 5.7.1 Subject Chuyện riêng", "bị từ chối: 550 …"),
        ("Authorization: Bearer ya29.abc-def", "Authorization: Bearer …"),
        ("AUTH PLAIN AGxhbgBtaw==", "AUTH PLAIN …"),
        ("refresh_token=1//0gabc; password: mk", "refresh_token=…; password: …"),
        ("eyJhbGciOiJIUzI1NiIsInR5cCI6.eyJzdWIiOiIxMjM0NTY3ODkwIn0", "….…"),
        ("mật khẩu là bí-mật-9", "mật khẩu là …"),
        ("b%C3%AD-m%E1%BA%ADt-9", "…"),
    ],
)
def test_a_text_that_may_be_logged_is_masked(written: Written, given: str, shown: str) -> None:
    written.logger("tinbai.daemon").error("Something", extra={"reason": given})
    assert written.values()["reason"] == shown


@pytest.mark.parametrize(
    "odd", ["\n", "\r", "\x1b[31m", "\u202e", "\u2066", "\u2028", "\x00", "\ud800", "\u200b", "\x85"]
)
def test_no_value_breaks_the_line_or_the_terminal(written: Written, odd: str) -> None:
    written.logger("db.work").info("Some%s", odd, extra={"reason": f'a{odd}b" c=d\\', f"x{odd}": 1, "a b": 1})
    for stream in (written.line, written.json):
        text = stream.getvalue()
        assert text.endswith("\n")
        assert text.removesuffix("\n").isprintable()
    assert written.values()["reason"] == f'a{odd}b" c=d\\'
    assert set(written.values()) == {"at", "level", "event", "reason"}


def test_a_long_text_is_cut_before_a_half_address_can_stand_at_its_end(written: Written) -> None:
    written.logger("tinbai").info("Long", extra={"reason": "a " * 495 + "nguyen.thi.lan@truong.vn" * 100})
    assert "nguyen" not in written.line.getvalue()
    assert len(written.values()["reason"]) <= 301


@pytest.mark.parametrize(
    ("message", "arguments", "event"),
    [
        ("Connection pool is full: %s of %d", ("truong.vn", 3), "Connection pool is full: … of 3"),
        ('%s://%s:%s "%s"', ("https", "x.vn", 443, "GET /a?k=v"), '…://…:443 "…"'),
        ("%(who)s waits %(seconds).1f s", ({"who": "lan", "seconds": 2.0},), "… waits 2.0 s"),
        ("Parsing subject 'Chuyện riêng'", (), "A library's message"),
        ("%d", ("lan",), "A message that does not fit its values"),
        ("%s %s", ("lan",), "A message that does not fit its values"),
    ],
)
def test_a_library_says_what_it_says_without_the_texts(
    written: Written, message: str, arguments: tuple[object, ...], event: str
) -> None:
    written.logger("urllib3.connectionpool").warning(message, *arguments, extra={"subject": "Chuyện riêng"})
    values = written.values()
    assert (values["event"], values["logger"], values["subject"]) == (event, "urllib3.connectionpool", "…")
    assert re.fullmatch(r"tests/tinbai/test_logs\.py:\d+:test_a_library\w+", values["place"])


def test_what_is_not_even_a_text_is_not_asked_for_one(written: Written) -> None:
    written.logger("parsers.page").error(ValueError("Chuyện riêng"))
    assert written.values()["event"] == "A library's message"


def fail(depth: int = 0) -> None:
    if depth:
        fail(depth - 1)
    try:
        dict[str, str]()["lan@x.vn, Chuyện riêng"]
    except KeyError as error:
        error.add_note("Chuyện riêng")
        raise MailboxError("Không đọc được hộp thư lan@x.vn", permanent=True) from error


def test_an_exception_is_types_and_places_in_one_line(written: Written) -> None:
    try:
        fail()
    except MailboxError:
        written.logger("db.work").exception("Unforeseen error in a step", extra={"step": "read_page", "row": 7})
    values = written.values()
    assert values["error"] == "ingest.mailbox_protocol.MailboxError"
    place = r"tests/tinbai/test_logs\.py:\d+:"
    assert re.fullmatch(
        rf"ingest\.mailbox_protocol\.MailboxError at {place}test_an_exc\w+, {place}fail < KeyError at {place}fail",
        values["trace"],
    )
    assert "lan" not in written.line.getvalue()
    assert "riêng" not in written.line.getvalue()


def test_a_system_error_keeps_its_number_and_a_deep_one_is_thinned(written: Written) -> None:
    try:
        Path("/khong/co/lan@x.vn").read_text(encoding="utf-8")
    except OSError:
        written.logger("tinbai").exception("One")
    assert written.values()["error"] == "FileNotFoundError[2]"
    written.line.truncate(written.line.seek(0))
    written.json.truncate(written.json.seek(0))
    try:
        fail(500)
    except MailboxError:
        written.logger("tinbai").exception("Two")
    assert len(written.line.getvalue()) < 3000
    assert "more)" in written.values()["trace"]


STUMBLING = """
import sys, threading, warnings, logging
from tinbai import logs
from tinbai.settings import LogSettings
logs.configure(LogSettings(level="DEBUG", format=sys.argv[1]))
secret = "lan" + "@x.vn"

class Dying:
    def __del__(self):
        raise ValueError(secret)

class Odd:
    def __str__(self):
        raise TypeError(secret)

def stumble():
    raise ValueError(secret)

Dying()
thread = threading.Thread(target=stumble)
thread.start()
thread.join()
warnings.warn(secret)
logging.getLogger("tinbai").info("%s", Odd())
logging.getLogger("tinbai").info("fine", extra={"reason": Odd()})
handler = logging.getLogger().handlers[0]
handler.formatter.format = lambda record: stumble()
logging.getLogger("tinbai").info(secret)
del handler.formatter.format
stumble()
"""


@pytest.mark.parametrize("kind", ["logfmt", "json"])
def test_what_python_would_print_by_itself_becomes_a_line_of_the_log(kind: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", STUMBLING, kind], capture_output=True, text=True, cwd=ROOT, check=False, timeout=30
    )
    assert (ran.returncode, ran.stdout) == (1, "")
    assert "lan" not in ran.stderr
    lines = ran.stderr.splitlines()
    lost = [line for line in lines if "could not be logged" in line]
    kept = [line for line in lines if line not in lost]
    events = [(json.loads(line) if kind == "json" else parsed(line))["event"] for line in kept]
    assert len(lost) == 1
    assert events == [
        "Error that Python ignores",
        "Uncaught error in a thread",
        "A library's message",
        "…",
        "fine",
        "Uncaught error",
    ]


def test_every_secret_of_the_settings_is_known_to_the_mask() -> None:
    mailbox = MailboxSettings(password="mk-hộp-thư")
    settings = Settings(mailbox=mailbox, database=DatabaseSettings("postgresql+psycopg://tinbai:m%20k@db/tinbai"))
    assert {"mk-hộp-thư", "m%20k", "m k"} <= set(secrets_of(settings))


def calls_of_ours() -> Iterator[tuple[str, ast.Call]]:
    """Where we log."""
    for path in (path for room in ROOMS for path in (ROOT / room).rglob("*.py") if path.name != "logs.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and re.fullmatch(r"log\.(?!isEnabledFor)\w+", ast.unparse(node.func)):
                yield f"{path.relative_to(ROOT)}:{node.lineno}", node


def test_our_sentences_are_constant() -> None:
    """One with values in it would be taken for a constant one, and logged."""
    calls = list(calls_of_ours())
    built = [
        place
        for place, call in calls
        if not isinstance((call.args[1] if ast.unparse(call.func) == "log.log" else call.args[0]), ast.Constant)
    ]
    assert len(calls) > 10
    assert built == []
