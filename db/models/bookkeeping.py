"""What the machinery notes for itself: the mailbox ledger, hosts' turns, duties, alarms, periodic runs."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.models.base import Base, Workable


class MailboxState(Base):
    """How far a folder was read, and how that went last."""

    __tablename__ = "mailbox_state"
    __table_args__ = (UniqueConstraint("account", "folder"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[str]
    folder: Mapped[str]
    uidvalidity: Mapped[int] = mapped_column(BigInteger)
    last_uid: Mapped[int] = mapped_column(BigInteger)  # unsigned 32 bits in IMAP, more in a Maildir
    first_uid: Mapped[int] = mapped_column(BigInteger, server_default="1")  # where reading began in this numbering
    since: Mapped[datetime | None]  # mails older than this were never asked for; empty: all were
    read_at: Mapped[datetime | None]
    failure: Mapped[str | None]
    failed_since: Mapped[datetime | None]
    audited_at: Mapped[datetime | None]
    audited: Mapped[int | None]  # mails that the last audit compared with the ledger
    recovered: Mapped[int | None]  # of those, how many the ledger lacked; they were read then


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


class MailMove(Workable, Base):
    """A mail is to be moved out of the folder that people read. The row goes when the mail is gone."""

    __tablename__ = "mail_move"

    entry_id: Mapped[int] = mapped_column(ForeignKey("mailbox_entry.id"), unique=True)
    entry: Mapped[MailboxEntry] = relationship()


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


class Alarm(Base):
    """Something is wrong as a whole, since when, and whether a person was told. The row goes when it is over."""

    __tablename__ = "alarm"

    name: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[datetime]
    told_at: Mapped[datetime | None]


class Run(Base):
    """A periodic job was done for this period."""

    __tablename__ = "run"
    __table_args__ = (UniqueConstraint("job", "period"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    job: Mapped[str]
    period: Mapped[str]
    at: Mapped[datetime]
