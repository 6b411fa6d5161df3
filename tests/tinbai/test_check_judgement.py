"""What `tinbai check` makes of what it has found out: rules as tables, nothing is asked of anybody."""

from datetime import timedelta
from typing import Any

import pytest

from db.queries.checkup import Moves, Progress
from ingest.mailbox_protocol import FolderStatus
from ingest.mailbox_survey import Survey
from ingest.settings import MailboxSettings
from parsers.message import ParsedMessage, parse_message
from tests.factories import NOW
from tinbai.cli.check.clocks import judge_clock, skew
from tinbai.cli.check.finding import Fault, LeftOut, Once, bounded
from tinbai.cli.check.machine import judge_incidents
from tinbai.cli.check.mailbox import is_late, judge_moves, judge_moving, numbering_in_words, told_of_mail
from tinbai.cli.check.stamps import common_id, judge_dmarc, judge_id, named_ids

MX = "mx.badinhedu.vn"
STATUS = FolderStatus(uidvalidity=7, uidnext=101)
RECEIVED = f"Received: from a.example by {MX} with ESMTP; Wed, 25 Nov 2026 09:00:00 +0700\r\n"


def mail(*fields: str) -> ParsedMessage:
    """A mail with these Authentication-Results, written by the server that took it."""
    stamps = "".join(f"Authentication-Results: {field}\r\n" for field in fields)
    return parse_message(f"{RECEIVED}{stamps}From: a@badinhedu.vn\r\nSubject: x\r\n\r\nx".encode())


PASS = f"{MX}; spf=pass; dmarc=pass header.from=badinhedu.vn"
UNNAMED = "spf=pass smtp.mailfrom=badinhedu.vn; dmarc=pass header.from=badinhedu.vn"
FORGED = "mx.ke-gia.example; dmarc=pass header.from=badinhedu.vn"


@pytest.mark.parametrize(
    ("field", "name"),
    [
        (PASS, MX),
        ("MX.BaDinhEdu.vn 1; none", MX),
        ('"mx.badinhedu.vn"; none', MX),
        (f"(a comment) {MX} (another); none", MX),
        (UNNAMED, ""),
        (";", ""),
    ],
)
def test_the_name_in_authentication_results_is_read(field: str, name: str) -> None:
    assert named_ids(mail(field)) == (name,)


@pytest.mark.parametrize(
    ("given", "own", "others", "ok", "said"),
    [
        (MX, [PASS], 0, True, "đúng như"),
        (MX.upper(), [PASS], 0, True, "đúng như"),
        (MX, [FORGED, PASS], 0, True, "đúng như"),  # a relay on the way wrote one, too
        ("", [PASS], 0, False, f'hãy ghi authserv_id = "{MX}"'),
        ("mx.khac.vn", [PASS], 0, False, f'hãy ghi authserv_id = "{MX}"'),
        ("topmost", [PASS], 0, True, f'authserv_id = "{MX}"'),
        ("", [UNNAMED], 0, False, 'hãy ghi authserv_id = "topmost"'),
        (MX, [UNNAMED], 0, False, 'hãy ghi authserv_id = "topmost"'),
        ("topmost", [UNNAMED], 0, True, "topmost"),
        ("", [], 0, True, "không quyết định gì"),
        (MX, [], 0, False, 'authserv_id = ""'),
        ("topmost", [], 0, False, 'authserv_id = ""'),
        (MX, [], 3, True, "đúng như"),  # Gmail does not stamp what it sends to itself
        ("", [], 3, False, f'hãy ghi authserv_id = "{MX}"'),
        ("", [], 2, True, "không quyết định gì"),  # too few to believe
        (MX, None, 3, True, "đúng như"),
    ],
)
def test_the_setting_is_compared_with_what_the_server_writes(
    given: str, own: list[str] | None, others: int, ok: bool, said: str
) -> None:
    finding = judge_id(given, None if own is None else mail(*own), [mail(PASS)] * others)
    assert (finding.ok, said in finding.text) == (ok, True), finding.text


