"""The cells of one row of a roster, and the shapes their values have; what is wrong is noted, never raised.

It knows no columns: which cells a row has, and what a school or a member is, stands in `parsers.roster`.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import TypeAlias

from parsers.address import ascii_domain, parse_mailbox

__all__ = ["Cells", "Shape", "host_name", "mail_address", "matching"]

LIST_SEPARATOR = re.compile(r"[;\s]+")
REPLACEMENT = "\ufffd"  # what decoding leaves of a broken letter

Shape: TypeAlias = Callable[[str], str | None]  # a value in its one form; None: not of that shape


def mail_address(text: str) -> str | None:
    """Return a bare mail address in the form in which senders are known; None when it is none."""
    mailbox = parse_mailbox(text)
    return mailbox[0] if mailbox and not set("<>()") & set(text) else None


def host_name(text: str) -> str | None:
    """Return a host in the form in which links are known, without "www."; None when it is none."""
    return ascii_domain(text.removeprefix("www."))


def matching(pattern: re.Pattern[str]) -> Shape:
    """Return the shape of what matches this pattern as it stands."""
    return lambda text: text if pattern.fullmatch(text) else None


class Cells:
    """The cells of one row, read one by one; whatever is wrong is noted, so that all of it is told at once."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts
        self.faults: list[str] = []

    def refuse(self, fault: str) -> None:
        """Note what is wrong."""
        self.faults.append(fault)

    def text(self, column: str) -> str:
        """The cell as it stands; empty when the file has no such column."""
        return self._texts[column]

    def filled(self, column: str, what: str) -> str:
        """A cell that has to be there, in letters that survived."""
        text = self._texts[column]
        if not text:
            self.refuse(f"thiếu {what}")
        if REPLACEMENT in text:
            self.refuse(f"{what} {text!r} có chữ bị hỏng: hãy lưu lại tệp bằng bảng mã UTF-8")
        return text

    def one(self, column: str, shape: Shape, what: str) -> str:
        """A cell that has to be there, in lower case, in the one form of its shape."""
        text = self._texts[column].lower()
        if not text:
            self.refuse(f"thiếu {what}")
            return text
        return self._formed(text, shape, what)

    def several(self, column: str, shape: Shape, what: str) -> tuple[str, ...]:
        """Any number of values of that shape, in lower case."""
        values = [value for value in LIST_SEPARATOR.split(self._texts[column].lower()) if value]
        return tuple(self._formed(value, shape, what) for value in values)

    def _formed(self, text: str, shape: Shape, what: str) -> str:
        formed = shape(text)
        if formed is None:
            self.refuse(f"{what} {text!r} không hợp lệ")
        return formed or text

    def day(self, column: str) -> date | None:
        """A day, or none."""
        text = self._texts[column]
        try:
            return date.fromisoformat(text) if text else None
        except ValueError:
            self.refuse(f"ngày {text!r} ở cột {column} không hợp lệ (viết như 2025-07-01)")
            return None
