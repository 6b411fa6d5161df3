"""Tells the operator of what is wrong as a whole: one mail when it has lasted, one when it is over, none in between."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from db.models import Alarm
from db.queries import alarms, mailbox, people
from db.session import Database
from outbox.letter import Letter
from outbox.notices import alert
from outbox.queue import Outbox
from pipeline.office import signed_by
from pipeline.settings import OfficeSettings

PATIENCE: Mapping[str, timedelta] = {"mailbox": timedelta(minutes=15)}  # anything else is told at once
OVER: Mapping[str, str] = {
    "mailbox": "Hộp thư đã đọc lại được (không đọc được từ {since} đến {now}). Thư đến trong thời gian đó đang được xử "
    "lý; không thư nào bị bỏ qua.",
    "disk": "Máy chạy tinbai đã có lại chỗ trống trên đĩa; việc đọc hộp thư tạm dừng từ {since} đã tiếp tục.",
    "clock": "Đồng hồ của máy chạy tinbai đã đúng trở lại; các việc theo lịch tạm dừng từ {since} đã tiếp tục.",
}
CANNOT_READ = "Hộp thư {account} (thư mục {folder}) không đọc được từ {since}. {reason}"


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that is wrong now. The sentence tells the operator what it is and what to do."""

    name: str
    since: datetime
    sentence: str


Sense = Callable[[Session, datetime], Iterable[Trouble]]


class Watch:
    """Looks at everything that can be wrong as a whole.

    senses: further kinds of trouble, such as the disk's. to: who is told; empty: every member of the board.
    """

    def __init__(self, office: OfficeSettings, outbox: Outbox, to: Sequence[str], senses: Sequence[Sense] = ()) -> None:
        self._office = office
        self._outbox = outbox
        self._to = tuple(to)
        self._senses = (self._mailbox, *senses)

    def look(self, database: Database, now: datetime) -> None:
        """Raise, tell and end alarms; writes only when there is something to write."""
        with database.read() as session:
            if not self._troubles(session, now) and not alarms.standing(session):
                return
        with database.write() as session:
            self._settle(session, self._troubles(session, now), now)

    def letters(self, session: Session, sentence: str, now: datetime) -> Sequence[Letter]:
        """The alert, a copy for each person who is told."""
        to = self._to or [member.email for member in people.board(session)]
        office = signed_by(self._office)
        return [alert.letter(alert.Alert(office, to=address, at=now, sentence=sentence)) for address in to]

    def _troubles(self, session: Session, now: datetime) -> dict[str, Trouble]:
        return {trouble.name: trouble for sense in self._senses for trouble in sense(session, now)}

    def _settle(self, session: Session, troubles: Mapping[str, Trouble], now: datetime) -> None:
        for trouble in troubles.values():
            alarms.raise_alarm(session, trouble.name, trouble.since)
        for name, alarm in alarms.locked(session).items():
            if name not in troubles:
                self._end(session, alarm, now)
            elif alarm.told_at is None and now - alarm.since >= PATIENCE.get(_kind(name), timedelta()):
                alarm.told_at = now
                self._tell(session, alarm, troubles[name].sentence, now)

    def _end(self, session: Session, alarm: Alarm, now: datetime) -> None:
        if alarm.told_at is not None:
            sentence = OVER[_kind(alarm.name)].format(since=self._moment(alarm.since), now=self._moment(now))
            self._tell(session, alarm, sentence, now, over=True)
        session.delete(alarm)

    def _tell(self, session: Session, alarm: Alarm, sentence: str, now: datetime, *, over: bool = False) -> None:
        period = f"{alarm.since:%Y-%m-%dT%H:%M:%S}{'/over' if over else ''}"
        for letter in self.letters(session, sentence, now):
            self._outbox.queue(session, letter, f"alarm:{alarm.name}", now, period=period)

    def _mailbox(self, session: Session, now: datetime) -> Iterable[Trouble]:
        for state in mailbox.states(session):
            if state.failed_since is not None:
                sentence = CANNOT_READ.format(
                    account=state.account,
                    folder=state.folder,
                    since=self._moment(state.failed_since),
                    reason=state.failure or "",
                )
                yield Trouble(f"mailbox {state.id}", state.failed_since, sentence)

    def _moment(self, at: datetime) -> str:
        return f"{at.astimezone(self._office.zone):%H:%M, %d/%m/%Y}"


def _kind(name: str) -> str:
    return name.partition(" ")[0]
