"""Mails read again by other rules: what would be decided differently, and that nothing at all is changed."""

import socket
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from db.models import Base, Message, School, SchoolKey, SchoolKeyKind, Story
from db.models.message import Answer
from db.queries.replay import looking_only
from db.session import Database
from db.states import MessageState, StoryState
from db.wake import Wake
from db.work import Runner
from ingest.backfill import HISTORY
from ingest.mailbox_protocol import FetchedMail
from ingest.receive import Place, store
from parsers.incidents import IncidentRule, Severity
from parsers.urls import DEFAULT_RULES
from parsers.week import Calendar
from pipeline.replay import Replay, Replayed
from pipeline.sandbox import Sandbox
from pipeline.settings import AckSettings
from pipeline.stages.mail_reader import MailReader
from pipeline.stages.mail_reading import MailRules
from pipeline.stages.read_message import Desks, ReadMessage
from tests.factories import NOW, add_member
from tests.mails import MX, SCHOOL, mail
from tests.pipeline.conftest import OFFICE

INBOX = Place("pgd@imap.example", "INBOX", 1)
HOST = "c1kimdong.giangvo.example"
LINK = f"https://{HOST}/tin-tuc-su-kien/ngay-hoi-doc-sach-cua-hoc-sinh-khoi-4-pmtd22sw1501"
OTHER = f"https://{HOST}/tin-tuc-su-kien/hoi-khoe-phu-dong-cua-hoc-sinh-khoi-5-pmtd22sw1502"
STRANGER = "bantt.2026@gmail.example"
FIRE = IncidentRule("chay", Severity.URGENT, ("đêm lửa",))


class Desk:
    """The reading stage with a database, and the same mails read again."""

    def __init__(self, database: Database, sandbox: Sandbox, desks: Desks, calendar: Calendar) -> None:
        self.database = database
        self.rules = MailRules(OFFICE, calendar, (), MX, DEFAULT_RULES)
        self._sandbox = sandbox
        self._desks = desks
        self._uid = 0
        with database.write() as session:
            keys = [SchoolKey(kind=SchoolKeyKind.EMAIL, value=SCHOOL), SchoolKey(kind=SchoolKeyKind.HOST, value=HOST)]
            name, short = "Trường Tiểu học Kim Đồng", "TH Kim Đồng"
            session.add(School(code="th-kim-dong", level="TH", name=name, short_name=short, keys=keys))

    def receive(self, *raws: bytes, truncated: bool = False) -> None:
        """Mails arrive and are read."""
        for raw in raws:
            self._uid += 1
            fetched = FetchedMail(self._uid, raw, len(raw), NOW, truncated=truncated)
            with self.database.write() as session:
                store(session, INBOX, [fetched], NOW)
            self.read()

    def read(self) -> None:
        """Read what is due."""
        step = ReadMessage(self._sandbox, self.rules, AckSettings(), self._desks)
        runner = Runner(self.database, lambda: NOW, Wake())
        while runner.run_one(step):
            pass

    def replay(self, since: timedelta = timedelta(days=-1)) -> list[Replayed]:
        """Read all again."""
        line = Replay(self.database, MailReader(self._sandbox, self.rules), 2)
        found = list(line.since(NOW + since))
        assert line.count(NOW + since) == len(found)
        return found

    def changes(self) -> dict[int, Mapping[str, tuple[object, object]]]:
        """What would be different, by mail."""
        return {mail.message: mail.changes for mail in self.replay() if mail.differs}

    def register(self, kind: SchoolKeyKind, value: str) -> None:
        """The school is known by one more thing."""
        with self.database.write() as session:
            school = session.query(School).one()
            session.add(SchoolKey(school_id=school.id, kind=kind, value=value))


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """Children for the whole module."""
    made = Sandbox(children=2)
    yield made
    made.close()


@pytest.fixture
def desk(sqlite_database: Database, sandbox: Sandbox, desks: Desks, calendar: Calendar) -> Desk:
    """A desk on SQLite."""
    return Desk(sqlite_database, sandbox, desks, calendar)


def story_mail(link: str = LINK, **more: str) -> bytes:
    return mail(f"Kính gửi BBT, trường gửi bài:\n{link}\nTrân trọng.", **more)


