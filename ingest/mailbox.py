"""The office's mailbox over IMAP: read-only (EXAMINE, BODY.PEEK), TLS verified, no password in clear over a network.

It marks, moves and deletes nothing, and decides nothing. The only module that imports imapclient. No event that a
server announces is trusted: IDLE only wakes the reader up, what is new is always asked with SEARCH.
"""

import imaplib
import logging
import selectors
import ssl
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import date
from itertools import islice
from typing import Any, Self

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import LoginError

from ingest.mailbox_errors import explained, is_loopback, login_refused, no_such_folder
from ingest.mailbox_listing import FACTS, HEAD, HEADER, WHOLE, ListedMail, Part, in_batches
from ingest.mailbox_protocol import FetchedMail, FolderStatus, MailboxError
from ingest.settings import MailboxSettings

__all__ = ["FetchedMail", "FolderStatus", "ImapMailbox", "MailboxError"]

log = logging.getLogger(__name__)

TIMEOUTS = SocketTimeout(connect=15, read=60)
GOODBYE_SECONDS = 2.0
IDLE_SECONDS = 9 * 60.0  # NAT boxes forget a silent connection after some ten minutes
FIRST_IDLE_SECONDS = 1.0
GLANCE_SECONDS = 0.5  # how long `stop` may go unnoticed
BATCH_MAILS = 100
BATCH_BYTES = 8 << 20
LISTED_AT_ONCE = 500  # keeps a FETCH command shorter than the line servers accept
PASSING_REFUSALS = ("[UNAVAILABLE]", "[INUSE]", "[LIMIT]")  # RFC 5530: not this mail's fault, it will come later


