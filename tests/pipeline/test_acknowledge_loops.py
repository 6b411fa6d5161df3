"""Two offices that are schools of each other, and whose mail programs talk: how soon they stop."""

import secrets
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from pathlib import Path

import pytest
from sqlalchemy import select

from db.migrate import migrate
from db.models import OutgoingMail, School, SchoolKey, SchoolKeyKind
from ingest.mailbox_protocol import FetchedMail
from ingest.receive import Place, store
from ingest.settings import MailboxSettings
from ingest.web import FetchSettings
from pipeline.sandbox import Sandbox
from pipeline.settings import OfficeSettings
from tests.factories import NOW
from tests.pages import story_page
from tests.servers.web import SchoolSite
from tinbai.settings import DatabaseSettings, Settings
from tinbai.wiring import App

ROUNDS = 50
STEP = timedelta(minutes=30)  # fifty rounds are a day
PER_DAY = 5
OURS = ("X-Tinbai-Notice", "Auto-Submitted")
SIGNS = (*OURS, "Precedence", "X-Auto-Response-Suppress")
Gateway = Callable[[EmailMessage], None]


class Clock:
    """The same time for both offices."""

    now = NOW


class House:
    """An office without threads, with a mailbox of its own; `neighbour` is registered as a school of it."""

    def __init__(
        self, folder: Path, name: str, neighbour: str, clock: Clock, sandbox: Sandbox, site: SchoolSite
    ) -> None:
        self.name, self.address, self.clock = name, f"pgd@{name}.example", clock
        self.uid = self.seen = 0
        settings = Settings(
            office=OfficeSettings(address=self.address),
            mailbox=MailboxSettings(authserv_id=f"mx.{name}.example"),
            database=DatabaseSettings(f"sqlite:///{folder}/{name}.db"),
            fetch=FetchSettings(allow_networks=("127.0.0.0/8",), ports=(site.port,), seconds=2, per_host_gap_seconds=0),
        )
        self.app = App(settings, clock=lambda: clock.now, resolve=lambda _: ["127.0.0.1"])
        vars(self.app)["sandbox"] = sandbox
        migrate(self.app.database, NOW)
        keys = [
            SchoolKey(kind=SchoolKeyKind.EMAIL, value=f"pgd@{neighbour}.example"),
            SchoolKey(kind=SchoolKeyKind.HOST, value="truong.example"),
        ]
        with self.app.database.write() as session:
            session.add(
                School(code=neighbour, level="TH", name=f"Trường TH {neighbour}", short_name=neighbour, keys=keys)
            )

    def receive(self, raw: bytes) -> None:
        """A mail comes in, vouched for by the house's own server."""
        self.uid += 1
        author = str(message_from_bytes(raw, policy=policy.default)["From"].addresses[0].domain)
        server = f"mx.{self.name}.example"
        stamp = (
            f"Received: from out.{author} by {server} with ESMTPS id x{self.uid}; {format_datetime(self.clock.now)}\r\n"
            f"Authentication-Results: {server}; dmarc=pass header.from={author}\r\n"
        ).encode()
        whole = stamp + raw
        with self.app.database.write() as session:
            store(
                session,
                Place("pgd", "INBOX", 1),
                [FetchedMail(self.uid, whole, len(whole), self.clock.now)],
                self.clock.now,
            )

    def work(self) -> None:
        """Do all that is due."""
        steps = (*self.app.steps.reading, *self.app.steps.fetching)
        while any(self.app.runner.run_one(step) for step in steps):
            pass

    def newly_sent(self) -> list[bytes]:
        """What was queued since the last time, whoever it is for."""
        with self.app.database.read() as session:
            fresh = select(OutgoingMail).where(OutgoingMail.id > self.seen).order_by(OutgoingMail.id)
            mails = [(mail.id, mail.mail) for mail in session.scalars(fresh)]
        self.seen = max([self.seen, *(number for number, _ in mails)])
        return [mail for _, mail in mails]

    def answers(self) -> list[datetime]:
        """When acknowledgements were queued."""
        with self.app.database.read() as session:
            found = select(OutgoingMail.queued_at).where(OutgoingMail.notice == "acknowledgement")
            return list(session.scalars(found.order_by(OutgoingMail.id)))


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """Children for the whole module."""
    made = Sandbox(children=1)
    yield made
    made.close()


@pytest.fixture
def houses(tmp_path: Path, sandbox: Sandbox) -> Iterator[tuple[House, House]]:
    """Two offices facing each other; the first got a mail with a story in the name of the second."""
    with SchoolSite() as site:
        clock = Clock()
        here = House(tmp_path, "o-day", "ben-kia", clock, sandbox, site)
        there = House(tmp_path, "ben-kia", "o-day", clock, sandbox, site)
        path = "/tin-tuc/ngay-hoi-doc-sach-pmtd22sw1501"
        site.page(path, story_page())
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = there.address, here.address, "Gửi link bài tuần 12"
        message["Message-ID"] = make_msgid(domain="ben-kia.example")
        message.set_content(f"Trường gửi bài:\n{site.url(path, 'truong.example')}\n")
        here.receive(message.as_bytes(policy=policy.SMTP))
        yield here, there
        here.app.database.close()
        there.app.database.close()


def converse(here: House, there: House, gateway: Gateway) -> None:
    """Everything that one sends reaches the other, for fifty rounds."""
    for _ in range(ROUNDS):
        for house, other in ((here, there), (there, here)):
            house.work()
            for raw in house.newly_sent():
                message = message_from_bytes(raw, policy=policy.SMTP)
                gateway(message)
                other.receive(message.as_bytes())
        here.clock.now += STEP


def strips(*names: str) -> Gateway:
    """A gateway that takes these fields away."""

    def strip(message: EmailMessage) -> None:
        for name in names:
            del message[name]

    return strip


def rewrites(message: EmailMessage) -> None:
    """A gateway that takes every sign away and gives each mail an identity and a text of its own."""
    strips(*SIGNS, "Message-ID", "In-Reply-To", "References")(message)
    message["Message-ID"] = make_msgid(domain="gateway.example")


def test_two_offices_facing_each_other_exchange_one_answer(houses: tuple[House, House]) -> None:
    here, there = houses
    converse(here, there, lambda _: None)
    assert (len(here.answers()), len(there.answers())) == (1, 0)


@pytest.mark.parametrize("names", [OURS, SIGNS], ids=["our own", "all"])
def test_a_gateway_that_takes_our_signs_away_starts_no_loop(
    houses: tuple[House, House], names: tuple[str, ...]
) -> None:
    here, there = houses
    converse(here, there, strips(*names))
    assert (len(here.answers()), len(there.answers())) == (1, 0)


def test_a_gateway_that_takes_everything_away_is_answered_no_oftener_than_a_person(
    houses: tuple[House, House],
) -> None:
    here, there = houses
    converse(here, there, rewrites)
    for house in houses:
        assert len(house.answers()) <= PER_DAY


def test_a_machine_that_always_sends_something_new_is_bounded_by_the_caps(houses: tuple[House, House]) -> None:
    here, there = houses

    def writes_anew(message: EmailMessage) -> None:
        rewrites(message)
        message.clear_content()
        message.set_content(f"Trường gửi bài: https://truong.example/tin-tuc/bai-{secrets.token_hex(8)}-pmtd22sw15\n")

    converse(here, there, writes_anew)
    for house in houses:
        beyond = [at.replace(minute=0) for at in house.answers()[PER_DAY:]]
        assert len(beyond) == len(set(beyond))  # one combined answer an hour
