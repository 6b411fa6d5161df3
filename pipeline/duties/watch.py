"""Tells the operator of what is wrong as a whole: one mail when it has lasted, one when it is over, none in between.

What several machines share the record of, each tells of what is its own to know: its mailbox, its disk, its clock.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from db.models import Alarm, MailboxState
from db.queries import alarms, mailbox, people
from db.session import Database
from outbox.letter import Letter
from outbox.notices import alert
from outbox.queue import Outbox
from pipeline.office import signed_by
from pipeline.settings import OfficeSettings

PATIENCE: Mapping[str, timedelta] = {"mailbox": timedelta(minutes=15)}  # anything else is told at once
TITLES: Mapping[str, tuple[str, str]] = {  # the subject when it is told of, and when it is over
    "mailbox": ("Không đọc được hộp thư", "Hộp thư đã đọc lại được"),
    "disk": ("Thiếu chỗ trên đĩa, việc đọc thư tạm dừng", "Đĩa đã có lại chỗ trống"),
    "clock": ("Đồng hồ của máy chậm, các việc theo lịch tạm dừng", "Các việc theo lịch đã tiếp tục"),
}
OVER: Mapping[str, str] = {
    "mailbox": "Hộp thư đã đọc lại được (không đọc được từ {since} đến {now}). Thư đến trong thời gian đó đang được xử "
    "lý; không thư nào bị bỏ qua. Không cần làm gì thêm.",
    "disk": "Máy chạy tinbai đã có lại chỗ trống trên đĩa; việc đọc hộp thư tạm dừng từ {since} đã tiếp tục. Không cần "
    "làm gì thêm.",
    "clock": "Các việc theo lịch (bản tổng hợp) tạm dừng từ {since} đã tiếp tục: đồng hồ của máy chạy "
    "tinbai đã đúng trở lại, hoặc đã chạy theo giờ hiện tại được một giờ.",
}
SILENT = (
    "Hộp thư {account} (thư mục {folder}) không được đọc từ {since}, tuy không báo lỗi nào. Hãy xem nhật ký, chạy "
    "`tinbai check`, rồi khởi động lại tinbai."
)
CANNOT_READ = (
    "Hộp thư {account} (thư mục {folder}) không đọc được từ {since}. {reason} tinbai vẫn tiếp tục thử; khi đọc lại "
    "được, thư đã đến được xử lý đủ và có thư báo lại. Để biết cần sửa gì, hãy chạy lệnh tinbai check trên máy "
    "chạy tinbai."
)


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that is wrong now. The sentence tells the operator what it is and what to do.

    told_at: when he heard of it by another way.
    """

    name: str
    since: datetime
    sentence: str
    told_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """Where a watch stands: on which machine, before which folder of which account."""

    machine: str
    account: str
    folder: str

    def name(self, kind: str) -> str:
        """What this kind of alarm is called here."""
        return f"mailbox {self.account}/{self.folder}" if kind == "mailbox" else f"{kind} {self.machine}"


Sense = Callable[[Session, datetime], Iterable[Trouble]]


