"""A mail's attached documents as sections: their text line by line, with the links in it, as if it stood in the mail.

Files in an archive and files of an enclosed mail are read too, one level deep. Whatever a file is, the answer is a
section; one that was not read, or not to its end, says why. Nothing is executed, fetched or written, and what the
links are worth is not judged here.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from parsers.body import File, Section
from parsers.documents_kinds import ARCHIVE, FOREIGN, MAIL, PAGES, SLIDES, WORD, form_of
from parsers.documents_limits import LIMITS, SCANNED, TOO_LARGE, UNSUPPORTED, Account, Limits, Unreadable
from parsers.documents_lines import Transcript
from parsers.documents_readers import copy_file, kind_by_name, reader_in
from parsers.documents_zip import Archive
from parsers.message import ParsedMessage, ParseError, parse_message
from parsers.mime import Attachment
from parsers.parts import FORWARDED, NEW, SIGNATURE

__all__ = ["attached_sections"]

_FEWEST_WORDS = {WORD: 1, SLIDES: 1, PAGES: 5}  # fewer on pictures of pages; a scanner leaves its name on them
_BY_SYSTEMS = (".", "~$", "__MACOSX/")  # files that programs leave in archives


def attached_sections(message: ParsedMessage, limits: Limits = LIMITS) -> tuple[Section, ...]:
    """Return the mail's documents as sections with part "new" (in enclosed mails "forwarded") and source "attachment".

    Page headers and footers are sections of their own with part "signature". limits: of all files together.
    """
    return tuple(_Desk(Account(limits)).read_all(message.attachments, NEW))


@dataclass(frozen=True, slots=True)
class _Desk:
    """Reads file after file on one account. nested: it reads what lies in another file, and opens nothing in it."""

    account: Account
    nested: bool = False

    def read_all(self, attachments: Iterable[Attachment], part: str) -> Iterator[Section]:
        for attachment in attachments:
            form = form_of(attachment)
            if form == MAIL:
                yield from self._enclosed(attachment)
            elif form:
                yield from self._file(attachment, form, part)

    def _enclosed(self, attachment: Attachment) -> Iterator[Section]:
        """The text of an enclosed mail is read with the mail's own; here are its files."""
        if self.nested:
            return
        try:
            inner = parse_message(attachment.content)
        except ParseError:
            return
        yield from _Desk(self.account, nested=True).read_all(inner.attachments, FORWARDED)

    def _file(self, attachment: Attachment, form: str, part: str) -> Iterator[Section]:
        file = File(attachment.filename, kind_by_name(attachment.filename, form))
        transcript = Transcript(self.account)
        try:
            self._begin(attachment.content)
            if form != ARCHIVE:
                copy_file(attachment.content, form, transcript)
            else:
                archive = Archive(attachment.content, self.account)
                document = reader_in(archive, transcript)
                if document is None:
                    yield from self._packed(archive, file, part)
                    return
                file = replace(file, kind=document[0])
                document[1]()
        except Unreadable as refusal:
            file = replace(file, unread=refusal.reason)
        except (MemoryError, RecursionError):
            file, transcript = replace(file, unread=TOO_LARGE), Transcript(self.account)
        if not file.unread and transcript.is_silent(_FEWEST_WORDS.get(file.kind, 0)):
            file = replace(file, unread=SCANNED)
        yield from _sections(file, transcript, part)

    def _begin(self, content: bytes) -> None:
        self.account.spend("files")
        self.account.check_time()
        if len(content) > self.account.limits.file_bytes:
            raise Unreadable(TOO_LARGE)

    def _packed(self, archive: Archive, file: File, part: str) -> Iterator[Section]:
        """Yield the files of an archive. Raises Unreadable."""
        if self.nested or _is_other_document(file.name):
            raise Unreadable(UNSUPPORTED)
        for path in archive.names:
            name = path.rpartition("/")[2]
            if path.startswith(_BY_SYSTEMS) or name.startswith(_BY_SYSTEMS) or not form_of(Attachment(name, "", b"")):
                continue
            content = archive.read(path)
            yield from _Desk(self.account, nested=True).read_all([Attachment(name, "", content)], part)


def _is_other_document(name: str) -> bool:
    """Tell whether an archive is, by its name, a document of a program that nobody here can read."""
    return form_of(Attachment(name, "", b"")) == FOREIGN and not name.lower().endswith(".zip")


def _sections(file: File, transcript: Transcript, part: str) -> Iterator[Section]:
    yield Section(part, "attachment", tuple(transcript.body), file)
    if transcript.letterhead:
        yield Section(SIGNATURE, "attachment", tuple(transcript.letterhead), replace(file, unread=""))
