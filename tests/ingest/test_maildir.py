"""A Maildir read as a mailbox: nothing in it changes, nothing in it is overlooked."""

import os
import threading
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from ingest import maildir
from ingest.mailbox_protocol import Mailbox, MailboxError
from ingest.maildir import MaildirMailbox, OpenMaildir
from ingest.settings import MailboxSettings

NEVER = threading.Event()
NOON = int(datetime(2025, 9, 2, 5, tzinfo=UTC).timestamp())  # in Việt Nam


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in ("new", "cur", "tmp"):
        (tmp_path / name).mkdir()
    return tmp_path


@pytest.fixture
def office(root: Path) -> Iterator[OpenMaildir]:
    with MaildirMailbox(MailboxSettings(kind="maildir", path=str(root))).connect() as connected:
        yield connected


def deliver(root: Path, name: str, second: int, raw: bytes = b"Subject: tin\r\n\r\n") -> Path:
    written = root / "tmp" / name
    written.write_bytes(raw)
    os.utime(written, (second, second))
    return written.rename(root / "new" / name)


def test_mails_come_in_order_of_arrival_with_their_date(root: Path, office: OpenMaildir) -> None:
    for hour, name in enumerate(["b", "c", "a"]):
        deliver(root, name, NOON + hour * 3600, name.encode())
    mails = list(office.fetch(office.uids_after(0)))
    assert [mail.raw for mail in mails] == [b"b", b"c", b"a"]
    assert mails[0].internal_date == datetime(2025, 9, 2, 5, tzinfo=UTC)
    assert (mails[0].size, mails[0].truncated) == (1, False)


def test_a_mail_keeps_its_uid_when_a_person_reads_it(root: Path, office: OpenMaildir) -> None:
    path = deliver(root, "1756789200.M1P2.may", NOON)
    before = office.uids_after(0)
    path.rename(root / "cur" / "1756789200.M1P2.may:2,S")
    assert office.uids_after(0) == before


def test_a_mail_that_is_renamed_while_being_fetched_is_found_again(root: Path, office: OpenMaildir) -> None:
    paths = [deliver(root, name, NOON + second) for second, name in enumerate("ab")]
    mails = office.fetch(office.uids_after(0))
    next(mails)
    paths[1].rename(root / "cur" / "b:2,S")
    assert len(list(mails)) == 1


def test_a_mail_that_was_removed_is_simply_missing(root: Path, office: OpenMaildir) -> None:
    deliver(root, "a", NOON)
    removed = deliver(root, "b", NOON + 1)
    uids = office.uids_after(0)
    removed.unlink()
    assert [mail.uid for mail in office.fetch(uids)] == uids[:1]


def test_the_cursor_leaves_out_what_was_read_before(root: Path, office: OpenMaildir) -> None:
    deliver(root, "a", NOON)
    [first] = office.uids_after(0)
    deliver(root, "b", NOON + 600)
    [second] = office.uids_after(first)
    assert second > first
    assert office.uids_after(second) == []


def test_a_mail_dated_before_the_cursor_is_offered_once(root: Path, office: OpenMaildir) -> None:
    deliver(root, "a", NOON)
    [last] = office.uids_after(0)
    deliver(root, "moved here by hand", NOON - 90_000)
    assert len(office.uids_after(last)) == 1
    assert office.uids_after(last) == []


def test_a_mail_that_was_late_while_nobody_looked_is_offered_at_the_next_connection(root: Path) -> None:
    box = MaildirMailbox(MailboxSettings(kind="maildir", path=str(root)))
    deliver(root, "a", NOON)
    with box.connect() as office:
        [last] = office.uids_after(0)
    deliver(root, "written slowly", NOON - 60, b"slow")
    deliver(root, "history", NOON - 90_000)
    with box.connect() as office:
        late, again = office.fetch(office.uids_after(last))
        assert (late.raw, again.uid) == (b"slow", last)  # the record knows the one it has
        assert office.uids_after(last) == []


def test_what_lies_there_already_is_below_uidnext(root: Path, office: OpenMaildir) -> None:
    for number in range(20):
        deliver(root, f"{number}", NOON)
    status = office.status()
    assert max(office.uids_after(0)) < status.uidnext < 1 << 63


def test_uidnext_never_goes_back(root: Path, office: OpenMaildir) -> None:
    path = deliver(root, "a", int(time.time()) + 5)
    before = office.status()
    path.unlink()
    deliver(root, "b", int(time.time()) + 5)
    assert office.status().uidnext >= before.uidnext
    assert office.status().uidvalidity == before.uidvalidity


def test_a_day_begins_where_on_earth_it_begins_first(root: Path, office: OpenMaildir) -> None:
    deliver(root, "eve", int(datetime(2025, 9, 1, 9, 59, tzinfo=UTC).timestamp()))
    deliver(root, "day", int(datetime(2025, 9, 1, 10, 1, tzinfo=UTC).timestamp()))
    _, day = office.uids_after(0)
    assert office.first_uid_since(date(2025, 9, 2)) == day
    assert office.first_uid_since(date(2025, 9, 3)) == office.status().uidnext


