"""`tinbai check` on the command line, without any server: what is asked, in which order, and how it is told."""

import json
from pathlib import Path
from typing import Any

import pytest

from db.models import MailboxState, MailMove, Run
from db.queries import leases, mailbox
from db.queries.mailbox import Place
from tests.factories import NOW, add_member, add_message, add_school
from tests.servers.ports import free_port
from tests.tinbai.conftest import CommandLine
from tinbai.cli.check import QUESTIONS
from tinbai.listener import HealthServer

QUIET = '[smtp]\nkind = "maildir"\npath = "di"\n'


def told(tinbai: CommandLine, *arguments: str) -> dict[str, dict[str, Any]]:
    """Question → answer."""
    tinbai("check", "--json", *arguments)
    return {record["question"]: record for record in map(json.loads, tinbai.out.splitlines())}


def add_settings(tinbai: CommandLine, text: str) -> None:
    with tinbai.settings.open("a", encoding="utf-8") as file:
        file.write(text)


def maildir_office(tinbai: CommandLine, more: str = "") -> Path:
    """An office whose mailbox is a directory, and that sends into another one: all is well there."""
    box = tinbai.folder / "thu"
    for name in ("new", "cur", "tmp"):
        (box / name).mkdir(parents=True)
    add_settings(tinbai, f'[mailbox]\nkind = "maildir"\npath = "{box}"\n{more}{QUIET}')
    with tinbai.database.write() as session:
        add_school(session)
        add_member(session)
    return box


def test_every_question_is_asked_in_order_one_line_each(tinbai: CommandLine) -> None:
    tinbai("check")
    lines = tinbai.out.splitlines()
    assert len(lines) == len(QUESTIONS)
    assert [name in line for line, (name, _) in zip(lines, QUESTIONS, strict=True)] == [True] * len(QUESTIONS)
    assert all(line.startswith(("được ", "LỖI ", "bỏ qua ")) for line in lines)


def test_json_has_the_same_answers_and_nothing_else(tinbai: CommandLine) -> None:
    found = told(tinbai)
    assert list(found) == [name for name, _ in QUESTIONS]
    assert {tuple(record) for record in found.values()} == {("question", "ok", "text")}
    assert {record["ok"] for record in found.values()} == {True, False, None}


def test_faults_are_counted_and_end_with_status_one(tinbai: CommandLine) -> None:
    assert tinbai("check") == 1
    faults = sum(line.startswith("LỖI") for line in tinbai.out.splitlines())
    assert f"Còn {faults} lỗi" in tinbai.err


def test_an_office_without_faults_is_told_to_run(tinbai: CommandLine) -> None:
    maildir_office(tinbai)
    assert tinbai("check") == 0, tinbai.out
    assert tinbai.out.splitlines()[-1] == "Mọi thứ đã sẵn sàng: `tinbai run`."


def test_unreadable_settings_are_the_one_fault_and_leave_the_rest_out(tinbai: CommandLine) -> None:
    add_settings(tinbai, "[khong]\na = 1\n")
    found = told(tinbai)
    assert [name for name, record in found.items() if record["ok"] is not None] == ["Cấu hình"]
    assert "[khong]" in found["Cấu hình"]["text"]


def test_a_database_that_is_not_there_yet_is_no_fault_and_is_not_made(tinbai: CommandLine, tmp_path: Path) -> None:
    tinbai.settings.write_text(f'[database]\nurl = "sqlite:///{tmp_path}/moi/moi.db"\n', encoding="utf-8")
    found = told(tinbai)
    assert found["Cơ sở dữ liệu"]["ok"] is True
    assert "tinbai schools import" in found["Các trường"]["text"]
    assert not (tmp_path / "moi").exists()


def test_a_file_that_is_no_database_is_said(tinbai: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "khac.db").write_text("không phải cơ sở dữ liệu " * 100, encoding="utf-8")
    tinbai.settings.write_text(f'[database]\nurl = "sqlite:///{tmp_path}/khac.db"\n', encoding="utf-8")
    found = told(tinbai)
    assert (found["Cơ sở dữ liệu"]["ok"], found["Các trường"]["ok"]) == (False, None)
    assert "không phải cơ sở dữ liệu SQLite" in found["Cơ sở dữ liệu"]["text"]


def test_a_damaged_database_is_said(tinbai: CommandLine) -> None:
    with tinbai.database.write() as session:
        for number in range(100):
            add_school(session, f"truong-{number}")
    tinbai.database.close()
    file = tinbai.folder / "tinbai.db"
    content = bytearray(file.read_bytes())
    for start in range(8192, len(content), 4096):
        content[start : start + 64] = b"\xff" * 64
    file.write_bytes(content)
    found = told(tinbai)["Cơ sở dữ liệu"]
    assert (found["ok"], "hỏng" in found["text"], "sao lưu" in found["text"]) == (False, True, True)


def test_an_old_shape_is_sent_to_migrate_and_not_migrated(tinbai: CommandLine) -> None:
    with tinbai.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    found = told(tinbai)["Cơ sở dữ liệu"]
    assert (found["ok"], "`tinbai migrate`" in found["text"]) == (False, True)
    assert told(tinbai)["Cơ sở dữ liệu"]["ok"] is False


