"""The way of one mail, stage by stage, over a real web server: what the school's mail becomes."""

import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from db.migrate import migrate
from db.models import Message, OutgoingMail, School, SchoolKey, SchoolKeyKind, Story
from db.models.message import Answer
from db.queries import people
from db.states import MessageState, StoryState
from ingest.mailbox_protocol import FetchedMail
from ingest.receive import Place, store
from ingest.settings import MailboxSettings
from ingest.web import FetchSettings
from pipeline.board.decisions import Decision, DecisionRefused, Verb, decide
from pipeline.sandbox import Sandbox
from pipeline.settings import OfficeSettings
from pipeline.stages.mail_reading import MOST_STORIES
from pipeline.stages.read_page import ReadPage
from pipeline.stages.reasons import NOT_READ
from tests.factories import NOW, add_member
from tests.mails import MX, OFFICE, SCHOOL, mail
from tests.pages import EMPTY_PAGE, LOGIN_PAGE, story_page
from tests.servers.web import Answer as Page
from tests.servers.web import SchoolSite
from tinbai.settings import DatabaseSettings, Settings
from tinbai.wiring import App

HOST = "c1kimdong.giangvo.example"


def article(name: str) -> str:
    """The path of an article on the school's site."""
    return f"/tin-tuc-su-kien/{name}-ngay-hoi-doc-sach-cua-hoc-sinh-khoi-4-pmtd22sw1501"


INBOX = Place("pgd@imap.example", "INBOX", 1)


class Line:
    """The whole line without threads: mails in, steps until nothing is due, rows out."""

    def __init__(self, folder: Path, site: SchoolSite, sandbox: Sandbox) -> None:
        self.now = NOW
        self.site = site
        settings = Settings(
            office=OfficeSettings(address=OFFICE),
            mailbox=MailboxSettings(authserv_id=MX),
            database=DatabaseSettings(f"sqlite:///{folder}/tinbai.db"),
            fetch=FetchSettings(
                allow_networks=("127.0.0.0/8",), ports=(80, 443, site.port), seconds=2, per_host_gap_seconds=0
            ),
        )
        self.app = App(settings, clock=lambda: self.now, resolve=lambda _: ["127.0.0.1"])
        vars(self.app)["sandbox"] = sandbox  # its children take a second to start
        migrate(self.app.database, NOW)
        with self.app.database.write() as session:
            session.add(
                School(
                    code="th-kim-dong",
                    level="TH",
                    name="Trường Tiểu học Kim Đồng",
                    short_name="TH Kim Đồng",
                    keys=[
                        SchoolKey(kind=SchoolKeyKind.EMAIL, value=SCHOOL),
                        SchoolKey(kind=SchoolKeyKind.HOST, value=HOST),
                    ],
                )
            )
        self.uid = 0

    def url(self, path: str) -> str:
        """An address on the school's site."""
        return self.site.url(path, HOST)

    def receive(self, raw: bytes, *, size: int | None = None) -> None:
        """A mail arrives, and everything that is due is done."""
        self.uid += 1
        whole = len(raw) if size is None else size
        fetched = FetchedMail(self.uid, raw, whole, self.now, truncated=whole > len(raw))
        with self.app.database.write() as session:
            store(session, INBOX, [fetched], self.now)
        self.work()

    def work(self) -> None:
        """Do all that is due now, but send nothing."""
        steps = (*self.app.steps.reading, *self.app.steps.fetching)
        while any(self.app.runner.run_one(step) for step in steps):
            pass

    def message(self) -> Message:
        """The last mail."""
        with self.app.database.read() as session:
            return session.scalars(select(Message).order_by(Message.id.desc())).first() or pytest.fail("no mail")

    def stories(self) -> list[Story]:
        """All stories."""
        with self.app.database.read() as session:
            return list(session.scalars(select(Story).order_by(Story.id)))

    def answers(self, notice: str = "acknowledgement") -> list[str]:
        """The text parts of what was queued for schools, white space folded."""
        from email import message_from_bytes, policy

        with self.app.database.read() as session:
            mails = session.scalars(select(OutgoingMail).where(OutgoingMail.notice == notice).order_by(OutgoingMail.id))
            parsed = [message_from_bytes(mail.mail, policy=policy.default) for mail in mails]
        bodies = [message.get_body(("plain",)) for message in parsed]
        return [" ".join(body.get_content().split()) for body in bodies if body is not None]


