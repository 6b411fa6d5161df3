"""Is this machine's clock right? Pure judgement over times that were read."""

from datetime import datetime, timedelta

from tinbai.cli.check.finding import Finding

TOLERANCE = timedelta(minutes=2)
SET_CLOCK = "hãy bật tự chỉnh giờ: timedatectl set-ntp true"
OFF = "Đồng hồ máy này {way} máy chủ thư {minutes}: {remedy}."


def skew(server: datetime, sent_at: datetime, found_at: datetime) -> timedelta:
    """How far this machine's clock is behind the server's (less than nothing: ahead of it).

    server: when it took the mail, by its clock. Between sending and finding any time is right.
    """
    if server > found_at:
        return server - found_at
    return min(server - sent_at, timedelta())


def judge_clock(behind: timedelta) -> Finding:
    """Is that little enough?"""
    off = abs(behind)
    if off <= TOLERANCE:
        return Finding(True, f"khớp với máy chủ thư (lệch {off.total_seconds():.0f} giây)")
    way = "chậm hơn" if behind > timedelta() else "nhanh hơn"
    return Finding(False, OFF.format(way=way, minutes=_in_words(off), remedy=SET_CLOCK))


def _in_words(span: timedelta) -> str:
    hours, minutes = divmod(round(span.total_seconds() / 60), 60)
    parts = [f"{hours} giờ" if hours else "", f"{minutes} phút" if minutes else ""]
    return " ".join(part for part in parts if part)
