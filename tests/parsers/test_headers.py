"""The header block: splitting, decoding, cleaning, parameters."""

import unicodedata
from base64 import b64encode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers.headers import Header, clean_line, decode_words, parameters, split, strip_comments
from tests.parsers.mails import cp1258


@pytest.mark.parametrize(
    ("raw", "headers", "body"),
    [
        (b"A: 1\nB: 2\n\nx\n", [("A", "1"), ("B", "2")], b"x\n"),
        (b"A: 1\r\nB:2\r\n\r\nx\r\n", [("A", "1"), ("B", "2")], b"x\r\n"),
        (b"A: 1\n\t2\n 3\n\nx", [("A", "1\t2 3")], b"x"),
        (b"A:\n 1\n \n 2\n\nx", [("A", "1  2")], b"x"),
        (b"A : 1\n\nx", [("A", "1")], b"x"),
        (b"From lan@x.vn Mon Nov 23 09:00:00 2026\nA: 1\n\nx", [("A", "1")], b"x"),
        (b"\xef\xbb\xbf\r\n\r\nA: 1\n\nx", [("A", "1")], b"x"),
        (b"A: 1\nno field\nB: 2\n\nx", [("A", "1")], b"no field\nB: 2\n\nx"),
        (b"A: 1", [("A", "1")], b""),
        (b"A: 1\n", [("A", "1")], b""),
        (b"A: \n\nx", [("A", "")], b"x"),
        (b"A: 1\r\r\n\r\r\nx", [("A", "1")], b"x"),
        (" không phải thư".encode(), [], " không phải thư".encode()),
        ("A: Tuần\n\n".encode(), [("A", "Tuần")], b""),
        (b"A: " + cp1258("Trường học") + b"\n\n", [("A", "Trường học")], b""),
        (b"A: x\x00y\n\n", [("A", "x\x00y")], b""),
    ],
)
def test_the_block_is_split_as_servers_see_it(raw: bytes, headers: list[tuple[str, str]], body: bytes) -> None:
    assert split(raw) == (tuple(Header(name, value) for name, value in headers), body)


def word(data: bytes, charset: str = "utf-8") -> str:
    return f"=?{charset}?B?{b64encode(data).decode()}?="


TEXT = "Trường Tiểu học Đại Yên"


@pytest.mark.parametrize(
    "value",
    [
        TEXT,
        unicodedata.normalize("NFD", TEXT),
        word(TEXT.encode()),
        word(TEXT.encode()[:4]) + "\t " + word(TEXT.encode()[4:]),  # cut inside a letter
        "=?UTF-8?Q?Tr=C6=B0=E1=BB?= =?UTF-8?Q?=9Dng_Ti=E1=BB=83u_h=E1=BB=8Dc?= " + word(" Đại Yên".encode()),
        word(TEXT.encode(), "us-ascii"),
        word(TEXT.encode(), "iso-8859-1"),
        word(TEXT.encode(), "x-unknown"),
        word(TEXT.encode(), "utf-8*vi"),
        word(cp1258(TEXT), "windows-1258"),
        word(cp1258(TEXT), "utf-8"),
        word(cp1258(TEXT), "unknown-8bit"),
        word(TEXT.encode("utf-16"), "utf-16"),
        f'"{word(TEXT.encode())}"'.strip('"'),
        "Tr" + "=?utf-8?q?=C6=B0=E1=BB=9Dng?= Tiểu học " + word("Ðại Yên".encode()),
        f"=?utf-8?B?{b64encode(TEXT.encode()).decode()[:13]}?= =?utf-8?B?{b64encode(TEXT.encode()).decode()[13:]}?=",
    ],
)
def test_encoded_words_come_out_as_written(value: str) -> None:
    assert decode_words(value) == TEXT


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("Tuần 12: =?utf-8?Q?b=C3=A0i?= hay", "Tuần 12: bài hay"),
        ("=?utf-8?Q?a?= b =?utf-8?Q?c?=", "a b c"),
        ("=?utf-8?Q?a?=\n =?utf-8?Q?b?=", "ab"),
        ("=?utf-8?Q?a b?=", "a b"),
        ("=?utf-8?B?YWJ?=", "ab"),
        ("=?utf-8?X?a?=", "=?utf-8?X?a?="),
        ("=?utf-8?B?", "=?utf-8?B?"),
        ("=?idna?Q?b=C3=A0i?=", "bài"),
        ("=?rot13?Q?b=C3=A0i?=", "bài"),
        ("=?iso-2022-jp?B?GyRCRnxLXBsoQg==?=", "日本"),
    ],
)
def test_words_and_text_are_kept_apart(value: str, text: str) -> None:
    assert decode_words(value) == text


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("  Gửi\tbài \r\n tuần  12 ", "Gửi bài tuần 12"),
        ("a\r\nBcc: x@y.vn", "a Bcc: x@y.vn"),
        ("a\u2028b\u2029c\x85d", "a b c d"),
        ("Lan\u202egnp.exe\u200b\u200d\ufeff\u00ad", "Langnp.exe"),
        ("a\x00\x1b[31m\x9bb", "a[31mb"),
        ("a\U000e0041\U000e007f\u2066b\u3164\ufff9", "ab"),
        (unicodedata.normalize("NFD", TEXT), TEXT),
        ("e\u200b\u0301", "é"),
        ("a\ud800b\uffff", "ab"),
        ("x" * 300, "x" * 200),
        ("x" * 199 + " yy", "x" * 199),
        ("Đẹp 🎉", "Đẹp 🎉"),
        ("", ""),
    ],
)
def test_a_clean_line_holds_only_what_is_seen(text: str, line: str) -> None:
    assert clean_line(text) == line


