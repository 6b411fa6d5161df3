"""A whole day in a minute, with everything going wrong that can, and two hundred secrets: none of them is logged."""

import io
import logging
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.header import Header
from http.client import HTTPConnection
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from sqlalchemy import func, insert, select

from db.migrate import migrate
from db.models import Member, Message, OutgoingMail, Role, School, SchoolKey, SchoolKeyKind, Story
from db.models.message import Answer as Answered
from db.states import MailState, MessageState, StoryState
from ingest.settings import MailboxSettings
from ingest.web import FetchSettings
from outbox.queue import Outbox
from outbox.settings import SmtpSettings
from pipeline.sandbox import ChildFailed
from pipeline.settings import AckSettings, OfficeSettings
from tests.factories import NOW
from tests.mails import MX, OFFICE, mail
from tests.pages import story_page
from tests.secrets import Secrets
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import SmtpSink, smtp_sink
from tests.servers.web import Answer, SchoolSite
from tinbai.daemon import Daemon
from tinbai.listener import HealthServer
from tinbai.logs import JsonFormatter, LineFormatter, catch_the_rest
from tinbai.lookout import Watched, pages
from tinbai.masking import secrets_of
from tinbai.pulse import Pulse
from tinbai.settings import DatabaseSettings, Settings
from tinbai.wiring import App, utc_now

pytestmark = [pytest.mark.servers, pytest.mark.timeout(180)]

MAILS = 32
HOST = "th-so-1.giangvo.example"
PATIENCE = 90.0
TALKATIVE = ("sqlalchemy.engine", "sqlalchemy.pool", "urllib3", "imapclient", "mailparser", "apscheduler", "waitress")
HOOKS = ((sys, "excepthook"), (threading, "excepthook"), (sys, "unraisablehook"))
log = logging.getLogger("pipeline.test")


class Day:
    """One office whose every name, word and key is a secret."""

    def __init__(self, folder: Path, site: SchoolSite, sink: SmtpSink, secrets: Secrets) -> None:
        self.folder, self.site, self.sink, self.secrets = folder, site, sink, secrets
        self.address, self.password = secrets.seed("address"), secrets.seed("password")
        self.dovecot = Dovecot({self.address: self.password})

    def settings(self, password: str) -> Settings:
        """As an operator would have them, with this password of the mailbox."""
        return Settings(
            office=OfficeSettings(address=self.address, aliases=(OFFICE,)),
            mailbox=MailboxSettings(
                host="localhost",
                port=self.dovecot.imap_port,
                security="none",
                username=self.address,
                password=password,
                start_from="all",
                authserv_id=MX,
            ),
            smtp=SmtpSettings(
                host="localhost",
                port=self.sink.port,
                security="none",
                username=self.sink.user,
                password=self.sink.password,
            ),
            ack=AckSettings(wait_seconds=1),
            database=DatabaseSettings(f"sqlite:///{self.folder}/tinbai.db"),
            fetch=FetchSettings(
                allow_networks=("127.0.0.0/8",), ports=(80, 443, self.site.port), seconds=2, per_host_gap_seconds=0
            ),
        )

    def register(self, app: App, schools: list[str]) -> None:
        """Schools by their addresses, and one member."""
        migrate(app.database, NOW)
        keys = [SchoolKey(kind=SchoolKeyKind.EMAIL, value=address) for address in schools]
        keys.append(SchoolKey(kind=SchoolKeyKind.HOST, value=HOST))
        with app.database.write() as session:
            session.add(School(code="th-1", level="TH", name="Trường số 1", short_name="TH số 1", keys=keys))
            name, address = self.secrets.seed("name"), self.secrets.seed("address")
            session.add(Member(handle="mai", name=name, email=address, role=Role.BOARD))

    def mails(self) -> list[tuple[str, bytes]]:
        """(sender, mail): well-formed ones, hostile ones, and links that fail in every way."""
        return [self._mail(number) for number in range(MAILS)]

    def _mail(self, number: int) -> tuple[str, bytes]:
        seed = self.secrets.seed
        sender = seed("address")
        path = f"/tin-tuc-su-kien/bai-so-{number}-ngay-hoi-doc-sach.html?token={seed('token in a url')}"
        self.site.answer(path, self._page(number))
        body = f"{seed('body')}\n{self.site.url(path, HOST)}\n"
        hostile = ("", "\x1b[31m", "\u202e", "\u2028")[number % 4]
        raw = mail(body, sender=sender)
        subject, name, rfc_id = f"{hostile}{seed('subject')}", f"{hostile}{seed('name')}", seed("message id")
        lines = raw.decode().splitlines()
        fields = {
            "From": f"From: {_encoded(name)} <{sender}>",
            "Subject": f"Subject: {_encoded(subject)}",
            "Message-ID": f"Message-ID: {rfc_id}",
        }
        lines = [fields.get(line.partition(":")[0], line) for line in lines]
        broken = (
            "Content-Type: multipart/mixed; boundary=x\nContent-Transfer-Encoding: base64\n" if number % 7 == 3 else ""
        )
        return sender, (broken + "\n".join(lines)).replace("\n", "\r\n").encode()

    def _page(self, number: int) -> Answer:
        text = f"{self.secrets.seed('page text')} " * 40
        page = story_page(f"Ngày hội {text[:60]}").replace("</h1>", f"</h1><p>{text}</p>").encode()
        token = self.secrets.seed("access token")
        return (
            Answer(body=page),
            Answer(500, body=page),
            Answer(302, headers=(("Location", f"http://{HOST}:1/?access_token={token}"),)),
            Answer(body=b"HTTP/1.1 200 " + token.encode() + b"\r\nContent-Length: x\r\n\r\n", raw=True),
        )[number % 4 if number % 3 == 0 else 0]


