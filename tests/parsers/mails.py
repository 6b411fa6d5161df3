"""Builds mails for the tests of this folder, field by field and part by part."""

import unicodedata

from parsers.message import ParsedMessage, parse_message

TEXT = "Kính gửi Phòng, trường Tiểu học Đại Yên gửi bài tuần 12."
HTML = f"<p>{TEXT}</p>"


def mail(head: str = "", body: bytes = b"x\n") -> ParsedMessage:
    return parse_message(f"From: lan@x.vn\n{head}\n\n".encode() + body)


def part(fields: str, body: bytes | str) -> bytes:
    return fields.encode() + b"\n\n" + (body.encode() if isinstance(body, str) else body)


def mixed(*parts: bytes, subtype: str = "mixed") -> ParsedMessage:
    body = b"".join(b"--b\n" + inner + b"\n" for inner in parts) + b"--b--\n"
    return mail(f"Content-Type: multipart/{subtype}; boundary=b", body)


ENCLOSED = part(
    f"From: cu@y.vn\nSubject: x\nContent-Type: text/html; charset=utf-8\nX-A: {'a ' * 60}", "<p>thư cũ</p>\n"
)


def cp1258(text: str) -> bytes:
    """windows-1258 holds letters with their shape and the tones apart."""
    out = b""
    for letter in text:
        parts = unicodedata.normalize("NFD", letter)
        tones = "".join(mark for mark in parts[1:] if mark in "\u0300\u0301\u0303\u0309\u0323")
        shape = unicodedata.normalize("NFC", "".join(mark for mark in parts if mark not in tones or not tones))
        out += (shape + tones).encode("cp1258")
    return out
