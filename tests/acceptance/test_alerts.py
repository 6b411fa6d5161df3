"""A mailbox that cannot be read: one alert after a quarter of an hour, one mail when it can be read again."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ingest.mailbox_protocol import MailboxError
from pipeline.duties.watch import TITLES
from tests.acceptance.office import MEMBER, OFFICE, Office, school
from tests.acceptance.test_disk_full import notices, running
from tests.acceptance.test_run import publish
from tinbai import alarm, daemon
from tinbai.settings import load
from tinbai.wiring import App, utc_now

pytestmark = pytest.mark.servers
ALERT, OVER = (f"[BBT] {title}" for title in TITLES["mailbox"])


class Clock:
    """The time, and what the test adds to it."""

    ahead = timedelta()

    def __call__(self) -> datetime:
        return utc_now() + self.ahead


class Line:
    """The way to the mailbox, which the test cuts."""

    def __init__(self, app: App, monkeypatch: pytest.MonkeyPatch) -> None:
        self.cut = False
        self.tries = 0
        self._connect = app.mailbox.connect
        monkeypatch.setattr(app.mailbox, "connect", self)

    def __call__(self) -> Any:
        if self.cut:
            self.tries += 1
            raise MailboxError("Máy chủ thư không trả lời.", permanent=False)
        return self._connect()


@pytest.fixture
def clock() -> Clock:
    """Of the daemon."""
    return Clock()


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """An office whose daemon looks more often than it would."""
    monkeypatch.setattr(alarm, "EVERY_SECONDS", 1)
    monkeypatch.setattr(daemon, "BACK_OFF", (1,) * len(daemon.BACK_OFF))
    with Office(tmp_path) as made:
        made.settings.write_text(made.settings.read_text() + "\n[digest]\ndays = []\n")
        yield made


@pytest.fixture
def app(office: Office, clock: Clock) -> Iterator[App]:
    """In this process, so that its clock can be set."""
    environment = {name: value for name, value in office.environment().items() if name.startswith("TINBAI_")}
    made = App(load(None, environment), clock)
    yield made
    made.close()


def test_a_mailbox_that_cannot_be_read_is_told_once_and_its_recovery_once(
    office: Office, app: App, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = Line(app, monkeypatch)
    line.cut = True
    office.send(0, f"Trường gửi bài: {publish(office, 0, 'bai-1', 'Bài số 1')}")
    with running(app):
        office.wait_for("two tries", lambda: line.tries >= 2)
        clock.ahead = timedelta(minutes=14)
        tries = line.tries
        office.wait_for("a further try", lambda: line.tries >= tries + 2)
        assert notices(office, MEMBER) == []
        clock.ahead = timedelta(minutes=16)
        office.wait_for("the alert", lambda: notices(office, MEMBER) == [ALERT])
    clock.ahead = timedelta()
    again = App(app.settings, clock)  # a restart in between, and the trouble goes on
    line = Line(again, monkeypatch)
    line.cut = True
    with running(again):
        office.wait_for("two tries", lambda: line.tries >= 2)
        clock.ahead = timedelta(hours=5)
        line.cut = False
        office.wait_for("the end of the alarm", lambda: notices(office, MEMBER) == [ALERT, OVER])
        office.wait_for("the answer", lambda: len(office.inbox(school(0))) == 1)
    again.close()
    alert = office.inbox(MEMBER)[0].get_body(("plain",))
    assert alert is not None
    words = " ".join(alert.get_content().split())
    assert OFFICE in words
    assert "Máy chủ thư không trả lời." in words
    assert "tinbai check" in words
