"""The settings of the rooms that decide. `tinbai.settings` fills them; nobody else reads a file or the environment."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class OfficeSettings:
    """Who the office is. Since July 2025 a ward, a cluster or the city may stand where the district stood."""

    name: str = "Phòng Giáo dục và Đào tạo Ba Đình"
    board_name: str = "Ban biên tập Cổng thông tin điện tử Ngành Giáo dục và Đào tạo Ba Đình"
    superior: str = "Sở Giáo dục và Đào tạo Hà Nội"
    place: str = "Hà Nội"
    timezone: str = "Asia/Ho_Chi_Minh"
    address: str = "pgd@badinhedu.vn"
    aliases: tuple[str, ...] = ()
    plan: str = "Kế hoạch truyền thông năm 2024"

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

    wait_seconds: int = 60
    per_sender_per_day: int = 5
    per_hour: int = 100


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


@dataclass(frozen=True, slots=True)
class BoardSettings:
    """How the board decides."""

    undo_minutes: int = 30


@dataclass(frozen=True, slots=True)
class DigestSettings:
    """When the board gets its digest."""

    at: tuple[str, ...] = ("07:30",)
    days: tuple[str, ...] = ("mon", "tue", "wed", "thu", "fri")
    when_empty: bool = False


@dataclass(frozen=True, slots=True)
class AlertSettings:
    """Who is told when tinbai itself needs a person."""

    to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SummarySettings:
    """How long the board reads."""

    sentences: int = 3
