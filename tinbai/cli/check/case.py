"""What the questions of `tinbai check` share: the settings, the parts of tinbai, and what was found out already.

Each part is made, and each server asked, when a question first needs it. The database is never migrated here.
"""

import os
import zlib
from collections.abc import Callable
from datetime import datetime
from enum import Enum
from pathlib import Path

from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from db.queries import checkup
from db.queries.checkup import Progress
from ingest.mailbox_names import maildir_name
from ingest.mailbox_protocol import FetchedMail, FolderStatus, MailboxError
from ingest.mailbox_survey import Survey, survey
from ingest.receive import account_of, reader_duty
from outbox.smtp import SmtpTransport
from tinbai.cli.check.finding import Answer, Fault, LeftOut, Once, bounded
from tinbai.cli.check.record import examined
from tinbai.cli.check.round_trip import Trip, round_trip
from tinbai.cli.front import Front
from tinbai.settings import Settings, SettingsError
from tinbai.sign_in import mailbox_token
from tinbai.wiring import App

STEP_SECONDS = 35.0  # the longest that one look over the network takes
BACK_SECONDS = 30.0  # the longest that the test mail is waited for

NO_MAILBOX = {
    "imap": "Chưa cấu hình hộp thư: hãy điền [mailbox] host và username.",
    "maildir": "Chưa cấu hình hộp thư: hãy điền [mailbox] path, thư mục của Maildir.",
}
NO_SMTP = "Chưa cấu hình máy chủ gửi thư: hãy điền [smtp] host và username."
REHEARSAL = "đang diễn tập ([smtp] hold = true); muốn gửi thư thử: `tinbai check --send`"


Found = list[tuple[bytes, datetime]]


class Post(Enum):
    """Is a test mail sent?"""

    UNLESS_REHEARSING = "unless rehearsing"
    ALWAYS = "always"
    NEVER = "never"


class Case:
    """One check. step_seconds: for one look over the network; back_seconds: until the test mail is back."""

    def __init__(
        self,
        front: Front,
        post: Post = Post.UNLESS_REHEARSING,
        step_seconds: float = STEP_SECONDS,
        back_seconds: float = BACK_SECONDS,
    ) -> None:
        self.front = front
        self.post = post
        self.step_seconds = step_seconds
        self.back_seconds = back_seconds
        self.read_settings = Once(self._read_settings)  # the settings, or Fault
        self.record = Once(lambda: examined(self.app.database))  # is the database fit for use? or Fault
        self.survey = Once(self._survey)  # what the mailbox offers, or Fault
        self.reader = Once(self._reader)  # which process reads the mailbox at present: tinbai runs
        self.progress = Once(self._progress)  # how far the mailbox was read
        self.smtp = Once(self._smtp)  # how mails leave, in words; Fault when they cannot
        self.trip = Once(self._trip)  # the test mail's way out and back

    @property
    def app(self) -> App:
        """Everything built, the database in the shape it has. Raises LeftOut."""
        try:
            self.read_settings()
        except Fault:
            raise LeftOut("chưa đọc được cấu hình") from None
        return self.front.unmigrated

    @property
    def settings(self) -> Settings:
        """Raises LeftOut."""
        return self.app.settings

    def now(self) -> datetime:
        """This machine's clock."""
        return self.app.clock()

    def moment(self, at: datetime) -> str:
        """A time as the office reads it."""
        return f"{at.astimezone(self.settings.office.zone):%H:%M, %d/%m/%Y}"

    def look(self, ask: Callable[[Session], Answer], otherwise: Answer) -> Answer:
        """Ask the record; `otherwise` while it has yet to be made. Raises LeftOut when it is of no use."""
        try:
            record = self.record()
        except Fault:
            raise LeftOut("chưa dùng được cơ sở dữ liệu") from None
        if not record.exists:
            return otherwise
        with self.app.database.read() as session:
            return ask(session)

    def account(self) -> Survey:
        """What the mailbox offers, for questions that come after the one about logging in. Raises LeftOut."""
        try:
            return self.survey()
        except Fault:
            raise LeftOut("chưa vào được hộp thư") from None

    def folder(self) -> FolderStatus:
        """The folder's numbering. Raises LeftOut."""
        status = self.account().folder
        if isinstance(status, MailboxError):
            raise LeftOut("chưa mở được thư mục của hộp thư")
        return status

    def _read_settings(self) -> Settings:
        try:
            return self.front.settings
        except SettingsError as error:
            raise Fault(str(error)) from error

    def _survey(self) -> Survey:
        settings = self.settings.mailbox
        if not (settings.path if settings.kind == "maildir" else settings.host):
            raise Fault(NO_MAILBOX[settings.kind])
        if settings.kind == "maildir":
            return self._maildir()
        token = mailbox_token(settings) if settings.auth == "xoauth2" else None
        return bounded(lambda: survey(settings, token), self.step_seconds)

    def _maildir(self) -> Survey:
        settings = self.settings.mailbox
        root = Path(settings.path)
        try:
            with self.app.mailbox.connect() as opened:
                status = opened.status()
        except MailboxError as error:
            raise Fault(error.reason) from error
        target = root / maildir_name(settings.move_to)
        return Survey(status, idle=False, moves=os.access(root, os.W_OK), has_target=target.is_dir())

    def _reader(self) -> str | None:
        duty, now = reader_duty(self.settings.mailbox), self.now()
        return self.look(lambda session: checkup.holder(session, duty, now), None)

    def _progress(self) -> Progress | None:
        settings = self.settings.mailbox
        return self.look(lambda session: checkup.progress(session, account_of(settings), settings.folder), None)

    def _smtp(self) -> str:
        settings = self.settings.smtp
        if settings.kind == "maildir":
            return f"không gửi đi đâu, chỉ ghi vào thư mục {settings.path}"
        if not settings.host:
            if settings.hold:
                return "chưa cấu hình, chưa cần khi diễn tập"
            raise Fault(NO_SMTP)
        bounded(self._log_in, self.step_seconds)
        return f"{settings.username or 'không cần đăng nhập'} tại {settings.host}:{settings.port}"

    def _log_in(self) -> bool:
        transport = self.app.new_transport()
        try:
            if isinstance(transport, SmtpTransport):
                transport.log_in(self.settings.office.address)
        finally:
            transport.close()
        return True

    def _trip(self) -> Trip:
        reason = self._why_no_mail()
        if reason:
            raise LeftOut(reason)
        try:
            self.smtp()
        except Fault:
            raise LeftOut("chưa gửi được thư") from None
        last_uid = self.folder().uidnext - 1
        return round_trip(self.app, last_uid, self._stored, self.step_seconds, self.back_seconds)

    def _stored(self, subject: str) -> list[FetchedMail]:
        """The test mail as tinbai has stored it: where mails are moved, it may have left the folder at once."""
        try:
            found: Found = self.look(lambda session: checkup.mails_named(session, subject), [])
        except (LeftOut, DatabaseError):
            return []
        return [FetchedMail(0, zlib.decompress(raw), len(raw), received_at) for raw, received_at in found]

    def _why_no_mail(self) -> str | None:
        settings = self.settings.smtp
        if self.post is Post.NEVER:
            return "có --no-mail"
        if settings.hold and self.post is not Post.ALWAYS:
            return REHEARSAL
        if settings.kind == "maildir":
            return "thư không được gửi đi, chỉ ghi vào thư mục"
        return None if settings.host else "chưa cấu hình [smtp] host"
