"""Links that pretend to lead to a school, and links that only look as if they did."""

import pytest

from tests.parsers.letters import letter
from tests.parsers.test_link_spans import HOST, ONE
from tests.parsers.test_links import links

OTHER_SCHOOL = "c2thongnhat.ngocha.example"


@pytest.mark.parametrize(
    ("href", "shown", "role"),
    [
        ("https://lua.example/x", ONE, "suspicious"),
        ("https://lua.example/x", HOST, "suspicious"),
        ("https://lua.example/x", "www.badinhedu.example", "suspicious"),
        ("https://bit.ly/abc", ONE, "suspicious"),
        (f"https://{HOST}.lua.example/bai-viet-so-12", "Bài viết", "suspicious"),
        (f"https://login.{HOST}.lua.example/bai-viet-so-12", "Bài viết", "suspicious"),
        ("https://login.badinhedu.example.lua.example/?e=pgd", "Đăng nhập", "suspicious"),
        (f"https://{HOST}@lua.example/bai-viet-so-12", "Bài viết", "suspicious"),
        ("https://xn--c1kimdng-1og.example/tin/bai-viet-so-12", "Bài viết", "suspicious"),  # a Cyrillic о
        (ONE, HOST, "article"),
        (ONE, f"https://{OTHER_SCHOOL}/x", "article"),  # one school pasted over the text of another
        ("https://protect-us.mimecast.com/s/AbCd", ONE, "article"),  # cannot be undone, and shows the truth
        (f"https://l.facebook.com/l.php?u={ONE}", ONE, "article"),
        ("https://bit.ly/abc", "Bài viết của trường", "article"),
        ("https://baochi.example/giao-duc/kim-dong-1234.html", "Báo chí viết về trường", "article"),
        ("https://trường.example/tin/bai-viet-so-12", "Bài viết", "article"),
        ("https://portal.badinhedu.example/tin/bai-viet-so-12", "badinhedu.example", "evidence"),
    ],
)
def test_a_link_that_borrows_the_name_of_a_school_or_of_the_office_is_suspicious(
    href: str, shown: str, role: str
) -> None:
    message = letter(html=f'<p>Trường gửi bài: <a href="{href}">{shown}</a></p>')
    assert [link.role for link in links(message)] == [role]


@pytest.mark.parametrize("href", ["#", "mailto:x@y.example", "javascript:void(0)", "outlook:0123"])
def test_an_anchor_that_leads_nowhere_does_not_hide_the_address_it_shows(href: str) -> None:
    message = letter(html=f'<p>Trường gửi bài: <a href="{href}">{ONE}</a></p>')
    assert [(link.url, link.role) for link in links(message)] == [(ONE, "article")]


@pytest.mark.parametrize("href", [f" {ONE}\n", f"{ONE}%20", f"http://{ONE}", ONE.replace("https", "HTTPS"), ONE[8:]])
def test_a_crooked_href_is_read_as_it_was_meant(href: str) -> None:
    message = letter(html=f'<p>Trường gửi bài: <a href="{href}">Bài viết</a></p>')
    assert [link.url.replace("http://", "https://") for link in links(message)] == [ONE]
