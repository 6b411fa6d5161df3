"""The words by which mail servers say that a mail did not arrive, as tables: policy, not the reading of mail.

All patterns are matched against folded text: lower case, without marks. English is what most servers write; Vietnamese
is what Exchange, Gmail and Zimbra write to an office that has chosen it.
"""

import re

from parsers.automated_rules import BOUNCE_SUBJECTS
from parsers.words import fold

__all__ = ["CAUSES", "COPY", "DAEMON", "DELAY", "INTRODUCTION", "OPENING", "REPORTERS", "SUBJECT"]


def _any_of(*patterns: str, start: str = "") -> re.Pattern[str]:
    return re.compile(f"{start}(?:{'|'.join(patterns)})")


# Beginnings of subjects, beside those by which `parsers.automated` falls silent.
MORE_SUBJECTS = (
    "Address not found", "Delayed mail", "Delivery incomplete", "Failed mail", "Failure delivery",
    "Mail could not be delivered", "Mail delivery warning", "Mail error", "Mail failed", "Mail failure",
    "Mail not delivered", "Message blocked", "Non-delivery", "Permanent delivery failure", "Processing error",
    "Recipient address rejected", "Returned to sender", "Warning: message",
    "Chưa gửi được", "Chưa thể gửi", "Không chuyển được", "Không gửi được", "Không phát được", "Không thể chuyển",
    "Không thể gửi", "Không thể phát", "Gửi không thành công", "Gửi thất bại", "Lỗi gửi thư", "Thư bị trả về",
    "Thư bị trì hoãn", "Thư chưa gửi được", "Thư gửi chậm", "Thư gửi không thành công", "Thư không đến được",
    "Thư trả lại", "Thông báo không gửi được", "Thông báo lỗi gửi thư", "Thông báo thư không gửi được",
    "Thông báo về trạng thái gửi", "Trạng thái phân phối thư",
)  # fmt: skip
SUBJECT = re.compile(rf"\W*(?:{'|'.join(re.escape(fold(text)) for text in (*BOUNCE_SUBJECTS, *MORE_SUBJECTS))})(?!\w)")

# The name by which a mail system signs.
DAEMON = re.compile(r"(?:^|[<\s\"])(?:mailer|mail)[-_.]?daemon(?:$|[@>\s\"])", re.IGNORECASE)
# Local parts that report to others; in a notice they are nobody who could not be reached.
REPORTERS = re.compile(
    r"(?:mailer-?daemon|mail-?daemon|postmaster|mail[-._]?delivery(?:[-._]?(?:system|subsystem))?|mdaemon|ndr|abuse"
    r"|hostmaster|no-?reply|microsoftexchange[0-9a-f]*)@"
)

# How a notice begins, whoever is named as its sender.
_NOT_DELIVERED = (
    r"(?:could not be|couldn.t be|was automatically rejected|was not|wasn.t|has not (?:yet )?been|unable to be"
    r"|was undeliver|did not reach)"
)
OPENING = _any_of(
    r"hi\. this is the",
    r"this is the (?:mail (?:system|delivery agent)|qmail|email server|deliver program|machine gen)",
    r"this (?:message|report) (?:was|relates)\b.{0,40}(?:mail delivery|you sent)",
    r"this is an? (?:automatically generated delivery|advisory-only|delivery failure|permanent error)",
    r"(?:your|the following|a|the|this|e-?mail) (?:e-?mail |mail )?(?:message|mail|e-?mail)\b.{0,120}" + _NOT_DELIVERED,
    r"votre message n.a pas pu",
    r"message from (?:interscan|yahoo)",
    r"non-?delivery report",
    r"failed recipients",
    r"delivery (?:of e-?mail )?to (?:this|the following)",
    r"delivery (?:has )?failed",
    r"could not deliver (?:the |your )?message",
    r"(?:sorry, )?(?:we were )?unable to deliver",
    r"undeliverable",
    r"the following (?:recipient|address)(?:es|s|\(s\))?\b.{0,60}(?:could|had|fail|did not|not)",
    r"unknown user|user mailbox",
    r"<?\S{1,64}@\S{1,200} - no such user",
    r"address not found",
    r"message (?:not delivered|blocked|undeliverable)",
    r"khong (?:the )?(?:gui|chuyen|phat)(?: duoc)? (?:thu|tin nhan|email)\b",
    r"thu cua (?:ban|quy vi)\b.{0,60}(?:khong|chua|bi)",
    r"gui thu (?:toi|den)\b.{0,100}that bai",
    r"day la (?:he thong thu|thong bao (?:tu dong )?(?:ve|cua he thong thu))",
    r"he thong thu\b.{0,60}khong",
    start=r"\W*",
)