@pytest.fixture(scope="module")
def site() -> Iterator[SchoolSite]:
    """The school's web server."""
    with SchoolSite() as made:
        yield made


@pytest.fixture
def line(tmp_path: Path, site: SchoolSite, sandbox: Sandbox) -> Iterator[Line]:
    """The line with a database of its own."""
    made = Line(tmp_path, site, sandbox)
    yield made
    made.app.database.close()


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """Children for the whole module."""
    made = Sandbox(children=1)
    yield made
    made.close()


def test_a_plain_mail_becomes_a_story_and_an_answer(line: Line) -> None:
    line.site.page(article("dau-tien"), story_page())
    line.receive(mail(f"Kính gửi BBT, trường gửi bài:\n{line.url(article('dau-tien'))}\nTrân trọng."))
    (story,) = line.stories()
    assert story.state is StoryState.PENDING
    assert story.title == "Ngày hội đọc sách của học sinh khối 4"
    assert str(story.published_on) == "2026-11-24"
    assert "300 học sinh khối 4" in (story.summary or "")
    assert (story.image_url or "").endswith("/UploadFile/Images/2026/11/24/doc-sach.jpg")
    assert (story.school_year, story.week) == (2026, 12)
    (answer,) = line.answers()
    assert f"#{story.id}" in answer
    assert "Ngày hội đọc sách của học sinh khối 4" in answer
    assert "tuần 12" in answer
    assert line.message().answer is Answer.QUEUED


@pytest.mark.parametrize(
    ("path", "answer", "says"),
    [
        (article("khong-co"), None, "không"),
        (article("dang-nhap"), Page(body=LOGIN_PAGE.encode()), "đăng nhập"),
        (article("trong"), Page(body=EMPTY_PAGE.encode()), "không có nội dung"),
        (
            article("tep.bin"),
            Page(headers=(("Content-Type", "application/octet-stream"),), body=b"\x00" * 50),
            "không phải",
        ),
    ],
)
def test_a_page_that_is_no_story_is_named_with_its_reason(
    line: Line, path: str, answer: Page | None, says: str
) -> None:
    if answer is not None:
        line.site.answer(path, answer)
    line.receive(mail(f"Trường gửi bài: {line.url(path)}"))
    (story,) = line.stories()
    assert story.state is StoryState.UNREACHABLE
    assert says in (story.reason or "")
    assert (story.reason or "").rstrip(".").casefold() in line.answers()[0].casefold()


def test_a_temporary_failure_is_answered_at_once_and_tried_again(line: Line) -> None:
    busy = Page(status=503, body=b"ban")
    line.site.answer(article("ban-ron"), busy, Page(body=story_page("Bài đến sau").encode()))
    line.receive(mail(f"Trường gửi bài: {line.url(article('ban-ron'))}"))
    assert line.stories()[0].state is StoryState.FOUND
    assert "thử" in line.answers()[0]
    line.now += timedelta(hours=1)
    line.work()
    assert (line.stories()[0].state, line.stories()[0].title) == (StoryState.PENDING, "Bài đến sau")
    assert len(line.answers()) == 1


def test_a_page_that_never_opens_ends_in_a_request_for_a_better_link(line: Line) -> None:
    line.site.answer(article("luon-ban"), Page(status=503, body=b"ban"))
    line.receive(mail(f"Trường gửi bài: {line.url(article('luon-ban'))}"))
    for _ in range(3):
        line.now += timedelta(hours=4)
        line.work()
    assert line.stories()[0].state is StoryState.UNREACHABLE
    assert (len(line.answers()), len(line.answers("problem"))) == (1, 1)


def test_an_unreachable_link_that_is_sent_again_is_opened_again(line: Line) -> None:
    line.receive(mail(f"Trường gửi bài: {line.url(article('sua-sau'))}"))
    assert line.stories()[0].state is StoryState.UNREACHABLE
    line.site.page(article("sua-sau"), story_page("Bài đã sửa"))
    line.receive(mail(f"Trường gửi lại bài: {line.url(article('sua-sau'))}"))
    (story,) = line.stories()
    assert (story.state, story.title) == (StoryState.PENDING, "Bài đã sửa")
    assert len(line.answers()) == 2


