"""`tinbai import` as a process: killed in the middle, and beside a daemon that works on the same database."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DatabaseError

from db.models import Message, MessageEvent
from db.session import Database
from tests.acceptance.office import MEMBER, OFFICE, PATIENCE, ROOT, Office, school
from tests.archives import as_mbox
from tests.mails import mail
from tests.pages import story_page

MAILS = 1500
LETTER = "From: truong@hanoiedu.example\r\nDate: Wed, 25 Nov 2026 09:00:00 +0700\r\nMessage-ID: <{0}@hanoiedu.example>\r\nSubject: Bài {0}\r\n\r\n{1}\r\n"


def stored(database: Database) -> int:
    try:
        with database.read() as session:
            return session.scalars(select(func.count()).select_from(Message)).one()
    except DatabaseError:  # not migrated yet
        return 0


def test_killed_in_the_middle_and_started_again_it_stores_each_mail_once(tmp_path: Path) -> None:
    text = "\r\n".join(os.urandom(30).hex() for _ in range(100))
    archive = tmp_path / "thu-cu.mbox"
    archive.write_bytes(as_mbox(LETTER.format(number, text).encode() for number in range(MAILS)))
    database = Database(f"sqlite:///{tmp_path}/tinbai.db")
    command = [sys.executable, "-m", "tinbai", "import", str(archive)]
    environment = {**os.environ, "TINBAI_DATABASE__URL": f"sqlite:///{tmp_path}/tinbai.db"}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL) as first:
        ends = time.monotonic() + PATIENCE
        while stored(database) == 0 and time.monotonic() < ends:
            time.sleep(0.01)
        first.kill()
    before = stored(database)
    again = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=True)
    assert 0 < before < MAILS
    assert f"Đã đọc {MAILS} thư: {MAILS - before} thư mới, {before} thư đã có; 0 tệp lỗi." in again.stdout
    with database.read() as session:
        events = session.scalars(select(func.count()).select_from(MessageEvent)).one()
    assert (stored(database), events) == (MAILS, MAILS)
    database.close()


@pytest.mark.servers
def test_what_is_imported_is_recorded_and_troubles_nobody(tmp_path: Path) -> None:
    with Office(tmp_path) as office:
        url = office.story_url(0, "bai-cu")
        office.site.page(url.partition(f":{office.site.port}")[2], story_page("Bài cũ"))
        mails = [
            mail(f"Kính gửi BBT, trường gửi bài:\n{url}\nTrân trọng.", sender=school(0)),
            mail("Báo cáo khẩn: xảy ra ngộ độc thực phẩm tại bếp ăn bán trú, 12 em nhập viện.", sender=school(1)),
            mail("Cho tôi hỏi lịch nghỉ Tết?", sender="phu-huynh@noi.example", dmarc="fail"),
        ]
        (tmp_path / "cu.mbox").write_bytes(as_mbox(mails))
        office.run()
        assert "3 thư mới" in office.tinbai("import", str(tmp_path / "cu.mbox"))
        office.wait_for(
            "the reading of all three",
            lambda: {message["state"] for message in office.records("messages")} == {"read", "ignored"},
        )
        (story,) = office.records("stories")
        assert (story["state"], story["school"]) == ("found", "TH Số 0")
        assert (office.records("outbox"), office.records("waiting"), office.site.requests) == ([], [], [])

        office.send(0, f"Trường gửi lại bài:\n{url}")
        office.wait_for("the answer to a live mail", lambda: len(office.inbox(school(0))) == 1)
        text = office.inbox(school(0))[0].get_body(("plain",))
        assert text is not None
        assert f"#{story['number']}" in text.get_content()
        assert "chờ được mở" not in text.get_content()
        assert office.site.requests == []

        office.tinbai("retry", str(story["number"]))
        office.wait_for("the page", lambda: [told["state"] for told in office.records("stories")] == ["pending"])
        assert (len(office.inbox(school(0))), office.inbox(MEMBER), office.inbox(OFFICE)[1:]) == (1, [], [])
