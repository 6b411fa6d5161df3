"""Which part of a mail each of its lines belongs to: new, closing, forwarded, quoted, signature or disclaimer.

Knows how the common mail programs mark quotes, forwards and signatures in Vietnamese and English, and nothing else: no
links, no kinds. Every line gets exactly one part.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from parsers.lines import SIGNATURE, Line

__all__ = ["CLOSING", "DISCLAIMER", "FORWARDED", "NEW", "QUOTED", "SIGNATURE", "is_forward_subject", "is_reply_subject"]
__all__ += ["parts_of"]

NEW, CLOSING, FORWARDED, QUOTED, DISCLAIMER = "new", "closing", "forwarded", "quoted", "disclaimer"

_LOOK_AHEAD = 8  # lines a block of mail headers, an introduction or a notice may take
_LONGEST = 500  # characters of a line that can still be a marker

_DASHES = r"[-_—–=*]{2,}"
_FORWARD_SEPARATOR = re.compile(
    rf"(?:{_DASHES}\s*)?(?:(?:begin )?forwarded message|(?:bắt đầu )?(?:thư|tin nhắn) (?:đã |được )*chuyển tiếp)"
    rf"\s*:?\s*(?:{_DASHES})?",
    re.IGNORECASE,
)
_REPLY_SEPARATOR = re.compile(
    rf"{_DASHES}\s*(?:original message|thư gốc|tin nhắn gốc|thư ban đầu)\s*(?:{_DASHES})?", re.IGNORECASE
)
_INTRODUCTION = re.compile(
    r"(?:(?:vào|on|lúc|ngày|th|thứ)\b|\d).{4,300}(?:đã viết|viết|wrote)\s*:"
    r"|[^:]{1,200}<[^\s@]{1,64}@[^\s>]{1,255}>\s*(?:đã viết|wrote)\s*:",
    re.IGNORECASE,
)
_FIELD = re.compile(
    r"\*?(?P<name>từ|from|người gửi|đã gửi|ngày|ngày gửi|gửi lúc|sent|date|tới|đến|to|người nhận|cc|đồng gửi"
    r"|chủ đề|tiêu đề|subject)\s?\*?:\*?\s*(?P<value>.*)",
    re.IGNORECASE,
)
_FROM_FIELDS = frozenset({"từ", "from", "người gửi"})
_SUBJECT_FIELDS = frozenset({"chủ đề", "tiêu đề", "subject"})
_SIGNATURE_DASHES = re.compile(r"(?:--|—|–)")
_SENT_FROM = re.compile(
    r"(?:(?:đã |được )*gửi từ|sent from|get outlook for|tải outlook|download outlook|virus-free|không có vi-?rút)\b"
    r".{0,80}",
    re.IGNORECASE,
)
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
_FORWARD_SUBJECT = re.compile(r"\s*(?:fwd?|fw|chuyển tiếp|chuyen tiep)\s*:", re.IGNORECASE)
_REPLY_SUBJECT = re.compile(r"\s*(?:re|trả lời|tra loi|tl|phản hồi|aw)\s*(?:\[\d+\])?\s*:", re.IGNORECASE)


def is_forward_subject(subject: str) -> bool:
    """Tell whether the subject starts as that of a mail handed on ("Fwd:", "Chuyển tiếp:")."""
    return bool(_FORWARD_SUBJECT.match(subject))


def is_reply_subject(subject: str) -> bool:
    """Tell whether the subject starts as that of an answer ("Re:", "Trả lời:")."""
    return bool(_REPLY_SUBJECT.match(subject))


def parts_of(lines: Sequence[Line], *, reply: bool, forward: bool) -> list[str]:
    """Return the part of each line. reply, forward: what the headers and the subject say about the whole mail."""
    return _Division(lines, reply, forward).parts()


@dataclass(slots=True)
class _Division:
    """One walk down the lines; `region` changes at marker lines, `tail` is what a region ends with."""

    lines: Sequence[Line]
    reply: bool
    forward: bool
    region: str = NEW
    tail: str = ""
    depth: int = 0  # quotes deeper than this are quotes
    to_the_end: bool = False  # a quote without signs or container: nothing of the sender's follows
    marker_until: int = 0  # lines up to here belong to the marker just met …
    marker_part: str = NEW  # … and are counted to this part
    notice_until: int = 0
    spoken: bool = False  # the region has said something already
    handed_on_forward: bool = False  # the forwarded mail is itself a forward

    def parts(self) -> list[str]:
        return [self._part(index, line) for index, line in enumerate(self.lines)]

    def _part(self, index: int, line: Line) -> str:
        if self.to_the_end:
            return QUOTED
        if index >= self.marker_until and (len(line.text) <= _LONGEST):
            self._meet_marker(index, line)
        if self.to_the_end or line.quotes > self.depth:
            return QUOTED
        if line.quotes < self.depth:  # below the forwarded block the sender speaks again
            self.region, self.depth, self.tail = NEW, line.quotes, ""
        return self._own_part(index, line)

    def _meet_marker(self, index: int, line: Line) -> None:
        text = line.text.strip()
        if line.quotes > self.depth and not self._opens_quote(index, line):
            return
        block = self._header_block(index)
        if _FORWARD_SEPARATOR.fullmatch(text) or (block and self._hands_on()):
            self._begin_forward(index, line, block)
        elif block or _REPLY_SEPARATOR.fullmatch(text):
            if self.forward and self.region == NEW:
                self._begin_forward(index, line, block)
            else:
                self.to_the_end = True
        elif length := self._introduction(index):
            self._begin_reply(index, length, line)

    def _opens_quote(self, index: int, line: Line) -> bool:
        """Tell whether this is the first visible line of a quote in the sender's own text."""
        before = next((other for other in reversed(self.lines[max(0, index - 3) : index]) if other.text.strip()), None)
        return self.region == NEW and not self.reply and (before is None or before.quotes < line.quotes)

    def _hands_on(self) -> bool:
        """Tell whether a bare block of mail headers here starts something handed on, not something answered."""
        return self.handed_on_forward if self.region == FORWARDED else self.forward or not self.reply

    def _begin_forward(self, index: int, line: Line, block: dict[str, str]) -> None:
        if not block:  # the separator; the headers of the mail handed on follow it
            following = next((n for n in range(index + 1, index + 4) if n < len(self.lines) and self._text(n)), index)
            block = self._header_block(following, whole=False)
            index = following if block else index
        subject = next((value for name, value in block.items() if name in _SUBJECT_FIELDS), "")
        self.region, self.depth, self.tail, self.spoken = FORWARDED, line.quotes, "", False
        self.marker_until, self.marker_part = index + max(1, len(block)), FORWARDED
        self.handed_on_forward = is_forward_subject(subject)

    def _begin_reply(self, index: int, length: int, line: Line) -> None:
        """A quote with signs or a container ends where they end; one without them never does."""
        after = index + length
        following = next((other for other in self.lines[after : after + 4] if other.text.strip()), None)
        if following is None or following.quotes <= line.quotes:
            self.to_the_end = True
        self.marker_until, self.marker_part = after, QUOTED

    def _introduction(self, index: int) -> int:
        """Return how many lines "On … wrote:" takes here; 0 when there is none."""
        joined = ""
        for length in range(1, 4):
            if index + length > len(self.lines) or not self._text(index + length - 1):
                return 0
            joined = f"{joined} {self._text(index + length - 1)}".strip()
            if len(joined) > _LONGEST:
                return 0
            if _INTRODUCTION.fullmatch(joined):
                return length
        return 0

    def _header_block(self, index: int, *, whole: bool = True) -> dict[str, str]:
        """Return the mail headers written from this line on, "From" first; whole: with a subject, three at least."""
        block: dict[str, str] = {}
        for number in range(index, min(index + _LOOK_AHEAD, len(self.lines))):
            field = _FIELD.fullmatch(self._text(number)[:_LONGEST])
            if field is None or (not block and whole and field["name"].lower() not in _FROM_FIELDS):
                break
            block[field["name"].lower()] = field["value"]
        complete = len(block) >= 3 and not _SUBJECT_FIELDS.isdisjoint(block)
        return block if complete or not whole else {}

    def _own_part(self, index: int, line: Line) -> str:
        text = line.text.strip()
        if index < self.marker_until:
            return self.marker_part
        if line.mark == SIGNATURE or (text and len(text) <= _LONGEST and _SENT_FROM.fullmatch(text)):
            return SIGNATURE
        self._meet_tail(index, text)
        if index < self.notice_until:
            return DISCLAIMER
        self.spoken = self.spoken or bool(text)
        return self.tail or self.region

    def _meet_tail(self, index: int, text: str) -> None:
        if self.tail == DISCLAIMER or not text:
            return
        if _SIGNATURE_DASHES.fullmatch(text) and self.spoken:
            if not self._next_is_marked(index):
                self.tail = SIGNATURE
        elif _NOTICE.match(text) and _NOTICE_SAYS.search(self._paragraph(index)):
            if self.spoken:
                self.tail = DISCLAIMER
            else:
                self.notice_until = index + self._paragraph(index).count("\n") + 1
        elif not self.tail and self.region == NEW and _CLOSING_PHRASE.fullmatch(text):
            self.tail = CLOSING

    def _next_is_marked(self, index: int) -> bool:
        following = next((line for line in self.lines[index + 1 : index + 4] if line.text.strip()), None)
        return following is not None and following.mark == SIGNATURE

    def _paragraph(self, index: int) -> str:
        taken = []
        for number in range(index, min(index + _LOOK_AHEAD, len(self.lines))):
            if not self._text(number):
                break
            taken.append(self._text(number)[:2000])
        return "\n".join(taken)

    def _text(self, index: int) -> str:
        return self.lines[index].text.strip()