def test_a_link_sent_again_stays_one_story_and_is_answered_kindly(line: Line) -> None:
    line.site.page(article("gui-hai-lan"), story_page())
    for _ in range(2):
        line.receive(mail(f"Trường gửi bài: {line.url(article('gui-hai-lan'))}"))
    assert len(line.stories()) == 1
    assert len(line.answers()) == 2
    assert f"#{line.stories()[0].id}" in line.answers()[1]
    assert line.message().credited_week is None


def test_an_incident_waits_for_a_person_whole(line: Line) -> None:
    line.site.page(article("vu-viec"), story_page())
    text = f"Trường báo cáo nhanh: 02 học sinh nhập viện sau bữa ăn.\nKèm bài: {line.url(article('vu-viec'))}"
    line.receive(mail(text, subject="Báo cáo nhanh vụ việc"))
    assert (line.message().state, line.message().restricted) == (MessageState.WAITING, True)
    assert line.stories() == []
    assert line.answers() == []


@pytest.mark.parametrize(
    ("sender", "dmarc"),
    [
        ("bantt.2026@gmail.example", "pass"),  # nobody registered it
        (SCHOOL, "fail"),  # registered, but the receiving server does not vouch for it
        (SCHOOL, "none"),
    ],
)
def test_an_unknown_sender_waits_and_its_links_are_not_fetched(line: Line, sender: str, dmarc: str) -> None:
    line.site.page(article("nguoi-la"), story_page())
    line.receive(mail(f"Gửi bài: {line.url(article('nguoi-la'))}", sender=sender, dmarc=dmarc))
    assert line.message().state is MessageState.WAITING
    assert (line.stories(), line.answers()) == ([], [])
    assert [request.target for request in line.site.requests if request.target == article("nguoi-la")] == []


def test_a_waiting_mail_is_read_again_once_its_sender_is_registered(line: Line) -> None:
    line.site.page(article("dang-ky"), story_page())
    line.receive(mail(f"Gửi bài: {line.url(article('dang-ky'))}", sender="bantt.2026@gmail.example"))
    assert line.message().state is MessageState.WAITING
    with line.app.database.write() as session:
        school = people.schools_by_code(session, {"th-kim-dong"})["th-kim-dong"]
        assert school is not None
        school.keys.append(SchoolKey(kind=SchoolKeyKind.EMAIL, value="bantt.2026@gmail.example"))
        messages = session.scalars(select(Message)).all()
        messages[0].make_due(line.now)
    line.work()
    assert line.message().state is MessageState.READ
    assert [story.state for story in line.stories()] == [StoryState.PENDING]
    assert len(line.answers()) == 1


def test_a_waiting_mail_that_is_read_again_in_vain_goes_on_waiting(line: Line) -> None:
    line.receive(mail("Gửi bài: https://truong.example/bai", sender="ai-do@gmail.example"))
    with line.app.database.write() as session:
        session.scalars(select(Message)).one().make_due(line.now)
    line.work()
    assert (line.message().state, line.message().due_at) == (MessageState.WAITING, None)


def test_a_waiting_mail_that_turns_out_to_be_a_machines_goes_on_waiting_for_its_person(line: Line) -> None:
    line.receive(mail("Cảm ơn Ban biên tập.", subject="Re: link bài", sender="ai-do@gmail.example"))
    assert line.message().state is MessageState.WAITING
    with line.app.database.write() as session:
        school = people.schools_by_code(session, {"th-kim-dong"})["th-kim-dong"]
        assert school is not None
        school.keys.append(SchoolKey(kind=SchoolKeyKind.EMAIL, value="ai-do@gmail.example"))
        session.scalars(select(Message)).one().make_due(line.now)
    line.work()
    assert (line.message().state, line.message().due_at) == (MessageState.WAITING, None)


def test_two_addresses_of_one_page_are_one_story(line: Line) -> None:
    line.site.page(f"{article('goc')}0", story_page())
    line.site.redirect(f"{article('cu')}1", line.url(f"{article('goc')}0"))
    line.receive(mail(f"Gửi bài: {line.url(article('goc') + '0')}"))
    line.receive(mail(f"Gửi bài: {line.url(article('cu') + '1')}"))
    assert [story.state for story in line.stories()] == [StoryState.PENDING, StoryState.DUPLICATE]
    assert line.stories()[1].original_id == line.stories()[0].id
    assert len(line.answers()) == 2


