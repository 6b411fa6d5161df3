"""What a MIME tree holds: the text a person sees, the HTML, and the attachments as bytes.

Works on the tree that mail-parser built. An enclosed message (message/rfc822 and the like) is an attachment, whole: its
text is not this mail's text. It reads no header that says who wrote the mail, and opens no attachment.
"""

import binascii
import re
from collections.abc import Iterator, Mapping
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
_NOT_BASE64 = bytes({*range(256)} - {*b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="})
_TRAILING = re.compile(rb"[ \t]+(?=\r?\n|\Z)")  # added on the way: RFC 2045 section 6.7, rule 3
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
    for part, fields, attached in _leaves(root):
        content_type, details = fields.content_type, fields.details
        content = _content(part, fields.encoding)
        if not attached and content_type in _HTML:
            html.append(decode_part(content, "text/html", details))
        elif not attached and (content_type in _PLAIN or not _is_known(content_type)):
            text.append(decode_part(content, "text/plain", details))
        else:
            attachments.append(Attachment(_filename(fields), content_type, content))
    return Contents(_joined(text), _joined(html), tuple(attachments))


def decode_part(content: bytes, content_type: str, details: dict[str, str]) -> str:
    """Decode the bytes of a text part; `details` are the parameters of its Content-Type."""
    charset = details.get("charset")
    if content_type == "text/html":
        return decode(content, charset or _meta_charset(content))
    text = decode(content, charset)
    if details.get("format", "").lower() == "flowed":
        return unflow(text, delsp=details.get("delsp", "").lower() == "yes")
    return text


def _meta_charset(html: bytes) -> str | None:
    found = _META_CHARSET.search(html[:2048])
    return found[1].decode("ascii", "replace") if found else None


@dataclass(frozen=True, slots=True)
class _Fields:
    """A part's own MIME fields, with the parameters of the first two."""

    content_type: str
    details: dict[str, str]
    disposition: str
    placing: dict[str, str]
    encoding: str

    @classmethod
    def of(cls, part: Message) -> "_Fields":
        written = {name.lower(): value for name, value in reversed(list(part.raw_items()))}  # the first one counts
        content_type, details = _read(written, "content-type") or (part.get_default_type(), {})
        disposition, placing = _read(written, "content-disposition") or ("", {})
        encoding, _ = _read(written, "content-transfer-encoding") or ("", {})
        return cls(content_type, details, disposition, placing, encoding)


def _leaves(root: Message) -> Iterator[tuple[Message, _Fields, bool]]:
    """Yield the parts without parts of their own, and whether each is an attachment; enclosed messages stay closed."""
    waiting = [(root, False)]
    while waiting:
        part, attached = waiting.pop()
        inner, fields = _inner(part), _Fields.of(part)
        is_container = bool(inner) and part.get_content_maintype() == "multipart"
        attached = attached or (part is not root and _is_attached(fields, is_container=is_container))
        if is_container:
            waiting += [(child, attached) for child in reversed(inner)]
        else:
            yield part, fields, attached or bool(inner)


def _inner(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [child for child in payload if isinstance(child, Message)] if isinstance(payload, list) else []


def _is_attached(fields: _Fields, *, is_container: bool) -> bool:
    """RFC 2183: the sender says so; a file name says so too, unless the part is to be shown inline."""
    if fields.disposition:
        return fields.disposition != "inline"
    return not is_container and bool(fields.placing or "name" in fields.details)


def _is_known(content_type: str) -> bool:
    """A multipart that is none, or a type without a subtype, is shown as text: somebody wrote it to be read."""
    return bool(_TYPE.fullmatch(content_type)) and not content_type.startswith("multipart/")


def _read(fields: Mapping[str, object], name: str) -> tuple[str, dict[str, str]] | None:
    """Return a field's value and parameters, None when it says nothing; the tree keeps raw bytes as surrogates."""
    if name not in fields:
        return None
    text = decode(str(fields[name]).encode("utf-8", "surrogateescape")).replace("\n", " ")
    return parameters(text) if text else None


def _filename(fields: _Fields) -> str:
    named = fields.placing.get("filename") or fields.details.get("name") or ""
    name = clean_line(named.replace("\\", "/").rsplit("/", 1)[-1], limit=10 * _NAME_LIMIT)
    stem, dot, extension = name.rpartition(".")
    if len(name) <= _NAME_LIMIT or not dot or len(extension) > 10:
        return name[:_NAME_LIMIT]
    return f"{stem[: _NAME_LIMIT - len(extension) - 1]}.{extension}"


def _content(part: Message, encoding: str) -> bytes:
    """Return the part's bytes with the transfer encoding undone (RFC 2045 section 6)."""
    inner = _inner(part)
    raw = _flatten(inner) if inner else _wire_bytes(part)
    if encoding == "base64":
        return _base64(raw)
    return binascii.a2b_qp(_TRAILING.sub(b"", raw)) if encoding == "quoted-printable" else raw


def _wire_bytes(part: Message) -> bytes:
    """Return the body as it came: asked for text, the email package would apply the declared charset and lose bytes."""
    del part["content-transfer-encoding"]
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _base64(raw: bytes) -> bytes:
    """Decode what can be decoded; bytes that are plainly no base64 were labelled wrongly and stay."""
    bare = raw.translate(None, b" \t\r\n")
    sample = bare[:2000]
    strange = len(sample) - len(sample.translate(None, _NOT_BASE64))
    if strange * 10 > len(sample):
        return raw
    bare = bare.translate(None, _NOT_BASE64).partition(b"=")[0]
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
