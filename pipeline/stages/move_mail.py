"""Moves mails that need nobody out of the folder that people read, each after the commit that decided so.

It runs beside the reader of the mailbox, on a connection of its own. A mail that waits for a person, that could not be
read or that tells of an incident is never moved. The ledger keeps its entry.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select
from sqlalchemy.orm import Session

from db.models import MailMove, Message
from db.queries import mailbox as ledger
from db.queries.mailbox import Place
from db.states import MessageState
from db.wake import Group
from db.work import RetryPolicy, Step, WorkFailed
from ingest.mailbox_protocol import Mailbox, MailboxError, OpenMailbox
from ingest.receive import place_of
from ingest.settings import MailboxSettings
from parsers.kind import Kind

__all__ = ["MoveJob", "MoveMail", "queue_move"]

log = logging.getLogger(__name__)

DAYS = RetryPolicy((*(timedelta(minutes=minutes) for minutes in (1, 10, 60, 360)), *(timedelta(days=1),) * 6))
MACHINE_KINDS = frozenset({Kind.AUTO_REPLY.value, Kind.BOUNCE.value})


@dataclass(frozen=True, slots=True)
class MoveJob:
    """A mail by its place in the mailbox, and its size in bytes as the server told it."""

    place: Place
    uid: int
    size: int


class _MoveRefused(WorkFailed):
    """The mailbox was there, and did not move these mails: one of them may be to blame."""


def queue_move(session: Session, message: Message, now: datetime) -> None:
    """Have the mail moved if it needs nobody any more; in the commit that decided so. Harmless when repeated."""
    is_machine_mail = message.state is MessageState.IGNORED and message.kind in MACHINE_KINDS
    if (message.state is MessageState.READ or is_machine_mail) and not message.restricted:
        session.flush()
        ledger.queue_moves(session, message.id, now)


class MoveMail(Step[MailMove, MoveJob, None]):
    """Moves that are queued; done, the row goes. One that fails to the last stays, with the reason."""

    name = "move_mail"
    group = Group.MOVING
    retry = DAYS
    lease = timedelta(minutes=5)
    batch = 50

    def __init__(self, mailbox: Mailbox, settings: MailboxSettings) -> None:
        self._mailbox = mailbox
        self._settings = settings

    def due(self, now: datetime) -> Select[MailMove]:
        """Moves in the order they were queued."""
        return ledger.to_move(now)

    def load(self, session: Session, row: MailMove, now: datetime) -> MoveJob:
        """Where the mail lies."""
        entry = row.entry
        place = Place(entry.account, entry.folder, entry.uidvalidity)
        return MoveJob(place, entry.uid, ledger.held(session, place, [entry.uid])[entry.uid].size)

    def work(self, job: MoveJob) -> None:
        """Move one mail. Raises WorkFailed."""
        self._move([job])

    def work_together(self, jobs: Sequence[MoveJob]) -> Sequence[WorkFailed | None]:
        """Move several over one connection; one by one when that is refused, so that only the guilty one stays."""
        try:
            self._move(jobs)
        except _MoveRefused as refusal:
            return [refusal] * len(jobs) if refusal.permanent else self._move_each(jobs)
        except WorkFailed as failure:
            return [failure] * len(jobs)
        return [None] * len(jobs)

    def save(self, session: Session, row: MailMove, result: None, now: datetime) -> None:
        """The mail is gone from the folder."""
        session.delete(row)

    def give_up(self, session: Session, row: MailMove, failure: WorkFailed, now: datetime) -> None:
        """The row stays, at rest, for a person to see; the mail stays where it is."""

    def _move_each(self, jobs: Sequence[MoveJob]) -> list[WorkFailed | None]:
        """Each over a connection of its own, as a failure ends one; the rest fail with the mailbox itself."""
        outcomes: list[WorkFailed | None] = []
        for job in jobs:
            outcome = self._outcome(job)
            if isinstance(outcome, WorkFailed) and not isinstance(outcome, _MoveRefused):
                return outcomes + [outcome] * (len(jobs) - len(outcomes))
            outcomes.append(outcome)
        return outcomes

    def _move(self, jobs: Sequence[MoveJob]) -> None:
        try:
            with self._mailbox.connect() as opened:
                uids = self._still_meant(opened, jobs)
                try:
                    opened.move(uids)
                except MailboxError as error:
                    raise _MoveRefused(error.reason, permanent=error.permanent) from error
        except MailboxError as error:
            raise WorkFailed(error.reason) from error

    def _still_meant(self, opened: OpenMailbox, jobs: Sequence[MoveJob]) -> list[int]:
        """The UIDs that still mean the mails which were read; any other mail stays, and nobody comes back for it.

        Mails of another numbering, or of a folder that is read no more, cannot be told any more. A server that was
        restored from a backup gives UIDs a second time, and a new mail must not go before it was read.
        """
        here = place_of(self._settings, opened.status().uidvalidity)
        sizes = opened.sizes([job.uid for job in jobs if job.place == here])
        meant = [job.uid for job in jobs if job.place == here and sizes.get(job.uid) == job.size]
        if strangers := sizes.keys() - set(meant):
            log.warning("Not moved: the UIDs may mean other mails now", extra={"uids": sorted(strangers)})
        return meant