def test_a_working_address_of_an_unreachable_story_reaches_the_board(line: Line) -> None:
    line.receive(mail(f"Gửi bài: {line.url(article('sai') + '7')}"))
    canonical = f'<link rel="canonical" href="{line.url(article("sai") + "7")}"></head>'
    line.site.page(f"{article('dung')}8", story_page().replace("</head>", canonical))
    line.receive(mail(f"Gửi lại bài: {line.url(article('dung') + '8')}"))
    assert [story.state for story in line.stories()] == [StoryState.UNREACHABLE, StoryState.PENDING]


def test_two_links_that_lead_to_one_page_are_one_story_for_the_board(line: Line) -> None:
    line.site.page(f"{article('dich')}1", story_page())
    for number in (2, 3):
        line.site.redirect(f"{article('duong')}{number}", line.url(f"{article('dich')}1"))
    links = " ".join(line.url(f"{article('duong')}{number}") for number in (2, 3))
    line.receive(mail(f"Trường gửi bài: {links}"))
    assert sorted(story.state for story in line.stories()) == [StoryState.DUPLICATE, StoryState.PENDING]


def test_a_story_that_was_to_be_revised_is_read_anew_when_it_is_sent_again(line: Line) -> None:
    line.site.page(article("sua"), story_page("Bài trước khi sửa"))
    line.receive(mail(f"Trường gửi bài: {line.url(article('sua'))}"))
    with line.app.database.write() as session:
        member = add_member(session)
        decide(session, Decision(Verb.REVISE, 1, note="Thêm ảnh."), member, line.now, 30, line.app.teller)
    line.site.page(article("sua"), story_page("Bài đã sửa"))
    line.receive(mail(f"Trường gửi lại bài đã sửa: {line.url(article('sua'))}"))
    (story,) = line.stories()
    assert (story.state, story.title, story.week) == (StoryState.PENDING, "Bài đã sửa", 12)
    assert "không cần gửi lại" not in line.answers()[1]


def test_a_story_that_was_to_be_revised_and_is_gone_stays_with_the_school(line: Line) -> None:
    line.site.page(article("xoa"), story_page())
    line.receive(mail(f"Trường gửi bài: {line.url(article('xoa'))}"))
    with line.app.database.write() as session:
        decide(session, Decision(Verb.REVISE, 1, note="Thêm ảnh."), add_member(session), line.now, 30, line.app.teller)
    line.site.answer(article("xoa"), Page(status=404, body=b"het"))
    line.receive(mail(f"Trường gửi lại bài: {line.url(article('xoa'))}"))
    assert line.stories()[0].state is StoryState.REVISE
    assert "404" in line.answers()[1]


def test_a_page_that_names_a_twin_which_never_opens_reaches_the_board(line: Line) -> None:
    line.site.answer(f"{article('khong-mo')}5", Page(status=503, body=b"ban"))
    canonical = f'<link rel="canonical" href="{line.url(article("khong-mo") + "5")}"></head>'
    line.site.page(f"{article('mo-duoc')}6", story_page().replace("</head>", canonical))
    links = " ".join(line.url(path) for path in (f"{article('khong-mo')}5", f"{article('mo-duoc')}6"))
    line.receive(mail(f"Trường gửi bài: {links}"))
    for _ in range(3):
        line.now += timedelta(hours=4)
        line.work()
    assert [story.state for story in line.stories()] == [StoryState.UNREACHABLE, StoryState.PENDING]


def test_a_story_to_be_revised_whose_page_is_no_story_any_more_keeps_decision_and_credit(line: Line) -> None:
    line.site.page(article("dang-nhap"), story_page())
    line.receive(mail(f"Trường gửi bài: {line.url(article('dang-nhap'))}"))
    with line.app.database.write() as session:
        decide(session, Decision(Verb.REVISE, 1, note="Thêm ảnh."), add_member(session), line.now, 30, line.app.teller)
    line.site.answer(article("dang-nhap"), Page(body=LOGIN_PAGE.encode()))
    line.receive(mail(f"Trường gửi lại bài: {line.url(article('dang-nhap'))}"))
    assert (line.stories()[0].state, line.stories()[0].week) == (StoryState.REVISE, 12)
    assert "đăng nhập" in line.answers()[1]


