"""Addresses of foreign pages: which may be fetched, what they wrap, which are the same page."""

import random
import socket
import time
from ipaddress import ip_network
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.urls import UrlRefused, canonical_url, check_url, host_of, unwrap
from tests.ssrf_vectors import Vector, vectors

OWN_HOSTS = ("desk.office.example",)
LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1/128"))


def refused(url: str, *, ports: tuple[int, ...] = (80, 443)) -> bool:
    try:
        check_url(url, ports, OWN_HOSTS)
    except UrlRefused:
        return True
    return False


@pytest.mark.parametrize("vector", vectors("url."), ids=lambda vector: f"{vector.kind} {vector.text[:40]!a}")
def test_every_sample_url_is_told_apart(vector: Vector) -> None:
    assert refused(vector.text) is not vector.allowed


@pytest.mark.parametrize(
    "url",
    [
        "http://0x/",
        "http://1.0x7f/",
        "http://example.123/",
        "http://127。0。0。1/",
        "http://①.com/",
        "http://ⓔⓧⓐⓜⓟⓛⓔ.com/",
        "http://exam\u00adple.com/",
        "http://example\u200d.com/",
        "http://аррӏе.com/",  # Cyrillic from end to end
        "http://xn--80ak6aa92e.com/",
        "http://ɡoogle.com/",  # Latin script g
        "http://xn--/",
        "http://xn--a.vn/",
        "http://xn--example.vn/",  # decodes, but is not what it decodes to
        "http://example.com\u3000/",
        "http://exa mple.com/",
        "http://example.com/a\u202egnp.html",
        "http://example.com/\ud800",
        "http://example.com/\u2028x",
        "\ufeffhttp://127.0.0.1/",
        "\u00a0http://example.com/",
        "http://example.com?@127.0.0.1/",
        "http://@example.com/",
        "http://example.com/a\\b",
        "http://exa%6dple.com/",
        "http://-a.example.com/",
        "http://a-.example.com/",
        "http://example..com/",
        "http://a_b.example.com/",
        "http://exa<mple.com/",
        "http://vn/",
        "http://ai./",
        "http://metadata.goog/",
        "http://x.alt/",
        "http://router.lan:80/",
        "http://[::ffff:8.8.8.8]/",
        "http://[fe80::1%25eth0]/",
        "http://example.com:80:80/",
        "http://example.com:-80/",
        "http://example.com:8O/",
        "https://example.com:" + "9" * 3000 + "/",
        "//example.com/",
        "example.com/",
        "blob:http://example.com/x",
        "ftp://example.com/",
        "https//example.com/",
        "",
        " ",
        "http://" + "a." * 127 + "example.com/",
        "https://example.com/" + "a" * 5000,
        "http://" + "é" * 4000 + ".vn/",
    ],
)
def test_unseen_ways_to_hide_a_host_are_refused(url: str) -> None:
    assert refused(url)


