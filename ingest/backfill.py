"""Mails out of an archive become messages: part of the office's history, and nobody's work.

What the record holds already is passed over: by its bytes, or by its twin, for exports change bytes. None of them is
ever answered. They come due one after another, so that a mail that comes in meanwhile waits behind none of them.
"""

import hashlib
import zlib
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from db.queries import arrivals
from db.queries.arrivals import Arrival
from db.session import Database
from ingest.archive import ArchivedMail
from ingest.storing import pack
from parsers.exported import arrived_at
from parsers.twin import HEADER_BYTES, header_of, twin_of

__all__ = ["HISTORY", "Backfill", "fill_twins"]

HISTORY = "thư cũ nạp từ tệp lưu trữ"  # why an imported mail is not answered, and how it is known as one
PAUSE = timedelta(milliseconds=50)
TWINS_AT_ONCE = 500


@dataclass(slots=True)
class Backfill:
    """Stores archived mails and counts them. hosts: the office's receiving servers; begun: when the import began."""

    database: Database
    hosts: Collection[str]
    begun: datetime
    read: int = 0
    new: int = 0

    def store(self, mails: Sequence[ArchivedMail], now: datetime) -> None:
        """Store what is not known yet, in one commit."""
        self.read += len(mails)
        by_content = {hashlib.sha256(mail.raw).hexdigest(): mail for mail in mails}
        with self.database.read() as session:
            known = arrivals.known(session, by_content)
        unseen = {sha256: mail for sha256, mail in by_content.items() if sha256 not in known}
        packed = [self._packed(sha256, mail, now) for sha256, mail in unseen.items()]
        with self.database.read() as session:
            fresh = _unknown(session, packed)
        if fresh:
            with self.database.write() as session:
                self._add(session, fresh, now)

    def _add(self, session: Session, mails: Sequence[Arrival], now: datetime) -> None:
        arrivals.take_turn(session)
        fresh = _unknown(session, mails)  # once more, for now nobody else stores any
        due_from = max(now, self.begun + self.new * PAUSE)
        arrivals.add(session, fresh, arrivals.IMPORT, now, silence_reason=HISTORY, due_from=due_from, pause=PAUSE)
        self.new += len(fresh)

    def _packed(self, sha256: str, mail: ArchivedMail, now: datetime) -> Arrival:
        came = arrived_at(header_of(mail.raw), self.hosts)
        received_at = min(came.astimezone(UTC), now) if came else now
        return pack(mail.raw, sha256, mail.size, received_at, truncated=mail.truncated)


def _unknown(session: Session, mails: Sequence[Arrival]) -> list[Arrival]:
    """Those whose bytes and whose twin the record lacks, of several twins the first."""
    known = arrivals.known(session, [mail.sha256 for mail in mails])
    twins = set(arrivals.with_twin(session, [mail.twin for mail in mails if mail.twin]))
    fresh = []
    for mail in mails:
        if mail.sha256 not in known and mail.twin not in twins:
            fresh.append(mail)
            twins.update([mail.twin] if mail.twin else ())
    return fresh


def fill_twins(database: Database, done: Callable[[int], object]) -> None:
    """Note the twins of messages that were stored before there were any. done: told how many more were looked at."""
    after = 0
    while True:
        with database.read() as session:
            some = arrivals.without_twin(session, after, TWINS_AT_ONCE)
        if not some:
            return
        after = some[-1][0]
        found = [(message_id, twin_of(_beginning(raw))) for message_id, raw in some]
        with database.write() as session:
            arrivals.note_twins(session, [(message_id, twin) for message_id, twin in found if twin is not None])
        done(len(some))


def _beginning(compressed: bytes) -> bytes:
    return zlib.decompressobj().decompress(compressed, HEADER_BYTES)
