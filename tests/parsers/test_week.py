"""School weeks: which one, which is claimed, which is credited."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from parsers.week import Break, Calendar, Credit, Grace, credit
from parsers.week_claim import claimed_week
from tests.parsers.letters import CALENDAR

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
WEDNESDAY = date(2026, 11, 25)  # in week 12


def at(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=HANOI)


@pytest.mark.parametrize(
    ("day", "number"),
    [
        ("2026-09-06", None),
        ("2026-09-07", 1),
        ("2026-11-22", 11),
        ("2026-11-23", 12),
        ("2026-11-29", 12),
        ("2027-02-07", 22),
        ("2027-02-10", None),  # Tết
        ("2027-02-15", 23),  # numbers pause
        ("2027-05-16", 35),
        ("2027-05-17", None),
    ],
)
def test_a_day_lies_in_the_study_week_that_counts_from_the_first_monday(day: str, number: int | None) -> None:
    week = CALENDAR.week_of(date.fromisoformat(day))
    assert (week.number if week else None) == number


def test_a_week_number_has_one_monday_and_one_sunday() -> None:
    assert CALENDAR.span(23) == (date(2027, 2, 15), date(2027, 2, 21))
    assert CALENDAR.span(36) is None
    assert CALENDAR.span(0) is None


def test_a_week_with_one_school_day_left_keeps_its_number() -> None:
    storm = Calendar(date(2026, 9, 7), 35, (Break(date(2026, 9, 14), date(2026, 9, 17), "bão"),))
    week = storm.week_of(date(2026, 9, 14))
    assert week is not None
    assert week.number == 2


CLAIMS = [
    ("[Tuần 12] Trường gửi bài", 12),
    ("TH X_Link bài_Tuần 12", 12),
    ("Truong gui link bai tuan 12", 12),
    ("TUẦN12", 12),
    ("Tuần thứ 12", 12),
    ("tuần học thứ 12", 12),
    ("tuần thứ mười hai", 12),
    ("tuần hai mươi mốt", 21),
    ("tuần 05", 5),
    ("tuần 11, 12", 12),  # the current one of several
    ("T12 - TH X", 12),
    ("Tuần 47", 47),  # numbers of the civil year stay as they are
    ("tuần 60", None),
    ("Tin bài T11/2026", None),  # a month
    ("Tin bài T11", None),  # November, or the week before
    ("T2", None),  # Monday
    ("tuần 2 tháng 11", None),
    ("tuần 3/11/2026", None),
    ("Tuần lễ học tập suốt đời", None),
    ("2 tuần nữa trường gửi", None),
    ("Tuần từ ngày 16/11 đến 20/11/2026", 11),
    ("tuần 16-20/11", 11),
    ("tuần (23/11 - 29/11)", 12),
    ("Tin bài từ 16/11/2026 đến 20/11/2026", 11),
    ("tuần từ 16/11 đến 30/11", None),  # more than a week
    ("tuần từ 31/11 đến 45/11", None),
    ("tin bài tuần trước", 11),
    ("Phản hồi tuần trước của BBT", None),
    ("https://x.example/tuan-12/bai-1", None),
    ("Tuần XII", 12),
    ("bài tuần IV", 4),
    ("tuần xin gửi", None),
    ("Week 12", 12),
    ("TH X - W48", 48),
    ("tuần 47 năm 2026", 47),
    ("tuần 12/35", 12),
    ("Tuần 12 tháng 11", 12),  # no month has twelve weeks
    ("tuần 12/2026-2027", 12),
    ("không phải tuần 12 mà là tuần 11", 11),
    ("tuần 11 chứ không phải tuần 12", 11),
    ("ghi nhầm tuần 12, xin sửa thành tuần 11", 11),
    ("Tin bài từ thứ Hai 23/11 -> thứ Sáu 27/11", 12),
    ("bài từ ngày 23 đến ngày 27 tháng 11", 12),
    ("tuần 23.11-29.11.26", 12),
    ("tuần (T2 23/11 – CN 29/11)", 12),
    ("Tin bài từ 28/12 đến 3/1/2027", 17),
    ("Tin bài từ 28/12/2026 đến 3/1/2027", 17),
    ("Lớp 12-15 bạn", None),
    ("Bài 12 - 13/11", None),
    ("bài tuần này", 12),
    ("Tuần này trường bận", None),
    ("Tuần trước trường chưa gửi, nay gửi bù", 11),
    ("bài của tuần vừa rồi", 11),
    ("Tuần sau trường gửi tiếp", None),
    ("", None),
]


@pytest.mark.parametrize(("subject", "week"), CLAIMS)
def test_the_claimed_week_is_read_in_all_its_spellings(subject: str, week: int | None) -> None:
    assert claimed_week(subject, [], WEDNESDAY, CALENDAR) == week


def test_the_subject_speaks_before_the_text_and_the_text_before_the_names_of_files() -> None:
    assert claimed_week("Tuần 10", ["tuần 11", "tuan 12.docx"], WEDNESDAY, CALENDAR) == 10
    assert claimed_week("Gửi bài", ["tuần 11", "tuan 12.docx"], WEDNESDAY, CALENDAR) == 11
    assert claimed_week("Gửi bài", ["", "tong hop tuan 12.docx"], WEDNESDAY, CALENDAR) == 12


def test_a_reply_speaks_before_the_subject_it_answers() -> None:
    subject = "Re: [BBT] Nhắc gửi tin bài tuần 11"
    assert claimed_week(subject, ["Trường gửi bài của tuần 12"], WEDNESDAY, CALENDAR, reply=True) == 12
    assert claimed_week(subject, ["Trường gửi bài"], WEDNESDAY, CALENDAR, reply=True) == 11


CREDITS = [
    ("the current week", 12, "2026-11-25 10:00", Credit(12)),
    ("no claim", None, "2026-11-25 10:00", Credit(12)),
    ("the week before, to the last second of grace", 11, "2026-11-24 23:59:59", Credit(11, ("grace",))),
    ("the week before, when grace is over", 11, "2026-11-25 00:00", Credit(12, ("late_claim",))),
    ("an older week", 10, "2026-11-23 08:00", Credit(12, ("late_claim",))),
    ("a week to come", 13, "2026-11-25 10:00", Credit(12, ("future_week_claim",))),
    ("a number no study week has", 47, "2026-11-19 14:20", Credit(11, ("iso_week_claim",))),
    ("a civil week far from the study week", 36, "2026-09-07 09:00", Credit(1, ("iso_week_claim",))),
    ("the civil week before, within grace", 47, "2026-11-23 09:00", Credit(11, ("iso_week_claim", "grace"))),
    ("no quota at Tết", None, "2027-02-09 09:00", Credit(None, ("no_quota_week",))),
    ("the week just ended, at Tết", 22, "2027-02-09 09:00", Credit(22, ("no_quota_week", "grace"))),
    ("the week before Tết, after Tết", 22, "2027-02-15 09:00", Credit(23, ("late_claim",))),
    ("Sunday night in Hanoi is still this week", 12, "2026-11-29 23:59:59", Credit(12)),
]


@pytest.mark.parametrize(
    ("claim", "received", "expected"), [row[1:] for row in CREDITS], ids=[row[0] for row in CREDITS]
)
def test_a_story_is_credited_by_claim_receipt_and_grace(claim: int | None, received: str, expected: Credit) -> None:
    assert credit(claim, at(received), CALENDAR) == expected


def test_the_week_is_cut_in_hanoi_whatever_zone_the_server_writes() -> None:
    sunday_evening_in_london = datetime(2026, 11, 22, 17, 30, tzinfo=ZoneInfo("UTC"))
    assert credit(None, sunday_evening_in_london, CALENDAR) == Credit(12)


def test_grace_is_a_setting() -> None:
    strict = Calendar(date(2026, 9, 7), 35, grace=Grace(weekday=0, until=time(12)))
    assert credit(11, at("2026-11-23 12:00"), strict).week == 11
    assert credit(11, at("2026-11-23 12:01"), strict).week == 12
