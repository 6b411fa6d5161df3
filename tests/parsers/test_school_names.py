"""Names of schools as people write them."""

import unicodedata

import pytest

from parsers.school_names import SchoolNames

WRITTEN = {
    "MN": ("1-6", "Sao Mai", "Họa Mi", "Hoa Mai", "Thành Công"),
    "MG": ("Số 9", "Số 10"),
    "TH": ("Ba Đình", "Đại Yên", "Hoàng Hoa Thám", "Kim Đồng", "Nghĩa Dũng", "Ngọc Hà", "Ngọc Khánh", "Nguyễn Tri Phương", "Phan Chu Trinh", "Thành Công A", "Thành Công B", "Thủ Lệ", "Việt Nam - Cu Ba"),
    "THCS": ("Ba Đình", "Giảng Võ", "Giảng Võ 2", "Hoàng Hoa Thám", "Mạc Đĩnh Chi", "Nguyễn Công Trứ", "Nguyễn Trãi", "Nguyễn Tri Phương", "Phan Chu Trinh", "Thành Công", "Thăng Long"),
}  # fmt: skip


def code(level: str, name: str) -> str:
    """th-kim-dong for TH Kim Đồng, as the register has it."""
    bare = unicodedata.normalize("NFD", f"{level} {name}".lower().replace("đ", "d")).encode("ascii", "ignore").decode()
    return "-".join(bare.replace("-", " ").split())


NAMES = SchoolNames.of(
    (code(level, name), level, (f"Trường {level} {name}", f"{level} {name}"))
    for level, names in WRITTEN.items()
    for name in names
)

