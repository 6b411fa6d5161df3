"""How mail programs mark what they quote, hand on or add, in Vietnamese and English: the patterns and nothing else.

Each question is put to one line, or to a few that follow each other; which lines belong together is decided elsewhere.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

__all__ = [
    "HeaderBlock",
    "begins_notice",
    "field_of",
    "header_block",
    "introduction",
    "is_closing_phrase",
    "is_dashed",
    "is_forward_line",
    "is_forward_subject",
    "is_original_line",
    "is_reply_subject",
    "is_sent_from",
    "is_signature_dashes",
    "runs_on",
    "says_notice",
]

LONGEST = 500  # characters of a line that can still be a marker
_MOST_LINES = 24  # of a block of mail headers; many receivers take many lines

_DASHES = r"[-_—–=*]{2,}"
_FORWARD_LINE = re.compile(
    rf"(?:{_DASHES}\s*)?(?:(?:begin )?forwarded (?:message|mail)"
    r"|(?:bắt đầu )?(?:thư|tin nhắn|e?mail|thông điệp|nội dung) (?:đã |được )*chuyển tiếp)"
    rf"\s*:?\s*(?:{_DASHES})?(?:\s*(?:from|từ)\s*:.*)?",
    re.IGNORECASE,
)
_ORIGINAL_LINE = re.compile(
    rf"{_DASHES}\s*(?:(?:original|reply) (?:message|mail)"
    rf"|(?:thư|tin nhắn|e?mail|thông điệp) (?:gốc|ban đầu|trả lời))\s*(?:{_DASHES})?",
    re.IGNORECASE,
)
_DASHED = re.compile(r"[-_—–=]{5,}(?:[^-_—–=]{2,40}[-_—–=]{5,})?")

_ADDRESS = r"[<\[(]\s*(?:mailto:)?[^\s@<>]{1,64}@[^\s@<>]{1,255}[>\])]"
_TIME = r"\b\d{1,2}[:h.]\d{2}\b"
_WROTE = r"(?:đã viết|viết|đã trả lời|wrote|writes)\s*:"
_DATED = r"(?:(?:vào|on|lúc|ngày|th|thứ|mon|tue|wed|thu|fri|sat|sun)[a-z]*\b|\d)"
# "On … <pgd@x.vn> wrote:" is one everywhere; without an address it needs a time or English, and a reply around it
_INTRODUCTION = re.compile(rf"{_DATED}.{{4,300}}?{_ADDRESS}[,\s]*{_WROTE}", re.IGNORECASE)
_DATED_INTRODUCTION = re.compile(rf"(?={_DATED})(?:(?=.*{_TIME}).{{4,300}}{_WROTE}|.{{4,300}}wrote:)", re.IGNORECASE)
_NAMED_INTRODUCTION = re.compile(rf"[^:]{{1,200}}{_ADDRESS}[,\s]*{_WROTE}", re.IGNORECASE)
# This counts only where signs or a container show that a quote follows
_SHORT_INTRODUCTION = re.compile(rf"\S.{{1,300}}{_WROTE}|(?=.*\d).{{4,300}}{_ADDRESS}\s*:", re.IGNORECASE)
_RUN_ON = re.compile(rf"\s*{_DATED}[^<]{{4,200}}{_ADDRESS}\s*{_WROTE}\s+\S", re.IGNORECASE)

_FROM, _TO, _DATE, _SUBJECT, _OTHER = "from", "to", "date", "subject", "other"
_FIELD_NAMES = {
    _FROM: "từ, from, người gửi",
    _TO: "tới, đến, to, người nhận, gửi tới, gửi đến",
    _DATE: "đã gửi, đã gửi vào, ngày, ngày gửi, gửi lúc, gửi ngày, thời gian, sent, date",
    _SUBJECT: "chủ đề, tiêu đề, subject",
    _OTHER: "cc, bcc, đồng gửi, đồng kính gửi, trả lời tới, trả lời đến, reply-to, đính kèm, tệp đính kèm, "
    "attachments, mức độ quan trọng, tầm quan trọng, mức ưu tiên, importance, priority",
}
_FIELD_OF = {name.strip(): kind for kind, names in _FIELD_NAMES.items() for name in names.split(",")}
_FIELD = re.compile(
    rf"[*_]{{0,2}}(?P<name>{'|'.join(sorted(map(re.escape, _FIELD_OF), key=len, reverse=True))})\s?[*_]{{0,2}}"
    r"\s?:[*_]{0,2}\s*(?P<value>.*)",
    re.IGNORECASE,
)
_LISTED = re.compile(r"@|[;,]\s*$")  # the end of a line that lists receivers, or one that goes on listing them

_SENT_FROM = re.compile(
    r"(?:(?:đã |được )*gửi (?:từ|bằng|qua)|sent (?:from|with|via|using)) (?:(?:my|the|an?|chiếc|một|máy) )?"
    r"(?:iphone|ipad|ipod|mac|điện thoại|phone|mobile|di động|thiết bị|device|máy tính|tablet|ứng dụng|app"
    r"|samsung|galaxy|oppo|xiaomi|redmi|vivo|huawei|nokia|realme|sony|android|ios|windows|blackberry|bphone|smartphone"
    r"|yahoo|outlook|gmail|mail|thư|hộp thư|zimbra|proton|thunderbird|spark|zoho|icloud|bluemail|workspace)\b.{0,80}"
    r"|(?:get|tải|nhận|lấy|download) (?:về )?(?:outlook|bluemail) (?:for|cho|dành cho)\b.{0,80}"
    r"|(?:virus-free|không có vi-?rút)\b.{0,80}",
    re.IGNORECASE,
)
_SIGNATURE_DASHES = re.compile(r"--|—|–")
_CLOSING_PHRASE = re.compile(
    r"(?:(?:xin )?(?:trân trọng|tran trong|kính thư|kinh thu|thân ái|thân mến|best regards|regards|sincerely)"
    r"|(?:xin )?(?:chân thành |chan thanh )?(?:c[ảá]m ơn|cam on))\b[^:]{0,60}",
    re.IGNORECASE,
)
_NOTICE = re.compile(
    r"\W{0,3}(?:LƯU Ý|CHÚ Ý|KHUYẾN CÁO|CẢNH BÁO|THÔNG BÁO|DISCLAIMER|CONFIDENTIAL|NOTICE|CAUTION|IMPORTANT"
    r"|Miễn trừ trách nhiệm|Thông báo bảo mật|Thư điện tử này|Thư này|E?-?mail này|This e-?mail|This message)"
)
_NOTICE_SAYS = re.compile(
    r"người nhận|nhận nhầm|bảo mật|bí mật|từ bên ngoài|miễn trừ|confidential|intended|recipient|outside|in error",
    re.IGNORECASE,
)
_TAGS = r"\s*(?:\[[^\]]{1,40}\]\s*)*"  # [Tuần 12], [External] …
_FORWARD_SUBJECT = re.compile(rf"{_TAGS}(?:fwd?|chuyển tiếp|chuyen tiep|ct)\s*:", re.IGNORECASE)
_REPLY_SUBJECT = re.compile(rf"{_TAGS}(?:re|trả lời|tra loi|tl|phản hồi|aw)\s*(?:\[\d+\])?\s*:", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class HeaderBlock:
    """Mail headers written into a text: the value of each field ("from", "to" …), and how many lines they take."""

    fields: Mapping[str, str]
    length: int


def is_forward_subject(subject: str) -> bool:
    """Tell whether the subject starts as that of a mail handed on ("Fwd:", "Chuyển tiếp:")."""
    return bool(_FORWARD_SUBJECT.match(subject))


def is_reply_subject(subject: str) -> bool:
    """Tell whether the subject starts as that of an answer ("Re:", "Trả lời:")."""
    return bool(_REPLY_SUBJECT.match(subject))


def is_forward_line(text: str) -> bool:
    """Tell whether this line says that a mail handed on follows."""
    return bool(_FORWARD_LINE.fullmatch(text))


def is_original_line(text: str) -> bool:
    """Tell whether this line says that an older mail follows, answered or handed on ("-----Original Message-----")."""
    return bool(_ORIGINAL_LINE.fullmatch(text))


def is_dashed(text: str) -> bool:
    """Tell whether this is a drawn line, perhaps with a title in it."""
    return bool(_DASHED.fullmatch(text))


def introduction(text: str, *, reply: bool, quote_follows: bool, wrapped: bool) -> bool:
    """Tell whether this introduces a quote: "On 25/11/2026 13:31, Lan <lan@x.vn> wrote:".

    wrapped: these are several lines joined; then only one that begins like a date is sure to begin here.
    """
    if _INTRODUCTION.fullmatch(text) or (reply and _DATED_INTRODUCTION.fullmatch(text)):
        return True
    if wrapped:
        return False
    return bool(_NAMED_INTRODUCTION.fullmatch(text) or (quote_follows and _SHORT_INTRODUCTION.fullmatch(text)))


def runs_on(text: str) -> bool:
    """Tell whether the quote begins on the line that introduces it, as Yahoo writes on telephones."""
    return bool(_RUN_ON.match(text[:LONGEST]))


def is_sent_from(text: str) -> bool:
    """Tell whether a program praises itself here ("Đã gửi từ iPhone của tôi")."""
    return len(text) <= LONGEST and bool(_SENT_FROM.fullmatch(text))


def is_signature_dashes(text: str) -> bool:
    """Tell whether a signature begins below this line (RFC 3676 section 4.3)."""
    return bool(_SIGNATURE_DASHES.fullmatch(text))


def is_closing_phrase(text: str) -> bool:
    """Tell whether the letter ends here ("Trân trọng")."""
    return bool(_CLOSING_PHRASE.fullmatch(text))


def begins_notice(text: str) -> bool:
    """Tell whether a line begins as notices about confidentiality do; so do notes about a story."""
    return bool(_NOTICE.match(text))


def says_notice(paragraph: str) -> bool:
    """Tell whether a paragraph that begins like one is such a notice."""
    return bool(_NOTICE_SAYS.search(paragraph))


def field_of(text: str) -> tuple[str, str] | None:
    """Return kind ("from", "to", "date", "subject" or "other") and value of a mail header written into a text."""
    found = _FIELD.fullmatch(text.strip()[:LONGEST])
    return (_FIELD_OF[found["name"].lower()], found["value"].strip()) if found else None


def header_block(texts: Sequence[str], *, announced: bool = False) -> HeaderBlock | None:
    """Return the mail headers that begin on the first of these lines.

    announced: a line above says that they do; otherwise they must begin with the author, and be enough to be no form
    that somebody has filled in.
    """
    fields: dict[str, str] = {}
    length, number, listing = 0, 0, False
    while number < min(len(texts), _MOST_LINES):
        text = texts[number].strip()
        number += 1
        field = field_of(text)
        if field is None:
            if text and not (listing and _LISTED.search(text)):
                break
            listing = listing and bool(text)
            continue
        if not fields and not announced and field[0] != _FROM:
            return None
        fields.setdefault(*field)
        length, listing = number, field[0] in (_TO, _OTHER)
    if not fields or not (announced or _is_of_mail(fields)):
        return None
    return HeaderBlock(fields, length)


def _is_of_mail(fields: Mapping[str, str]) -> bool:
    author = fields[_FROM]
    if "@" in author:
        return len(fields) >= 3 or (len(fields) == 2 and _SUBJECT in fields)
    return len(fields) >= 3 and _SUBJECT in fields and _TO in fields and not author[:1].isdigit()
