"""What the copies of a mail have in common, and what tells two mails apart."""

import pytest

from parsers.twin import twin_of

HEAD = b"From: =?utf-8?q?Tr=C6=B0=E1=BB=9Dng?= <C1KimDong@hanoiedu.example>\r\nDate: Wed, 25 Nov 2026 09:00:00 +0700\r\nMessage-ID: <a.1@hanoiedu.example>\r\n"
BODY = b"\r\nKinh gui\r\n"


@pytest.mark.parametrize(
    "copy",
    [
        (HEAD + BODY).replace(b"\r\n", b"\n"),
        b"X-Gmail-Labels: a,\r\n b\r\nReceived: by x; Wed, 25 Nov 2026 09:00:05 +0700\r\n" + HEAD + BODY,
        b">From pgd Wed Nov 25 09:00:00 2026\r\n" + HEAD + BODY,
        HEAD.replace(b"09:00:00 +0700", b"02:00:00 +0000 (GMT)") + BODY,
        HEAD.replace(b"C1KimDong", b"c1kimdong") + b"\r\nkhac\r\n",
        HEAD.replace(b"Message-ID: ", b"MESSAGE-ID:\r\n ") + BODY,
    ],
    ids=["line feeds", "fields added", "mbox line", "zone", "body and case", "folded"],
)
def test_a_copy_has_the_same_twin(copy: bytes) -> None:
    assert twin_of(copy) == twin_of(HEAD + BODY) is not None


@pytest.mark.parametrize(("old", "new"), [(b"a.1@", b"a.2@"), (b"09:00:00", b"09:00:01"), (b"KimDong@", b"KimDon@")])
def test_another_mail_has_another_twin(old: bytes, new: bytes) -> None:
    assert twin_of(HEAD.replace(old, new) + BODY) != twin_of(HEAD + BODY)


@pytest.mark.parametrize("raw", [b"", b"\r\n", b"\0\xff", BODY, b"From: a@b.example\r\n\r\nMessage-ID: <x@y.example>", b"Message-ID:  \r\nFrom: a@b.example\r\n\r\n"])  # fmt: skip
def test_without_a_message_id_there_is_none(raw: bytes) -> None:
    assert twin_of(raw) is None