def test_without_any_mail_to_look_at_nothing_is_said_of_the_setting() -> None:
    with pytest.raises(LeftOut):
        judge_id(MX, None, [mail(PASS)])


@pytest.mark.parametrize(
    ("mails", "name"),
    [
        ([mail(PASS)] * 3, MX),
        ([mail(PASS)] * 2, None),
        ([mail(PASS), mail(PASS), mail()], None),
        ([mail(FORGED)] * 3, None),  # stands below a Received field of another name
        ([mail()] * 3, None),
    ],
)
def test_mails_from_outside_prove_a_name_only_together(mails: list[ParsedMessage], name: str | None) -> None:
    assert common_id(mails) == name


@pytest.mark.parametrize(
    ("own", "others", "ok", "said"),
    [
        (PASS, 0, True, "dmarc=pass"),
        (f"{MX}; dmarc=fail header.from=badinhedu.vn", 0, False, "dmarc=fail"),
        (f"{MX}; dmarc=none header.from=badinhedu.vn", 0, False, '"_dmarc.badinhedu.vn" loại TXT'),
        (f"{MX}; dmarc=pass header.from=khac.vn", 0, False, "_dmarc.badinhedu.vn"),
        (f"{MX}; spf=pass", 0, False, "không ghi dmarc"),
        (f"{MX}; auth=pass", 3, True, "thư từ ngoài thì có"),
        (UNNAMED, 0, True, "dmarc=pass"),
    ],
)
def test_our_own_domain_has_to_pass(own: str, others: int, ok: bool, said: str) -> None:
    finding = judge_dmarc("badinhedu.vn", mail(own), [mail(PASS)] * others)
    assert (finding.ok, said in finding.text) == (ok, True), finding.text


def test_dmarc_is_not_judged_by_a_mail_without_a_stamp() -> None:
    with pytest.raises(LeftOut):
        judge_dmarc("badinhedu.vn", mail(), [])


@pytest.mark.parametrize(
    ("server", "behind"),
    [(0, 0), (3, 0), (5, 0), (-1, -1), (6, 1), (605, 600), (-600, -600)],
)
def test_any_time_between_sending_and_finding_is_right(server: int, behind: int) -> None:
    arrived, found = NOW + timedelta(seconds=server), NOW + timedelta(seconds=5)
    assert skew(arrived, NOW, found) == timedelta(seconds=behind)


@pytest.mark.parametrize(
    ("seconds", "ok", "said"),
    [
        (0, True, "lệch 0 giây"),
        (-120, True, "lệch 120 giây"),
        (121, False, "chậm hơn máy chủ thư 2 phút"),
        (-600, False, "nhanh hơn máy chủ thư 10 phút"),
        (25_200, False, "chậm hơn máy chủ thư 7 giờ:"),
        (3900, False, "1 giờ 5 phút"),
    ],
)
def test_two_minutes_are_tolerated(seconds: int, ok: bool, said: str) -> None:
    finding = judge_clock(timedelta(seconds=seconds))
    assert (finding.ok, said in finding.text) == (ok, True), finding.text
    assert finding.ok or "timedatectl set-ntp true" in finding.text


def progress(**facts: Any) -> Progress:
    known: dict[str, Any] = dict.fromkeys(("read_at", "failure", "failed_since", "audited_at"))
    return Progress(**{"uidvalidity": 7, "last_uid": 100, "audited": 0, "recovered": 0, **known, **facts})


@pytest.mark.parametrize(
    ("known", "start_from", "said"),
    [
        (None, "", "chỉ đọc thư đến sau"),
        (None, "all", "mọi thư"),
        (progress(uidvalidity=0, last_uid=0), "2026-11-01", "từ ngày 2026-11-01"),
        (progress(), "", "UIDVALIDITY 7, UIDNEXT 101; đã đọc tới thư cuối"),
        (progress(last_uid=90), "", "còn nhiều nhất 10 thư chưa đọc"),
        (progress(uidvalidity=6), "", "UIDVALIDITY 6 thành 7"),
        (progress(last_uid=101), "", "đọc lại phần đó"),
    ],
)
def test_the_ledger_is_compared_with_the_server(known: Progress | None, start_from: str, said: str) -> None:
    assert said in numbering_in_words(STATUS, known, MailboxSettings(start_from=start_from))


