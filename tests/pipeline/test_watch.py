"""Alarms: one mail when something has lasted, one when it is over, none in between, whoever looks and however often."""

import threading
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from email import message_from_bytes, policy

import pytest
from sqlalchemy import Connection, event, select
from sqlalchemy.orm import Session

from db.models import Alarm, OutgoingMail
from db.queries import mailbox
from db.session import Database
from outbox.queue import Outbox
from pipeline.duties.watch import TITLES, Post, Sense, Trouble, Watch
from tests.factories import NOW, add_member
from tests.pipeline.conftest import OFFICE

ACCOUNT, FOLDER = "pgd@badinhedu.example", "INBOX"
POST = Post("may-1", ACCOUNT, FOLDER)
REASON = "Máy chủ thư không trả lời."
OPERATOR = "it@badinhedu.example"


def minutes(number: float) -> datetime:
    return NOW + timedelta(minutes=number)


def fails(database: Database, at: datetime, account: str = ACCOUNT) -> None:
    with database.write() as session:
        mailbox.note_failure(session, account, FOLDER, REASON, at)


def works(database: Database, at: datetime, account: str = ACCOUNT) -> None:
    with database.write() as session:
        mailbox.note_success(session, account, FOLDER, at)


def sent(database: Database) -> list[tuple[str, str]]:
    """Who was told, and under which subject."""
    with database.read() as session:
        mails = session.scalars(select(OutgoingMail).order_by(OutgoingMail.id))
        return [(mail.recipient, mail.subject) for mail in mails]


def texts(database: Database) -> list[str]:
    with database.read() as session:
        mails = [
            message_from_bytes(mail.mail, policy=policy.default)
            for mail in session.scalars(select(OutgoingMail).order_by(OutgoingMail.id))
        ]
    assert all(mail["Auto-Submitted"] == "auto-generated" for mail in mails)
    assert all(mail["X-Tinbai-Notice"] == "alert" for mail in mails)
    bodies = [mail.get_body(("plain",)) for mail in mails]
    return [" ".join(body.get_content().split()) for body in bodies if body is not None]


ALERT, OVER = ((OPERATOR, f"[BBT] {title}") for title in TITLES["mailbox"])
DISK_ALERT, DISK_OVER = ((OPERATOR, f"[BBT] {title}") for title in TITLES["disk"])
Make = Callable[..., Watch]


@pytest.fixture
def make(outbox: Outbox) -> Make:
    """A watch, as each start of the daemon makes a new one."""

    def made(post: Post = POST, to: Sequence[str] = (OPERATOR,), senses: Sequence[Sense] = ()) -> Watch:
        return Watch(OFFICE, outbox, to, post, senses)

    return made


@pytest.mark.parametrize(
    ("looks", "recovers", "mails"),
    [
        ([0, 5, 14.9], None, []),
        ([15], None, [ALERT]),
        ([0, 15, 15.1, 30, 60, 60 * 24, 60 * 24 * 9], None, [ALERT]),
        ([0, 14], 14.5, []),
        ([0, 15, 20], 21, [ALERT, OVER]),
        ([], 40, []),  # nobody was there to look, and it is over
    ],
)
def test_one_mail_when_it_has_lasted_a_quarter_of_an_hour_and_one_when_it_is_over(
    database: Database, make: Make, looks: list[float], recovers: float | None, mails: list[tuple[str, str]]
) -> None:
    fails(database, NOW)
    for at in looks:
        fails(database, minutes(at))  # every try notes the failure again
        make().look(database, minutes(at))  # and the daemon may be a new one
    if recovers is not None:
        works(database, minutes(recovers))
        for later in (0, 1, 60):
            make().look(database, minutes(recovers + later))
    assert sent(database) == mails


def test_the_next_outage_is_told_anew_even_within_the_same_second(database: Database, make: Make) -> None:
    for start in (timedelta(), timedelta(milliseconds=400), timedelta(hours=2)):
        begun = NOW + start
        fails(database, begun)
        make().look(database, begun + timedelta(minutes=16))
        works(database, begun + timedelta(minutes=16))
        make().look(database, begun + timedelta(minutes=16))
    assert sent(database) == [ALERT, OVER] * 3


def test_nothing_is_written_while_nothing_changes(database: Database, make: Make) -> None:
    fails(database, NOW)
    watch = make()
    watch.look(database, minutes(20))
    commits: list[Connection] = []

    def note(connection: Connection) -> None:
        commits.append(connection)

    event.listen(database.engine, "commit", note)
    watch.look(database, minutes(21))
    assert commits == []
    works(database, minutes(22))
    watch.look(database, minutes(22))
    assert len(commits) == 2


def test_of_several_who_look_at_once_one_tells(database: Database, make: Make) -> None:
    fails(database, NOW)
    together(database, [make() for _ in range(4)], minutes(16))
    works(database, minutes(17))
    together(database, [make() for _ in range(4)], minutes(17))
    assert sent(database) == [ALERT, OVER]


