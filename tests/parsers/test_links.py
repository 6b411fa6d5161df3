"""Which links a mail has, cut out cleanly, and what each is there for."""

import pytest

from parsers.links import STORY_ROLES, FoundLink, extract_links
from parsers.message import ParsedMessage
from tests.parsers.letters import letter

HOST = "c1kimdong.giangvo.example"
KNOWN = {HOST, "c2thongnhat.ngocha.example"}
ARTICLE = f"https://{HOST}/tin-tuc/ngay-hoi-stem-khoi-nam-pmtd22sw1501"
OTHER = f"https://{HOST}/tin-tuc/hoi-khoe-phu-dong-cap-truong-pmtd22sw1502"


def links(message: ParsedMessage) -> list[FoundLink]:
    return extract_links(message, KNOWN, office_domains=("badinhedu.example",))


def stories(message: ParsedMessage) -> list[str]:
    return [link.url for link in links(message) if link.role in STORY_ROLES]


@pytest.mark.parametrize(
    "text",
    [
        f"({ARTICLE}),",
        f"<{ARTICLE}>",
        f"[{ARTICLE}]",
        f"“{ARTICLE}”",
        f"{ARTICLE}./.",
        f"{ARTICLE}…",
        f"Link:{ARTICLE};",
        f"{ARTICLE},trân trọng cảm ơn!",
        f"{ARTICLE}Trân trọng",
        f"\u200b{ARTICLE}\u200b và",
        f"{ARTICLE}\xa0ạ",
        f"[Ngày hội]({ARTICLE})",
        f"{ARTICLE}?fbclid=IwY2x{ARTICLE}?fbclid=IwY2x",
        f"{ARTICLE} {ARTICLE.replace('https', 'http')}",
        f"https://l.facebook.com/l.php?u={ARTICLE}&h=AT0",
        f"{ARTICLE.replace('https', 'HTTPS')}",
    ],
)
def test_an_address_is_cut_out_of_what_stands_around_it(text: str) -> None:
    assert [url.replace("HTTPS", "https") for url in stories(letter(text))] == [ARTICLE]


def test_brackets_and_vietnamese_letters_that_belong_to_a_path_stay() -> None:
    path = f"https://{HOST}/tin-tức/quy-định-(mới)-cho-năm-học-mới.html"
    assert stories(letter(f"Link: {path}.")) == [path]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"{HOST}/tin/bai-viet-cua-truong-nam-nay-12", [f"http://{HOST}/tin/bai-viet-cua-truong-nam-nay-12"]),
        (f"www.{HOST}/tin/bai-so-1-cua-truong-12.", [f"http://www.{HOST}/tin/bai-so-1-cua-truong-12"]),
        ("khac.example/tin/bai-viet-cua-truong-nam-nay-12", []),
        (f"bbt@{HOST}/tin/bai-viet-cua-truong-nam-nay-12", []),
        (f"x{HOST}/tin/bai-viet-cua-truong-nam-nay-12", []),
    ],
)
def test_a_host_without_scheme_counts_only_when_it_is_registered(text: str, found: list[str]) -> None:
    assert stories(letter(text)) == found


BROKEN = {
    "at a hyphen": (
        f"Link: https://{HOST}/tin/gap-mat-hoc-sinh-\ngioi-cua-truong-12\nTrân trọng",
        "gap-mat-hoc-sinh-gioi-cua-truong-12",
    ),
    "twice": (f"https://{HOST}/tin/gap-mat-hoc-\nsinh-gioi-\ncua-truong-12.", "gap-mat-hoc-sinh-gioi-cua-truong-12"),
    "inside a word, where a program wraps": (
        f"https://{HOST}/tin-tuc/mot-bai-viet-rat-dai-ve-hoat-do\nng-cua-nha-truong-pmtd22sw9",
        "mot-bai-viet-rat-dai-ve-hoat-dong-cua-nha-truong-pmtd22sw9",
    ),
}


@pytest.mark.parametrize(("text", "slug"), BROKEN.values(), ids=BROKEN.keys())
def test_an_address_broken_over_lines_is_joined_and_says_so(text: str, slug: str) -> None:
    (link,) = links(letter(text))
    assert link.url.endswith(slug)
    assert "\n" in link.written


