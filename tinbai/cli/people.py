"""`tinbai schools` and `tinbai members`: who writes, and who decides."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import click
from sqlalchemy.orm import Session

from db.models import Member, Role, School, SchoolKey, SchoolKeyKind
from db.queries import contacts, people
from parsers.roster import MemberRow, RosterRefused, SchoolRow, read_members, read_schools
from pipeline.reach import Unreachable, addresses_of, unreachable
from pipeline.registry import read_again
from tinbai.cli.front import Front, Record, json_option, show_records
from tinbai.cli.register import add_address
from tinbai.cli.vietnamese import Group

SCHOOL_COLUMNS = ("code", "level", "short_name", "emails", "hosts", "failure")
MEMBER_COLUMNS = ("handle", "name", "email", "role", "active", "failure")


@click.group(cls=Group, invoke_without_command=True)
@json_option
@click.pass_context
def schools(context: click.Context, *, as_json: bool) -> None:
    """Liệt kê các trường.

    `tinbai schools import TỆP.csv` để nạp danh sách.
    """
    if context.invoked_subcommand is not None:
        return
    front: Front = context.obj
    with front.app.database.read() as session:
        lost = _Lost(front, session)
        records = [_school_record(school, lost, as_json=as_json) for school in people.all_schools(session)]
    show_records(records, SCHOOL_COLUMNS, as_json=as_json, empty="Chưa có trường nào: `tinbai schools import TỆP.csv`.")


schools.add_command(add_address)


@schools.command("import")
@click.argument("file", type=click.Path(path_type=Path), metavar="TỆP.csv")
@click.pass_obj
def import_schools(front: Front, file: Path) -> None:
    """Nạp danh sách trường từ tệp CSV.

    Có dòng sai thì không nạp dòng nào. Các cột: code, level, name, short_name (bắt buộc); emails, hosts, suffixes,
    contacts, valid_from, valid_to, predecessor.
    """
    rows = read_schools(file.read_bytes(), front.settings.calendar.levels)
    values = [value for row in rows for value in (*row.emails, *row.hosts, *row.suffixes)]
    with front.app.database.write() as session:
        _refuse_taken(people.schools_holding(session, values, [row.code for row in rows]), "trường")
        before = _addresses(session)
        added, updated = people.save_schools(session, [_school(row) for row in rows])
        session.flush()
        contacts.forget(session, before ^ _addresses(session))
        again = read_again(session, front.settings.office.domain, front.app.clock())
    click.echo(f"Đã nạp {added} trường mới, cập nhật {updated} trường.")
    if again:
        click.echo(f"{again} thư đang chờ nay đã rõ người gửi; `tinbai run` sẽ đọc lại.")


@click.group(cls=Group, invoke_without_command=True)
@json_option
@click.pass_context
def members(context: click.Context, *, as_json: bool) -> None:
    """Liệt kê Ban biên tập và cán bộ.

    `tinbai members import TỆP.csv` để nạp danh sách.
    """
    if context.invoked_subcommand is not None:
        return
    front: Front = context.obj
    with front.app.database.read() as session:
        lost = _Lost(front, session)
        records = [_member_record(member, lost, as_json=as_json) for member in people.all_members(session)]
    show_records(records, MEMBER_COLUMNS, as_json=as_json, empty="Chưa có ai: `tinbai members import TỆP.csv`.")


@members.command("import")
@click.argument("file", type=click.Path(path_type=Path), metavar="TỆP.csv")
@click.pass_obj
def import_members(front: Front, file: Path) -> None:
    """Nạp Ban biên tập và cán bộ từ tệp CSV.

    Có dòng sai thì không nạp dòng nào. Các cột: handle, name, email (bắt buộc); role (board hoặc staff), active (có
    hoặc không).
    """
    rows = read_members(file.read_bytes())
    with front.app.database.write() as session:
        taken = people.members_holding(session, [row.email for row in rows], [row.handle for row in rows])
        _refuse_taken(taken, "thành viên")
        before = _addresses(session)
        added, updated = people.save_members(session, [_member(row) for row in rows])
        session.flush()
        contacts.forget(session, before ^ _addresses(session))
    click.echo(f"Đã nạp {added} người mới, cập nhật {updated} người.")


def _refuse_taken(taken: Mapping[str, str], owner: str) -> None:
    """One address names one school or one person; moving it takes both rows in one file."""
    if taken:
        raise RosterRefused(
            [f"{value!r} đang thuộc {owner} {code}, không có trong tệp này." for value, code in taken.items()]
        )


def _school(row: SchoolRow) -> School:
    by_kind = {SchoolKeyKind.EMAIL: row.emails, SchoolKeyKind.HOST: row.hosts, SchoolKeyKind.SUFFIX: row.suffixes}
    return School(
        code=row.code,
        level=row.level,
        name=row.name,
        short_name=row.short_name,
        contacts=list(row.contacts),
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        predecessor=row.predecessor,
        keys=[SchoolKey(kind=kind, value=value) for kind, values in by_kind.items() for value in values],
    )


def _member(row: MemberRow) -> Member:
    return Member(handle=row.handle, name=row.name, email=row.email, role=Role(row.role), active=row.active)


def _addresses(session: Session) -> set[str]:
    """Every address in the register: of one that comes, goes or changes hands nothing is known any more."""
    schools = {address for school in people.all_schools(session) for address in addresses_of(school)}
    return schools | {member.email for member in people.all_members(session)}


class _Lost:
    """What is told of addresses that are given up, for programs and for people."""

    def __init__(self, front: Front, session: Session) -> None:
        self._by_address = {one.address: one for one in unreachable(session)}
        self._front = front

    def fields(self, addresses: Iterable[str], *, as_json: bool) -> Record:
        found = [self._by_address[address] for address in addresses if address in self._by_address]
        if as_json:
            return {"unreachable": [{"address": o.address, "since": o.since, "status": o.status} for o in found]}
        return {"failure": "; ".join(self._sentence(one) for one in found)}

    def _sentence(self, one: Unreachable) -> str:
        why = f", mã lỗi {one.status}" if one.status else ""
        return f"không gửi được thư tới {one.address} (từ {self._front.local(one.since):%d/%m/%Y}{why})"


def _member_record(member: Member, lost: _Lost, *, as_json: bool) -> Record:
    return {
        "handle": member.handle,
        "name": member.name,
        "email": member.email,
        "role": member.role.value,
        "active": member.active,
        **lost.fields([member.email], as_json=as_json),
    }


def _school_record(school: School, lost: _Lost, *, as_json: bool) -> Record:
    def of(kind: SchoolKeyKind) -> list[str]:
        return [key.value for key in school.keys if key.kind is kind]

    return {
        "code": school.code,
        "level": school.level,
        "name": school.name,
        "short_name": school.short_name,
        "emails": of(SchoolKeyKind.EMAIL),
        "hosts": of(SchoolKeyKind.HOST),
        "suffixes": of(SchoolKeyKind.SUFFIX),
        "contacts": school.contacts,
        "valid_from": school.valid_from,
        "valid_to": school.valid_to,
        "predecessor": school.predecessor,
        **lost.fields(addresses_of(school), as_json=as_json),
    }
