"""What every command shares: the settings, the database, and how results are shown."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, NoReturn

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text
from sqlalchemy.orm import Session

from db.migrate import migrate, newest, revision
from db.models import Member
from db.queries import people
from tinbai.cli.words import FIELDS, shown
from tinbai.settings import Settings, load
from tinbai.wiring import App

Record = Mapping[str, Any]
json_option = click.option(
    "--json", "as_json", is_flag=True, help="Mỗi dòng một đối tượng JSON, cho chương trình khác đọc."
)


class Front:
    """The settings and the App of one call, each made when first needed."""

    def __init__(self, settings_file: Path | None, environment: Mapping[str, str]) -> None:
        self._file = settings_file
        self._environment = environment

    @cached_property
    def settings(self) -> Settings:
        """Raises SettingsError."""
        return load(self._file, self._environment)

    @cached_property
    def app(self) -> App:
        """Everything built, with a database in the newest shape."""
        app = App(self.settings)
        if app.database.file is not None:
            migrate(app.database, app.clock())
        elif revision(app.database) != newest():
            refuse("Cơ sở dữ liệu chưa đúng phiên bản: hãy chạy `tinbai migrate` trước.")
        return app

    def local(self, at: datetime | None) -> str:
        """A time as the office reads it."""
        return "" if at is None else f"{at.astimezone(self.settings.office.zone):%d/%m/%Y %H:%M}"


def board_member(session: Session, name: str) -> Member:
    """The board member that `--as` names; refuses with the known ones."""
    found = people.find_member(session, name)
    if found is None:
        handles = ", ".join(member.handle for member in people.board(session))
        known = f"đang có: {handles}" if handles else "chưa có ai, hãy chạy `tinbai members import`"
        refuse(f"Không có thành viên Ban biên tập nào tên {name!r} ({known}).")
    return found


def refuse(sentence: str) -> NoReturn:
    """End the command: it could not be done. Exit status 1."""
    error = click.ClickException(sentence)
    error.show = lambda file=None: click.echo(sentence, err=True)  # type: ignore[method-assign]  # no English prefix
    raise error


def show_records(records: Iterable[Record], columns: Sequence[str], *, as_json: bool, empty: str) -> None:
    """Print records: JSON Lines with every key, or a table of these fields."""
    if as_json:
        for record in records:
            click.echo(json.dumps(record, ensure_ascii=False, default=str))
        return
    rows = list(records)
    if not rows:
        click.echo(empty)
        return
    print_table(columns, rows)


def print_table(columns: Sequence[str], rows: Sequence[Record]) -> None:
    """Print a table that fits the terminal; in a pipe, one that does not cut."""
    console = Console(width=None if sys.stdout.isatty() else 160, highlight=False)
    table = Table(box=None, header_style="bold", pad_edge=False)
    for field in columns:
        table.add_column(FIELDS[field], overflow="fold")
    for row in rows:
        table.add_row(*(Text(shown(field, row[field])) for field in columns))
    console.print(table)


def parse_number(text: str, prefix: str = "") -> int:
    """The number of "#12", "12", or with its prefix "m12". Refuses anything else."""
    digits = text.strip().lower().lstrip("#").removeprefix(prefix)
    if not digits.isascii() or not digits.isdigit() or len(digits) > 12:
        example = f"{prefix}12" if prefix else "12 hoặc #12"
        refuse(f"{text!r} không phải là số hợp lệ (viết như {example}).")
    return int(digits)
