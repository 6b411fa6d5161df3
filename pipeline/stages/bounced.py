"""Counts bounces against the addresses they are about, and gives an address up when it has had enough of them.

Anybody can write a mail that looks like a bounce. Only one that quotes the Message-ID of a mail of ours to that very
address, which nobody else can guess, gives an address up; others count no more than a temporary failure does. Whatever
is counted here never leads to a mail to the address that bounced.
"""

import logging
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from db.models import Contact, Member
from db.queries import contacts, people
from outbox.notices import alert
from outbox.queue import Outbox
from parsers.bounce import Bounce, Outcome, Recipient
from parsers.kind import Kind
from parsers.reading import Reading
from pipeline.office import signed_by
from pipeline.settings import OfficeSettings

log = logging.getLogger(__name__)

STALE = timedelta(days=7)  # after so long without another bounce, counting starts afresh
ENOUGH_SOFT = 5  # temporary failures, one a day at most
ENOUGH_HARD = 2  # refusals, one a day at most
OURS_FOR = timedelta(days=14)  # how old a mail of ours may be that a bounce is about; servers try for five days
FAILURES = (Outcome.HARD, Outcome.SOFT, Outcome.DELAYED)
# RFC 3463: there is no such mailbox or domain, it has moved, or it is closed. A school that moved is not waited for.
GONE = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"})
# These refuse the mail or its sender, not the recipient: a blocked office must not lose every school at once.
NOT_THE_ADDRESS = ("5.1.7", "5.1.8", "5.2.3", "5.3.4", "5.5.", "5.6.", "5.7.")
UNREACHABLE_MEMBER = "Không gửi được thư tới một thành viên Ban biên tập"
ASK_AGAIN = (
    "Thư gửi tới địa chỉ này bị trả lại; bản tổng hợp vẫn tiếp tục được gửi. Xin hỏi lại địa chỉ của thành viên, rồi "
    "nạp lại danh sách bằng lệnh `tinbai members import`."
)


@dataclass(frozen=True, slots=True)
class Failure:
    """One failure as it is counted. proven: the bounce is about a mail of ours; then only it may be hard."""

    address: str
    at: datetime
    proven: bool = False
    hard: bool = False
    status: str | None = None

    @property
    def gone(self) -> bool:
        """One such failure says everything."""
        return self.hard and self.status in GONE


class Bounces:
    """Keeps the record of addresses that bounce. to: who else is told of a member who cannot be reached."""

    def __init__(self, office: OfficeSettings, outbox: Outbox, to: Sequence[str]) -> None:
        self._office = office
        self._outbox = outbox
        self._to = tuple(to)

    def count(self, session: Session, arrived: Sequence[tuple[Bounce, datetime]], now: datetime) -> None:
        """Count bounces that arrived at these times; whoever is given up by them is told of in this commit."""
        counted = [counts for bounce, at in arrived for counts in _failures(session, bounce, at)]
        known = contacts.locked(session, {failure.address for failure in counted})
        members = {member.email: member for member in people.board(session)}
        for failure in counted:
            contact = known.get(failure.address) or contacts.add(session, failure.address, failure.at)
            known[failure.address] = contact
            if self._gives_up(contact, failure, now, patient=failure.address in members):
                log.warning("An address is given up", extra={"status": contact.diagnosis})
                session.flush()
                self._tell(session, contact, members, now)

    def _gives_up(self, contact: Contact, failure: Failure, now: datetime, *, patient: bool) -> bool:
        """Count; tell whether the address is given up by this. patient: one failure is never enough."""
        if contact.dead_since is not None:
            return False
        self._take_down(contact, failure)
        enough = contact.hard >= ENOUGH_HARD or contact.soft >= ENOUGH_SOFT or (failure.gone and not patient)
        if failure.proven and enough:
            contact.dead_since = now
        return contact.dead_since is not None

    def _take_down(self, contact: Contact, failure: Failure) -> None:
        """One failure a day, the worst of the day."""
        if failure.at - contact.bounced_at > STALE:
            contact.soft = contact.hard = 0
        if (contact.soft or contact.hard) and self._day(failure.at) <= self._day(contact.bounced_at):
            if _was_hard(contact) or not failure.hard:
                return
            contact.soft -= 1  # what was counted for this day was less
        contact.hard, contact.soft = contact.hard + failure.hard, contact.soft + (not failure.hard)
        contact.bounced_at, contact.diagnosis = max(failure.at, contact.bounced_at), failure.status

    def _day(self, at: datetime) -> int:
        return at.astimezone(self._office.zone).toordinal()

    def _tell(self, session: Session, contact: Contact, members: Mapping[str, Member], now: datetime) -> None:
        """The others hear of a member who cannot be reached; of a school the next digest tells."""
        member = members.get(contact.address)
        if member is None:
            return
        facts = [alert.Fact("Thành viên", member.name), alert.Fact("Địa chỉ", member.email)]
        facts += [alert.Fact("Mã lỗi", contact.diagnosis)] if contact.diagnosis else []
        for address in self._others(session, members):
            told = alert.Alert(signed_by(self._office), address, now, UNREACHABLE_MEMBER, ASK_AGAIN, tuple(facts))
            self._outbox.queue(session, alert.letter(told), f"member:{member.id}", now, period=f"{now:%Y-%m-%d}")

    def _others(self, session: Session, members: Collection[str]) -> list[str]:
        everybody = list(dict.fromkeys([*self._to, *members]))
        dead = contacts.dead_among(session, [address.lower() for address in everybody])
        return [address for address in everybody if address.lower() not in dead]


def heard_from(session: Session, mails: Iterable[tuple[Reading, datetime]], authserv_id: str) -> None:
    """Know nothing against an address any more that a mail has come from since it bounced.

    mails: each with the server's time. authserv_id: "" when nothing vouches for any mail; then a name is as good as it
    gets, and the next bounce puts right what a forged one did.
    """
    heard: dict[str, datetime] = {}
    for reading, at in mails:
        believed = reading.verified or not authserv_id
        if believed and reading.sender is not None and reading.kind is not Kind.BOUNCE:
            heard[reading.sender] = max(at, heard.get(reading.sender, at))
    contacts.forget_heard(session, heard)


def _failures(session: Session, bounce: Bounce, at: datetime) -> Iterator[Failure]:
    """What a bounce counts for, for each address that it names and that a mail of ours went to."""
    failing = {one.address: one for one in bounce.recipients if one.outcome in FAILURES}
    proven = contacts.written_to(session, bounce.originals, at - OURS_FOR)
    for address in sorted(proven.union(contacts.ever_written_to(session, failing, at - OURS_FOR)) & set(failing)):
        yield _proven(failing[address], at) if address in proven else Failure(address, at)


def _proven(recipient: Recipient, at: datetime) -> Failure:
    status = recipient.status
    blamed = recipient.outcome is Outcome.HARD and not (status or "").startswith(NOT_THE_ADDRESS)
    return Failure(recipient.address, at, proven=True, hard=blamed, status=status or ("5.0.0" if blamed else None))


def _was_hard(contact: Contact) -> bool:
    """The last failure that was counted was a refusal of the address."""
    status = contact.diagnosis or ""
    return contact.hard > 0 and status.startswith("5") and not status.startswith(NOT_THE_ADDRESS)
