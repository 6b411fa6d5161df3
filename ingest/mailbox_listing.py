"""What is known of a mail before its body is asked for, which part of it is asked for, and how many at once. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

from ingest.mailbox_protocol import HEAD_BYTES, MAIL_BYTES, FetchedMail

__all__ = ["FACTS", "HEAD", "HEADER", "SIZE", "WHOLE", "ListedMail", "Part", "in_batches"]

SIZE, DATE = "RFC822.SIZE", "INTERNALDATE"
FACTS = (SIZE, DATE)
HUGE = MAIL_BYTES + 1  # of a mail of unknown size, too, only the head is asked for
UNKNOWN_DATE = datetime.max.replace(tzinfo=UTC)  # whoever stores the mail takes the present instead


@dataclass(frozen=True, slots=True)
class Part:
    """What FETCH asks for, and the key of the answer."""

    item: str
    key: bytes


WHOLE = Part("BODY.PEEK[]", b"BODY[]")
HEAD = Part(f"BODY.PEEK[]<0.{HEAD_BYTES}>", b"BODY[]<0>")
HEADER = Part(f"BODY.PEEK[HEADER]<0.{HEAD_BYTES}>", b"BODY[HEADER]<0>")


@dataclass(frozen=True, slots=True)
class ListedMail:
    """A mail as the server describes it; `size` in bytes as the server counts them, which is not always right."""

    uid: int
    size: int = HUGE
    internal_date: datetime = UNKNOWN_DATE

    @classmethod
    def told(cls, uid: int, row: Mapping[bytes, Any]) -> Self | None:
        """Take the facts from an answer; an empty one tells none, as when the server refuses to describe the mail.

        A fact that cannot be read is as good as none, for the mail is there all the same. None when the answer is about
        something else, such as a flag that changed.
        """
        if not row:
            return cls(uid)
        if not row.keys() & {SIZE.encode(), DATE.encode()}:
            return None
        size, date = row.get(SIZE.encode()), row.get(DATE.encode())
        return cls(uid, size if isinstance(size, int) and size >= 0 else HUGE, _aware(date))

    @property
    def truncated(self) -> bool:
        """Is it too large to be fetched whole?"""
        return self.size > MAIL_BYTES

    @property
    def part(self) -> Part:
        """How much of it is fetched."""
        return HEAD if self.truncated else WHOLE

    @property
    def bytes_to_fetch(self) -> int:
        """How many bytes that will be."""
        return HEAD_BYTES if self.truncated else self.size

    def with_body(self, raw: bytes | None) -> FetchedMail | None:
        """Return the fetched mail; None when nothing was handed over: no body, or an empty one against the size."""
        if raw is None or (self.size and not raw):
            return None
        return FetchedMail(self.uid, raw, self.size, self.internal_date, self.truncated)

    def without_body(self, header: bytes) -> FetchedMail:
        """Return what stands for a mail that the server keeps to itself."""
        return FetchedMail(self.uid, header, self.size, self.internal_date, truncated=True)


def _aware(date: object) -> datetime:
    if not isinstance(date, datetime):
        return UNKNOWN_DATE
    try:
        return date.astimezone(UTC) if date.tzinfo else date.replace(tzinfo=UTC)
    except OverflowError:  # the first or the last day there is
        return UNKNOWN_DATE


def in_batches(mails: Iterable[ListedMail], most_mails: int, most_bytes: int) -> Iterator[list[ListedMail]]:
    """Cut the list into batches of so many mails and bytes; a larger mail is a batch of its own."""
    batch: list[ListedMail] = []
    size = 0
    for mail in mails:
        if batch and (len(batch) == most_mails or size + mail.bytes_to_fetch > most_bytes):
            yield batch
            batch, size = [], 0
        batch.append(mail)
        size += mail.bytes_to_fetch
    if batch:
        yield batch
