"""The office's mailbox over IMAP: read-only (EXAMINE, BODY.PEEK), TLS verified, no password in clear over a network.

It marks and deletes nothing, moves only what it is told to, and decides nothing. No event that a server announces is
trusted: IDLE only wakes the reader up, what is new is always asked with SEARCH.
"""

import ssl
import threading
from collections.abc import Collection, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import date

from ingest.mailbox_client import Client, dial, hang_up
from ingest.mailbox_errors import explained
from ingest.mailbox_folder import Folder
from ingest.mailbox_idle import idle
from ingest.mailbox_login import AccessToken, log_in
from ingest.mailbox_moving import move
from ingest.mailbox_protocol import FetchedMail, FolderStatus, MailboxError
from ingest.mailbox_reading import fetch, sizes
from ingest.settings import MailboxSettings

__all__ = ["FetchedMail", "FolderStatus", "ImapMailbox", "MailboxError", "OpenImapMailbox"]


class ImapMailbox:
    """The folder that the settings name.

    ssl_context: stands in for the one made from `ca_file` or the system.
    access_token: gives the token for `auth = "xoauth2"`, a fresh one when asked with True.
    """

    def __init__(
        self,
        settings: MailboxSettings,
        ssl_context: ssl.SSLContext | None = None,
        access_token: AccessToken | None = None,
    ) -> None:
        self._settings = settings
        self._ssl_context = ssl_context
        self._access_token = access_token

    @contextmanager
    def connect(self) -> Iterator["OpenImapMailbox"]:
        """Log in and open the folder read-only, on a connection of its own. Raises MailboxError."""
        with ExitStack() as stack:
            with explained(self._settings):
                client = dial(self._settings, self._ssl_context)
                stack.push(lambda error, *_: hang_up(client, politely=error is None))
                log_in(client, self._settings, self._access_token)
            yield OpenImapMailbox(client, self._settings)


class OpenImapMailbox:
    """The folder on a connection that is logged in; see `OpenMailbox`."""

    def __init__(self, client: Client, settings: MailboxSettings) -> None:
        self._client = client
        self._settings = settings
        self._folder = Folder(client, settings)
        self._searched = self.status()

    def status(self) -> FolderStatus:
        """Open the folder afresh, the one answer that shows no stale view on any server."""
        self._status = self._folder.open()
        return self._status

    def uids_after(self, last_uid: int) -> list[int]:
        """Return the UIDs above `last_uid`, ascending."""
        self._searched = self.status()
        found = self._folder.search("UID", f"{last_uid + 1}:*")
        return sorted(uid for uid in found if uid > last_uid)  # "n:*" names the last mail even when it is below n

    def first_uid_since(self, day: date) -> int:
        """Return the least UID whose INTERNALDATE is on `day` or later, `uidnext` when there is none."""
        status = self.status()
        return min(self._folder.search("SINCE", day), default=status.uidnext)

    def fetch(self, uids: Iterable[int]) -> Iterator[FetchedMail]:
        """Yield the mails, of which little is held in memory at a time."""
        return fetch(self._folder, uids)

    def sizes(self, uids: Collection[int] | None = None) -> dict[int, int]:
        """Return how large each mail of the folder is; see `OpenMailbox.sizes`."""
        return sizes(self._folder, uids)

    def move(self, uids: Collection[int]) -> None:
        """Move mails to `move_to`; the folder is open for writing only meanwhile. See `OpenMailbox.move`."""
        move(self._folder, uids, self._status)

    def wait(self, seconds: float, stop: threading.Event) -> bool:
        """Wait in IDLE, or asleep when the server or the settings have none; see `OpenMailbox.wait`."""
        if self.status() != self._searched:
            return True  # announced while other answers were read, and never announced again
        with explained(self._settings):
            if self._settings.idle and self._client.has_capability("IDLE"):
                news = idle(self._client.wire, seconds, stop)
                if news is not None:
                    return news
        stop.wait(seconds)
        return False
