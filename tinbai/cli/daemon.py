"""`tinbai run|demo|migrate`: the daemon, its stage, and its database."""

import logging
import signal
from contextlib import closing
from typing import TYPE_CHECKING

import click

from db.migrate import migrate as migrate_database
from db.migrate import newest
from db.queries import people
from tinbai import logs
from tinbai.cli.front import Front, refuse
from tinbai.cli.vietnamese import Command, option
from tinbai.lock import AlreadyRunning, only_one
from tinbai.masking import secrets_of

if TYPE_CHECKING:
    from tinbai.daemon import Daemon

log = logging.getLogger(__name__)

NO_MAILBOX = (
    "Chưa cấu hình hộp thư ([mailbox] host trong settings.toml hoặc TINBAI_MAILBOX__HOST; với Maildir là path). "
    "Xem thử ngay không cần tài khoản: `tinbai demo`; kiểm tra cấu hình: `tinbai check`."
)
NO_SMTP = "Chưa cấu hình máy chủ gửi thư ([smtp] host); muốn diễn tập không gửi gì, đặt thêm [smtp] hold = true."

ONE_PROCESS = (
    "`tinbai worker` cần PostgreSQL: với SQLite chỉ một tiến trình `tinbai run` làm mọi việc. Hãy đặt [database] url, "
    "ví dụ postgresql+psycopg://tinbai@localhost/tinbai."
)


@click.command(cls=Command)
@click.pass_obj
def run(front: Front) -> None:
    """Chạy tinbai cho tới khi được yêu cầu dừng.

    Đọc hộp thư, làm tin bài, trả lời các trường; dừng bằng Ctrl-C hoặc SIGTERM.
    """
    from tinbai.daemon import Daemon  # its threads and the scheduler are no other command's business

    settings = front.settings
    mailbox = settings.mailbox
    if not (mailbox.path if mailbox.kind == "maildir" else mailbox.host):
        refuse(NO_MAILBOX)
    if settings.smtp.kind == "smtp" and not settings.smtp.host and not settings.smtp.hold:
        refuse(NO_SMTP)
    logs.configure(settings.log, settings.office.zone, list(secrets_of(settings)))
    try:
        with only_one(settings.database.url), closing(front):  # the lock is let go last
            daemon = Daemon(front.app)
            _warn_of_nobody(front)
            _run_until_told(daemon)
    except AlreadyRunning as error:
        refuse(str(error))


@click.command(cls=Command)
@click.pass_obj
def worker(front: Front) -> None:
    """Chia sẻ công việc với `tinbai run`, trên máy này hoặc máy khác.

    Đọc thư đã nhận, mở và tóm tắt các trang; không đọc hộp thư, không gửi thư. Cần PostgreSQL; chạy bao nhiêu tiến
    trình cũng được.
    """
    from tinbai.daemon import Daemon

    if front.unmigrated.database.kind == "sqlite":
        refuse(ONE_PROCESS)
    settings = front.settings
    logs.configure(settings.log, settings.office.zone, list(secrets_of(settings)))
    with closing(front):
        _run_until_told(Daemon(front.app, whole=False))


def _run_until_told(daemon: "Daemon") -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: daemon.stop())
    daemon.run()


def _warn_of_nobody(front: Front) -> None:
    """Without schools every mail waits for a person; without a board nobody hears of the stories."""
    with front.app.database.read() as session:
        schools, board = people.all_schools(session), people.board(session)
    if not schools:
        log.warning("No school is registered, every mail will wait: run `tinbai schools import FILE.csv`")
    if not board:
        log.warning("The board has no member, nobody gets the digest: run `tinbai members import FILE.csv`")


@click.command(cls=Command)
@option("--once", is_flag=True, help="Tự kết thúc khi mọi thư mẫu đã được làm xong (dưới 45 giây).")
def demo(*, once: bool) -> int:
    """Xem tinbai làm việc ngay trên máy này.

    Không cần tài khoản, không cần mạng, không cần cấu hình.
    """
    try:
        from tinbai.demo import show_demo
    except ModuleNotFoundError as error:
        refuse(f"`tinbai demo` cần gói {error.name}: hãy cài `pip install 'tinbai[demo]'` hoặc chạy `make run`.")
    return show_demo(once=once)


@click.command(cls=Command)
@click.pass_obj
def migrate(front: Front) -> None:
    """Đưa cơ sở dữ liệu lên phiên bản mới nhất.

    Tệp SQLite được sao lưu trước.
    """
    app = front.unmigrated
    copy = migrate_database(app.database, app.clock())
    saved = f" Bản sao lưu: {copy}." if copy else ""
    click.echo(f"Cơ sở dữ liệu ở phiên bản {newest()}.{saved}")
