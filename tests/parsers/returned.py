"""Returned mails of many mail systems, as they write to an office: what they look like and what they say."""

from dataclasses import dataclass

from parsers.bounce import Outcome, Recipient

OFFICE = "pgd@badinhedu.example"
KIM_DONG, SAO_MAI = "c1kimdong-bd@hanoiedu.example", "mnsaomai-bd@hanoiedu.example"
OUR_ID = "<decision.0123456789abcdef0123456789abcdef@badinhedu.example>"
COPY = f"From: {OFFICE}\nTo: {KIM_DONG}\nSubject: [BBT]\nMessage-ID: {OUR_ID}\n\nXem https://x.example/bai-1\n"


@dataclass(frozen=True, slots=True)
class Returned:
    """raw: the mail. says: what it tells of whom. quotes: it names the mail it is about."""

    raw: bytes
    says: tuple[Recipient, ...]
    quotes: bool = True


def hard(address: str, status: str | None) -> Recipient:
    return Recipient(address, Outcome.HARD, status)


def soft(address: str, status: str | None) -> Recipient:
    return Recipient(address, Outcome.SOFT, status)


def late(address: str, status: str | None = None) -> Recipient:
    return Recipient(address, Outcome.DELAYED, status)


def plain(sender: str, subject: str, text: str, more: str = "Return-Path: <>") -> bytes:
    head = f"{more}\nFrom: {sender}\nTo: {OFFICE}\nSubject: {subject}\nContent-Type: text/plain; charset=utf-8"
    return f"{head}\n\n{text}".encode()


def report(sender: str, subject: str, text: str, fields: str, kind: str = "delivery-status") -> bytes:
    """A mail of three parts: words, fields, and the mail that came back."""
    parts = (
        f"Content-Type: text/plain; charset=utf-8\n\n{text}\n",
        f"Content-Type: message/{kind}\n\nReporting-MTA: dns; mx.example\n\n{fields}\n",
        f"Content-Type: message/rfc822\n\n{COPY}",
    )
    body = "".join(f"--b\n{part}\n" for part in parts) + "--b--\n"
    head = f"Return-Path: <>\nFrom: {sender}\nTo: {OFFICE}\nSubject: {subject}\nAuto-Submitted: auto-replied"
    return f"{head}\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n{body}".encode()


def status(address: str, action: str, code: str, more: str = "") -> str:
    return f"Final-Recipient: rfc822; {address}\nAction: {action}\nStatus: {code}\n{more}"


DAEMON = "Mail Delivery System <MAILER-DAEMON@mx.example>"
POSTFIX = f"This is the mail system at host mx.example.\n\n<{KIM_DONG}>: unknown user"

