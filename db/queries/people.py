"""Schools and members: looked up by what they are known by, added and brought up to date from files."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, lazyload

from db.models import Member, Role, School, SchoolKey, SchoolKeyKind


def all_schools(session: Session) -> Sequence[School]:
    """Every school, with its keys."""
    return session.scalars(select(School).order_by(School.id)).all()


def schools_by_code(session: Session, codes: Collection[str]) -> dict[str, School]:
    """The schools with these codes, by code."""
    found = select(School).where(School.code.in_(codes)).options(lazyload(School.keys))
    return {school.code: school for school in session.scalars(found)}


def register(session: Session) -> Sequence[tuple[str, str, str, str, Sequence[tuple[SchoolKeyKind, str]]]]:
    """Code, level, name, short name and keys of every school, without rows: it is read for every batch of mails."""
    keys: dict[int, list[tuple[SchoolKeyKind, str]]] = defaultdict(list)
    for school_id, kind, value in session.execute(
        select(SchoolKey.school_id, SchoolKey.kind, SchoolKey.value).order_by(SchoolKey.id)
    ):
        keys[school_id].append((kind, value))
    schools = select(School.id, School.code, School.level, School.name, School.short_name).order_by(School.id)
    return [(code, level, name, short, keys[number]) for number, code, level, name, short in session.execute(schools)]


def schools_holding(session: Session, values: Collection[str], besides: Collection[str]) -> dict[str, str]:
    """Which of these keys belong to a school whose code is not among `besides`: value → code."""
    held = select(SchoolKey.value, School.code).join(School)
    rows = session.execute(held.where(SchoolKey.value.in_(values), School.code.not_in(besides)))
    return dict(iter(rows))


def members_holding(session: Session, emails: Collection[str], besides: Collection[str]) -> dict[str, str]:
    """Which of these addresses belong to a member whose handle is not among `besides`: address → handle."""
    held = select(Member.email, Member.handle).where(Member.email.in_(emails), Member.handle.not_in(besides))
    return dict(iter(session.execute(held)))


def save_schools(session: Session, schools: Iterable[School]) -> tuple[int, int]:
    """Add these schools, or bring those of the same code up to date. Returns how many were added and updated."""
    known = {school.code: school for school in all_schools(session)}
    pairs = [(known.get(fresh.code), fresh) for fresh in schools]
    for old, _ in pairs:
        if old is not None:
            old.keys.clear()
    session.flush()  # keys may wander from one school to another within one file
    for old, fresh in pairs:
        if old is None:
            session.add(fresh)
        else:
            _update(old, fresh)
    return sum(old is None for old, _ in pairs), sum(old is not None for old, _ in pairs)


def _update(old: School, fresh: School) -> None:
    for field in ("level", "name", "short_name", "contacts", "valid_from", "valid_to", "predecessor"):
        setattr(old, field, getattr(fresh, field))
    old.keys = [SchoolKey(kind=key.kind, value=key.value) for key in fresh.keys]


def all_members(session: Session) -> Sequence[Member]:
    """Everybody of the office, active or not."""
    return session.scalars(select(Member).order_by(Member.id)).all()


def board(session: Session) -> Sequence[Member]:
    """The active members of the editorial board."""
    return session.scalars(select(Member).where(Member.role == Role.BOARD, Member.active).order_by(Member.id)).all()


def find_member(session: Session, name: str) -> Member | None:
    """The active board member with that handle or address."""
    wanted = name.strip().lower()
    named = or_(Member.handle == wanted, Member.email == wanted)
    return session.scalars(select(Member).where(named, Member.active, Member.role == Role.BOARD)).first()


def save_members(session: Session, members: Iterable[Member]) -> tuple[int, int]:
    """Add these members, or bring those of the same handle up to date. Returns how many were added and updated."""
    known = {member.handle: member for member in all_members(session)}
    pairs = [(known.get(fresh.handle), fresh) for fresh in members]
    for old, fresh in pairs:
        if old is not None:
            old.email = f"{fresh.handle} moves"  # addresses may wander from one member to another within one file
    session.flush()
    for old, fresh in pairs:
        if old is None:
            session.add(fresh)
            continue
        old.name, old.email, old.role, old.active = fresh.name, fresh.email, fresh.role, fresh.active
    return sum(old is None for old, _ in pairs), sum(old is not None for old, _ in pairs)
