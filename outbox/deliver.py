"""Sends what is queued, one mail at a time. Commit 6.

Between the last dot and the server's 250 nobody knows whether a mail has left (RFC 1047). That it comes to that is
noted right before the dot: a mail whose sender died earlier is simply sent again, one whose sender died later is
`uncertain`.
An answer is then not sent again, for a doubled answer is worse than a lost one; a digest is sent once more, with the
same Message-ID.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import Select
from sqlalchemy.orm import Session

from db.models import OutgoingMail
from db.queries import outgoing
from db.session import Database
from db.states import MailState
from db.wake import Group
from db.work import RetryPolicy, RowStep, Step, WorkFailed
from outbox.errors import DeliveryError
from outbox.letter import Notice

log = logging.getLogger(__name__)

THREE_DAYS = RetryPolicy(
    (
        timedelta(seconds=30),
        timedelta(minutes=5),
        timedelta(minutes=30),
        timedelta(hours=2),
        timedelta(hours=6),
        timedelta(hours=16),
        timedelta(hours=24),
        timedelta(hours=24),
    )
)
SENT_ONCE_MORE = frozenset({Notice.DIGEST, Notice.PUBLICATION, Notice.ALERT})
LOST = "Chương trình dừng đúng lúc máy chủ đang nhận thư; không rõ thư đã đi hay chưa."
STOPPED = "Chương trình dừng trước khi thư đi."
TAKEN = "Một tiến trình khác đang gửi thư này."


class Transport(Protocol):
    """Hands a finished mail to somebody who delivers it."""

    def send(self, mail: bytes, sender: str, recipient: str, before_leaving: Callable[[], None]) -> None:
        """Call `before_leaving` right before the mail may be gone; what it raises stops the mail.

        Raises DeliveryError.
        """

    def close(self) -> None:
        """Let go of the connection."""


@dataclass(frozen=True, slots=True)
class DeliverJob:
    """A mail on its way."""

    mail_id: int
    fence: int
    mail: bytes
    recipient: str


class Deliver(Step[OutgoingMail, DeliverJob, None]):
    """Mails queued → sending → sent. With `hold`, only those that a person released."""

    name = "deliver"
    group = Group.DELIVERING
    retry = THREE_DAYS
    repeatable = False
    lease = timedelta(minutes=15)  # RFC 5321 lets a server think for ten minutes after the last dot

    def __init__(
        self, transport: Transport, sender: str, database: Database, clock: Callable[[], datetime], *, hold: bool
    ) -> None:
        self._transport = transport
        self._database = database
        self._clock = clock
        self._sender = sender
        self._hold = hold

    def due(self, now: datetime) -> Select[OutgoingMail]:
        """Mails whose time has come; in a rehearsal only the released ones."""
        return outgoing.to_send(now, hold=self._hold)

    def load(self, session: Session, row: OutgoingMail, now: datetime) -> DeliverJob:
        """Mark it before the first byte leaves."""
        row.move_to(MailState.SENDING, now, self.name)
        row.leaving_at = None
        return DeliverJob(row.id, row.claims, row.mail, row.recipient)

    def work(self, job: DeliverJob) -> None:
        """Raises DeliveryError."""
        self._transport.send(job.mail, self._sender, job.recipient, lambda: self._note_leaving(job))

    def _note_leaving(self, job: DeliverJob) -> None:
        with self._database.write() as session:
            if not outgoing.note_leaving(session, job.mail_id, job.fence, self._clock()):
                raise DeliveryError(TAKEN)

    def save(self, session: Session, row: OutgoingMail, result: None, now: datetime) -> None:
        """It has left."""
        log.info("Mail sent", extra={"mail": row.id, "notice": row.notice})
        row.sent_at = now
        row.move_to(MailState.SENT, now, self.name)

    def postpone(self, session: Session, row: OutgoingMail, failure: WorkFailed, now: datetime) -> None:
        """The server asked for patience."""
        row.move_to(MailState.QUEUED, now, self.name, note=failure.reason)

    def give_up(self, session: Session, row: OutgoingMail, failure: WorkFailed, now: datetime) -> None:
        """A final refusal is kept where the operator sees it."""
        if isinstance(failure, DeliveryError) and failure.uncertain:
            settle(row, failure.reason, now, self.name)
            return
        if row.state is MailState.QUEUED:
            row.move_to(MailState.SENDING, now, self.name)
        row.move_to(MailState.FAILED, now, self.name, note=failure.reason)
        row.failure = failure.reason


class SettleLost(RowStep[OutgoingMail]):
    """Mails left in `sending` by a process that died → queued again, or uncertain when they may have left."""

    name = "settle_lost"
    group = Group.DELIVERING
    feeds = (Group.DELIVERING,)

    def due(self, now: datetime) -> Select[OutgoingMail]:
        """Mails in `sending` that nobody holds any more."""
        return outgoing.left_in_sending(now)

    def save(self, session: Session, row: OutgoingMail, result: None, now: datetime) -> None:
        """See `settle`; what cannot have left is sent as if nothing had happened."""
        if row.leaving_at is not None:
            settle(row, LOST, now, self.name)
        else:
            row.move_to(MailState.QUEUED, now, self.name, note=STOPPED)
            row.due_at = now

    def give_up(self, session: Session, row: OutgoingMail, failure: WorkFailed, now: datetime) -> None:
        """The sender had used up all its attempts."""
        if row.leaving_at is not None:
            settle(row, LOST, now, self.name)
        else:
            row.move_to(MailState.FAILED, now, self.name, note=STOPPED)
            row.failure = STOPPED


def settle(row: OutgoingMail, reason: str, now: datetime, way: str) -> None:
    """Decide about a mail of which nobody knows whether it has left."""
    row.move_to(MailState.UNCERTAIN, now, way, note=reason)
    row.failure = reason
    if row.notice in SENT_ONCE_MORE and not row.repeated:
        row.repeated = True
        row.move_to(MailState.QUEUED, now, way, note=reason)
