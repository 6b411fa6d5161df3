"""A full disk: reading stops, one alert leaves, and everything goes on by itself when there is room again."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from email.message import EmailMessage
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError

from db.session import Database
from ingest.receive import receive
from pipeline.duties.watch import TITLES
from tests.acceptance.office import MEMBER, OFFICE, Office, school
from tests.acceptance.test_run import publish
from tinbai import alarm, daemon, disk, mailbox_reader
from tinbai.daemon import Daemon
from tinbai.disk import Disk
from tinbai.settings import load
from tinbai.wiring import App

pytestmark = pytest.mark.servers
WIDE = 1 << 30  # pages


class Quota:
    """How many pages the SQLite file may have; a smaller number than it has means no further one."""

    def __init__(self, app: App) -> None:
        self.pages = WIDE
        event.listen(app.database.engine, "checkout", self._set)

    def _set(self, connection: Any, *_: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {self.pages}").close()

    def close(self, database: Database, *, to_the_last_page: bool) -> None:
        """Allow no further page; of those that are free within the file, leave none when so asked."""
        with database.write() as session:
            session.execute(text("CREATE TABLE filling (bytes BLOB)"))
        self.pages = 1
        with pytest.raises(DBAPIError, match="full") if to_the_last_page else nullcontext():
            while to_the_last_page:
                with database.write() as session:
                    session.execute(text("INSERT INTO filling VALUES (zeroblob(3000))"))


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """An office whose daemon looks more often than it would."""
    monkeypatch.setattr(alarm, "EVERY_SECONDS", 1)
    monkeypatch.setattr(daemon, "BACK_OFF", (1,) * len(daemon.BACK_OFF))
    monkeypatch.setattr(disk, "REST_SECONDS", 1.0)
    monkeypatch.setattr(disk, "SETTLED_SECONDS", 6.0)
    monkeypatch.setattr(mailbox_reader, "GLANCE_SECONDS", 0.1)
    with Office(tmp_path) as made:
        made.settings.write_text(made.settings.read_text() + "\n[digest]\ndays = []\n")
        yield made


@pytest.fixture
def app(office: Office) -> Iterator[App]:
    """In this process, so that the test can make its disk full."""
    environment = {name: value for name, value in office.environment().items() if name.startswith("TINBAI_")}
    made = App(load(None, environment))
    yield made
    made.close()


@contextmanager
def running(app: App) -> Iterator[None]:
    made = Daemon(app)
    thread = threading.Thread(target=made.run)
    thread.start()
    try:
        yield
    finally:
        made.stop()
        thread.join(30)
    assert not thread.is_alive()


@pytest.fixture
def connections(app: App, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """One entry for each connection to the mailbox."""
    made: list[str] = []
    connect = app.mailbox.connect

    def counted() -> Any:
        made.append("connection")
        return connect()

    monkeypatch.setattr(app.mailbox, "connect", counted)
    return made


def send_picture(office: Office, url: str) -> None:
    """A mail that no page of the file has room for."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = school(0), OFFICE, "Trường gửi tin bài"
    mail["Message-ID"] = f"<{Random(url).getrandbits(64)}@badinhedu.example>"
    mail.set_content(f"Trường gửi bài: {url}")
    mail.add_attachment(Random(url).randbytes(200_000), maintype="image", subtype="jpeg", filename="anh.jpg")
    office.dovecot.submit(mail.as_bytes(), OFFICE, school(0))


def notices(office: Office, address: str) -> list[str]:
    return [mail["Subject"] for mail in office.inbox(address)]


def messages(app: App) -> int:
    with app.database.read() as session:
        return int(session.execute(text("SELECT count(*) FROM message")).scalar_one())


def through_the_record(app: App) -> list[str]:
    with app.database.read() as session:
        return list(
            session.execute(text("SELECT subject FROM outgoing_mail WHERE notice = 'alert' ORDER BY id")).scalars()
        )


ALERT, OVER = (f"[BBT] {title}" for title in TITLES["disk"])


@pytest.mark.parametrize("to_the_last_page", [True, False])
def test_while_no_write_finds_room_one_alert_leaves_and_then_everything_is_answered_once(
    office: Office, app: App, connections: list[str], caplog: pytest.LogCaptureFixture, *, to_the_last_page: bool
) -> None:
    caplog.set_level(logging.INFO)
    quota = Quota(app)
    urls = [publish(office, 0, f"bai-{number}", f"Bài số {number}") for number in range(3)]
    with running(app):
        send_picture(office, urls[0])
        office.wait_for("the first answer", lambda: len(office.inbox(school(0))) == 1)
        quota.close(app.database, to_the_last_page=to_the_last_page)
        send_picture(office, urls[1])
        office.wait_for("the alert", lambda: notices(office, MEMBER) == [ALERT])
        read_then = len(connections)
        send_picture(office, urls[2])
        rests = caplog.text.count("The disk is full")
        office.wait_for("further tries", lambda: caplog.text.count("The disk is full") >= rests + 3)
        assert len(connections) <= read_then + 3  # a try after each rest, and no more
        assert messages(app) == 1
        assert notices(office, MEMBER) == [ALERT]
        quota.pages = WIDE
        office.wait_for("the other answers", lambda: len(office.inbox(school(0))) == 3)
        office.wait_for("the end of the alarm", lambda: notices(office, MEMBER) == [ALERT, OVER])
    assert "Traceback" not in caplog.text
    assert through_the_record(app) == ([OVER] if to_the_last_page else [ALERT, OVER])
    answered = [mail["In-Reply-To"] for mail in office.inbox(school(0))]
    assert len(set(answered)) == 3


def test_with_little_room_nothing_is_fetched_but_what_was_fetched_is_answered(
    office: Office, app: App, connections: list[str], tmp_path: Path
) -> None:
    floor = app.settings.database.keep_free_mb << 20
    free = [floor - 1]
    vars(app.operation)["disk"] = Disk(tmp_path, floor, lambda _: free[0])
    office.send(0, f"Trường gửi bài: {publish(office, 0, 'bai-1', 'Bài số 1')}")
    with app.mailbox.connect() as mailbox:
        office.wait_for("the mail", lambda: receive(mailbox, app.database, app.settings.mailbox, app.clock()) == 1)
    connections.clear()
    office.send(1, f"Trường gửi bài: {publish(office, 1, 'bai-2', 'Bài số 2')}")
    with running(app):
        office.wait_for("the alert", lambda: notices(office, MEMBER) == [ALERT])
        office.wait_for("the first answer", lambda: len(office.inbox(school(0))) == 1)
        assert (connections, messages(app)) == ([], 1)
        free[0] = floor
        office.wait_for("the second answer", lambda: len(office.inbox(school(1))) == 1)
        office.wait_for("the end of the alarm", lambda: notices(office, MEMBER) == [ALERT, OVER])
    assert len(office.inbox(school(0))) == 1
