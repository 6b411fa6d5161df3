"""Builds documents for the tests of this folder, byte by byte: zips of small XML parts, and PDF, RTF and OLE files."""

import zipfile
import zlib
from collections.abc import Mapping, Sequence
from io import BytesIO
from xml.sax.saxutils import escape, quoteattr

from parsers.body import Section
from parsers.documents import attached_sections
from parsers.message import Attachment
from tests.parsers.letters import letter

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
R = f'xmlns:r="{OFFICE}"'
A = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
S = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
P = 'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
ODF = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:xlink="http://www.w3.org/1999/xlink"'
    ' xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"'
)


def read(content: bytes, name: str = "a.docx", content_type: str = "application/octet-stream") -> tuple[Section, ...]:
    """Return the sections of a mail with this file."""
    return attached_sections(letter(attachments=(Attachment(name, content_type, content),)))


def text_of(content: bytes, name: str = "a.docx") -> list[str]:
    """Return the lines of the file that are not blank, those of its letterhead left out."""
    return [line.text for line in read(content, name)[0].lines if line.text.strip()]


def links_of(content: bytes, name: str = "a.docx") -> list[tuple[str, str]]:
    """Return the anchors of the file: address, and the text it stands under."""
    lines = (line for section in read(content, name) for line in section.lines)
    return [(anchor.href, line.text[anchor.start : anchor.end]) for line in lines for anchor in line.anchors]


