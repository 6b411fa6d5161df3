"""The package around a document of Office Open XML (ECMA-376 part 2): which part is which, and where its links lead."""

from collections.abc import Mapping

from parsers.documents_limits import Account
from parsers.documents_xml import Attributes, Reader, walk
from parsers.documents_zip import Archive

__all__ = ["Relations", "hyperlinks", "main_part", "path_of", "relations"]

Relations = Mapping[str, tuple[str, str]]  # id → kind, target


def relations(archive: Archive, part: str, account: Account) -> Relations:
    """Return what a part points to; part "": the package itself."""
    folder, _, file = part.rpartition("/")
    reader = _Relations()
    walk(archive.read(f"{folder}/_rels/{file}.rels"), reader, account)
    return reader.found


def hyperlinks(archive: Archive, part: str, account: Account) -> Mapping[str, str]:
    """Return the addresses outside the document that a part links to, by their ids."""
    found = relations(archive, part, account)
    return {number: target for number, (kind, target) in found.items() if kind == "hyperlink"}


def main_part(archive: Archive, account: Account) -> str:
    """Return the name of the part that the document begins with, "" when there is none."""
    kinds = relations(archive, "", account).values()
    return next((target.lstrip("/") for kind, target in kinds if kind == "officeDocument"), "")


def path_of(part: str, target: str) -> str:
    """Return the name of a part that another one points to; the archive takes care of dots and slashes in it."""
    return target if target.startswith("/") else f"{part.rpartition('/')[0]}/{target}"


class _Relations(Reader):
    """Reads a part's relationships (section 9.3)."""

    def __init__(self) -> None:
        self.found: dict[str, tuple[str, str]] = {}

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "Relationship":
            kind = attributes.get("Type", "").rpartition("/")[2]
            self.found[attributes.get("Id", "")] = (kind, attributes.get("Target", ""))
