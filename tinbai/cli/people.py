"""`tinbai schools` and `tinbai members`: who writes, and who decides."""

from collections.abc import Mapping
from pathlib import Path

import click

from db.models import Member, Role, School, SchoolKey, SchoolKeyKind
from db.queries import people
from parsers.roster import MemberRow, RosterRefused, SchoolRow, read_members, read_schools
from pipeline.registry import read_again
from tinbai.cli.front import Front, json_option, show_records
from tinbai.cli.vietnamese import Group

SCHOOL_COLUMNS = ("code", "level", "short_name", "emails", "hosts")
MEMBER_COLUMNS = ("handle", "name", "email", "role", "active")


@click.group(cls=Group, invoke_without_command=True)
@json_option
@click.pass_context
def schools(context: click.Context, *, as_json: bool) -> None:
    """Liệt kê các trường.

    `tinbai schools import TỆP.csv` để nạp danh sách.
    """
    if context.invoked_subcommand is not None:
        return
    with context.obj.app.database.read() as session:
        records = [_school_record(school) for school in people.all_schools(session)]
    show_records(records, SCHOOL_COLUMNS, as_json=as_json, empty="Chưa có trường nào: `tinbai schools import TỆP.csv`.")


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
        added, updated = people.save_schools(session, [_school(row) for row in rows])
        session.flush()
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
    with context.obj.app.database.read() as session:
        records = [
            {"handle": m.handle, "name": m.name, "email": m.email, "role": m.role.value, "active": m.active}
            for m in people.all_members(session)
        ]
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
        added, updated = people.save_members(session, [_member(row) for row in rows])
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


def _school_record(school: School) -> dict[str, object]:
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
    }
