"""Turn the bytes of a web page into readable Unicode text, whatever the server and the page say about their charset.

Finds what is declared and hands the decision to `parsers.text`; never raises. Of HTML it knows `charset=` only.
"""

import re

from parsers.text import decode

MAX_BYTES = 2 * 1024 * 1024
_CHARSET = re.compile(r"charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([\w.:-]{2,40})", re.IGNORECASE)
_HEAD = 4096


def decode_page(raw: bytes, content_type: str | None = None) -> str:
    """Decode a page, cut at MAX_BYTES, to NFC text without control characters.

    `content_type` is the value of the HTTP header; its charset is believed before the page's own, and the bytes
    before both.
    """
    raw = raw[:MAX_BYTES]
    return decode(raw, _unmarked_utf16(raw) or _declared(raw, content_type))


def _declared(raw: bytes, content_type: str | None) -> str | None:
    labels = _CHARSET.findall(content_type or "") + _CHARSET.findall(raw[:_HEAD].decode("latin-1"))
    # A label that is readable in ASCII disproves itself when it says UTF-16.
    return next((label for label in labels if not label.lower().startswith(("utf-16", "utf-32"))), None)


def _unmarked_utf16(raw: bytes) -> str | None:
    """UTF-16 without a byte order mark: in mostly Latin text every second byte is NUL."""
    head = raw[:_HEAD]
    if len(head) < 8 or head.count(0) < len(head) // 5:
        return None
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if min(even, odd) * 4 > max(even, odd):
        return None
    return "utf-16-le" if odd > even else "utf-16-be"
