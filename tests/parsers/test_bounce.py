"""Bounces are told from automatic replies and from people's mail, and read: whom a mail did not reach, and why."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.bounce import Bounce, Outcome, failed_recipients, is_bounce, read_bounce
from parsers.machine import machine_of
from parsers.message import parse_message
from tests.parsers.returned import KIM_DONG, OUR_ID, RETURNED, SAO_MAI, Returned, hard, plain, report, status
from tests.parsers.vectors import mail

PERSON = "From: Lan <lan@x.vn>\nTo: duthi@office.gov.vn\nSubject: Gửi link bài viết\n"
DSN = "Content-Type: multipart/report; report-type=delivery-status; boundary=b"
PASTED = "Em gửi thư thì bị trả lại:\n\n<c1kimdong@x.vn>: Sorry, no mailbox here by that name. (#5.1.1)"


@pytest.mark.parametrize(
    "example",
    [
        f"From: a@b.vn\n{DSN}",
        "From: Mail Delivery Subsystem <MAILER-DAEMON@mx.vn>\nSubject: x",
        "From: MAILER-DAEMON\nSubject: failure notice",
        "From: postmaster@mx.vn\nSubject: Undeliverable: Báo nhận",
        "Return-Path: <>\nFrom: he-thong@mx.vn\nSubject: Thư không gửi được",
        "Return-Path: <>\nFrom: he-thong@mx.vn\nSubject: Không thể gửi: [BBT] Nhắc gửi tin bài",
        'From: "Jetmail System" <>\nSubject: Mail error',
        "X-Failed-Recipients: lan@x.vn\nFrom: mail@mx.vn",
        "X-MS-Exchange-Message-Is-Ndr:\nFrom: outlook@mx.vn\nSubject: Không",
        "List-Id: <schools.x.vn>\nFrom: MAILER-DAEMON@mx.vn\nSubject: failure notice",
    ],
)
def test_a_bounce_is_told_from_other_mail(example: str) -> None:
    message = parse_message(mail(example))
    assert is_bounce(message)
    assert machine_of(message) == "bounce"


@pytest.mark.parametrize(
    "example",
    [
        "Return-Path: <>\nFrom: lan@x.vn\nSubject: Trả lời tự động: link\nAuto-Submitted: auto-replied",
        "From: lan@x.vn\nSubject: Fwd: Undelivered Mail Returned to Sender",
        "From: lan@x.vn\nSubject: Không gửi được bài tuần 12",
        f"From: lan@x.vn\nSubject: Thư bị trả lại\n\n{PASTED}",
        f"From: lan@x.vn\nSubject: Bài tuần 12\n\nKính gửi Phòng,\nYour message could not be delivered to {KIM_DONG}",
        "From: lan@x.vn\nContent-Type: multipart/report; report-type=disposition-notification; boundary=b",
        'From: "mailer-daemon" <lan@x.vn>\nSubject: Gửi bài',
        PERSON,
    ],
)
def test_an_automatic_reply_or_a_persons_mail_is_no_bounce(example: str) -> None:
    assert not is_bounce(parse_message(mail(example)))


@pytest.mark.parametrize("returned", RETURNED.values(), ids=RETURNED)
def test_what_a_bounce_says_is_read_whatever_system_wrote_it(returned: Returned) -> None:
    message = parse_message(returned.raw)
    assert machine_of(message) == "bounce"
    assert read_bounce(message).recipients == returned.says


@pytest.mark.parametrize("returned", RETURNED.values(), ids=RETURNED)
def test_the_mail_that_came_back_is_named_when_the_bounce_quotes_it(returned: Returned) -> None:
    assert (OUR_ID in read_bounce(parse_message(returned.raw)).originals) == returned.quotes


@pytest.mark.parametrize(
    ("name", "failed"),
    [
        ("postfix report", (KIM_DONG,)),
        ("given up after five days", (KIM_DONG,)),
        ("two recipients, one of them only late", (KIM_DONG,)),
        ("qmail", (KIM_DONG, SAO_MAI)),
        ("postfix, still trying", ()),
        ("delivered, as asked for", ()),
    ],
)
def test_a_mail_that_is_only_late_or_has_arrived_failed_nobody(name: str, failed: tuple[str, ...]) -> None:
    message = parse_message(RETURNED[name].raw)
    assert failed_recipients(message) == failed


def test_of_an_address_named_twice_the_worst_counts() -> None:
    fields = status(KIM_DONG, "delayed", "4.4.1") + "\n" + status(KIM_DONG.upper(), "failed", "5.1.1")
    raw = report("MAILER-DAEMON@mx.example", "Undelivered Mail", "", fields)
    assert read_bounce(parse_message(raw)).recipients == (hard(KIM_DONG, "5.1.1"),)


def test_neither_the_office_nor_the_postmaster_nor_the_mail_shown_below_is_taken_for_one_that_failed() -> None:
    text = (
        "Your message could not be delivered to the addressee. Questions: postmaster@truong.example, pgd@badinhedu.example"
        "\n\n----- Original message -----\nTo: c1@x.example\n"
    )
    assert read_bounce(parse_message(plain("MAILER-DAEMON@mx.example", "failure notice", text))).recipients == ()


@pytest.mark.parametrize(
    "body",
    [
        "the following addresses had\n" + ("a" * 199 + "\n") * 500,
        "Delivery to the following recipient failed\n" + ("a@" * 99 + "\n") * 5_000,
        "Final-Recipient: rfc822; a@b.vn\n" + " x\n" * 200_000,
        "Message-ID: <" + "a" * 1_000_000,
        ("-" * 400 + "\n") * 5_000,
        ("không user " * 60 + "\n") * 5_000,
        "".join(f"<a{number}@b.vn>: user unknown\n" for number in range(100_000)),
        "".join(f"Final-Recipient: rfc822; a{number}@b.vn\n" for number in range(100_000)),
    ],
    ids=["words", "signs", "folds", "id", "dashes", "causes", "recipients", "fields"],
)
def test_a_bounce_that_means_harm_is_read_in_no_time(body: str) -> None:
    message = parse_message(plain("MAILER-DAEMON@mx.example", "failure notice", body))
    start = time.process_time()
    bounce = read_bounce(message)
    assert time.process_time() - start < 3
    assert len(bounce.recipients) <= 50


@given(st.text(max_size=400), st.sampled_from(["text/plain", "multipart/report", "multipart/mixed", "text/html"]))
def test_any_text_at_all_is_read_as_a_bounce_of_whole_addresses(text: str, kind: str) -> None:
    raw = plain("MAILER-DAEMON@mx.example", "failure notice", f"--b\n\n{text}").replace(b"text/plain", kind.encode())
    bounce = read_bounce(parse_message(raw.replace(b"charset=utf-8", b"boundary=b")))
    assert isinstance(bounce, Bounce)
    assert all("@" in one.address and one.outcome in Outcome for one in bounce.recipients)
