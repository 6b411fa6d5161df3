"""When the record itself cannot be written, the alert goes out past it: once, until the record can be written again.

Then the record learns that the operator knows, and tells him when it is over.
"""

import logging
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime

from db.session import Database
from outbox.deliver import Transport
from outbox.errors import DeliveryError
from outbox.letter import Letter, Sender, build_mail, new_message_id
from pipeline.duties.watch import Watch

log = logging.getLogger(__name__)


def _nothing() -> None:
    """Nothing can be noted: that is why we are here."""


class LastResort:
    """Sends an alert without keeping it. transport: a connection of its own, for no other thread may use the usual one.

    hold: in a rehearsal nothing leaves. `told_at`: when the operator heard of what now goes on; None: he did not.
    """

    def __init__(
        self, watch: Watch, transport: Callable[[], Transport], sender: Sender, domain: str, *, hold: bool
    ) -> None:
        self._watch = watch
        self._transport = transport
        self._sender = sender
        self._domain = domain
        self._hold = hold
        self._told_to: set[str] = set()
        self.told_at: datetime | None = None

    def cry(self, database: Database, sentence: str, now: datetime) -> None:
        """Tell the operator of the full disk, if he has not been told, by whichever way."""
        if self._hold:
            return
        with database.read() as session:
            known = self._watch.has_told(session, "disk")
            letters = [] if known else self._watch.letters(session, "disk", sentence, now)
        untold = [letter for letter in letters if letter.to not in self._told_to]
        if untold:
            self._send(untold, now)

    def _send(self, letters: Sequence[Letter], now: datetime) -> None:
        transport = self._transport()
        try:
            for letter in letters:
                rfc_id = new_message_id(letter.notice, self._domain, secrets.token_hex(16))
                transport.send(build_mail(letter, self._sender, rfc_id, now), self._sender.address, letter.to, _nothing)
                self._note(letter, now)
        except DeliveryError as error:
            log.warning(
                "The alert could not be sent past the record; it is tried again", extra={"reason": error.reason}
            )
            if error.uncertain:  # it may have arrived: better no second one every few seconds
                self._note(letter, now)
        finally:
            transport.close()

    def _note(self, letter: Letter, now: datetime) -> None:
        self._told_to.add(letter.to)
        self.told_at = self.told_at or now

    def calm(self) -> None:
        """The record can be written again."""
        self._told_to.clear()
        self.told_at = None
