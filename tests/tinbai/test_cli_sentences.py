"""Whatever goes wrong on the command line, and every `--help`: one plain sentence, and no English."""

import errno
import logging
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import click
import pytest
from sqlalchemy import make_url
from sqlalchemy.exc import OperationalError

from tests.factories import add_member, add_school
from tests.tinbai.conftest import CommandLine
from tinbai import cli
from tinbai.cli.daemon import _warn_of_nobody
from tinbai.cli.failures import database_sentence, os_sentence
from tinbai.cli.front import Front
from tinbai.oserrors import REASONS

ENGLISH = re.compile(
    # what click says
    r"\b(?:usage|options|option|commands?|arguments?|args|this|message|try|error|missing|such|invalid|value|required|default|"
    r"text|path|file|directory|member|ids?|exit|version|unexpected|choose|must|not|is|the)\b(?![-_|.])",
    re.IGNORECASE,
)


def paths(group: click.Group, before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, command in group.commands.items():
        yield (*before, name)
        if isinstance(command, click.Group):
            yield from paths(command, (*before, name))


def english_in(text: str) -> list[str]:
    """English words besides our own: `commands`, --options, ID, $NAMES, [sections] and [one|or|another]."""
    own = r"`[^`]*`|--?[\w-]+|\bID\b|\$\w+|\[(?:smtp|mailbox|database|calendar)\]|\[[\w ]+(?:\|[\w ]+)+\]"
    return ENGLISH.findall(re.sub(own, "", text))


def test_english_is_noticed() -> None:
    frame = (
        "Usage: x [OPTIONS] COMMAND [ARGS]...\n--as TEXT  Ai  [required]\nError: No such option: --x\nShow this message"
    )
    found = {word.lower() for word in english_in(frame)}
    assert found >= {"usage", "options", "command", "args", "text", "required", "error", "option", "this"}


@pytest.mark.parametrize("command", [(), *paths(cli.tinbai)], ids=" ".join)
def test_help_is_vietnamese(tinbai: CommandLine, command: tuple[str, ...]) -> None:
    assert tinbai(*command, "--help") == 0
    assert tinbai.out.startswith("Cách dùng: tinbai")
    assert "Xem hướng dẫn này." in tinbai.out
    assert english_in(tinbai.out) == []


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("khong-co",), "Không có lệnh 'khong-co'."),
        (("stroies",), "Không có lệnh 'stroies'. Có phải là stories không?"),
        (("stories", "--sate", "x"), "Không có tùy chọn --sate. Có phải là --state"),
        (("stories", "--state", "lạ"), "Không dùng được giá trị của tùy chọn '--state': chọn một trong found, fetched"),
        (("stories", "--state"), "Tùy chọn '--state' cần một giá trị đứng sau."),
        (("stories", "--json=x"), "Tùy chọn '--json' không nhận giá trị."),
        (("stories", "thừa", "nữa"), "Thừa thừa nữa: lệnh này không nhận thêm gì."),
        (("approve", "1"), "Thiếu tùy chọn '--as'."),
        (("approve", "--as", "mai"), "Thiếu đối số 'ID…'."),
        (("decline", "1", "--as", "mai"), "Thiếu tùy chọn '--note'."),
        (("show",), "Thiếu đối số 'ID'."),
        (("preview", "thơ", "1"), "chọn một trong digest, acknowledgement"),
        (("preview",), "Thiếu đối số"),
        (("page", "x.html", "--url", "u", "--today", "nay"), "tùy chọn '--today': viết như 2026-11-25."),
        (("outbox", "cancel"), "Cần các số thư, hoặc --all"),
        ((), "Thiếu tên lệnh."),
    ],
)
def test_wrong_usage_ends_with_two_and_is_explained(tinbai: CommandLine, arguments: tuple[str, ...], says: str) -> None:
    assert tinbai(*arguments) == 2
    assert says in tinbai.err
    assert english_in(tinbai.err) == []
    assert tinbai.out == ""


def test_wrong_usage_shows_how_it_is_typed(tinbai: CommandLine) -> None:
    tinbai("decline", "1", "--as", "mai")
    assert tinbai.err.splitlines()[:2] == [
        "Cách dùng: tinbai decline [TÙY CHỌN] ID…",
        "Xem thêm: tinbai decline --help",
    ]


def test_without_anything_the_help_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([]) == 2
    assert "Lệnh:" in capsys.readouterr().err


def test_the_version_is_a_number(tinbai: CommandLine) -> None:
    assert tinbai("--version") == 0
    assert re.fullmatch(r"tinbai [\d.]+\n", tinbai.out)