def test_a_story_that_is_being_read_again_is_not_undone(line: Line) -> None:
    line.site.answer(article("doc-lai"), Page(body=story_page().encode()), Page(status=503, body=b"ban"))
    line.receive(mail(f"Trường gửi bài: {line.url(article('doc-lai'))}"))
    with line.app.database.write() as session:
        member = add_member(session)
        decide(session, Decision(Verb.REVISE, 1, note="Thêm ảnh."), member, line.now, 30, line.app.teller)
    line.receive(mail(f"Trường gửi lại bài: {line.url(article('doc-lai'))}"))
    with line.app.database.write() as session, pytest.raises(DecisionRefused, match="đang được đọc"):
        decide(session, Decision(Verb.UNDO, 1), member, line.now, 30, line.app.teller)


def test_an_alias_that_delivers_a_mail_twice_is_answered_once(line: Line) -> None:
    line.site.page(article("hai-hop-thu"), story_page())
    raw = mail(f"Trường gửi bài: {line.url(article('hai-hop-thu'))}")
    line.receive(raw)
    line.receive(raw.replace(b"id x1;", b"id x2;"))
    assert len(line.answers()) == 1


def test_a_decision_reaches_a_school_whose_answer_is_held_back_or_came_too_late(line: Line) -> None:
    line.site.page(article("thu-muon"), story_page())
    line.now = NOW - timedelta(days=8)
    late = FetchedMail(99, mail(f"Gửi bài: {line.url(article('thu-muon'))}"), 1, line.now)
    line.now = NOW
    with line.app.database.write() as session:
        store(session, INBOX, [late], line.now)
    line.work()
    with line.app.database.write() as session:
        decide(session, Decision(Verb.DECLINE, 1, note="Trùng."), add_member(session), NOW, 30, line.app.teller)
    assert len(line.answers("decision")) == 1


