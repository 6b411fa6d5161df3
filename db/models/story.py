"""Stories: what a school reported, what its page says, what the board decided, where it was published."""

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.models.base import Base, Event, Workable, one_of
from db.models.people import Member, School
from db.states import StoryState, check_move

AT_WORK = (StoryState.FOUND, StoryState.FETCHED)


class StoryEvent(Event, Base):
    """What happened to a story, and the member's own words where there are any."""

    __tablename__ = "story_event"

    story_id: Mapped[int] = mapped_column(ForeignKey("story.id"), index=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    member: Mapped[Member | None] = relationship()


class Page(Base):
    """A fetched page, compressed: kept so that it can be read again with better rules."""

    __tablename__ = "page"

    story_id: Mapped[int] = mapped_column(ForeignKey("story.id"), primary_key=True)
    final_url: Mapped[str]
    content_type: Mapped[str | None]
    body: Mapped[bytes] = mapped_column(LargeBinary)
    fetched_at: Mapped[datetime]
    insecure_tls: Mapped[bool] = mapped_column(default=False)


class Story(Workable, Base):
    """One story. Its id is the short number people type (#123), for life."""

    __tablename__ = "story"
    __table_args__ = (
        Index(None, "state", "due_at"),
        Index(None, "school_year", "week", "school_id"),
        {"sqlite_autoincrement": True},
    )

    state: Mapped[StoryState] = mapped_column(one_of(StoryState), default=StoryState.FOUND)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"), index=True)
    school_year: Mapped[int | None]
    week: Mapped[int | None]  # the school week it is credited to
    found_at: Mapped[datetime]
    url: Mapped[str]  # unwrapped, as it is fetched
    identity: Mapped[str] = mapped_column(unique=True)
    host: Mapped[str] = mapped_column(index=True)
    offered_title: Mapped[str | None]  # what the school wrote beside the link
    original_id: Mapped[int | None] = mapped_column(ForeignKey("story.id"))

    verdict_at: Mapped[datetime | None]  # the outcome of the first attempt on its page
    reason: Mapped[str | None]  # why it is unreachable
    retrying: Mapped[bool] = mapped_column(default=False)  # the school was told that we try again
    page_kind: Mapped[str | None]
    title: Mapped[str | None]
    published_on: Mapped[date | None]
    byline: Mapped[str | None]
    text: Mapped[str | None] = mapped_column(Text, deferred=True)
    summary: Mapped[str | None]
    image_url: Mapped[str | None]
    canonical_url: Mapped[str | None]
    page_identity: Mapped[str | None] = mapped_column(index=True)  # the key of the address where the page really lives
    theme: Mapped[str | None]
    flags: Mapped[list[str]] = mapped_column(JSON, default=list)
    pending_at: Mapped[datetime | None]

    school: Mapped[School] = relationship(lazy="joined", innerjoin=True)
    original: Mapped["Story | None"] = relationship(remote_side="Story.id")
    page: Mapped[Page | None] = relationship(cascade="all, delete-orphan")
    events: Mapped[list[StoryEvent]] = relationship(order_by=StoryEvent.id)
    publications: Mapped[list["Publication"]] = relationship(order_by="Publication.id", cascade="all, delete-orphan")

    def move_to(
        self, state: StoryState, now: datetime, way: str, *, member_id: int | None = None, note: str | None = None
    ) -> None:
        """Change the state and write the event. Found and fetched stories are due at once; the others rest."""
        check_move(self.state, state)
        self.events.append(StoryEvent(at=now, old=self.state, new=state, way=way, member_id=member_id, note=note))
        self.state = state
        self.make_due(now if state in AT_WORK else None)

    @property
    def headline(self) -> str:
        """The best title known so far."""
        return self.title or self.offered_title or self.url


class Publication(Base):
    """Where a story stands now: channel, address, who put it there."""

    __tablename__ = "publication"

    id: Mapped[int] = mapped_column(primary_key=True)
    story_id: Mapped[int] = mapped_column(ForeignKey("story.id"), index=True)
    channel: Mapped[str]
    url: Mapped[str]
    at: Mapped[datetime]
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
