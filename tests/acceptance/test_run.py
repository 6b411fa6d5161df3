"""`tinbai run` as a process: mails over real SMTP, IMAP and HTTP, answers in real mailboxes, signals at bad times."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.office import MEMBER, OFFICE, Office, end, school
from tests.pages import story_page
from tests.servers.web import Answer

pytestmark = pytest.mark.servers

SOON = 15.0  # seconds: what a loaded machine may take, far from the page that takes a minute


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An office with two schools."""
    with Office(tmp_path) as made:
        yield made


def publish(office: Office, number: int, name: str, title: str) -> str:
    """Put an article on a school's site; returns its address."""
    url = office.story_url(number, name)
    office.site.page(url.partition(f":{office.site.port}")[2], story_page(title))
    return url


def test_a_mail_becomes_a_story_an_answer_and_a_digest(office: Office) -> None:
    url = publish(office, 0, "doc-sach", "Ngày hội đọc sách")
    office.run()
    sent = office.send(0, f"Kính gửi BBT, trường gửi bài:\n{url}\nTrân trọng.")
    office.wait_for("the acknowledgement", lambda: len(office.inbox(school(0))) == 1)
    (answer,) = office.inbox(school(0))
    assert answer["X-Tinbai-Notice"] == "acknowledgement"
    assert answer["Auto-Submitted"] == "auto-replied"
    assert answer["In-Reply-To"] == sent
    text = answer.get_body(("plain",))
    assert text is not None
    assert "Ngày hội đọc sách" in text.get_content()

    office.tinbai("digest")
    office.wait_for("the digest", lambda: len(office.inbox(MEMBER)) == 1)
    (digest,) = office.inbox(MEMBER)
    assert digest["X-Tinbai-Notice"] == "digest"
    html = digest.get_body(("html",))
    assert html is not None
    assert "Ngày hội đọc sách" in html.get_content()
    assert [(story["state"], story["title"]) for story in office.records("stories")] == [
        ("pending", "Ngày hội đọc sách")
    ]


def test_people_go_on_reading_the_mailbox_by_hand(office: Office) -> None:
    url = publish(office, 0, "khong-danh-dau", "Bài viết")
    office.run()
    office.send(0, f"Trường gửi bài: {url}")
    office.wait_for("the acknowledgement", lambda: len(office.inbox(school(0))) == 1)
    from imapclient import IMAPClient

    from tests.acceptance.office import PASSWORD

    with IMAPClient("127.0.0.1", office.dovecot.imap_port, ssl=False) as client:
        client.login(OFFICE, PASSWORD)
        client.select_folder("INBOX", readonly=True)
        assert client.search(["UNSEEN"]) == [1]


def test_sigterm_ends_cleanly_and_soon(office: Office) -> None:
    daemon = office.run()
    office.wait_for("the start", lambda: "Started" in office.log())
    status, seconds = end(daemon)
    assert (status, seconds < SOON) == (0, True)
    assert "Stopped" in office.log()


def test_sigterm_does_not_wait_for_a_slow_page(office: Office) -> None:
    url = office.story_url(0, "rat-cham")
    office.site.answer(url.partition(f":{office.site.port}")[2], Answer(body=b"x", delay=60))
    daemon = office.run()
    office.send(0, f"Trường gửi bài: {url}")
    office.wait_for("the request", lambda: len(office.site.requests) == 1)
    status, seconds = end(daemon)
    assert (status, seconds < SOON) == (0, True)


def test_killed_and_restarted_it_answers_nobody_twice_and_loses_nothing(office: Office) -> None:
    mails = 6
    daemon = office.run()
    for number in range(mails):
        url = publish(office, number % 2, f"bai-so-{number}", f"Bài viết số {number}")
        office.send(number % 2, f"Trường gửi bài: {url}")
        if number in (1, 3):
            end(daemon, signal.SIGKILL)
            daemon = office.run()
    office.wait_for(
        "six stories in the queue",
        lambda: [story["state"] for story in office.records("stories")] == ["pending"] * mails,
    )

    def all_settled() -> bool:
        answers = [mail["state"] for mail in office.records("outbox") if mail["notice"] == "acknowledgement"]
        return len(answers) == mails and set(answers) <= {"sent", "uncertain"}

    office.wait_for("every answer to be sent or known to be uncertain", all_settled)
    uncertain = [mail for mail in office.records("outbox") if mail["state"] == "uncertain"]
    answered = [mail["In-Reply-To"] for number in (0, 1) for mail in office.inbox(school(number))]
    assert len(answered) == len(set(answered))
    assert mails - len(uncertain) <= len(answered) <= mails


def test_a_second_daemon_on_the_same_database_is_refused(office: Office) -> None:
    office.run()
    office.wait_for("the start", lambda: "Started" in office.log())
    assert "đang chạy" in office.tinbai("run", status=1)


def test_in_a_rehearsal_everything_is_queued_and_nothing_leaves_until_a_person_says_so(office: Office) -> None:
    url = publish(office, 0, "dien-tap", "Bài diễn tập")
    office.run(TINBAI_SMTP__HOLD="true")
    office.send(0, f"Trường gửi bài: {url}")
    office.wait_for("the queued answer", lambda: len(office.records("outbox")) == 1)
    (held,) = office.records("outbox")
    assert (held["state"], office.inbox(school(0))) == ("queued", [])
    office.tinbai("outbox", "release", held["id"])
    office.wait_for("the released answer", lambda: len(office.inbox(school(0))) == 1)


def test_a_wrong_password_is_said_and_tried_again_without_a_traceback(office: Office) -> None:
    office.run(TINBAI_MAILBOX__PASSWORD="sai")
    office.wait_for("the reason in the log", lambda: "The mailbox cannot be read" in office.log())
    assert "Traceback" not in office.log()
    assert "mật khẩu" in office.log().lower()


def test_a_decision_reaches_the_school_after_the_time_to_undo(office: Office) -> None:
    url = publish(office, 0, "quyet-dinh", "Bài chờ quyết định")
    office.run()
    office.send(0, f"Trường gửi bài: {url}")
    office.wait_for("the acknowledgement", lambda: len(office.inbox(school(0))) == 1)
    office.settings.write_text(office.settings.read_text() + "\n[board]\nundo_minutes = 0\n")
    office.tinbai("revise", "1", "--as", "mai", "--note", "Bổ sung chú thích ảnh.")
    office.wait_for("the decision", lambda: len(office.inbox(school(0))) == 2)
    text = office.inbox(school(0))[1].get_body(("plain",))
    assert text is not None
    assert "Bổ sung chú thích ảnh." in text.get_content()
