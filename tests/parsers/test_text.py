"""Bytes to text: charsets, double encoding, flowed lines, HTML."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers.text import clean, decode, html_to_text, is_mojibake, repair_mojibake, unflow
from tests.parsers.mails import cp1258

TEXT = "Trường Mầm non Tuổi Hoa gửi bài: Bé vui trải nghiệm gói bánh chưng, đón Tết."
VISCII = b"Tr\xdf\xb6ng Ti\xbfu h\xf7c"


@pytest.mark.parametrize(
    "charset", [None, "utf-8", "us-ascii", "iso-8859-1", "utf8mb4", "unknown-8bit", "x-viet", "cp1258"]
)
def test_utf8_is_seen_whatever_the_label_says(charset: str | None) -> None:
    assert decode(TEXT.encode(), charset) == TEXT


@pytest.mark.parametrize(
    "charset", [None, "windows-1258", "utf-8", "us-ascii", "x-unknown", "iso-8859-1", "windows-1252"]
)
def test_windows_1258_is_seen_whatever_the_label_says(charset: str | None) -> None:
    assert decode(cp1258(TEXT), charset) == TEXT


@pytest.mark.parametrize(
    ("data", "charset", "text"),
    [
        ("\ufeffa".encode(), None, "a"),
        ("Tuần".encode("utf-16"), "utf-8", "Tuần"),
        ("Tuần".encode("utf-16-le"), "UTF-16LE", "Tuần"),
        (unicodedata.normalize("NFD", TEXT).encode(), "utf-8", TEXT),
        ("Réponse automatique été à l'école".encode("latin-1"), "iso-8859-1", "Réponse automatique été à l'école"),
        ("“Được”".encode("cp1258", "ignore") + b"\x93x\x94", "windows-1252", None),
        (b"\x93Xin ch\xe0o\x94", "iso-8859-1", "“Xin chào”"),
        ("日本語".encode("shift_jis"), "shift_jis", "日本語"),
        ("中文".encode("gb2312"), '"GB2312"', "中文"),
        ("Привет".encode("koi8-r"), "koi8-r", "Привет"),
        (TEXT.encode()[:-1] + b"\xe1\xbb", "utf-8", TEXT[:-1] + "\ufffd"),
        (b"Ch\xed Ph\xe8o", "idna", "Chí Phèo"),
        (b"abc", "undefined", "abc"),
        (b"abc", "a" * 5000, "abc"),
        (b"abc", "\x00", "abc"),
        (b"a\x00b\x0cc\r\nd\re", None, "abc\nd\ne"),
        ("Ðại hội ðoàn".encode(), None, "Đại hội đoàn"),
        (b"", None, ""),
    ],
)
def test_bytes_become_what_a_person_would_read(data: bytes, charset: str | None, text: str | None) -> None:
    assert text is None or decode(data, charset) == text


def test_viscii_is_read_by_its_name() -> None:
    assert decode(VISCII.replace(b"\xbf", b"\xac"), "VISCII") == "Trường Tiểu học".replace("ể", "ể")


def test_text_in_a_tcvn3_font_keeps_its_signs() -> None:
    typed = "KÝnh göi Ban biªn tËp, Tr­êng THCS NguyÔn C«ng Trø göi bµi: Héi kháe Phï §æng, ®Ðp"
    assert decode(typed.encode("latin-1"), "iso-8859-1") == typed


@pytest.mark.parametrize("text", [TEXT, "Tuần 13", "ờ", "“Đẹp” – lá 🎉"])
def test_double_encoding_is_undone(text: str) -> None:
    garbled = "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in text.encode())
    assert is_mojibake(garbled)
    assert repair_mojibake(garbled) == text
    assert repair_mojibake(f"Đúng: {garbled}") == f"Đúng: {text}"


@pytest.mark.parametrize(
    "text", [TEXT, TEXT.upper(), "", "Réponse à l'été", "Â", "à á", "100 °C ± 2 · §5", "Ä ß ¿Qué?"]
)
def test_correct_text_is_no_double_encoding(text: str) -> None:
    assert not is_mojibake(text)
    assert repair_mojibake(text) == text


@pytest.mark.parametrize(
    ("flowed", "delsp", "text"),
    [
        ("một \ndòng\nhai", False, "một dòng\nhai"),
        ("https://x.vn/rat- \ndai\nhai", True, "https://x.vn/rat-dai\nhai"),
        ("> a \n> b\n>> c \nd", False, "> a b\n>> c \nd"),
        (" thụt vào\n >không trích", False, "thụt vào\n>không trích"),
        ("ký \n-- \nLan", False, "ký \n-- \nLan"),
        ("", False, ""),
        ("a\n\nb", False, "a\n\nb"),
    ],
)
def test_flowed_lines_are_joined(flowed: str, delsp: bool, text: str) -> None:
    assert unflow(flowed, delsp=delsp) == text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Một</p><p>Hai</p>", "Một\nHai"),
        ("a<br>b<div>c<div>d</div></div>e", "a\nb\nc\nd\ne"),
        ("<ul><li>a<li>b</ul>", "a\nb"),
        ("<table><tr><td>STT</td><td>Bài</td></tr><tr><td>1</td><td>Hội</td></tr></table>", "STT Bài\n1 Hội"),
        ('Xem <a href="https://x.vn">tại đây</a> nhé', "Xem tại đây nhé"),
        ("<div>a</div><div><br></div><div>b</div>", "a\n\nb"),
        ("a\n  b&nbsp;&amp;&nbsp;c", "a b & c"),
        ("<pre>a\n  b</pre>", "a\nb"),
        ("Chào<blockquote>cũ<blockquote>cũ hơn</blockquote></blockquote>hết", "Chào\n> cũ\n> > cũ hơn\nhết"),
        ("<head><title>T</title><style>p{}</style></head><script>x()</script>a<!-- b -->", "a"),
        ('<p style="display: none">ẩn</p><p hidden>ẩn</p><span style="FONT-SIZE:0px">ẩn</span>a', "a"),
        ('<p style="font-size:0.9em">hiện</p><p style="opacity:0.5">rõ</p>', "hiện\nrõ"),
        ('<?xml version="1.0"?><html xmlns="x"><body>a</body></html>', "a"),
        ("https://x.vn/", "https://x.vn/"),
        ("/etc/passwd", "/etc/passwd"),
        ("a\x00b\ud800c", "abc"),
        (f"<p>{unicodedata.normalize('NFD', TEXT)}</p>", TEXT),
        ("", ""),
    ],
)
def test_html_becomes_the_lines_that_are_seen(html: str, text: str) -> None:
    assert html_to_text(html) == text


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "unit", ["<div>", "<a ", "<!--", "<p>x</p>", "<table><tr><td>", "<blockquote>a", "&", "<![CDATA["]
)
def test_hostile_html_takes_seconds_at_most(unit: str) -> None:
    assert "<div>" not in html_to_text(unit * min(100_000, 3_000_000 // len(unit)))


def test_only_the_first_two_megabytes_of_html_are_read() -> None:
    assert html_to_text("a" * 3_000_000) == "a" * 2_000_000


@pytest.mark.timeout(60)  # minutes without the guard
def test_stacked_accents_take_no_time() -> None:
    assert len(decode(("a" + "\u0301\u0323" * 1_000_000).encode())) < 20


@settings(deadline=None)
@given(
    st.binary(), st.text(max_size=20) | st.sampled_from(("utf-7", "hz", "utf-16", "iso-2022-kr", "punycode", "rot13"))
)
def test_no_bytes_and_no_label_raise(data: bytes, charset: str) -> None:
    text = decode(data, charset)
    assert unicodedata.is_normalized("NFC", text)
    repair_mojibake(text).encode()


@settings(deadline=None)
@given(st.text())
def test_no_text_raises(text: str) -> None:
    clean(text).encode()
    html_to_text(text).encode()
    html_to_text(f"<p {text}><b>{text}").encode()
    unflow(text)
    repair_mojibake(text)
