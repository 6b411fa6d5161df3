"""Bytes to readable Unicode text: charsets that lie, double encoding, soft line breaks, and HTML as plain lines.

The bytes speak first, the label second, Vietnamese plausibility last; every byte string becomes some text and nothing
here raises. Text typed in a legacy font is left in the Latin-1 signs it was sent in (`parsers.legacy` reads those).
"""

import codecs
import re
import unicodedata

from parsers.legacy import legacy_encoding
from parsers.text_html import html_to_text
from parsers.viscii import decode_viscii

__all__ = ["clean", "decode", "html_to_text", "is_mojibake", "repair_mojibake", "unflow"]

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_MARKS_OF_ORDER = tuple(mark for mark, _ in _BOMS)
# Labels that say nothing: mail programs write them over any bytes.
_MEANINGLESS = frozenset({"ascii", "iso8859-1", "cp1252", "cp1258", "utf-8"})
# Codecs that are no charsets of mail, or that take quadratic time on hostile bytes.
_NO_CHARSETS = frozenset({"idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape", "utf-7"})
_LABEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,39}")
_VISCII = frozenset({"viscii", "viscii1.1-1", "csviscii"})
_SAMPLE = 50_000  # characters are enough to tell two charsets apart
_BROKEN_SHARE = 5  # UTF-8 with one broken sequence in five letters is still UTF-8
_BEYOND_ASCII = re.compile("[^\\x00-\\x7f\ufffd]")

_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_C1_CONTROLS = re.compile("[\x80-\x9f]")  # kept until double encoding is undone: they may be half a letter
# No writing system stacks more marks on a letter; normalising a long run of them takes quadratic time.
_MARKS = "".join(chr(code) for code in range(0x300, 0x10000) if unicodedata.combining(chr(code)))
_MARK = f"[{_MARKS}\U000101fd-\U0001e94a]"
_MARK_RUN = re.compile(f"({_MARK}{_MARK}{{15}}){_MARK}+")

# A Vietnamese syllable without its tone, to tell charsets apart by how many words they make.
_TONES = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
_SYLLABLE = re.compile(
    "(?:ngh|ng|nh|gh|gi|kh|ph|th|tr|ch|qu|[bcdđghklmnpqrstvx])?[aăâeêioôơuưy]{1,3}(?:ch|ng|nh|[cmnpt])?"
)
_WORD = re.compile("[a-zA-Z\u00a1-\u1fff\u20a0-\u20bf]*[\u00a1-\u1fff\u20a0-\u20bf][a-zA-Z\u00a1-\u1fff\u20a0-\u20bf]*")

# UTF-8 that was read as windows-1252: the signs of one letter, given back as bytes in the range U+0080–U+00FF.
_CP1252_SIGNS = {ord(bytes([byte]).decode("cp1252", "ignore") or chr(byte)): byte for byte in range(0x80, 0xA0)}
_PERHAPS_TWICE_ENCODED = re.compile("[Â-ô][\x80-¿\u0152-\u017e\u0192\u02c6-\u2122]")
_TWICE_ENCODED = re.compile("[Â-ß][\x80-¿]|à[\xa0-¿][\x80-¿]|[á-ìîï][\x80-¿]{2}|ð[\x90-¿][\x80-¿]{2}")


def decode(data: bytes, charset: str | None = None) -> str:
    """Decode bytes to clean NFC text.

    charset: the declared label, any spelling, or None. Order: byte order mark, valid UTF-8 under a label that says
    nothing, the declared charset, then windows-1258 or windows-1252, whichever makes more Vietnamese syllables.
    """
    if data.startswith(_MARKS_OF_ORDER):
        mark, codec = next((mark, codec) for mark, codec in _BOMS if data.startswith(mark))
        return clean(data[len(mark) :].decode(codec, "replace"))
    declared = _codec(charset)
    if declared == "viscii":
        return clean(decode_viscii(data))
    if declared not in _MEANINGLESS and declared is not None:
        return clean(_strict(data, declared) or _guess(data, declared))
    return _guess(data, declared)


