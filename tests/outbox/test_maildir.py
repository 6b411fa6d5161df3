"""The rehearsal's transport."""

import mailbox
from pathlib import Path

import pytest

from outbox.errors import DeliveryError
from outbox.maildir import MaildirTransport

MAIL = "Subject: x\r\n\r\nxin chào\r\n".encode()


def test_each_mail_becomes_a_file_of_its_own_byte_for_byte(tmp_path: Path) -> None:
    transport = MaildirTransport(tmp_path / "out" / "Maildir")
    for _ in range(2):
        transport.send(MAIL, "a@b.vn", "c@d.vn")
    transport.close()
    files = list((tmp_path / "out" / "Maildir" / "new").iterdir())
    assert [file.read_bytes() for file in files] == [MAIL, MAIL]
    assert list((tmp_path / "out" / "Maildir" / "tmp").iterdir()) == []


def test_other_programs_can_read_it(tmp_path: Path) -> None:
    MaildirTransport(tmp_path / "Maildir").send(MAIL, "a@b.vn", "c@d.vn")
    assert [message["Subject"] for message in mailbox.Maildir(tmp_path / "Maildir")] == ["x"]


def test_a_place_that_cannot_be_written_is_a_temporary_failure(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for place, words in (
        (tmp_path / "file", "đây không phải là một thư mục"),
        (tmp_path / ("x" * 300), "đường dẫn quá dài"),
    ):
        with pytest.raises(DeliveryError) as failure:
            MaildirTransport(place).send(MAIL, "a@b.vn", "c@d.vn")
        assert failure.value.reason == f"Không ghi được thư vào {place}: {words}; kiểm tra [smtp] path."
        assert not failure.value.permanent
