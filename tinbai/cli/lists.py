"""`tinbai messages|stories|outbox` and `tinbai show`: what is there, and what happened to it."""

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Any

import click

from db.models import Message, OutgoingMail, Story
from db.models.base import Event
from db.queries import messages as message_queries
from db.queries import outgoing
from db.queries import stories as story_queries
from db.states import MailState, MessageState, StoryState
from tinbai.cli.front import Front, json_option, parse_number, refuse, show_records
from tinbai.cli.words import FIELDS, shown

MESSAGE_COLUMNS = ("id", "received_at", "state", "kind", "school", "subject", "week", "answer")
STORY_COLUMNS = ("number", "state", "school", "title", "published_on", "week")
MAIL_COLUMNS = ("id", "state", "notice", "recipient", "subject", "queued_at", "sent_at", "failure")


MOST = 200  # rows of a table; more says nothing to a person
all_option = click.option("--all", "everything", is_flag=True, help="Tất cả, không chỉ 200 mục mới nhất.")


def state_option(states: type[StrEnum]) -> Callable[[Any], Any]:
    """`--state S`."""
    return click.option("--state", type=click.Choice([state.value for state in states]), help="Chỉ trạng thái này.")


@click.command()
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


@click.command()
@state_option(StoryState)
@all_option
@json_option
@click.pass_obj
def stories(front: Front, *, state: str | None, everything: bool, as_json: bool) -> None:
    """Liệt kê tin bài, mới nhất trước."""
    with front.app.database.read() as session:
        rows = story_queries.listed(session, StoryState(state) if state else None, _limit(everything or as_json))
        records = [story_record(row) for row in rows]
    show_records(records, STORY_COLUMNS, as_json=as_json, empty="Không có tin bài nào.")


@click.group(invoke_without_command=True)
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
@click.argument("ids", nargs=-1, required=True)
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
@click.argument("ids", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Mọi thư đang chờ gửi.")
@click.pass_obj
def cancel(front: Front, ids: Sequence[str], *, everything: bool) -> None:
    """Hủy những thư đang chờ gửi.

    Dùng sau khi diễn tập, để thư cũ không đi khi tắt [smtp] hold.
    """
    if bool(ids) == everything:
        raise click.UsageError("cần các số thư, hoặc --all")
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


@click.command()
@click.argument("id_", metavar="ID")
@click.pass_obj
def show(front: Front, id_: str) -> None:
    """Xem một mục và lịch sử của nó.

    ID là tin bài 12 (hoặc #12), thư đến m12, thư đi o12.
    """
    kind = id_.strip().lower()[:1]
    with front.app.database.read() as session:
        record: dict[str, Any] | None = None
        events: Sequence[Event] = ()
        if kind == "m":
            message = message_queries.get(session, parse_number(id_, "m"))
            record, events = (message_record(front, message), message.events) if message else (None, [])
        elif kind == "o":
            mail = outgoing.get(session, parse_number(id_, "o"))
            record, events = (mail_record(front, mail), mail.events) if mail else (None, [])
        else:
            story = story_queries.get(session, parse_number(id_))
            record, events = (story_record(story), story.events) if story else (None, [])
        lines = [_told(front, event) for event in events]
    if record is None:
        refuse(f"Không có mục {id_}.")
    given = {FIELDS[key]: shown(key, value) for key, value in record.items() if value not in (None, [], "")}
    width = max(map(len, given))
    for name, value in given.items():
        click.echo(f"{name:<{width}}  {value}")
    click.echo("\n" + "\n".join(lines))


def _told(front: Front, event: Event) -> str:
    """One line of history."""
    before = f"{shown('state', event.old)} → " if event.old else ""
    return f"{front.local(event.at)}  {before}{shown('state', event.new)}  {event.note or ''}".rstrip()


def message_record(front: Front, row: Message) -> dict[str, Any]:
    """A mail as the command line shows it. Of a restricted one only number, time and state."""
    open_fields = {
        "kind": row.kind,
        "school": row.school.short_name if row.school else None,
        "school_by": row.school_by,
        "sender": row.sender_address,
        "subject": row.subject,
        "week": row.credited_week,
        "flags": row.flags,
        "answer": row.answer.value,
        "silence_reason": row.silence_reason,
    }
    hidden = dict.fromkeys(open_fields) | {"subject": "(nội dung hạn chế: xem thư gốc trong hộp thư)"}
    return {
        "id": f"m{row.id}",
        "received_at": front.local(row.received_at),
        "state": row.state.value,
        "reason": row.reason,
        "size": row.size,
        **(hidden if row.restricted else open_fields),
    }


def story_record(row: Story) -> dict[str, Any]:
    """A story as the command line shows it."""
    return {
        "number": row.id,
        "state": row.state.value,
        "school": row.school.short_name,
        "title": row.headline,
        "published_on": row.published_on,
        "byline": row.byline,
        "summary": row.summary,
        "url": row.url,
        "image_url": row.image_url,
        "theme": row.theme,
        "flags": row.flags,
        "school_year": row.school_year,
        "week": row.week,
        "original": row.original_id,
        "reason": row.reason,
    }


def mail_record(front: Front, row: OutgoingMail) -> dict[str, Any]:
    """An outgoing mail as the command line shows it."""
    return {
        "id": f"o{row.id}",
        "state": row.state.value,
        "notice": row.notice,
        "about": row.about,
        "recipient": row.recipient,
        "subject": row.subject,
        "queued_at": front.local(row.queued_at),
        "due_at": front.local(row.due_at),
        "sent_at": front.local(row.sent_at),
        "attempts": row.attempts,
        "failure": row.failure,
        "message_id": row.rfc_id,
    }