class Watch:
    """Looks at everything that can be wrong as a whole.

    to: who is told; empty: every member of the board. senses: further kinds of trouble, such as the disk's.
    unread: how long a mailbox without errors may go without being read.
    """

    def __init__(
        self,
        office: OfficeSettings,
        outbox: Outbox,
        to: Sequence[str],
        post: Post,
        senses: Sequence[Sense] = (),
        unread: timedelta = PATIENCE["mailbox"],
    ) -> None:
        self._office = office
        self._outbox = outbox
        self._to = tuple(to)
        self._post = post
        self._senses = (self._mailbox, *senses)
        self._unread = unread
        self._begun: datetime | None = None
        self._kinds = {post.name(kind): kind for kind in OVER}

    @property
    def names(self) -> Collection[str]:
        """What the alarms of this post are called."""
        return self._kinds

    def look(self, database: Database, now: datetime) -> None:
        """Raise, tell and end alarms; writes only when there is something to write."""
        with database.read() as session:
            troubles, standing = self._troubles(session, now), alarms.standing(session, self._kinds)
            if dict.fromkeys(troubles, True) == {alarm.name: alarm.told_at is not None for alarm in standing}:
                return
        with database.write() as session:
            self._settle(session, self._troubles(session, now), now)

    def has_told(self, session: Session, kind: str) -> bool:
        """Does an alarm of this kind stand here of which the operator knows?"""
        return any(alarm.told_at is not None for alarm in alarms.standing(session, [self._post.name(kind)]))

    def letters(
        self, session: Session, kind: str, sentence: str, now: datetime, *, over: bool = False
    ) -> Sequence[Letter]:
        """The alert of this kind, a copy for each person who is told."""
        to = self._to or [member.email for member in people.board(session)]
        office, title = signed_by(self._office), TITLES[kind][over]
        return [alert.letter(alert.Alert(office, to=address, at=now, title=title, sentence=sentence)) for address in to]

    def _troubles(self, session: Session, now: datetime) -> dict[str, Trouble]:
        found = {self._post.name(trouble.name): trouble for sense in self._senses for trouble in sense(session, now)}
        resting = self._post.name("disk") in found  # then nothing is read, and that was told
        return found if resting else {**self._silence(session, now), **found}

    def _silence(self, session: Session, now: datetime) -> dict[str, Trouble]:
        """A mailbox that nobody reads any more, though no error was met: a thread that hangs, a reader that is gone."""
        self._begun = min(self._begun or now, now)
        state = mailbox.state(session, self._post.account, self._post.folder)
        if state is None or state.read_at is None or now - max(state.read_at, self._begun) <= self._unread:
            return {}
        since = max(state.read_at, self._begun)
        sentence = SILENT.format(account=state.account, folder=state.folder, since=self._moment(since))
        return {self._post.name("mailbox"): Trouble("mailbox", since, sentence)}

    def _settle(self, session: Session, troubles: Mapping[str, Trouble], now: datetime) -> None:
        for name, trouble in troubles.items():
            alarms.raise_alarm(session, name, trouble.since, trouble.told_at)
        for alarm in alarms.locked(session, self._kinds):
            if alarm.name not in troubles:
                self._end(session, alarm, now)
            elif alarm.told_at is None:
                self._keep(session, alarm, troubles[alarm.name], now)

    def _keep(self, session: Session, alarm: Alarm, trouble: Trouble, now: datetime) -> None:
        """Tell of it when it has lasted. A beginning in the future comes from a clock that was wrong."""
        alarm.since = min(alarm.since, now)
        if now - alarm.since >= PATIENCE.get(trouble.name, timedelta()):
            alarm.told_at = now
            self._tell(session, alarm, trouble.sentence, now)

    def _end(self, session: Session, alarm: Alarm, now: datetime) -> None:
        if alarm.told_at is not None:
            kind = self._kinds[alarm.name]
            sentence = OVER[kind].format(since=self._moment(alarm.since), now=self._moment(now))
            self._tell(session, alarm, sentence, now, over=True)
        session.delete(alarm)

    def _tell(self, session: Session, alarm: Alarm, sentence: str, now: datetime, *, over: bool = False) -> None:
        period = f"{alarm.since.isoformat(timespec='microseconds')}{'/over' if over else ''}"
        for letter in self.letters(session, self._kinds[alarm.name], sentence, now, over=over):
            self._outbox.queue(session, letter, f"alarm:{alarm.name}", now, period=period)

    def _mailbox(self, session: Session, now: datetime) -> Iterable[Trouble]:
        state = mailbox.state(session, self._post.account, self._post.folder)
        if state is not None and state.failed_since is not None:
            yield Trouble("mailbox", state.failed_since, self._cannot_read(state, min(state.failed_since, now)))

    def _cannot_read(self, state: MailboxState, since: datetime) -> str:
        return CANNOT_READ.format(
            account=state.account, folder=state.folder, since=self._moment(since), reason=state.failure or ""
        )

    def _moment(self, at: datetime) -> str:
        return f"{at.astimezone(self._office.zone):%H:%M, %d/%m/%Y}"