def together(database: Database, watches: Sequence[Watch], now: datetime) -> None:
    start = threading.Barrier(len(watches))
    failures: list[BaseException] = []

    def look(watch: Watch) -> None:
        start.wait()
        try:
            watch.look(database, now)
        except BaseException as error:  # noqa: BLE001  (a thread's error would be lost)
            failures.append(error)

    threads = [threading.Thread(target=look, args=(watch,)) for watch in watches]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_each_daemon_tells_of_its_own_mailbox_and_ends_no_other_ones_alarm(database: Database, make: Make) -> None:
    other = "tin@badinhedu.example"
    here, there = make(), make(Post("may-2", other, FOLDER))
    fails(database, NOW)
    fails(database, NOW, other)
    for at in (16, 17, 18):
        here.look(database, minutes(at))
        there.look(database, minutes(at))
    assert sent(database) == [ALERT, ALERT]
    works(database, minutes(19), other)
    for at in (19, 20):
        here.look(database, minutes(at))
        there.look(database, minutes(at))
    assert sent(database) == [ALERT, ALERT, OVER]
    assert [other in text for text in texts(database)[:2]] == [False, True]


def test_a_mailbox_that_is_no_longer_read_alarms_nobody(database: Database, make: Make) -> None:
    fails(database, NOW, "viet-sai@badinhedu.example")  # the operator mistyped the name, and has mended it since
    make().look(database, minutes(60))
    assert sent(database) == []


def test_without_an_address_for_alerts_the_whole_board_is_told(database: Database, make: Make) -> None:
    with database.write() as session:
        add_member(session, "mai")
        add_member(session, "lan")
        add_member(session, "da-nghi", active=False)
    fails(database, NOW)
    make(to=()).look(database, minutes(15))
    assert sorted(sent(database)) == [("lan@board.example", ALERT[1]), ("mai@board.example", ALERT[1])]


def test_the_mails_say_what_happened_since_when_and_what_to_do(database: Database, make: Make) -> None:
    fails(database, NOW)
    make().look(database, minutes(15))
    works(database, minutes(75))
    make().look(database, minutes(75))
    alert, over = texts(database)
    for words in (ACCOUNT, FOLDER, "từ 09:00, 25/11/2026", REASON, "tinbai check"):
        assert words in alert
    for words in ("Hộp thư đã đọc lại được", "từ 09:00, 25/11/2026 đến 10:15, 25/11/2026", "Không cần làm gì thêm."):
        assert words in over


def test_a_beginning_in_the_future_counts_from_now(database: Database, make: Make) -> None:
    fails(database, NOW + timedelta(days=1))  # by a clock that has been set back since
    for at in (0, 14, 15, 16):
        make().look(database, minutes(at))
    assert sent(database) == [ALERT]


class Disk:
    """A disk that a test fills."""

    def __init__(self, *, full: bool = True, told_at: datetime | None = None) -> None:
        self.full, self.told_at = full, told_at

    def __call__(self, _: Session, now: datetime) -> Iterable[Trouble]:
        if self.full:
            yield Trouble("disk", now, "đĩa sắp đầy", self.told_at)


def test_anything_but_the_mailbox_is_told_at_once(database: Database, make: Make) -> None:
    disk = Disk()
    watch = make(senses=[disk])
    watch.look(database, NOW)
    watch.look(database, minutes(60))
    disk.full = False
    watch.look(database, minutes(61))
    assert sent(database) == [DISK_ALERT, DISK_OVER]


def test_what_was_told_past_the_record_is_not_told_again_but_its_end_is(database: Database, make: Make) -> None:
    disk = Disk(told_at=NOW)
    watch = make(senses=[disk])
    for at in (0, 1):
        watch.look(database, minutes(at))
    assert sent(database) == []
    with database.read() as session:
        assert watch.has_told(session, "disk")
        assert not watch.has_told(session, "clock")
    disk.full = False
    watch.look(database, minutes(2))
    watch.look(database, minutes(3))
    assert sent(database) == [DISK_OVER]


def test_one_machines_full_disk_is_not_ended_by_another_machine(database: Database, make: Make) -> None:
    full, free = make(senses=[Disk()]), make(Post("may-2", ACCOUNT, FOLDER), senses=[Disk(full=False)])
    for at in range(5):
        full.look(database, minutes(at))
        free.look(database, minutes(at))
    assert sent(database) == [DISK_ALERT]
    with database.read() as session:
        assert session.scalars(select(Alarm.name)).all() == ["disk may-1"]


@pytest.mark.parametrize(
    ("last_read", "looks", "mails"),
    [
        (-60 * 24 * 3, [0, 14], []),  # three days asleep, and just begun
        (0, [0, 14, 15], []),
        (0, [0, 15.1, 60], [ALERT]),  # nobody met an error, and yet nobody reads it
        (-60, [0, 15.1], [ALERT]),
    ],
)
def test_a_mailbox_that_is_silently_not_read_is_told_of_too(
    database: Database, make: Make, last_read: float, looks: list[float], mails: list[tuple[str, str]]
) -> None:
    with database.write() as session:
        mailbox.begin(session, ACCOUNT, FOLDER, 1, 0, None)
    works(database, minutes(last_read))
    watch = make()
    for at in looks:
        watch.look(database, minutes(at))
    assert sent(database) == mails
    works(database, minutes(90))
    watch.look(database, minutes(90))
    assert sent(database) == [*mails, *([OVER] if mails else [])]


def test_while_the_disk_is_full_that_nothing_is_read_is_no_trouble_of_its_own(database: Database, make: Make) -> None:
    with database.write() as session:
        mailbox.begin(session, ACCOUNT, FOLDER, 1, 0, None)
    works(database, NOW)
    watch = make(senses=[lambda _, now: [Trouble("disk", now, "Đĩa đã đầy.")]])
    for at in (0, 20, 40):
        watch.look(database, minutes(at))
    assert sent(database) == [DISK_ALERT]
    assert "Đĩa đã đầy." in texts(database)[0]
