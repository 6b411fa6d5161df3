"""Word documents and PowerPoint slides (ECMA-376): which of their parts are read, in which order, with which links.

Comments and speaker notes are not read: they are not said to us. What a part says is read by `parsers.documents_story`.
"""

from parsers.documents_lines import Transcript
from parsers.documents_package import hyperlinks, path_of, relations
from parsers.documents_story import Story
from parsers.documents_xml import Attributes, Reader, walk
from parsers.documents_zip import Archive

__all__ = ["read_slides", "read_story", "read_word"]

_NOTES = frozenset({"footnotes", "endnotes"})
_MARGINS = frozenset({"header", "footer"})


def read_word(archive: Archive, main: str, transcript: Transcript) -> None:
    """Copy a Word document: its text, then its notes, and its page headers and footers as letterhead."""
    parts = relations(archive, main, transcript.account).values()
    read_story(archive, main, transcript)
    for kind, target in parts:
        if kind in _NOTES:
            read_story(archive, path_of(main, target), transcript)
    transcript.in_letterhead = True
    for kind, target in parts:
        if kind in _MARGINS:
            read_story(archive, path_of(main, target), transcript)


def read_slides(archive: Archive, main: str, transcript: Transcript) -> None:
    """Copy the slides that are shown, in their order."""
    parts = relations(archive, main, transcript.account)
    order = _Order()
    walk(archive.read(main), order, transcript.account)
    for number in order.slides:
        kind, target = parts.get(number, ("", ""))
        if kind == "slide":
            transcript.account.spend("pages")
            read_story(archive, path_of(main, target), transcript)


def read_story(archive: Archive, part: str, transcript: Transcript) -> None:
    """Copy one part with paragraphs."""
    links = hyperlinks(archive, part, transcript.account)
    walk(archive.read(part), Story(links, transcript), transcript.account)


class _Order(Reader):
    """Reads the order of the slides."""

    def __init__(self) -> None:
        self.slides: list[str] = []

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "sldId":
            self.slides.append(attributes.get("r:id", ""))
