"""Which mails no machine may answer, by their own headers."""

import re
from pathlib import Path

import pytest

from parsers.automated import silence_reason
from parsers.message import parse_message
from tests.parsers.vectors import mail, rows

OWN = ("duthi@office.gov.vn", "bientap@office.gov.vn", "baocao@office.gov.vn")
HOST = "mx.office.gov.vn"

# These rows speak of what was sent before and of settings: no header shows it. Where each is tested, on the pipeline.
NOT_BY_HEADERS = {
    "sender on the block list": "record: test_a_blocked_sender_is_not_answered",
    "answer to our own ack, no new link": "line: test_thanks_for_an_answer_are_not_answered_and_a_new_link_is",
    "same Message-ID seen before": "line: test_a_mail_with_the_message_id_of_an_answered_one_is_not_answered",
    "same sender + same link set within 7 days": "line: test_a_school_that_sends_the_same_link_day_after_day",
    "101st ack in one hour, all senders": "caps: test_the_hundred_and_first_answer_of_an_hour_opens_the_breaker",
    "address bounced our last ack": "record: test_an_address_that_mail_comes_back_from_is_not_answered",
    "mail older than 7 days (first start, backlog)": "record: test_a_mail_older_than_seven_days_is_not_answered",
    "mail replayed after UIDVALIDITY change": "line: test_a_mailbox_numbered_anew_brings_no_second_answer",
    "operator switch acks=off": "record: test_with_answers_switched_off_nobody_is_answered",
}
PIPELINE = Path(__file__).parent.parent / "pipeline"
TABLE = rows("autoresponse_table.tsv")
BY_HEADERS = [row for row in TABLE if row[0] not in NOT_BY_HEADERS]
PERSON = "From: Lan <lan@x.vn>\nTo: duthi@office.gov.vn\nSubject: Gửi link bài viết\n"


def reason(raw: bytes) -> str | None:
    return silence_reason(parse_message(raw), OWN, HOST)


@pytest.mark.parametrize(("condition", "tested"), NOT_BY_HEADERS.items())
def test_every_row_left_out_is_in_the_table_and_tested_where_it_belongs(condition: str, tested: str) -> None:
    assert condition in {row[0] for row in TABLE}
    module, _, name = tested.partition(": ")
    assert f"def {name}" in (PIPELINE / f"test_acknowledge_{module}.py").read_text(encoding="utf-8")


def test_reasons_are_sentences_that_a_person_understands() -> None:
    reasons = {reason(mail(example)) for _, example, expected in BY_HEADERS if expected == "no-ack"}
    assert len(reasons) > 10
    assert all(re.fullmatch(r"[A-ZĐ][^.]+\.", text or "") for text in reasons), reasons


@pytest.mark.parametrize(("condition", "example", "expected"), BY_HEADERS, ids=[row[0] for row in BY_HEADERS])
def test_each_row_of_the_table_is_answered_or_not(condition: str, example: str, expected: str) -> None:
    found = reason(mail(example))
    assert ("ack" if found is None else "no-ack") == expected, (condition, found)


@pytest.mark.parametrize(
    "extra",
    [
        # Automatic replies, by field
        "Auto-Submitted: auto-notified",
        "Auto-Submitted: (vì nghỉ phép) auto-replied",
        "auto-submitted: AUTO-GENERATED",
        "X-Autorespond: 1",
        "X-Vacation: yes",
        "X-Mail-Autoreply: yes",
        "X-Out-Of-Office: Cô Lan",
        "X-Auto-Response-Suppress: DR, RN, NRN, OOF",
        "X-Auto-Response-Suppress: -1",
        "X-Precedence: bulk",
        "Precedence: junk",
        "Precedence: auto-reply",
        "X-Tinbai-Notice: digest",
        "X-Hethong-Ack: 1",
        # Lists and bulk
        "List-Id: Giáo viên <gv.lists.vn>",
        "List-Archive: <https://lists.vn>",
        "Mailing-List: list gv@lists.vn",
        "Feedback-ID: 42:esp",
        "Sender: gv-bounces@lists.vn",
        # Envelope
        "Return-Path: <>",
        "Return-Path:",
        "Return-Path: (null) <>",
        "Return-Path: <gv-owner@lists.vn>",
        "Return-Path: <msprvs1=19abc=bounces-12@esp.vn>",
        "Return-Path: <SRS0=abc=XY=lists.vn=gv-bounces@fwd.vn>",
        # Reports, receipts, verdicts
        "Content-Type: MULTIPART/Report; report-type=delivery-status; boundary=b",
        "Content-Type: multipart (x) / report; boundary=b",
        "Content-Type: message/disposition-notification",
        "X-Failed-Recipients: a@b.vn",
        "X-Spam-Flag: Yes",
        "X-Spam-Status: Yes, score=9.1 required=5.0",
        "Authentication-Results: MX.office.gov.vn; spf=pass; dmarc=fail (p=reject) header.from=x.vn",
    ],
)
def test_a_field_that_says_machine_keeps_us_silent(extra: str) -> None:
    assert reason(mail(PERSON + extra)) is not None


