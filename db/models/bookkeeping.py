"""What the machinery notes for itself: the mailbox ledger, hosts' turns, periodic runs."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base


class MailboxState(Base):
    """How far a folder was read, and how that went last."""

    __tablename__ = "mailbox_state"
    __table_args__ = (UniqueConstraint("account", "folder"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[str]
    folder: Mapped[str]
    uidvalidity: Mapped[int] = mapped_column(BigInteger)
    last_uid: Mapped[int] = mapped_column(BigInteger)  # unsigned 32 bits in IMAP, more in a Maildir
    since: Mapped[datetime | None]  # mails older than this were never asked for; empty: all were
    read_at: Mapped[datetime | None]
    failure: Mapped[str | None]
    failed_since: Mapped[datetime | None]


class MailboxEntry(Base):
    """The ledger: this UID of this folder holds that message. The unique key absorbs every repeat."""

    __tablename__ = "mailbox_entry"
    __table_args__ = (UniqueConstraint("account", "folder", "uidvalidity", "uid"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[str]
    folder: Mapped[str]
    uidvalidity: Mapped[int] = mapped_column(BigInteger)
    uid: Mapped[int] = mapped_column(BigInteger)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), index=True)


class HostTurn(Base):
    """When a web host may be asked again, whichever process asks."""

    __tablename__ = "host_turn"

    host: Mapped[str] = mapped_column(primary_key=True)
    free_at: Mapped[datetime]


class Lease(Base):
    """A duty that one process has at a time, such as reading a mailbox."""

    __tablename__ = "lease"

    name: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str]
    until: Mapped[datetime]


class Run(Base):
    """A periodic job was done for this period."""

    __tablename__ = "run"
    __table_args__ = (UniqueConstraint("job", "period"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    job: Mapped[str]
    period: Mapped[str]
    at: Mapped[datetime]
