"""Mails whose attached documents are made to stall or to swell: read inside the limits of a mail, and the next as usual."""

import base64
import zipfile
from collections.abc import Callable, Iterator

import pytest

from pipeline.sandbox import Sandbox
from pipeline.stages.mail_reading import MailJob, read_mail
from tests.factories import NOW
from tests.parsers.documents import W, docx, p, package, pdf, pdf_file, pdf_link, pdf_text, zipped
from tests.parsers.letters import office

SECONDS, MEGABYTES = 10, 512  # what a mail may take: beyond that the child is killed, and the call raises WorkFailed
HEAD = b"From: a@b.example\r\nTo: pgd@badinhedu.example\r\nMIME-Version: 1.0\r\n"
URL = "https://c1kimdong.giangvo.example/tin-tuc/mot-bai-pmtd22sw1"
ORDINARY = HEAD + b"Content-Type: text/plain\r\n\r\n" + URL.encode()
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def mail(*files: bytes) -> bytes:
    parts = b"".join(
        b"--b\r\nContent-Type: application/octet-stream; name=a.docx\r\nContent-Transfer-Encoding: base64\r\n\r\n%b\r\n"
        % base64.encodebytes(content)
        for content in files
    )
    return HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + parts + b"--b--\r\n"


def word(xml: str) -> bytes:
    return package("word/document.xml", {"word/document.xml": f"<w:document {W}>{xml}"}, zipfile.ZIP_STORED)


def heavy_fonts() -> bytes:
    font = "<< /Type /Font /Subtype /Type0 /BaseFont /A /Encoding /Identity-H /ToUnicode 3 0 R /DescendantFonts [<< /Subtype /CIDFontType2 >>] >>"
    ranges = b"beginbfrange\n<0000> <FFFF> <0000>\nendbfrange"
    fonts = " ".join(f"/F{number} {font}" for number in range(50))
    return pdf_file(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Count 1 /Kids [4 0 R] >>",
            b"<< /Length %d >>\nstream\n%b\nendstream" % (len(ranges), ranges),
            f"<< /Type /Page /Parent 2 0 R /Contents 3 0 R /Resources << /Font << {fonts} >> >> >>".encode(),
        ]
    )


def many_pages() -> bytes:
    pages = b" ".join(b"%d 0 R" % number for number in range(4, 90_000))
    page = b"<< /Type /Page /Parent 2 0 R /Resources << >> >>"
    tree = b"<< /Type /Pages /Kids [%b] >>" % pages
    return pdf_file([b"<< /Type /Catalog /Pages 2 0 R >>", tree, b"<< >>", *[page] * 90_000])


HOSTILE: dict[str, Callable[[], bytes]] = {
    "a bomb": lambda: mail(package("word/document.xml", {"word/document.xml": bytes(500_000_000)})),
    "elements": lambda: mail(*[word("<w:a/>" * 1_000_000)] * 2),
    "attributes": lambda: mail(word("<a " + "".join(f"a{n}='' " for n in range(500_000)) + "/>")),
    "runs of a paragraph": lambda: mail(word("<w:p>" + "<w:r><w:t>ạ</w:t></w:r>" * 200_000)),
    "archives of documents": lambda: mail(*[zipped({f"{n}.docx": docx(p(URL)) for n in range(500)})] * 5),
    "pages": lambda: mail(many_pages()),
    "operators": lambda: mail(*[pdf(*["BT /F 10 Tf " + "1 1 Td (a) Tj " * 12_000] * 60)] * 5),
    "letters of a page": lambda: mail(*[pdf(*["BT /F 10 Tf (" + "a" * 2_000_000 + ") Tj ET"] * 20)] * 5),
    "fonts": lambda: mail(*[heavy_fonts()] * 10),
    "objects": lambda: mail(b"%PDF-1.4\n" + b"1 0 obj\n" * 1_000_000),
    "places on pages": lambda: mail(pdf(*["".join(pdf_text(n % 500, n, "ab", 1) for n in range(5_000))] * 60)),
    "links over places": lambda: mail(
        pdf(
            "BT /F 1 Tf " + "".join(f"1 0 0 1 {n * 7 % 5_000} {n % 3} Tm (a) Tj " for n in range(12_000)),
            annotations=pdf_link("http://a.example/1", 9_000, 9_000, 9_009) * 300,
        )
    ),
    "words of rich text": lambda: mail(b"{\\rtf1 " + b"\\b " * 5_000_000),
    "letters of rich text": lambda: mail(b"{\\rtf1 " + b"\\u273?" * 2_500_000),
    "a run of an old document": lambda: mail(OLE + "Trường học ".encode("utf-16-le") * 800_000),
    "marks of fields": lambda: mail(OLE + b"\x13\x00" * 8_000_000),
}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """One child, which every one of these mails meets as the last one left it."""
    made = Sandbox(1, SECONDS, MEGABYTES, preload=(read_mail.__module__,))
    yield made
    made.close()


def links_read(sandbox: Sandbox, raw: bytes) -> int:
    return len(sandbox.call(read_mail, MailJob(raw, len(raw), False, NOW, office())).story_keys)


@pytest.mark.timeout(60)
@pytest.mark.parametrize("make", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_document_is_read_or_refused_inside_the_limits(sandbox: Sandbox, make: Callable[[], bytes]) -> None:
    links_read(sandbox, make())
    assert links_read(sandbox, ORDINARY) == 1


def test_links_of_a_document_are_links_of_its_mail(sandbox: Sandbox) -> None:
    assert links_read(sandbox, mail(docx(p("Tin bài") + p(URL)))) == 1
