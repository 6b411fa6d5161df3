"""`tinbai import`: the office's old mails out of files, once, before or while the daemon runs. Sends nothing."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeRemainingColumn

from db.queries import arrivals
from ingest.archive import ArchivedMail, ArchiveError, ArchiveFile, find, mails_of
from ingest.backfill import Backfill, fill_twins
from ingest.storing import COMMIT_BYTES, COMMIT_MAILS
from tinbai.cli.front import Front, refuse
from tinbai.cli.vietnamese import Command
from tinbai.oserrors import reason_of

NOTHING = "Không có tệp nào ở các đường dẫn đã cho."


@click.command("import", cls=Command)
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="ĐƯỜNG-DẪN…")
@click.pass_obj
def import_mails(front: Front, paths: Sequence[Path]) -> None:
    """Nạp thư cũ từ tệp eml, mbox, Maildir hoặc thư mục chứa chúng.

    Chỉ lưu thư và tin bài để tra cứu, báo cáo: không trả lời ai, không đưa tin bài vào hàng chờ của Ban biên tập. Thư
    đã có thì bỏ qua, nên bị ngắt giữa chừng thì cứ chạy lại. Hãy nạp danh sách trường trước. `tinbai run` đọc dần các
    thư đã nạp.
    """
    refused: list[str] = []
    files = list(find(paths, lambda error: refused.append(f"{error.filename}: {reason_of(error)}.")))
    if not files:
        refuse(NOTHING)
    app = front.app
    mailbox = front.settings.mailbox
    hosts = frozenset(host.lower() for host in (mailbox.authserv_id, mailbox.host) if host)
    backfill = Backfill(app.database, hosts, app.clock())
    with _progress() as progress:
        _fill_twins(front, progress)
        bar = progress.add_task("Nạp thư", total=sum(file.size for file in files))
        reading = _Reading(files, progress, bar, refused)
        for mails in _batches(reading.mails()):
            backfill.store(mails, app.clock())
    known = backfill.read - backfill.new
    click.echo(f"Đã đọc {backfill.read} thư: {backfill.new} thư mới, {known} thư đã có; {len(refused)} tệp lỗi.")
    for sentence in refused:
        click.echo(sentence, err=True)


class _Reading:
    """Goes through the files; one that cannot be read is noted and does not hold up the next."""

    def __init__(self, files: Sequence[ArchiveFile], progress: Progress, bar: TaskID, refused: list[str]) -> None:
        self._files = files
        self._progress = progress
        self._bar = bar
        self._refused = refused

    def mails(self) -> Iterator[ArchivedMail]:
        """All mails of all files."""
        before = 0
        for file in self._files:
            try:
                for mail in mails_of(file):
                    yield mail
                    self._progress.update(self._bar, completed=before + mail.position)
            except ArchiveError as error:
                self._refused.append(f"{file.path}: {error}.")
            except OSError as error:
                self._refused.append(f"{file.path}: {reason_of(error)}.")
            before += file.size
            self._progress.update(self._bar, completed=before, description=escape(file.path.name[-30:]))


def _batches(mails: Iterator[ArchivedMail]) -> Iterator[list[ArchivedMail]]:
    batch: list[ArchivedMail] = []
    size = 0
    for mail in mails:
        batch.append(mail)
        size += len(mail.raw)
        if len(batch) >= COMMIT_MAILS or size >= COMMIT_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _fill_twins(front: Front, progress: Progress) -> None:
    """Messages of an earlier version do not know yet by what their copies are recognised."""
    with front.app.database.read() as session:
        missing = arrivals.count_without_twin(session)
    if missing:
        bar = progress.add_task("Chuẩn bị thư đã có", total=missing)
        fill_twins(front.app.database, lambda more: progress.advance(bar, more))


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("còn"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        disable=not sys.stderr.isatty(),
    )
