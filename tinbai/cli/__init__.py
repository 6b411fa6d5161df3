"""The command line: tables for people, JSON Lines for programs, one sentence for whatever goes wrong.

Exit status: 0 done, 1 it could not be done, 2 wrong usage.
"""

import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import NamedTemporaryFile
from types import TracebackType

import click
from sqlalchemy.exc import DatabaseError

from db.migrate import NewerDatabase
from db.work import WorkFailed
from ingest.mailbox_protocol import MailboxError
from parsers.message import ParseError
from parsers.roster import RosterRefused
from pipeline.board.decisions import DecisionRefused
from tinbai import __version__
from tinbai.cli import backfill, backup, board, check, daemon, dry, incidents, lists, people, replay, show, waiting
from tinbai.cli.failures import database_sentence, os_sentence
from tinbai.cli.front import Front, Refused
from tinbai.cli.vietnamese import Group, option, usage_sentence
from tinbai.settings import SettingsError, environment
from tinbai.trail import told

EXPECTED = (
    NewerDatabase,
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
    daemon.worker,
    daemon.demo,
    daemon.migrate,
    backfill.import_mails,
    check.check,
    dry.read,
    dry.page,
    replay.replay,
    backup.backup,
    lists.messages,
    lists.stories,
    lists.outbox,
    incidents.incidents,
    show.show,
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


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@option(
    "--settings",
    type=click.Path(path_type=Path),
    metavar="TỆP",
    help="Tệp cấu hình (mặc định: $TINBAI_SETTINGS, rồi settings.toml).",
)
@click.version_option(__version__, prog_name="tinbai", message="%(prog)s %(version)s", help="In số phiên bản.")
@click.pass_obj
def tinbai(front: Front, /, settings: Path | None) -> None:
    """tinbai: bàn làm tin bài của cơ quan giáo dục.

    Đọc hộp thư các trường gửi tin bài, mở và tóm tắt từng trang, xếp hàng cho Ban biên tập, trả lời các trường.
    Bắt đầu: `tinbai demo` (xem thử, không cần tài khoản), rồi điền settings.toml và chạy `tinbai run`.
    """
    front.settings_file = settings


for command in COMMANDS:
    tinbai.add_command(command)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    sys.excepthook = _unforeseen
    front = Front(None, environment())
    try:
        status = tinbai.main(args=arguments, prog_name="tinbai", obj=front, standalone_mode=False)
    except click.UsageError as error:
        click.echo(usage_sentence(error), err=True)
        return error.exit_code
    except Refused as error:
        click.echo(error.message, err=True)
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return 130
    except EXPECTED as error:
        click.echo(_sentence(error, front), err=True)
        return 1
    finally:
        front.close()
    return status if isinstance(status, int) else 0


def _sentence(error: Exception, front: Front) -> str:
    if isinstance(error, DatabaseError):
        return database_sentence(error, front.database_url)
    if isinstance(error, OSError):
        return os_sentence(error)
    return str(error)


def _unforeseen(kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
    """A fault of ours: the traceback goes to a file, a sentence to the person."""
    with NamedTemporaryFile("w", prefix="tinbai-", suffix=".log", delete=False, encoding="utf-8") as file:
        file.write(f"{told(error)}\n")
    sentence = f"tinbai gặp lỗi chưa lường trước; chi tiết nằm ở {file.name}. Dữ liệu đã lưu không bị mất."
    click.echo(sentence, err=True)
