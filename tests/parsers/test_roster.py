"""Spreadsheets of schools and members: read whole, or refused with every fault named."""

import pytest

from parsers.roster import RosterRefused, read_members, read_schools

LEVELS = ("MN", "TH", "THCS")
HEADER = "code,level,name,short_name,emails,hosts,suffixes,contacts,valid_from,valid_to,predecessor"
KIM_DONG = "th-kim-dong,TH,Trường Tiểu học Kim Đồng,TH Kim Đồng,C1KimDong-bd@hanoiedu.example,www.c1kimdong.example c1kd.example,c1kd,,2025-07-01,,"


def refused(text: str) -> str:
    with pytest.raises(RosterRefused) as caught:
        read_schools(text.encode(), LEVELS)
    return str(caught.value)


def test_a_school_is_read_with_lists_and_dates() -> None:
    (school,) = read_schools(f"{HEADER}\n{KIM_DONG}\n".encode(), LEVELS)
    assert school.emails == ("c1kimdong-bd@hanoiedu.example",)
    assert school.hosts == ("c1kimdong.example", "c1kd.example")
    assert school.suffixes == ("c1kd",)
    assert str(school.valid_from) == "2025-07-01"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_whatever_a_spreadsheet_saves_is_read(encoding: str, delimiter: str) -> None:
    text = f"{HEADER}\n{KIM_DONG}\n".replace(",", delimiter)
    (school,) = read_schools(text.encode(encoding), LEVELS)
    assert school.name == "Trường Tiểu học Kim Đồng"


def test_empty_lines_and_columns_without_a_name_do_not_matter() -> None:
    schools = read_schools(",code,level,name,short_name,\n\nx,a-1,th,Tên,Ngắn,y\n,,,,\n".encode(), LEVELS)
    assert [(school.code, school.level) for school in schools] == [("a-1", "TH")]


@pytest.mark.parametrize(
    ("header", "says"),
    [
        (HEADER.replace("emails", "email"), "Không rõ cột 'email' ở dòng tiêu đề; các cột dùng được: code, level"),
        (f"{HEADER},Ghi chú", "Không rõ cột 'ghi chú'"),
        (HEADER.replace("emails", "email").replace("short_name", "shortname"), "Thiếu cột short_name; Không rõ cột"),
        (HEADER.replace("contacts", "emails"), "Lặp lại cột emails"),
        ("x" * 200_000, "Dòng 1: không đọc được"),
        (",".join(f"c{number}" for number in range(1000)), "Thiếu cột code"),
    ],
)
def test_a_column_that_would_be_lost_is_refused(header: str, says: str) -> None:
    text = refused(f"{header}\n{KIM_DONG}\n")
    assert says in text
    assert len(text) < 500


def test_a_row_with_more_cells_than_columns_is_refused() -> None:
    assert "nhiều ô hơn" in refused(f"{HEADER}\n{KIM_DONG},,thừa\n")
    assert len(read_schools(f"{HEADER}\n{KIM_DONG},,,\n".encode(), LEVELS)) == 1


def test_a_school_does_not_end_before_it_begins() -> None:
    row = KIM_DONG.replace("2025-07-01,", "2025-07-01,2025-06-30")
    assert "Dòng 2: valid_from (2025-07-01) sau valid_to (2025-06-30)." in refused(f"{HEADER}\n{row}\n")
    assert read_schools(f"{HEADER}\n{row.replace('2025-06-30', '2025-07-01')}\n".encode(), LEVELS)


def test_broken_letters_are_refused() -> None:
    assert "có chữ bị hỏng" in refused(f"{HEADER}\n{KIM_DONG.replace('Tiểu', 'Ti�u')}\n")
    assert "có chữ bị hỏng" in refused(f"{HEADER}\n{KIM_DONG.replace('TH Kim Đồng', 'TH Kim ��ng')}\n")


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (KIM_DONG.replace(",TH,", ",THPT,"), "Dòng 2: cấp học 'THPT'"),
        (KIM_DONG.replace("TH Kim Đồng", ""), "Dòng 2: thiếu tên ngắn"),
        (KIM_DONG.replace("C1KimDong-bd@hanoiedu.example", "khong-phai-thu"), "địa chỉ thư 'khong-phai-thu'"),
        (KIM_DONG.replace("www.c1kimdong.example", "http://c1kimdong.example/"), "tên miền"),
        (KIM_DONG.replace("2025-07-01", "01/07/2025"), "ngày '01/07/2025'"),
        (KIM_DONG.replace("th-kim-dong", "Kim Đồng"), "mã trường 'kim đồng'"),
    ],
)
def test_a_wrong_cell_is_named_with_its_line(row: str, says: str) -> None:
    assert says in refused(f"{HEADER}\n{row}\n")


