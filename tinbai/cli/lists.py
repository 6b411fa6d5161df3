"""`tinbai messages|stories|outbox`: what is there."""

from collections.abc import Callable, Sequence
from enum import StrEnum
from textwrap import shorten
from typing import Any

import click
from sqlalchemy.orm import Session

from db.models import Story
from db.queries import messages as message_queries
from db.queries import outgoing, search
from db.queries import stories as story_queries
from db.states import MailState, MessageState, StoryState
from parsers.words import fold
from tinbai.cli.front import Front, json_option, parse_number, refuse, show_records
from tinbai.cli.records import mail_record, message_record, story_record
from tinbai.cli.vietnamese import Command, Group, option

MESSAGE_COLUMNS = ("id", "received_at", "state", "kind", "school", "subject", "week", "answer")
STORY_COLUMNS = ("number", "state", "school", "title", "published_on", "week")
MAIL_COLUMNS = ("id", "state", "notice", "recipient", "subject", "queued_at", "sent_at", "failure")


MOST = 200  # rows of a table; more says nothing to a person
NOT_FOUND = "Không có tin bài nào có đủ các từ “{words}”; hãy thử ít từ hơn."
CUT = "Có nhiều hơn {most} tin bài, chỉ hiện {most} bài mới nhất; thêm từ để thu hẹp, hoặc --all để xem tất cả."
all_option = option("--all", "everything", is_flag=True, help="Tất cả, không chỉ 200 mục mới nhất.")


def state_option(states: type[StrEnum]) -> Callable[[Any], Any]:
    """`--state S`."""
    return option(
        "--state",
        type=click.Choice([state.value for state in states]),
        metavar="TRẠNG-THÁI",
        help=f"Chỉ trạng thái này: {', '.join(states)}.",
    )


@click.command(cls=Command)
@state_option(MessageState)
@all_option
@json_option
@click.pass_obj
def messages(front: Front, *, state: str | None, everything: bool, as_json: bool) -> None:
    """Liệt kê thư đến, mới nhất trước."""
    with front.app.database.read() as session:
        rows = message_queries.listed(session, MessageState(state) if state else None, _limit(everything or as_json))
        records = [message_record(front, row) for row in rows]
    show_records(records, MESSAGE_COLUMNS, as_json=as_json, empty="Không có thư nào.")


@click.command(cls=Command)
@option("--search", "words", metavar="LỜI", help="Chỉ những bài có mọi từ này, có dấu hay không dấu đều được.")
@state_option(StoryState)
@all_option
@json_option
@click.pass_obj
def stories(front: Front, *, words: str | None, state: str | None, everything: bool, as_json: bool) -> None:
    """Liệt kê tin bài, mới nhất trước.

    --search tìm trong tiêu đề, nội dung và tên trường.
    """
    wanted, most = StoryState(state) if state else None, _limit(everything or as_json)
    with front.app.database.read() as session:
        if words is None:
            rows, empty = story_queries.listed(session, wanted, most), "Không có tin bài nào."
        else:
            rows, empty = _found(session, words, wanted, most), NOT_FOUND.format(words=shorten(words, 60))
        records = [story_record(front, row) for row in rows]
    show_records(records, STORY_COLUMNS, as_json=as_json, empty=empty)


def _found(session: Session, words: str, state: StoryState | None, most: int | None) -> Sequence[Story]:
    """The stories with these words; says so when there are more than are shown."""
    rows = search.find(session, fold(words), most and most + 1, state)
    if most and len(rows) > most:
        click.echo(CUT.format(most=most), err=True)
    return rows[:most]


@click.group(cls=Group, invoke_without_command=True)
@state_option(MailState)
@all_option
@json_option
@click.pass_context
def outbox(context: click.Context, *, state: str | None, everything: bool, as_json: bool) -> None:
    """Liệt kê thư đi, mới nhất trước.

    `tinbai outbox release SỐ…` cho đi những thư đang giữ lại khi diễn tập.
    """
    if context.invoked_subcommand is not None:
        return
    front: Front = context.obj
    with front.app.database.read() as session:
        rows = outgoing.listed(session, MailState(state) if state else None, _limit(everything or as_json))
        records = [mail_record(front, row) for row in rows]
    show_records(records, MAIL_COLUMNS, as_json=as_json, empty="Không có thư đi nào.")


@outbox.command()
@click.argument("ids", nargs=-1, required=True, metavar="SỐ…")
@click.pass_obj
def release(front: Front, ids: Sequence[str]) -> None:
    """Cho gửi các thư này dù [smtp] hold = true."""
    with front.app.database.write() as session:
        for text in ids:
            mail = outgoing.get(session, parse_number(text, "o"))
            if mail is None or mail.state is not MailState.QUEUED:
                refuse(f"Thư đi {text} không nằm trong hàng chờ gửi; chưa có thư nào được cho đi.")
            mail.released = True
    click.echo(f"Đã cho đi {len(ids)} thư; `tinbai run` sẽ gửi.")


@outbox.command()
@click.argument("ids", nargs=-1, metavar="[SỐ…]")
@option("--all", "everything", is_flag=True, help="Mọi thư đang chờ gửi.")
@click.pass_obj
def cancel(front: Front, ids: Sequence[str], *, everything: bool) -> None:
    """Hủy những thư đang chờ gửi.

    Dùng sau khi diễn tập, để thư cũ không đi khi tắt [smtp] hold.
    """
    if bool(ids) == everything:
        raise click.UsageError("Cần các số thư, hoặc --all; chỉ một trong hai.", click.get_current_context())
    with front.app.database.write() as session:
        queued = outgoing.listed(session, MailState.QUEUED)
        wanted = {mail.id for mail in queued} if everything else {parse_number(text, "o") for text in ids}
        missing = wanted - {mail.id for mail in queued}
        if missing:
            refuse(f"Thư đi o{min(missing)} không nằm trong hàng chờ gửi; chưa có thư nào bị hủy.")
        for mail in queued:
            if mail.id in wanted:
                mail.move_to(MailState.CANCELLED, front.app.clock(), "command line")
    click.echo(f"Đã hủy {len(wanted)} thư.")


def _limit(everything: bool) -> int | None:
    return None if everything else MOST
