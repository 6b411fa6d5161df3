"""`tinbai waiting|handled|quarantine|retry`: what needs a person, and what the person did."""

import click

from db.queries import incidents, messages, outgoing, stories
from db.states import IncidentState, MailState, MessageState, StoryState
from pipeline.stages.move_mail import queue_move
from tinbai.cli.front import Front, board_member, json_option, parse_number, refuse, show_records
from tinbai.cli.incidents import person_in_charge
from tinbai.cli.records import message_record
from tinbai.cli.vietnamese import Command, option

WAITING_COLUMNS = ("id", "received_at", "kind", "school", "sender", "subject", "reason")
STILL_OPEN = "Vụ việc số {number} vẫn mở; khi xử lý xong: tinbai incidents close {number} --as {member}"
QUARANTINE_COLUMNS = ("id", "received_at", "size", "reason")


@click.command(cls=Command)
@json_option
@click.pass_obj
def waiting(front: Front, *, as_json: bool) -> None:
    """Liệt kê thư chờ người xem.

    Đó là thư về vụ việc, thư của người gửi chưa đăng ký, câu hỏi và những thư máy không chắc.
    """
    with front.app.database.read() as session:
        records = [message_record(front, row) for row in messages.waiting(session)]
    show_records(records, WAITING_COLUMNS, as_json=as_json, empty="Không có thư nào chờ người xem.")


@click.command(cls=Command)
@json_option
@click.pass_obj
def quarantine(front: Front, *, as_json: bool) -> None:
    """Liệt kê thư không đọc được.

    Thư vẫn được giữ nguyên từng byte; `tinbai retry m12` để đọc lại.
    """
    with front.app.database.read() as session:
        records = [message_record(front, row) for row in messages.put_aside(session)]
    show_records(records, QUARANTINE_COLUMNS, as_json=as_json, empty="Không có thư nào bị cách ly.")


@click.command(cls=Command)
@click.argument("id_", metavar="ID")
@option("--as", "member", required=True, metavar="TÊN-GỌI", help="Ai đã xử lý (tên gọi hoặc địa chỉ thư).")
@option("--note", metavar="LỜI", help="Đã làm gì.")
@click.pass_obj
def handled(front: Front, id_: str, *, member: str, note: str | None) -> None:
    """Ghi nhận một thư đã được xử lý.

    Vụ việc mà thư báo vẫn mở cho tới khi có lệnh `tinbai incidents close`.
    """
    with front.app.database.write() as session:
        message = messages.get(session, parse_number(id_, "m"))
        restricted = message is not None and message.restricted
        person = person_in_charge(front, session, member) if restricted else board_member(session, member)
        if message is None or message.state is not MessageState.WAITING:
            refuse(f"Thư {id_} không nằm trong danh sách chờ người xem.")
        now = front.app.clock()
        message.move_to(MessageState.READ, now, "command line", member_id=person.id, note=note)
        if front.settings.mailbox.after_reading == "move":
            queue_move(session, message, now)
        click.echo(f"Đã ghi nhận: {person.name} xử lý thư m{message.id}.")
        incident = incidents.of_message(session, message.id)
        if incident is not None and incident.state is IncidentState.OPEN:
            click.echo(STILL_OPEN.format(number=incident.id, member=person.handle))


@click.command(cls=Command)
@click.argument("id_", metavar="ID")
@click.pass_obj
def retry(front: Front, id_: str) -> None:
    """Thử lại ngay một mục.

    ID là thư m12 (cách ly hoặc đang chờ), tin bài 12 (không mở được), thư đi o12 (gửi lỗi).
    """
    kinds = {"m": _retry_message, "o": _retry_mail}
    kinds.get(id_.strip().lower()[:1], _retry_story)(front, id_)
    click.echo(f"Sẽ thử lại {id_}.")


def _retry_message(front: Front, id_: str) -> None:
    with front.app.database.write() as session:
        message = messages.get(session, parse_number(id_, "m"))
        if message is None or message not in (*messages.put_aside(session), *messages.waiting(session)):
            refuse(f"Thư {id_} không bị cách ly, cũng không chờ người xem.")
        if message.state is MessageState.QUARANTINED:
            message.move_to(MessageState.RECEIVED, front.app.clock(), "command line")
        message.make_due(front.app.clock())


def _retry_story(front: Front, id_: str) -> None:
    with front.app.database.write() as session:
        story = stories.get(session, parse_number(id_))
        at_work = (StoryState.UNREACHABLE, StoryState.FOUND, StoryState.FETCHED)
        if story is None or story.state not in at_work:
            refuse(f"Tin bài {id_} không phải là bài chưa mở được.")
        if story.lease_until is not None and story.lease_until > front.app.clock():
            refuse(f"Tin bài {id_} đang được xử lý.")
        story.make_due(front.app.clock())


def _retry_mail(front: Front, id_: str) -> None:
    with front.app.database.write() as session:
        mail = outgoing.get(session, parse_number(id_, "o"))
        put_off = mail is not None and mail.state is MailState.QUEUED and mail.failure is not None
        if mail is None or not (put_off or mail.state in (MailState.FAILED, MailState.UNCERTAIN)):
            refuse(f"Thư đi {id_} không phải là thư gửi lỗi.")
        if mail.state is not MailState.QUEUED:
            mail.move_to(MailState.QUEUED, front.app.clock(), "command line")
        mail.make_due(front.app.clock())
