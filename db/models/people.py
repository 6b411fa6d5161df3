"""Schools, and the people of the office: data, imported from CSV, not settings."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.models.base import Base, one_of


class SchoolKeyKind(StrEnum):
    """By what a school is known."""

    EMAIL = "email"  # an exact address
    SUFFIX = "suffix"  # the end of a local part on the shared Workspace domain: name.c2gv@
    HOST = "host"  # a host of its web site, present or former


class School(Base):
    """A school that owes stories. `code` is its key in files; schools change, hence validity and predecessor."""

    __tablename__ = "school"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    level: Mapped[str]
    name: Mapped[str]
    short_name: Mapped[str]
    contacts: Mapped[list[str]] = mapped_column(JSON, default=list)
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    predecessor: Mapped[str | None]
    keys: Mapped[list["SchoolKey"]] = relationship(
        back_populates="school", cascade="all, delete-orphan", lazy="selectin"
    )


class SchoolKey(Base):
    """One address, suffix or host; it names one school only."""

    __tablename__ = "school_key"
    __table_args__ = (UniqueConstraint("kind", "value"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"), index=True)
    kind: Mapped[SchoolKeyKind] = mapped_column(one_of(SchoolKeyKind))
    value: Mapped[str]
    school: Mapped[School] = relationship(back_populates="keys")


class Role(StrEnum):
    """What a person of the office is to tinbai."""

    BOARD = "board"  # gets the digest, decides
    STAFF = "staff"  # an office mailbox; never a school's own


class Member(Base):
    """A member of the editorial board, or an office address."""

    __tablename__ = "member"

    id: Mapped[int] = mapped_column(primary_key=True)
    handle: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    email: Mapped[str] = mapped_column(unique=True)
    role: Mapped[Role] = mapped_column(one_of(Role))
    active: Mapped[bool] = mapped_column(default=True)


class Contact(Base):
    """How well an address that we write to can be reached. No row: nothing is known against it."""

    __tablename__ = "contact"

    address: Mapped[str] = mapped_column(primary_key=True)  # lower case
    soft: Mapped[int] = mapped_column(default=0)  # temporary failures in a row, one a day at most
    hard: Mapped[int] = mapped_column(default=0)  # permanent failures in a row, one a day at most
    bounced_at: Mapped[datetime]  # the last of them
    diagnosis: Mapped[str | None]  # its status code, such as "5.1.1"
    dead_since: Mapped[datetime | None]  # from then on another contact is used, if there is one
