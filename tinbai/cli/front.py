"""What every command shares: the settings, the database, and how results are shown."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, NoReturn

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text
from sqlalchemy import URL, make_url
from sqlalchemy.orm import Session

from db.migrate import migrate, newest, revision
from db.models import Member
from db.queries import people
from outbox.letter import Letter
from parsers.theme import Theme
from tinbai.cli.vietnamese import option
from tinbai.cli.words import FIELDS, NOTHING, shown
from tinbai.settings import Settings, load
from tinbai.wiring import App

Record = Mapping[str, Any]
json_option = option("--json", "as_json", is_flag=True, help="Mỗi dòng một đối tượng JSON, cho chương trình khác đọc.")


class Front:
    """The settings and the App of one call, each made when first needed."""

    def __init__(self, settings_file: Path | None, environment: Mapping[str, str]) -> None:
        self.settings_file = settings_file
        self._environment = environment

    @cached_property
    def settings(self) -> Settings:
        """Raises SettingsError."""
        return load(self.settings_file, self._environment)

    @cached_property
    def unmigrated(self) -> App:
        """Everything built, the database in the shape it has."""
        return App(self.settings)

    @cached_property
    def app(self) -> App:
        """Everything built, with a database in the newest shape."""
        app = self.unmigrated
        if app.database.file is not None:
            migrate(app.database, app.clock())
        elif revision(app.database) != newest():
            refuse("Cơ sở dữ liệu chưa đúng phiên bản: hãy chạy `tinbai migrate` trước.")
        return app

    def close(self) -> None:
        """Close what was built, if anything was."""
        if "unmigrated" in vars(self):
            self.unmigrated.close()

    @property
    def database_url(self) -> URL | None:
        """Where the database is; None when the settings have not been read."""
        return make_url(self.settings.database.url) if "settings" in vars(self) else None

    def local(self, at: datetime | None) -> datetime | None:
        """The same time on the office's clock."""
        return None if at is None else at.astimezone(self.settings.office.zone)


def board_member(session: Session, name: str) -> Member:
    """The board member that `--as` names; refuses with the known ones."""
    found = people.find_member(session, name)
    if found is None:
        handles = ", ".join(member.handle for member in people.board(session))
        known = f"đang có: {handles}" if handles else "chưa có ai, hãy chạy `tinbai members import`"
        refuse(f"Không có thành viên Ban biên tập nào tên {name!r} ({known}).")
    return found


class Refused(click.ClickException):
    """The command could not be done; the message is one sentence. Exit status 1."""


def refuse(sentence: str) -> NoReturn:
    """End the command."""
    raise Refused(sentence)


def show_records(records: Iterable[Record], columns: Sequence[str], *, as_json: bool, empty: str) -> None:
    """Print records: JSON Lines with every key, or a table of these fields."""
    if as_json:
        for record in records:
            click.echo(as_line(record))
        return
    rows = list(records)
    if not rows:
        click.echo(empty)
        return
    print_table(columns, rows)


def as_line(record: Record) -> str:
    """A record as a line of JSON: times and days in ISO 8601, nothing as null."""
    return json.dumps(record, ensure_ascii=False, default=_iso)


def _iso(value: date) -> str:
    return value.isoformat()


def print_fields(record: Record, themes: Iterable[Theme]) -> None:
    """Print what is known of one thing, a line each."""
    labels = {theme.id: theme.label for theme in themes}
    told = {**record, "theme": labels.get(record.get("theme") or "", record.get("theme"))}
    given = {FIELDS[field]: shown(field, value) for field, value in told.items() if value not in NOTHING}
    width = max(map(len, given))
    for name, value in given.items():
        click.echo(f"{name:<{width}}  {value}")


def print_letter(letter: Letter) -> None:
    """Print a mail as its reader sees it."""
    click.echo(f"Đến: {letter.to}\nTiêu đề: {letter.subject}\n\n{letter.text}")


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
