"""`tinbai replay`: what today's rules would decide differently about the mails that are there. Changes nothing."""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

from db.migrate import newest, revision
from db.queries import people
from pipeline.replay import Replay, Replayed
from pipeline.stages.mail_reader import MailReader
from tinbai.cli.front import Front, as_line, json_option, refuse
from tinbai.cli.vietnamese import Command, option
from tinbai.cli.words import FIELDS, LINK_ROLES, shown
from tinbai.wiring import App

HIDDEN = "nội dung hạn chế"
NEW, GONE = "Tin bài mới", "Tin bài không còn"
COUNTED: Mapping[str, str] = {**FIELDS, "links": "Vai trò liên kết"}


@click.command(cls=Command)
@option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    required=True,
    metavar="NĂM-THÁNG-NGÀY",
    help="Đọc lại các thư nhận từ ngày này, theo giờ của cơ quan.",
)
@json_option
@click.pass_obj
def replay(front: Front, *, since: datetime, as_json: bool) -> None:
    """Đọc lại thư đã lưu bằng quy tắc hiện nay, xem điều gì sẽ khác.

    Dùng sau khi sửa danh sách trường, lịch năm học hoặc nâng phiên bản. Không thay đổi và không gửi gì.
    """
    app = _looked_at(front)
    line = Replay(app.database, MailReader(app.sandbox, app.mail_rules), app.readers)
    start = since.replace(tzinfo=front.settings.office.zone)
    names = {} if as_json else _short_names(app)
    counted: Counter[str] = Counter()
    with _progress(line.count(start)) as watched:
        for mail in watched(line.since(start)):
            counted.update(_counted(mail))
            if mail.differs:
                click.echo(as_line(_record(front, mail)) if as_json else "\n".join(_told(front, mail, names)))
    click.echo(_summary(counted, start), err=as_json)


def _looked_at(front: Front) -> App:
    """The App with a database that is there and needs no change."""
    app = front.unmigrated
    if app.database.file is not None and not app.database.file.exists():
        refuse("Chưa có cơ sở dữ liệu nào, nên không có thư để đọc lại.")
    if revision(app.database) != newest():
        refuse("Cơ sở dữ liệu chưa đúng phiên bản: hãy chạy `tinbai migrate` trước.")
    return app


def _short_names(app: App) -> Mapping[str, str]:
    with app.database.read() as session:
        return {school.code: school.short_name for school in people.all_schools(session)}


@contextmanager
def _progress(total: int) -> Iterator[Any]:
    """A bar on a terminal: above it the results, where they go to the same one."""
    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console, same = Console(stderr=True), sys.stdout.isatty()
    with Progress(*columns, console=console, redirect_stdout=same, disable=not console.is_terminal) as progress:
        yield lambda mails: progress.track(mails, total=total)


def _counted(mail: Replayed) -> Iterable[str]:
    yield "read"
    if mail.differs:
        yield "different"
        yield from mail.changes or ["restricted"]


def _record(front: Front, mail: Replayed) -> dict[str, Any]:
    if mail.restricted:
        return {"message": mail.message, "restricted": True, "changes": {}}
    return {"message": mail.message, "received_at": front.local(mail.received_at), "changes": mail.changes}


def _told(front: Front, mail: Replayed, names: Mapping[str, str]) -> Iterator[str]:
    if mail.restricted:
        yield f"m{mail.message}  ({HIDDEN})"
        return
    yield f"m{mail.message}  {shown('received_at', front.local(mail.received_at))}"
    for field, (then, now) in mail.changes.items():
        yield from (f"    {line}" for line in _lines(field, then, now, names))


def _lines(field: str, then: Any, now: Any, names: Mapping[str, str]) -> Iterator[str]:
    if field == "links":
        for url in dict.fromkeys((*then, *now)):
            yield f"{FIELDS['url']} {url}: {_role(then.get(url))} → {_role(now.get(url))}"
    elif field == "stories":
        yield from (f"{GONE}: {url}" for url in then)
        yield from (f"{NEW}: {url}" for url in now)
    else:
        before, after = (shown(field, names.get(value, value) if field == "school" else value) for value in (then, now))
        yield f"{FIELDS[field]}: {before} → {after}"


def _role(role: str | None) -> str:
    return LINK_ROLES.get(role, role) if role else "–"


def _summary(counted: Counter[str], start: datetime) -> str:
    read, different = counted.pop("read", 0), counted.pop("different", 0)
    day = shown("received_at", start.date())
    if not read:
        return f"Không có thư nào nhận từ {day} để đọc lại."
    fields = ", ".join(f"{COUNTED[field].lower()} {count}" for field, count in counted.most_common())
    which = f" ({fields})" if fields else ""
    return f"Đã đọc lại {read} thư nhận từ {day}: {read - different} như cũ, {different} khác{which}."