# What is written, and the school it names; None: none, or nobody can be sure
ROWS = [
    ("Giao lưu với TH Ngọc Hà", None),
    ("Buổi giao lưu cùng các bạn học sinh trường TH Ngọc Hà", None),
    ("sang thăm trường THCS Giảng Võ", None),
    ("Cùng với đó, TH Ngọc Hà gửi bài", "th-ngoc-ha"),
    ("Với tinh thần thi đua, trường TH Ngọc Hà gửi bài", "th-ngoc-ha"),
    ("Học sinh trường TH Ngọc Hà làm bánh", "th-ngoc-ha"),
    ("THCS Giảng Võ 2 bài tuần 12", "thcs-giang-vo"),
    ("THCS Giảng Võ 2 gửi bài", "thcs-giang-vo-2"),
    ("THCS Giảng Võ 2: 3 bài", "thcs-giang-vo-2"),
    ("TH Kim Đồng 3 bài", "th-kim-dong"),
    ("Trường Kim Đồng gửi bài", "th-kim-dong"),
    ("truong kim dong gui bai", "th-kim-dong"),
    ("hieu truong kim dong", None),
    ("Hiệu trưởng Kim Đồng", None),
    ("môi trường Kim Đồng", None),
    ("nhà trường Thăng Long", "thcs-thang-long"),
    ("Trường Thành Công", None),
    ("Trường Ba Đình", None),
    ("Trường Giảng Võ", None),
    ("trường Sao Mai", "mn-sao-mai"),
    ("Trường Số 9", "mg-so-9"),
    ("trường MN số 10", "mg-so-10"),
    ("MG Số 9", "mg-so-9"),
    ("Trường mầm non số 9", "mg-so-9"),
    ("mn 1-6", "mn-1-6"),
    ("MN 1/6", "mn-1-6"),
    ("mầm non 1 - 6", "mn-1-6"),
    ("mn1-6", "mn-1-6"),
    ("c1kimdong", "th-kim-dong"),
    ("c1kimdong-bd", "th-kim-dong"),
    ("C2 Giảng Võ", "thcs-giang-vo"),
    ("c1-kim-dong", "th-kim-dong"),
    ("mnsaomai", "mn-sao-mai"),
    ("c1thanhconga", "th-thanh-cong-a"),
    ("c1thanhcong", None),
    ("T.H Kim Đồng", "th-kim-dong"),
    ("T.H. Kim Đồng", "th-kim-dong"),
    ("THCS. Giảng Võ", "thcs-giang-vo"),
    ("T.H.C.S Giảng Võ", "thcs-giang-vo"),
    ("M.N Sao Mai", "mn-sao-mai"),
    (unicodedata.normalize("NFD", "Trường Tiểu học Đại Yên"), "th-dai-yen"),
    ("TRUONG TIEU HOC DAI YEN", "th-dai-yen"),
    ("TH_Kim_Đồng_Tuần 12", "th-kim-dong"),
    ("TH Việt Nam-Cuba", None),
    ("TH Việt Nam – Cu Ba", "th-viet-nam-cu-ba"),
    ("Tiểu học VIỆT NAM CU BA", "th-viet-nam-cu-ba"),
    ("TH Thành Công B", "th-thanh-cong-b"),
    ("TH Thành Công", None),
    ("THCS Thành Công", "thcs-thanh-cong"),
    ("MN Thành Công", "mn-thanh-cong"),
    ("TH Phan Chu Trinh", "th-phan-chu-trinh"),
    ("THCS Phan Chu Trinh", "thcs-phan-chu-trinh"),
    ("Trường Phan Chu Trinh", None),
    ("TH và THCS Kim Đồng", None),
    ("TH&THCS Kim Đồng", None),
    ("Th 4, 25 thg 11", None),
    ("MN Họa Mi", "mn-hoa-mi"),
    ("mam non hoa mi", "mn-hoa-mi"),
    ("MN Hoạ Mi", "mn-hoa-mi"),
    ("TH Kim Đồng – THCS Giảng Võ", None),
    ('Trường TH "Kim Đồng"', "th-kim-dong"),
    ("số 9 ngõ 210", None),
    ("https://c1kimdong.x.example/truong-th-ngoc-ha-giao-luu TH Ngọc Khánh", "th-ngoc-khanh"),
    ("Trường Tiểu học  Nghĩa   Dũng", "th-nghia-dung"),
    ("Th Kim Đồng a gửi chị", None),
    ("TH Kim Đồng e gửi chị", "th-kim-dong"),
    ("Trường Tiểu học: Kim Đồng", "th-kim-dong"),
    ("MẪU GIÁO SỐ 10", "mg-so-10"),
    ("Mg So 1", None),
    ("BBT THCS Mạc Đỉnh Chi", None),
    ("thcs mac dinh chi", "thcs-mac-dinh-chi"),
    ("TRƯỜNG THCS NGUYỄN CÔNG TRỨ", "thcs-nguyen-cong-tru"),
    ("Phố Nguyễn Trãi", None),
    ("Nguyễn Tri Phương", None),
    ("trường Nguyễn Trãi", "thcs-nguyen-trai"),
    ("Cấp 2 Thăng Long", "thcs-thang-long"),
    ("trường cấp 1 Thủ Lệ", "th-thu-le"),
    ("TH Hoàng Hoa Thám", "th-hoang-hoa-tham"),
    ("tiểu học Hoàng Hoa Thám và THCS Hoàng Hoa Thám", None),
    ("Trường TH Kim Đồng, phường Ba Đình", "th-kim-dong"),
    ("THThu Le", None),
    ("THKimDong", "th-kim-dong"),
    ("TH.Kim Đồng", "th-kim-dong"),
    ("(TH Kim Đồng)", "th-kim-dong"),
]


@pytest.mark.parametrize(("text", "school"), ROWS)
def test_a_name_counts_with_its_level_as_a_whole_or_not_at_all(text: str, school: str | None) -> None:
    assert NAMES.only_one_in(text) == school


def test_what_stands_in_a_web_or_mail_address_names_nobody() -> None:
    text = "https://x.example/th-kim-dong c1kimdong-bd@hanoiedu.example www.truong-th-kim-dong.example"
    assert NAMES.only_one_in(text) is None
