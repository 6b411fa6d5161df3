"""Silence on the whole line: whom it meets, what it never does to a story, and how our own mails come back."""

from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from email.utils import format_datetime
from pathlib import Path

import pytest

from db.models import SchoolKey, SchoolKeyKind
from db.queries import outgoing, people
from db.states import StoryState
from ingest.mailbox_protocol import FetchedMail
from ingest.receive import Place, store
from outbox.letter import Letter, Sender, build_mail, new_message_id
from pipeline.sandbox import Sandbox
from tests.factories import NOW
from tests.mails import MX, OFFICE, SCHOOL, mail
from tests.outbox.samples import LETTERS
from tests.pages import story_page
from tests.pipeline.test_line import INBOX, Line, article
from tests.servers.web import SchoolSite

STAMP = (
    f"Received: from out.hanoiedu.example by {MX} with ESMTPS id x1; {format_datetime(NOW)}\n"
    f"Authentication-Results: {MX}; dmarc=pass header.from=hanoiedu.example\n"
)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """Children for the whole module."""
    made = Sandbox(children=1)
    yield made
    made.close()


@pytest.fixture(scope="module")
def site() -> Iterator[SchoolSite]:
    """The school's web server, with one story."""
    with SchoolSite() as made:
        made.page(article("bai"), story_page())
        yield made


@pytest.fixture
def line(tmp_path: Path, site: SchoolSite, sandbox: Sandbox) -> Iterator[Line]:
    """The line with a database of its own."""
    made = Line(tmp_path, site, sandbox)
    yield made
    made.app.database.close()


def story_mail(line: Line, **headers: str) -> bytes:
    """A school's mail with a link to its story."""
    return mail(f"Kính gửi BBT, trường gửi bài:\n{line.url(article('bai'))}\nTrân trọng.", **headers)


# How a mail of a registered sender whom the receiving server vouches for can be one that no machine answers.
SILENT_FIELDS = (
    "Auto-Submitted: auto-generated", "X-Cron-Env: <SHELL=/bin/sh>", "Precedence: bulk",
    "List-Id: Giáo viên <gv.lists.example>", "Feedback-ID: 1:AmazonSES", "X-Auto-Response-Suppress: All",
    "X-Loop: yes", "X-Spam-Flag: YES", "X-No-Ack: yes", "Return-Path: <>",
    "Return-Path: <gv-bounces+pgd=office@lists.example>", "Resent-Sender: gv-bounces@lists.example",
    "X-MS-Exchange-Inbox-Rules-Loop: van-thu@hanoiedu.example", "\n".join(["Delivered-To: pgd@badinhedu.example"] * 3),
    "\n".join(["Received: from a.example by b.example; Wed, 25 Nov 2026 09:00:00 +0700"] * 31),
)  # fmt: skip
MACHINE = "no-reply@hanoiedu.example"


def assert_processed_in_silence(line: Line) -> None:
    """The one story of the line waits for the board, and nobody was answered for a reason that is on record."""
    assert [story.state for story in line.stories()] == [StoryState.PENDING], line.message().reason
    assert line.message().silence_reason
    assert line.answers() == []


@pytest.mark.parametrize("fields", SILENT_FIELDS)
def test_a_story_that_is_not_answered_reaches_the_board_all_the_same(line: Line, fields: str) -> None:
    line.receive(story_mail(line).replace(b"MIME-Version:", f"{fields}\nMIME-Version:".encode(), 1))
    assert_processed_in_silence(line)


@pytest.mark.parametrize(
    "to",
    ["tat-ca@hanoiedu.example", "undisclosed-recipients:;", ", ".join([OFFICE, *(f"a{n}@x.vn" for n in range(60))])],
)
def test_a_story_sent_to_everybody_reaches_the_board_unanswered(line: Line, to: str) -> None:
    line.receive(story_mail(line).replace(f"To: {OFFICE}".encode(), f"To: {to}".encode()))
    assert_processed_in_silence(line)


