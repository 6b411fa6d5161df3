"""A mailbox whose numbers a test sets, for what a server does once in ten years."""

import threading
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Self

from ingest.mailbox_protocol import FetchedMail, FolderStatus
from tests.factories import NOW


@dataclass
class Folder:
    """Mails by UID. `uidnext` is what the server says; None: one more than the last UID there is."""

    mails: dict[int, bytes] = field(default_factory=dict)
    uidvalidity: int = 1
    at: datetime = NOW
    dates: dict[int, datetime] = field(default_factory=dict)  # of single mails, where they differ
    uidnext: int | None = None
    fetched: list[int] = field(default_factory=list)
    moved: list[int] = field(default_factory=list)

    @contextmanager
    def connect(self) -> Iterator[Self]:
        yield self

    def status(self) -> FolderStatus:
        return FolderStatus(self.uidvalidity, self.uidnext or max(self.mails, default=0) + 1)

    def uids_after(self, last_uid: int) -> list[int]:
        return sorted(uid for uid in self.mails if uid > last_uid)

    def fetch(self, uids: Iterable[int]) -> Iterator[FetchedMail]:
        for uid in uids:
            self.fetched.append(uid)
            if uid in self.mails:
                yield FetchedMail(uid, self.mails[uid], len(self.mails[uid]), self._date(uid))

    def first_uid_since(self, day: date) -> int:
        return min((uid for uid in self.mails if self._date(uid).date() >= day), default=self.status().uidnext)

    def sizes(self, uids: Collection[int] | None = None) -> dict[int, int]:
        return {uid: len(raw) for uid, raw in self.mails.items() if uids is None or uid in uids}

    def move(self, uids: Collection[int]) -> None:
        self.moved += [uid for uid in uids if self.mails.pop(uid, None) is not None]

    def wait(self, seconds: float, stop: threading.Event) -> bool:
        return False

    def _date(self, uid: int) -> datetime:
        return self.dates.get(uid, self.at)
