"""PDF files by pypdf: the text of the first pages, their links, and why there is no more.

pypdf bounds most of what a hostile file can ask for; the figures come from our table. The page tree is walked here, so
that of a book its first pages are read. Nothing is rendered, and no picture is opened.
"""

import logging
import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from pypdf import Configuration, PageObject, PdfReader, apply_configuration
from pypdf.errors import DependencyError, FileNotDecryptedError, LimitReachedError, PyPdfError
from pypdf.generic import ArrayObject, ContentStream, DictionaryObject, FloatObject, NameObject, PdfObject, StreamObject

from parsers.documents_limits import BROKEN, ENCRYPTED, TOO_LONG, Account, Limits, Unreadable
from parsers.documents_lines import Transcript
from parsers.documents_pdf_page import Fragment, Link, page_lines

__all__ = ["read_pdf"]

# It quotes the file in its warnings; those belong in no log.
logging.getLogger("pypdf").addHandler(logging.NullHandler())
logging.getLogger("pypdf").propagate = False

_MOVES = frozenset({b"Td", b"TD", b"Tm", b"T*", b"'", b'"'})  # operators that go to another place
_NO_CHANGE = ([FloatObject(number) for number in (1, 0, 0, 1, 0, 0)], b"cm")
_RANGES = re.compile(rb"beginbfrange(.*?)endbfrange", re.DOTALL)
_RANGE = re.compile(rb"<\s*([0-9a-fA-F]{1,8})\s*>\s*<\s*([0-9a-fA-F]{1,8})\s*>\s*(?=[<\[])")

# "Broken PDF files might cause other exceptions", says pypdf.errors; these are they.
_FAILURES = (
    PyPdfError, ArithmeticError, AssertionError, AttributeError, EOFError, LookupError, NotImplementedError, OSError,
    RecursionError, RuntimeError, StopIteration, TypeError, ValueError,
)  # fmt: skip


def read_pdf(content: bytes, transcript: Transcript) -> None:
    """Copy the text and the links of a PDF. Raises Unreadable."""
    with apply_configuration(_configuration(transcript.account.limits)):
        try:
            reader = PdfReader(BytesIO(content), xref_stream_maximum_entries=200_000, root_object_recovery_limit=2_000)
            if reader.is_encrypted and not reader.decrypt(""):
                raise Unreadable(ENCRYPTED)
            pages = list(_pages(reader, transcript.account))
        except (FileNotDecryptedError, DependencyError) as error:  # the ciphers are a library of their own
            raise Unreadable(ENCRYPTED) from error
        except _FAILURES as error:
            raise Unreadable(BROKEN) from error
        _copy(pages, transcript)


def _configuration(limits: Limits) -> Configuration:
    return Configuration(
        maximum_declared_stream_length=limits.file_bytes,
        array_based_stream_maximum_output_length=limits.page_bytes,
        lzw_maximum_output_length=limits.page_bytes,
        run_length_maximum_output_length=limits.page_bytes,
        zlib_maximum_output_length=limits.page_bytes,
        zlib_maximum_recovery_input_length=limits.page_bytes // 10,
        brotli_maximum_output_length=limits.page_bytes,
        stream_filters_maximum_length=4,
        stream_decoding_work_maximum_length=4 * limits.page_bytes,
        stream_parsing_work_maximum_count=limits.page_tokens,
        xform_maximum_invocations_per_extraction=limits.page_links,
    )


def _copy(pages: list[PageObject], transcript: Transcript) -> None:
    missed = ""
    for page in pages:
        transcript.account.check_time()
        transcript.account.spend("pages")
        try:
            for line in page_lines(_fragments(page, transcript.account), _links(page, transcript.account)):
                transcript.add_line(line)
        except LimitReachedError:
            missed = missed or TOO_LONG
        except _FAILURES:
            missed = missed or BROKEN
    if missed:
        raise Unreadable(missed)


def _pages(reader: PdfReader, account: Account) -> Iterator[PageObject]:
    """Yield the pages in their order, as many as are read; of a tree that bites its tail each node once."""
    waiting: list[tuple[PdfObject, Any]] = [(reader.root_object["/Pages"], None)]
    seen: set[int] = set()
    pages = 0
    while waiting and pages <= account.limits.pages and len(seen) < account.limits.page_nodes:
        reference, inherited = waiting.pop()
        node = reference.get_object()
        if not isinstance(node, DictionaryObject) or id(node) in seen:
            continue
        seen.add(id(node))
        resources = node.get("/Resources", inherited)
        kids = node.get("/Kids")
        kids = kids.get_object() if kids is not None else None
        if isinstance(kids, ArrayObject):
            waiting += [(kid, resources) for kid in reversed(kids[: account.limits.page_nodes])]
        else:
            pages += 1
            yield _page(reader, node, resources)


