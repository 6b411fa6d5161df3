"""`tinbai run|demo|migrate`: the daemon, its stage, and its database."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

import click

from db.migrate import migrate as migrate_database
from db.migrate import newest
from tinbai import logs
from tinbai.cli.front import Front, refuse
from tinbai.lock import AlreadyRunning, only_one

NO_MAILBOX = (
    "Chưa cấu hình hộp thư ([mailbox] host trong settings.toml hoặc TINBAI_MAILBOX__HOST). "
    "Xem thử ngay không cần tài khoản: `tinbai demo`; kiểm tra cấu hình: `tinbai check`."
)
NO_SMTP = "Chưa cấu hình máy chủ gửi thư ([smtp] host); muốn diễn tập không gửi gì, đặt thêm [smtp] hold = true."


@click.command()
@click.pass_obj
def run(front: Front) -> None:
    """Chạy tinbai cho tới khi được bảo dừng.

    Đọc hộp thư, làm tin bài, trả lời các trường; dừng bằng Ctrl-C hoặc SIGTERM.
    """
    from tinbai.daemon import Daemon  # its threads and the scheduler are no other command's business

    settings = front.settings
    if not settings.mailbox.host and not settings.mailbox.path:
        refuse(NO_MAILBOX)
    if not settings.smtp.host and not settings.smtp.path and not settings.smtp.hold:
        refuse(NO_SMTP)
    logs.configure(settings.log)
    try:
        with only_one(settings.database.url), _app_of(front):
            daemon = Daemon(front.app)
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: daemon.stop())
            daemon.run()
    except AlreadyRunning as error:
        refuse(str(error))


@contextmanager
def _app_of(front: Front) -> Iterator[None]:
    try:
        yield
    finally:
        front.app.close()


@click.command()
@click.option("--once", is_flag=True, help="Tự kết thúc khi mọi thư mẫu đã được làm xong (dưới 45 giây).")
def demo(*, once: bool) -> int:
    """Xem tinbai làm việc ngay trên máy này.

    Không cần tài khoản, không cần mạng, không cần cấu hình.
    """
    try:
        from tinbai.demo import show_demo
    except ModuleNotFoundError as error:
        refuse(f"`tinbai demo` cần gói {error.name}: hãy cài `pip install 'tinbai[demo]'` hoặc chạy `make run`.")
    return show_demo(once=once)


@click.command()
@click.pass_obj
def migrate(front: Front) -> None:
    """Đưa cơ sở dữ liệu lên phiên bản mới nhất.

    Tệp SQLite được sao lưu trước.
    """
    from tinbai.wiring import App

    app = App(front.settings)
    copy = migrate_database(app.database, app.clock())
    app.database.close()
    saved = f" Bản sao lưu: {copy}." if copy else ""
    click.echo(f"Cơ sở dữ liệu ở phiên bản {newest()}.{saved}")
