"""The body of an answer: how much of it may come, in which coding, and whether it is a page at all."""

import re
import zlib
from collections.abc import Iterable

from ingest.failures import Failure

MAX_DECODED_BYTES = 4_000_000
MAX_RATIO = 100
RATIO_FROM_BYTES = 65_536  # small pages of blanks may well compress better than any bomb
PAGE_TYPES = frozenset({"text/html", "application/xhtml+xml", "text/plain"})

_WINDOW_BITS = {"gzip": zlib.MAX_WBITS | 16, "x-gzip": zlib.MAX_WBITS | 16, "deflate": zlib.MAX_WBITS}
_HTML_START = re.compile(
    rb"\s*(?:<!doctype\s+html|<!--|<(?:html|head|title|meta|body|div|p|h1|article|script)\b)", re.IGNORECASE
)
_TEXT_MARKS = (b"\xff\xfe", b"\xfe\xff")  # byte order marks of UTF-16, in which NUL bytes are ordinary


def is_page_type(content_type: str) -> bool:
    """Tell whether a Content-Type may be an article; a missing one is judged by the body."""
    media_type = content_type.partition(";")[0].strip().lower()
    return not media_type or media_type in PAGE_TYPES


def read_body(chunks: Iterable[bytes], coding: str, max_bytes: int) -> bytes:
    """Collect and decode a body; raises FetchError.

    coding: the Content-Encoding field; exactly one of identity, gzip and deflate. max_bytes: as sent on the wire.
    """
    name = coding.strip().lower()
    if name not in {"", "identity", *_WINDOW_BITS}:
        raise Failure.SUSPICIOUS_CODING.error()
    sent = _collected(chunks, max_bytes)
    return sent if name in {"", "identity"} else _inflated(sent, _WINDOW_BITS[name])


def check_is_text(body: bytes, content_type: str) -> None:
    """Refuse an empty body, binary data, and an unlabelled body that does not begin like HTML; raises FetchError."""
    if not body.strip():
        raise Failure.EMPTY.error()
    start = body[:1024]
    if b"\0" in start and not start.startswith(_TEXT_MARKS):
        raise Failure.NOT_A_PAGE.error()
    if not content_type.strip() and not _HTML_START.match(start.removeprefix(b"\xef\xbb\xbf")):
        raise Failure.NOT_A_PAGE.error()


def _collected(chunks: Iterable[bytes], max_bytes: int) -> bytes:
    sent = bytearray()
    for chunk in chunks:
        sent += chunk
        if len(sent) > max_bytes:
            raise Failure.TOO_BIG.error()
    return bytes(sent)


def _inflated(sent: bytes, window_bits: int) -> bytes:
    """Decompress within the limits. Some servers call raw deflate data "deflate" (RFC 9110, 8.4.1.2)."""
    allowed = min(MAX_DECODED_BYTES, max(RATIO_FROM_BYTES, MAX_RATIO * len(sent)))
    if window_bits == zlib.MAX_WBITS and not _is_zlib(sent):
        window_bits = -zlib.MAX_WBITS
    inflater = zlib.decompressobj(window_bits)
    try:
        decoded = inflater.decompress(sent, allowed + 1)
    except zlib.error:
        raise Failure.SUSPICIOUS_CODING.error() from None
    if len(decoded) > allowed:
        raise (Failure.TOO_BIG if allowed == MAX_DECODED_BYTES else Failure.SUSPICIOUS_CODING).error()
    if sent and not inflater.eof:
        raise Failure.CUT_OFF.error()
    return decoded


def _is_zlib(sent: bytes) -> bool:
    """Tell whether data starts with the two bytes of RFC 1950."""
    return len(sent) >= 2 and sent[0] & 0x0F == 8 and (sent[0] << 8 | sent[1]) % 31 == 0
