"""The test mail: from the office to itself, over SMTP, and found again in the mailbox. Reads only, deletes nothing.

tinbai itself ignores it, as it does everything that it has sent.
"""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from threading import Event

from ingest.mailbox_protocol import FetchedMail
from outbox.letter import Letter, Notice, Sender, build_mail, new_message_id
from parsers.message import ParsedMessage, parse_message
from parsers.sender import sender
from tinbai.cli.check.finding import Fault, bounded
from tinbai.wiring import App

GLANCE_SECONDS = 2.0  # where the server does not tell of new mail
HEAD_BYTES = 65_536
MARK = b"X-Tinbai-Notice"
SUBJECT = "Thư thử của tinbai, mã {code}"
TEXT = (
    "Thư này do lệnh `tinbai check` gửi để thử đường gửi và nhận thư của {address}. "
    "Không cần trả lời; có thể xóa thư này."
)
NOT_BACK = (
    "Đã gửi thư thử tới {address} nhưng sau {seconds:.0f} giây chưa thấy trong thư mục {folder}: kiểm tra [office] "
    "address có đúng là địa chỉ của hộp thư này không, rồi xem thư mục thư rác và bộ lọc thư."
)


Stored = Callable[[str], list[FetchedMail]]


@dataclass(frozen=True, slots=True)
class Trip:
    """A test mail that came back. seconds: out and back. arrived_at: by the server's clock; the others by ours."""

    message: ParsedMessage
    subject: str
    seconds: float
    sent_at: datetime
    found_at: datetime
    arrived_at: datetime


def round_trip(app: App, last_uid: int, stored: Stored, step_seconds: float, back_seconds: float) -> Trip:
    """Send the test mail and wait until it lies in the mailbox above `last_uid`. Raises Fault.

    stored: finds it by its subject among the mails that tinbai has read.
    """
    office = app.settings.office
    begun, sent_at = time.monotonic(), app.clock()
    subject = SUBJECT.format(code=secrets.token_hex(4))
    mail = _mail(app, subject, sent_at)
    bounded(lambda: _send(app, mail), step_seconds)
    try:
        found = bounded(lambda: _awaited(app, last_uid, subject, stored, back_seconds), step_seconds)
    except Fault as fault:
        raise Fault(f"Đã gửi thư thử nhưng không tìm lại được. {fault}") from fault
    if not found:
        folder = app.settings.mailbox.folder
        raise Fault(NOT_BACK.format(address=office.address, seconds=back_seconds, folder=folder))
    seconds = time.monotonic() - begun
    return Trip(parse_message(found[0].raw), subject, seconds, sent_at, app.clock(), found[0].internal_date)


def _mail(app: App, subject: str, now: datetime) -> bytes:
    office = app.settings.office
    text = TEXT.format(address=office.address)
    letter = Letter(Notice.ALERT, office.address, subject, text, f"<p>{text}</p>")
    rfc_id = new_message_id(Notice.ALERT, office.domain, secrets.token_hex(16))
    return build_mail(letter, Sender(office.address, app.settings.smtp.from_name), rfc_id, now)


def _send(app: App, mail: bytes) -> bool:
    address = app.settings.office.address
    transport = app.new_transport()
    try:
        transport.send(mail, address, address, before_leaving=lambda: None)
    finally:
        transport.close()
    return True


def _awaited(app: App, last_uid: int, subject: str, stored: Stored, seconds: float) -> list[FetchedMail]:
    """The test mail, or nothing when it did not come in time."""
    ends, never, seen = time.monotonic() + seconds, Event(), set[int]()
    address = app.settings.office.address.lower()
    with app.mailbox.connect() as opened:
        while True:
            new = [uid for uid in opened.uids_after(last_uid) if uid not in seen]
            found = [mail for mail in opened.fetch(new) if _is_ours(mail, address, subject)] or stored(subject)
            seen.update(new)
            left = ends - time.monotonic()
            if found or left <= 0:
                return found
            opened.wait(min(left, GLANCE_SECONDS), never)


def _is_ours(mail: FetchedMail, address: str, subject: str) -> bool:
    """Known by author and subject: some servers give every mail a Message-ID of their own."""
    if MARK not in mail.raw[:HEAD_BYTES]:
        return False
    message = parse_message(mail.raw)
    author = sender(message)
    return author is not None and author.address == address and message.subject == subject
