"""The receiving server between submission and mailbox, as mails in the world meet one: it notes what it has checked."""

import asyncio
import re
import smtplib
from collections.abc import Callable
from datetime import UTC, datetime
from email.parser import BytesHeaderParser
from email.utils import format_datetime, parseaddr

from aiosmtpd.smtp import SMTP, Envelope, Session

__all__ = ["Hop"]


class Hop:
    """Vouches as `authserv_id` for what it hands to `deliver(raw, to, sender)`."""

    def __init__(self, deliver: Callable[[bytes, str, str], None], authserv_id: str) -> None:
        self._deliver = deliver
        self._authserv_id = authserv_id

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        try:
            for recipient in envelope.rcpt_tos:
                raw = _as_received(envelope.content, recipient, self._authserv_id)
                await asyncio.to_thread(self._deliver, raw, recipient, envelope.mail_from or "<>")
        except smtplib.SMTPRecipientsRefused as refused:
            code, reason = next(iter(refused.recipients.values()))
            return f"{code} {reason.decode(errors='replace')}"
        return "250 2.0.0 delivered"


def _as_received(raw: bytes, recipient: str, authserv_id: str) -> bytes:
    """Vouch for the sender's domain, note the arrival, and drop what the mail claims in this server's name."""
    head, gap, body = raw.partition(b"\r\n\r\n")
    claim = f"authentication-results: {authserv_id}".encode()
    fields = [field for field in re.split(rb"\r\n(?![ \t])", head) if not field.lower().startswith(claim)]
    sender = parseaddr(str(BytesHeaderParser().parsebytes(head)["From"]))[1]
    trace = (
        f"Received: from localhost by {authserv_id} with ESMTP for <{recipient}>; {format_datetime(datetime.now(UTC))}",
        f"Authentication-Results: {authserv_id}; dmarc=pass header.from={sender.rpartition('@')[2].lower()}",
    )
    return b"\r\n".join([*map(str.encode, trace), *fields]) + gap + body
