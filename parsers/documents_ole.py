r"""What can be read soberly of the binary formats of Office 97–2003 (.doc, .xls, .ppt): runs of text, and addresses.

The formats are not followed: their text is stored in the open, in 16-bit or 8-bit signs, so its runs are picked out. Of
what comes with it from styles and fonts a reader makes little; no address is made up. Encrypted files say so.
"""

import re
from collections.abc import Iterator

from parsers.documents_limits import ENCRYPTED, UNSUPPORTED, Unreadable
from parsers.documents_lines import Paragraph, Transcript
from parsers.documents_story import address_in_field

__all__ = ["MAGIC", "read_binary"]

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_WIDE = re.compile(
    rb"(?:[\x07\x09\x0a\x0b\x0d\x13-\x15\x20-\x7e\xa0-\xff]\x00|[\x00-\xff][\x01\x1e]|[\x00-\x0f\x23\x40\x89][\x03]"
    rb"|[\x10-\x26]\x20){8,100000}"
)
_NARROW = re.compile(rb"[\x07\x09\x0a\x0b\x0d\x13-\x15\x20-\x7e\x80-\xff]{24,100000}")
_ADDRESS = re.compile(r"https?://[!#-;=?-~]{4,2000}")
_FIELD = re.compile("\x13([^\x13-\x15]{0,4000})(?:\x14([^\x13-\x15]{0,4000}))?\x15")
_LINE_ENDS = re.compile("[\x0a\x0b\x0d]|\x07\x07")  # two cell marks end a row
_PLUMBING = re.compile(r"schemas\.|purl\.org|www\.w3\.org|ns\.adobe\.com")  # names that only look like addresses
_WORDS = re.compile(r"[^\W\d_]{2,}")
_SHARE = 0.6  # of letters and spaces in a run that is text
_LONGEST_WORD = 16  # signs to a space; addresses make a line's words longer than they are
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")  # section 1.3.3 of MS-OFFCRYPTO
_WORD_STREAM = "WordDocument".encode("utf-16-le")
_FIB = b"\xec\xa5"  # the first bytes of that stream; a flag eleven bytes on says that it is encrypted


def read_binary(content: bytes, transcript: Transcript) -> None:
    """Copy what can be read of an old binary document. Raises Unreadable."""
    if _ENCRYPTED_PACKAGE in content or _is_encrypted_word(content):
        raise Unreadable(ENCRYPTED)
    for run in _runs(content):
        transcript.account.check_time()
        for line in _LINE_ENDS.split(run):
            _copy(line, transcript)
    if transcript.is_silent(fewest=1):
        raise Unreadable(UNSUPPORTED)


def _is_encrypted_word(content: bytes) -> bool:
    begin = content.find(_FIB, 512)
    return _WORD_STREAM in content and begin % 512 == 0 and bool(content[begin + 11] & 0x01)


def _runs(content: bytes) -> Iterator[str]:
    """Yield the runs of text, and the addresses that stand in none."""
    seen: set[str] = set()
    for runs, charset in ((_WIDE, "utf-16-le"), (_NARROW, "cp1252")):
        for found in runs.finditer(content):
            text = found[0].decode(charset, "replace")
            addresses = _ADDRESS.findall(text) if "http" in text else ()
            if _is_text(text, charset):
                seen.update(addresses)
                yield text
            else:
                yield from (each for each in addresses if each not in seen and not _PLUMBING.search(each))


def _is_text(text: str, charset: str) -> bool:
    """Tell text from what only looks like it: letters, in words, and in 8 bits not too many beyond ASCII."""
    letters = sum(sign.isalpha() or sign in " \r\t\x07" for sign in text)
    beyond = sum(sign > "\x7f" for sign in text) if charset == "cp1252" else 0
    return (
        ("\x13" in text or letters >= len(text) * _SHARE)
        and len(_WORDS.findall(text)) >= 4
        and text.count(" ") * _LONGEST_WORD >= len(text)
        and beyond <= len(text) * (1 - _SHARE)
    )


def _copy(line: str, transcript: Transcript) -> None:
    paragraph = Paragraph()
    position = 0
    for found in _FIELD.finditer(line):
        _write(paragraph, line[position : found.start()])
        paragraph.open_link(address_in_field(found[1]))
        _write(paragraph, found[2] or "")
        paragraph.close_link()
        position = found.end()
    _write(paragraph, line[position:])
    if not paragraph.is_empty() and not _PLUMBING.search(paragraph.text):
        transcript.add(paragraph)


def _write(paragraph: Paragraph, text: str) -> None:
    for number, cell in enumerate(text.split("\x07")):
        if number:
            paragraph.tab()
        paragraph.write(cell)
