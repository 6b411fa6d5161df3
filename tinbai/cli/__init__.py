"""The command line: tables for people, JSON Lines for programs, one sentence for whatever goes wrong.

Exit status: 0 done, 1 it could not be done, 2 wrong usage.
"""

import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import NamedTemporaryFile
from traceback import format_exception
from types import TracebackType

import click
from sqlalchemy.exc import DatabaseError

from db.work import WorkFailed
from ingest.mailbox_protocol import MailboxError
from parsers.message import ParseError
from parsers.roster import RosterRefused
from pipeline.board.decisions import DecisionRefused
from tinbai import __version__
from tinbai.cli import board, check, daemon, dry, lists, people, waiting
from tinbai.cli.front import Front
from tinbai.settings import SettingsError, environment

EXPECTED = (
    SettingsError,
    RosterRefused,
    DecisionRefused,
    MailboxError,
    ParseError,
    WorkFailed,
    DatabaseError,
    OSError,
)
COMMANDS: tuple[click.Command, ...] = (
    daemon.run,
    daemon.demo,
    daemon.migrate,
    check.check,
    dry.read,
    dry.page,
    lists.messages,
    lists.stories,
    lists.outbox,
    lists.show,
    people.schools,
    people.members,
    waiting.waiting,
    waiting.handled,
    waiting.quarantine,
    waiting.retry,
    *board.DECISIONS,
    board.digest,
    board.preview,
)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.option(
    "--settings", type=click.Path(path_type=Path), help="Tệp cấu hình (mặc định: $TINBAI_SETTINGS, rồi settings.toml)."
)
@click.version_option(__version__, prog_name="tinbai")
@click.pass_context
def tinbai(context: click.Context, settings: Path | None) -> None:
    """tinbai: bàn làm tin bài của cơ quan giáo dục.

    Đọc hộp thư các trường gửi tin bài, mở và tóm tắt từng trang, xếp hàng cho Ban biên tập, trả lời các trường.
    Bắt đầu: `tinbai demo` (xem thử, không cần tài khoản), rồi điền settings.toml và chạy `tinbai run`.
    """
    context.obj = Front(settings, environment())


for command in COMMANDS:
    tinbai.add_command(command)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    sys.excepthook = _unforeseen
    try:
        status = tinbai.main(args=arguments, prog_name="tinbai", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return 130
    except EXPECTED as error:
        click.echo(_sentence(error), err=True)
        return 1
    return status if isinstance(status, int) else 0


def _sentence(error: Exception) -> str:
    if isinstance(error, DatabaseError):
        return f"Không dùng được cơ sở dữ liệu: {error.orig}. Hãy kiểm tra [database] url và quyền ghi vào thư mục."
    if isinstance(error, OSError) and error.filename:
        return f"Không đọc hoặc ghi được {error.filename}: {error.strerror}."
    return str(error)


def _unforeseen(kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
    """A fault of ours: the traceback goes to a file, a sentence to the person."""
    with NamedTemporaryFile("w", prefix="tinbai-", suffix=".log", delete=False, encoding="utf-8") as file:
        file.writelines(format_exception(kind, error, traceback))
    sentence = f"tinbai gặp lỗi chưa lường trước; chi tiết nằm ở {file.name}. Dữ liệu đã lưu không bị mất."
    click.echo(sentence, err=True)