@pytest.mark.parametrize(
    ("offered", "used", "said"),
    [
        (True, True, "có; ngoài ra hộp thư được xem lại mỗi 60 giây"),
        (True, False, "idle = false"),
        (False, True, "không có IDLE; hộp thư được xem lại mỗi 60 giây"),
    ],
)
def test_how_new_mail_is_noticed(offered: bool, used: bool, said: str) -> None:
    survey = Survey(STATUS, idle=offered, moves=True, has_target=True)
    assert said in told_of_mail(survey, MailboxSettings(idle=used, poll_seconds=60))


@pytest.mark.parametrize(
    ("after_reading", "moves", "has_target", "ok", "said"),
    [
        ("leave", False, False, True, "để nguyên"),
        ("move", True, True, True, "đã có"),
        ("move", True, False, True, "sẽ được tạo"),
        ("move", False, True, False, 'after_reading = "leave"'),
    ],
)
def test_whether_mails_can_be_moved(after_reading: Any, moves: bool, has_target: bool, ok: bool, said: str) -> None:
    survey = Survey(STATUS, idle=True, moves=moves, has_target=has_target)
    finding = judge_moving(survey, MailboxSettings(host="mx", after_reading=after_reading))
    assert (finding.ok, said in finding.text) == (ok, True), finding.text


@pytest.mark.parametrize(
    ("moves", "ok", "said"),
    [
        (Moves(0, 0, ""), True, "không có"),
        (Moves(2, 0, "Đầy."), True, "2 thư sẽ được thử lại"),
        (Moves(2, 1, "Đầy."), False, "1 thư đã thôi chuyển"),
    ],
)
def test_moves_that_were_given_up_are_a_fault(moves: Moves, ok: bool, said: str) -> None:
    finding = judge_moves(moves, MailboxSettings())
    assert (finding.ok, said in finding.text) == (ok, True), finding.text


@pytest.mark.parametrize(("minutes", "poll_minutes", "late"), [(15, 2, False), (16, 2, True), (16, 10, False)])
def test_a_reading_is_late_after_a_quarter_of_an_hour_or_three_polls(
    minutes: int, poll_minutes: int, late: bool
) -> None:
    assert is_late(NOW, NOW + timedelta(minutes=minutes), timedelta(minutes=poll_minutes)) is late


def test_who_does_not_answer_is_left_after_so_many_seconds() -> None:
    from threading import Event

    never = Event()
    try:
        with pytest.raises(Fault, match="tường lửa"):
            bounded(lambda: never.wait(20), 0.05)
    finally:
        never.set()


def test_a_failure_is_found_out_once() -> None:
    asked: list[int] = []

    def ask() -> int:
        asked.append(1)
        raise Fault("hỏng")

    once = Once(ask)
    for _ in range(2):
        with pytest.raises(Fault, match="hỏng"):
            once()
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("own", "alerts", "board", "ok", "said"),
    [
        (("a@x.vn", "b@x.vn"), (), (), True, "báo cho a@x.vn, b@x.vn"),
        ((), ("it@x.vn",), ("m@x.vn",), True, "báo cho it@x.vn ([alerts] to)"),
        ((), (), ("m@x.vn", "n@x.vn"), True, "Ban biên tập (2 người)"),
        ((), (), (), False, "hãy điền [incidents] to"),
    ],
)
def test_who_is_told_of_incidents_is_said(
    own: tuple[str, ...], alerts: tuple[str, ...], board: tuple[str, ...], ok: bool, said: str
) -> None:
    finding = judge_incidents(own, alerts, board)
    assert (finding.ok, said in finding.text) == (ok, True)
