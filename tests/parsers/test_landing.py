"""A redirect leads to the story, or away from it; and by which address a page is known."""

import pytest

from parsers.landing import landed_on, lives_at, moved

SITE = "https://c1kimdong.giangvo.example"
ASKED = f"{SITE}/tin-tuc/ngay-hoi-stem-pmtd22sw1501"


@pytest.mark.parametrize(
    ("final", "landed"),
    [
        (ASKED, None),
        (ASKED.replace("https", "http"), None),
        (ASKED.replace("//", "//www."), None),
        (ASKED.replace("giangvo", "badinh"), None),
        (f"{SITE}/chi-tiet/ngay-hoi-stem-pmtd22sw1501", None),
        (f"{SITE}/khai-giang", None),  # short, and no category
        (f"{SITE}/bai-viet.aspx?ItemID=1501", None),
        (f"{SITE}/", "homepage"),
        (f"{SITE}/trang-chu", "homepage"),
        ("https://www.facebook.com/thkimdong", "homepage"),
        (f"{SITE}/tin-tuc-su-kien", "listing"),
        (f"{SITE}/tin-tuc?page=2", "listing"),
        (f"{SITE}/dang-nhap?ReturnUrl=%2ftin-tuc", "login"),
        (f"{SITE}/wp-login.php?redirect_to=x", "login"),
        (f"{SITE}/404.html", "not_found"),
        (f"{SITE}/Error.aspx?aspxerrorpath=/tin-tuc", "not_found"),
        (f"{SITE}/khong-tim-thay", "not_found"),
        (f"{SITE}/tin-tuc/sua-loi-chinh-ta-pmtd22sw1502", None),
    ],
)
def test_a_redirect_away_from_the_story_is_seen_by_its_address(final: str, landed: str | None) -> None:
    assert landed_on(ASKED, final) == landed


def test_what_was_asked_for_itself_is_judged_by_the_page_alone() -> None:
    assert landed_on(f"{SITE}/dang-nhap-he-thong-hoc-truc-tuyen", f"{SITE}/dang-nhap-he-thong-hoc-truc-tuyen") is None
    assert landed_on(f"{SITE}/", f"{SITE}/index.html") is None


def test_to_https_and_www_is_no_move() -> None:
    assert not moved(ASKED.replace("https", "http"), ASKED.replace("//", "//www."))
    assert moved(ASKED, ASKED.replace("giangvo", "badinh"))


NUMBERLESS = f"{SITE}/ngay-hoi-stem-khoi-nam"
ROWS = [
    (ASKED, ASKED, None, ASKED),
    (ASKED, NUMBERLESS, None, NUMBERLESS),
    (f"{SITE}/?p=12", f"{SITE}/?p=12", NUMBERLESS, NUMBERLESS),
    ("https://bit.ly/3x", ASKED, None, ASKED),
    (ASKED, ASKED, f"{SITE}/tin-tuc", ASKED),  # a template that names its category
    (ASKED, ASKED, ASKED.replace("1501", "1600"), ASKED),  # one that names its newest article
    (ASKED, f"{SITE}/tin-tuc", None, ASKED),
    (ASKED, f"{SITE}/", f"{SITE}/", ASKED),
]


@pytest.mark.parametrize(("asked", "final", "canonical", "known"), ROWS)
def test_a_page_is_known_by_what_it_states_or_where_it_was_found_but_never_as_a_list(
    asked: str, final: str, canonical: str | None, known: str
) -> None:
    assert lives_at(asked, final, canonical) == known
