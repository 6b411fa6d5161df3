"""Redirectors undone offline, whatever their spelling; what only looks like one stays as it is."""

from urllib.parse import quote

import pytest

from parsers.urls import canonical_url, unwrap

PLACE = "c1kimdong.giangvo.example/tin-tuc/ngay-hoi-stem-pmtd22sw1501"
ONE = f"https://{PLACE}"
QUOTED = quote(ONE, safe="")

WRAPPED = [
    f"https://l.facebook.com/l.php?u={QUOTED}%3Ffbclid%3Dabc&h=AT0",
    f"https://m.facebook.com/l.php?u={QUOTED}&h=AT0",
    f"https://www.facebook.com/sharer/sharer.php?u={QUOTED}&src=sdkpreparse",
    f"https://l.threads.net/?u={QUOTED}&e=AT",
    f"https://www.google.com.vn/url?sa=t&source=web&url={QUOTED}&ved=2ah",
    f"https://www.google.com/amp/s/{PLACE}",
    f"https://www.google.com.vn/amp/s/{PLACE}",
    f"https://c1kimdong-giangvo-example.cdn.ampproject.org/c/s/{PLACE}",
    f"https://c1kimdong-giangvo-example.translate.goog/{PLACE.partition('/')[2]}?_x_tr_sl=vi&_x_tr_tl=en",
    f"https://translate.google.com/translate?sl=vi&tl=en&u={QUOTED}",
    f"https://apc01.safelinks.protection.outlook.com/?url={QUOTED}&data=05%7C02%7Cpgd%40x.vn%7C&sdata=x&reserved=0",
    f"https://apc01.safelinks.protection.outlook.com/?url={quote('https://l.facebook.com/l.php?u=' + QUOTED, safe='')}",
    f"https://urldefense.com/v3/__{ONE}__;!!Abc!xyz$",
    f"https://urldefense.com/v3/__https:/{PLACE}__;!!Abc!xyz$",
    f"https://urldefense.proofpoint.com/v1/url?u={QUOTED}&k=x",
    f"https://urldefense.proofpoint.com/v2/url?u=https-3A__{PLACE.replace('-', '-2D').replace('/', '_')}&d=DwMF&c=x",
    f"https://linkprotect.cudasvc.com/url?a={QUOTED}&c=E,1,x&typo=1",
    f"https://r.search.yahoo.com/_ylt=Aw/RV=2/RE=17/RO=10/RU={QUOTED}/RK=2/RS=abc-",
    f"https://secure-web.cisco.com/1aBcD/{QUOTED}",
    f"https://duckduckgo.com/l/?uddg={QUOTED}&rut=1",
]
KEPT = [
    "https://www.bing.com/ck/a?!&&p=abc&u=a1aHR0cHM6Ly9hLmV4YW1wbGU&ntb=1",
    "https://protect-us.mimecast.com/s/AbC?domain=c1kimdong.giangvo.example",
    "https://urldefense.com/v3/__",
    "https://urldefense.com/v3/__https://a*b__;_w==!!x$",  # a byte that is no text
    "https://urldefense.com/v3/__https://a.example/a*b__;!!x$",  # a place without a sign
    "https://urldefense.proofpoint.com/v2/url?d=x",
    "https://www.google.com/amp/",
    f"https://google.com.evil.example/url?q={QUOTED}",
    f"https://evilgoogle.com/amp/s/{PLACE}",
    f"https://safelinks.protection.outlook.com.evil.example/?url={QUOTED}",
    f"https://xsafelinks.protection.outlook.com/?url={QUOTED}",
    f"https://urldefense.com.evil.example/v3/__{ONE}__;!!A!b$",
    f"https://translate.goog.evil.example/{PLACE}",
    f"https://web.archive.org/web/2026/{ONE}",
    f"https://link.zalo.me/?u={QUOTED}",
    "https://a.example/x?usp=12&si=3",  # trackers elsewhere, not here
    "https://a.example/x?id=1&ref=zalo",
]


@pytest.mark.parametrize("wrapped", WRAPPED)
def test_a_known_redirector_is_undone(wrapped: str) -> None:
    assert unwrap(wrapped) == ONE


@pytest.mark.parametrize("url", KEPT)
def test_what_is_none_or_cannot_be_undone_is_kept(url: str) -> None:
    assert unwrap(url) == url


def test_the_signs_that_proofpoint_takes_out_are_put_back() -> None:
    assert unwrap("https://urldefense.com/v3/__https://a.example/t*?x=*__;4bupxJE!!A!b$") == "https://a.example/tứ?x=đ"
    assert unwrap("https://urldefense.com/v3/__https://a.example/**A-x__;4bupxJE!!A!b$") == "https://a.example/ứđ-x"


@pytest.mark.parametrize(
    "tracked",
    [
        "utm_source=a&id=1",
        "id=1&_ga=2.1",
        "mc_cid=3&id=1",
        "id=1&igsh=4&mibextid=5",
        "id=1&zarsrc=30&gidzl=x",
        "fbclid=1&id=1",
    ],
)
def test_known_trackers_go_wherever_they_stand(tracked: str) -> None:
    assert unwrap(f"https://a.example/x?{tracked}") == "https://a.example/x?id=1"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://a.example/m/tin-tuc/bai-1", "https://a.example/tin-tuc/bai-1"),
        ("https://m.a.example/x-1", "https://a.example/x-1"),
        ("https://a.example/x-1?m=1", "https://a.example/x-1"),
        ("https://a.example/x-1/amp/", "https://a.example/x-1"),
        ("https://a.example/x-1?amp", "https://a.example/x-1"),
        ("https://a.example/index.html", "https://a.example"),
        ("https://a.example/Default.aspx?ItemID=3", "https://a.example/?ItemID=3"),
        ("https://a.example/x/ctfull/1/2", "https://a.example/x/ct/1/2"),
        ("https://a.example/x/ctmb/1/2", "https://a.example/x/ct/1/2"),
        ("https://a.example/?option=com_content&id=2&Itemid=9", "https://a.example/index.php?id=2&option=com_content"),
    ],
)
def test_views_of_one_page_have_one_key(one: str, other: str) -> None:
    assert canonical_url(one) == canonical_url(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://a.example/?m=201611", "https://a.example/"),  # the archive of a month
        ("https://a.example/x?ItemID=3", "https://a.example/x?ItemID=4"),
        ("https://a.example/#/tin/1", "https://a.example/#/tin/2"),
        ("https://a.example/m/", "https://a.example/"),
        ("https://a.example/amp/", "https://a.example/"),
        ("https://a.example/xamp", "https://a.example/x"),
        ("https://a.example/x?print=2", "https://a.example/x"),
    ],
)
def test_pages_that_differ_in_more_than_the_view_have_two_keys(one: str, other: str) -> None:
    assert canonical_url(one) != canonical_url(other)