# A paragraph with which the addresses begin that were not reached.
INTRODUCTION = _any_of(
    r"could ?n[o']?t|cannot|was ?n[o'.]?t|were not|unable to|did not|failed|failure|undeliver|rejected|blocked",
    r"not (?:yet )?been delivered|returned to you|delayed|has been postponed|not found|no such user",
    r"recipient|addressed to|your message to|non remis|n.a pas pu",
    r"khong (?:the )?(?:gui|chuyen|phat|den)|chua (?:the )?(?:gui|chuyen|phat)|that bai|bi tra|bi tu choi|tri hoan",
    r"nguoi nhan|dia chi sau|khong tim thay|khong ton tai",
)

# From here on the mail that came back is shown.
_BELOW_DASHES = (
    r"below (?:this|the next) line is a copy|this is a copy of|returned m|original message|(?:the )?header"
    r"|thu goc|ban sao|tin nhan goc|header cua thu"
)
COPY = _any_of(
    rf"-{{2,}}+.{{0,20}}(?:{_BELOW_DASHES})",
    r"original message (?:follows|headers|attached|details)",
    r"(?:the (?:first \d+ lines of your )?)?original message (?:follows|is attached)",
    r"message (?:headers follow|text follows)",
    r"(?:here is|this is a copy of) your|included is a copy|your message reads|old message:",
    r"return-path:|received: (?:from|by)\b",
    r"(?:tieu de|header) (?:thu )?goc|noi dung thu goc|thu goc(?: cua ban)?\s*:|tin nhan goc",
    start=r"[ \t>*]*+",
)

# Nothing is lost yet.
DELAY = _any_of(
    r"this is a warning only|will be retried|still being retried|(?:we|it) will (?:continue|keep) (?:to try|trying)",
    r"will retry|delivery attempts will continue|temporary problem delivering|no action is required on your part",
    r"not yet been delivered|has been delayed|delayed mail|delay(?:ed)? \d+ (?:hour|day)|been postponed",
    r"delivery (?:to .{0,80} )?is delayed|delivery incomplete|do not need to (?:resend|take any action)",
    r"se (?:tiep tuc )?(?:duoc )?(?:thu|gui) lai|(?:bi|dang) tri hoan|khong can (?:phai )?gui lai",
    r"tiep tuc (?:thu )?gui",
)

# What is wrong, in words, where a notice has no code: the code of RFC 3463 that says the same.
CAUSES: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "5.2.2",
        _any_of(
            r"over ?quota|quota exceeded|exceed\w* .{0,40}quota|(?:mail)?box (?:is )?full|full mailbox",
            r"storage (?:limit|space)|out of storage",
            r"day hop thu|hop thu.{0,40}\bday\b|het dung luong|vuot (?:qua )?(?:han muc|dung luong)",
        ),
    ),
    (
        "5.1.2",
        _any_of(
            r"(?:host|domain)(?: name)? .{0,60}(?:not found|unknown|not exist|n.t be found)|unknown (?:host|domain)",
            r"ten mien.{0,60}khong (?:ton tai|tim thay)|khong tim thay ten mien",
        ),
    ),
    (
        "5.2.1",
        _any_of(
            r"(?:account|mailbox|user).{0,30}(?:disabled|suspended|inactive)",
            r"tai khoan.{0,40}(?:bi khoa|vo hieu|ngung)",
        ),
    ),
    (
        "5.1.1",
        _any_of(
            r"no such (?:user|mailbox|recipient|address|account)|no mailbox here|doesn.t have a",
            r"(?:user|recipient|address|mailbox|account)\b.{0,60}(?:unknown|not found|n.t be found|n.t found)",
            r"(?:user|recipient|address|mailbox|account)\b.{0,60}(?:not exist|n.t exist|no longer|unavailable|invalid)",
            r"(?:unknown|invalid|unrouteable|bad) (?:local )?(?:user|recipient|address|mailbox|destination)",
            r"not a valid user|is ?n.t a valid",
            r"khong (?:ton tai|tim thay)|sai dia chi|dia chi khong (?:dung|hop le)",
        ),
    ),
)
