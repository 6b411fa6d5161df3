"""The register of incidents: that a mail tells of one, never what it tells. Elsewhere only its number shows."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.models.base import Base, Event, one_of
from db.models.message import Message
from db.models.people import Member, School
from db.states import IncidentState, check_move


class IncidentEvent(Event, Base):
    """What was done about an incident."""

    __tablename__ = "incident_event"

    incident_id: Mapped[int] = mapped_column(ForeignKey("incident.id"), index=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    member: Mapped[Member | None] = relationship()


class Incident(Base):
    """An incident or an opinion matter that a mail reported. Its id is the number that alerts give."""

    __tablename__ = "incident"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), unique=True)
    school_id: Mapped[int | None] = mapped_column(ForeignKey("school.id"), index=True)
    kind: Mapped[str]  # of the mail: incident_report or opinion_report
    urgent: Mapped[bool]
    state: Mapped[IncidentState] = mapped_column(one_of(IncidentState), default=IncidentState.OPEN)
    opened_at: Mapped[datetime]  # when the mail came

    message: Mapped[Message] = relationship()
    school: Mapped[School | None] = relationship()
    events: Mapped[list[IncidentEvent]] = relationship(order_by=IncidentEvent.id)

    def move_to(
        self, state: IncidentState, now: datetime, way: str, *, member_id: int | None = None, note: str | None = None
    ) -> None:
        """Change the state and write the event."""
        check_move(self.state, state)
        self.events.append(IncidentEvent(at=now, old=self.state, new=state, way=way, member_id=member_id, note=note))
        self.state = state
