"""What a MIME tree holds: the text a person sees, the HTML, and the attachments as bytes.

Works on the tree that mail-parser built. An enclosed message (message/rfc822 and the like) is an attachment, whole: its
text is not this mail's text. It reads no header that says who wrote the mail, and opens no attachment.
"""

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.generator import BytesGenerator
from email.message import Message
from io import BytesIO

from parsers.headers import clean_line, parameters
from parsers.text import decode, unflow

__all__ = ["Attachment", "Contents", "decode_part", "read_tree"]

# RFC 2046 section 4.1.4 lets unknown text be shown as plain; these are written to be read.
_PLAIN = frozenset({"text/plain", "text/enriched", "text/richtext", "text/markdown", "text/x-markdown", "text"})
_HTML = frozenset({"text/html", "application/xhtml+xml"})
_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+")
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([\w.:-]{2,40})", re.IGNORECASE)
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/=]")
_NAME_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Attachment:
    """A part that is not shown as the mail's own text. `filename` is one clean line without a path, "" when unnamed."""

    filename: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Contents:
    """Everything below the headers."""

    text: str
    html: str
    attachments: tuple[Attachment, ...]


def read_tree(root: Message) -> Contents:
    """Collect bodies and attachments in the order in which they stand."""
    text: list[str] = []
    html: list[str] = []
    attachments: list[Attachment] = []
    for part, attached in _leaves(root):
        content_type, details = parameters(_field(part, "content-type") or part.get_default_type())
        content = _content(part)
        if not attached and content_type in _HTML:
            html.append(decode_part(content, "text/html", details))
        elif not attached and (content_type in _PLAIN or not _is_known(content_type)):
            text.append(decode_part(content, "text/plain", details))
        else:
            attachments.append(Attachment(_filename(part, details), content_type, content))
    return Contents(_joined(text), _joined(html), tuple(attachments))


def decode_part(content: bytes, content_type: str, details: dict[str, str]) -> str:
    """Decode the bytes of a text part; `details` are the parameters of its Content-Type."""
    charset = details.get("charset")
    if content_type == "text/html":
        meta = _META_CHARSET.search(content[:2048])
        return decode(content, charset or (meta[1].decode("ascii", "replace") if meta else None))
    text = decode(content, charset)
    if details.get("format", "").lower() == "flowed":
        return unflow(text, delsp=details.get("delsp", "").lower() == "yes")
    return text


def _leaves(root: Message) -> Iterator[tuple[Message, bool]]:
    """Yield the parts without parts of their own, and whether each is an attachment; enclosed messages stay closed."""
    waiting = [(root, False)]
    while waiting:
        part, attached = waiting.pop()
        inner = _inner(part)
        is_container = bool(inner) and part.get_content_maintype() == "multipart"
        attached = attached or (part is not root and _is_attached(part, is_container=is_container))
        if is_container:
            waiting += [(child, attached) for child in reversed(inner)]
        else:
            yield part, attached or bool(inner)


def _inner(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [child for child in payload if isinstance(child, Message)] if isinstance(payload, list) else []


def _is_attached(part: Message, *, is_container: bool) -> bool:
    """RFC 2183: the sender says so; a file name says so too, unless the part is to be shown inline."""
    disposition, details = parameters(_field(part, "content-disposition"))
    if disposition:
        return disposition != "inline"
    return not is_container and bool(details or "name" in parameters(_field(part, "content-type"))[1])


def _is_known(content_type: str) -> bool:
    """A multipart that is none, or a type without a subtype, is shown as text: somebody wrote it to be read."""
    return bool(_TYPE.fullmatch(content_type)) and not content_type.startswith("multipart/")


def _field(part: Message, name: str) -> str:
    """Return a part's own field, unfolded; the tree keeps raw bytes as surrogates."""
    for key, value in part.raw_items():
        if key.lower() == name:
            raw = str(value).encode("utf-8", "surrogateescape")
            return decode(raw).replace("\n", " ")
    return ""


def _filename(part: Message, details: dict[str, str]) -> str:
    named = parameters(_field(part, "content-disposition"))[1].get("filename") or details.get("name") or ""
    name = clean_line(named.replace("\\", "/").rsplit("/", 1)[-1], limit=10 * _NAME_LIMIT)
    stem, dot, extension = name.rpartition(".")
    if len(name) <= _NAME_LIMIT or not dot or len(extension) > 10:
        return name[:_NAME_LIMIT]
    return f"{stem[: _NAME_LIMIT - len(extension) - 1]}.{extension}"


def _content(part: Message) -> bytes:
    """Return the part's bytes with the transfer encoding undone (RFC 2045 section 6)."""
    inner = _inner(part)
    encoding = parameters(_field(part, "content-transfer-encoding"))[0]
    raw = _flatten(inner) if inner else _wire_bytes(part)
    if encoding == "base64":
        return _base64(raw)
    return binascii.a2b_qp(raw) if encoding == "quoted-printable" else raw


def _wire_bytes(part: Message) -> bytes:
    """Return the body as it came: asked for text, the email package would apply the declared charset and lose bytes."""
    del part["content-transfer-encoding"]
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _base64(raw: bytes) -> bytes:
    """Decode what can be decoded; bytes that are plainly no base64 were labelled wrongly and stay."""
    bare = raw.translate(None, b" \t\r\n")
    strange = len(_NOT_BASE64.findall(bare[:2000]))
    if strange * 10 > min(len(bare), 2000):
        return raw
    bare = _NOT_BASE64.sub(b"", bare).partition(b"=")[0]
    usable = bare[:-1] if len(bare) % 4 == 1 else bare
    return binascii.a2b_base64(usable + b"=" * (-len(usable) % 4))


def _flatten(parts: list[Message]) -> bytes:
    """Give enclosed messages back as the bytes they came in."""
    out = BytesIO()
    for part in parts:
        try:
            BytesGenerator(out, mangle_from_=False, maxheaderlen=0).flatten(part)
        except (LookupError, ValueError, TypeError, AttributeError, RecursionError):
            out.write(_wire_bytes(part))
    return out.getvalue()


def _joined(texts: list[str]) -> str:
    return "\n".join(text for text in texts if text.strip())
