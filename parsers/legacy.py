"""Text typed in the fonts of the time before Unicode, which only the font shows as Vietnamese: TCVN3 (.VnTime) and VNI.

Works run by run, because a template is often Unicode around an old body. The font's name speaks first, then the share
of signs that no other text has. Text with one letter of Unicode Vietnamese is never touched.
"""

import re

from parsers.tcvn3 import from_tcvn3, is_tcvn3
from parsers.vni import from_vni, is_vni

__all__ = ["TCVN3", "VNI", "font_encoding", "legacy_encoding", "to_unicode"]

TCVN3, VNI = "TCVN3", "VNI"
_UNICODE_VIETNAMESE = re.compile("[ăơưĂƠƯ\u1ea0-\u1ef9]")
_FONTS = (
    (re.compile(r"(?<![\w-])\.vn", re.IGNORECASE), TCVN3),
    (re.compile(r"(?<![\w-])vni-", re.IGNORECASE), VNI),
)
_READERS = {TCVN3: from_tcvn3, VNI: from_vni}


def font_encoding(font: str) -> str:
    """Return the encoding that fonts of this name show: "TCVN3", "VNI", or "" for any other."""
    return next((encoding for names, encoding in _FONTS if names.search(font)), "")


def legacy_encoding(text: str, font: str = "") -> str:
    """Return "TCVN3" or "VNI" when this run of text is typed in it, otherwise "".

    font: the encoding of its font, as `font_encoding` gives it; without one several telltale signs are asked for.
    """
    if text.isascii() or _UNICODE_VIETNAMESE.search(text):
        return ""
    if font:
        return font
    return TCVN3 if is_tcvn3(text) else VNI if is_vni(text) else ""


def to_unicode(text: str, encoding: str | None = None) -> str:
    """Give the run in Unicode. encoding: as `legacy_encoding` gives it; None: find out."""
    found = legacy_encoding(text) if encoding is None else encoding
    return _READERS[found](text) if found else text
