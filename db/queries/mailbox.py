"""The mailbox ledger: how far a folder was read, and what each UID holds."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import MailboxEntry, MailboxState, Message


def state(session: Session, account: str, folder: str) -> MailboxState | None:
    """How far this folder was read; None before the first time."""
    here = (MailboxState.account == account) & (MailboxState.folder == folder)
    return session.scalars(select(MailboxState).where(here)).first()


def states(session: Session) -> list[MailboxState]:
    """Every mailbox that was ever read."""
    return list(session.scalars(select(MailboxState).order_by(MailboxState.id)))


def begin(session: Session, account: str, folder: str, uidvalidity: int, last_uid: int, since: datetime | None) -> None:
    """Set the cursor at the first look at a folder, or in its new numbering."""
    here = state(session, account, folder)
    if here is None:
        here = _never_read(session, account, folder)
    if not here.uidvalidity:
        here.since = since
    here.uidvalidity, here.last_uid = uidvalidity, last_uid


def entered(session: Session, account: str, folder: str, uidvalidity: int, uid: int) -> bool:
    """Is this UID in the ledger?"""
    return (
        session.scalars(
            select(MailboxEntry.id).where(
                MailboxEntry.account == account,
                MailboxEntry.folder == folder,
                MailboxEntry.uidvalidity == uidvalidity,
                MailboxEntry.uid == uid,
            )
        ).first()
        is not None
    )


def uids_entered(session: Session, account: str, folder: str, uidvalidity: int) -> set[int]:
    """The UIDs of this numbering of the folder that are in the ledger."""
    here = (MailboxEntry.account == account) & (MailboxEntry.folder == folder)
    return set(session.scalars(select(MailboxEntry.uid).where(here, MailboxEntry.uidvalidity == uidvalidity)))


def message_with(session: Session, sha256: str) -> Message | None:
    """The message with exactly this content."""
    return session.scalars(select(Message).where(Message.sha256 == sha256)).first()


def last_read_at(session: Session) -> datetime | None:
    """When a mailbox was last read without error."""
    return max((found.read_at for found in states(session) if found.read_at), default=None)


def note_success(session: Session, account: str, folder: str, now: datetime) -> None:
    """The folder was read to its end."""
    here = state(session, account, folder)
    if here is not None:
        here.read_at, here.failure, here.failed_since = now, None, None


def note_failure(session: Session, account: str, folder: str, reason: str, now: datetime) -> None:
    """Keep the reason the folder cannot be read, and since when."""
    here = state(session, account, folder) or _never_read(session, account, folder)
    here.failure, here.failed_since = reason, here.failed_since or now


def _never_read(session: Session, account: str, folder: str) -> MailboxState:
    """No server numbers a folder 0 (RFC 3501, 2.3.1.1): it stands for a folder that could not be opened yet."""
    here = MailboxState(account=account, folder=folder, uidvalidity=0, last_uid=0)
    session.add(here)
    return here
