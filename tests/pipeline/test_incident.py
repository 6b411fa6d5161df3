"""An incident on the real line: on record and told in the commit that reads it, restricted everywhere else."""

from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from db.migrate import migrate
from db.models import Incident, Message, OutgoingMail, School, SchoolKey, SchoolKeyKind, Story
from db.queries import search
from db.states import IncidentState, MessageState
from ingest.archive import ArchivedMail
from ingest.backfill import Backfill
from ingest.mailbox_protocol import FetchedMail
from ingest.settings import MailboxSettings
from ingest.storing import Place, store
from pipeline.sandbox import Sandbox
from pipeline.settings import AlertSettings, IncidentSettings, OfficeSettings
from pipeline.stages.incident import FLOOD, MOST_OF_STRANGERS
from tests.factories import NOW, add_member, add_school
from tests.mails import MX, OFFICE, SCHOOL, mail
from tinbai.settings import DatabaseSettings, Settings
from tinbai.wiring import App

HOST = "c1kimdong.giangvo.example"
URL = f"https://{HOST}/tin-tuc-su-kien/ngay-hoi-doc-sach-cua-hoc-sinh-khoi-4-pmtd22sw1501"
HEAD = "hieupho@badinhedu.example"
SUBJECT = "KHẨN - Báo cáo nhanh vụ việc"
TEXT = "Trường báo cáo nhanh: 02 học sinh lớp 3A nhập viện sau bữa ăn bán trú, đã báo phụ huynh."
STORY = f"Kính gửi BBT, trường gửi bài:\n{URL}\nTrân trọng."
OPINION = "Trường báo cáo: trên mạng xã hội có bài phản ánh của phụ huynh về khoản thu đầu năm, đã giải thích."
PRESS = "Báo chúng tôi đề nghị phỏng vấn người phát ngôn về phản ánh của phụ huynh trước 16h hôm nay."
NAME = "Trường Tiểu học Kim Đồng"


class Desk:
    """The line up to the outbox, with one registered school."""

    def __init__(self, folder: Path, sandbox: Sandbox, **given: Any) -> None:
        told = {"incidents": IncidentSettings((HEAD,)), **given}
        settings = Settings(
            office=OfficeSettings(address=OFFICE),
            mailbox=MailboxSettings(authserv_id=MX),
            database=DatabaseSettings(f"sqlite:///{folder}/tinbai.db"),
            **told,
        )
        self.now = NOW
        self.app = App(settings, clock=lambda: self.now)
        vars(self.app)["sandbox"] = sandbox
        migrate(self.app.database, NOW)
        keys = [SchoolKey(kind=SchoolKeyKind.EMAIL, value=SCHOOL), SchoolKey(kind=SchoolKeyKind.HOST, value=HOST)]
        with self.app.database.write() as session:
            session.add(School(code="th-kim-dong", level="TH", name=NAME, short_name="TH Kim Đồng", keys=keys))
            add_member(session)
        self._uids = count(1)

    def receive(self, *mails: bytes) -> list[Message]:
        """Mails arrive together and are read; returns all there are."""
        fetched = [FetchedMail(next(self._uids), raw, len(raw), self.now) for raw in mails]
        with self.app.database.write() as session:
            store(session, Place("pgd", "INBOX", 1), fetched, self.now)
        return self.work()

    def work(self) -> list[Message]:
        """Read what is due."""
        while any(self.app.runner.run_batch(step) for step in self.app.steps.reading):
            pass
        with self.app.database.read() as session:
            return list(session.scalars(select(Message).order_by(Message.id)))

    def incidents(self) -> list[tuple[IncidentState, str, bool, list[int]]]:
        """State, kind, urgency and mails of each."""
        with self.app.database.read() as session:
            rows = session.scalars(select(Incident).order_by(Incident.id))
            return [(row.state, row.kind, row.urgent, row.message_ids) for row in rows]

    def sent(self) -> list[tuple[str, str]]:
        """Recipient and subject of whatever was queued."""
        with self.app.database.read() as session:
            mails = session.scalars(select(OutgoingMail).order_by(OutgoingMail.id))
            return [(mail.recipient, mail.subject) for mail in mails]

    def raw(self) -> bytes:
        """The last mail that was queued."""
        with self.app.database.read() as session:
            return session.scalars(select(OutgoingMail.mail).order_by(OutgoingMail.id.desc())).first() or b""

    def stories(self) -> int:
        """How many stories there are."""
        with self.app.database.read() as session:
            return len(session.scalars(select(Story.id)).all())


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """One child."""
    made = Sandbox(1)
    yield made
    made.close()


@pytest.fixture
def desk(tmp_path: Path, sandbox: Sandbox) -> Iterator[Desk]:
    """With somebody in charge of incidents."""
    made = Desk(tmp_path, sandbox)
    yield made
    made.app.database.close()


def incident(text: str = TEXT, subject: str = SUBJECT, **more: str) -> bytes:
    return mail(text, subject=subject, **more)