@pytest.mark.parametrize(
    ("written", "fetched"),
    [
        ("HTTP://Truong.Example", "http://truong.example/"),
        ("https://truong.example:443/a#muc-2", "https://truong.example/a"),
        ("https://truong.example./a", "https://truong.example/a"),
        ("http://truong.example?id=1", "http://truong.example/?id=1"),
        (
            "https://truong.example/tin/Lễ khai giảng.html",
            "https://truong.example/tin/L%E1%BB%85%20khai%20gi%E1%BA%A3ng.html",
        ),
        ("https://truong.example/a%20b?q=đ&x=%C4%91", "https://truong.example/a%20b?q=%C4%91&x=%C4%91"),
        ("https://trường.vn/", "https://xn--trng-rib8295b.vn/"),
        ("https://tru\u031bo\u031b\u0300ng.vn/", "https://xn--trng-rib8295b.vn/"),
        ("https://sáchhọc.vn/", "https://xn--schhc-xqa7374c.vn/"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("https://例え.example/", "https://xn--r8jz45g.example/"),
        ("https://r3---sn.example.com/", "https://r3---sn.example.com/"),
        ("https://a.example/x;y=1/@z?u=http://u@h/", "https://a.example/x;y=1/@z?u=http://u@h/"),
        ("https://123.example/", "https://123.example/"),
    ],
)
def test_an_honest_address_is_put_into_the_form_of_the_wire(written: str, fetched: str) -> None:
    assert check_url(written) == fetched
    assert check_url(fetched) == fetched


def test_other_ports_can_be_allowed_for_both_schemes() -> None:
    assert check_url("http://truong.example:8080/a", (80, 8080)) == "http://truong.example:8080/a"
    assert check_url("https://truong.example:8080/a", (443, 8080)) == "https://truong.example:8080/a"
    assert refused("http://truong.example:443/", ports=(80, 443, 8080))


@pytest.mark.parametrize("url", ["http://127.0.0.1/a", "http://[::1]/a", "http://localhost/a", "http://c1.localhost/a"])
def test_a_literal_passes_only_for_a_network_that_may_be_fetched(url: str) -> None:
    assert check_url(url, networks=LOOPBACK) == url
    assert refused(url)


@pytest.mark.parametrize("url", ["http://127.1/", "http://2130706433/", "http://10.0.0.1/", "http://0177.0.0.1/"])
def test_an_allowed_network_opens_no_other_spelling_and_no_other_network(url: str) -> None:
    with pytest.raises(UrlRefused):
        check_url(url, networks=LOOPBACK)


def test_the_reason_is_a_vietnamese_sentence_end() -> None:
    with pytest.raises(UrlRefused) as refusal:
        check_url("http://10.0.0.1/")
    assert refusal.value.reason == "địa chỉ dùng dãy số IP thay cho tên miền của trường"


ANY_URL = st.one_of(
    st.text(max_size=60),
    st.text(alphabet="htps:/?#[]@%&=.\\ :0a١。\u200b\ud800\n", max_size=40).map(lambda tail: f"http://{tail}"),
    st.text(max_size=40).map(lambda tail: f"https://a.example/{tail}"),
)


@given(ANY_URL)
def test_no_text_raises_anything_else_and_what_passes_means_one_host(url: str) -> None:
    key = canonical_url(url)
    assert canonical_url(key) == key
    unwrap(url), host_of(url)
    try:
        checked = check_url(url)
    except UrlRefused:
        return
    parts = urlsplit(checked)
    assert checked.isascii()
    assert check_url(checked) == checked
    assert parts.hostname is not None
    assert parts.hostname == checked.split("/")[2].partition(":")[0]


def read_by_the_c_library(host: str) -> bool:
    """Tell whether glibc would take this host for an IPv4 address without asking anybody."""
    try:
        socket.inet_aton(host)
    except (OSError, UnicodeError):
        return False
    return True


def test_ten_thousand_mutated_urls_never_name_an_address_or_a_local_host() -> None:
    chance = random.Random(20261125)
    rows = [vector.text for vector in vectors("url.")]
    alphabet = "0127.x@:/\\#?%[]-_a。①١ⓛ\u200b\t\0 "
    passed = 0
    for _ in range(10_000):
        letters = list(chance.choice(rows)[:200])
        for _ in range(chance.randint(1, 3)):
            place = chance.randint(0, len(letters))
            letters[place : place + chance.randint(0, 1)] = chance.choice(alphabet) * chance.randint(0, 2)
        try:
            host = urlsplit(check_url("".join(letters), own_hosts=OWN_HOSTS)).hostname or ""
        except UrlRefused:
            continue
        passed += 1
        assert not read_by_the_c_library(host)
        assert host.count(".") >= 1
        assert not host.endswith((".localhost", ".internal", ".local", ".lan"))
    assert passed > 100


@pytest.mark.parametrize(
    "url",
    [
        "https://a.example/?" + "&" * 1_000_000,
        "https://a.example/" + "%E1%BB%85" * 100_000,
        "https://a.example/?" + "utm_a=1&" * 100_000,
        "http://" + "a." * 500_000,
        "http://" + "é" * 1_000_000,
        "https://l.facebook.com/l.php?u=" + "https%3A%2F%2Fl.facebook.com%2Fl.php%3Fu%3D" * 20_000,
    ],
    ids=["ampersands", "percents", "trackers", "labels", "letters", "wrappings"],
)
def test_hostile_lengths_cost_little(url: str) -> None:
    started = time.process_time()
    assert refused(url)
    canonical_url(url)
    assert time.process_time() - started < 1
