"""How an attached file is read, and what a clerk calls it.

By its first bytes, and only where these say nothing by its name and its declared type. Schools rename, mail programs
mislabel: a .doc may be a docx, a web page or RTF, and anything may be "octet-stream".
"""

import re

from parsers.mime import Attachment

__all__ = ["ARCHIVE", "BINARY", "CSV", "FOREIGN", "HTML", "MAIL", "PDF", "RTF", "TEXT", "WEB_ARCHIVE", "form_of"]

WORD, SHEET, SLIDES, PAGES, PLAIN = "word", "sheet", "slides", "pdf", "text"  # kinds, as in `parsers.body.File`

PDF, ARCHIVE, BINARY, RTF, HTML, WEB_ARCHIVE, CSV, TEXT, MAIL = (
    "pdf", "archive", "binary", "rtf", "html", "web archive", "csv", "text", "mail",
)  # fmt: skip
FOREIGN = "foreign"  # a document or an archive that is not read here

_BEGINNING = 1_024
_MAGIC = (
    (b"PK\x03\x04", ARCHIVE),
    (b"PK\x05\x06", ARCHIVE),  # an empty one
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", BINARY),
    (b"{\\rtf", RTF),
    (b"Rar!\x1a\x07", FOREIGN),
    (b"7z\xbc\xaf\x27\x1c", FOREIGN),
    (b"\x1f\x8b\x08", FOREIGN),
    (b"\x78\x9f\x3e\x22", FOREIGN),  # winmail.dat: what Outlook puts its attachments into (MS-OXTNEF)
)
_PAGE = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,500}?-->\s*)?<(?:!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL
)
_WEB_ARCHIVE = re.compile(rb"\s*(?:From:|MIME-Version:|Content-Type: multipart/related)", re.IGNORECASE)
_BY_NAME = {
    "csv": CSV, "tsv": CSV, "txt": TEXT, "md": TEXT, "text": TEXT, "htm": HTML, "html": HTML, "xhtml": HTML,
    "mht": WEB_ARCHIVE, "mhtml": WEB_ARCHIVE, "eml": MAIL,
}  # fmt: skip
_BY_TYPE = {
    "text/csv": CSV, "text/tab-separated-values": CSV, "text/plain": TEXT, "text/markdown": TEXT, "text/html": HTML,
    "application/xhtml+xml": HTML, "message/rfc822": MAIL, "message/global": MAIL, "application/csv": CSV,
}  # fmt: skip
_DOCUMENT_NAMES = (
    "doc docx docm dot dotx rtf odt ott pages wps xls xlsx xlsm xlsb xlt ods numbers et ppt pptx pptm pps ppsx odp key "
    "dps pdf zip rar 7z gz tar"
)
_DOCUMENTS = frozenset(_DOCUMENT_NAMES.split())


def form_of(attachment: Attachment) -> str:
    """Return how the file is to be read; "" for pictures, sounds, calendars and whatever else is no document."""
    beginning = attachment.content[:_BEGINNING]
    if b"%PDF-" in beginning:
        return PDF
    bare = beginning.lstrip(b"\xef\xbb\xbf \t\r\n")
    known = next((form for magic, form in _MAGIC if bare.startswith(magic)), "")
    if known:
        return known
    if attachment.content_type in {"message/rfc822", "message/global"}:
        return MAIL
    return _labelled(attachment, bare)


def _labelled(attachment: Attachment, bare: bytes) -> str:
    extension = attachment.filename.rpartition(".")[2].lower()
    named = _BY_NAME.get(extension) or _BY_TYPE.get(attachment.content_type, "")
    if named == MAIL:
        return MAIL
    if extension in _DOCUMENTS or named in {HTML, WEB_ARCHIVE}:
        if _PAGE.match(bare):
            return HTML
        if _WEB_ARCHIVE.match(bare):
            return WEB_ARCHIVE
        if extension in _DOCUMENTS:
            return FOREIGN
    return named
