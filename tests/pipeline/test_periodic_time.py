"""Periods through daylight saving time, leap days, long years, jumps of the clock, sleep and restarts: each once."""

import threading
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from db.migrate import migrate
from db.session import Database
from db.wake import Wake
from db.work import Runner
from pipeline.board.digest import DigestDesk
from pipeline.duties.periodic import LATE, Periodic, latest_period
from pipeline.settings import WEEKDAYS, DigestSettings
from tests.factories import NOW

ZONES = (
    "Asia/Ho_Chi_Minh",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",  # half an hour
    "Africa/Casablanca",  # with Ramadan, twice a year, the other way round
    "Africa/Cairo",  # at midnight
)
AT = ("02:15", "14:00", "23:45")  # the first does not exist, or comes twice, on some days of most zones
WORKDAYS = ("mon", "tue", "wed", "thu", "fri")
STEP = timedelta(minutes=15)


def new_periods(start: datetime, end: datetime, zone: ZoneInfo, days: tuple[str, ...]) -> list[tuple[str, datetime]]:
    """What becomes due, and when, on a clock that goes as it should."""
    found: dict[str, datetime] = {}
    at = start
    while at < end:
        here = at.astimezone(zone)
        period = latest_period(here, AT, days)
        if period is not None and period not in found:
            found[period] = here
        at += STEP
    return list(found.items())


def local(year: int, month: int, day: int, zone: ZoneInfo) -> datetime:
    return datetime(year, month, day, tzinfo=zone).astimezone(UTC)


def expected(first: date, last: date, days: tuple[str, ...]) -> list[str]:
    every = (first + timedelta(days=number) for number in range((last - first).days))
    return [f"{day}T{time}" for day in every if WEEKDAYS[day.weekday()] in days for time in AT]


@pytest.mark.parametrize("year", [2026, 2028], ids=["of 53 weeks", "with a leap day"])
@pytest.mark.parametrize(
    ("zone_name", "days"), [*((zone, WEEKDAYS) for zone in ZONES), (ZONES[0], WORKDAYS), (ZONES[1], ("sun",))]
)
def test_in_a_whole_year_every_period_comes_once_in_its_order_and_never_early(
    year: int, zone_name: str, days: tuple[str, ...]
) -> None:
    zone = ZoneInfo(zone_name)
    first, last = date(year, 1, 1), date(year + 1, 1, 2)
    start, end = local(year, 1, 1, zone), local(year + 1, 1, 2, zone)
    come = [item for item in new_periods(start, end, zone, days) if item[0] >= f"{first}T"]
    assert [period for period, _ in come] == expected(first, last, days)
    for period, here in come:
        named = datetime.fromisoformat(period).replace(tzinfo=zone)
        assert named.date() == here.date()
        late = here.replace(tzinfo=None) - named.replace(tzinfo=None)
        assert timedelta() <= late <= timedelta(hours=1)


class Made:
    """What was produced, and for which period it was said to be."""

    def __init__(self) -> None:
        self.periods: list[str] = []
        self.clock_then: list[datetime] = []


class Desk(DigestDesk):
    """Notes what it is asked for."""

    def __init__(self, made: Made) -> None:
        self._made = made

    def queue(self, session: Session, now: datetime, period: str, *, even_if_empty: bool = False) -> int:
        self._made.periods.append(period)
        self._made.clock_then.append(now)
        return 0


class Office:
    """A periodic job of a clock that the test moves. `start` is a new process on the same record."""

    def __init__(self, database: Database, now: datetime = NOW, zone: str = "Europe/Berlin") -> None:
        self.database, self.now, self.zone = database, now, ZoneInfo(zone)
        self.made = Made()
        self.start()

    def start(self) -> None:
        self.periodic = self.another()

    def another(self) -> Periodic:
        digest = DigestSettings(at=AT, days=WEEKDAYS)
        runner = Runner(self.database, lambda: self.now, Wake())
        return Periodic(runner, Desk(self.made), digest, self.zone)

    def ring(self) -> None:
        self.periodic.run_due(self.now)

    def advance(self, how_long: timedelta, step: timedelta = timedelta(hours=1)) -> None:
        end = self.now + how_long
        while self.now < end:
            self.now = min(self.now + step, end)
            self.ring()


