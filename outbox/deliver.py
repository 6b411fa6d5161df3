"""Sends what is queued, one mail at a time. Commit 6.

Between the last dot and the server's 250 nobody knows whether a mail has left (RFC 1047). A mail lost there is
`uncertain`: an answer is then not sent again, for a doubled answer is worse than a lost one; a digest is sent once
more, with the same Message-ID.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import Select
from sqlalchemy.orm import Session

from db.models import OutgoingMail
from db.queries import outgoing
from db.states import MailState
from db.wake import Group
from db.work import RetryPolicy, RowStep, Step, WorkFailed
from outbox.errors import DeliveryError
from outbox.letter import Notice

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
LOST = "Mất kết nối đúng lúc máy chủ đang nhận thư; không rõ thư đã đi hay chưa."


class Transport(Protocol):
    """Hands a finished mail to somebody who delivers it."""

    def send(self, mail: bytes, sender: str, recipient: str) -> None:
        """Raises DeliveryError."""

    def close(self) -> None:
        """Let go of the connection."""


@dataclass(frozen=True, slots=True)
class DeliverJob:
    """A mail on its way."""

    mail: bytes
    recipient: str


class Deliver(Step[OutgoingMail, DeliverJob, None]):
    """Mails queued → sending → sent. With `hold`, only those that a person released."""

    name = "deliver"
    group = Group.DELIVERING
    retry = THREE_DAYS
    repeatable = False
    lease = timedelta(minutes=15)  # RFC 5321 lets a server think for ten minutes after the last dot

    def __init__(self, transport: Transport, sender: str, *, hold: bool) -> None:
        self._transport = transport
        self._sender = sender
        self._hold = hold

    def due(self, now: datetime) -> Select[OutgoingMail]:
        """Mails whose time has come; in a rehearsal only the released ones."""
        return outgoing.to_send(now, hold=self._hold)

    def load(self, session: Session, row: OutgoingMail, now: datetime) -> DeliverJob:
        """Mark it before the first byte leaves."""
        row.move_to(MailState.SENDING, now, self.name)
        return DeliverJob(row.mail, row.recipient)

    def work(self, job: DeliverJob) -> None:
        """Raises DeliveryError."""
        self._transport.send(job.mail, self._sender, job.recipient)

    def save(self, session: Session, row: OutgoingMail, result: None, now: datetime) -> None:
        """It has left."""
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
    """Mails left in `sending` by a process that died → uncertain, and once more queued where that is kinder."""

    name = "settle_lost"
    group = Group.DELIVERING
    feeds = (Group.DELIVERING,)

    def due(self, now: datetime) -> Select[OutgoingMail]:
        """Mails in `sending` that nobody holds any more."""
        return outgoing.left_in_sending(now)

    def save(self, session: Session, row: OutgoingMail, result: None, now: datetime) -> None:
        """See `settle`."""
        settle(row, LOST, now, self.name)

    def give_up(self, session: Session, row: OutgoingMail, failure: WorkFailed, now: datetime) -> None:
        """The sender had used up all its attempts: the same."""
        settle(row, LOST, now, self.name)


def settle(row: OutgoingMail, reason: str, now: datetime, way: str) -> None:
    """Decide about a mail of which nobody knows whether it has left."""
    row.move_to(MailState.UNCERTAIN, now, way, note=reason)
    row.failure = reason
    if row.notice in SENT_ONCE_MORE and not row.repeated:
        row.repeated = True
        row.move_to(MailState.QUEUED, now, way, note=reason)
