"""Is the clock fit for work that goes by the calendar? A clock that was set back would do old periods' work.

What was done is known by its period, so a wrong clock repeats nothing; but it could do today what belongs to another
day. A clock that stays where it is for an hour is believed again: nobody has to come for that.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from db.queries import runs
from pipeline.duties.watch import Trouble

SLACK = timedelta(minutes=5)
BELIEVED_AFTER = 3600.0  # seconds
SET_BACK = (
    "Đồng hồ của máy chạy tinbai ({now}) chậm hơn lần làm việc gần nhất ({last}). Các việc theo lịch (bản tổng "
    "hợp) tạm dừng; thư vẫn được đọc và trả lời. Hãy kiểm tra ngày giờ của máy; nếu giờ hiện tại là đúng, "
    "tinbai tự tiếp tục sau một giờ."
)


class ClockGuard:
    """Watches for a clock that was set back. `monotonic` gives seconds that never jump."""

    def __init__(self, monotonic: Callable[[], float], local: Callable[[datetime], datetime]) -> None:
        self._monotonic = monotonic
        self._local = local
        self._behind: tuple[datetime, float] | None = None  # since when, by both clocks

    def troubles(self, session: Session, now: datetime) -> Iterable[Trouble]:
        """The clock's trouble, if it has one now."""
        last = runs.last_at(session)
        if last is None or now >= last - SLACK:
            self._behind = None
            return
        if self._behind is None:
            self._behind = now, self._monotonic()
        since, begun = self._behind
        if self._monotonic() - begun < BELIEVED_AFTER:
            yield Trouble("clock", since, SET_BACK.format(now=self._shown(now), last=self._shown(last)))

    def is_fit(self, session: Session, now: datetime) -> bool:
        """May periodic work be done now?"""
        return not list(self.troubles(session, now))

    def _shown(self, at: datetime) -> str:
        return f"{self._local(at):%H:%M, %d/%m/%Y}"
