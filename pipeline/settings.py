"""The settings of the rooms that decide. `tinbai.settings` fills them; nobody else reads a file or the environment."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from outbox.letter import is_address

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


def _require(holds: object, sentence: str) -> None:
    """A setting that cannot work is said at the start, not when it first hurts."""
    if not holds:
        raise ValueError(sentence)


def _require_addresses(key: str, addresses: Iterable[str]) -> None:
    for address in addresses:
        _require(is_address(address), f"{key}: {address!r} không phải là một địa chỉ thư")


@dataclass(frozen=True, slots=True)
class OfficeSettings:
    """Who the office is. Since July 2025 a ward, a cluster or the city may stand where the district stood."""

    name: str = "Phòng Giáo dục và Đào tạo Ba Đình"
    board_name: str = "Ban biên tập Cổng thông tin điện tử Ngành Giáo dục và Đào tạo Ba Đình"
    timezone: str = "Asia/Ho_Chi_Minh"
    address: str = "pgd@badinhedu.vn"
    aliases: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _require_addresses("[office] address, aliases", (self.address, *self.aliases))
        try:
            ZoneInfo(self.timezone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            known = f"[office] timezone: không có múi giờ {self.timezone!r}; ví dụ Asia/Ho_Chi_Minh"
            raise ValueError(known) from None

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of every week, deadline and date shown."""
        return ZoneInfo(self.timezone)

    @property
    def own_addresses(self) -> frozenset[str]:
        """Every address that is the office itself, lower case."""
        return frozenset(address.lower() for address in (self.address, *self.aliases))

    @property
    def domain(self) -> str:
        """The domain of the office's address: of its Message-IDs and of the schools' shared Workspace."""
        return self.address.rpartition("@")[2].lower()


@dataclass(frozen=True, slots=True)
class AckSettings:
    """How soon and how often schools are answered."""

    enabled: bool = True
    blocked: tuple[str, ...] = ()  # addresses, and domains as "@example.vn"
    wait_seconds: int = 60
    per_sender_per_day: int = 5
    per_domain_per_day: int = 20
    per_hour: int = 100

    def __post_init__(self) -> None:
        _require_addresses("[ack] blocked", (f"x{who}" if who.startswith("@") else who for who in self.blocked))
        numbers = (self.wait_seconds, self.per_sender_per_day, self.per_domain_per_day, self.per_hour)
        _require(self.wait_seconds <= 3600, "[ack] wait_seconds không quá 3600")
        _require(
            min(numbers) > 0,
            "[ack] wait_seconds, per_sender_per_day, per_domain_per_day và per_hour phải lớn hơn 0",
        )


@dataclass(frozen=True, slots=True)
class BreakSettings:
    """A stretch without quota, both days included: Tết, a storm."""

    start: date
    end: date
    name: str


@dataclass(frozen=True, slots=True)
class CalendarSettings:
    """The school year."""

    week1_monday: date = date(2026, 9, 7)
    weeks: int = 35
    breaks: tuple[BreakSettings, ...] = ()
    grace: str = "tue 23:59"
    quota_per_week: int = 1
    levels: tuple[str, ...] = ("MN", "TH", "THCS")

    def __post_init__(self) -> None:
        _require(self.week1_monday.weekday() == 0, f"[calendar] week1_monday: {self.week1_monday} không phải thứ Hai")
        _require(1 <= self.weeks <= 53, "[calendar] weeks phải từ 1 đến 53")
        _require(all(stretch.start <= stretch.end for stretch in self.breaks), "[calendar] breaks: from phải trước to")
        _require(self.quota_per_week > 0, "[calendar] quota_per_week phải lớn hơn 0")
        self.grace_until()

    def grace_until(self) -> tuple[int, time]:
        """The weekday (0 is Monday) and time of the following week until when last week's story counts."""
        day, _, clock = self.grace.strip().lower().partition(" ")
        well_written = day in WEEKDAYS and CLOCK.fullmatch(clock)
        _require(well_written, f'[calendar] grace phải viết như "tue 23:59", đang là {self.grace!r}')
        return WEEKDAYS.index(day), time.fromisoformat(clock).replace(second=59, microsecond=999_999)


@dataclass(frozen=True, slots=True)
class BoardSettings:
    """How the board decides."""

    undo_minutes: int = 30

    def __post_init__(self) -> None:
        _require(0 <= self.undo_minutes <= 10_080, "[board] undo_minutes phải từ 0 đến 10080 (một tuần)")


@dataclass(frozen=True, slots=True)
class DigestSettings:
    """When the board gets its digest."""

    at: tuple[str, ...] = ("07:30",)
    days: tuple[str, ...] = ("mon", "tue", "wed", "thu", "fri")
    when_empty: bool = False

    def __post_init__(self) -> None:
        _require(all(map(CLOCK.fullmatch, self.at)), f'[digest] at phải viết như ["07:30"], đang là {list(self.at)}')
        _require(set(self.days) <= set(WEEKDAYS), f"[digest] days chỉ gồm {', '.join(WEEKDAYS)}")


@dataclass(frozen=True, slots=True)
class AlertSettings:
    """Who is told when the limit of answers an hour is reached."""

    to: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _require_addresses("[alerts] to", self.to)


@dataclass(frozen=True, slots=True)
class IncidentSettings:
    """Who is told at once that a school reported an incident or an opinion matter."""

    to: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _require_addresses("[incidents] to", self.to)


@dataclass(frozen=True, slots=True)
class SummarySettings:
    """How long the board reads."""

    sentences: int = 3

    def __post_init__(self) -> None:
        _require(1 <= self.sentences <= 10, "[summary] sentences phải từ 1 đến 10")
