"""What mail programs, services and gateways write into their mails: which of it tells of a machine, and which does not."""

import pytest

from outbox.letter import Notice, new_message_id
from tests.parsers.test_automated import PERSON, reason
from tests.parsers.vectors import mail


def silent(extra: str) -> bool:
    return reason(mail(PERSON + extra)) is not None


MACHINE_FIELDS = (
    "X-Autoresponder-Subject: x", "X-Mailer-Autoreply: yes", "X-Auto-Responded: yes", "X-Autoreply-Domain: x.vn",
    "X-Yahoo-Vacation: yes", "X-Zimbra-Out-Of-Office: yes", "X-Zoho-AutoReply: yes", "X-Away: yes", "X-OOF: 1",
    "X-Auto-Response: 1", "X-Auto-Answer: 1", "X-Responder: yes", "X-Vacation-Message: 1", "X-Wp-Autoreply: 1",
    "X-Mailer: vacation 1.2", "User-Agent: Kerio Auto-Reply", "X-FreeScout-Mail-Type: auto.reply",
    "X-Auto-Submitted: auto-replied", "AutoSubmitted: yes", "Auto_Submitted: auto-generated",
    "Auto-Submitted: no, auto-replied", "X-Precedence: junk", 'Precedence: "bulk"', "Precedence: auto-replied",
    "X-Discourse-Auto-Generated: yes", "X-Cron-Env: <SHELL=/bin/sh>", "X-Redmine-Host: x.vn", "X-Loop:",
    "X-Loop: duthi@office.gov.vn", "X-OTRS-Loop: yes", "X-RT-Loop-Prevention: x", "X-Google-Loop: groups",
    "X-MS-Exchange-Generated-Message-Source: Mailbox Rules Agent", "X-MS-Exchange-Inbox-Rules-Loop: lan@x.vn",
    "X-Mandrill-User: md_1", "X-Mailgun-Sid: a", "X-Feedback-Id: a:b", "Feedback-ID: 1:AmazonSES",
    "X-Envelope-Sender: <>", "X-Original-Return-Path: <>", "Resent-Sender: owner-gv@lists.vn",
    "Resent-From: gv-request@lists.vn", "Errors-To: gv-bounces@lists.vn", "Sender: Robot <noreply@x.vn>",
    "Content-Type: message/global-delivery-status", "Content-Type: multipart/report; report-type=tlsrpt; boundary=b",
    "X-Tinbai-Notice:", "X-Auto-Response-Suppress:", "X-Auto-Response-Suppress: RN, OOF",
)  # fmt: skip


@pytest.mark.parametrize("extra", MACHINE_FIELDS)
def test_a_vendors_sign_of_a_machine_keeps_us_silent(extra: str) -> None:
    assert silent(extra)


@pytest.mark.parametrize(
    "extra",
    [
        "X-Priority: 1 (Highest)", "Importance: high", "X-MSMail-Priority: High", "Sensitivity: Private",
        "Disposition-Notification-To: Lan <lan@x.vn>", "Return-Receipt-To: lan@x.vn", "X-Confirm-Reading-To: lan@x.vn",
        "X-Auto-Response-Suppress: DR, NDR, RN, NRN", "X-Auto-Response-Suppress: None",
        'Auto-Submitted: "no"', 'Auto-Submitted: no; owner-email="a@b.vn"', "Feedback-ID: i1a2b:Fastmail",
        "X-Mailer: Zimbra 8.8.15_GA_4562 (ZimbraWebClient)", "X-Mailer: Microsoft Outlook 16.0", "X-Mailer: iPhone Mail",
        "User-Agent: Roundcube Webmail/1.6", "X-Zimbra-Received: x", "Sender: Trợ lý <troly@y.vn>",
        "X-Google-Sender-Auth: abc", "X-Google-Original-From: lan@x.vn", "X-Sender: lan@x.vn", "Errors-To: lan@x.vn",
        "X-MS-Exchange-Organization-AuthAs: Internal", "X-MS-Exchange-ForwardingLoop: duthi@office.gov.vn;12",
        "X-MS-Exchange-Inbox-Rules-Loop: bientap@office.gov.vn", "X-MS-Has-Attach: yes", "Thread-Topic: autoreply",
        "X-Forwarded-For: bientap@office.gov.vn duthi@office.gov.vn", "X-Forwarded-To: duthi@office.gov.vn",
        "Resent-From: co.mai@x.vn\nResent-To: duthi@office.gov.vn", "Comments: auto-reply", "Autocrypt: addr=lan@x.vn",
        "Delivered-To: duthi@office.gov.vn\nDelivered-To: duthi@office.gov.vn", "Auto-Translate: vi",
        "DKIM-Signature: v=1; h=auto-submitted:precedence:list-id", "Organization: Auto-Reply Club",
        "In-Reply-To: <acknowledgement.0123456789abcdef0123456789abcdef@office.gov.vn>",
        "Message-ID: <problem.1@x.vn>", 'Content-Type: multipart/signed; boundary=b; protocol="application/pkcs7-signature"',
    ],
)  # fmt: skip
def test_what_persons_programs_write_is_no_sign_of_a_machine(extra: str) -> None:
    assert not silent(extra), reason(mail(PERSON + extra))