def test_all_faults_are_named_at_once() -> None:
    text = refused(f"{HEADER}\n{KIM_DONG.replace(',TH,', ',X,')}\n{KIM_DONG.replace('c1kd,', 'c 1kd@,')}\n")
    assert ("Dòng 2" in text, "Dòng 3" in text) == (True, True)


def test_all_faults_of_a_row_are_named_at_once() -> None:
    text = refused("code,level,name,short_name,emails,valid_from\nA B,X,,Ngắn,a@b;c@d.vn x,1/7/2025\n")
    assert [line.partition(" ")[2][:22] for line in text.splitlines()] == [
        "2: cấp học 'X' không c",
        "2: ngày '1/7/2025' ở c",
        "2: mã trường 'a b' khô",
        "2: thiếu tên trường (n",
        "2: địa chỉ thư 'a@b' k",
        "2: địa chỉ thư 'x' khô",
    ]
    with pytest.raises(RosterRefused) as caught:
        read_members(b"handle,name,email,role,active\n!,,x,chief,maybe\n")
    assert len(caught.value.faults) == 5


def test_one_address_belongs_to_one_school() -> None:
    other = KIM_DONG.replace("th-kim-dong", "th-kim-dong-2")
    assert "nhiều lần" in refused(f"{HEADER}\n{KIM_DONG}\n{other}\n")


@pytest.mark.parametrize(
    "text", ["", "code\n", "a,b,c\n1,2,3\n", "\x00\x01\x02", f"{HEADER}\n", f"{HEADER}\n{'x' * 200_000},TH,a,b\n"]
)
def test_a_file_of_something_else_gets_a_sentence(text: str) -> None:
    assert refused(text).endswith(".")


def test_members_have_a_role_and_may_have_left() -> None:
    rows = read_members(
        "handle,name,email,role,active\nMai,Nguyễn Mai,MAI@board.example,,\nvt,Văn thư,vt@board.example,staff,không\n".encode()
    )
    assert [(row.handle, row.email, row.role, row.active) for row in rows] == [
        ("mai", "mai@board.example", "board", True),
        ("vt", "vt@board.example", "staff", False),
    ]


@pytest.mark.parametrize("row", ["mai,Nguyễn Mai,mai@board.example,chief,", "mai,Nguyễn Mai,mai@board.example,,maybe"])
def test_an_unknown_role_or_answer_is_refused(row: str) -> None:
    with pytest.raises(RosterRefused, match="Dòng 2"):
        read_members(f"handle,name,email,role,active\n{row}\n".encode())


def test_addresses_and_hosts_are_kept_in_the_form_senders_and_links_have() -> None:
    line = "th-a,TH,A,A,lan@GiáoDục.vn;o'brien@x.vn,www.giáodục.vn,,,,,TH-Cu"
    (school,) = read_schools(f"{HEADER}\n{line}\n".encode(), LEVELS)
    assert school.emails == ("lan@xn--giodc-yqa4094c.vn", "o'brien@x.vn")
    assert (school.hosts, school.predecessor) == (("xn--giodc-yqa4094c.vn",), "th-cu")


@pytest.mark.parametrize(
    "address",
    ["Lan<lan@x.vn>", "lan@x", "lan@x.vn.", "lan@b\u043eard.vn", "'lan'@(x)x.vn", "<lan@x.vn>", "lan@x.vn(a)"],
)
def test_what_no_sender_could_ever_be_is_refused(address: str) -> None:
    assert "địa chỉ thư" in refused(f"{HEADER}\nth-a,TH,A,A,{address},,,,,,\n")