@pytest.mark.parametrize(
    ("place", "says"),
    [
        ("khong-co.csv", "Không đọc hoặc ghi được khong-co.csv: không có tệp hoặc thư mục này; hãy kiểm tra"),
        (".", "đây là một thư mục; hãy chỉ ra một tệp."),
        ("settings.toml/x", "một phần của đường dẫn không phải là thư mục"),
    ],
)
def test_a_file_that_cannot_be_read_gets_a_sentence(tinbai: CommandLine, place: str, says: str) -> None:
    for command in (("schools", "import", place), ("read", place), ("page", place, "--url", "https://a.example/1")):
        assert tinbai(*command) == 1
        assert says in tinbai.err
        assert english_in(tinbai.err.replace(place, "")) == []


def test_every_reason_says_what_to_do_and_no_other_is_english() -> None:
    assert [reason for reason in REASONS.values() if "hãy" not in reason] == []
    assert "hãy" in os_sentence(OSError(errno.ENOEXEC, "Exec format error"))
    assert "Exec" not in os_sentence(OSError(errno.ENOEXEC, "Exec format error", "x"))


def at(tinbai: CommandLine, url: str) -> None:
    tinbai.settings.write_text(f'[database]\nurl = "{url}"\n', encoding="utf-8")


def test_a_database_that_is_none_gets_a_sentence(tinbai: CommandLine) -> None:
    file = tinbai.folder / "rac.db"
    file.write_bytes(b"day khong phai SQLite" * 100)
    at(tinbai, f"sqlite:///{file}")
    assert tinbai("stories") == 1
    wanted = f"tệp {file} không phải cơ sở dữ liệu SQLite; hãy kiểm tra [database] url."
    assert tinbai.err == f"Không dùng được cơ sở dữ liệu: {wanted}\n"


def test_a_database_in_a_directory_gets_a_sentence(tinbai: CommandLine) -> None:
    at(tinbai, f"sqlite:///{tinbai.folder}")
    assert tinbai("stories") == 1
    assert f"không mở được tệp {tinbai.folder}" in tinbai.err


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("SQLITE_BUSY", "đang bị khóa"),
        ("SQLITE_READONLY_DIRECTORY", "không ghi được vào tệp"),
        ("SQLITE_FULL", "đĩa đã đầy"),
        ("SQLITE_ERROR", "báo lỗi SQLITE_ERROR"),
    ],
)
def test_what_sqlite_refuses_is_named_with_its_file(name: str, says: str) -> None:
    cause = sqlite3.OperationalError("attempt to write\nin English")
    cause.sqlite_errorname = name
    sentence = database_sentence(OperationalError("SELECT 1", {}, cause), make_url("sqlite:////noi/tinbai.db"))
    assert (says in sentence, "/noi/tinbai.db" in sentence, "English" in sentence) == (True, True, False)
    assert "\n" not in sentence


def test_a_locked_database_is_told_by_its_name(tmp_path: Path) -> None:
    file = tmp_path / "a.db"
    with closing(sqlite3.connect(file)) as one, closing(sqlite3.connect(file, timeout=0)) as two:
        one.execute("BEGIN IMMEDIATE")
        with pytest.raises(sqlite3.OperationalError) as caught:
            two.execute("BEGIN IMMEDIATE")
    sentence = database_sentence(OperationalError("", {}, caught.value), make_url(f"sqlite:///{file}"))
    assert f"tệp {file} đang bị khóa" in sentence


def test_a_database_server_that_is_not_there_gets_a_sentence_without_the_password(
    tinbai: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TINBAI_DATABASE__URL", "postgresql+psycopg://tinbai:bi-mat@127.0.0.1:1/tinbai")
    assert tinbai("stories") == 1
    assert "không kết nối được tới máy chủ cơ sở dữ liệu" in tinbai.err
    assert "[database] url" in tinbai.err
    assert ("bi-mat" in tinbai.err, len(tinbai.err.splitlines())) == (False, 1)


def test_running_for_nobody_is_warned_of(tinbai: CommandLine, caplog: pytest.LogCaptureFixture) -> None:
    with closing(Front(tinbai.settings, {})) as front, caplog.at_level(logging.WARNING):
        _warn_of_nobody(front)
        assert [word in caplog.text for word in ("schools import", "members import")] == [True, True]
        assert len(caplog.records) == 2
        caplog.clear()
        with tinbai.database.write() as session:
            add_school(session)
            add_member(session)
        _warn_of_nobody(front)
    assert caplog.records == []