def test_of_a_huge_mail_only_the_head_is_read(root: Path, office: OpenMaildir, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(maildir, "MAIL_BYTES", 1000)
    monkeypatch.setattr(maildir, "HEAD_BYTES", 10)
    deliver(root, "a", NOON, b"x" * 1001)
    [mail] = office.fetch(office.uids_after(0))
    assert (mail.raw, mail.size, mail.truncated) == (b"x" * 10, 1001, True)


def test_waiting_ends_when_a_mail_comes(root: Path, office: OpenMaildir) -> None:
    office.uids_after(0)
    threading.Timer(0.2, deliver, (root, "a", NOON)).start()
    began = time.monotonic()
    assert office.wait(30, NEVER) is True
    assert time.monotonic() - began < 10


def test_waiting_ends_with_its_time_and_when_told_to_stop(office: OpenMaildir) -> None:
    assert office.wait(0.01, NEVER) is False
    stop = threading.Event()
    threading.Timer(0.2, stop.set).start()
    began = time.monotonic()
    assert office.wait(30, stop) is False
    assert time.monotonic() - began < 10


DONE = ".&ARAA4w- x&Hu0- l&AP0-"  # Đã xử lý


def test_moved_mails_lie_in_the_folder_beside_and_do_not_come_again(root: Path, office: OpenMaildir) -> None:
    deliver(root, "new", NOON)
    deliver(root, "read", NOON + 1).rename(root / "cur" / "read:2,FS")
    stays = deliver(root, "stays", NOON + 2)
    uids = office.uids_after(0)
    office.move(uids[:2])
    assert sorted(path.name for path in (root / DONE / "cur").iterdir()) == ["new:2,", "read:2,FS"]
    assert stays.exists()
    assert office.uids_after(0) == uids[2:]
    with MaildirMailbox(MailboxSettings(kind="maildir", path=str(root))).connect() as again:
        assert again.uids_after(0) == uids[2:]


def test_a_mail_that_a_person_moves_back_is_known_by_its_uid(root: Path, office: OpenMaildir) -> None:
    deliver(root, "a", NOON)
    uids = office.uids_after(0)
    office.move(uids)
    (root / DONE / "cur" / "a:2,").rename(root / "cur" / "a:2,S")
    assert office.uids_after(0) == uids


def test_moving_is_safe_to_repeat(root: Path, office: OpenMaildir) -> None:
    deliver(root, "a", NOON)
    uids = office.uids_after(0)
    for _ in range(2):
        office.move([*uids, 12345])
    assert len(list((root / DONE / "cur").iterdir())) == 1


def test_the_folder_beside_is_a_maildir_folder_of_its_own(root: Path) -> None:
    settings = MailboxSettings(kind="maildir", path=str(root), move_to="Lưu trữ/Xong")
    with MaildirMailbox(settings).connect() as office:
        office.move([])
    made = root / ".L&AbA-u tr&Hu8-.Xong"
    assert sorted(path.name for path in made.iterdir()) == ["cur", "maildirfolder", "new", "tmp"]


def test_a_folder_that_cannot_be_made_is_explained(root: Path, office: OpenMaildir) -> None:
    (root / DONE).write_text("a file, of all things")
    deliver(root, "a", NOON)
    with pytest.raises(MailboxError, match="Không chuyển được thư"):
        office.move(office.uids_after(0))
    assert len(office.uids_after(0)) == 1


def test_a_file_that_cannot_be_read_holds_up_no_other(root: Path, office: OpenMaildir) -> None:
    deliver(root, "a", NOON)
    (root / "new" / "b").mkdir()
    os.utime(root / "new" / "b", (NOON + 1, NOON + 1))
    deliver(root, "c", NOON + 2)
    mails = list(office.fetch(office.uids_after(0)))
    assert [(bool(mail.raw), mail.truncated) for mail in mails] == [(True, False), (False, True), (True, False)]
    assert mails[1].internal_date == datetime.fromtimestamp(NOON + 1, UTC)


def test_when_no_file_can_be_read_it_is_the_maildir_that_cannot(root: Path, office: OpenMaildir) -> None:
    for name in "ab":
        (root / "new" / name).mkdir()
    with pytest.raises(MailboxError, match="quyền đọc"):
        list(office.fetch(office.uids_after(0)))


def test_the_size_of_every_mail_is_told(root: Path, office: OpenMaildir) -> None:
    for size, name in enumerate("abc"):
        deliver(root, name, NOON + size, b"x" * size)
    first, second, third = office.uids_after(0)
    assert office.sizes() == {first: 0, second: 1, third: 2}
    assert office.sizes([second, 12345]) == {second: 1}


def test_a_directory_that_is_no_maildir_is_explained(tmp_path: Path) -> None:
    box: Mailbox = MaildirMailbox(MailboxSettings(kind="maildir", path=str(tmp_path / "khong-co")))
    with pytest.raises(MailboxError) as refused, box.connect():
        pass
    assert refused.value.permanent
    assert "khong-co" in refused.value.reason
