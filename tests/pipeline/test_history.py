"""What reading a mail brings about besides answers: it leaves the folder, or it is history and troubles nobody."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from db.migrate import migrate
from db.models import MailMove, Message, OutgoingMail, School, SchoolKey, SchoolKeyKind, Story
from db.queries import stories
from db.states import MessageState, StoryState
from ingest.archive import ArchivedMail
from ingest.backfill import HISTORY, Backfill
from ingest.mailbox_protocol import FetchedMail
from ingest.settings import MailboxSettings
from ingest.storing import Place, store
from pipeline.sandbox import Sandbox
from pipeline.settings import OfficeSettings
from pipeline.stages.history import as_history
from pipeline.stages.mail_decision import MailDecision
from pipeline.stages.read_message import ReadMessage
from tests.factories import NOW
from tests.mails import MX, OFFICE, SCHOOL, mail
from tinbai.settings import DatabaseSettings, Settings
from tinbai.wiring import App

URL = "https://c1kimdong.giangvo.example/tin-tuc-su-kien/ngay-hoi-doc-sach-cua-hoc-sinh-khoi-4-pmtd22sw1501"
STORY = mail(f"Kính gửi BBT, trường gửi bài:\n{URL}\nTrân trọng.")
STRANGE = mail("Cho tôi hỏi lịch nghỉ?", sender="ai-do@noi.example", dmarc="fail")
INCIDENT = mail(f"Trường gửi bài {URL}\nHôm nay có vụ ngộ độc thực phẩm tại bếp ăn bán trú.")


class Desk:
    """A record with one school, and the step that reads mails and moves them."""

    def __init__(self, folder: Path, sandbox: Sandbox) -> None:
        settings = Settings(
            office=OfficeSettings(address=OFFICE),
            mailbox=MailboxSettings(authserv_id=MX),
            database=DatabaseSettings(f"sqlite:///{folder}/tinbai.db"),
        )
        self.app = App(settings, clock=lambda: NOW + timedelta(minutes=1))
        self.step = ReadMessage(sandbox, self.app.mail_rules, settings.ack, self.app.desks, moves=True)
        migrate(self.app.database, NOW)
        keys = [SchoolKey(kind=SchoolKeyKind.EMAIL, value=SCHOOL)]
        keys.append(SchoolKey(kind=SchoolKeyKind.HOST, value="c1kimdong.giangvo.example"))
        with self.app.database.write() as session:
            session.add(School(code="th-kim-dong", level="TH", name="Kim Đồng", short_name="TH Kim Đồng", keys=keys))

    def read(self) -> list[Message]:
        """Read what is due; returns all mails."""
        while self.app.runner.run_batch(self.step):
            pass
        with self.app.database.read() as session:
            return list(session.scalars(select(Message).order_by(Message.id)))

    def receive(self, *mails: bytes) -> None:
        fetched = [FetchedMail(uid, raw, len(raw), NOW) for uid, raw in enumerate(mails, 1)]
        with self.app.database.write() as session:
            store(session, Place("pgd", "INBOX", 1), fetched, NOW)

    def import_(self, *mails: bytes) -> None:
        archived = [ArchivedMail(raw, len(raw), truncated=False, position=0) for raw in mails]
        Backfill(self.app.database, (), NOW).store(archived, NOW)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """One child."""
    made = Sandbox(1)
    yield made
    made.close()


@pytest.fixture
def desk(tmp_path: Path, sandbox: Sandbox) -> Iterator[Desk]:
    """With a record of its own."""
    made = Desk(tmp_path, sandbox)
    yield made
    made.app.database.close()


def test_a_submission_is_to_leave_the_folder_and_what_waits_for_a_person_is_not(desk: Desk) -> None:
    desk.receive(STORY, STRANGE, INCIDENT)
    states = [message.state for message in desk.read()]
    assert states == [MessageState.READ, MessageState.WAITING, MessageState.WAITING]
    with desk.app.database.read() as session:
        assert [move.entry.uid for move in session.scalars(select(MailMove))] == [1]


def test_imported_mails_of_today_wait_for_nobody_and_are_answered_to_nobody(desk: Desk) -> None:
    desk.import_(STORY, STRANGE, INCIDENT)
    messages = desk.read()
    assert [message.state for message in messages] == [
        MessageState.READ,
        MessageState.IGNORED,
        MessageState.IGNORED,
    ]
    assert [message.silence_reason for message in messages] == [HISTORY] * 3
    assert messages[2].restricted
    with desk.app.database.read() as session:
        assert session.scalars(select(OutgoingMail)).all() == []
        (story,) = session.scalars(select(Story))
        assert (story.state, story.due_at, story.week) == (StoryState.FOUND, None, messages[0].credited_week)
        assert messages[0].credited_week is not None
        assert stories.count_stuck(session) == 0


def test_an_old_mail_opens_no_story_again(desk: Desk) -> None:
    desk.receive(STORY)
    desk.read()
    with desk.app.database.write() as session:
        (story,) = session.scalars(select(Story))
        story.move_to(StoryState.UNREACHABLE, NOW, "test")
    desk.import_(mail(f"Trường gửi bài: {URL}"))
    desk.read()
    with desk.app.database.read() as session:
        (story,) = session.scalars(select(Story))
        assert (story.state, story.due_at) == (StoryState.UNREACHABLE, None)


@pytest.mark.parametrize(
    ("state", "becomes"),
    [
        (MessageState.READ, MessageState.READ),
        (MessageState.WAITING, MessageState.IGNORED),
        (MessageState.IGNORED, MessageState.IGNORED),
    ],
)
def test_history_is_nobodys_work(state: MessageState, becomes: MessageState) -> None:
    decided = as_history(MailDecision(state, silence_reason="thư tự động"))
    assert (decided.state, decided.silence_reason) == (becomes, HISTORY)
