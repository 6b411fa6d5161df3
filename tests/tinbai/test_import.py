"""`tinbai import`: the same mails in any shape are stored once, nobody is answered, and no bad file stops the rest."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from db.models import MailboxEntry, Message, MessageEvent
from db.session import Database
from ingest.backfill import HISTORY, PAUSE
from ingest.receive import receive
from ingest.settings import MailboxSettings
from tests.archives import LABELS, as_mbox, write_eml, write_maildir
from tests.factories import NOW
from tests.ingest.folder import Folder
from tests.mails import mail
from tests.tinbai.conftest import CommandLine

CORPUS = Path(__file__).parent.parent / "corpus"
LIVE = MailboxSettings(host="imap.example", username="pgd", start_from="all")
_numbers = count(1)


def wire(raw: bytes) -> bytes:
    return raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def office_mails(generated: int = 20) -> list[bytes]:
    """Mails as the server hands them over: made ones, one without a Message-ID, one of two lines, and the samples."""
    made = [mail(f"Thư số {next(_numbers)}\nFrom đây\n>From kia\n\n\n") for _ in range(generated)]
    bare = b"From: a@b.example\r\nSubject: khong ma\r\n\r\nmot dong\r\n"
    return [wire(raw) for raw in (*made, *(path.read_bytes() for path in sorted(CORPUS.glob("*.eml"))))] + [bare]


def read_live(database: Database, mails: Sequence[bytes]) -> int:
    return receive(Folder(dict(enumerate(mails, 1))), database, LIVE, datetime.now(UTC))


def stored(database: Database) -> int:
    with database.read() as session:
        return session.scalars(select(func.count()).select_from(Message)).one()


@pytest.fixture(params=["mbox", "mbox of Gmail", "mbox with CRLF", "Maildir", "eml", "eml with line feeds"])
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, list[bytes]]:
    """The same mails in one of the shapes."""
    mails, place = office_mails(), tmp_path / "archive"
    if request.param == "Maildir":
        write_maildir(place, mails)
    elif request.param == "eml":
        write_eml(place, mails)
    elif request.param == "eml with line feeds":
        write_eml(place, [raw.replace(b"\r\n", b"\n") for raw in mails])
    else:
        added = LABELS if "Gmail" in request.param else b""
        place.write_bytes(as_mbox(mails, b"\r\n" if "CRLF" in request.param else b"\n", added))
    return place, mails


def test_what_was_read_live_is_not_imported_again(tinbai: CommandLine, archive: tuple[Path, list[bytes]]) -> None:
    place, mails = archive
    assert read_live(tinbai.database, mails) == len(mails)
    assert tinbai("import", str(place)) == 0
    assert f"Đã đọc {len(mails)} thư: 0 thư mới, {len(mails)} thư đã có; 0 tệp lỗi." in tinbai.out
    assert stored(tinbai.database) == len(mails)


def test_what_was_imported_is_not_read_live_again(tinbai: CommandLine, archive: tuple[Path, list[bytes]]) -> None:
    place, mails = archive
    assert tinbai("import", str(place)) == 0
    assert f"{len(mails)} thư mới, 0 thư đã có" in tinbai.out
    assert tinbai("import", str(place)) == 0
    assert f"0 thư mới, {len(mails)} thư đã có" in tinbai.out
    assert read_live(tinbai.database, mails) == 0
    with tinbai.database.read() as session:
        assert session.scalars(select(func.count()).select_from(MailboxEntry)).one() == len(mails)


def twins() -> tuple[bytes, bytes]:
    """Two different mails that claim to be the same."""
    first = wire(mail("Bài một"))
    return first, first.replace(b"\r\n\r\n", b"\r\nX-Copy: 1\r\n\r\n", 1)


def test_a_copied_message_id_makes_no_live_mail_disappear(tinbai: CommandLine) -> None:
    first, forged = twins()
    assert read_live(tinbai.database, [first, forged]) == 2


def test_an_imported_mail_stands_for_one_live_mail_and_not_for_its_copies(tinbai: CommandLine, tmp_path: Path) -> None:
    first, forged = twins()
    exported = first.replace(b"\r\n\r\n", b"\r\nX-Export: 1\r\n\r\n", 1)
    assert tinbai("import", str(write_eml(tmp_path / "eml", [exported]))) == 0
    folder = Folder({1: first})
    assert receive(folder, tinbai.database, LIVE, NOW) == 0
    folder.mails[2] = forged
    assert receive(folder, tinbai.database, LIVE, NOW) == 1
    with tinbai.database.read() as session:
        sizes = session.scalars(select(Message.size).order_by(Message.id)).all()
    assert sizes == [len(first), len(forged)]  # as the server tells it, so that the audit finds no fault


def test_imported_mails_are_history_from_the_start(tinbai: CommandLine, tmp_path: Path) -> None:
    assert tinbai("import", str(write_eml(tmp_path / "eml", office_mails(3)))) == 0
    with tinbai.database.read() as session:
        messages = session.scalars(select(Message).order_by(Message.id)).all()
        assert {message.silence_reason for message in messages} == {HISTORY}
        assert set(session.scalars(select(MessageEvent.way))) == {"import"}
        due = [message.due_at for message in messages if message.due_at]
    assert due == [due[0] + number * PAUSE for number in range(len(messages))]


def test_a_mail_came_in_when_the_offices_own_server_says_and_never_in_the_future(
    tinbai: CommandLine, tmp_path: Path
) -> None:
    tinbai.settings.write_text(tinbai.settings.read_text() + '[mailbox]\nauthserv_id = "mx.badinhedu.example"\n')
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    received = f"Received: by other.example; {format_datetime(tomorrow)}\r\n".encode()
    past = received + mail("Kính gửi").replace(format_datetime(NOW).encode(), b"Sat, 05 Sep 2020 08:00:00 +0700")
    future = b"From: a@b.example\r\nDate: " + format_datetime(tomorrow).encode() + b"\r\n\r\nmai"
    assert tinbai("import", str(write_eml(tmp_path / "eml", [past, future]))) == 0
    with tinbai.database.read() as session:
        first, second = session.scalars(select(Message.received_at).order_by(Message.id)).all()
    assert first == datetime(2020, 9, 5, 1, tzinfo=UTC)
    assert second <= datetime.now(UTC)


def test_bad_files_get_a_sentence_each_and_the_rest_is_imported(tinbai: CommandLine, tmp_path: Path) -> None:
    folder = write_eml(tmp_path / "eml", office_mails(2))
    (folder / "0000.png").write_bytes(b"\x89PNG\r\n\0")
    (folder / "0001.eml").write_bytes(b"")
    assert tinbai("import", str(folder)) == 0
    assert "2 tệp lỗi." in tinbai.out
    assert [line.endswith(".") and "eml/0" in line for line in tinbai.err.splitlines()] == [True, True]


def test_a_path_that_is_not_there_is_said_and_nothing_is_stored(tinbai: CommandLine, tmp_path: Path) -> None:
    folder = write_eml(tmp_path / "eml", office_mails(2))
    assert tinbai("import", str(folder), str(tmp_path / "khong-co")) == 1
    assert "khong-co" in tinbai.err
    assert stored(tinbai.database) == 0


def test_a_folder_without_any_file_is_said(tinbai: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "trong").mkdir()
    assert tinbai("import", str(tmp_path / "trong")) == 1
    assert "Không có tệp nào" in tinbai.err


def test_messages_of_an_earlier_version_are_recognised_too(tinbai: CommandLine, tmp_path: Path) -> None:
    mails = office_mails(5)
    read_live(tinbai.database, mails)
    with tinbai.database.write() as session:
        session.execute(update(Message).values(twin=None))
    exported = [b"X-Export: 1\r\n" + raw for raw in mails[:5]]
    assert tinbai("import", str(write_eml(tmp_path / "eml", exported))) == 0
    assert "0 thư mới, 5 thư đã có" in tinbai.out


def test_a_mail_twice_in_the_archive_is_stored_once(tinbai: CommandLine, tmp_path: Path) -> None:
    (raw,) = [wire(mail("Kính gửi"))]
    folder = write_eml(tmp_path / "eml", [raw, raw, b"X-Other: 1\r\n" + raw])
    assert tinbai("import", str(folder)) == 0
    assert "Đã đọc 3 thư: 1 thư mới, 2 thư đã có" in tinbai.out