def test_a_disk_that_is_nearly_full_is_a_fault(tinbai: CommandLine) -> None:
    tinbai.settings.write_text(tinbai.settings.read_text() + "keep_free_mb = 1000000000\n", encoding="utf-8")
    found = told(tinbai)["Dung lượng đĩa"]
    assert (found["ok"], "keep_free_mb" in found["text"]) == (False, True)


def test_a_maildir_is_looked_at_like_a_mailbox(tinbai: CommandLine) -> None:
    maildir_office(tinbai, 'after_reading = "move"\n')
    found = told(tinbai)
    names = ("Hộp thư", "Thư mục đọc thư", "Báo thư mới (IDLE)", "Số thứ tự thư", "Chuyển thư đã đọc")
    assert [found[name]["ok"] for name in names] == [True] * len(names)
    assert found["Thư thử"]["ok"] is None


def reading_state(tinbai: CommandLine, box: Path, **facts: Any) -> None:
    with tinbai.database.write() as session:
        state = MailboxState(account=str(box), folder="INBOX", uidvalidity=1, last_uid=1, **facts)
        session.add(state)


def test_a_daemon_that_runs_is_named_instead_of_told_to_run(tinbai: CommandLine) -> None:
    from tinbai.wiring import utc_now

    box = maildir_office(tinbai)
    now = utc_now()
    with tinbai.database.write() as session:
        leases.take(session, f"mailbox:{box}/INBOX", "may-chu:4711", now, now + (now - now.replace(year=2025)))
    reading_state(tinbai, box, read_at=now, audited_at=now, audited=12, recovered=2)
    assert tinbai("check") == 0, tinbai.out
    assert ("máy may-chu (tiến trình 4711)" in tinbai.out, "2 thư bị sót" in tinbai.out) == (True, True)
    assert tinbai.out.splitlines()[-1] == "Mọi thứ đều tốt; tinbai đang chạy."


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"read_at": NOW.replace(year=2025)}, "nhật ký"),
        ({"failed_since": NOW, "failure": "Sai mật khẩu."}, "Sai mật khẩu."),
    ],
)
def test_a_daemon_that_runs_and_does_not_read_is_a_fault(tinbai: CommandLine, facts: Any, said: str) -> None:
    from tinbai.wiring import utc_now

    box = maildir_office(tinbai)
    with tinbai.database.write() as session:
        leases.take(session, f"mailbox:{box}/INBOX", "may-chu:4711", utc_now(), utc_now().replace(year=2099))
    reading_state(tinbai, box, **facts)
    found = told(tinbai)["Lần đọc gần nhất"]
    assert (found["ok"], said in found["text"]) == (False, True)


def test_mails_that_were_given_up_to_move_are_a_fault(tinbai: CommandLine) -> None:
    box = maildir_office(tinbai)
    with tinbai.database.write() as session:
        message = add_message(session, add_school(session, "th-hai"))
        mailbox.enter(session, Place(str(box), "INBOX", 1), {7: message.id})
        mailbox.queue_moves(session, message.id, NOW)
        session.flush()
        for move in session.query(MailMove):
            move.due_at, move.failure = None, "Hộp thư đầy."
    found = told(tinbai)["Thư không chuyển được"]
    assert (found["ok"], "1 thư" in found["text"], "Hộp thư đầy." in found["text"]) == (False, True, True)


def test_a_clock_that_was_set_back_is_a_fault(tinbai: CommandLine) -> None:
    with tinbai.database.write() as session:
        session.add(Run(job="digest", period="x", at=NOW.replace(year=2099)))
    found = told(tinbai)["Đồng hồ so với sổ"]
    assert (found["ok"], "timedatectl set-ntp true" in found["text"]) == (False, True)


@pytest.mark.parametrize(
    ("answer", "ok", "said"),
    [
        (b'{"status": "ok"}', True, "đang phục vụ"),
        (b'{"status": "failing", "reasons": [{"reason": "disk_low"}]}', False, "disk_low"),
        (b"<html>", False, "cổng khác"),
    ],
)
def test_an_address_in_use_is_all_right_when_tinbai_has_it(
    tinbai: CommandLine, answer: bytes, ok: bool, said: str
) -> None:
    def page(_environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [("Content-Length", str(len(answer)))])
        return [answer]

    server = HealthServer("127.0.0.1:0", page)
    server.start()
    add_settings(tinbai, f'[metrics]\nlisten = "127.0.0.1:{server.port}"\n')
    try:
        found = told(tinbai)["Trang theo dõi"]
    finally:
        server.stop()
    assert (found["ok"], said in found["text"]) == (ok, True)


def test_an_address_that_is_free_is_all_right(tinbai: CommandLine) -> None:
    add_settings(tinbai, f'[metrics]\nlisten = "127.0.0.1:{free_port()}"\n')
    assert told(tinbai)["Trang theo dõi"]["ok"] is True


def test_an_address_of_another_machine_is_a_fault(tinbai: CommandLine) -> None:
    add_settings(tinbai, '[metrics]\nlisten = "192.0.2.1:9464"\n')
    assert told(tinbai)["Trang theo dõi"]["ok"] is False


def test_both_ways_of_treating_the_test_mail_are_wrong_usage(tinbai: CommandLine) -> None:
    assert tinbai("check", "--send", "--no-mail") == 2
    assert "--send" in tinbai.err
