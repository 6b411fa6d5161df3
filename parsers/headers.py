"""The header block of a mail: split, unfold, decode words and read parameters, on bytes and without the email package.

It knows the syntax of RFC 5322, 2045, 2047 and 2231 and forgives what mail programs really write. What a field means is
decided elsewhere; nothing here raises.
"""

import binascii
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import unquote_to_bytes

from parsers.header_block import FIELD, block_lines, block_start, body_start
from parsers.memo import remembered
from parsers.text import clean, decode

__all__ = ["Header", "clean_line", "decode_words", "parameters", "split", "strip_comments"]

LINE_LIMIT = 200
MAX_CHARACTERS = 65_536  # of one field's value; a longer one has been refused before

_WORD = re.compile(r"=\?([^?*\s]{1,40})(?:\*[^?\s]{0,40})?\?([bBqQ])\?([^?]*)\?=")
_NOT_BASE64 = re.compile(r"[^A-Za-z0-9+/=]")
# Never shown to a person: controls, zero-width signs, direction overrides, tags, fillers, surrogates, noncharacters.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffc\ufffe\uffff"
    "\U000e0000-\U000e0fff]"
)
_CONTROL_BYTES = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
_COMMENT_SIGN = re.compile(r'\\.|[()"]', re.DOTALL)
_PARAMETER = re.compile(r';\s*([^\s=;"]{1,60})\s*=\s*("(?:[^"\\]|\\.)*+"?|[^;]*+)', re.DOTALL)
_PARAMETER_NAME = re.compile(r"([^*]+)(?:\*(\d{1,3}))?(\*?)")
_CHARSET_PREFIX = re.compile(rb"([\w.:-]*)'[\w-]*'")


@dataclass(frozen=True, slots=True)
class Header:
    """A header field; `value` is unfolded but not decoded, its bytes read as UTF-8 or what else they plausibly are."""

    name: str
    value: str


def split(raw: bytes) -> tuple[tuple[Header, ...], bytes]:
    """Return the header fields in order of appearance, and the body.

    The block ends at the first empty line, or at the first line that cannot belong to it, as mail servers see it.
    """
    fields: list[tuple[str, list[bytes]]] = []
    end = block_start(raw)
    for start, line_end in block_lines(raw, end):
        line, end = raw[start:line_end].rstrip(b"\r\n"), line_end
        name = None if line[:1] in {b" ", b"\t"} else FIELD.match(line)
        if name:
            fields.append((name[1].decode("ascii"), [line[name.end() :]]))
        else:
            fields[-1][1].append(line)
    headers = tuple(Header(name, _read(b"".join(lines).strip(b" \t\r"))) for name, lines in fields)
    return headers, raw[body_start(raw, end) :]


@remembered(entries=32, longest=2_000)
def decode_words(value: str) -> str:
    """Return the field's text with its encoded words decoded (RFC 2047), also words inside quotes, as many write them.

    Neighbouring words of one charset are joined as bytes first: careless programs cut between the bytes of a letter.
    The text may hold newlines that were encoded: show it through clean_line() only.
    """
    value = value[:MAX_CHARACTERS]
    if "=?" not in value:
        return clean(value)
    pieces: list[str] = []
    run: list[tuple[str, str, str]] = []
    end = 0
    for word in _WORD.finditer(value):
        between = value[end : word.start()]
        if between.strip() or not run:
            pieces += [_decode_run(run), between]
            run = []
        run.append((word[1].lower(), word[2].lower(), word[3]))
        end = word.end()
    return clean("".join([*pieces, _decode_run(run), value[end:]]))


def clean_line(text: str, limit: int = LINE_LIMIT) -> str:
    """Return text as one visible line of at most `limit` characters, NFC, without anything a person cannot see."""
    seen = _UNSEEN.sub("", clean(text[:MAX_CHARACTERS]))
    return unicodedata.normalize("NFC", " ".join(seen.split()))[:limit].rstrip()


def strip_comments(value: str) -> str:
    """Return a structured field without its comments (RFC 5322 section 3.2.2); quoted strings stay as they are.

    Where brackets do not balance nothing can be told apart: then only the brackets go.
    """
    kept: list[str] = []
    depth, end, quoted = 0, 0, False
    for found in _COMMENT_SIGN.finditer(value):
        sign = found[0]
        if sign == '"' and not depth:
            quoted = not quoted
        elif sign == "(" and not quoted:
            kept += [value[end : found.start()]] if not depth else []
            depth += 1
        elif sign == ")" and depth:
            depth -= 1
            end = found.end()
            kept += [" "] if not depth else []
    return re.sub("[()]", " ", value) if depth else "".join(kept) + value[end:]


def parameters(value: str) -> tuple[str, dict[str, str]]:
    """Return the main value in lower case ("text/plain") and the parameters, decoded (RFC 2045, 2231, and 2047 words).

    Parameter names are lower case; of two with the same name the first counts, and an extended one beats a plain one.
    """
    value = value[:MAX_CHARACTERS]
    main = re.sub(r"\s+", "", strip_comments(value).split(";", 1)[0]).lower()
    plain: dict[str, str] = {}
    extended: dict[str, list[tuple[int, bool, str]]] = {}
    for found in _PARAMETER.finditer(value):
        name = _PARAMETER_NAME.fullmatch(found[1].lower())
        if name is None:
            continue
        if name[2] or name[3]:
            extended.setdefault(name[1], []).append((int(name[2] or 0), bool(name[3]), _unquote(found[2])))
        else:
            plain.setdefault(name[1], decode_words(_unquote(found[2])))
    return main, plain | {name: _join(segments) for name, segments in extended.items()}


def _read(raw: bytes) -> str:
    """Decode a field's bytes; control characters must survive here, because they make an address invalid."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1") if _CONTROL_BYTES.search(raw) else decode(raw)


def _decode_run(words: Iterable[tuple[str, str, str]]) -> str:
    return "".join(decode(_word_bytes(group), charset) for charset, group in groupby(words, key=lambda word: word[0]))


def _word_bytes(words: Iterable[tuple[str, str, str]]) -> bytes:
    data = b""
    for encoding, group in groupby(words, key=lambda word: word[1]):
        text = "".join(word[2] for word in group)
        data += _base64(text) if encoding == "b" else binascii.a2b_qp(text.encode("utf-8"), header=True)
    return data


def _base64(text: str) -> bytes:
    """Decode base64 that may be cut, padded in the middle or wrongly padded."""
    data = b""
    for segment in _NOT_BASE64.sub("", text).split("="):
        usable = segment[:-1] if len(segment) % 4 == 1 else segment
        data += binascii.a2b_base64(usable + "=" * (-len(usable) % 4))
    return data


def _unquote(value: str) -> str:
    value = value.strip()
    if not value.startswith('"'):
        return value
    return re.sub(r"\\(.)", r"\1", value[1:].removesuffix('"'), flags=re.DOTALL)


def _join(segments: list[tuple[int, bool, str]]) -> str:
    """Join the segments of an extended parameter; the first names the charset, the rest may cut letters in two."""
    data = b""
    for _, percent, text in sorted(segments, key=lambda segment: segment[0]):
        data += unquote_to_bytes(text) if percent else text.encode("utf-8")
    prefix = _CHARSET_PREFIX.match(data) if segments and any(percent for _, percent, _ in segments) else None
    if prefix is None:
        return decode_words(decode(data))
    return decode(data[prefix.end() :], prefix[1].decode("ascii", "replace"))