@pytest.mark.parametrize(
    "extra",
    [
        "Auto-Submitted: no",
        "Auto-Submitted: NO ; by=hand",
        "Precedence: first-class",
        "X-Auto-Response-Suppress: DR, RN, NRN",
        "X-Autoreply: no",
        "X-Ack: yes",
        "Return-Path: <lan@x.vn>",
        "Return-Path: <prvs=1234abcdef=lan@x.vn>",
        "Return-Path: <lan+caf_=duthi=office.gov.vn@gmail.com>",
        "X-Spam-Flag: NO",
        "X-Spam-Status: No, score=-1.9",
        "Reply-To: noreply@x.vn",
        "Delivered-To: duthi@office.gov.vn",
        "Content-Type: text/plain; charset=utf-8",
        "Authentication-Results: mx.office.gov.vn; dmarc=none",
        "Authentication-Results: mx.office.gov.vn; dmarc=temperror header.from=x.vn",
        "X-Mailer: Zimbra 8.8",
        "Cc: bgh@x.vn",
    ],
)
def test_a_persons_mail_is_answered(extra: str) -> None:
    assert reason(mail(PERSON + extra)) is None


@pytest.mark.parametrize(
    "local",
    ["no-reply", "do_not_reply", "donotreply", "khong-tra-loi", "thongbao.khongtraloi", "khongphanhoi", "bounce",
     "tin-bounces", "autoreply", "mailman", "cron", "Postmaster", "notification+abc", "traloitudong", "news-noreply"],
)  # fmt: skip
def test_a_machines_address_is_not_answered(local: str) -> None:
    assert reason(mail(f"From: <{local}@x.vn>\nTo: duthi@office.gov.vn\nSubject: x")) is not None


@pytest.mark.parametrize(
    "local", ["tudong.nguyen", "thongbao", "truong.noi", "vanthu", "roota", "lan+truong", "nguyen.tu.dong"]
)
def test_a_persons_address_is_answered(local: str) -> None:
    assert reason(mail(f"From: <{local}@x.vn>\nTo: duthi@office.gov.vn\nSubject: x")) is None


@pytest.mark.parametrize(
    "subject",
    ["Trả lời tự động", "[Tự động] Nghỉ phép", "Tra loi tu dong: link", "Thư trả lời tự động – link", "AUTOMATIC REPLY: a",
     "Auto: Re: link", "Risposta automatica: link", "Автоответ: link", "自動返信 link", "Đã đọc: link", "Undeliverable: link",
     "Mail delivery failed: returning message to sender", "Thư không gửi được: link"],
)  # fmt: skip
def test_an_automatic_subject_is_not_answered(subject: str) -> None:
    assert reason(mail(f"From: lan@x.vn\nTo: duthi@office.gov.vn\nSubject: {subject}")) is not None


@pytest.mark.parametrize(
    "subject",
    ["Tự động hóa thư viện trường", "Không gửi được bài lên cổng", "Auto-moto khối 5", "Đã đọc sách cùng em", "Re: Trả lời tự động",
     "Đã chấp nhận lời mời dự hội thi", "Câu lạc bộ Read and Lead", "Out and about"],
)  # fmt: skip
def test_a_subject_that_only_looks_automatic_is_answered(subject: str) -> None:
    assert reason(mail(f"From: lan@x.vn\nTo: duthi@office.gov.vn\nSubject: {subject}")) is None


@pytest.mark.parametrize(
    "to",
    [
        '"duthi@office.gov.vn" <tatca@x.vn>',
        "tatca@x.vn (duthi@office.gov.vn)",
        "duthi@office.gov.vn.evil.vn",
        "Ban: tatca@x.vn;",
    ],
)
def test_our_address_must_be_an_address_of_the_mail(to: str) -> None:
    assert reason(mail(f"From: lan@x.vn\nTo: {to}\nSubject: x")) is not None


@pytest.mark.parametrize(
    "to", ["Ban: a@x.vn, duthi@office.gov.vn;", '"Phòng, GD" <duthi+tin@office.gov.vn>', "<DUTHI@OFFICE.GOV.VN>"]
)
def test_our_address_is_found_in_any_syntax(to: str) -> None:
    assert reason(mail(f"From: lan@x.vn\nTo: {to}\nSubject: x")) is None


def test_a_calendar_answer_is_not_answered() -> None:
    body = "--b\nContent-Type: text/plain\n\nok\n--b\nContent-Type: text/calendar; method=REPLY\n\nMETHOD:REPLY\n--b--"
    assert reason(mail(PERSON + "Content-Type: multipart/alternative; boundary=b", body)) is not None
