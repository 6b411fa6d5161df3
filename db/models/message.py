"""Mails that came in: the bytes as they were, what was understood, and the links found."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.models.base import Base, Event, Workable, one_of
from db.models.people import School
from db.models.story import Story
from db.states import MessageState, check_move


class Answer(StrEnum):
    """Where the acknowledgement of a mail stands."""

    NONE = "none"  # not decided yet, or none is due
    OPEN = "open"  # queued as soon as every link has its first verdict
    HELD = "held"  # over the cap: one combined acknowledgement at the end of the hour
    QUEUED = "queued"


class MessageEvent(Event, Base):
    """What happened to a mail."""

    __tablename__ = "message_event"

    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), index=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))


class Message(Workable, Base):
    """One mail. `sha256` of the raw bytes is its second identity: it survives a renumbered mailbox."""

    __tablename__ = "message"
    __table_args__ = (
        Index(None, "state", "due_at"),
        Index(None, "sender_address", "answer"),
        Index(None, "answer", "due_at"),
    )

    state: Mapped[MessageState] = mapped_column(one_of(MessageState))
    sha256: Mapped[str] = mapped_column(unique=True)
    twin: Mapped[str | None] = mapped_column(index=True)  # what a copy from elsewhere has in common with it
    history: Mapped[bool] = mapped_column(default=False, server_default=false())  # imported: kept, and nobody's work
    size: Mapped[int]
    raw: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)  # zlib-compressed
    truncated: Mapped[bool] = mapped_column(default=False)
    received_at: Mapped[datetime]  # the server's time, never the Date field
    stored_at: Mapped[datetime]

    reason: Mapped[str | None]  # why it waits, is ignored or quarantined
    rfc_id: Mapped[str | None] = mapped_column(index=True)  # its Message-ID: a hint, never a key
    references: Mapped[list[str]] = mapped_column(JSON, default=list)
    sender_address: Mapped[str | None]
    sender_name: Mapped[str | None]
    forwarded_by: Mapped[str | None]  # the office's or the school's own clerk who handed it on: his address
    verified: Mapped[bool] = mapped_column(default=False)  # the receiving server vouches for the sender
    subject: Mapped[str | None]
    kind: Mapped[str | None]
    school_id: Mapped[int | None] = mapped_column(ForeignKey("school.id"), index=True)
    school_by: Mapped[str | None]
    school_year: Mapped[int | None]
    claimed_week: Mapped[int | None]
    received_week: Mapped[int | None]
    credited_week: Mapped[int | None]
    credit_reason: Mapped[str | None]
    flags: Mapped[list[str]] = mapped_column(JSON, default=list)
    restricted: Mapped[bool] = mapped_column(default=False)  # carries an incident: elsewhere only its number shows
    silence_reason: Mapped[str | None]
    answer: Mapped[Answer] = mapped_column(one_of(Answer), default=Answer.NONE)
    answered_at: Mapped[datetime | None]

    school: Mapped[School | None] = relationship()
    links: Mapped[list["Link"]] = relationship(
        back_populates="message", order_by="Link.position", cascade="all, delete-orphan"
    )
    events: Mapped[list[MessageEvent]] = relationship(order_by=MessageEvent.id)

    def move_to(
        self, state: MessageState, now: datetime, way: str, *, member_id: int | None = None, note: str | None = None
    ) -> None:
        """Change the state and write the event. A received message is due at once; every other state rests."""
        check_move(self.state, state)
        self.events.append(MessageEvent(at=now, old=self.state, new=state, way=way, member_id=member_id, note=note))
        self.state = state
        self.make_due(now if state is MessageState.RECEIVED else None)


class Link(Base):
    """A link of a mail, with its role. A story link points to its story; several mails may point to the same one."""

    __tablename__ = "link"

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), index=True)
    position: Mapped[int]
    url: Mapped[str]
    written: Mapped[str]
    role: Mapped[str]
    found_in: Mapped[str]
    title: Mapped[str | None]
    story_id: Mapped[int | None] = mapped_column(ForeignKey("story.id"), index=True)
    repeats: Mapped[bool] = mapped_column(default=False)  # the story was known before this mail
    message: Mapped[Message] = relationship(back_populates="links")
    story: Mapped[Story | None] = relationship()
