"""Builds every object from the settings, in one place. Nothing is built anywhere else."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path

from db.session import Database
from db.wake import Wake
from db.work import Runner
from ingest.connection import default_resolver
from ingest.mailbox import ImapMailbox
from ingest.mailbox_protocol import Mailbox
from ingest.maildir import MaildirMailbox
from ingest.web import Fetcher
from outbox.deliver import Deliver, SettleLost, Transport
from outbox.letter import Sender
from outbox.maildir import MaildirTransport
from outbox.queue import Outbox
from outbox.smtp import SmtpTransport
from parsers.incidents import IncidentRule
from parsers.theme import Theme
from parsers.urls import UrlRules
from pipeline.board.digest import DigestDesk
from pipeline.board.preview import Writers
from pipeline.board.telling import Teller
from pipeline.duties.periodic import Periodic
from pipeline.sandbox import Sandbox
from pipeline.stages.acknowledge import Acknowledger, AnswerLate
from pipeline.stages.bounced import Bounces
from pipeline.stages.fetch_page import FetchPage
from pipeline.stages.incident import IncidentDesk
from pipeline.stages.mail_reading import MailRules, read_mail
from pipeline.stages.move_mail import MoveMail
from pipeline.stages.read_message import Desks, ReadMessage
from pipeline.stages.read_page import ReadPage, read_page
from pipeline.stages.school_reply import SchoolReplies
from pipeline.weeks import calendar_from
from tinbai import lexicon
from tinbai.line import Steps
from tinbai.operation import Operation
from tinbai.settings import Settings
from tinbai.sign_in import mailbox_token, smtp_token

Resolve = Callable[[str], Sequence[str]]


def utc_now() -> datetime:
    """The clock."""
    return datetime.now(UTC)


class App:
    """Everything that is built from the settings; each part when it is first asked for.

    clock: the current time. resolve: host → addresses, for whoever brings his own names (the demo).
    """

    readers = 2  # threads that read messages and pages: the work is done in as many sandbox children

    def __init__(
        self, settings: Settings, clock: Callable[[], datetime] = utc_now, resolve: Resolve | None = None
    ) -> None:
        self.settings = settings
        self.clock = clock
        self._resolve = resolve

    @cached_property
    def database(self) -> Database:
        """The record."""
        return Database(self.settings.database.url)

    @cached_property
    def wake(self) -> Wake:
        """Wakes the threads of this process."""
        return Wake()

    @cached_property
    def runner(self) -> Runner:
        """Runs the steps."""
        return Runner(self.database, self.clock, self.wake)

    @cached_property
    def sandbox(self) -> Sandbox:
        """Children for hostile bytes."""
        return Sandbox(self.readers, preload=(read_mail.__module__, read_page.__module__))

    @cached_property
    def url_rules(self) -> UrlRules:
        """Known trackers and wrappers, and those that the operator added."""
        return self.settings.fetch.url_rules

    @cached_property
    def themes(self) -> tuple[Theme, ...]:
        """The themes of the plan."""
        return lexicon.themes()

    @cached_property
    def incident_rules(self) -> tuple[IncidentRule, ...]:
        """Words that make a mail an incident."""
        return lexicon.incident_rules()

    @cached_property
    def mail_rules(self) -> MailRules:
        """What reading a mail needs to know besides the schools."""
        office = self.settings.office
        return MailRules(
            office=office,
            calendar=calendar_from(self.settings.calendar, office),
            incident_rules=self.incident_rules,
            authserv_id=self.settings.mailbox.authserv_id,
            url_rules=self.url_rules,
        )

    @cached_property
    def mailbox(self) -> Mailbox:
        """The office's mailbox."""
        settings = self.settings.mailbox
        if settings.kind == "maildir":
            return MaildirMailbox(settings)
        token = mailbox_token(settings) if settings.auth == "xoauth2" else None
        return ImapMailbox(settings, access_token=token)

    @cached_property
    def fetcher(self) -> Fetcher:
        """The guarded way to a foreign page."""
        resolve = self._resolve or default_resolver
        return Fetcher(self.settings.fetch, resolve, contact=self.settings.office.address)

    @cached_property
    def transport(self) -> Transport:
        """The way out for finished mails, for one thread."""
        return self.new_transport()

    def new_transport(self) -> Transport:
        """Another way out, for another thread."""
        smtp = self.settings.smtp
        if smtp.kind == "maildir":
            return MaildirTransport(Path(smtp.path))
        return SmtpTransport(smtp, smtp_token(smtp) if smtp.auth == "xoauth2" else None)

    @cached_property
    def outbox(self) -> Outbox:
        """Queues mails in the office's name."""
        return Outbox(self._sender, self.settings.office.domain)

    @property
    def _sender(self) -> Sender:
        return Sender(address=self.settings.office.address, name=self.settings.smtp.from_name)

    @cached_property
    def acknowledger(self) -> Acknowledger:
        """Answers the schools."""
        settings = self.settings
        undo = timedelta(minutes=settings.board.undo_minutes)
        return Acknowledger(
            settings.office, settings.ack, self.mail_rules.calendar, self.outbox, settings.alerts.to, undo
        )

    @cached_property
    def desks(self) -> Desks:
        """Who takes care of what a mail may turn out to be."""
        settings, rules = self.settings, self.mail_rules
        return Desks(
            acknowledger=self.acknowledger,
            incidents=IncidentDesk(settings.office, self.outbox, settings.incidents.to or settings.alerts.to),
            bounces=Bounces(settings.office, self.outbox, settings.alerts.to),
            replies=SchoolReplies(rules.calendar, settings.office.domain, self.acknowledger),
        )

    @cached_property
    def teller(self) -> Teller:
        """Tells schools what became of their stories."""
        return Teller(self.settings.office, self.outbox)

    @cached_property
    def digests(self) -> DigestDesk:
        """Writes the board's digest."""
        labels = {theme.id: theme.label for theme in self.themes}
        return DigestDesk(self.settings.office, self.settings.calendar, self.mail_rules.calendar, labels, self.outbox)

    @cached_property
    def periodic(self) -> Periodic:
        """What the calendar asks for."""
        return Periodic(self.runner, self.digests, self.settings.digest, self.settings.office.zone)

    @cached_property
    def operation(self) -> Operation:
        """What keeps the line going."""
        settings = self.settings
        return Operation(
            settings=settings,
            database=self.database,
            clock=self.clock,
            steps=self.steps.all,
            outbox=self.outbox,
            sender=self._sender,
            new_transport=self.new_transport,
        )

    @cached_property
    def writers(self) -> Writers:
        """Who writes which notice."""
        return Writers(self.acknowledger, self.teller, self.digests)

    def close(self) -> None:
        """End the children, give the database back. The transport is closed by the thread that uses it."""
        built = vars(self)
        for name in ("sandbox", "database"):
            if name in built:
                built[name].close()

    def ring(self) -> None:
        """The alarm clock's ring: tell what is wrong, and do whatever is due by the calendar."""
        now = self.clock()
        self.operation.watch.look(self.database, now)
        if self.operation.clock_is_fit():
            self.periodic.run_due(now)

    @cached_property
    def steps(self) -> Steps:
        """The line."""
        settings = self.settings
        moves = settings.mailbox.after_reading == "move"
        gap = timedelta(seconds=settings.fetch.per_host_gap_seconds)
        return Steps(
            reading=(
                AnswerLate(self.acknowledger),
                ReadPage(
                    self.sandbox,
                    self.themes,
                    self.url_rules,
                    settings.summary.sentences,
                    settings.office,
                    self.acknowledger,
                ),
                ReadMessage(self.sandbox, self.mail_rules, settings.ack, self.desks, moves=moves),
            ),
            fetching=(FetchPage(self.fetcher, settings.fetch.seconds, gap, self.acknowledger),),
            delivering=(
                SettleLost(),
                Deliver(self.transport, settings.office.address, self.database, self.clock, hold=settings.smtp.hold),
            ),
            moving=(MoveMail(self.mailbox, settings.mailbox),) if moves else (),
        )
