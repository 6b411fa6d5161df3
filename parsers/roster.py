"""CSV files of schools and members, as a spreadsheet saves them: read whole, or refused with every fault named."""

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from parsers.roster_cells import Cells, host_name, mail_address, matching
from parsers.text import decode

SUFFIX = re.compile(r"[a-z0-9_-]+")
CODE = re.compile(r"[a-z0-9][a-z0-9._-]*")
BEYOND = "\0"  # the key of cells beyond the last column: no column can be named so
MAX_NAME, MAX_NAMES = 40, 5  # what is repeated of a header that is none
ROLES = ("board", "staff")
YES_NO = {
    "": True,
    "1": True,
    "yes": True,
    "true": True,
    "có": True,
    "0": False,
    "no": False,
    "false": False,
    "không": False,
}

SCHOOL_REQUIRED = ("code", "level", "name", "short_name")
SCHOOL_OPTIONAL = ("emails", "hosts", "suffixes", "contacts", "valid_from", "valid_to", "predecessor")
MEMBER_REQUIRED = ("handle", "name", "email")
MEMBER_OPTIONAL = ("role", "active")


@dataclass(frozen=True, slots=True)
class SchoolRow:
    """A school as the file has it."""

    code: str
    level: str
    name: str
    short_name: str
    emails: tuple[str, ...]
    hosts: tuple[str, ...]
    suffixes: tuple[str, ...]
    contacts: tuple[str, ...]
    valid_from: date | None
    valid_to: date | None
    predecessor: str | None


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A member as the file has it."""

    handle: str
    name: str
    email: str
    role: str
    active: bool


class RosterRefused(ValueError):
    """The file cannot be used; `faults` names every row that is wrong, in Vietnamese."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


def read_schools(raw: bytes, levels: Collection[str]) -> tuple[SchoolRow, ...]:
    """Schools from CSV bytes; lists within a cell are separated by semicolons or spaces. Raises RosterRefused."""
    rows, faults = _rows(raw, SCHOOL_REQUIRED, SCHOOL_OPTIONAL, lambda cells: _school(cells, levels))
    owners = [(key, number) for number, row in rows for key in (*row.emails, *row.hosts, *row.suffixes)]
    faults += _repeated([(row.code, number) for number, row in rows], "mã trường")
    faults += _repeated(owners, "địa chỉ, tên miền hoặc hậu tố")
    return _all_or_nothing([row for _, row in rows], faults)


def read_members(raw: bytes) -> tuple[MemberRow, ...]:
    """Members from CSV bytes. Raises RosterRefused."""
    rows, faults = _rows(raw, MEMBER_REQUIRED, MEMBER_OPTIONAL, _member)
    faults += _repeated([(row.handle, number) for number, row in rows], "tên gọi (handle)")
    faults += _repeated([(row.email, number) for number, row in rows], "địa chỉ thư")
    return _all_or_nothing([row for _, row in rows], faults)


Row = TypeVar("Row")


def _rows(
    raw: bytes, required: Sequence[str], optional: Sequence[str], build: Callable[[Cells], Row]
) -> tuple[list[tuple[int, Row]], list[str]]:
    text = decode(raw).lstrip("\ufeff")
    first_line = text.partition("\n")[0]
    delimiter = max(",;\t", key=first_line.count)  # Vietnamese Excel writes semicolons
    reader = csv.DictReader(io.StringIO(text), delimiter=delimiter, restkey=BEYOND)
    reader.fieldnames = _columns(reader, required, optional)
    rows, faults = [], []
    for given in _lines(reader):
        cells = Cells({name: (given.get(name) or "").strip() for name in (*required, *optional)})
        if not any(map(cells.text, (*required, *optional))):
            continue
        if any(cell.strip() for cell in given.get(BEYOND, ())):
            cells.refuse("có nhiều ô hơn dòng tiêu đề (ô có dấu phân cách phải đặt trong ngoặc kép)")
        row = build(cells)
        faults += [f"Dòng {reader.line_num}: {fault}." for fault in cells.faults]
        if not cells.faults:
            rows.append((reader.line_num, row))
    return rows, faults