class ImapMailbox:
    """The folder that the settings name; `ssl_context` stands in for the one made from `ca_file` or the system."""

    def __init__(self, settings: MailboxSettings, ssl_context: ssl.SSLContext | None = None) -> None:
        self._settings = settings
        self._ssl_context = ssl_context

    @contextmanager
    def connect(self) -> Iterator[Self]:
        """Log in and open the folder read-only; the other methods work inside this only. Raises MailboxError."""
        with ExitStack() as stack:
            with explained(self._settings):
                self._client = self._dial()
                stack.callback(_hang_up, self._client)
                self._start_tls()
                self._log_in()
            self._searched = self.status()
            yield self

    def status(self) -> FolderStatus:
        """Open the folder afresh, the one answer that shows no stale view on any server."""
        with explained(self._settings):
            try:
                told = self._client.select_folder(self._settings.folder, readonly=True)
            except imaplib.IMAP4.abort:
                raise
            except imaplib.IMAP4.error as error:
                raise no_such_folder(self._settings) from error
        try:
            return FolderStatus(uidvalidity=told[b"UIDVALIDITY"], uidnext=told[b"UIDNEXT"])
        except KeyError as error:
            reason = "Máy chủ thư không đánh số thư (UIDVALIDITY, UIDNEXT): tinbai không đọc an toàn được hộp thư này."
            raise MailboxError(reason, permanent=True) from error

    def uids_after(self, last_uid: int) -> list[int]:
        """Return the UIDs above `last_uid`, ascending."""
        self._searched = self.status()
        with explained(self._settings):
            found = self._client.search(["UID", f"{last_uid + 1}:*"])
        return sorted(uid for uid in found if uid > last_uid)  # "n:*" names the last mail even when it is below n

    def first_uid_since(self, day: date) -> int:
        """Return the least UID whose INTERNALDATE is on `day` or later, `uidnext` when there is none."""
        status = self.status()
        with explained(self._settings):
            return min(self._client.search(["SINCE", day]), default=status.uidnext)

    def fetch(self, uids: Iterable[int]) -> Iterator[FetchedMail]:
        """Yield the mails, holding no more than `BATCH_MAILS`, `BATCH_BYTES` or one mail in memory."""
        waiting = iter(uids)
        while some := list(islice(waiting, LISTED_AT_ONCE)):
            for batch in in_batches(self._list(some), BATCH_MAILS, BATCH_BYTES):
                yield from self._read(batch)

    def wait(self, seconds: float, stop: threading.Event) -> bool:
        """Wait in IDLE, or asleep when the server or the settings have none; see `Mailbox.wait`."""
        if self.status() != self._searched:
            return True  # announced while other answers were read, and never announced again
        with explained(self._settings):
            if not (self._settings.idle and self._client.has_capability("IDLE")):
                stop.wait(seconds)
                return False
            # News that came in one packet with the server's "+" lie in a buffer that no selector sees. The end of a
            # first, short IDLE brings them up.
            first = min(FIRST_IDLE_SECONDS, seconds)
            return self._idle(first, stop) or self._idle(min(seconds, IDLE_SECONDS) - first, stop)

    def _dial(self) -> IMAPClient:
        settings = self._settings
        if settings.security == "none" and not is_loopback(settings.host):
            reason = f'Không gửi mật khẩu không mã hóa tới {settings.host}: đặt [mailbox] security = "tls".'
            raise MailboxError(reason, permanent=True)
        over_tls = settings.security == "tls"
        context = self._trusted() if over_tls else None
        client = IMAPClient(settings.host, settings.port, ssl=over_tls, ssl_context=context, timeout=TIMEOUTS)
        client.normalise_times = False
        return client

    def _trusted(self) -> ssl.SSLContext:
        try:
            return self._ssl_context or ssl.create_default_context(cafile=self._settings.ca_file or None)
        except OSError as error:
            reason = f"Không đọc được tệp chứng chỉ {self._settings.ca_file}: kiểm tra [mailbox] ca_file."
            raise MailboxError(reason, permanent=True) from error

    def _start_tls(self) -> None:
        if self._settings.security != "starttls":
            return
        if not self._client.has_capability("STARTTLS"):
            reason = f'{self._settings.host} không có STARTTLS, tinbai không đăng nhập: đặt [mailbox] security = "tls".'
            raise MailboxError(reason, permanent=True)
        self._client.starttls(self._trusted())

    def _log_in(self) -> None:
        username, password = self._settings.username, self._settings.password
        # LOGIN carries ASCII only (RFC 3501), SASL PLAIN carries UTF-8 (RFC 4616).
        plain = not (username + password).isascii() and self._client.has_capability("AUTH=PLAIN")
        try:
            (self._client.plain_login if plain else self._client.login)(username, password)
        except (LoginError, UnicodeEncodeError) as error:
            raise login_refused(error, self._settings) from error

    def _idle(self, seconds: float, stop: threading.Event) -> bool:
        if seconds <= 0 or stop.is_set():
            return False
        self._client.idle()
        spoke = self._listen(seconds, stop)
        _, news = self._client.idle_done()  # reads with the usual timeout, and raises when the connection is gone
        return spoke or bool(news)

    def _listen(self, seconds: float, stop: threading.Event) -> bool:
        ends = time.monotonic() + seconds
        with selectors.DefaultSelector() as selector:
            selector.register(self._client.socket(), selectors.EVENT_READ)
            while not stop.is_set() and (left := ends - time.monotonic()) > 0:
                if selector.select(min(left, GLANCE_SECONDS)):
                    return True
        return False

    def _list(self, uids: Sequence[int]) -> list[ListedMail]:
        """Describe these mails in the order given; one that the server refuses to describe is fetched all the same."""
        rows = self._ask(uids, FACTS)
        if rows is None:
            return [mail for uid in uids for mail in self._list([uid])] if len(uids) > 1 else [ListedMail(uids[0])]
        told = (ListedMail.told(uid, rows[uid]) for uid in uids if uid in rows)
        return [mail for mail in told if mail]

    def _read(self, batch: Sequence[ListedMail]) -> Iterator[FetchedMail]:
        bodies = self._bodies([mail.uid for mail in batch if not mail.truncated], WHOLE)
        bodies |= self._bodies([mail.uid for mail in batch if mail.truncated], HEAD)
        for mail in batch:
            fetched = mail.with_body(bodies.pop(mail.uid, None)) or self._read_alone(mail)
            if fetched:
                yield fetched

    def _read_alone(self, mail: ListedMail) -> FetchedMail | None:
        """Ask again for a mail that did not come. One that stays away must not hold up those behind it."""
        fetched = mail.with_body(self._bodies([mail.uid], mail.part).get(mail.uid))
        if fetched or not self._still_has(mail.uid):
            return fetched
        header = self._bodies([mail.uid], HEADER).get(mail.uid, b"")
        log.warning("The server does not hand over a mail", extra={"uid": mail.uid, "header_bytes": len(header)})
        return mail.without_body(header)

    def _still_has(self, uid: int) -> bool:
        self.status()  # or the folder is shown as it was before the mail was removed
        with explained(self._settings):
            return uid in self._client.search(["UID", str(uid)])

    def _bodies(self, uids: Sequence[int], part: Part) -> dict[int, bytes]:
        """Return what the server hands over of these mails; nothing at all when it refuses one of them."""
        rows = self._ask(uids, [part.item]) or {}
        return {uid: body for uid, row in rows.items() if isinstance(body := row.get(part.key), bytes)}

    def _ask(self, uids: Sequence[int], items: Sequence[str]) -> Mapping[int, Mapping[bytes, Any]] | None:
        """FETCH; None when the server refuses. Servers refuse the whole command for the sake of one mail."""
        with explained(self._settings):
            try:
                rows: Mapping[int, Mapping[bytes, Any]] = self._client.fetch(uids, items)
            except imaplib.IMAP4.abort:
                raise
            except (imaplib.IMAP4.error, ValueError) as refusal:  # ValueError: a date that imapclient cannot read
                if len(uids) == 1 and any(code in str(refusal).upper() for code in PASSING_REFUSALS):
                    reason = f"Máy chủ thư {self._settings.host} tạm thời không đưa thư ra; tinbai sẽ thử lại."
                    raise MailboxError(reason, permanent=False) from refusal
                return None
        return rows


def _hang_up(client: IMAPClient) -> None:
    """Say goodbye if the server still listens, and let go of the socket in any case."""
    try:
        client.socket().settimeout(GOODBYE_SECONDS)
        client.logout()
    except (imaplib.IMAP4.error, OSError):
        with suppress(OSError):
            client.shutdown()
