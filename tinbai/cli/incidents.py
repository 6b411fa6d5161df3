"""`tinbai incidents`: the register of incidents and opinion matters. No word of any mail stands here."""

import click
from sqlalchemy.orm import Session

from db.models import Incident, Member
from db.queries import incidents as register
from db.queries import people
from db.states import IncidentState, MessageState
from tinbai.cli.front import Front, json_option, parse_number, refuse, show_records
from tinbai.cli.lists import state_option
from tinbai.cli.records import incident_record
from tinbai.cli.vietnamese import Group, option

COLUMNS = ("number", "opened_at", "school", "kind", "urgent", "state", "messages")
NOT_IN_CHARGE = (
    "{name!r} không được giao xử lý vụ việc: cần một thành viên Ban biên tập ({known}), hoặc người có trong danh sách "
    "thành viên mà địa chỉ đứng ở [incidents] to."
)
as_option = option("--as", "member", required=True, metavar="TÊN-GỌI", help="Ai xử lý (tên gọi hoặc địa chỉ thư).")
note_option = option("--note", metavar="LỜI", help="Đã làm gì; không ghi tên và chuyện riêng của học sinh.")


@click.group(cls=Group, invoke_without_command=True)
@state_option(IncidentState)
@json_option
@click.pass_context
def incidents(context: click.Context, *, state: str | None, as_json: bool) -> None:
    """Liệt kê vụ việc và dư luận các trường báo cáo, mới nhất trước.

    Nội dung chỉ đọc trong hộp thư. `tinbai incidents close 3 --as TÊN-GỌI` khi đã xử lý xong.
    """
    if context.invoked_subcommand is not None:
        return
    front: Front = context.obj
    with front.app.database.read() as session:
        rows = register.listed(session, IncidentState(state) if state else None)
        records = [incident_record(front, row) for row in rows]
    show_records(records, COLUMNS, as_json=as_json, empty="Không có vụ việc nào.")


@incidents.command()
@click.argument("number", metavar="SỐ")
@as_option
@note_option
@click.pass_obj
def close(front: Front, number: str, *, member: str, note: str | None) -> None:
    """Ghi nhận một vụ việc đã xử lý xong.

    Những thư về vụ việc đó còn chờ người xem cũng được ghi là đã xử lý.
    """
    with front.app.database.write() as session:
        person = person_in_charge(front, session, member)
        incident = _known(session, number)
        if incident.state is IncidentState.CLOSED:
            refuse(f"Vụ việc số {incident.id} đã đóng từ trước.")
        now = front.app.clock()
        incident.move_to(IncidentState.CLOSED, now, "command line", member_id=person.id, note=note)
        for message in register.waiting_mails(session, incident):
            done = f"vụ việc số {incident.id} đã đóng"
            message.move_to(MessageState.READ, now, "command line", member_id=person.id, note=done)
            message.make_due(None)
        click.echo(f"Đã đóng vụ việc số {incident.id} ({person.name}).")


@incidents.command()
@click.argument("number", metavar="SỐ")
@as_option
@note_option
@click.pass_obj
def reopen(front: Front, number: str, *, member: str, note: str | None) -> None:
    """Mở lại một vụ việc đã đóng."""
    with front.app.database.write() as session:
        person = person_in_charge(front, session, member)
        incident = _known(session, number)
        if incident.state is IncidentState.OPEN:
            refuse(f"Vụ việc số {incident.id} đang mở.")
        incident.move_to(IncidentState.OPEN, front.app.clock(), "command line", member_id=person.id, note=note)
        click.echo(f"Đã mở lại vụ việc số {incident.id} ({person.name}).")


def person_in_charge(front: Front, session: Session, name: str) -> Member:
    """A board member, or a person of the office who is told of incidents; refuses anybody else."""
    found = register.in_charge(session, name, front.settings.incidents.to)
    if found is None:
        known = ", ".join(member.handle for member in people.board(session)) or "chưa có ai"
        refuse(NOT_IN_CHARGE.format(name=name, known=known))
    return found


def _known(session: Session, number: str) -> Incident:
    incident = register.locked(session, parse_number(number))
    if incident is None:
        refuse(f"Không có vụ việc số {number.strip().lstrip('#')}.")
    return incident