def _columns(reader: "csv.DictReader[str]", required: Sequence[str], optional: Sequence[str]) -> list[str]:
    """The names of the columns; one without a name is nobody's, one with a wrong name would be lost unseen."""
    with _csv_lines(reader):
        names = [name.strip().lower() for name in reader.fieldnames or ()]
    known = (*required, *optional)
    faults = {
        "Thiếu cột": [name for name in required if name not in names],
        "Không rõ cột": [repr(name[:MAX_NAME]) for name in names if name and name not in known][:MAX_NAMES],
        "Lặp lại cột": [name for name in known if names.count(name) > 1],
    }
    told = [f"{what} {', '.join(found)}" for what, found in faults.items() if found]
    if told:
        raise RosterRefused([f"{'; '.join(told)} ở dòng tiêu đề; các cột dùng được: {', '.join(known)}."])
    return names


def _lines(reader: "csv.DictReader[str]") -> Iterator[dict[str, Any]]:
    with _csv_lines(reader):
        yield from reader


@contextmanager
def _csv_lines(reader: "csv.DictReader[str]") -> Iterator[None]:
    try:
        yield
    except csv.Error as error:
        raise RosterRefused([f"Dòng {reader.line_num + 1}: không đọc được như một dòng CSV."]) from error


def _school(cells: Cells, levels: Collection[str]) -> SchoolRow:
    level = cells.text("level").upper()
    if level not in levels:
        cells.refuse(f"cấp học {cells.text('level')!r} không có trong [calendar] levels ({', '.join(levels)})")
    valid_from, valid_to = cells.day("valid_from"), cells.day("valid_to")
    if valid_from and valid_to and valid_from > valid_to:
        cells.refuse(f"valid_from ({valid_from}) sau valid_to ({valid_to})")
    return SchoolRow(
        code=cells.one("code", matching(CODE), "mã trường"),
        level=level,
        name=cells.filled("name", "tên trường (name)"),
        short_name=cells.filled("short_name", "tên ngắn (short_name)"),
        emails=cells.several("emails", mail_address, "địa chỉ thư"),
        hosts=cells.several("hosts", host_name, "tên miền"),
        suffixes=cells.several("suffixes", matching(SUFFIX), "hậu tố"),
        contacts=cells.several("contacts", mail_address, "địa chỉ liên hệ"),
        valid_from=valid_from,
        valid_to=valid_to,
        predecessor=cells.text("predecessor").lower() or None,
    )


def _member(cells: Cells) -> MemberRow:
    role = cells.text("role").lower() or "board"
    if role not in ROLES:
        cells.refuse(f"vai trò {cells.text('role')!r} không hợp lệ (board = Ban biên tập, staff = cán bộ phòng)")
    active = YES_NO.get(cells.text("active").lower())
    if active is None:
        cells.refuse(f"cột active phải là có hoặc không, đang là {cells.text('active')!r}")
    return MemberRow(
        handle=cells.one("handle", matching(CODE), "tên gọi (handle)"),
        name=cells.filled("name", "họ tên (name)"),
        email=cells.one("email", mail_address, "địa chỉ thư"),
        role=role,
        active=bool(active),
    )


def _repeated(keys: Iterable[tuple[str, int]], what: str) -> list[str]:
    pairs = list(keys)
    twice = {key for key, times in Counter(key for key, _ in pairs).items() if times > 1}
    return [f"Dòng {number}: {what} {key!r} xuất hiện nhiều lần trong tệp." for key, number in pairs if key in twice]


def _all_or_nothing(rows: Sequence[Row], faults: Sequence[str]) -> tuple[Row, ...]:
    if faults:
        raise RosterRefused(faults)
    if not rows:
        raise RosterRefused(["Tệp không có dòng dữ liệu nào."])
    return tuple(rows)
