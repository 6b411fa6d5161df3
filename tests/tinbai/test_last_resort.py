"""When the record cannot be written, one alert goes out past it; the record learns of it when it can be written again."""

from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from sqlalchemy import select

from db.models import Alarm, OutgoingMail
from db.session import Database
from outbox.letter import Sender
from outbox.queue import Outbox
from outbox.settings import SmtpSettings
from outbox.smtp import SmtpTransport
from pipeline.duties.watch import TITLES, Post, Trouble, Watch
from pipeline.settings import OfficeSettings
from tests.factories import NOW
from tests.servers.smtp import DROP, SmtpSink, smtp_sink
from tinbai.last_resort import LastResort

OFFICE = OfficeSettings(address="pgd@badinhedu.example")
SENDER = Sender(OFFICE.address, "Ban biên tập")
MINUTE = timedelta(minutes=1)
SENTENCE = "Đĩa đã đầy."


@pytest.fixture
def server() -> Iterator[SmtpSink]:
    """A real mail server."""
    with smtp_sink() as sink:
        yield sink


@pytest.fixture
def watch() -> Watch:
    """Two people are told."""
    to = ("it@badinhedu.example", "lan@badinhedu.example")
    return Watch(OFFICE, Outbox(SENDER, OFFICE.domain), to, Post("may-1", OFFICE.address, "INBOX"))


def resort(watch: Watch, server: SmtpSink, *, hold: bool = False) -> LastResort:
    settings = SmtpSettings(host="localhost", port=server.port, security="none")
    return LastResort(watch, lambda: SmtpTransport(settings), SENDER, OFFICE.domain, hold=hold)


def recipients(server: SmtpSink) -> list[str]:
    return [recipient for mail in server.mails for recipient in mail.recipients]


BOTH = ["it@badinhedu.example", "lan@badinhedu.example"]


def test_one_alert_leaves_and_no_second_one_until_the_record_can_be_written(
    sqlite_database: Database, watch: Watch, server: SmtpSink
) -> None:
    last = resort(watch, server)
    for at in range(5):
        last.cry(sqlite_database, SENTENCE, NOW + at * MINUTE)
    assert recipients(server) == BOTH
    mail = message_from_bytes(server.mails[0].content, policy=policy.default)
    assert (mail["Auto-Submitted"], mail["X-Tinbai-Notice"]) == ("auto-generated", "alert")
    assert mail["Subject"] == f"[BBT] {TITLES['disk'][0]}"
    body = mail.get_body(("plain",))
    assert body is not None
    assert SENTENCE in body.get_content()
    last.calm()
    last.cry(sqlite_database, SENTENCE, NOW)
    assert recipients(server) == BOTH * 2


@pytest.mark.parametrize(
    ("trouble", "first", "in_all"),
    [
        ("451 later", [], BOTH),  # tried again at the next ring
        (DROP, BOTH[:1], BOTH),  # nobody knows whether it arrived; it is not sent every few seconds
    ],
)
def test_whoever_was_told_is_not_told_again_when_the_server_failed_in_between(
    sqlite_database: Database, watch: Watch, server: SmtpSink, trouble: str, first: list[str], in_all: list[str]
) -> None:
    server.trouble_at("DOT", trouble)
    last = resort(watch, server)
    last.cry(sqlite_database, SENTENCE, NOW)
    assert recipients(server) == first
    last.cry(sqlite_database, SENTENCE, NOW + MINUTE)
    last.cry(sqlite_database, SENTENCE, NOW + 2 * MINUTE)
    assert recipients(server) == in_all


def test_whoever_heard_of_it_through_the_record_is_not_told_past_it(
    sqlite_database: Database, watch: Watch, server: SmtpSink
) -> None:
    with sqlite_database.write() as session:
        session.add(Alarm(name="disk may-1", since=NOW, told_at=NOW))
    resort(watch, server).cry(sqlite_database, SENTENCE, NOW + MINUTE)
    assert recipients(server) == []


def test_in_a_rehearsal_nothing_leaves(sqlite_database: Database, watch: Watch, server: SmtpSink) -> None:
    resort(watch, server, hold=True).cry(sqlite_database, SENTENCE, NOW)
    assert recipients(server) == []


def test_the_record_learns_of_it_and_tells_only_of_its_end(sqlite_database: Database, server: SmtpSink) -> None:
    post, outbox = Post("may-1", OFFICE.address, "INBOX"), Outbox(SENDER, OFFICE.domain)

    def told(*_: object) -> list[Trouble]:
        return [Trouble("disk", NOW, SENTENCE, last.told_at)] if last.told_at else []

    watch = Watch(OFFICE, outbox, BOTH, post, (told,))
    last = resort(watch, server)
    last.cry(sqlite_database, SENTENCE, NOW)
    watch.look(sqlite_database, NOW + MINUTE)
    last.calm()
    watch.look(sqlite_database, NOW + 2 * MINUTE)
    with sqlite_database.read() as session:
        mails = session.execute(select(OutgoingMail.recipient, OutgoingMail.subject)).all()
    assert [tuple(mail) for mail in mails] == [(to, f"[BBT] {TITLES['disk'][1]}") for to in BOTH]
