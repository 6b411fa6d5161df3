"""Which part of a mail each of its lines belongs to: new, closing, forwarded, quoted, signature or disclaimer.

Puts together what `parsers.quote_marks` sees in single lines; it knows no links and no kinds. Every line gets exactly
one part.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from parsers.lines import SIGNATURE, Line
from parsers.quote_marks import (
    LONGEST,
    HeaderBlock,
    begins_notice,
    header_block,
    introduction,
    is_closing_phrase,
    is_dashed,
    is_forward_line,
    is_forward_subject,
    is_original_line,
    is_sent_from,
    is_signature_dashes,
    runs_on,
    says_notice,
)

__all__ = ["CLOSING", "DISCLAIMER", "FORWARDED", "NEW", "QUOTED", "SIGNATURE", "parts_of"]

NEW, CLOSING, FORWARDED, QUOTED, DISCLAIMER = "new", "closing", "forwarded", "quoted", "disclaimer"

_LOOK_AHEAD = 8  # lines an introduction or a notice may take
_BLOCK_AHEAD = 24  # lines a block of mail headers may take
_LETTER_AHEAD = 200  # lines that tell how deep a letter handed on is quoted


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
        if index >= self.marker_until:
            self._meet_marker(index, line)
        if index < self.marker_until and not self.to_the_end:
            return self.marker_part
        if self.to_the_end or line.quotes > self.depth:
            return QUOTED
        if line.quotes < self.depth and line.text.strip():  # below the forwarded block the sender speaks again
            self.region, self.depth, self.tail = NEW, line.quotes, ""
        return self._own_part(index, line)

    def _meet_marker(self, index: int, line: Line) -> None:
        text = line.text.strip()
        if not text or (line.quotes > self.depth and not self._opens_quote(index, line)):
            return
        if len(text) > LONGEST:
            self.to_the_end = runs_on(text)
            return
        start = self._next_visible(index + 1) if is_dashed(text) else index
        block = header_block(self._texts(start))
        if is_forward_line(text):
            self._begin_forward(index, self._announced(index))
        elif block or is_original_line(text):
            self._begin_older(index, block, start)
        elif length := self._introduction(index, line):
            self._begin_reply(index, length, line)
        else:
            self.to_the_end = runs_on(text)

    def _opens_quote(self, index: int, line: Line) -> bool:
        """Tell whether this is the first visible line of a quote in the sender's own text."""
        before = next((other for other in reversed(self.lines[max(0, index - 3) : index]) if other.text.strip()), None)
        return self.region == NEW and not self.reply and (before is None or before.quotes < line.quotes)

    def _begin_older(self, index: int, block: HeaderBlock | None, start: int) -> None:
        """Mail headers, or a line "Original Message", start something handed on, or else something answered."""
        handed_on = self.handed_on_forward if self.region == FORWARDED else self.forward or not self.reply
        if handed_on:
            self._begin_forward(index, (start, block) if block else self._announced(index))
        else:
            self.to_the_end = True

    def _announced(self, index: int) -> tuple[int, HeaderBlock | None]:
        """Return the headers of the mail handed on that follow the line that says so, and where they stand."""
        start = self._next_visible(index + 1)
        return start, header_block(self._texts(start), announced=True) if start - index <= 3 else None

    def _begin_forward(self, index: int, following: tuple[int, HeaderBlock | None]) -> None:
        start, block = following
        after = start + block.length if block else index + 1
        inside = self.lines[start if block else index]
        self.handed_on_forward = is_forward_subject(block.fields.get("subject", "") if block else "")
        self.region, self.depth, self.tail, self.spoken = FORWARDED, self._depth_of_letter(after, inside), "", False
        self.marker_until, self.marker_part = after, FORWARDED

    def _depth_of_letter(self, after: int, head: Line) -> int:
        """Return how deep the forwarded letter itself is quoted: as deep as its headers, or all of it deeper."""
        depths = [line.quotes for line in self.lines[after : after + _LETTER_AHEAD] if line.text.strip()]
        inside = next((n for n, depth in enumerate(depths) if depth < head.quotes), len(depths))
        return max(head.quotes, min(depths[:inside], default=0)) if depths[:1] != [head.quotes] else head.quotes

    def _begin_reply(self, index: int, length: int, line: Line) -> None:
        """A quote with signs or a container ends where they end; one without them never does."""
        after = index + length
        self.to_the_end = not self._quote_follows(after, line)
        self.marker_until, self.marker_part = after, QUOTED

    def _introduction(self, index: int, line: Line) -> int:
        """Return how many lines "On … wrote:" takes here; 0 when none begins on this very line."""
        texts = [self._text(index + number) for number in range(3)]
        if not any(text.endswith(":") for text in texts):
            return 0
        for length in range(1, 4):
            joined = " ".join(texts[:length])
            if not texts[length - 1] or len(joined) > LONGEST:
                return 0
            follows = self._quote_follows(index + length, line)
            if introduction(joined, reply=self.reply, quote_follows=follows, wrapped=length > 1):
                return length if not self._begins_later(texts[:length]) else 0
        return 0

    def _begins_later(self, texts: Sequence[str]) -> bool:
        """Tell whether the introduction that ends these lines begins below the first of them."""
        tails = (" ".join(texts[number:]) for number in range(1, len(texts)))
        return any(introduction(tail, reply=self.reply, quote_follows=False, wrapped=True) for tail in tails)

    def _quote_follows(self, index: int, line: Line) -> bool:
        following = self._next_visible(index)
        return following < index + 4 and following < len(self.lines) and self.lines[following].quotes > line.quotes

    def _own_part(self, index: int, line: Line) -> str:
        text = line.text.strip()
        if line.mark == SIGNATURE or (text and is_sent_from(text)):
            return SIGNATURE
        self._meet_tail(index, text)
        if index < self.notice_until:
            return DISCLAIMER
        self.spoken = self.spoken or bool(text)
        return self.tail or self.region

    def _meet_tail(self, index: int, text: str) -> None:
        if self.tail == DISCLAIMER or not text:
            return
        if is_signature_dashes(text) and self.spoken:
            if not self._next_is_marked(index):
                self.tail = SIGNATURE
        elif begins_notice(text) and says_notice(self._paragraph(index)):
            if self.spoken:
                self.tail = DISCLAIMER
            else:
                self.notice_until = index + self._paragraph(index).count("\n") + 1
        elif not self.tail and self.region == NEW and is_closing_phrase(text):
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

    def _texts(self, start: int) -> list[str]:
        return [line.text for line in self.lines[start : start + _BLOCK_AHEAD]]

    def _next_visible(self, start: int) -> int:
        """Return where the next line with text stands; the end of the mail when there is none."""
        return next((n for n in range(start, len(self.lines)) if self._text(n)), len(self.lines))

    def _text(self, index: int) -> str:
        return self.lines[index].text.strip() if index < len(self.lines) else ""