def test_by_the_same_rules_nothing_is_different(desk: Desk) -> None:
    desk.receive(
        story_mail(),
        story_mail(),  # repeats
        story_mail(sender=STRANGER),
        mail("Xin hỏi khi nào hết hạn nộp bài?", subject="Hỏi hạn nộp"),
        mail("Cảm ơn Ban biên tập.", subject="Re: link bài"),
        mail("Trường báo cáo nhanh: 02 học sinh nhập viện sau bữa ăn.", subject="Báo cáo nhanh vụ việc"),
        story_mail(f"{LINK}\n{OTHER}", subject="Gửi bài tuần 11"),
        b"\x00" * 50,
    )
    desk.receive(mail("Thư không trọn."), truncated=True)
    assert len(desk.replay()) == 9
    assert desk.changes() == {}


def test_a_registered_sender_would_have_been_read(desk: Desk) -> None:
    desk.receive(story_mail(sender=STRANGER))
    desk.register(SchoolKeyKind.EMAIL, STRANGER)
    changes = desk.changes()[1]
    assert changes["state"] == (MessageState.WAITING, MessageState.READ)
    assert changes["school_by"] == ("link-host", "sender")
    assert changes["stories"] == ([], [LINK])
    assert changes["links"] == ({}, {LINK: "article"})


def test_the_calendar_moves_the_weeks(desk: Desk) -> None:
    desk.receive(story_mail())
    calendar = desk.rules.calendar
    desk.rules = replace(
        desk.rules, calendar=replace(calendar, week1_monday=calendar.week1_monday - timedelta(weeks=1))
    )
    assert desk.changes()[1]["received_week"] == (12, 13)


def test_a_new_incident_word_hides_the_whole_mail(desk: Desk) -> None:
    desk.receive(story_mail(subject="Đêm lửa trại"))
    desk.rules = replace(desk.rules, incident_rules=(FIRE,))
    (found,) = desk.replay()
    assert (found.restricted, found.differs, found.changes) == (True, True, {})


def test_an_incident_stays_hidden_when_it_would_be_one_no_longer(desk: Desk) -> None:
    rules, desk.rules = desk.rules, replace(desk.rules, incident_rules=(FIRE,))
    desk.receive(story_mail(subject="Đêm lửa trại"))
    desk.rules = rules
    (found,) = desk.replay()
    assert (found.restricted, found.differs, found.changes) == (True, True, {})


def test_what_a_person_did_later_is_no_difference(desk: Desk) -> None:
    desk.receive(mail("Xin hỏi khi nào hết hạn nộp bài?", subject="Hỏi hạn nộp"), b"\x00" * 50, story_mail())
    with desk.database.write() as session:
        asked, unreadable = session.get_one(Message, 1), session.get_one(Message, 2)
        asked.move_to(MessageState.READ, NOW, "command line", member_id=add_member(session).id)
        unreadable.move_to(MessageState.RECEIVED, NOW, "command line")
        story = session.get_one(Story, 1)
        story.move_to(StoryState.FETCHED, NOW, "test")
        story.move_to(StoryState.PENDING, NOW, "test")
        story.move_to(StoryState.APPROVED, NOW, "command line")
    assert desk.changes() == {}


def test_a_quarantined_mail_that_can_be_read_now_tells_all_it_says(desk: Desk) -> None:
    desk.receive(story_mail())
    with desk.database.write() as session:
        message = session.get_one(Message, 1)
        message.links, message.kind, message.school_id, message.flags = [], None, None, []
        message.events[-1].new = MessageState.QUARANTINED
        session.connection().execute(text("UPDATE message SET state = 'quarantined' WHERE id = 1"))
    changes = desk.changes()[1]
    assert changes["state"] == (MessageState.QUARANTINED, MessageState.READ)
    assert (changes["kind"], changes["school"]) == ((None, "story_submission"), (None, "th-kim-dong"))


def test_a_mail_that_can_be_read_no_longer_would_be_put_aside(desk: Desk) -> None:
    desk.receive(story_mail())
    with desk.database.write() as session:
        session.get_one(Message, 1).truncated = True
    changes = desk.changes()[1]
    assert changes["state"] == (MessageState.READ, MessageState.QUARANTINED)
    assert changes["stories"] == ([LINK], [])


