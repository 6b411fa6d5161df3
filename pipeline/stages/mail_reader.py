"""Takes a stored mail to the sandbox and brings back what it says. Decides nothing and keeps nothing."""

import zlib
from collections.abc import Sequence

from sqlalchemy.orm import Session

from db.models import Message
from db.work import WorkFailed
from ingest.mailbox_protocol import MAIL_BYTES
from parsers.message import ParseError
from parsers.reading import Office
from pipeline.registry import board_addresses, registry_from
from pipeline.sandbox import Sandbox
from pipeline.stages.mail_reading import MailJob, MailReading, MailRules, read_mail, read_mails

OFFICE = "what the office knows"
TOO_LARGE = "Thư lớn hơn 25 MB nên không được đọc; xem thư gốc trong hộp thư."
REFUSED = "Máy chủ không đưa trọn thư này; xem thư gốc trong hộp thư."


class MailReader:
    """Reads mails where they can do no harm, by the rules and the register of the moment."""

    def __init__(self, sandbox: Sandbox, rules: MailRules) -> None:
        self._sandbox = sandbox
        self._rules = rules

    def office(self, session: Session) -> Office:
        """What the office knows now, asked for once a session: the mails of a batch share it on their way, too."""
        if OFFICE not in session.info:
            registry, board = registry_from(session, self._rules.office.domain), board_addresses(session)
            session.info[OFFICE] = self._rules.office_with(registry, board)
        office: Office = session.info[OFFICE]
        return office

    def read(self, job: MailJob) -> MailReading:
        """Read one mail. Raises WorkFailed."""
        if job.truncated:
            raise _incomplete(job)
        try:
            return self._sandbox.call(read_mail, job)
        except ParseError as error:
            raise _unreadable(error) from error

    def read_together(self, jobs: Sequence[MailJob]) -> Sequence[MailReading | WorkFailed]:
        """Read several in one visit to the sandbox; alone, when one of them was too much for it."""
        try:
            read = iter(self._sandbox.call(read_mails, [job for job in jobs if not job.truncated]))
        except WorkFailed:
            return [self._outcome(job) for job in jobs]
        outcomes = [_incomplete(job) if job.truncated else next(read) for job in jobs]
        return [_unreadable(outcome) if isinstance(outcome, ParseError) else outcome for outcome in outcomes]

    def _outcome(self, job: MailJob) -> MailReading | WorkFailed:
        try:
            return self.read(job)
        except WorkFailed as failure:
            return failure


def job_for(row: Message, office: Office) -> MailJob:
    """A stored mail, and what the office knows."""
    return MailJob(zlib.decompress(row.raw), row.size, row.truncated, row.received_at, office)


def _incomplete(job: MailJob) -> WorkFailed:
    return WorkFailed(TOO_LARGE if job.size > MAIL_BYTES else REFUSED, permanent=True)


def _unreadable(error: ParseError) -> WorkFailed:
    return WorkFailed(str(error), permanent=True)
