"""CSV files of schools and members, as a spreadsheet saves them: read whole, or refused with every fault named."""

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from parsers.text import decode

LIST_SEPARATOR = re.compile(r"[;\s]+")
ADDRESS = re.compile(r"[a-z0-9_%+-]+(\.[a-z0-9_%+-]+)*@[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+")
HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
SUFFIX = re.compile(r"[a-z0-9_-]+")
CODE = re.compile(r"[a-z0-9][a-z0-9._-]*")
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


class _Fault(ValueError):
    """What is wrong with one cell."""


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
    raw: bytes, required: Sequence[str], optional: Sequence[str], build: Callable[[Mapping[str, str]], Row]
) -> tuple[list[tuple[int, Row]], list[str]]:
    text = decode(raw).lstrip("\ufeff")
    first_line = text.partition("\n")[0]
    delimiter = max(",;\t", key=first_line.count)  # Vietnamese Excel writes semicolons
    reader = csv.DictReader(io.StringIO(text), delimiter=delimiter)
    names = [(name or "").strip().lower() for name in reader.fieldnames or ()]
    missing = [name for name in required if name not in names]
    if missing:
        known = ", ".join((*required, *optional))
        raise RosterRefused([f"Thiếu cột {', '.join(missing)} ở dòng tiêu đề; các cột dùng được: {known}."])
    reader.fieldnames = names
    rows, faults = [], []
    for cells in _cells(reader):
        plain = {name: (cells.get(name) or "").strip() for name in (*required, *optional)}
        if not any(plain.values()):
            continue
        try:
            rows.append((reader.line_num, build(plain)))
        except _Fault as fault:
            faults.append(f"Dòng {reader.line_num}: {fault}.")
    return rows, faults


def _cells(reader: "csv.DictReader[str]") -> Iterator[dict[str, str]]:
    try:
        yield from reader
    except csv.Error as error:
        raise RosterRefused([f"Dòng {reader.line_num + 1}: không phải là dòng CSV ({error})."]) from error


def _school(cells: Mapping[str, str], levels: Collection[str]) -> SchoolRow:
    level = cells["level"].upper()
    if level not in levels:
        raise _Fault(f"cấp học {cells['level']!r} không có trong [calendar] levels ({', '.join(levels)})")
    return SchoolRow(
        code=_matching(cells["code"].lower(), CODE, "mã trường"),
        level=level,
        name=_filled(cells["name"], "tên trường (name)"),
        short_name=_filled(cells["short_name"], "tên ngắn (short_name)"),
        emails=_list(cells["emails"], ADDRESS, "địa chỉ thư"),
        hosts=tuple(host.removeprefix("www.") for host in _list(cells["hosts"], HOST, "tên miền")),
        suffixes=_list(cells["suffixes"], SUFFIX, "hậu tố"),
        contacts=_list(cells["contacts"], ADDRESS, "địa chỉ liên hệ"),
        valid_from=_date(cells["valid_from"]),
        valid_to=_date(cells["valid_to"]),
        predecessor=cells["predecessor"] or None,
    )


def _member(cells: Mapping[str, str]) -> MemberRow:
    role = cells["role"].lower() or "board"
    if role not in ROLES:
        raise _Fault(f"vai trò {cells['role']!r} không hợp lệ (board = Ban biên tập, staff = cán bộ phòng)")
    active = YES_NO.get(cells["active"].lower())
    if active is None:
        raise _Fault(f"cột active phải là có hoặc không, đang là {cells['active']!r}")
    return MemberRow(
        handle=_matching(cells["handle"].lower(), CODE, "tên gọi (handle)"),
        name=_filled(cells["name"], "họ tên (name)"),
        email=_matching(cells["email"].lower(), ADDRESS, "địa chỉ thư"),
        role=role,
        active=active,
    )


def _filled(text: str, what: str) -> str:
    if not text:
        raise _Fault(f"thiếu {what}")
    return text


def _matching(text: str, pattern: re.Pattern[str], what: str) -> str:
    if not pattern.fullmatch(_filled(text, what)):
        raise _Fault(f"{what} {text!r} không hợp lệ")
    return text


def _list(text: str, pattern: re.Pattern[str], what: str) -> tuple[str, ...]:
    return tuple(_matching(item, pattern, what) for item in LIST_SEPARATOR.split(text.lower()) if item)


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise _Fault(f"ngày {text!r} không hợp lệ (viết như 2025-07-01)") from None


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
