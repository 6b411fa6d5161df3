"""What a person who checks the installation asks of the record. Changes nothing."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from db.models import Lease, MailboxEntry, MailMove, Message
from db.queries import mailbox
from db.states import MessageState

SERVER = """
SELECT current_setting('server_version_num')::int,
       NOT pg_is_in_recovery() AND coalesce(
           (SELECT bool_and(has_table_privilege(c.oid, 'INSERT') AND has_table_privilege(c.oid, 'UPDATE')
                            AND has_table_privilege(c.oid, 'DELETE'))
            FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace),
           has_schema_privilege(current_schema(), 'CREATE'))
"""


@dataclass(frozen=True, slots=True)
class Server:
    """A PostgreSQL server: its version as it numbers it (130004 is 13.4), and whether we may write there."""

    version: int
    writable: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a folder was read, and how that went last; uidvalidity 0: never yet."""

    uidvalidity: int
    last_uid: int
    read_at: datetime | None
    failure: str | None
    failed_since: datetime | None
    audited_at: datetime | None
    audited: int
    recovered: int


@dataclass(frozen=True, slots=True)
class Moves:
    """Mails that could not be moved: how many are tried again, how many were given up, and the last reason."""

    retried: int
    given_up: int
    reason: str


def is_whole(session: Session) -> bool:
    """Does SQLite find no fault in its file? Reads all of it. Raises DatabaseError when it cannot even look."""
    return session.scalars(text("PRAGMA quick_check(1)")).first() == "ok"


def server(session: Session) -> Server:
    """Which PostgreSQL it is."""
    version, writable = session.execute(text(SERVER)).one()
    return Server(version, bool(writable))


def holder(session: Session, duty: str, now: datetime) -> str | None:
    """Who has this duty at present."""
    return session.scalars(select(Lease.holder).where(Lease.name == duty, Lease.until > now)).first()


def progress(session: Session, account: str, folder: str) -> Progress | None:
    """How far this folder was read; None before anybody tried."""
    state = mailbox.state(session, account, folder)
    if state is None:
        return None
    return Progress(
        uidvalidity=state.uidvalidity,
        last_uid=state.last_uid,
        read_at=state.read_at,
        failure=state.failure,
        failed_since=state.failed_since,
        audited_at=state.audited_at,
        audited=state.audited or 0,
        recovered=state.recovered or 0,
    )


def moves(session: Session) -> Moves:
    """Which mails could not be moved out of the folder that people read."""
    failed = MailMove.failure.is_not(None)
    given_up = func.count().filter(MailMove.due_at.is_(None))
    total, resting = session.execute(select(func.count(), given_up).where(failed)).one()
    reason = session.scalars(select(MailMove.failure).where(failed).order_by(MailMove.id.desc()).limit(1)).first()
    return Moves(total - resting, resting, reason or "")


def latest_read(session: Session, account: str, but_from: Collection[str], limit: int) -> Sequence[bytes]:
    """The compressed bytes of the newest mails of this account that were read, without those of these senders."""
    here = select(MailboxEntry.message_id).where(MailboxEntry.account == account)
    others = Message.sender_address.not_in(but_from)
    found = select(Message.raw).where(Message.id.in_(here), Message.state == MessageState.READ, others)
    return session.scalars(found.order_by(Message.id.desc()).limit(limit)).all()


def mails_named(session: Session, subject: str) -> list[tuple[bytes, datetime]]:
    """The compressed bytes of the mails with this subject, and when they came."""
    found = session.execute(select(Message.raw, Message.received_at).where(Message.subject == subject))
    return [(raw, received_at) for raw, received_at in found]
