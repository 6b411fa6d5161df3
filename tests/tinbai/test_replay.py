"""`tinbai replay`: what the operator and a program read of it."""

import json
import zlib

import pytest

from db.models import Message
from db.states import MessageState
from tests.factories import NOW, add_message, add_school
from tests.mails import MX, OFFICE, SCHOOL, mail
from tests.tinbai.conftest import CommandLine

LINK = "https://th-kim-dong.giangvo.example/tin-tuc/ngay-hoi-doc-sach-cua-hoc-sinh-khoi-4-pmtd22sw1501"


@pytest.fixture
def filled(tinbai: CommandLine) -> CommandLine:
    """Mail 1 was taken for a question, mail 2 is an incident that was taken for none, mail 3 is a stranger's."""
    told = "Trường báo cáo nhanh: 02 học sinh nhập viện sau bữa ăn."
    raws = (
        mail(f"Trường gửi bài: {LINK}"),
        mail(told, subject="Báo cáo nhanh vụ việc"),
        mail("Chào", sender="a@b.example"),
    )
    with tinbai.settings.open("a", encoding="utf-8") as file:
        file.write(f'[office]\naddress = "{OFFICE}"\n[mailbox]\nauthserv_id = "{MX}"\n')
    with tinbai.database.write() as session:
        school = add_school(session)
        school.keys[0].value = SCHOOL
        for raw in raws:
            message = add_message(session, None, state=MessageState.WAITING, week=None)
            message.raw, message.kind, message.school_by = zlib.compress(raw), "question", "none"
            message.sha256 = f"{message.id:064}"
    return tinbai


def test_people_read_field_by_field_what_would_be_different(filled: CommandLine) -> None:
    assert filled("replay", "--since", "2026-11-25") == 0
    lines = [line.strip() for line in filled.out.splitlines()]
    assert lines[0] == "m1  25/11/2026 09:00"
    for told in (
        "Trạng thái: chờ người xem → đã đọc",
        "Loại: câu hỏi → gửi tin bài",
        "Trường: – → TH Kim Đồng",
        "Tuần được tính: – → 12",
        f"Liên kết {LINK}: – → tin bài",
        f"Tin bài mới: {LINK}",
        "m2  (nội dung hạn chế)",
    ):
        assert told in lines
    assert lines[-1].startswith("Đã đọc lại 3 thư nhận từ 25/11/2026: 1 như cũ, 2 khác (")
    assert "nội dung hạn chế 1" in lines[-1]
    assert "nhập viện" not in filled.out
    assert "vụ việc" not in filled.out


def test_programs_get_one_object_for_each_mail_that_differs(filled: CommandLine) -> None:
    first, second = filled.records("replay", "--since", "2026-11-25")
    assert (first["message"], first["received_at"]) == (1, "2026-11-25T09:00:00+07:00")
    assert first["changes"]["kind"] == ["question", "story_submission"]
    assert first["changes"]["links"] == [{}, {LINK: "article"}]
    assert second == {"message": 2, "restricted": True, "changes": {}}
    assert "1 như cũ, 2 khác" in filled.err
    assert json.loads(filled.out.splitlines()[0]) == first


def test_the_day_begins_at_midnight_of_the_office(filled: CommandLine) -> None:
    with filled.database.write() as session:
        session.get_one(Message, 1).received_at = NOW.replace(day=24, hour=17)  # midnight in Hà Nội
        session.get_one(Message, 2).received_at = NOW.replace(day=24, hour=16, minute=59)
    assert filled("replay", "--since", "2026-11-25") == 0
    assert "Đã đọc lại 2 thư" in filled.out


def test_no_mail_at_all_is_said(filled: CommandLine) -> None:
    assert filled("replay", "--since", "2027-01-01") == 0
    assert filled.out == "Không có thư nào nhận từ 01/01/2027 để đọc lại.\n"


def test_no_database_is_made_in_order_to_read_it(tinbai: CommandLine) -> None:
    tinbai.settings.write_text('[database]\nurl = "sqlite:///khac.db"\n', encoding="utf-8")
    assert tinbai("replay", "--since", "2026-11-25") == 1
    assert "Chưa có cơ sở dữ liệu" in tinbai.err
    assert not (tinbai.folder / "khac.db").exists()


def test_an_older_database_is_not_migrated_by_looking_at_it(filled: CommandLine) -> None:
    with filled.database.write() as session:
        session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    assert filled("replay", "--since", "2026-11-25") == 1
    assert "`tinbai migrate`" in filled.err
    assert list(filled.folder.glob("*.before-*")) == []