def zipped(parts: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def rels(*targets: tuple[str, str, str]) -> str:
    """A .rels part. targets: id, kind, target."""
    inside = "".join(
        f"<Relationship Id={quoteattr(number)} Type={quoteattr(f'{OFFICE}/{kind}')} Target={quoteattr(target)}/>"
        for number, kind, target in targets
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{inside}</Relationships>'


def package(main: str, parts: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    types = f'<Types xmlns="{PACKAGE}/content-types"/>'
    return zipped(
        {"[Content_Types].xml": types, "_rels/.rels": rels(("rId1", "officeDocument", main)), **parts}, method
    )


def docx(body: str, links: Mapping[str, str] | None = None, **margins: str) -> bytes:
    """A Word document. body: what stands in <w:body>. links: id → address. margins: header or footer paragraphs."""
    targets = [(number, "hyperlink", target) for number, target in (links or {}).items()]
    targets += [(f"m{kind}", kind, f"{kind}1.xml") for kind in margins]
    parts = {
        "word/document.xml": f"<w:document {W} {R} {A} {MC}><w:body>{body}</w:body></w:document>",
        "word/_rels/document.xml.rels": rels(*targets),
    }
    parts |= {f"word/{kind}1.xml": f"<w:hdr {W}>{inside}</w:hdr>" for kind, inside in margins.items()}
    return package("word/document.xml", parts)


def p(*runs: str) -> str:
    """A paragraph of Word; a run that is no markup is text."""
    return f"<w:p>{''.join(run if run.startswith('<') else r(run) for run in runs)}</w:p>"


def r(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def link(number: str, text: str, place: str = "") -> str:
    anchor = f' w:anchor="{place}"' if place else ""
    return f'<w:hyperlink r:id="{number}"{anchor}>{r(text)}</w:hyperlink>'


def table(*rows: Sequence[str]) -> str:
    """A table of Word; a cell holds paragraphs."""
    lines = ("".join(f"<w:tc><w:tcPr/>{cell}</w:tc>" for cell in row) for row in rows)
    return f"<w:tbl>{''.join(f'<w:tr>{line}</w:tr>' for line in lines)}</w:tbl>"


def complex_field(code: Sequence[str], result: str) -> str:
    codes = "".join(f"<w:r><w:instrText>{escape(piece)}</w:instrText></w:r>" for piece in code)
    mark = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    return mark.format("begin") + codes + mark.format("separate") + r(result) + mark.format("end")


def xlsx(
    rows: str,
    links: Mapping[str, str] | None = None,
    hyperlinks: str = "",
    strings: Sequence[str] = (),
    state: str = "visible",
) -> bytes:
    """A workbook of one sheet. rows: what stands in <sheetData>; hyperlinks: in <hyperlinks>."""
    shared = "".join(f"<si><t>{escape(text)}</t></si>" for text in strings)
    return package(
        "xl/workbook.xml",
        {
            "xl/workbook.xml": f'<workbook {S} {R}><sheets><sheet name="a" sheetId="1" state="{state}" r:id="rId1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": rels(
                ("rId1", "worksheet", "worksheets/sheet1.xml"), ("rId2", "sharedStrings", "/xl/sharedStrings.xml")
            ),
            "xl/worksheets/sheet1.xml": f"<worksheet {S} {R}><sheetData>{rows}</sheetData><hyperlinks>{hyperlinks}</hyperlinks></worksheet>",
            "xl/worksheets/_rels/sheet1.xml.rels": rels(
                *((number, "hyperlink", target) for number, target in (links or {}).items())
            ),
            "xl/sharedStrings.xml": f"<sst {S}>{shared}</sst>",
        },
    )


def pptx(*slides: str, links: Mapping[str, str] | None = None) -> bytes:
    """Slides; each is what stands in its shape tree, "-" in front hides it."""
    numbers = range(1, len(slides) + 1)
    order = "".join(f'<p:sldId id="{255 + n}" r:id="rId{n}"/>' for n in numbers)
    parts = {
        "ppt/presentation.xml": f"<p:presentation {P} {R}><p:sldIdLst>{order}</p:sldIdLst></p:presentation>",
        "ppt/_rels/presentation.xml.rels": rels(*((f"rId{n}", "slide", f"slides/slide{n}.xml") for n in numbers)),
    }
    for n, slide in zip(numbers, slides, strict=True):
        hidden = ' show="0"' if slide.startswith("-") else ""
        parts[f"ppt/slides/slide{n}.xml"] = (
            f"<p:sld {P} {A} {R}{hidden}><p:spTree>{slide.lstrip('-')}</p:spTree></p:sld>"
        )
        parts[f"ppt/slides/_rels/slide{n}.xml.rels"] = rels(
            *((number, "hyperlink", to) for number, to in (links or {}).items())
        )
    return package("ppt/presentation.xml", parts)


def open_document(body: str, media: str = "text", styles: str = "", manifest: str = "<m/>") -> bytes:
    return zipped(
        {
            "mimetype": f"application/vnd.oasis.opendocument.{media}",
            "content.xml": f"<office:document-content {ODF}><office:body>{body}</office:body></office:document-content>",
            "styles.xml": f"<office:document-styles {ODF}>{styles}</office:document-styles>",
            "META-INF/manifest.xml": manifest,
        }
    )


def pdf(
    *pages: str | bytes, annotations: str = "", extra: Sequence[bytes] = (), trailer: bytes = b"", resources: str = ""
) -> bytes:
    """A PDF. pages: content streams, in whose strings Unicode is given by `pdf_text`. extra: objects from number 4 on."""
    width = len(extra)
    kids = [4 + width + 2 * n for n in range(len(pages))]
    font = b"<< /Type /Font /Subtype /Type0 /BaseFont /A /Encoding /Identity-H /ToUnicode 3 0 R /DescendantFonts [<< /Subtype /CIDFontType2 /BaseFont /A /DW 500 >>] >>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {len(pages)} /Kids [{' '.join(f'{kid} 0 R' for kid in kids)}] >>".encode(),
        _stream(
            b"1 begincodespacerange <0000> <FFFF> endcodespacerange 1 beginbfrange\n<0000> <1FFF> <0000>\nendbfrange"
        ),
        *extra,
    ]
    for kid, content in zip(kids, pages, strict=True):
        objects += [
            f"<< /Type /Page /Parent 2 0 R /Contents {kid + 1} 0 R /Annots [{annotations}] /Resources << /Font << /F ".encode()
            + font
            + f" >> {resources} >> >>".encode(),
            _stream(content.encode() if isinstance(content, str) else content),
        ]
    return pdf_file(objects, trailer)


def pdf_file(objects: Sequence[bytes], trailer: bytes = b"") -> bytes:
    out = BytesIO()
    out.write(b"%PDF-1.7\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%b\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.writelines(b"%010d 00000 n \n" % place for place in places)
    out.write(b"trailer << /Size %d /Root 1 0 R %b >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, trailer, start))
    return out.getvalue()


def pdf_text(x: float, y: float, text: str, size: float = 10) -> str:
    """Draw a line of text there."""
    return f"BT /F {size} Tf {x} {y} Td <{text.encode('utf-16-be').hex()}> Tj ET\n"


def pdf_link(href: str, x: float, y: float, right: float) -> str:
    return f"<< /Type /Annot /Subtype /Link /Rect [{x} {y - 3} {right} {y + 9}] /A << /S /URI /URI ({href}) >> >>"


def _stream(content: bytes) -> bytes:
    packed = zlib.compress(content, 9)
    return b"<< /Length %d /Filter /FlateDecode >>\nstream\n%b\nendstream" % (len(packed), packed)
