"""What an address wraps, and which addresses are the same page."""

from urllib.parse import quote

import pytest

from parsers.urls import DEFAULT_RULES, canonical_url, host_of, unwrap

ARTICLE = "https://truong.example/tin-tuc/khai-giang"

SAME_PAGE = [
    (ARTICLE, "http://truong.example/tin-tuc/khai-giang"),
    (ARTICLE, "https://www.truong.example/tin-tuc/khai-giang"),
    (ARTICLE, "https://m.truong.example/tin-tuc/khai-giang"),
    (ARTICLE, "https://TRUONG.example:443/tin-tuc/khai-giang/"),
    (ARTICLE, "http://truong.example:80/tin-tuc/khai-giang#binh-luan"),
    (ARTICLE, f"{ARTICLE}?fbclid=IwY2&utm_source=zalo&UTM_Medium=chat&zarsrc=30&gidzl=a"),
    (ARTICLE, f"https://l.facebook.com/l.php?u={quote(ARTICLE + '?fbclid=I', safe='')}&h=AT0&__tn__=-UK-R"),
    (ARTICLE, f"https://www.google.com/url?q={quote(ARTICLE, safe='')}&sa=D&usg=AOv"),
    (ARTICLE, f"  {ARTICLE}\n"),
    ("https://truong.example", "https://www.truong.example/"),
    ("https://trường.vn/a", "https://xn--trng-rib8295b.vn/a"),
    ("https://www.m.truong.example/", "http://truong.example。/"),
    ("https://a.example/lễ hội", "https://a.example/l%e1%bb%85%20h%E1%BB%99i"),
    ("https://a.example/le\u0302\u0303", "https://a.example/lễ"),
    ("https://a.example/%7Eabc", "https://a.example/~abc"),
    ("https://a.example/?b=2&a=1", "https://a.example/?a=1&b=2"),
    ("https://a.example/?q=a+b", "https://a.example/?q=a%20b"),
    (
        "https://a.example/index.php?option=com_content&id=141&Itemid=55",
        "https://a.example/index.php?option=com_content&id=141",
    ),
    ("https://youtu.be/abc?si=XyZ", "https://youtu.be/abc"),
]


@pytest.mark.parametrize(("one", "other"), SAME_PAGE)
def test_two_spellings_of_one_page_have_one_key(one: str, other: str) -> None:
    assert canonical_url(one) == canonical_url(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://a.example/index.php?baivietcode=6698", "https://a.example/index.php?baivietcode=6699"),
        ("https://a.example/detail.aspx?articleid=566&sitepageid=575", "https://a.example/detail.aspx?articleid=566"),
        ("https://a.example/?p=1", "https://a.example/"),
        ("https://a.example/bai?si=1", "https://a.example/bai"),  # si is a tracker on YouTube only
        ("https://a.example/a%2Fb", "https://a.example/a/b"),
        ("https://a.example/A", "https://a.example/a"),
        ("https://a.example/%E1%BB", "https://a.example/%E1%BC"),  # no UTF-8, still two pages
        ("https://a.example:8080/", "https://a.example/"),
        ("https://c1.a.example/", "https://c2.a.example/"),
        ("https://m.vn/", "https://vn/"),
    ],
)
def test_different_pages_have_different_keys(one: str, other: str) -> None:
    assert canonical_url(one) != canonical_url(other)


@pytest.mark.parametrize(
    ("wrapped", "inside"),
    [
        (f"https://l.facebook.com/l.php?u={quote(ARTICLE, safe='')}&h=AT0", ARTICLE),
        (f"https://lm.facebook.com/l.php?u={quote(ARTICLE, safe='')}", ARTICLE),
        (f"https://l.messenger.com/l.php?u={quote(ARTICLE, safe='')}", ARTICLE),
        (f"https://l.instagram.com/?u={quote(ARTICLE, safe='')}&e=1", ARTICLE),
        (f"https://www.google.com/url?sa=t&url={quote(ARTICLE, safe='')}", ARTICLE),
        (f"https://apc01.safelinks.protection.outlook.com/?url={quote(ARTICLE, safe='')}&data=05", ARTICLE),
        (f"https://www.youtube.com/redirect?event=x&q={quote(ARTICLE, safe='')}", ARTICLE),
        ("https://drive.google.com/drive/folders/1A?usp=sharing", "https://drive.google.com/drive/folders/1A"),
        (
            "https://www.facebook.com/share/p/1AbC/?mibextid=wwXIfr",
            "https://www.facebook.com/share/p/1AbC/",
        ),
        ("https://a.example/?id=1&fbclid=x#top", "https://a.example/?id=1#top"),
        ("https://a.example/Lễ hội?b=%20&a=đ", "https://a.example/Lễ hội?b=%20&a=đ"),
        ("https://www.google.com/url?q=javascript%3Aalert(1)", "https://www.google.com/url?q=javascript%3Aalert(1)"),
        ("https://www.google.com/search?q=https%3A%2F%2Fa.example", "https://www.google.com/search?q=https%3A%2F%2Fa.example"),
        ("https://l.facebook.com.evil.example/l.php?u=https%3A%2F%2Fa.example", "https://l.facebook.com.evil.example/l.php?u=https%3A%2F%2Fa.example"),
        ("mailto:a@example.com?utm_source=x", "mailto:a@example.com?utm_source=x"),
    ],
)  # fmt: skip
def test_known_redirectors_are_undone_and_trackers_stripped(wrapped: str, inside: str) -> None:
    assert unwrap(wrapped) == inside


def test_redirectors_are_undone_five_deep_and_no_deeper() -> None:
    def wrap(url: str, times: int) -> str:
        return url if times == 0 else wrap(f"https://l.facebook.com/l.php?u={quote(url, safe='')}", times - 1)

    assert unwrap(wrap(ARTICLE, 5)) == ARTICLE
    assert host_of(unwrap(wrap(ARTICLE, 6))) == "l.facebook.com"


def test_an_operator_can_add_trackers_and_redirectors() -> None:
    rules = DEFAULT_RULES.extended(trackers=["nguon_*", "ref@a.example"], redirectors=["link.zalo.example/go?to"])
    wrapped = "https://link.zalo.example/go?to=https%3A%2F%2Fa.example%2Fx%3Fnguon_1%3D2%26ref%3D3%26id%3D4"
    assert unwrap(wrapped, rules) == "https://a.example/x?id=4"
    assert unwrap(wrapped) == wrapped
    assert unwrap("https://b.example/x?ref=3", rules) == "https://b.example/x?ref=3"


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://WWW.Truong.example:8080/a", "truong.example"),
        ("http://trường.vn./", "xn--trng-rib8295b.vn"),
        ("https://[::1]/", "::1"),
        ("mailto:a@example.com", ""),
        ("http://[::1", ""),
        ("truong.example", ""),
        ("", ""),
    ],
)
def test_host_of(url: str, host: str) -> None:
    assert host_of(url) == host