def _encoded(text: str) -> str:
    return Header(text, "utf-8", maxlinelen=1000).encode()


class Quiet(logging.StreamHandler[io.StringIO]):
    """What the plain formatter cannot write is not ours to print."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  (logging's name)
        """Nothing."""


class Logs:
    """Everything that is logged, in our two formats and, to see that there was something to hide, in plain words."""

    def __init__(self, secrets: list[str]) -> None:
        self.streams = {"logfmt": io.StringIO(), "json": io.StringIO(), "plain": io.StringIO()}
        formatters = (LineFormatter(None, secrets), JsonFormatter(None, secrets), logging.Formatter("%(message)s"))
        self.handlers = [Quiet(stream) for stream in self.streams.values()]
        for handler, formatter in zip(self.handlers, formatters, strict=True):
            handler.setFormatter(formatter)

    def text(self, kind: str) -> str:
        """What was written so far."""
        return self.streams[kind].getvalue()


@contextmanager
def logging_everything(logs: Logs) -> Iterator[None]:
    """All loggers at DEBUG, all hooks ours; afterwards as before."""
    root, parser = logging.getLogger(), logging.getLogger("mailparser")
    before, level, propagates = root.handlers[:], root.level, parser.propagate
    hooks = [(owner, name, getattr(owner, name)) for owner, name in HOOKS]
    levels = {name: logging.getLogger(name).level for name in TALKATIVE}
    root.handlers[:], root.level, parser.propagate = logs.handlers, logging.DEBUG, True
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.DEBUG)
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("warnings.showwarning", None)  # put back at the end
            catch_the_rest()
            yield
    finally:  # or a failure here would make the worker's other tests fail
        root.handlers[:], parser.propagate = before, propagates
        root.setLevel(level)
        for name, old in levels.items():
            logging.getLogger(name).setLevel(old)
        for owner, name, hook in hooks:
            setattr(owner, name, hook)


@contextmanager
def at_work(app: App) -> Iterator[None]:
    """The daemon in a thread."""
    daemon = Daemon(app)
    thread = threading.Thread(target=daemon.run, daemon=True)
    thread.start()
    yield
    daemon.stop()
    thread.join(PATIENCE)


def wait_for(what: str, condition: Any, logs: Logs) -> None:
    """Look again and again until it is so."""
    ends, pause = monotonic() + PATIENCE, threading.Event()
    while not condition():
        assert monotonic() < ends, f"{what} did not happen\n{logs.text('logfmt')[-5000:]}"
        pause.wait(0.1)


def all_done(app: App) -> bool:
    """Every mail was read, every page tried, every answer tried."""
    undone = (
        select(Message.id).where(Message.state == MessageState.RECEIVED, Message.attempts < 2),
        select(Message.id).where(Message.answer == Answered.OPEN, Message.attempts < 1),
        select(Story.id).where(Story.state.in_((StoryState.FOUND, StoryState.FETCHED)), Story.attempts < 1),
        select(OutgoingMail.id).where(OutgoingMail.state == MailState.QUEUED, OutgoingMail.attempts < 1),
        select(OutgoingMail.id).where(OutgoingMail.state == MailState.SENDING),
    )
    with app.database.read() as session:
        arrived = session.scalars(select(func.count()).select_from(Message)).one()
        return arrived == MAILS and not any(session.scalars(query).first() for query in undone)


def fail_from_outside(patch: pytest.MonkeyPatch, secrets: Secrets) -> None:
    """Two unforeseen errors that quote a mail, one of them with the parameters of its statement."""
    queue, calls = Outbox.queue, iter(range(10**6))

    def queue_or_fail(self: Outbox, session: Any, letter: Any, *args: Any, **kwargs: Any) -> OutgoingMail | None:
        call = next(calls)
        if call == 1:
            raise ValueError(f"{secrets.seed('exception')} {letter}")
        if call == 3:
            session.execute(insert(School).values(code="th-1", level="TH", name=letter.subject, short_name=letter.to))
        return queue(self, session, letter, *args, **kwargs)

    patch.setattr(Outbox, "queue", queue_or_fail)


def stumble(words: str) -> None:
    """What a parser of ours might do."""
    sys.stdout.write(words)
    sys.stderr.write(words)
    raise LookupError(words)


def stumble_everywhere(app: App, secrets: Secrets) -> None:
    """In a child, in a thread, in a record that does not fit."""
    try:
        app.sandbox.call(stumble, secrets.seed("exception"))
    except ChildFailed:
        log.exception("A child failed")
    thread = threading.Thread(target=stumble_here, args=(secrets.seed("exception"),))
    thread.start()
    thread.join()
    log.info("%d", secrets.seed("subject"), extra={"subject": secrets.seed("subject"), "to": [secrets.seed("address")]})
    log.error("Failed", extra={"reason": f"550 {secrets.seed('server reply')}", "step": secrets.seed("address")})
    log.error("Failed", extra={"reason": f"Bearer {secrets.seed('access token')}"})
    log.error("Failed", extra={"reason": f"refresh_token={secrets.seed('refresh token')}"})


def stumble_here(words: str) -> None:
    """Without printing."""
    raise LookupError(words)


def answers(app: App) -> str:
    """Both pages of the listener, well and unwell."""
    pulse = Pulse(iter([0.0] + [99.0] * 50).__next__)
    pulse.expect("deliverer", 1)
    steps = (*app.steps.reading, *app.steps.fetching, *app.steps.delivering)
    server = HealthServer("0", pages(Watched(app.database, steps, utc_now, pulse, 120, {}, "1")))
    server.start()
    bodies = []
    for path in ("/healthz", "/metrics", "/healthz?x", "/x"):
        connection = HTTPConnection("127.0.0.1", server.port, timeout=20)
        connection.request("GET", path)
        answer = connection.getresponse()
        bodies.append(f"{answer.getheaders()}\n{answer.read().decode()}")
        connection.close()
    server.stop()
    return "\n".join(bodies)


@contextmanager
def opened(settings: Settings) -> Iterator[App]:
    """Everything built, and closed again."""
    app = App(settings, resolve=lambda _: ["127.0.0.1"])
    try:
        yield app
    finally:
        app.close()


def test_two_hundred_secrets_go_through_a_day_of_failures_and_none_is_logged(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, record_property: Any
) -> None:
    secrets = Secrets()
    with SchoolSite() as site, smtp_sink(user=secrets.seed("address"), password=secrets.seed("password")) as sink:
        day = Day(tmp_path, site, sink, secrets)
        with day.dovecot:
            logs = Logs(list(secrets_of(day.settings(day.password))))
            with logging_everything(logs):
                live_through(day, logs, monkeypatch)
                with opened(day.settings(day.password)) as app:
                    stumble_everywhere(app, secrets)
                    served = answers(app)
    printed = "".join(capfd.readouterr())
    searched = [logs.text("logfmt"), logs.text("json"), served, printed]
    figures = secrets.figures(searched)
    record_property("secrets", figures)
    sys.stdout.write(f"{figures}\n")
    assert len(secrets.cores) >= 200
    assert [secret for text in searched for secret in secrets.found_in(text)] == []
    assert all(line.isprintable() for text in searched[:2] for line in text.split("\n"))
    assert len(secrets.found_in(logs.text("plain"))) > 100, "there was nothing to hide"
    for event in (
        "cannot be read",
        "could not be saved",
        "Uncaught error in a thread",
        "LookupError",
        "IntegrityError",
    ):
        assert event in logs.text("logfmt")


def live_through(day: Day, logs: Logs, patch: pytest.MonkeyPatch) -> None:
    """A refused login; then mails, pages, answers, refusals and mistakes."""
    with opened(day.settings(day.secrets.seed("password"))) as app:
        mails = day.mails()
        day.register(app, [sender for sender, _ in mails[: MAILS // 2]])
        with at_work(app):
            wait_for("the refused login", lambda: "The mailbox cannot be read" in logs.text("logfmt"), logs)
    for sender, raw in mails:
        day.dovecot.deliver(raw, day.address, sender)
    replies = [f"550 {day.secrets.seed('server reply')}" for _ in range(3)]
    day.sink.trouble_at("RCPT", *replies[:2])
    day.sink.trouble_at("DOT", replies[2])
    fail_from_outside(patch, day.secrets)
    with opened(day.settings(day.password)) as app, at_work(app):
        wait_for("the whole day", lambda: all_done(app), logs)
    assert len(day.sink.mails) > 3
