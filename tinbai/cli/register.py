"""`tinbai schools add-address`: an unknown sender turns out to be a school's."""

from typing import NoReturn

import click
from sqlalchemy.orm import Session

from db.models import School
from db.queries import contacts, people, register
from parsers.roster_cells import mail_address
from pipeline.registry import read_again
from tinbai.cli.front import Front, refuse
from tinbai.cli.vietnamese import Command


@click.command("add-address", cls=Command)
@click.argument("code", metavar="MÃ-TRƯỜNG")
@click.argument("address", metavar="ĐỊA-CHỈ")
@click.pass_obj
def add_address(front: Front, code: str, address: str) -> None:
    """Thêm một địa chỉ thư cho một trường.

    Từ nay thư của địa chỉ ấy là thư của trường; thư đang chờ của địa chỉ ấy được đọc lại.
    """
    mailbox = mail_address(address.strip().lower())
    if mailbox is None:
        refuse(f"{address!r} không phải là một địa chỉ thư (viết như c1kimdong@hanoiedu.vn).")
    with front.app.database.write() as session:
        school = _school(session, code.strip().lower())
        if mailbox in front.settings.office.own_addresses:
            _refuse_taken(mailbox, "chính hộp thư của cơ quan")
        new = _is_new(session, mailbox, school)
        if new:
            register.add_address(session, school, mailbox)
        contacts.forget(session, [mailbox])  # whoever adds it knows that it works
        again = read_again(session, front.settings.office.domain, front.app.clock())
        name = school.short_name
    click.echo(f"Đã thêm {mailbox} cho {name}." if new else f"{mailbox} vốn đã là địa chỉ của {name}.")
    if again:
        click.echo(f"{again} thư đang chờ nay đã rõ người gửi; `tinbai run` sẽ đọc lại.")


def _school(session: Session, code: str) -> School:
    school = people.schools_by_code(session, {code}).get(code)
    return school or refuse(f"Không có trường nào mang mã {code!r}: `tinbai schools` liệt kê mã các trường.")


def _is_new(session: Session, mailbox: str, school: School) -> bool:
    """Tell whether nobody has the address yet; refuses when it is another's."""
    member = people.members_holding(session, [mailbox], []).get(mailbox)
    if member is not None:
        _refuse_taken(mailbox, f"thành viên {member}")
    owner = people.schools_holding(session, [mailbox], []).get(mailbox)
    if owner not in (None, school.code):
        _refuse_taken(mailbox, f"trường {owner}")
    return owner is None


def _refuse_taken(mailbox: str, owner: str) -> NoReturn:
    refuse(f"{mailbox} đang là địa chỉ của {owner}, không thể là của trường này.")