def test_our_own_mistake_is_not_told_to_the_school_as_its_fault(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    line.site.page(article("loi-cua-ta"), story_page())
    monkeypatch.setattr(ReadPage, "work", lambda *_: 1 // 0)
    line.receive(mail(f"Trường gửi bài: {line.url(article('loi-cua-ta'))}"))
    for _ in range(3):
        line.now += timedelta(hours=1)
        line.work()
    (story,) = line.stories()
    assert (story.state, story.flags) == (StoryState.PENDING, [NOT_READ])  # the board opens it itself
    assert line.answers("problem") == []


BOUNCE = b"""\
Return-Path: <>
From: MAILER-DAEMON@mx.hanoiedu.example
To: pgd@badinhedu.example
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

Your message could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.hanoiedu.example

Final-Recipient: rfc822; mnhoamai-bd@hanoiedu.example
Action: failed
Status: 5.1.1
--b--
"""


def test_a_bounce_of_our_own_mail_waits_for_a_person_and_is_not_answered(line: Line) -> None:
    line.receive(BOUNCE.replace(b"\n", b"\r\n"))
    assert (line.message().kind, line.message().state) == ("bounce", MessageState.WAITING)
    assert line.answers() == []


def test_a_mail_of_very_many_links_waits_for_a_person(line: Line) -> None:
    links = "\n".join(line.url(f"{article('nhieu')}{number}") for number in range(MOST_STORIES + 1))
    line.receive(mail(f"Trường gửi bài:\n{links}"))
    assert (line.message().state, line.stories()) == (MessageState.WAITING, [])


def test_a_machine_is_ignored(line: Line) -> None:
    line.receive(mail("Tôi đang nghỉ phép.", subject="Trả lời tự động: link bài", Auto_Submitted="auto-replied"))
    assert line.message().state is MessageState.IGNORED
    assert line.answers() == []


def test_a_mail_without_a_link_is_answered_with_what_is_missing(line: Line) -> None:
    line.receive(mail("Kính gửi BBT, trường gửi tin bài tuần 12 ạ."))
    assert line.message().state is MessageState.READ
    assert len(line.answers()) == 1


def test_a_mail_that_is_read_a_week_late_is_worked_but_not_answered(line: Line) -> None:
    line.site.page(article("thu-cu"), story_page())
    line.now = NOW - timedelta(days=8)
    old = FetchedMail(uid=99, raw=mail(f"Gửi bài: {line.url(article('thu-cu'))}"), size=1, internal_date=line.now)
    line.now = NOW
    with line.app.database.write() as session:
        store(session, INBOX, [old], line.now)
    line.work()
    assert [story.state for story in line.stories()] == [StoryState.PENDING]
    assert line.answers() == []


NO_FROM = b"To: pgd@badinhedu.example\r\nSubject: xin chao\r\n\r\nkhong co nguoi gui\r\n"
BROKEN = (
    b"From: c1kimdong-bd@hanoiedu.example\r\nContent-Type: text/plain; charset=khong-co\r\n\r\n\xff\xfe\x00 \x81\r\n"
)


@pytest.mark.parametrize("raw", [b"", b"\x00" * 40, b"day khong phai la thu", NO_FROM, BROKEN, b"\r\n\r\n"])
def test_a_crooked_mail_is_kept_and_the_next_one_is_unaffected(line: Line, raw: bytes) -> None:
    line.receive(raw)
    crooked = line.message()
    assert crooked.state in (MessageState.WAITING, MessageState.QUARANTINED)
    assert crooked.reason
    with line.app.database.read() as session:
        kept = session.scalars(select(Message.raw).where(Message.id == crooked.id)).one()
    assert zlib.decompress(kept) == raw
    line.site.page(article("sau-do"), story_page())
    line.receive(mail(f"Trường gửi bài: {line.url(article('sau-do'))}"))
    assert [story.state for story in line.stories()] == [StoryState.PENDING]


@pytest.mark.parametrize(("size", "says"), [(26 << 20, "25 MB"), (5_000, "Máy chủ không đưa trọn")])
def test_a_mail_that_did_not_come_whole_is_put_aside_with_the_reason(line: Line, size: int, says: str) -> None:
    line.receive(mail("đầu thư"), size=size)
    assert line.message().state is MessageState.QUARANTINED
    assert says in (line.message().reason or "")


def test_a_mail_without_date_is_dated_by_the_server(line: Line) -> None:
    raw = b"".join(
        part for part in mail("Trường gửi tin bài tuần 12 ạ.").splitlines(True) if not part.startswith(b"Date:")
    )
    line.receive(raw)
    assert line.message().received_week == 12


def test_the_same_bytes_under_another_number_are_one_mail(line: Line) -> None:
    line.site.page(article("doi-so"), story_page())
    raw = mail(f"Trường gửi bài: {line.url(article('doi-so'))}")
    line.receive(raw)
    again = FetchedMail(uid=1, raw=raw, size=len(raw), internal_date=datetime(2026, 11, 25, tzinfo=UTC))
    with line.app.database.write() as session:
        assert store(session, Place(INBOX.account, INBOX.folder, 2), [again], line.now) == 0
    line.work()
    assert len(line.answers()) == 1


def test_a_page_with_a_slow_server_is_given_up_in_time(line: Line) -> None:
    line.site.answer(article("cham"), Page(body=b"x", delay=30))
    line.receive(mail(f"Trường gửi bài: {line.url(article('cham'))}"))
    assert line.stories()[0].state is StoryState.FOUND
    assert "thử" in line.answers()[0]


def test_every_answer_comes_back_to_silence(line: Line) -> None:
    """What we send ourselves, fed back in, is never answered."""
    line.site.page(article("vong-lap"), story_page())
    line.receive(mail(f"Trường gửi bài: {line.url(article('vong-lap'))}"))
    with line.app.database.read() as session:
        own = session.scalars(select(OutgoingMail.mail)).one()
    line.receive(own)
    assert line.message().state in (MessageState.IGNORED, MessageState.WAITING)
    assert len(line.answers()) == 1


def test_a_report_that_nothing_happened_is_received_with_thanks_and_needs_nobody(line: Line) -> None:
    line.receive(
        mail("Kính gửi Phòng, tháng 11 nhà trường không có vụ việc, không có đơn thư.", subject="Báo cáo tháng 11")
    )
    assert line.message().state is MessageState.READ
    assert line.stories() == []
    (answer,) = line.answers()
    assert "đã nhận được báo cáo" in " ".join(answer.split())
