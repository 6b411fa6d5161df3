"""Which school a mail speaks for."""

import pickle
from dataclasses import replace
from datetime import date

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
        ("Trường Kim Đồng", "th-kim-dong"),  # nobody shares the name
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


def test_what_a_mail_handed_on_claims_says_no_more_than_a_name() -> None:
    claimed = ["c1kd@hanoiedu.example", "ai-do@noi-khac.example"]
    assert identify("vt@x.example", ["TH Ngọc Hà"], [], REGISTRY, claimed) == Identified("th-kim-dong", "name")
    assert identify("vt@x.example", [], ["c2gv.example"], REGISTRY, claimed) == Identified("thcs-giang-vo", "link-host")
    two = [*claimed, "lan.c2gv@office.example"]
    assert identify("vt@x.example", ["TH Ngọc Hà"], [], REGISTRY, two) == Identified("th-ngoc-ha", "name")


def test_addresses_and_hosts_are_known_in_the_form_senders_and_links_have() -> None:
    school = SchoolEntry("th-a", "TH", emails=("Lan@GiáoDục.vn",), hosts=("WWW.giáodục.vn",))
    registry = Registry((school,))
    assert identify("lan@xn--giodc-yqa4094c.vn", [], [], registry) == Identified("th-a", "sender")
    assert identify(None, [], ["xn--giodc-yqa4094c.vn"], registry) == Identified("th-a", "link-host")


MERGED = SchoolEntry(
    "th-cu", "TH", "Trường TH Cũ", "TH Cũ", ("cu@x.example",), ("cu.example",), ("c1cu",), valid_to=date(2026, 6, 30)
)
HEIR = SchoolEntry(
    "th-moi", "TH", "Trường TH Mới", "TH Mới", ("moi@x.example",), valid_from=date(2026, 7, 1), predecessor="th-cu"
)


@pytest.mark.parametrize(
    ("day", "schools", "code"),
    [
        (date(2026, 6, 30), (MERGED, HEIR), "th-cu"),  # its last day
        (date(2026, 7, 1), (MERGED, HEIR), "th-moi"),
        (date(2026, 7, 1), (MERGED, replace(HEIR, valid_from=date(2026, 8, 1))), None),  # nobody yet
        (date(2026, 7, 1), (MERGED,), None),
        (date(2026, 7, 1), (MERGED, HEIR, replace(HEIR, code="th-khac", emails=())), None),  # split in two
        (date(2027, 7, 1), (MERGED, replace(HEIR, valid_to=date(2027, 1, 1)), SchoolEntry("th-nua", "TH", predecessor="th-moi")), "th-nua"),
        (date(2026, 7, 1), (MERGED, replace(HEIR, valid_to=date(2026, 7, 1), code="th-cu")), None),  # its own heir
    ],
)  # fmt: skip
def test_a_school_that_has_ended_lives_on_in_its_one_successor(
    day: date, schools: tuple[SchoolEntry, ...], code: str | None
) -> None:
    registry = Registry(schools, workspaces=frozenset({"office.example"})).on(day)
    assert identify("cu@x.example", [], [], registry).code == code
    assert identify("lan.c1cu@office.example", [], [], registry).code == code
    assert identify(None, [], ["cu.example"], registry).code == code
    assert identify(None, ["Trường TH Cũ gửi bài"], [], registry).code == code


def test_the_register_travels_whole() -> None:
    copy = pickle.loads(pickle.dumps(REGISTRY))
    assert (copy, copy.by_email, copy.names) == (REGISTRY, REGISTRY.by_email, REGISTRY.names)


def test_a_subject_that_tells_of_a_visit_leaves_the_word_to_the_signature() -> None:
    texts = ["Ban truyền thông", "Giao lưu với TH Ngọc Hà", "Gửi BBT bài.\nTrường TH Kim Đồng"]
    assert identify(None, texts, [], REGISTRY) == Identified("th-kim-dong", "name")


def test_the_weightiest_text_that_names_one_school_decides() -> None:
    texts = ["Ban truyền thông", "TH Kim Đồng và TH Ngọc Hà", "Trường TH Ngọc Hà gửi bài"]
    assert identify(None, texts, [], REGISTRY) == Identified("th-ngoc-ha", "name")
