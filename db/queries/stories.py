"""Stories: what is due, what the board sees, which school reported in which week."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, selectinload

from db.models import HostTurn, Story
from db.queries.hosts import is_free
from db.states import StoryState

CREDITED = (
    StoryState.FOUND,
    StoryState.FETCHED,
    StoryState.PENDING,
    StoryState.APPROVED,
    StoryState.PUBLISHED,
    StoryState.REVISE,
    StoryState.DECLINED,
)


def to_fetch(now: datetime) -> Select[Story]:
    """Stories whose page is to be fetched and whose host may be asked now."""
    states = (StoryState.FOUND, StoryState.UNREACHABLE, StoryState.REVISE)
    free = or_(HostTurn.free_at.is_(None), is_free(now))
    due = select(Story).outerjoin(HostTurn, HostTurn.host == Story.host).where(Story.state.in_(states), free)
    return due.where(Story.due_at <= now).order_by(Story.due_at, Story.id)


def to_read(now: datetime) -> Select[Story]:
    """Stories whose page is there and not read."""
    return select(Story).where(Story.state == StoryState.FETCHED, Story.due_at <= now).order_by(Story.due_at, Story.id)


def by_identity(session: Session, keys: Collection[str]) -> dict[str, Story]:
    """The stories known under these identity keys."""
    return {story.identity: story for story in session.scalars(select(Story).where(Story.identity.in_(keys)))}


def shown_at(session: Session, key: str, besides: int) -> Story | None:
    """Another story that the board can see and that is known under this key, or whose page lives there."""
    same = or_(Story.identity == key, Story.page_identity == key)
    unseen = (StoryState.FOUND, StoryState.FETCHED, StoryState.UNREACHABLE, StoryState.DUPLICATE)
    others = select(Story).where(same, Story.id != besides, Story.state.not_in(unseen)).order_by(Story.id)
    return session.scalars(others).first()


def get(session: Session, number: int) -> Story | None:
    """One story, whole."""
    options = (selectinload(Story.events), selectinload(Story.publications), selectinload(Story.original))
    return session.scalars(select(Story).where(Story.id == number).options(*options)).first()


def locked(session: Session, number: int) -> Story | None:
    """One story, locked until the commit."""
    return session.get(Story, number, with_for_update={"of": Story})


def pending(session: Session) -> Sequence[Story]:
    """The board's queue, oldest first."""
    return session.scalars(select(Story).where(Story.state == StoryState.PENDING).order_by(Story.id)).all()


def listed(session: Session, state: StoryState | None = None, limit: int | None = None) -> Sequence[Story]:
    """The stories, newest first."""
    query = select(Story).order_by(Story.id.desc()).limit(limit)
    return session.scalars(query if state is None else query.where(Story.state == state)).all()


def counts_in_week(session: Session, school_year: int, week: int) -> dict[int, int]:
    """School id → stories credited to that school week."""
    credited = (Story.school_year == school_year) & (Story.week == week) & Story.state.in_(CREDITED)
    rows = session.execute(select(Story.school_id, func.count()).where(credited).group_by(Story.school_id))
    return dict(iter(rows))


def count_stuck(session: Session) -> int:
    """How many stories are at work and nobody's: their step broke even while giving up."""
    at_rest = Story.due_at.is_(None) & Story.failure.is_not(None)  # without a failure it is history, and well
    stuck = Story.state.in_((StoryState.FOUND, StoryState.FETCHED)) & at_rest
    return session.scalars(select(func.count()).select_from(Story).where(stuck)).one()


def count(session: Session, state: StoryState) -> int:
    """How many stories are in this state."""
    return session.scalars(select(func.count()).select_from(Story).where(Story.state == state)).one()