def test_two_hosts_that_turn_out_to_be_one_school_make_one_story(desk: Desk) -> None:
    twin = LINK.replace(HOST, "kimdong-cu.example")
    desk.receive(story_mail(twin), story_mail(twin), story_mail(LINK))
    desk.register(SchoolKeyKind.HOST, "kimdong-cu.example")
    changes = desk.changes()
    assert list(changes) == [3]
    assert changes[3]["flags"] == ([], ["duplicate"])
    assert changes[3]["credited_week"] == (12, None)


def test_a_story_that_was_opened_again_was_not_repeated(desk: Desk) -> None:
    desk.receive(story_mail())
    with desk.database.write() as session:
        session.get_one(Story, 1).move_to(StoryState.UNREACHABLE, NOW, "test")
    desk.receive(story_mail())
    assert desk.changes() == {}


def test_an_imported_mail_goes_on_being_history(desk: Desk) -> None:
    desk.receive(story_mail(), story_mail(OTHER, sender=STRANGER))
    with desk.database.write() as session:
        for message in session.query(Message):
            message.history, message.silence_reason = True, HISTORY
        waiting = session.get_one(Message, 2)
        waiting.events[-1].new = MessageState.IGNORED
        session.connection().execute(text("UPDATE message SET state = 'ignored' WHERE id = 2"))
    assert desk.changes() == {}


def test_a_twin_of_an_answered_mail_goes_on_being_silent(desk: Desk) -> None:
    raw = story_mail()
    desk.receive(raw, raw + b"\r\n-- \r\nPGD")
    with desk.database.read() as session:
        assert session.get_one(Message, 2).answer is Answer.NONE
    assert desk.changes() == {}


def test_only_mails_received_since_then_are_read(desk: Desk) -> None:
    desk.receive(story_mail())
    assert len(desk.replay(timedelta(0))) == 1
    assert desk.replay(timedelta(microseconds=1)) == []


def test_mails_come_in_order_through_many_batches(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.receive(*(story_mail(subject=f"Gửi bài {number}") for number in range(7)))
    for name, few in (("TOGETHER", 2), ("ENOUGH_BYTES", 1)):
        monkeypatch.setattr(f"pipeline.replay.{name}", few)
        assert [mail.message for mail in desk.replay()] == [1, 2, 3, 4, 5, 6, 7]


def everything(database: Database) -> dict[str, list[tuple[object, ...]]]:
    tables = [*(table.name for table in Base.metadata.sorted_tables), "story_search", "alembic_version"]
    with database.read() as session:
        return {name: sorted(map(tuple, session.execute(text(f"SELECT * FROM {name}"))), key=str) for name in tables}


def test_nothing_is_changed_and_nobody_is_called(
    database: Database,
    sandbox: Sandbox,
    desks: Desks,
    calendar: Calendar,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk = Desk(database, sandbox, desks, calendar)
    desk.receive(story_mail(), story_mail(sender=STRANGER), b"\x00" * 50)
    desk.register(SchoolKeyKind.EMAIL, STRANGER)
    before = everything(database)
    called: list[object] = []
    for name in ("connect", "connect_ex", "bind", "sendto"):
        monkeypatch.setattr(socket.socket, name, lambda _, *to: called.append(to), raising=True)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *to, **_: called.append(to))
    assert len(desk.changes()) == 1
    assert called == []
    assert everything(database) == before


def test_the_database_itself_refuses_to_write_meanwhile_and_takes_writes_afterwards(database: Database) -> None:
    with looking_only(database) as session, pytest.raises(DBAPIError):
        session.execute(text("DELETE FROM member"))
    with database.write() as session:
        add_member(session)


def test_a_child_that_dies_of_one_mail_hides_no_other(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    desk.receive(story_mail(), story_mail(OTHER))
    monkeypatch.setattr("pipeline.stages.mail_reader.read_mails", _dies)
    assert desk.changes() == {}


def _dies(jobs: object) -> object:
    raise ZeroDivisionError
