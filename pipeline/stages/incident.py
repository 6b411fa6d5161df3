"""Puts a mail that tells of an incident on record, and tells those in charge in the same commit.

They hear number, school, kind, urgency and time; what the mail says is read in the mailbox. What a mail is, is decided
elsewhere; here it is only asked whether it goes on from one that is restricted. No school is answered from here.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from db.models import Incident, Message
from db.queries import incidents, outgoing, people
from db.states import IncidentState, MessageState
from outbox.letter import Notice
from outbox.notices import alert
from outbox.notices.alert import Fact
from outbox.queue import Outbox
from parsers.kind import Kind
from parsers.school import BY_SENDER, BY_SUFFIX
from pipeline.office import signed_by
from pipeline.settings import OfficeSettings
from pipeline.stages.history import is_history
from pipeline.stages.mail_decision import MailDecision, given_thread
from pipeline.stages.mail_reading import MailReading

log = logging.getLogger(__name__)

WAY = "read_message"  # the step that this is part of
KINDS: Mapping[str, str] = {
    Kind.INCIDENT_REPORT: "vụ việc",
    Kind.OPINION_REPORT: "dư luận",
    Kind.PRESS_INQUIRY: "báo chí hỏi",
}
ON_RECORD = (Kind.INCIDENT_REPORT, Kind.OPINION_REPORT)
UNKNOWN_SCHOOL = "chưa rõ trường"
UNSURE = "{school} (người gửi chưa được xác thực)"
MORE, COPY = "diễn biến mới", "bản thứ hai của cùng một thư"
READ_IT = (
    "Xin mở hộp thư {address} và đọc thư đến lúc {moment} (thư m{message}); thư này không ghi nội dung. Xem trạng "
    "thái: `tinbai show m{message}`. {then}"
)
THEN_CLOSE = "Khi đã xử lý xong: `tinbai incidents close {number} --as TÊN-GỌI`."
THEN_HANDLED = "Khi đã xử lý xong: `tinbai handled m{message} --as TÊN-GỌI`."
THEN_PRESS = f"Không máy nào trả lời báo chí. {THEN_HANDLED}"
OTHER = "thư có từ ngữ về vụ việc"
MOST_OF_STRANGERS = 20  # alerts an hour to one person; a school that is known always gets through
FLOOD = "Nhiều thư báo vụ việc từ người gửi chưa được xác thực"
FLOOD_SENTENCE = (
    "Trong một giờ qua đã có hơn {most} thư báo; các thư tiếp theo của người gửi chưa được xác thực trong giờ này "
    "không được báo riêng nữa. Xin xem `tinbai incidents` và `tinbai waiting`."
)


@dataclass(frozen=True, slots=True)
class _Told:
    """What those in charge hear of one mail."""

    message: Message
    matter: str  # "vụ việc số 3"
    urgent: bool
    more: bool = False  # it goes on from what they heard before
    number: int | None = None  # of the incident
    school: str = UNKNOWN_SCHOOL  # its name in the register, never the sender's words

    @property
    def is_sure(self) -> bool:
        """The school itself wrote, as far as anybody can tell."""
        return self.message.school_by in (BY_SENDER, BY_SUFFIX)

    @property
    def title(self) -> str:
        """The subject: what it is, and of whom."""
        signs = [sign for sign, holds in (("khẩn", self.urgent), (MORE, self.more)) if holds]
        head = f"{', '.join(signs)}: {self.matter}" if signs else self.matter
        return f"{head[0].upper()}{head[1:]} – {self.school if self.number else f'thư m{self.message.id}'}"


class IncidentDesk:
    """Keeps the register of incidents. to: who is told; empty: every member of the board."""

    def __init__(self, office: OfficeSettings, outbox: Outbox, to: Sequence[str]) -> None:
        self._office = office
        self._outbox = outbox
        self._to = tuple(to)

    def decide(self, session: Session, row: Message, result: MailReading, decided: MailDecision) -> MailDecision:
        """The decision about a mail, given what is known of its thread. A mail on record leaves it by a person only."""
        is_own = result.reading.sender in self._office.own_addresses
        thread = {*result.references, *([result.rfc_id] if is_own and result.rfc_id else [])}
        on_record = row.restricted and incidents.of_message(session, row.id) is not None
        if on_record or (thread and incidents.is_thread_restricted(session, thread)):
            return given_thread(decided)
        return decided

    def note(self, session: Session, row: Message, now: datetime) -> None:
        """Put a mail that was just read on record, and queue the alerts; once, however often it is read or delivered.

        Imported mails, machines' mails, and whatever is open to everybody are passed over.
        """
        if is_history(row) or not row.restricted or row.state is not MessageState.WAITING:
            return
        if incidents.of_message(session, row.id) is not None:
            return
        copy, begun = incidents.of_twin(session, row), _begun(session, row)
        if copy is not None:
            copy.note_mail(row.id, now, WAY, COPY)
        elif begun is not None:
            self._go_on(session, begun, row, now)
        elif row.kind in ON_RECORD:
            self._open(session, row, now)
        elif row.kind == Kind.PRESS_INQUIRY:
            self._tell(session, _Told(row, KINDS[Kind.PRESS_INQUIRY], "urgent" in row.flags), now)
        elif row.school_by in (BY_SENDER, BY_SUFFIX):
            self._tell(session, _Told(row, OTHER, "urgent" in row.flags), now)

    def _open(self, session: Session, row: Message, now: datetime) -> None:
        incident = Incident(
            school=row.school,
            kind=row.kind or "",
            urgent="urgent" in row.flags,
            state=IncidentState.OPEN,
            opened_at=row.received_at,
        )
        incident.note_mail(row.id, now, WAY)
        session.add(incident)
        session.flush()
        log.info("Incident opened", extra={"incident": incident.id, "message_id": row.id})
        self._tell(session, _told_of(incident, row), now)

    def _go_on(self, session: Session, incident: Incident, row: Message, now: datetime) -> None:
        incident.note_mail(row.id, now, WAY, f"{MORE}: thư m{row.id}")
        incident.urgent = incident.urgent or "urgent" in row.flags
        log.info("Incident goes on", extra={"incident": incident.id, "message_id": row.id})
        self._tell(session, _told_of(incident, row, more=True), now)

    def _tell(self, session: Session, told: _Told, now: datetime) -> None:
        to = self._to or [member.email for member in people.board(session)]
        if not to:
            log.error("Nobody is there to be told of an incident", extra={"message_id": told.message.id})
        for address in to:
            if told.is_sure or not self._is_flooded(session, address, now):
                letter = alert.letter(self._alert(told, address, now))
                about = f"{incidents.ABOUT}{told.number}" if told.number else f"{incidents.PRESS}{told.message.id}"
                self._outbox.queue(session, letter, about, now, period=f"message:{told.message.id}")
            else:
                self._tell_of_flood(session, address, now)

    def _alert(self, told: _Told, to: str, now: datetime) -> alert.Alert:
        row = told.message
        moment = f"{row.received_at.astimezone(self._office.zone):%H:%M, %d/%m/%Y}"
        then = THEN_PRESS if row.kind == Kind.PRESS_INQUIRY else THEN_HANDLED
        then = (THEN_CLOSE if told.number else then).format(number=told.number, message=row.id)
        is_plain = told.is_sure or told.school == UNKNOWN_SCHOOL
        facts = (
            Fact("Số", str(told.number) if told.number else f"thư m{row.id}"),
            Fact("Trường", told.school if is_plain else UNSURE.format(school=told.school)),
            Fact("Loại", KINDS.get(row.kind or "", MORE)),
            Fact("Mức độ", "khẩn" if told.urgent else "thường"),
            Fact("Thư đến lúc", moment),
        )
        sentence = READ_IT.format(address=self._office.address, moment=moment, message=row.id, then=then)
        return alert.Alert(signed_by(self._office), to, now, told.title, sentence, facts)

    def _is_flooded(self, session: Session, address: str, now: datetime) -> bool:
        return outgoing.count_since(session, Notice.ALERT, now - timedelta(hours=1), address) >= MOST_OF_STRANGERS

    def _tell_of_flood(self, session: Session, address: str, now: datetime) -> None:
        sentence = FLOOD_SENTENCE.format(most=MOST_OF_STRANGERS)
        letter = alert.letter(alert.Alert(signed_by(self._office), address, now, FLOOD, sentence))
        self._outbox.queue(session, letter, "incidents", now, period=f"{now:%Y-%m-%dT%H}")


def _told_of(incident: Incident, row: Message, *, more: bool = False) -> _Told:
    matter = f"vụ việc số {incident.id}"
    if incident.kind == Kind.OPINION_REPORT:
        matter = f"{KINDS[Kind.OPINION_REPORT]}, {matter}"
    school = incident.school or row.school
    return _Told(row, matter, "urgent" in row.flags, more, incident.id, school.name if school else UNKNOWN_SCHOOL)


def _begun(session: Session, row: Message) -> Incident | None:
    """The open incident that this mail goes on from; another school in its thread has a matter of its own."""
    thread = incidents.open_in_thread(session, row.references) if row.references else ()
    return next((found for found in thread if None in (found.school, row.school) or found.school is row.school), None)