def clean(text: str) -> str:
    """Return the text in NFC with one kind of newline, one letter đ, and no control characters or surrogates."""
    return _tidy(text).replace("Ð", "Đ").replace("ð", "đ")  # look the same; old keyboards and fonts mixed them up


def is_mojibake(text: str) -> bool:
    """Tell whether UTF-8 was read as windows-1252 and encoded again somewhere on the way ("Tuáº§n")."""
    return bool(_PERHAPS_TWICE_ENCODED.search(text) and _TWICE_ENCODED.search(text.translate(_CP1252_SIGNS)))


def repair_mojibake(text: str) -> str:
    """Undo such a double encoding, letter by letter; what was written correctly stays, C1 controls go."""
    pieces, end = [], 0
    if not _PERHAPS_TWICE_ENCODED.search(text):
        return _C1_CONTROLS.sub("", text)
    for found in _TWICE_ENCODED.finditer(text.translate(_CP1252_SIGNS)):
        pieces += [text[end : found.start()], found[0].encode("latin-1").decode("utf-8", "replace")]
        end = found.end()
    return _tidy(_C1_CONTROLS.sub("", "".join(pieces) + text[end:]))


def unflow(text: str, *, delsp: bool = False) -> str:
    """Join the soft-broken lines of format=flowed (RFC 3676 section 4); delsp: the breaking space goes as well."""
    lines: list[str] = []
    flowing: int | None = None  # quote depth of the paragraph that the last line leaves open
    for line in text.split("\n"):
        bare = line.lstrip(">")
        depth = len(line) - len(bare)
        bare = bare.removeprefix(" ")
        soft = bare.endswith(" ") and bare != "-- "
        kept = bare[:-1] if soft and delsp else bare
        if flowing == depth and bare != "-- ":
            lines.append(kept)
        else:
            lines += ["\n", ">" * depth + " " * bool(depth), kept]
        flowing = depth if soft else None
    return "".join(lines)[1:]


def _codec(charset: str | None) -> str | None:
    """Return Python's name of the declared charset, None when it is missing, unknown or no charset of text."""
    label = (charset or "").strip(" \t\"'").lower()
    if label in _VISCII:
        return "viscii"
    if not _LABEL.fullmatch(label):
        return None
    try:
        name = codecs.lookup(label).name
    except (LookupError, ValueError):
        return None
    return None if name.replace("_", "-") in _NO_CHARSETS else name


def _strict(data: bytes, codec: str) -> str:
    """Return "" when the bytes are not of that charset."""
    try:
        return data.decode(codec)
    except (LookupError, ValueError):  # a LookupError comes from codecs that are no charset, such as rot13
        return ""


def _guess(data: bytes, codec: str | None) -> str:
    if data.isascii():
        return clean(data.decode("ascii"))
    text = data.decode("utf-8", "replace")
    broken = text[:_SAMPLE].count("\ufffd")
    if not broken or broken * _BROKEN_SHARE < len(_BEYOND_ASCII.findall(text[:_SAMPLE])):
        return clean(text)
    western = data.decode("cp1252", "replace")
    if any(legacy_encoding(run) for run in re.split("[<>\n]", western[:_SAMPLE])):
        return _tidy(western)  # "Ð" is a letter of its own there
    vietnamese = data.decode("cp1258", "replace")
    readings = (western, vietnamese) if codec in {"iso8859-1", "cp1252"} else (vietnamese, western)
    return clean(max(readings, key=_syllables))


def _syllables(text: str) -> int:
    """Count marked words that are Vietnamese syllables, less those that are not."""
    words = _WORD.findall(unicodedata.normalize("NFC", _MARK_RUN.sub(r"\1", text[:_SAMPLE])).lower())
    return sum(1 if _is_syllable(word) else -1 for word in words)


def _is_syllable(word: str) -> bool:
    if len(word) > 7:
        return False
    base, tones = _TONES.subn("", unicodedata.normalize("NFD", word))
    return tones <= 1 and bool(_SYLLABLE.fullmatch(unicodedata.normalize("NFC", base)))


def _tidy(text: str) -> str:
    text = _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff"))
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", _MARK_RUN.sub(r"\1", text))
