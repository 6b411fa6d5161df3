"""When the record itself cannot be written, the alert goes out past it: once, until the record can be written again."""

import logging
import secrets
from collections.abc import Callable
from datetime import datetime

from db.session import Database
from outbox.deliver import Transport
from outbox.errors import DeliveryError
from outbox.letter import Sender, build_mail, new_message_id
from pipeline.duties.watch import Watch

log = logging.getLogger(__name__)


def _nothing() -> None:
    """Nothing can be noted: that is why we are here."""


class LastResort:
    """Sends an alert without keeping it. transport: a connection of its own, for no other thread may use the usual one.

    hold: in a rehearsal nothing leaves.
    """

    def __init__(
        self, watch: Watch, transport: Callable[[], Transport], sender: Sender, domain: str, *, hold: bool
    ) -> None:
        self._watch = watch
        self._transport = transport
        self._sender = sender
        self._domain = domain
        self._hold = hold
        self._told = False

    def cry(self, database: Database, sentence: str, now: datetime) -> None:
        """Tell the operator, if he has not been told."""
        if self._told or self._hold:
            return
        with database.read() as session:
            letters = self._watch.letters(session, sentence, now)
        transport = self._transport()
        try:
            for letter in letters:
                rfc_id = new_message_id(letter.notice, self._domain, secrets.token_hex(16))
                transport.send(build_mail(letter, self._sender, rfc_id, now), self._sender.address, letter.to, _nothing)
        except DeliveryError:
            log.warning("The alert could not be sent past the record; it is tried again")
            return
        finally:
            transport.close()
        self._told = True

    def calm(self) -> None:
        """The record can be written again."""
        self._told = False
