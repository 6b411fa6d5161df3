"""Which reader reads which form of document, and what kind of document it is to a clerk."""

from collections.abc import Callable
from functools import partial

from parsers import documents_kinds as forms
from parsers.documents_kinds import PAGES, PLAIN, SHEET, SLIDES, WORD
from parsers.documents_limits import UNSUPPORTED, Unreadable
from parsers.documents_lines import Transcript
from parsers.documents_odf import read_open_document
from parsers.documents_office import read_slides, read_word
from parsers.documents_ole import read_binary
from parsers.documents_package import main_part
from parsers.documents_pdf import read_pdf
from parsers.documents_rtf import read_rtf
from parsers.documents_sheet import read_workbook
from parsers.documents_text import read_csv, read_page, read_plain, read_web_archive
from parsers.documents_zip import Archive

__all__ = ["copy_file", "kind_by_name", "reader_in"]

_READERS: dict[str, Callable[[bytes, Transcript], None]] = {
    forms.PDF: read_pdf,
    forms.RTF: read_rtf,
    forms.BINARY: read_binary,
    forms.HTML: read_page,
    forms.WEB_ARCHIVE: read_web_archive,
    forms.CSV: read_csv,
    forms.TEXT: read_plain,
}
_KINDS = {forms.PDF: PAGES, forms.RTF: WORD, forms.CSV: SHEET, forms.TEXT: PLAIN}
_KIND_BY_NAME = {
    "doc": WORD, "dot": WORD, "docx": WORD, "rtf": WORD, "odt": WORD, "xls": SHEET, "xlsx": SHEET, "ods": SHEET,
    "csv": SHEET, "ppt": SLIDES, "pps": SLIDES, "pptx": SLIDES, "odp": SLIDES, "pdf": PAGES, "txt": PLAIN,
}  # fmt: skip
_OFFICE: dict[str, tuple[str, Callable[[Archive, str, Transcript], None]]] = {  # by the folder of the main part
    "word": (WORD, read_word),
    "xl": (SHEET, read_workbook),
    "ppt": (SLIDES, read_slides),
}
_OPEN_DOCUMENTS = ((b"opendocument.text", WORD), (b"opendocument.spreadsheet", SHEET), (b"opendocument.pres", SLIDES))


def copy_file(content: bytes, form: str, transcript: Transcript) -> None:
    """Copy a file that is no archive. Raises Unreadable."""
    if form not in _READERS:
        raise Unreadable(UNSUPPORTED)
    _READERS[form](content, transcript)


def kind_by_name(filename: str, form: str = "") -> str:
    """Return what a clerk calls such a file, "" when neither its form nor its name tells."""
    return _KINDS.get(form) or _KIND_BY_NAME.get(filename.rpartition(".")[2].lower(), "")


def reader_in(archive: Archive, transcript: Transcript) -> tuple[str, Callable[[], None]] | None:
    """Return the kind of the document that the archive is, and what copies it; None for an archive of files."""
    if "content.xml" in archive and "mimetype" in archive:
        media_type = archive.read("mimetype")
        kind = next((kind for name, kind in _OPEN_DOCUMENTS if name in media_type), WORD)
        return kind, partial(read_open_document, archive, transcript)
    if "[Content_Types].xml" not in archive:
        return None
    main = main_part(archive, transcript.account)
    kind, read = _OFFICE.get(main.partition("/")[0], ("", None))
    if read is None or not main.endswith(".xml"):  # drawings, and workbooks in binary
        return kind, partial(_refuse, UNSUPPORTED)
    return kind, partial(read, archive, main, transcript)


def _refuse(reason: str) -> None:
    raise Unreadable(reason)
