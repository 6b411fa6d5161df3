"""The deciding rooms, with settings of their own and no front door."""

import pytest

from outbox.letter import Sender
from outbox.queue import Outbox
from parsers.week import Calendar
from pipeline.board.digest import DigestDesk
from pipeline.board.telling import Teller
from pipeline.settings import AckSettings, CalendarSettings, OfficeSettings
from pipeline.stages.acknowledge import Acknowledger
from pipeline.stages.bounced import Bounces
from pipeline.stages.incident import IncidentDesk
from pipeline.stages.read_message import Desks
from pipeline.stages.school_reply import SchoolReplies
from pipeline.weeks import calendar_from

OFFICE = OfficeSettings(address="pgd@badinhedu.example")
CALENDAR = CalendarSettings()


@pytest.fixture
def outbox() -> Outbox:
    """Queues in the office's name."""
    return Outbox(Sender(OFFICE.address, "Ban biên tập"), OFFICE.domain)


@pytest.fixture
def calendar() -> Calendar:
    """The school year 2026–27."""
    return calendar_from(CALENDAR, OFFICE)


@pytest.fixture
def acknowledger(outbox: Outbox, calendar: Calendar) -> Acknowledger:
    """Answers with the default caps, alarms the operator."""
    return Acknowledger(OFFICE, AckSettings(), calendar, outbox, ("it@badinhedu.example",))


@pytest.fixture
def desks(acknowledger: Acknowledger, outbox: Outbox, calendar: Calendar) -> Desks:
    """All that a mail may be handed to."""
    return Desks(
        acknowledger,
        IncidentDesk(OFFICE, outbox, ("it@badinhedu.example",)),
        Bounces(OFFICE, outbox, ("it@badinhedu.example",)),
        SchoolReplies(calendar, OFFICE.domain, acknowledger),
    )


@pytest.fixture
def teller(outbox: Outbox) -> Teller:
    """Tells schools of decisions."""
    return Teller(OFFICE, outbox)


@pytest.fixture
def digests(outbox: Outbox, calendar: Calendar) -> DigestDesk:
    """Writes digests."""
    return DigestDesk(OFFICE, CALENDAR, calendar, {"stem": "Giáo dục STEM"}, outbox)