def message_id(raw: bytes) -> str:
    return str(message_from_bytes(raw, policy=policy.default)["Message-ID"])


def closed(desk: Desk, number: int = 1) -> None:
    with desk.app.database.write() as session:
        row = session.get(Incident, number)
        assert row is not None
        row.move_to(IncidentState.CLOSED, NOW, "test")
        for message in session.scalars(select(Message).where(Message.state == MessageState.WAITING)):
            message.move_to(MessageState.READ, NOW, "test")


def test_an_incident_is_on_record_and_told_in_the_commit_that_reads_it(desk: Desk) -> None:
    (row,) = desk.receive(incident())
    assert (row.state, row.restricted) == (MessageState.WAITING, True)
    assert desk.incidents() == [(IncidentState.OPEN, "incident_report", True, [row.id])]
    assert desk.sent() == [(HEAD, f"[BBT] Khẩn: vụ việc số 1 – {NAME}")]
    with desk.app.database.read() as session:
        (alert,) = session.scalars(select(OutgoingMail))
        (only,) = session.scalars(select(Incident))
        assert alert.due_at == alert.queued_at == only.events[0].at  # one commit, no delay
        assert only.opened_at == row.received_at


def test_an_alert_has_number_school_kind_urgency_and_time_and_no_word_of_the_mail(desk: Desk) -> None:
    desk.receive(incident(sender=f'"Cô Lan lớp 3A" <{SCHOOL}>'))
    letter = message_from_bytes(desk.raw(), policy=policy.default)
    for part in (letter.get_body(("plain",)), letter.get_body(("html",))):
        assert part is not None
        said = " ".join(part.get_content().split())
        for words in ("vụ việc số 1", NAME, "khẩn", "09:00, 25/11/2026", OFFICE, "tinbai show m1", "close 1"):
            assert words in said
        for words in ("nhập viện", "3A", "Báo cáo nhanh", "bán trú", "Cô Lan", SCHOOL):
            assert words not in said
    assert letter["X-Tinbai-Notice"] == "alert"


def test_a_mail_with_stories_and_an_incident_brings_no_story_and_no_answer(desk: Desk) -> None:
    (row,) = desk.receive(incident(f"{TEXT}\nKèm bài của tuần: {URL}"))
    assert (row.restricted, desk.stories()) == (True, 0)
    assert [to for to, _ in desk.sent()] == [HEAD]
    with desk.app.database.read() as session:
        assert search.find(session, "nhap vien", 5) == []
        digest = desk.app.digests.letters(session, NOW)[0]
    assert "nhập viện" not in digest.text
    assert NAME not in digest.text


def test_an_opinion_matter_is_on_record_as_such(desk: Desk) -> None:
    desk.receive(incident(OPINION, "Báo cáo tình hình dư luận"))
    assert [(kind, urgent) for _, kind, urgent, _ in desk.incidents()] == [("opinion_report", False)]
    assert desk.sent() == [(HEAD, f"[BBT] Dư luận, vụ việc số 1 – {NAME}")]


def test_the_press_is_no_incident_but_those_in_charge_hear_of_it(desk: Desk) -> None:
    asked = mail(PRESS, sender="pv@baochi.example", subject="Đề nghị cung cấp thông tin của phóng viên")
    (row,) = desk.receive(asked)
    assert (row.state, row.restricted, desk.incidents()) == (MessageState.WAITING, True, [])
    assert desk.sent() == [(HEAD, "[BBT] Khẩn: báo chí hỏi – thư m1")]


def test_a_mail_of_nobody_known_says_that_the_school_is_not_known(desk: Desk) -> None:
    desk.receive(incident("Con tôi bị đánh ở trường.", "Con tôi", sender="phuhuynh@gmail.example"))
    assert desk.sent() == [(HEAD, "[BBT] Khẩn: vụ việc số 1 – chưa rõ trường")]


@pytest.mark.parametrize(
    ("given", "to"),
    [
        ({"incidents": IncidentSettings(), "alerts": AlertSettings(("it@badinhedu.example",))}, "it@badinhedu.example"),
        ({"incidents": IncidentSettings()}, "mai@board.example"),
    ],
)
def test_without_an_address_of_its_own_the_alert_goes_to_the_operator_and_else_to_the_board(
    tmp_path: Path, sandbox: Sandbox, given: dict[str, Any], to: str
) -> None:
    desk = Desk(tmp_path, sandbox, **given)
    desk.receive(incident())
    assert [recipient for recipient, _ in desk.sent()] == [to]
    desk.app.database.close()


def test_the_same_mail_delivered_again_is_told_once(desk: Desk) -> None:
    first = incident()
    again = first.replace(b"with ESMTPS id x1", b"with ESMTPS id x2")
    desk.receive(first)
    desk.receive(first)  # a renumbered mailbox
    rows = desk.receive(again)  # an alias
    assert [row.restricted for row in rows] == [True, True]
    assert [mails for *_, mails in desk.incidents()] == [[1, 2]]
    assert len(desk.sent()) == 1


