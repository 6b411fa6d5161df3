"""What every mailbox offers, whatever stands behind it: a folder to list, read and wait on, and mails to put away."""

import threading
from collections.abc import Collection, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

__all__ = [
    "HEAD_BYTES",
    "MAIL_BYTES",
    "UNKNOWN_SIZE",
    "FetchedMail",
    "FolderStatus",
    "Mailbox",
    "MailboxError",
    "OpenMailbox",
]

MAIL_BYTES = 25 << 20  # a larger mail is quarantined: only its head is fetched
HEAD_BYTES = 256 << 10
UNKNOWN_SIZE = -1


class MailboxError(Exception):
    """The mailbox cannot be read.

    `reason` is a Vietnamese sentence that tells the operator what to do. `permanent` says that waiting will not help:
    whoever tries again should take his time, for servers shut out who keeps on coming with a wrong password.
    """

    def __init__(self, reason: str, permanent: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.permanent = permanent


@dataclass(frozen=True, slots=True)
class FolderStatus:
    """Which numbering the folder uses, and the least UID that its next mail can get (RFC 3501, 2.3.1.1)."""

    uidvalidity: int
    uidnext: int


@dataclass(frozen=True, slots=True)
class FetchedMail:
    """A mail as it lies in the folder. When `truncated`, `raw` is its first `HEAD_BYTES`; `size` that of the whole."""

    uid: int
    raw: bytes = field(repr=False)
    size: int
    internal_date: datetime  # when the server received it, aware
    truncated: bool = False


class Mailbox(Protocol):
    """One folder of an account. Several threads may connect at once; each gets a connection of its own."""

    def connect(self) -> AbstractContextManager["OpenMailbox"]:
        """Open the folder for reading; leaving it is quick and never fails. Raises MailboxError."""


class OpenMailbox(Protocol):
    """The folder on one connection, for one thread, as long as `Mailbox.connect()` lasts.

    Each method raises MailboxError, after which the mailbox is to be left and connected again. A UID stays the same for
    the life of a mail under one uidvalidity; it is positive and needs up to 63 bits.
    """

    def status(self) -> FolderStatus:
        """Return the folder's numbering as it is now."""

    def uids_after(self, last_uid: int) -> list[int]:
        """Return the UIDs above `last_uid`, in order of arrival; a late mail may once be offered below it, too."""

    def fetch(self, uids: Iterable[int]) -> Iterator[FetchedMail]:
        """Yield these mails in the order given, read in batches; a UID that has vanished is simply missing."""

    def first_uid_since(self, day: date) -> int:
        """Return the least UID that arrived on `day` or later, `uidnext` when there is none."""

    def sizes(self, uids: Collection[int] | None = None) -> dict[int, int]:
        """Return the UID and the size in bytes of every mail in the folder; `UNKNOWN_SIZE` when it is kept secret.

        uids: of these alone; those that are gone are left out.
        """

    def move(self, uids: Collection[int]) -> None:
        """Move these mails to the folder `move_to`, flags and all; those that are gone are no error.

        The UIDs are those of the numbering that `status()` told last: compare it before. Safe to repeat.
        """

    def wait(self, seconds: float, stop: threading.Event) -> bool:
        """Wait until something may have happened, until `stop`, or for `seconds` at most; False: nothing was noticed.

        The answer is a hint, it may come early: what is new is always asked with `uids_after`.
        """
