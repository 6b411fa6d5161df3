"""A cheap look at a mail's raw bytes: is it small and simple enough for a parser?

One linear pass, no decoding, no tree. What is refused here is kept as it came and shown to a person; the reason is in
Vietnamese for that list. It must not judge anything but size and shape.
"""

import re

from parsers.header_block import block_lines, block_start, body_start, with_newlines
from parsers.headers import parameters

__all__ = ["ParseError", "TooComplex", "prescan"]

MAX_BYTES = 25_000_000
MAX_HEADER_BYTES = 64 * 1024
MAX_FIELD_BYTES = 8 * 1024
MAX_FIELDS = 200
MAX_DEPTH = 30
MAX_PARTS = 500
MAX_ALL_HEADER_BYTES = 1_000_000  # of all parts together
MAX_DASHED_LINES = 100_000  # lines that begin like a boundary

_DASHED = re.compile(rb"\n--([^\r\n]{1,200})")
_DASHED_ANYWHERE = re.compile(rb"[\r\n]--([^\r\n]{1,200})")
_TYPE_FIELD = re.compile(rb"^content-type[ \t]*:([^\n]*+(?:\n[ \t][^\n]*+)*+)", re.IGNORECASE | re.MULTILINE)
_CONTAINER = re.compile(rb"(multipart|message)/([^\s;]*)", re.IGNORECASE)


class ParseError(ValueError):
    """The bytes cannot be read as a mail; the reason is a Vietnamese sentence for the operator."""


class TooComplex(ParseError):
    """The mail is too large or too complex to be parsed safely."""


def prescan(raw: bytes) -> None:
    """Refuse a mail that exceeds one of the limits above; raises TooComplex with a reason in Vietnamese."""
    if len(raw) > MAX_BYTES:
        raise TooComplex(f"Thư quá lớn: {len(raw) / 1e6:.1f} MB, giới hạn là {MAX_BYTES // 1_000_000} MB.")
    _Shape(with_newlines(raw)).check()


class _Shape:
    """The MIME structure as far as delimiters show it: the boundaries open at each point, and what has been counted."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self._open: list[bytes | None] = []  # boundaries from outside in; None stands for an enclosed message
        self._digests: set[bytes | None] = set()
        self._parts = 0
        self._header_bytes = 0
        self._report_from: int | None = None  # a delivery report; each of its blocks becomes a part

    def check(self) -> None:
        start = block_start(self._raw)
        self._enter(start)
        pattern = _DASHED_ANYWHERE if b"\r--" in self._raw else _DASHED
        for number, found in enumerate(pattern.finditer(self._raw, start) if self._open else ()):
            if number > MAX_DASHED_LINES:
                raise TooComplex("Cấu trúc thư bất thường: quá nhiều dòng giống dấu phân cách.")
            self._delimiter(found[1].rstrip(b" \t"), found.start(), found.end())
        self._end_report(len(self._raw))

    def _delimiter(self, text: bytes, start: int, end: int) -> None:
        if text in self._open:
            self._close_inside(text, start)
            self._enter(self._raw.find(b"\n", end) + 1 or len(self._raw))
        elif text.endswith(b"--") and text[:-2] in self._open:
            self._close_inside(text[:-2], start)
            self._open.pop()

    def _close_inside(self, boundary: bytes, start: int) -> None:
        self._end_report(start)
        while self._open[-1] != boundary:
            self._open.pop()

    def _enter(self, start: int) -> None:
        """Read the header block of a part, and of the messages enclosed directly in it."""
        kind = "message"
        while kind == "message":
            self._count(1)
            start, content_type = self._block(start)
            kind = self._container(content_type)
            if len(self._open) > MAX_DEPTH:
                raise TooComplex(f"Thư lồng nhau quá {MAX_DEPTH} lớp.")
        self._report_from = start if kind == "report" else None

    def _container(self, content_type: bytes) -> str:
        """Note what this part opens; says "message" or "report" when header blocks follow at once."""
        in_digest = bool(self._open) and self._open[-1] in self._digests
        value = content_type.strip() or (b"message/rfc822" if in_digest else b"")
        found = _CONTAINER.match(value)
        if found is None:
            return ""
        if found[1].lower() == b"message":
            if found[2].lower() == b"delivery-status":
                return "report"
            self._open.append(None)
            return "message"
        boundary = parameters(value.decode("utf-8", "replace"))[1].get("boundary")
        if boundary:
            self._open.append(boundary.rstrip().encode("utf-8"))
            self._digests |= {self._open[-1]} if found[2].lower() == b"digest" else set()
        return ""

    def _block(self, start: int) -> tuple[int, bytes]:
        """Check one header block; returns where its body begins, and its first Content-Type."""
        end = field = start
        fields = 0
        for line, line_end in block_lines(self._raw, start):
            if self._raw[line : line + 1] not in {b" ", b"\t"}:
                fields, field = fields + 1, line
            end = line_end
            _check_block(end - start, end - field, fields)
        self._header_bytes += end - start
        if self._header_bytes > MAX_ALL_HEADER_BYTES:
            raise TooComplex("Phần đầu của các phần trong thư dài bất thường.")
        content_type = _TYPE_FIELD.search(self._raw[start:end])
        return body_start(self._raw, end), content_type[1] if content_type else b""

    def _end_report(self, end: int) -> None:
        if self._report_from is not None:
            self._count(self._raw.count(b"\n\n", self._report_from, end))
            self._count(self._raw.count(b"\n\r\n", self._report_from, end))
        self._report_from = None

    def _count(self, parts: int) -> None:
        self._parts += parts
        if self._parts > MAX_PARTS:
            raise TooComplex(f"Thư có hơn {MAX_PARTS} phần.")


def _check_block(length: int, field_length: int, fields: int) -> None:
    if length > MAX_HEADER_BYTES:
        raise TooComplex(f"Phần đầu thư dài hơn {MAX_HEADER_BYTES // 1024} kB.")
    if field_length > MAX_FIELD_BYTES:
        raise TooComplex(f"Một dòng tiêu đề của thư dài hơn {MAX_FIELD_BYTES // 1024} kB.")
    if fields > MAX_FIELDS:
        raise TooComplex(f"Thư có hơn {MAX_FIELDS} dòng tiêu đề.")
