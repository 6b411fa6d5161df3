"""Old mails out of files: told apart by what is in them, read one at a time, as a server would hand them over."""

import os
from pathlib import Path

import pytest

from ingest.archive import ArchiveError, ArchiveFile, find, mails_of
from ingest.mailbox_protocol import HEAD_BYTES, MAIL_BYTES
from tests.archives import as_mbox

MAIL = b"From: a@b.example\r\nSubject: mot\r\n\r\nxin chao\r\n"
SEPARATOR = b"From 1784@xxx Mon Nov 23 10:00:00 +0000 2026\n"


def unexpected(error: OSError) -> None:
    raise AssertionError(error)


def read(path: Path) -> list[bytes]:
    return [mail.raw for file in find([path], unexpected) for mail in mails_of(file)]


def write(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_an_eml_file_is_one_mail_whatever_its_name_and_line_ends(tmp_path: Path) -> None:
    write(tmp_path / "a.eml", MAIL)
    write(tmp_path / "b", MAIL.replace(b"\r\n", b"\n"))
    assert read(tmp_path) == [MAIL, MAIL]


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"])
def test_an_mbox_gives_back_the_mails_it_was_made_of(tmp_path: Path, line_end: bytes) -> None:
    mails = [
        MAIL,
        MAIL + b"From day to day\r\n\r\nFrom 9 to 5\r\n>From me\r\n>>From you\r\n",
        b"Subject: khong co than\r\nFrom: a@b.example\r\n\r\n",
        MAIL + b"\r\n\r\n",
    ]
    write(tmp_path / "Takeout.mbox", as_mbox(mails, line_end))
    assert read(tmp_path) == mails


def test_a_sentence_that_begins_like_a_separator_cuts_nothing(tmp_path: Path) -> None:
    mail = MAIL + b"\r\nFrom Monday on we meet at 10:00 in 2026\r\n"
    unquoted = SEPARATOR + mail.replace(b"\r\n", b"\n")
    assert read(write(tmp_path / "mbox", unquoted)) == [mail]


@pytest.mark.parametrize(
    "separator",
    [b"From - Fri Jul  8 12:08:34 2011", b"From a@b.example Fri Jul  8 12:08:34 2011", b"From MAILER-DAEMON Fri Jul  8 12:08 +0700 2011"],
)  # fmt: skip
def test_separators_of_many_writers_are_known(tmp_path: Path, separator: bytes) -> None:
    assert len(read(write(tmp_path / "mbox", 2 * (separator + b"\n" + MAIL + b"\n")))) == 2


def test_what_an_export_wrote_into_a_mail_is_taken_out(tmp_path: Path) -> None:
    added = b"X-GM-THRID: 17\nX-Gmail-Labels: =?UTF-8?Q?H=E1=BB=99p?=,\n =?UTF-8?Q?_th=C6=B0?=\nStatus: RO\n"
    assert read(write(tmp_path / "mbox", SEPARATOR + added + MAIL + b"\n")) == [MAIL]


def test_a_maildir_is_its_mails_and_nothing_else_that_lies_there(tmp_path: Path) -> None:
    for name in ("new", "cur", "tmp", ".Sent/new", ".Sent/cur", ".Sent/tmp"):
        (tmp_path / name).mkdir(parents=True)
        write(tmp_path / name / "1.x", MAIL.replace(b"mot", name.encode()))
    write(tmp_path / "dovecot.index.cache", b"\0\1")
    assert sorted(raw.split(b"\r\n")[1] for raw in read(tmp_path)) == [
        b"Subject: .Sent/cur",
        b"Subject: .Sent/new",
        b"Subject: cur",
        b"Subject: new",
    ]


def test_links_lead_nowhere_and_hidden_files_are_left_alone(tmp_path: Path) -> None:
    write(tmp_path / "outside" / "secret.eml", MAIL)
    inside = tmp_path / "inside"
    write(inside / "deep" / "a.eml", MAIL)
    write(inside / ".DS_Store", b"x")
    write(inside / ".git" / "b.eml", MAIL)
    (inside / "out").symlink_to(tmp_path / "outside")
    (inside / "secret.eml").symlink_to(tmp_path / "outside" / "secret.eml")
    (inside / "round").symlink_to(inside)
    assert len(read(inside)) == 1


def test_a_file_that_is_named_twice_is_read_once(tmp_path: Path) -> None:
    write(tmp_path / "a.eml", MAIL)
    assert len(list(find([tmp_path, tmp_path / "a.eml", tmp_path / "." / "a.eml"], unexpected))) == 1


def test_a_path_that_is_not_there_is_an_error_at_once(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        list(find([tmp_path / "khong-co"], unexpected))


@pytest.mark.parametrize(("content", "reason"), [(b"", "rỗng"), (b"\n \n", "rỗng"), (b"\x89PNG\r\n", "không phải"), (b"name: x\n", "không phải")])  # fmt: skip
def test_what_is_no_mail_is_refused_with_a_reason(tmp_path: Path, content: bytes, reason: str) -> None:
    with pytest.raises(ArchiveError, match=reason):
        read(write(tmp_path / "x", content))


def test_a_mail_that_is_too_large_keeps_its_beginning_and_the_next_one_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "mbox"
    with path.open("wb") as file:
        file.write(SEPARATOR + MAIL)
        for _ in range(MAIL_BYTES // (1 << 20) + 1):
            file.write(b"x" * (1 << 20))
        file.write(b"\n\n" + SEPARATOR + MAIL)
    first, second = mails_of(ArchiveFile(path, path.stat().st_size))
    assert (first.truncated, len(first.raw), first.size > MAIL_BYTES) == (True, HEAD_BYTES, True)
    assert (second.truncated, second.raw) == (False, MAIL)
    assert second.position == path.stat().st_size


def test_a_large_eml_keeps_its_beginning(tmp_path: Path) -> None:
    path = write(tmp_path / "a.eml", MAIL)
    os.truncate(path, MAIL_BYTES + 1)
    (mail,) = mails_of(ArchiveFile(path, MAIL_BYTES + 1))
    assert (mail.truncated, mail.size, len(mail.raw)) == (True, MAIL_BYTES + 1, HEAD_BYTES)


def test_a_folder_that_may_not_be_listed_is_told_of_and_the_rest_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "closed" / "a.eml", MAIL)
    write(tmp_path / "open" / "b.eml", MAIL)
    scandir = os.scandir

    def guarded(path: Path) -> object:
        if Path(path).name == "closed":
            raise PermissionError(13, "no", str(path))
        return scandir(path)

    monkeypatch.setattr("ingest.archive.os.scandir", guarded)
    told: list[OSError] = []
    assert [file.path.name for file in find([tmp_path], told.append)] == ["b.eml"]
    assert len(told) == 1
