"""Outgoing mails: written in the same commit as the decision they tell of, sent afterwards."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.models.base import Base, Event, Workable, one_of
from db.states import MailState, check_move


class MailEvent(Event, Base):
    """What happened to an outgoing mail."""

    __tablename__ = "mail_event"

    mail_id: Mapped[int] = mapped_column(ForeignKey("outgoing_mail.id"), index=True)


class OutgoingMail(Workable, Base):
    """One finished mail to one person. `about` names what it is about ("message:12"), `period` which time."""

    __tablename__ = "outgoing_mail"
    __table_args__ = (
        UniqueConstraint("notice", "about", "recipient", "period"),
        Index(None, "state", "due_at"),
        Index(None, "notice", "queued_at"),
        Index(None, "about"),
    )

    state: Mapped[MailState] = mapped_column(one_of(MailState), default=MailState.QUEUED)
    notice: Mapped[str]
    about: Mapped[str]
    recipient: Mapped[str] = mapped_column(index=True)
    period: Mapped[str] = mapped_column(default="")
    rfc_id: Mapped[str] = mapped_column(unique=True)
    subject: Mapped[str]
    listed: Mapped[list[int]] = mapped_column(
        JSON, default=list, server_default="[]"
    )  # stories by their place in its list: "bài 2"
    mail: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    queued_at: Mapped[datetime]
    leaving_at: Mapped[datetime | None]  # noted before the one byte after which the server may have it
    sent_at: Mapped[datetime | None]
    repeated: Mapped[bool] = mapped_column(default=False)  # sent once more after an uncertain try
    released: Mapped[bool] = mapped_column(default=False)  # by a person, in spite of the rehearsal
    events: Mapped[list[MailEvent]] = relationship(order_by=MailEvent.id)

    def move_to(self, state: MailState, now: datetime, way: str, *, note: str | None = None) -> None:
        """Change the state and write the event.

        Being sent, and waiting again after a temporary refusal, belong to one effort: its attempts go on counting.
        """
        check_move(self.state, state)
        self.events.append(MailEvent(at=now, old=self.state, new=state, way=way, note=note))
        one_effort = {self.state, state} == {MailState.QUEUED, MailState.SENDING}
        self.state = state
        if not one_effort:
            self.make_due(now if state is MailState.QUEUED else None)