def test_after_three_days_asleep_the_latest_comes_and_no_stale_one(database: Database) -> None:
    office = Office(database, datetime(2026, 11, 20, 10, 0, tzinfo=UTC))
    office.ring()
    office.now += timedelta(days=3, hours=4)
    for _ in range(3):
        office.start()
        office.ring()
    assert office.made.periods == ["2026-11-20T02:15", "2026-11-23T14:00"]
    office.advance(timedelta(days=1), timedelta(minutes=20))
    assert office.made.periods[2:] == ["2026-11-23T23:45", "2026-11-24T02:15", "2026-11-24T14:00"]


@pytest.mark.parametrize("jump", [timedelta(days=-1), timedelta(hours=-1), timedelta(hours=1), timedelta(days=1)])
def test_a_jump_of_the_clock_repeats_nothing_and_does_nothing_early(database: Database, jump: timedelta) -> None:
    office = Office(database)
    office.advance(timedelta(days=1))
    office.now += jump
    office.start()
    office.advance(timedelta(days=1))
    office.now -= jump
    office.advance(timedelta(days=1))
    fair(office.made, office.zone)
    assert len(office.made.periods) == len(set(office.made.periods)) > 0


def test_of_several_instances_at_once_one_does_it(database: Database) -> None:
    office = Office(database)
    instances = [office.another() for _ in range(4)]
    for _ in range(3):
        start = threading.Barrier(len(instances))

        def ring(periodic: Periodic, start: threading.Barrier = start) -> None:
            start.wait()
            periodic.run_due(office.now)

        threads = [threading.Thread(target=ring, args=(periodic,)) for periodic in instances]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        office.now += timedelta(days=1)
    assert office.made.periods == ["2026-11-25T02:15", "2026-11-26T02:15", "2026-11-27T02:15"]


def fair(made: Made, zone: ZoneInfo) -> None:
    """No period twice; none before its time, or stale, by the clock that was then shown."""
    assert [period for period, times in Counter(made.periods).items() if times > 1] == []
    for period, then in zip(made.periods, made.clock_then, strict=True):
        named = datetime.fromisoformat(period)
        assert timedelta() <= then.astimezone(zone).replace(tzinfo=None) - named <= LATE


MOVES = st.lists(
    st.one_of(
        st.tuples(st.just("advance"), st.integers(1, 40 * 60)),
        st.tuples(st.just("jump"), st.integers(-3 * 1440, 3 * 1440)),
        st.tuples(st.just("restart"), st.just(0)),
    ),
    max_size=12,
)
BEGINNINGS = st.sampled_from(
    [datetime(*day, 22, 0, tzinfo=UTC) for day in ((2026, 3, 28), (2026, 10, 24), (2028, 2, 28), (2026, 12, 31))]
)


@pytest.mark.parametrize("jumps", [True, False])
def test_whatever_the_clock_does_no_period_comes_twice_and_none_is_missed_that_was_awake(
    tmp_path_factory: pytest.TempPathFactory, *, jumps: bool
) -> None:
    @settings(max_examples=12, deadline=None, database=None, derandomize=True)
    @given(begin=BEGINNINGS, moves=MOVES)
    def walk(begin: datetime, moves: list[tuple[str, int]]) -> None:
        database = Database(f"sqlite:///{tmp_path_factory.mktemp('walk')}/tinbai.db")
        migrate(database, NOW)
        office = Office(database, begin)
        office.ring()
        for move, number in moves:
            if move == "restart":
                office.start()
            elif move == "advance":
                office.advance(timedelta(minutes=number))
            elif jumps:
                office.now += timedelta(minutes=number)
        database.close()
        fair(office.made, office.zone)
        if not jumps:
            first, last = begin.astimezone(office.zone), office.now.astimezone(office.zone)
            due = expected(first.date() - timedelta(days=1), last.date() + timedelta(days=1), WEEKDAYS)
            awake = [p for p in due if f"{first:%Y-%m-%dT%H:%M}" < p <= f"{last:%Y-%m-%dT%H:%M}"]
            assert [period for period in awake if period not in office.made.periods] == []

    walk()
