"""The transactional outbox: a finished mail becomes a row in the same commit as the decision it tells of."""

import logging
import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from db.models import MailEvent, OutgoingMail
from db.queries import outgoing
from db.states import MailState
from outbox.letter import Letter, Sender, build_mail, new_message_id

log = logging.getLogger(__name__)


class Outbox:
    """Queues letters in the office's name. `domain` is that of their Message-IDs."""

    def __init__(self, sender: Sender, domain: str) -> None:
        self._sender = sender
        self._domain = domain

    def queue(
        self,
        session: Session,
        letter: Letter,
        about: str,
        now: datetime,
        *,
        period: str = "",
        not_before: datetime | None = None,
        listed: Sequence[int] = (),
    ) -> OutgoingMail | None:
        """Build the mail and queue it; None when this notice about this was already queued for this recipient.

        about: what it tells of ("message:12"). period: which time, for notices that come again. listed: the stories in
        the order of the numbers in its list, zero where a number has none. Raises UnsafeMail.
        """
        if outgoing.find(session, letter.notice, about, letter.to, period) is not None:
            return None
        rfc_id = new_message_id(letter.notice, self._domain, secrets.token_hex(16))
        mail = OutgoingMail(
            state=MailState.QUEUED,
            notice=letter.notice,
            about=about,
            recipient=letter.to,
            period=period,
            rfc_id=rfc_id,
            subject=letter.subject,
            listed=list(listed),
            mail=build_mail(letter, self._sender, rfc_id, now),
            queued_at=now,
            due_at=not_before or now,
            events=[MailEvent(at=now, old=None, new=MailState.QUEUED, way=letter.notice)],
        )
        session.add(mail)
        session.flush()
        log.info("Mail queued", extra={"mail": mail.id, "notice": letter.notice, "about": about})
        return mail
