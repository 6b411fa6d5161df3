"""Reading the mails of an IMAP folder, in batches that fit into memory. A mail that stays away holds up no other.

Marks nothing (BODY.PEEK), and trusts no answer to be complete: servers leave out, refuse and send empty bodies.
"""

import logging
from collections.abc import Collection, Iterable, Iterator, Sequence

from ingest.mailbox_folder import Folder, portions
from ingest.mailbox_listing import FACTS, HEAD, HEADER, SIZE, WHOLE, ListedMail, Part, in_batches
from ingest.mailbox_protocol import UNKNOWN_SIZE, FetchedMail

__all__ = ["fetch", "sizes"]

log = logging.getLogger(__name__)

BATCH_MAILS = 100
BATCH_BYTES = 1 << 20  # what a line that breaks loses, at most, of what was on its way


def fetch(folder: Folder, uids: Iterable[int]) -> Iterator[FetchedMail]:
    """Yield the mails, holding no more than `BATCH_MAILS`, `BATCH_BYTES` or one mail in memory."""
    for some in portions(uids):
        for batch in in_batches(_list(folder, some), BATCH_MAILS, BATCH_BYTES):
            yield from _read(folder, batch)


def sizes(folder: Folder, uids: Collection[int] | None = None) -> dict[int, int]:
    """Return how large each mail of the folder is, as the server tells it; see `OpenMailbox.sizes`."""
    found = dict.fromkeys(sorted(_present(folder, uids)), UNKNOWN_SIZE)
    for some in portions(list(found)):
        for uid, row in folder.ask_each(some, [SIZE]).items():
            if isinstance(size := row.get(SIZE.encode()), int):
                found[uid] = size
    if UNKNOWN_SIZE not in found.values():
        return found
    present = _present(folder, uids)  # what was removed meanwhile has no size either
    return {uid: size for uid, size in found.items() if uid in present}


def _present(folder: Folder, uids: Collection[int] | None) -> set[int]:
    folder.open()
    present = set(folder.search("ALL"))
    return present if uids is None else present.intersection(uids)


def _list(folder: Folder, uids: Sequence[int]) -> list[ListedMail]:
    """Describe these mails in the order given; one that the server refuses to describe is fetched all the same."""
    rows = folder.ask_each(uids, FACTS)
    told = (ListedMail.told(uid, rows[uid]) for uid in uids if uid in rows)
    return [mail for mail in told if mail]


def _read(folder: Folder, batch: Sequence[ListedMail]) -> Iterator[FetchedMail]:
    bodies = _bodies(folder, [mail.uid for mail in batch if not mail.truncated], WHOLE)
    bodies |= _bodies(folder, [mail.uid for mail in batch if mail.truncated], HEAD)
    for mail in batch:
        fetched = mail.with_body(bodies.pop(mail.uid, None)) or _read_alone(folder, mail)
        if fetched:
            yield fetched


def _read_alone(folder: Folder, mail: ListedMail) -> FetchedMail | None:
    """Ask again for a mail that did not come. One that stays away must not hold up those behind it."""
    fetched = mail.with_body(_bodies(folder, [mail.uid], mail.part).get(mail.uid))
    if fetched or not folder.still_has(mail.uid):
        return fetched
    header = _bodies(folder, [mail.uid], HEADER).get(mail.uid, b"")
    log.warning("The server does not hand over a mail", extra={"uid": mail.uid, "header_bytes": len(header)})
    return mail.without_body(header)


def _bodies(folder: Folder, uids: Sequence[int], part: Part) -> dict[int, bytes]:
    """Return what the server hands over of these mails; nothing at all when it refuses one of them."""
    rows = (folder.ask(uids, [part.item]) if uids else None) or {}
    return {uid: body for uid, row in rows.items() if isinstance(body := row.get(part.key), bytes)}