def test_reading_a_mail_again_opens_nothing_and_tells_nobody(desk: Desk) -> None:
    desk.receive(incident())
    with desk.app.database.write() as session:
        session.scalars(select(Message)).one().make_due(desk.now)
    (row,) = desk.work()
    assert (row.state, row.due_at, len(desk.incidents()), len(desk.sent())) == (MessageState.WAITING, None, 1, 1)


@pytest.mark.parametrize("together", [True, False])
def test_what_the_school_adds_in_the_thread_goes_on_with_the_incident(desk: Desk, *, together: bool) -> None:
    first = incident()
    more = incident("Các em đã ổn định, được về nhà lúc 16h.", f"Re: {SUBJECT}", References=message_id(first))
    for mails in [(first, more)] if together else [(first,), (more,)]:
        rows = desk.receive(*mails)
    assert [(row.state, row.restricted) for row in rows] == [(MessageState.WAITING, True)] * 2
    assert [mails for *_, mails in desk.incidents()] == [[1, 2]]
    assert desk.sent()[1][1].endswith(f"iễn biến mới: vụ việc số 1 – {NAME}")


def test_a_story_sent_in_the_thread_of_an_open_incident_waits_and_later_goes_its_way(desk: Desk) -> None:
    first = incident()
    desk.receive(first)
    rows = desk.receive(mail(STORY, In_Reply_To=message_id(first)))
    assert (rows[1].state, rows[1].restricted, desk.stories()) == (MessageState.WAITING, True, 0)
    closed(desk)
    rows = desk.receive(mail(STORY, References=message_id(first)))
    assert (rows[2].state, rows[2].restricted, desk.stories()) == (MessageState.READ, False, 1)


def test_after_it_was_closed_the_next_report_in_the_thread_is_an_incident_of_its_own(desk: Desk) -> None:
    first = incident()
    desk.receive(first)
    closed(desk)
    desk.receive(incident("Lại có 01 học sinh nhập viện.", f"Re: {SUBJECT}", References=message_id(first)))
    assert [state for state, *_ in desk.incidents()] == [IncidentState.CLOSED, IncidentState.OPEN]


@pytest.mark.parametrize(
    ("sender", "mails"),
    [
        ("phuong@noi.example", [[1, 2]]),  # unknown, but he answers it
        ("c2khac-bd@hanoiedu.example", [[1], [2]]),  # another school reports a matter of its own
    ],
)
def test_who_else_writes_in_the_thread(desk: Desk, sender: str, mails: list[list[int]]) -> None:
    with desk.app.database.write() as session:
        add_school(session, "c2khac-bd")
    first = incident()
    desk.receive(first)
    rows = desk.receive(incident(TEXT, f"Re: {SUBJECT}", sender=sender, References=message_id(first)))
    assert (rows[1].state, rows[1].restricted) == (MessageState.WAITING, True)
    assert [numbers for *_, numbers in desk.incidents()] == mails
    assert len(desk.sent()) == 2


def test_our_own_alert_that_comes_back_opens_nothing_and_stays_out_of_view(desk: Desk) -> None:
    desk.receive(incident())
    rows = desk.receive(desk.raw())
    assert (rows[1].state, rows[1].restricted) == (MessageState.IGNORED, True)
    assert (len(desk.incidents()), len(desk.sent())) == (1, 1)


def test_imported_mails_open_no_incident_and_alert_nobody(desk: Desk) -> None:
    raw = incident()
    Backfill(desk.app.database, (), NOW).store([ArchivedMail(raw, len(raw), truncated=False, position=0)], NOW)
    (row,) = desk.work()
    assert (row.state, row.restricted) == (MessageState.IGNORED, True)
    assert (desk.incidents(), desk.sent()) == ([], [])


def test_a_flood_of_strangers_ends_in_one_alert_and_a_school_still_gets_through(desk: Desk) -> None:
    strangers = [
        incident("Con tôi bị đánh ở trường.", "Con tôi", sender=f"phuhuynh{number}@gmail.example")
        for number in range(MOST_OF_STRANGERS + 5)
    ]
    desk.receive(*strangers)
    assert len(desk.incidents()) == MOST_OF_STRANGERS + 5  # on record all the same
    assert [subject for _, subject in desk.sent()][MOST_OF_STRANGERS:] == [f"[BBT] {FLOOD}"]
    desk.receive(incident())
    assert desk.sent()[-1][1] == f"[BBT] Khẩn: vụ việc số {MOST_OF_STRANGERS + 6} – {NAME}"
    desk.now += timedelta(hours=2)
    desk.receive(incident("Con tôi bị đánh ở trường.", "Con tôi", sender="khac@gmail.example"))
    assert desk.sent()[-1][1].endswith("chưa rõ trường")


def test_a_plain_story_of_a_school_goes_its_way(desk: Desk) -> None:
    (row,) = desk.receive(mail(STORY))
    assert (row.state, row.restricted, desk.stories()) == (MessageState.READ, False, 1)
    assert desk.incidents() == []
