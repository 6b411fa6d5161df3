"""`tinbai check`: is everything there that `tinbai run` needs? One line a question, and what to do where it is not."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from db.queries import people
from ingest.mailbox_protocol import MailboxError
from outbox.errors import DeliveryError
from outbox.smtp import SmtpTransport
from tinbai.cli.front import Front, refuse
from tinbai.cli.vietnamese import Command
from tinbai.cli.words import shown

NEEDED = {"imap": "[mailbox] host và username", "maildir": "[mailbox] path, thư mục của Maildir"}
ENOUGH_DISK = 500 << 20  # bytes; mails and pages are kept whole


@dataclass(frozen=True, slots=True)
class Finding:
    """The answer to one question: all right, all right with a remark, or a fault with its remedy."""

    ok: bool
    text: str


def _database(front: Front) -> Iterator[Finding]:
    place = front.app.database.file or front.app.database.url.render_as_string(hide_password=True)
    yield Finding(True, f"Cơ sở dữ liệu: {place}")
    folder = (front.app.database.file or Path()).absolute().parent
    free = shutil.disk_usage(folder).free
    yield Finding(
        free >= ENOUGH_DISK, f"Đĩa: còn {free >> 20} MB" + ("" if free >= ENOUGH_DISK else "; cần ít nhất 500 MB.")
    )


def _people(front: Front) -> Iterator[Finding]:
    with front.app.database.read() as session:
        schools, board = len(people.all_schools(session)), len(people.board(session))
    yield Finding(
        schools > 0, f"Trường: {schools}" + ("" if schools else "; hãy chạy `tinbai schools import TỆP.csv`.")
    )
    yield Finding(
        board > 0, f"Ban biên tập: {board}" + ("" if board else "; hãy chạy `tinbai members import TỆP.csv`.")
    )


def _mailbox(front: Front) -> Iterator[Finding]:
    settings = front.settings.mailbox
    if not (settings.path if settings.kind == "maildir" else settings.host):
        yield Finding(False, f"Hộp thư: chưa cấu hình; hãy điền {NEEDED[settings.kind]}.")
        return
    try:
        with front.app.mailbox.connect() as mailbox:
            status = mailbox.status()
    except MailboxError as error:
        yield Finding(False, f"Hộp thư: {error.reason}")
        return
    yield Finding(
        True, f"Hộp thư: mở được {settings.folder}, UIDVALIDITY {status.uidvalidity}, thư kế tiếp {status.uidnext}"
    )
    if not settings.authserv_id:
        remark = "máy chủ nhận không xác thực người gửi; thư trả lời chỉ gửi tới địa chỉ đã đăng ký"
        yield Finding(True, f"[mailbox] authserv_id còn trống: {remark}.")


def _smtp(front: Front) -> Iterator[Finding]:
    transport = front.app.transport
    if front.settings.smtp.hold:
        yield Finding(True, "Gửi thư: đang diễn tập ([smtp] hold = true), không thư nào được gửi.")
    if not isinstance(transport, SmtpTransport):
        yield Finding(True, f"Gửi thư: ghi vào thư mục {front.settings.smtp.path}")
        return
    if not front.settings.smtp.host:
        yield Finding(front.settings.smtp.hold, "Gửi thư: chưa cấu hình; hãy điền [smtp] host và username.")
        return
    try:
        transport.log_in(front.settings.office.address)
    except DeliveryError as error:
        yield Finding(False, f"Gửi thư: {error.reason}")
        return
    finally:
        transport.close()
    yield Finding(True, f"Gửi thư: đăng nhập được {front.settings.smtp.host}")


def _clock(front: Front) -> Iterator[Finding]:
    now = shown("at", front.local(front.app.clock()))
    yield Finding(True, f"Giờ của văn phòng: {now} ({front.settings.office.timezone})")


QUESTIONS: tuple[Callable[[Front], Iterator[Finding]], ...] = (_database, _people, _mailbox, _smtp, _clock)


@click.command(cls=Command)
@click.pass_obj
def check(front: Front) -> None:
    """Kiểm tra cấu hình, hộp thư, máy chủ gửi thư."""
    faults = 0
    for question in QUESTIONS:
        for finding in question(front):
            click.echo(f"{'được ' if finding.ok else 'LỖI  '} {finding.text}")
            faults += not finding.ok
    if faults:
        refuse(f"Còn {faults} lỗi cần sửa trước khi chạy `tinbai run`.")
    click.echo("Mọi thứ đã sẵn sàng: `tinbai run`.")