@pytest.mark.parametrize("notice", list(Notice))
def test_a_mail_of_ours_is_known_by_its_message_id_alone(notice: Notice) -> None:
    assert silent(f"Message-ID: {new_message_id(notice, 'phong-khac.gov.vn', '0123456789abcdef' * 2)}")


@pytest.mark.parametrize(("hops", "expected"), [(20, False), (31, True)])
def test_a_mail_that_passed_too_many_servers_goes_round(hops: int, expected: bool) -> None:
    received = "\n".join(
        f"Received: from a{hop}.vn by b{hop}.vn; Wed, 25 Nov 2026 09:00:00 +0700" for hop in range(hops)
    )
    assert silent(received) is expected


def test_a_mail_that_was_delivered_to_us_again_and_again_goes_round() -> None:
    assert silent("\n".join(["Delivered-To: duthi@office.gov.vn"] * 3))


@pytest.mark.parametrize(
    "subject",
    ["Đang nghỉ phép: Re: [BBT] Đã nhận", "Toi dang nghi phep", "Tôi đang đi công tác", "Thông báo tự động: x", "Vắng mặt",
     "Hồi đáp tự động: x", "Email trả lời tự động", "I'm out of the office until Monday", "Currently out of office",
     "Read receipt", "[EXTERNAL] Automatic reply: x", "***SPAM*** Trả lời tự động: x", "[Auto-Reply] x",
     "=?utf-8?Q?Tr=E1=BA=A3_l=E1=BB=9Di?= =?utf-8?Q?_t=E1=BB=B1_=C4=91=E1=BB=99ng?=: x"],
)  # fmt: skip
def test_a_vacation_answers_for_its_owner(subject: str) -> None:
    assert reason(mail(f"From: lan@x.vn\nTo: duthi@office.gov.vn\nSubject: {subject}")) is not None


@pytest.mark.parametrize(
    "subject",
    ["Vắng mặt: 02 học sinh lớp 5A", "Nghỉ phép của giáo viên tuần 12", "Đi công tác Trường Sa: bài của cô Lan",
     "Vacation memories: bài dự thi", "Chấp nhận sự khác biệt: giờ chào cờ", "[EXTERNAL] Gửi bài tuần 12",
     "Away game: bóng đá nữ", "RE: Automatic reply: x", "External: trường bạn đến thăm"],
)  # fmt: skip
def test_a_person_may_speak_of_absence(subject: str) -> None:
    assert reason(mail(f"From: lan@x.vn\nTo: duthi@office.gov.vn\nSubject: {subject}")) is None


@pytest.mark.parametrize("local", ["vuilongkhongtraloi", "he-thong-tu-dong", "cronjob", "wwwrun", "autoanswer", "ndr"])
def test_more_machines_are_known_by_their_address(local: str) -> None:
    assert reason(mail(f"From: <{local}@x.vn>\nTo: duthi@office.gov.vn\nSubject: x")) is not None
