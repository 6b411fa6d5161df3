"""`tinbai read` and `tinbai page`: what would be understood, with no socket and no database."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from parsers.reading import Office
from pipeline.stages.read_page import PageJob, read_page
from tinbai.cli.front import Front, as_line, json_option, print_fields, print_table, refuse
from tinbai.cli.vietnamese import Command, option
from tinbai.cli.words import shown
from tinbai.dry_reader import DryReader, office_from_database, office_from_file
from tinbai.wiring import App

COLUMNS = ("file", "kind", "school", "links", "week", "flags", "action", "silence_reason")


@click.command(cls=Command)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="TỆP.eml…")
@option(
    "--registry",
    type=click.Path(path_type=Path),
    metavar="TỆP.json",
    help="Tệp JSON có registry, calendar, office_staff, mailbox.",
)
@json_option
@click.pass_obj
def read(front: Front, files: Sequence[Path], registry: Path | None, *, as_json: bool) -> None:
    """Đọc thử các thư, không mở mạng, không ghi gì.

    Các thư được đọc theo thứ tự này như một hộp thư. Không có --registry thì dùng danh sách trường trong cơ sở dữ liệu.
    """
    app = front.unmigrated
    reader = DryReader(_office(app, registry))
    answers = [(file, reader.read(file.read_bytes(), app.clock())) for file in files]
    if as_json:
        for _, answer in answers:
            click.echo(as_line(answer))
        return
    print_table(COLUMNS, [_row(file, answer) for file, answer in answers])


def _office(app: App, registry: Path | None) -> Office:
    if registry is not None:
        return office_from_file(registry, app.mail_rules)
    if app.database.file is not None and not app.database.file.exists():
        refuse("Chưa có cơ sở dữ liệu nào: hãy nạp danh sách trường (`tinbai schools import`) hoặc dùng --registry.")
    with app.database.read() as session:
        return office_from_database(session, app.mail_rules)


def _row(file: Path, answer: dict[str, Any]) -> dict[str, Any]:
    stories = [link["url"] for link in answer["links"] if link["role"] in ("article", "social")]
    return {
        **answer,
        "file": file.name,
        "school": f"{answer['school'] or '–'} ({shown('school_by', answer['school_by'])})",
        "links": "\n".join(stories) or "–",
        "week": answer["credited_week"],
    }


@click.command(cls=Command)
@click.argument("file", type=click.Path(path_type=Path), metavar="TỆP.html")
@option("--url", required=True, metavar="URL", help="Địa chỉ của trang.")
@option("--today", type=click.DateTime(["%Y-%m-%d"]), metavar="NĂM-THÁNG-NGÀY", help="Ngày đọc (mặc định: hôm nay).")
@json_option
@click.pass_obj
def page(front: Front, file: Path, url: str, today: datetime | None, *, as_json: bool) -> None:
    """Đọc thử một trang đã lưu, không mở mạng."""
    app = front.unmigrated
    day = today.date() if today else app.clock().astimezone(front.settings.office.zone).date()
    record = page_record(app, file.read_bytes(), url, day)
    if as_json:
        click.echo(as_line(record))
        return
    print_fields(record, app.themes)


def page_record(app: App, html: bytes, url: str, today: date) -> dict[str, Any]:
    """One page as JSON."""
    job = PageJob(body=html, url=url, content_type=None, insecure_tls=False, today=today)
    reading = read_page(job, app.themes, app.settings.summary.sentences)
    found = reading.page
    return {
        "kind": found.kind,
        "title": found.title,
        "published_on": found.published_on,
        "byline": found.byline,
        "text": found.text,
        "captions": found.captions,
        "image_url": found.image_url,
        "canonical_url": found.canonical_url,
        "summary": reading.summary,
        "theme": reading.theme,
        "flags": reading.flags,
    }
