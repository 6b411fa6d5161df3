"""One folder on an IMAP server: opened, searched and asked, one command each; every failure becomes a MailboxError."""

import imaplib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from ingest.mailbox_client import Client
from ingest.mailbox_errors import explained, no_such_folder
from ingest.mailbox_protocol import FolderStatus, MailboxError
from ingest.settings import MailboxSettings

__all__ = ["Folder", "portions"]

LISTED_AT_ONCE = 500
PASSING_REFUSALS = ("[UNAVAILABLE]", "[INUSE]", "[LIMIT]")  # RFC 5530: not this mail's fault, it will come later

Row = Mapping[bytes, Any]


class Folder:
    """The folder that the settings name, on a connection that is logged in."""

    def __init__(self, client: Client, settings: MailboxSettings) -> None:
        self.client = client
        self.settings = settings

    def open(self, *, readonly: bool = True) -> FolderStatus:
        """Open it afresh, the one answer that shows no stale view on any server."""
        with explained(self.settings):
            try:
                told = self.client.select_folder(self.settings.folder, readonly=readonly)
            except imaplib.IMAP4.abort:
                raise
            except imaplib.IMAP4.error as error:
                raise no_such_folder(self.settings) from error
        try:
            return FolderStatus(uidvalidity=told[b"UIDVALIDITY"], uidnext=told[b"UIDNEXT"])
        except KeyError as error:
            reason = "Máy chủ thư không đánh số thư (UIDVALIDITY, UIDNEXT): tinbai không đọc an toàn được hộp thư này."
            raise MailboxError(reason, permanent=True) from error

    def search(self, *criteria: object) -> list[int]:
        """Return the UIDs that fit, in the order told."""
        with explained(self.settings):
            return list(self.client.search(list(criteria)))

    def still_has(self, uid: int) -> bool:
        """Tell whether this mail is there, seen afresh: otherwise the folder is shown as it was before."""
        self.open()
        return uid in self.search("UID", str(uid))

    def ask(self, uids: Sequence[int], items: Sequence[str]) -> Mapping[int, Row] | None:
        """FETCH; None when the server refuses. Servers refuse the whole command for the sake of one mail."""
        with explained(self.settings):
            try:
                rows: Mapping[int, Row] = self.client.fetch(uids, items)
            except imaplib.IMAP4.abort:
                raise
            except (imaplib.IMAP4.error, ValueError, OverflowError) as refusal:  # the last two: over a mad date
                if len(uids) == 1 and any(code in str(refusal).upper() for code in PASSING_REFUSALS):
                    reason = f"Máy chủ thư {self.settings.host} tạm thời không đưa thư ra; tinbai sẽ thử lại."
                    raise MailboxError(reason, permanent=False) from refusal
                return None
        return rows

    def ask_each(self, uids: Sequence[int], items: Sequence[str]) -> Mapping[int, Row]:
        """FETCH, mail by mail when all together are refused; a mail that is refused alone has an empty row."""
        rows = self.ask(uids, items)
        if rows is not None:
            return rows
        if len(uids) == 1:
            return {uids[0]: {}}
        return {uid: row for alone in uids for uid, row in self.ask_each([alone], items).items()}


def portions(uids: Iterable[int]) -> Iterator[list[int]]:
    """Cut the list so that a command stays shorter than the line servers accept."""
    waiting = iter(uids)
    while some := list(islice(waiting, LISTED_AT_ONCE)):
        yield some