@pytest.mark.parametrize(
    "following", ["Trân trọng", "hoặc xem trên fanpage", "2. Bài khác", "https://khac.example/x", "bbt@x.example"]
)
def test_an_address_is_not_joined_with_a_line_that_says_something_else(following: str) -> None:
    assert stories(letter(f"{ARTICLE}-\n{following}"))[0] == f"{ARTICLE}-"


def test_the_anchor_counts_and_its_text_is_no_second_link() -> None:
    message = letter(html=f'<p>Bài: <a href="{ARTICLE}">{ARTICLE[:40]}…</a></p>')
    assert [link.url for link in links(message)] == [ARTICLE]


def test_the_twins_of_an_alternative_give_each_link_once() -> None:
    message = letter(f"Gửi bài {ARTICLE}", f'<p>Gửi bài <a href="{ARTICLE}?fbclid=1">tại đây</a></p>')
    assert [link.url for link in links(message)] == [ARTICLE]


def test_links_come_in_order_of_first_appearance() -> None:
    assert stories(letter(f"{OTHER}\n{ARTICLE}\n{OTHER}")) == [OTHER, ARTICLE]


def test_a_link_may_stand_in_the_subject_but_not_in_that_of_an_answer() -> None:
    assert stories(letter(subject=f"Link {ARTICLE}")) == [ARTICLE]
    assert stories(letter(subject=f"Re: Link {ARTICLE}")) == []


@pytest.mark.parametrize(
    "href", ["mailto:a@b.example", "javascript:alert(1)", "tel:024", "#x", "data:text/html,x", "/tin/bai", ""]
)
def test_what_is_no_web_address_is_no_link(href: str) -> None:
    assert links(letter(html=f'<a href="{href}">Bài</a>')) == []


def test_pixels_empty_anchors_and_unsubscribe_links_are_no_links() -> None:
    html = (
        '<img src="https://t.example/o.gif"><a href="https://t.example/a"></a>'
        '<a href="https://t.example/b"><img width="1" height="1"></a><a href="https://t.example/unsubscribe">Hủy nhận tin</a>'
    )
    assert links(letter(html=html)) == []


ROLES = [
    (ARTICLE, "article"),
    (f"https://{HOST}/", "homepage"),
    (f"https://{HOST}/trang-chu", "homepage"),
    (f"https://{HOST}/index.php?option=com_content&view=article&id=12", "article"),
    (f"https://{HOST}/?p=123", "article"),
    (f"https://{HOST}/index.php?chucnang=view_chitiet&chudecode=4&baivietcode=6698", "article"),
    (f"https://{HOST}/tin-tuc-su-kien", "listing"),
    (f"https://{HOST}/tin-tuc-su-kien?page=2", "listing"),
    (f"https://{HOST}/tin-tuc.html", "listing"),
    (f"https://{HOST}/news/hoat-dong/hoi-thi-151.html", "article"),
    (f"https://{HOST}/hoat-dong/ngay-hoi/ct/12/3456", "article"),
    (f"https://{HOST}/ngay-hoi-doc-sach-nam-2026/", "article"),
    (f"https://{HOST}/UploadFinder/images/2026/11/25/a1.jpg", "asset"),
    (f"https://{HOST}/van-ban/ke-hoach.pdf", "asset"),
    ("https://bit.ly/3xYzAbC", "article"),
    ("https://youtu.be/abc", "asset"),
    ("https://drive.google.com/drive/folders/1Ab", "asset"),
    ("https://docs.google.com/forms/d/1", "asset"),
    ("https://www.facebook.com/share/p/1AbC/", "social"),
    ("https://www.facebook.com/permalink.php?story_fbid=1&id=2", "social"),
    ("https://www.facebook.com/thkimdong", "homepage"),
    ("https://www.tiktok.com/@truong/video/123", "social"),
    ("https://www.threads.com/@truong/post/Ab1", "social"),
    ("https://m.me/thkimdong", "homepage"),
    ("https://baochi.example/giao-duc/truong-kim-dong-doi-moi-day-hoc-1234.html", "article"),
    ("https://portal.badinhedu.example/tin-tuc/bai-mau-cho-cac-truong.html", "evidence"),
]


