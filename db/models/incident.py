"""The register of incidents: that a mail tells of one, never what it tells. Elsewhere only its number shows."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.models.base import Base, Event, one_of
from db.models.people import Member, School
from db.states import IncidentState, check_move


class IncidentEvent(Event, Base):
    """What was done about an incident, or which mail told more of it. A mail belongs to one incident only."""

    __tablename__ = "incident_event"

    incident_id: Mapped[int] = mapped_column(ForeignKey("incident.id"), index=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    message_id: Mapped[int | None] = mapped_column(ForeignKey("message.id"), unique=True)
    member: Mapped[Member | None] = relationship()


class Incident(Base):
    """An incident or an opinion matter that a mail reported. Its id is the number that alerts give."""

    __tablename__ = "incident"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int | None] = mapped_column(ForeignKey("school.id"), index=True)
    kind: Mapped[str]  # of the first mail: incident_report or opinion_report
    urgent: Mapped[bool]
    state: Mapped[IncidentState] = mapped_column(one_of(IncidentState), default=IncidentState.OPEN)
    opened_at: Mapped[datetime]  # when the first mail came

    school: Mapped[School | None] = relationship()
    events: Mapped[list[IncidentEvent]] = relationship(order_by=IncidentEvent.id)

    @property
    def message_ids(self) -> list[int]:
        """The mails that tell of it, the one that opened it first."""
        return [event.message_id for event in self.events if event.message_id is not None]

    def note_mail(self, message_id: int, now: datetime, way: str, note: str | None = None) -> None:
        """Write down that this mail tells of it; the state stays."""
        before = self.state if self.events else None
        self.events.append(IncidentEvent(at=now, old=before, new=self.state, way=way, message_id=message_id, note=note))

    def move_to(
        self, state: IncidentState, now: datetime, way: str, *, member_id: int | None = None, note: str | None = None
    ) -> None:
        """Change the state and write the event."""
        check_move(self.state, state)
        self.events.append(IncidentEvent(at=now, old=self.state, new=state, way=way, member_id=member_id, note=note))
        self.state = state