@pytest.mark.parametrize(
    ("value", "bare"),
    [
        ("bulk (nhiều (lắm))", "bulk"),
        ("(a) bulk", "bulk"),
        ('"(không)" x', '"(không)" x'),
        (r"(a\)b) x", "x"),
        ("bulk (hở", "bulk hở"),
        ("bulk) x", "bulk) x"),
    ],
)
def test_comments_go_and_quoted_strings_stay(value: str, bare: str) -> None:
    assert " ".join(strip_comments(value).split()) == bare


@pytest.mark.parametrize(
    ("value", "main", "expected"),
    [
        ("text/plain", "text/plain", {}),
        ("Text/HTML; Charset=UTF-8", "text/html", {"charset": "UTF-8"}),
        ('text/plain; format=flowed; delsp="yes"', "text/plain", {"format": "flowed", "delsp": "yes"}),
        ("multipart / (x) mixed; boundary=a", "multipart/mixed", {"boundary": "a"}),
        ('a/b; name="x; y=\\"z\\""', "a/b", {"name": 'x; y="z"'}),
        ("a/b; name=bao cao (1).docx", "a/b", {"name": "bao cao (1).docx"}),
        ('a/b; name="=?utf-8?B?VHXhuqdu?="', "a/b", {"name": "Tuần"}),
        ("attachment; filename*=UTF-8''Tu%E1%BA%A7n%2012.docx", "attachment", {"filename": "Tuần 12.docx"}),
        (
            "attachment; filename*1=%A7n.docx; filename*0*=UTF-8''Tu%E1%BA; filename*1*=%A7n.docx",
            "attachment",
            {"filename": "Tu"},
        ),
        ("attachment; filename*0*=UTF-8''Tu%E1%BA; filename*1*=%A7n.docx", "attachment", {"filename": "Tuần.docx"}),
        ("attachment; filename=a.doc; filename*=UTF-8''b.doc", "attachment", {"filename": "b.doc"}),
        ("a/b; x*9999999999=1; =; ;;", "a/b", {}),
        ("", "", {}),
    ],
)  # fmt: skip
def test_parameters_are_read_in_every_spelling(value: str, main: str, expected: dict[str, str]) -> None:
    found_main, found = parameters(value)
    assert found_main == main
    assert found == expected or all(found[name].startswith(start) for name, start in expected.items())


@settings(deadline=None)
@given(st.text(), st.binary())
def test_nothing_is_raised_whatever_comes(text: str, raw: bytes) -> None:
    for value in (text, f"=?utf-8?B?{text}?=", f"=?{text}?Q?x?="):
        decode_words(value).encode()
        clean_line(value).encode()
        strip_comments(value)
        parameters(f"a/b; {value}={value}; x*0*={value}")
    headers, _ = split(raw)
    assert all(header.value.encode() is not None for header in headers)