@pytest.mark.parametrize(("url", "role"), ROLES)
def test_the_role_follows_from_host_and_shape(url: str, role: str) -> None:
    assert [link.role for link in links(letter(f"Gửi bài: {url}"))] == [role]


def test_a_foreign_page_to_be_read_or_filled_in_is_no_story() -> None:
    url = "https://moet.example/van-ban/thong-tu-so-22-ve-danh-gia-hoc-sinh.html"
    assert stories(letter(f"Trường làm theo hướng dẫn tại {url}")) == []


def test_a_post_beside_an_article_is_the_same_story_again() -> None:
    post = "https://www.facebook.com/share/p/1AbC/"
    assert stories(letter(f"Web: {ARTICLE}\nFanpage: {post}")) == [ARTICLE]
    assert stories(letter(f"Bài 1: {ARTICLE}\n2. Ngày hội thể thao toàn trường: {post}")) == [ARTICLE, post]


@pytest.mark.parametrize(
    ("text", "role"),
    [
        (f"Gửi bài\n--\n{ARTICLE}", "signature"),
        (f"Gửi bài\nTrân trọng\nhttps://{HOST}", "signature"),
        ("Gửi bài\nTrân trọng\nhttps://www.facebook.com/thkimdong", "signature"),
        (f"Gửi bài\nTrân trọng\n{ARTICLE}", "article"),
    ],
)
def test_a_signature_holds_no_story_but_a_late_link_under_the_closing_phrase_is_one(text: str, role: str) -> None:
    assert [link.role for link in links(letter(text))] == [role]


def test_quoted_links_are_never_stories_unless_they_are_sent_again() -> None:
    quoted = letter(f"Vâng ạ\n> {ARTICLE}", subject="Re: x", references=("<a@b>",))
    assert [link.role for link in links(quoted)] == ["quoted"]
    again = letter(f"Gửi lại {ARTICLE}\n> {ARTICLE}", subject="Re: x", references=("<a@b>",))
    assert [(link.role, link.found_in) for link in links(again)] == [("article", "text")]


TITLES = [
    (f"Ngày hội STEM khối 5\n{ARTICLE}", "Ngày hội STEM khối 5"),
    (f"1. Ngày hội STEM khối 5: {ARTICLE}", "Ngày hội STEM khối 5"),
    (f"Trường Tiểu học Kim Đồng gửi bài: Ngày hội STEM khối 5\n{ARTICLE}", "Ngày hội STEM khối 5"),
    (f"- Học sinh trải nghiệm tại Bảo tàng Hà Nội (link: {ARTICLE})", "Học sinh trải nghiệm tại Bảo tàng Hà Nội"),
    (f"Kính gửi Ban biên tập Cổng thông tin,\n{ARTICLE}", None),
    (f"Trường TH Kim Đồng xin gửi tin bài tuần 12:\n{ARTICLE}", None),
    (f"Link bài viết của nhà trường: {ARTICLE}", None),
    (f"Bài viết: {ARTICLE}", None),
]


@pytest.mark.parametrize(("text", "title"), TITLES)
def test_the_title_is_what_reads_like_a_headline_beside_the_link(text: str, title: str | None) -> None:
    assert [link.title for link in links(letter(text))] == [title]


def test_in_a_table_the_title_is_in_another_cell_and_in_html_it_may_be_the_anchor() -> None:
    row = f'<table><tr><td>1</td><td>Lễ gắn biển công trình</td><td><a href="{ARTICLE}">tại đây</a></td></tr></table>'
    assert [link.title for link in links(letter(html=row))] == ["Lễ gắn biển công trình"]
    anchor = f'<p>Gửi bài <a href="{ARTICLE}">Bé vui gói bánh chưng</a></p>'
    assert [link.title for link in links(letter(html=anchor))] == ["Bé vui gói bánh chưng"]


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "text",
    [
        "https://" * 50_000,
        "https://x.example/" + "(" * 200_000,
        "https://x.example/" + "a-á" * 50_000,
        "x." * 200_000,
        f"https://{HOST}/x-\n" * 5_000,
        "https://x.example/bai " * 5_000,
    ],
)
def test_hostile_text_is_searched_quickly(text: str) -> None:
    assert len(links(letter(text))) <= 5_000
