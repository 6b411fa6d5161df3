"""Which school a mail speaks for."""

import pytest

from parsers.school import Identified, Registry, SchoolEntry, identify

SCHOOLS = (
    SchoolEntry("th-kim-dong", "TH", "Trường Tiểu học Kim Đồng", "TH Kim Đồng", ("c1kd@hanoiedu.example",), ("c1kd.example",)),
    SchoolEntry("thcs-giang-vo", "THCS", "Trường THCS Giảng Võ", "THCS Giảng Võ", (), ("c2gv.example",), ("c2gv",)),
    SchoolEntry("thcs-giang-vo-2", "THCS", "Trường THCS Giảng Võ 2", "THCS Giảng Võ 2", (), (), ("c2gv2",)),
    SchoolEntry("th-thanh-cong-a", "TH", "Trường Tiểu học Thành Công A", "TH Thành Công A"),
    SchoolEntry("thcs-thanh-cong", "THCS", "Trường THCS Thành Công", "THCS Thành Công"),
    SchoolEntry("mn-1-6", "MN", "Trường Mầm non 1-6", "MN 1-6"),
    SchoolEntry("mg-so-9", "MN", "Trường Mẫu giáo Số 9", "MG Số 9"),
    SchoolEntry("th-ngoc-ha", "TH", "Trường Tiểu học Ngọc Hà", "TH Ngọc Hà"),
)  # fmt: skip
REGISTRY = Registry(SCHOOLS, frozenset({"cv.c2gv@office.example"}), frozenset({"office.example"}))


@pytest.mark.parametrize(
    ("address", "text", "hosts", "expected"),
    [
        ("c1kd@hanoiedu.example", "THCS Giảng Võ", ["c2gv.example"], Identified("th-kim-dong", "sender")),
        ("C1KD@HANOIEDU.EXAMPLE", "", [], Identified("th-kim-dong", "sender")),
        ("lan.c2gv@office.example", "", ["c1kd.example"], Identified("thcs-giang-vo", "alias-suffix")),
        ("lan.c2gv2@office.example", "", [], Identified("thcs-giang-vo-2", "alias-suffix")),
        ("lan.c2gv@gmail.example", "", [], Identified(None, "none")),
        ("c2gv@office.example", "", [], Identified(None, "none")),
        ("cv.c2gv@office.example", "", [], Identified(None, "none")),  # staff are never a school
        ("x@gmail.example", "THCS Giảng Võ", ["www.c1kd.example"], Identified("th-kim-dong", "link-host")),
        ("x@gmail.example", "THCS Giảng Võ", ["c1kd.example", "c2gv.example"], Identified("thcs-giang-vo", "name")),
        ("x@gmail.example", "bài của trường Tiểu học Kim Đồng ạ", [], Identified("th-kim-dong", "name")),
        (None, "", [], Identified(None, "none")),
    ],
)
def test_the_first_rule_that_answers_decides(
    address: str | None, text: str, hosts: list[str], expected: Identified
) -> None:
    assert identify(address, [text], hosts, REGISTRY) == expected


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("TH Kim Đồng gửi bài", "th-kim-dong"),
        ("TRƯỜNG TIỂU HỌC KIM ĐỒNG", "th-kim-dong"),
        ("truong th kim dong gui bai", "th-kim-dong"),
        ("Trường Tiểu học\nKim Đồng", "th-kim-dong"),
        ("THCS Kim Đồng", None),  # the level is part of the name
        ("Trường Kim Đồng", None),
        ("THCS Giảng Võ", "thcs-giang-vo"),
        ("Trung học cơ sở Giảng Võ 2", "thcs-giang-vo-2"),
        ("THCS Giảng Võ 3", None),  # a school that is not registered
        ("THCS Giảng Võ: 2 bài", "thcs-giang-vo"),
        ("THCS Giảng Võ 02 bài", "thcs-giang-vo"),
        ("TH Thành Công A", "th-thanh-cong-a"),
        ("TH Thành Công", None),
        ("THCS Thành Công B", None),
        ("MN 1-6 báo cáo", "mn-1-6"),
        ("Mẫu giáo số 9", "mg-so-9"),
        ("TH Ngọc Hạ", None),  # the marks must agree where there are any
        ("TH Kim Đồng giao lưu với TH Ngọc Hà", None),  # two schools are no answer
    ],
)
def test_names_are_read_with_their_level_and_as_whole_words(text: str, code: str | None) -> None:
    assert REGISTRY.named_in(text) == code


def test_a_register_without_names_still_knows_the_names_in_its_codes() -> None:
    registry = Registry((SchoolEntry("th-kim-dong", "TH"),))
    assert registry.named_in("Trường Tiểu học Kim Đồng") == "th-kim-dong"


def test_the_weightiest_text_that_names_one_school_decides() -> None:
    texts = ["Ban truyền thông", "TH Kim Đồng và TH Ngọc Hà", "Trường TH Ngọc Hà gửi bài"]
    assert identify(None, texts, [], REGISTRY) == Identified("th-ngoc-ha", "name")