def _page(reader: PdfReader, node: DictionaryObject, resources: Any) -> PageObject:
    page = PageObject(reader)
    page.update(node)
    if resources is not None:
        page[NameObject("/Resources")] = resources
    return page


def _fragments(page: PageObject, account: Account) -> list[Fragment]:
    """Return what stands on the page, each stretch with its place."""
    found: list[Fragment] = []

    def note(text: str, matrix: list[float], place: list[float], _: object, size: float) -> None:
        if text.strip("\n"):
            x = place[4] * matrix[0] + place[5] * matrix[2] + matrix[4]
            y = place[4] * matrix[1] + place[5] * matrix[3] + matrix[5]
            height = abs(size * (place[3] or place[1] or 1) * (matrix[3] or matrix[1] or 1))
            found.append(Fragment(text.strip("\n"), x, y, height or 1.0, len(found)))

    def count(*_: object) -> None:
        account.spend("operators")
        account.check_time()

    _check_fonts(page, account.limits)
    _part_places(page)
    page.extract_text(visitor_text=note, visitor_operand_before=count)
    return found


def _part_places(page: PageObject) -> None:
    """Set the texts of different places apart: pypdf joins what it takes for one line, over the cells of a table too.

    A change of the coordinates that changes nothing makes it hand over what it has.
    """
    written = page.get("/Contents")
    content = ContentStream(written.get_object() if written is not None else None, None, "bytes")
    content.operations = [each for operation in content.operations for each in _parted(operation)]
    page[NameObject("/Contents")] = content


def _parted(operation: tuple[Any, bytes]) -> tuple[tuple[Any, bytes], ...]:
    return (_NO_CHANGE, operation) if operation[1] in _MOVES else (operation,)


def _check_fonts(page: DictionaryObject, limits: Limits) -> None:
    """Refuse a page with too many fonts, those of its forms included: each is read whole before its first letter is."""
    waiting: list[Any] = [page]
    seen: set[int] = set()
    fonts: list[DictionaryObject] = []
    while waiting:
        resources = _dictionary(waiting.pop().get("/Resources"))
        if id(resources) in seen:
            continue
        seen.add(id(resources))
        fonts += [_dictionary(font) for font in list(_dictionary(resources.get("/Font")).values())[: limits.page_fonts]]
        forms = list(_dictionary(resources.get("/XObject")).values())[: limits.page_links]
        waiting += [form for each in forms if (form := _dictionary(each)).get("/Subtype") == "/Form"]
        if len(seen) > limits.page_fonts or len(fonts) > limits.page_fonts:
            raise LimitReachedError("fonts")
    if sum(map(_letters, fonts)) > limits.page_letters:
        raise LimitReachedError("letters of fonts")


def _letters(font: DictionaryObject) -> int:
    """Count the letters in the ranges of a font's map to Unicode; a line of it may stand for all there are."""
    ranges = font.get("/ToUnicode")
    mapped = ranges.get_object() if ranges is not None else None
    blocks = _RANGES.findall(mapped.get_data()) if isinstance(mapped, StreamObject) else ()
    return sum(max(0, int(last, 16) - int(first, 16)) for block in blocks for first, last in _RANGE.findall(block))


def _dictionary(value: Any) -> DictionaryObject:
    resolved = value.get_object() if value is not None else None
    return resolved if isinstance(resolved, DictionaryObject) else DictionaryObject()


def _links(page: PageObject, account: Account) -> list[Link]:
    """Return the addresses behind places on the page (ISO 32000-1, section 12.6.4.7)."""
    annotations = page.get("/Annots")
    annotations = annotations.get_object() if annotations is not None else None
    found = []
    for each in annotations[: account.limits.page_links] if isinstance(annotations, ArrayObject) else ():
        annotation = _dictionary(each)
        address = _dictionary(annotation.get("/A")).get("/URI")
        place = annotation.get("/Rect")
        corners = [float(corner.get_object()) for corner in place.get_object()] if place is not None else []
        if address is not None and len(corners) == 4:
            x, y = sorted(corners[::2]), sorted(corners[1::2])
            found.append(Link(_address(address.get_object()), x[0], y[0], x[1], y[1]))
    return found


def _address(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
