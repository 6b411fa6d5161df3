"""The mailbox ledger: how far a folder was read, what each UID holds, and which mails are to leave the folder."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, delete, insert, select
from sqlalchemy.orm import Session

from db.models import MailboxEntry, MailboxState, MailMove, Message


@dataclass(frozen=True, slots=True)
class Place:
    """A folder of an account, in one numbering."""

    account: str
    folder: str
    uidvalidity: int


@dataclass(frozen=True, slots=True)
class Held:
    """What the ledger says of a UID: the message, its content and its size as the server told it."""

    message_id: int
    sha256: str
    size: int


def state(session: Session, account: str, folder: str) -> MailboxState | None:
    """How far this folder was read; None before the first time."""
    here = (MailboxState.account == account) & (MailboxState.folder == folder)
    return session.scalars(select(MailboxState).where(here)).first()


def states(session: Session) -> list[MailboxState]:
    """Every mailbox that was ever read."""
    return list(session.scalars(select(MailboxState).order_by(MailboxState.id)))


def begin(
    session: Session,
    account: str,
    folder: str,
    uidvalidity: int,
    last_uid: int,
    since: datetime | None,
    first_uid: int | None = None,
) -> None:
    """Set the cursor at the first look at a folder, or in its new numbering. first_uid: of the mails that count."""
    here = state(session, account, folder)
    if here is None:
        here = _never_read(session, account, folder)
    if not here.uidvalidity:
        here.since = since
    here.uidvalidity, here.last_uid = uidvalidity, last_uid
    here.first_uid = last_uid + 1 if first_uid is None else first_uid


def step_back(session: Session, place: Place, last_uid: int, first_uid: int) -> int:
    """Read again from after `last_uid`: forget what the UIDs above held. Returns how many were forgotten.

    The next audit is due at once.
    """
    here = state(session, place.account, place.folder)
    if here is not None:
        here.last_uid, here.first_uid, here.audited_at = last_uid, first_uid, None
    return _forget(session, _at(place) & (MailboxEntry.uid > last_uid))


def advance(session: Session, place: Place, last_uid: int) -> None:
    """The folder was read up to this UID; nothing when it is numbered anew, for then it is read whole first."""
    here = state(session, place.account, place.folder)
    if here is not None and here.uidvalidity == place.uidvalidity:
        here.last_uid = max(here.last_uid, last_uid)


def held(session: Session, place: Place, uids: Collection[int] | None = None) -> dict[int, Held]:
    """What these UIDs of the folder hold, or all of them; those that are not in the ledger are left out."""
    columns = (MailboxEntry.uid, Message.id, Message.sha256, Message.size)
    found = select(*columns).join(Message, Message.id == MailboxEntry.message_id).where(_at(place))
    rows = session.execute(found if uids is None else found.where(MailboxEntry.uid.in_(uids)))
    return {uid: Held(message_id, sha256, size) for uid, message_id, sha256, size in rows}


def uids_entered(session: Session, place: Place) -> set[int]:
    """The UIDs of this numbering of the folder that are in the ledger."""
    return set(session.scalars(select(MailboxEntry.uid).where(_at(place))))


def judged_since(session: Session, place: Place) -> datetime | None:
    """From when on a mail counts that lies among those read before; None: each does.

    In its first numbering a folder has nothing above `first_uid` but what came later. In another one old mails lie
    anywhere.
    """
    here = state(session, place.account, place.folder)
    same = (MailboxEntry.account == place.account) & (MailboxEntry.folder == place.folder)
    earlier = select(MailboxEntry.id).where(same, MailboxEntry.uidvalidity != place.uidvalidity).limit(1)
    return here.since if here is not None and session.scalars(earlier).first() is not None else None


def enter(session: Session, place: Place, holdings: Mapping[int, int]) -> None:
    """Write that these UIDs hold those messages."""
    here = {"account": place.account, "folder": place.folder, "uidvalidity": place.uidvalidity}
    rows = [here | {"uid": uid, "message_id": message_id} for uid, message_id in holdings.items()]
    if rows:
        session.execute(insert(MailboxEntry), rows)


def forget(session: Session, place: Place, uids: Collection[int]) -> None:
    """Take these UIDs out of the ledger: the server has given them to other mails."""
    _forget(session, _at(place) & MailboxEntry.uid.in_(uids))


def _forget(session: Session, entries: ColumnElement[bool]) -> int:
    """Whatever was to be moved under such a UID is another mail now."""
    session.execute(delete(MailMove).where(MailMove.entry_id.in_(select(MailboxEntry.id).where(entries))))
    gone = session.execute(delete(MailboxEntry).where(entries).returning(MailboxEntry.id)).all()
    return len(gone)


def _at(place: Place) -> ColumnElement[bool]:
    return (
        (MailboxEntry.account == place.account)
        & (MailboxEntry.folder == place.folder)
        & (MailboxEntry.uidvalidity == place.uidvalidity)
    )


def note_audit(session: Session, place: Place, audited: int, recovered: int, now: datetime) -> None:
    """Keep the figures of an audit."""
    here = state(session, place.account, place.folder)
    if here is not None:
        here.audited_at, here.audited, here.recovered = now, audited, recovered


def last_read_at(session: Session) -> datetime | None:
    """When a mailbox was last read without error."""
    return max((found.read_at for found in states(session) if found.read_at), default=None)


def note_success(session: Session, account: str, folder: str, now: datetime) -> None:
    """The folder was read to its end."""
    here = state(session, account, folder)
    if here is not None:
        here.read_at, here.failure, here.failed_since = now, None, None


def forget_failures(session: Session, account: str, folder: str) -> None:
    """What failed in other folders, before the settings were corrected, is over. Only for whoever is alone."""
    for other in states(session):
        if (other.account, other.folder) != (account, folder):
            other.failure, other.failed_since = None, None


def note_failure(session: Session, account: str, folder: str, reason: str, now: datetime) -> None:
    """Keep the reason the folder cannot be read, and since when."""
    here = state(session, account, folder) or _never_read(session, account, folder)
    here.failure, here.failed_since = reason, here.failed_since or now


def _never_read(session: Session, account: str, folder: str) -> MailboxState:
    """No server numbers a folder 0 (RFC 3501, 2.3.1.1): it stands for a folder that could not be opened yet."""
    here = MailboxState(account=account, folder=folder, uidvalidity=0, last_uid=0)
    session.add(here)
    return here


def queue_moves(session: Session, message_id: int, now: datetime) -> None:
    """The mails that hold this message are to leave the folder. Harmless when repeated."""
    queued = select(MailMove.entry_id)
    entries = select(MailboxEntry.id).where(MailboxEntry.message_id == message_id, MailboxEntry.id.not_in(queued))
    session.add_all([MailMove(entry_id=entry_id, due_at=now) for entry_id in session.scalars(entries)])


def to_move(now: datetime) -> Select[MailMove]:
    """Moves that are to be done, oldest first."""
    return select(MailMove).where(MailMove.due_at <= now).order_by(MailMove.due_at, MailMove.id)
