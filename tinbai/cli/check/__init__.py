"""`tinbai check`: is everything there that `tinbai run` needs? One line a question, and what to do where it is not."""

import sys
import textwrap
from collections.abc import Callable, Iterator
from shutil import get_terminal_size

import click
from sqlalchemy.exc import DatabaseError

from tinbai.cli.check import machine, mailbox, sending
from tinbai.cli.check.case import Case, Post
from tinbai.cli.check.finding import Fault, Finding, LeftOut
from tinbai.cli.failures import database_sentence
from tinbai.cli.front import Front, as_line, json_option, refuse
from tinbai.cli.vietnamese import Command, option

QUESTIONS: tuple[tuple[str, Callable[[Case], Finding]], ...] = (
    ("Cấu hình", machine.settings),
    ("Cơ sở dữ liệu", machine.database),
    ("Dung lượng đĩa", machine.disk),
    ("Đọc thử", machine.reading),
    ("Các trường", machine.schools),
    ("Ban biên tập", machine.board),
    ("Báo vụ việc", machine.incidents),
    ("Hộp thư", mailbox.login),
    ("Thư mục đọc thư", mailbox.folder),
    ("Tiến trình đọc thư", mailbox.reader),
    ("Báo thư mới (IDLE)", mailbox.idle),
    ("Số thứ tự thư", mailbox.numbering),
    ("Chuyển thư đã đọc", mailbox.moving),
    ("Lần đọc gần nhất", mailbox.last_reading),
    ("Lần đối chiếu", mailbox.last_audit),
    ("Thư không chuyển được", mailbox.moves),
    ("Gửi thư", sending.login),
    ("Thư thử", sending.round_trip),
    ("Xác thực người gửi", sending.authserv_id),
    ("DMARC của cơ quan", sending.dmarc),
    ("Đồng hồ", machine.clock),
    ("Đồng hồ so với sổ", machine.clock_was_right),
    ("Múi giờ", machine.time_zone),
    ("Trang theo dõi", machine.listener),
)
STATUS = {True: "được", False: "LỖI", None: "bỏ qua"}
STATUS_WIDTH = max(map(len, STATUS.values())) + 2
NAME_WIDTH = max(len(name) for name, _ in QUESTIONS) + 2
NARROWEST = 60  # columns


@click.command(cls=Command)
@json_option
@option("--send", is_flag=True, help="Gửi thư thử cả khi đang diễn tập ([smtp] hold = true).")
@option("--no-mail", is_flag=True, help="Không gửi thư thử.")
@click.pass_obj
def check(front: Front, *, as_json: bool, send: bool, no_mail: bool) -> None:
    """Kiểm tra cấu hình, hộp thư, máy chủ gửi thư.

    Kiểm tra lần lượt từng việc mà `tinbai run` cần, và chỉ cách sửa việc nào chưa được. Gửi một thư thử từ hộp thư của
    cơ quan tới chính nó, chờ thư về (nhiều nhất 30 giây); không xóa, không đánh dấu thư nào.
    """
    if send and no_mail:
        raise click.UsageError("Chỉ dùng một trong hai: --send hoặc --no-mail.")
    post = Post.ALWAYS if send else Post.NEVER if no_mail else Post.UNLESS_REHEARSING
    case = Case(front, post)
    faults = 0
    for name, finding in findings(case):
        faults += finding.ok is False
        _show(name, finding, as_json=as_json)
    if faults:
        refuse(f"Còn {faults} lỗi cần sửa" + (", xem các dòng LỖI ở trên." if not as_json else "."))
    if not as_json:
        click.echo(_conclusion(case))


def findings(case: Case) -> Iterator[tuple[str, Finding]]:
    """Ask every question, whatever became of those before."""
    for name, question in QUESTIONS:
        yield name, _answer(question, case)


def _answer(question: Callable[[Case], Finding], case: Case) -> Finding:
    try:
        return question(case)
    except Fault as fault:
        return Finding(False, str(fault))
    except LeftOut as reason:
        return Finding(None, f"vì {reason}.")
    except DatabaseError as error:
        return Finding(False, database_sentence(error, case.front.database_url))


def _show(name: str, finding: Finding, *, as_json: bool) -> None:
    if as_json:
        click.echo(as_line({"question": name, "ok": finding.ok, "text": finding.text}))
        return
    start = f"{STATUS[finding.ok]:<{STATUS_WIDTH}}{name:<{NAME_WIDTH}}"
    lines = [finding.text]
    if sys.stdout.isatty():
        width = max(get_terminal_size().columns, NARROWEST)
        lines = textwrap.wrap(finding.text, width - len(start), break_long_words=False, break_on_hyphens=False)
    click.echo(start + f"\n{'':<{len(start)}}".join(lines))


def _conclusion(case: Case) -> str:
    try:
        running = case.reader()
    except LeftOut:
        running = None
    return "Mọi thứ đều tốt; tinbai đang chạy." if running else "Mọi thứ đã sẵn sàng: `tinbai run`."