def test_a_story_under_a_machines_subject_reaches_the_board_unanswered(line: Line) -> None:
    line.receive(story_mail(line, subject="Thông báo tự động: bài mới trên website"))
    assert_processed_in_silence(line)


def test_a_story_from_a_registered_machine_reaches_the_board_unanswered(line: Line) -> None:
    with line.app.database.write() as session:
        (school,) = people.all_schools(session)
        school.keys.append(SchoolKey(kind=SchoolKeyKind.EMAIL, value=MACHINE))
    line.receive(story_mail(line, sender=MACHINE))
    assert_processed_in_silence(line)


def test_a_mail_that_comes_too_late_reaches_the_board_unanswered(line: Line) -> None:
    late = FetchedMail(9, story_mail(line), 1000, NOW - timedelta(days=8))
    with line.app.database.write() as session:
        store(session, INBOX, [late], NOW)
    line.work()
    assert [story.state for story in line.stories()] == [StoryState.PENDING]
    assert line.answers() == []


def test_a_mailbox_numbered_anew_brings_no_second_answer(line: Line) -> None:
    raw = story_mail(line)
    line.receive(raw)
    with line.app.database.write() as session:
        again = FetchedMail(1, raw, len(raw), NOW)
        store(session, Place(INBOX.account, INBOX.folder, 2), [again], NOW)
    line.work()
    assert len(line.answers()) == 1


def test_a_mail_with_the_message_id_of_an_answered_one_is_not_answered(line: Line) -> None:
    first = story_mail(line)
    line.receive(first)
    line.receive(first.replace(b"Tr\xc3\xa2n tr\xe1\xbb\x8dng", b"Tran trong").replace(b"id x1", b"id x2"))
    assert len(line.answers()) == 1
    assert line.message().silence_reason


def test_a_school_that_sends_the_same_link_day_after_day_is_answered_twice_a_week(line: Line) -> None:
    for _ in range(7):
        line.receive(story_mail(line))
        line.now += timedelta(hours=23)
    assert len(line.answers()) == 2
    assert "Đã trả lời" in (line.message().silence_reason or "")


def test_thanks_for_an_answer_are_not_answered_and_a_new_link_is(line: Line) -> None:
    other = f"{article('bai-khac')}7"
    line.site.page(other, story_page("Bài khác của trường"))
    line.receive(story_mail(line))
    ours = _our_message_id(line)
    line.receive(mail("Nhà trường đã nhận được. Xin gửi kèm.", subject="Re: [BBT] Đã nhận", In_Reply_To=ours))
    assert len(line.answers()) == 1
    text = f"Nhà trường gửi thêm bài:\n{line.url(other)}"
    line.receive(mail(text, subject="Re: [BBT] Đã nhận", In_Reply_To=ours))
    assert len(line.answers()) == 2


def _our_message_id(line: Line) -> str:
    with line.app.database.read() as session:
        return outgoing.listed(session)[0].rfc_id


@pytest.mark.parametrize("sender", [OFFICE, SCHOOL])
@pytest.mark.parametrize("name", list(LETTERS))
def test_our_own_mails_are_not_answered_when_they_come_back(line: Line, name: str, sender: str) -> None:
    """As they left us, and as an office that is registered here as a school would write them."""
    line.receive(STAMP.encode() + _finished(LETTERS[name], sender))
    line.now += timedelta(days=1)
    line.work()
    assert (line.answers(), line.answers("problem")) == ([], [])
    assert line.message().silence_reason


def _finished(letter: Letter, sender: str) -> bytes:
    """The mail as the outbox makes it, but to us."""
    message_id = new_message_id(letter.notice, "badinhedu.example", "0123456789abcdef" * 2)
    message = message_from_bytes(
        build_mail(letter, Sender(sender, "Ban biên tập"), message_id, NOW), policy=policy.SMTP
    )
    message.replace_header("To", OFFICE)
    return message.as_bytes()
