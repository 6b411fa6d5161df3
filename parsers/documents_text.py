"""Attached files that are text themselves: plain text, tables with commas or tabs, saved web pages.

They are read as mail bodies are, from the same lines. What is no text, whatever its label says, is refused.
"""

import codecs
import csv
from io import StringIO

from parsers.documents_limits import BROKEN, TOO_LONG, Unreadable
from parsers.documents_lines import Paragraph, Transcript
from parsers.lines import html_lines, text_lines
from parsers.message import ParseError, parse_message
from parsers.mime import decode_part

__all__ = ["read_csv", "read_page", "read_plain", "read_web_archive"]

_DELIMITERS = "\t;,|"
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_SAMPLE = 20_000  # characters


def read_plain(content: bytes, transcript: Transcript) -> None:
    """Copy a text file. Raises Unreadable."""
    for line in text_lines(_decoded(content, "text/plain", transcript)):
        transcript.add_line(line)
    _check_length(content, transcript)


def read_csv(content: bytes, transcript: Transcript) -> None:
    """Copy a table whose cells are separated by the sign that is most frequent among those in use."""
    text = _decoded(content, "text/plain", transcript)
    delimiter = max(_DELIMITERS, key=text[:_SAMPLE].count)
    try:
        for row in csv.reader(StringIO(text), delimiter=delimiter):
            transcript.account.spend("cells", len(row))
            transcript.add_row([_paragraph(line) for line in cell.split("\n")] for cell in row)
    except csv.Error as error:
        raise Unreadable(BROKEN) from error
    _check_length(content, transcript)


def read_page(content: bytes, transcript: Transcript) -> None:
    """Copy what a saved web page, or a document saved as one, shows."""
    _copy_page(_decoded(content, "text/html", transcript), transcript)
    _check_length(content, transcript)


def read_web_archive(content: bytes, transcript: Transcript) -> None:
    """Copy a web page saved with its pictures (RFC 2557)."""
    try:
        saved = parse_message(content)
    except ParseError as error:
        raise Unreadable(BROKEN) from error
    if saved.html:
        _copy_page(saved.html[: transcript.account.limits.text_bytes], transcript)
    else:
        for line in text_lines(saved.text[: transcript.account.limits.text_bytes]):
            transcript.add_line(line)


def _copy_page(html: str, transcript: Transcript) -> None:
    for line in html_lines(html):
        transcript.add_line(line)


def _decoded(content: bytes, content_type: str, transcript: Transcript) -> str:
    if content.count(0) * 1000 > len(content) and not content.startswith(_WIDE):
        raise Unreadable(BROKEN)
    return decode_part(content[: transcript.account.limits.text_bytes], content_type, {})


def _check_length(content: bytes, transcript: Transcript) -> None:
    if len(content) > transcript.account.limits.text_bytes:
        raise Unreadable(TOO_LONG)


def _paragraph(text: str) -> Paragraph:
    paragraph = Paragraph()
    paragraph.write(text.strip())
    return paragraph
