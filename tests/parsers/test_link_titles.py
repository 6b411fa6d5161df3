"""Which words beside a link are its title, as a person would say, and which only look like one."""

import pytest

from tests.parsers.letters import letter
from tests.parsers.test_link_spans import ONE, TWO
from tests.parsers.test_links import links

TITLE = "Ngày hội STEM khối 5"

GIVEN = [
    (f"{TITLE}\n{ONE}", TITLE),
    (f"{TITLE}: {ONE}", TITLE),
    (f"{TITLE} - {ONE}", TITLE),
    (f"{TITLE} {ONE}", TITLE),
    (f"{TITLE} ({ONE})", TITLE),
    (f"- {TITLE}\n  {ONE}", TITLE),
    (f"1. {TITLE}\n{ONE}", TITLE),
    (f"1/ {TITLE}: {ONE}", TITLE),
    (f"Bài 1: {TITLE}\n{ONE}", TITLE),
    (f"Bài 1. {TITLE}. Link: {ONE}", TITLE),
    (f"Tên bài: {TITLE}\nLink: {ONE}", TITLE),
    (f"Tiêu đề: {TITLE}\nĐường dẫn: {ONE}", TITLE),
    (f"Tiêu đề bài viết: “{TITLE}”\nLink bài viết: {ONE}", TITLE),
    (f"Tên tin bài: {TITLE}; link: {ONE}", TITLE),
    (f"{ONE} - {TITLE}", TITLE),
    (f"{ONE} ({TITLE})", TITLE),
    (f"{ONE} : {TITLE}", TITLE),
    (f"{ONE}\n({TITLE})", TITLE),
    (f"Link: {ONE}\nTiêu đề: {TITLE}", TITLE),
    (f"{ONE}\n{TITLE}\n\n{TWO}\nHội khỏe Phù Đổng cấp trường", TITLE),
    (f"Bài 1: “{TITLE}”: {ONE}", TITLE),
    (f"Bài viết “{TITLE}” tại {ONE}", TITLE),
    (f'Trường gửi bài viết "{TITLE}": {ONE}', TITLE),
    (f"* {TITLE}\n  Link: {ONE}", TITLE),
    (f"{TITLE}\n\n{ONE}", TITLE),
    (f"{TITLE}\nNgày đăng: 24/11/2026\nLink: {ONE}", TITLE),
    (f"TH Kim Đồng - {TITLE}: {ONE}", f"TH Kim Đồng - {TITLE}"),
    (f"NGÀY HỘI STEM KHỐI 5\n{ONE}", "NGÀY HỘI STEM KHỐI 5"),
    (f"Ngay hoi STEM khoi 5: {ONE}", "Ngay hoi STEM khoi 5"),
    (f"{TITLE} (xem tại đây: {ONE})", TITLE),
    (f"{TITLE} >> {ONE}", TITLE),
    (f"{TITLE} -> {ONE}", TITLE),
    (f"{TITLE} | {ONE}", TITLE),
    (f"1 | {TITLE} | {ONE} |", TITLE),
    (f"Học sinh Kim Đồng gửi tặng áo ấm cho bạn vùng cao: {ONE}", "Học sinh Kim Đồng gửi tặng áo ấm cho bạn vùng cao"),
    (f"Cảm ơn thầy cô nhân ngày 20/11\n{ONE}", "Cảm ơn thầy cô nhân ngày 20/11"),
    (f"Video call cùng trường bạn Nhật Bản\n{ONE}", "Video call cùng trường bạn Nhật Bản"),
    (f"Hình ảnh người giáo viên trong trái tim học trò\n{ONE}", "Hình ảnh người giáo viên trong trái tim học trò"),
    (f"Trường TH Kim Đồng tổ chức Ngày hội STEM\n{ONE}", "Trường TH Kim Đồng tổ chức Ngày hội STEM"),
    (f"Trường gửi 2 bài: {TITLE}: {ONE}", TITLE),
    (f"Ngày hội STEM tại TP. Hà Nội: {ONE}", "Ngày hội STEM tại TP. Hà Nội"),
    (f"và bài {TITLE}: {ONE}", TITLE),
    (f"BÀI 1/ {TITLE}\n   Đường dẫn: {ONE}\n   Người viết: cô Hà", TITLE),
    (f"[{TITLE}]({ONE})", TITLE),
    (
        f"Bài học từ vùng cao: hành trình của cô trò Kim Đồng\n{ONE}",
        "Bài học từ vùng cao: hành trình của cô trò Kim Đồng",
    ),
    (f"Tuyên truyền tác hại của thuốc lá điện tử\n{ONE}", "Tuyên truyền tác hại của thuốc lá điện tử"),
    (f"{TITLE}: {TWO}; Hội khỏe Phù Đổng cấp trường: {ONE}", "Hội khỏe Phù Đổng cấp trường"),
]
NOT_GIVEN = [
    f"Kính gửi Phòng GD&ĐT\n{ONE}",
    f"Trường TH Kim Đồng gửi link bài tuần 12: {ONE}",
    f"Link: {ONE}",
    f"Link bài tuần 12: {ONE}",
    f"Tuần 12 từ 23/11 đến 29/11: {ONE}",
    f"Em gửi anh chị link bài ạ: {ONE}",
    f"Kính mong Ban biên tập xem xét, đăng tải\n{ONE}",
    f"Xem chi tiết tại: {ONE}",
    f"Bài 1: {ONE}",
    f"Bài số 2\n{ONE}",
    f"Trân trọng cảm ơn!\n{ONE}",
    f"{ONE}\nTrân trọng cảm ơn Phòng",
    f"{ONE}\nNgười gửi: Nguyễn Thị Lan",
    f"{ONE}\nKính mong Phòng duyệt bài",
    f"{ONE}\nĐT: 0912345678 - Trường TH Kim Đồng",
    f"Các bài viết của trường trong tuần gồm:\n{ONE}",
    f"Dạ em xin gửi lại link ạ\n{ONE}",
    f"Phòng xem giúp trường bài này ạ: {ONE}",
    f"Nhà trường đã đăng bài trên website: {ONE}",
    f"Tin bài tuần 12 của trường MN Tuổi Hoa\n{ONE}",
    f"Trường Tiểu học Kim Đồng\n{ONE}",
    f"Website trường: {ONE}",
    f"Ngày 24/11/2026\n{ONE}",
    f"{ONE} (đăng ngày 24/11/2026)",
    f"{ONE} và {TWO}",
    f"{ONE} ạ, em cảm ơn chị nhiều",
    f"Đường link bài viết của đơn vị như sau:\n{ONE}",
    f"Thầy cô xem bài ở đường dẫn sau nhé\n{ONE}",
    f"1. Link bài viết:\n{ONE}",
    f"{ONE}\n\nPhòng nhận được thì phản hồi giúp em",
    f"Trường chưa có web nên đăng trên Zalo: {ONE}",
    f"T12 bên em có mấy bài, em để link dưới đây\n{ONE}",
    f"Đây là bài 12 của chuyên mục. Lớp đã nhận 20 đầu sách mới: {ONE}",
    f"Từ hôm nay web chạy địa chỉ mới, bài nay ở {ONE}",
    f"Ok em cảm ơn nhé. Chúc BBT cuối tuần vui vẻ {ONE}",
    f"Chúc BBT cuối tuần vui vẻ {ONE}",
    f"thêm 1 bài nữa: {ONE}",
    f"Trường THCS Nguyễn Thị Minh Khai\n{ONE}",
    f"Nguyễn Thị Lan\n{ONE}",
]
IN_HTML = [
    (f'<p><a href="{ONE}">{TITLE}</a></p>', TITLE),
    (f'<p>{TITLE} <a href="{ONE}">tại đây</a></p>', TITLE),
    (f'<p>{TITLE}: <a href="{ONE}">xem chi tiết</a></p>', TITLE),
    (f'<ul><li>{TITLE}<br><a href="{ONE}">{ONE}</a></li></ul>', TITLE),
    (f'<ol><li>{TITLE} – <a href="{ONE}">link</a></li></ol>', TITLE),
    (
        f'<table><tr><th>STT</th><th>Tên bài</th><th>Link</th></tr><tr><td>1</td><td>{TITLE}</td><td><a href="{ONE}">Link</a></td></tr></table>',
        TITLE,
    ),
    (f"<table><tr><td>TH Kim Đồng</td><td>{TITLE}</td><td>24/11/2026</td><td>{ONE}</td></tr></table>", TITLE),
    (
        f"<table><tr><td>1</td><td>Trường Tiểu học Kim Đồng quận Ba Đình</td><td>{TITLE}</td><td>{ONE}</td></tr></table>",
        TITLE,
    ),
    (f"<table><tr><td>{TITLE}</td></tr><tr><td>{ONE}</td></tr></table>", TITLE),
    (f'<p><a href="{ONE}">Bấm vào đây để xem bài</a></p>', None),
    (f'<p><a href="{ONE}">Link bài viết tuần 12</a></p>', None),
    (f'<p>Kính gửi Phòng <a href="{ONE}">{ONE}</a></p>', None),
    (f'<p><b>{TITLE}</b></p><p><a href="{ONE}">{ONE}</a></p>', TITLE),
]


def titles(text: str = "", html: str = "") -> list[str | None]:
    """The titles of the first address only."""
    return [link.title for link in links(letter(text, html)) if link.url == ONE]


@pytest.mark.parametrize(("text", "title"), GIVEN)
def test_a_headline_beside_a_link_is_its_title(text: str, title: str) -> None:
    assert titles(text) == [title]


@pytest.mark.parametrize("text", NOT_GIVEN)
def test_greetings_labels_names_weeks_and_requests_are_no_title(text: str) -> None:
    assert titles(text) == [None]


@pytest.mark.parametrize(("html", "title"), IN_HTML)
def test_in_html_the_title_may_stand_in_the_anchor_the_item_or_the_row(html: str, title: str | None) -> None:
    assert titles(html=html) == [title]