RETURNED = {
    "postfix report": Returned(
        report(DAEMON, "Undelivered Mail Returned to Sender", POSTFIX, status(KIM_DONG, "failed", "5.1.1")),
        (hard(KIM_DONG, "5.1.1"),),
    ),
    "postfix, still trying": Returned(
        report(DAEMON, "Delayed Mail (still being retried)", POSTFIX, status(KIM_DONG, "delayed", "4.4.1")),
        (late(KIM_DONG, "4.4.1"),),
    ),
    "given up after five days": Returned(
        report(DAEMON, "Undelivered Mail Returned to Sender", POSTFIX, status(KIM_DONG, "failed", "4.4.1")),
        (soft(KIM_DONG, "4.4.1"),),
    ),
    "delivered, as asked for": Returned(
        report(DAEMON, "Successful Mail Delivery Report", "", status(KIM_DONG, "delivered", "2.0.0")),
        (Recipient(KIM_DONG, Outcome.DELIVERED, "2.0.0"),),
    ),
    "two recipients, one of them only late": Returned(
        report(
            DAEMON,
            "Undelivered Mail",
            "",
            status(KIM_DONG, "failed (bad)", "5.1.1 (user unknown)") + "\n" + status(SAO_MAI, "Delayed", "4.2.0"),
        ),
        (hard(KIM_DONG, "5.1.1"), late(SAO_MAI, "4.2.0")),
    ),
    "the address written to, not the one it was handed on to": Returned(
        report(
            DAEMON,
            "Undelivered Mail",
            "",
            status("co.lan@gmail.example", "failed", "5.2.2", f"Original-Recipient: rfc822;{KIM_DONG}\n"),
        ),
        (hard(KIM_DONG, "5.2.2"),),
    ),
    "an address spelled for the report": Returned(
        report(DAEMON, "Undelivered Mail", "", status("truong+2Ba@hanoiedu.example", "failed", "5.0.0")),
        (hard("truong+a@hanoiedu.example", "5.0.0"),),
    ),
    "the precise code stands in the diagnosis": Returned(
        report(
            DAEMON,
            "Undelivered Mail",
            "",
            status(KIM_DONG, "failed", "5.0.0", "Diagnostic-Code: smtp; 550\n 5.1.1 <x> does not exist\n"),
        ),
        (hard(KIM_DONG, "5.1.1"),),
    ),
    "an internationalised report": Returned(
        report(
            DAEMON,
            "Undelivered Mail",
            "",
            f"Final-Recipient: utf-8; {KIM_DONG}\nAction: failed\nStatus: 5.1.1\n",
            kind="global-delivery-status",
        ),
        (hard(KIM_DONG, "5.1.1"),),
    ),
    "exchange in Vietnamese": Returned(
        report(
            '"Microsoft Outlook" <postmaster@truong.example>',
            "=?utf-8?q?Kh=C3=B4ng_th=E1=BB=83_g=E1=BB=ADi=3A?= [BBT]",
            f"Không thể gửi thư của bạn tới {KIM_DONG}.",
            status(KIM_DONG, "failed", "5.1.10", "Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound\n"),
        ),
        (hard(KIM_DONG, "5.1.10"),),
    ),
    "exchange without a report, in Vietnamese": Returned(
        plain(
            "Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@truong.example>",
            "=?utf-8?q?Kh=C3=B4ng_th=E1=BB=83_g=E1=BB=ADi=3A?= [BBT]",
            f"Gửi thư tới những người nhận hoặc nhóm sau đã thất bại:\n\nTrường Kim Đồng ({KIM_DONG})\n\nKhông tìm thấy "
            "địa chỉ thư bạn đã nhập. Hãy kiểm tra địa chỉ.\n\nThông tin cho người quản trị: quantri@truong.example\n\n"
            f"Tiêu đề thư gốc:\n\n{COPY}",
        ),
        (hard(KIM_DONG, "5.1.1"),),
    ),
    "exchange without a report": Returned(
        plain(
            "Microsoft Outlook <postmaster@truong.example>",
            "Undeliverable: [BBT]",
            f"Delivery has failed to these recipients or groups:\n\n{KIM_DONG}<mailto:{KIM_DONG}>\nThe recipient's "
            "mailbox is full and can't accept messages now.\n\n"
            f"Remote Server returned '554 5.2.2 mailbox full'\n\nOriginal message headers:\n\n{COPY}",
        ),
        (hard(KIM_DONG, "5.2.2"),),
    ),
    "gmail, words only": Returned(
        plain(
            "Mail Delivery Subsystem <mailer-daemon@googlemail.example>",
            "Delivery Status Notification (Failure)",
            f"Address not found\n\nYour message wasn't delivered to {KIM_DONG} because the address couldn't be found, "
            "or is unable to receive mail.\n\nThe response was:\n550 5.1.1 The email account does not exist.\n",
            f"Return-Path: <>\nReferences: {OUR_ID}",
        ),
        (hard(KIM_DONG, "5.1.1"),),
    ),
    "gmail in Vietnamese": Returned(
        plain(
            "Mail Delivery Subsystem <mailer-daemon@googlemail.example>",
            "Delivery Status Notification (Failure)",
            f"Không tìm thấy địa chỉ\n\nThư của bạn chưa được gửi đến {KIM_DONG} vì không tìm thấy địa chỉ đó hoặc địa "
            "chỉ đó không thể nhận thư.\n",
            f"Return-Path: <>\nIn-Reply-To: {OUR_ID}",
        ),
        (hard(KIM_DONG, "5.1.1"),),
    ),
    "gmail, still trying, in Vietnamese": Returned(
        plain(
            "Mail Delivery Subsystem <mailer-daemon@googlemail.example>",
            "Delivery Status Notification (Delay)",
            f"Gửi chưa hoàn tất\n\nĐã xảy ra sự cố tạm thời khi gửi thư của bạn đến {KIM_DONG}. Gmail sẽ thử lại trong 46 "
            "giờ nữa.\n",
            f"Return-Path: <>\nIn-Reply-To: {OUR_ID}",
        ),
        (late(KIM_DONG),),
    ),
    "qmail": Returned(
        plain(
            "MAILER-DAEMON@truong.example",
            "failure notice",
            "Hi. This is the qmail-send program at truong.example.\nI'm afraid I wasn't able to deliver your message to "
            f"the following addresses.\nThis is a permanent error; I've given up.\n\n<{KIM_DONG}>:\nSorry, no mailbox "
            f"here by that name. (#5.1.1)\n\n<{SAO_MAI}>:\nUser is over quota.\n\n--- Below this line is a copy of the "
            f"message.\n\nReturn-Path: <{OFFICE}>\n{COPY}",
        ),
        (hard(KIM_DONG, "5.1.1"), hard(SAO_MAI, "5.2.2")),
    ),
    "exim": Returned(
        plain(
            "Mail Delivery System <Mailer-Daemon@host.example>",
            "Mail delivery failed: returning message to sender",
            "This message was created automatically by mail delivery software.\n\nA message that you sent could not be "
            f"delivered to one or more of its\nrecipients.\n\n  {KIM_DONG}\n    Unrouteable address\n\n------ This is a "
            f"copy of the message, including all the headers. ------\n\n{COPY}",
            f"Return-Path: <>\nX-Failed-Recipients: {KIM_DONG}",
        ),
        (hard(KIM_DONG, "5.1.1"),),
    ),
    "sendmail": Returned(
        plain(
            "Mail Delivery Subsystem <MAILER-DAEMON@mx.example>",
            "Returned mail: see transcript for details",
            f"   ----- The following addresses had permanent fatal errors -----\n<{KIM_DONG}>\n    (reason: 550 5.7.1 "
            "Message rejected as spam)\n\n   ----- Transcript of session follows -----\n",
        ),
        (hard(KIM_DONG, "5.7.1"),),
        quotes=False,
    ),
    "zimbra, the fields in the text": Returned(
        plain(
            "MAILER-DAEMON@zimbra.example (Mail Delivery System)",
            "Undelivered Mail Returned to Sender",
            f"Hộp thư của người nhận đã đầy, không nhận thêm thư.\n{status(KIM_DONG, 'failed', '5.2.2')}",
        ),
        (hard(KIM_DONG, "5.2.2"),),
        quotes=False,
    ),
    "zimbra in Vietnamese, words only": Returned(
        plain(
            "postmaster@truong.example",
            "=?utf-8?q?Th=C6=B0_kh=C3=B4ng_g=E1=BB=ADi_=C4=91=C6=B0=E1=BB=A3c?=",
            f"Đây là hệ thống thư tại máy chủ truong.example.\n\nThư không gửi được tới người nhận sau:\n\n<{KIM_DONG}>: "
            f"tài khoản không tồn tại\n\n---- Thư gốc ----\n{COPY}",
        ),
        (hard(KIM_DONG, "5.1.1"),),
    ),
    "yahoo": Returned(
        plain(
            "MAILER-DAEMON@yahoo.example",
            "Failure Notice",
            f"Sorry, we were unable to deliver your message to the following address.\n\n<{KIM_DONG}>:\nNo mx record "
            f"found for domain=hanoiedu.example\n\n--- Below this line is a copy of the message.\n\n{COPY}",
        ),
        (hard(KIM_DONG, None),),
    ),
    "mdaemon, nothing in its header gives it away": Returned(
        plain(
            "MDaemon <quantri@truong.example>",
            "Permanent Delivery Failure",
            "The following message could not be delivered:\n\nThe following addresses did NOT receive a copy of your "
            f"message:\n\n> {KIM_DONG}\n\n--- Session Transcript ---\n550 no such user\n",
            "Return-Path: <quantri@truong.example>",
        ),
        (hard(KIM_DONG, "5.1.1"),),
        quotes=False,
    ),
    "a virus scanner hands a report on": Returned(
        plain("postmaster@truong.example", "Delivery Status Notification (Failure)", "")
        .replace(b"Content-Type: text/plain; charset=utf-8", b"Content-Type: message/rfc822")
        + report("postmaster@in.example", "Delivery Status Notification", "", status(KIM_DONG, "failed", "5.1.1")),
        (hard(KIM_DONG, "5.1.1"),),
    ),
}  # fmt: skip
