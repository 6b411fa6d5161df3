"""All the text a mail shows, wherever it stands: for what must be noticed even in a quote or in an enclosed file.

Which of it is the sender's own is told by `parsers.body`; here nothing is left out but what no reader sees. Of files
only those that are text themselves are opened. No text is judged.
"""

import codecs
import re
from collections.abc import Iterable, Iterator
from itertools import groupby

from parsers.lines import Line, html_lines, text_lines
from parsers.message import Attachment, ParsedMessage, ParseError, parse_message
from parsers.mime import decode_part
from parsers.sender import sender

__all__ = ["paragraphs", "shown_text"]

DEEPEST = 10  # enclosed messages in one another; what lies deeper is read as it stands

_HTML = frozenset({"text/html", "application/xhtml+xml"})
_MESSAGES = frozenset({"message/rfc822", "message/global", "text/rfc822-headers"})
_CALENDARS = frozenset({"text/calendar", "text/vcard", "text/x-vcard"})
_TYPES_BY_NAME = {  # for files whose label says nothing
    "csv": "text/csv",
    "eml": "message/rfc822",
    "htm": "text/html",
    "html": "text/html",
    "ics": "text/calendar",
    "md": "text/markdown",
    "txt": "text/plain",
}
_MARKS_OF_WIDE_TEXT = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_FOLD = re.compile(r"\n[ \t]")  # RFC 5545 section 3.1
_ESCAPED_NEWLINE = re.compile(r"\\[nN]")  # RFC 5545 section 3.3.11


def shown_text(message: ParsedMessage) -> Iterator[str]:
    """Yield the text in pieces: name and subject, paragraphs of both bodies, names and text of files, enclosed mails.

    Twins (multipart/alternative) are both read, so pieces repeat.
    """
    yield from _message(message, level=0)


def paragraphs(lines: Iterable[Line]) -> Iterator[str]:
    """Yield what stands between blank lines; where one quotes and another speaks, also each of them alone."""
    for blank, group in groupby(lines, key=lambda line: not line.text.strip()):
        if not blank:
            together = list(group)
            yield _joined(together)
            if any(line.depth != together[0].depth for line in together):
                yield from (_joined(alone) for _, alone in groupby(together, key=lambda line: line.depth))


def _message(message: ParsedMessage, level: int) -> Iterator[str]:
    author = sender(message)
    yield author.name if author else ""
    yield message.subject
    yield from paragraphs(text_lines(message.text))
    yield from _html(message.html)
    for attachment in message.attachments:
        yield attachment.filename
        yield from _file(attachment, level)


def _file(attachment: Attachment, level: int) -> Iterator[str]:
    content_type = _type_of(attachment)
    if content_type in _MESSAGES and level < DEEPEST:
        yield from _enclosed(attachment.content, level + 1)
    elif _is_binary(attachment.content):
        return
    elif content_type in _HTML:
        yield from _html(decode_part(attachment.content, "text/html", {}))
    elif content_type.startswith(("text/", "message/")):
        text = decode_part(attachment.content, "text/plain", {})
        yield from paragraphs(text_lines(_unfolded(text) if content_type in _CALENDARS else text))


def _type_of(attachment: Attachment) -> str:
    if attachment.content_type.startswith(("text/", "message/")):
        return attachment.content_type
    return _TYPES_BY_NAME.get(attachment.filename.rpartition(".")[2].lower(), attachment.content_type)


def _is_binary(content: bytes) -> bool:
    """A picture or a document that was labelled as text; of text, only UTF-16 and UTF-32 have zeros in number."""
    return content.count(0) * 1000 > len(content) and not content.startswith(_MARKS_OF_WIDE_TEXT)


def _enclosed(content: bytes, level: int) -> Iterator[str]:
    try:
        inner = parse_message(content)
    except ParseError:  # no mail, whatever its label says
        yield from paragraphs(text_lines(decode_part(content, "text/plain", {})))
    else:
        yield from _message(inner, level)


def _html(html: str) -> Iterator[str]:
    return paragraphs(html_lines(html) if html else ())


def _unfolded(text: str) -> str:
    return _ESCAPED_NEWLINE.sub("\n", _FOLD.sub("", text))


def _joined(lines: Iterable[Line]) -> str:
    return "\n".join(line.text for line in lines)
