"""XML parts of documents as a stream of elements: no tree, no document type, no entities, no network.

Names are given without their namespaces: the two editions of Office Open XML differ in nothing else that is read here.
"""

from collections.abc import Callable, Mapping

from lxml import etree

from parsers.documents_limits import BROKEN, Account, Unreadable

__all__ = ["Attributes", "Reader", "walk"]

Attributes = Mapping[str, str]
CHECK_EVERY = 5_000  # elements


class Reader:
    """Reads the elements as they come; what it does not override, it passes over."""

    def start(self, name: str, attributes: Attributes) -> None:
        """An element begins."""

    def end(self, name: str) -> None:
        """An element ends."""

    def text(self, text: str) -> None:
        """Text stands here, as far as the next element."""


def walk(content: bytes, reader: Reader, account: Account) -> None:
    """Hand the elements of an XML document to the reader, in their order. Raises Unreadable; what was read stays."""
    if not content:
        return
    parser = etree.XMLParser(
        target=_Target(reader, account), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise Unreadable(BROKEN) from error
    except (LookupError, ValueError) as error:  # an encoding that is none
        raise Unreadable(BROKEN) from error


class _Target:
    """Stands between lxml and a reader: counts, and takes the namespaces off."""

    def __init__(self, reader: Reader, account: Account) -> None:
        self._reader = reader
        self._account = account
        self._depth = 0
        self._elements = 0
        self._pieces: list[str] = []
        self.data: Callable[[str], None] = self._pieces.append

    def doctype(self, *_: object) -> None:
        """No program writes one into a document; it is where entities are made."""
        raise Unreadable(BROKEN)

    def start(self, tag: str, attributes: Attributes) -> None:
        self._tell()
        self._account.spend("elements")
        self._elements += 1
        self._depth += 1
        if self._depth > self._account.limits.depth:
            raise Unreadable(BROKEN)
        if self._elements % CHECK_EVERY == 0:
            self._account.check_time()
        self._reader.start(_local(tag), {_attribute(name): _value(value) for name, value in attributes.items()})

    def end(self, tag: str) -> None:
        self._tell()
        self._depth -= 1
        self._reader.end(_local(tag))

    def _tell(self) -> None:
        """Hand text on whole: lxml may part a letter from its marks."""
        if self._pieces:
            self._reader.text("".join(self._pieces))
            self._pieces.clear()

    def close(self) -> None:
        """lxml asks for it."""


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _value(value: str) -> str:
    """Return the attribute as it is meant: where no entities are replaced, libxml2 leaves this one sign escaped."""
    return value.replace("&#38;", "&")


def _attribute(name: str) -> str:
    """Return the name without its namespace; what names a relationship keeps an "r:", as `id` is often there too."""
    space, _, local = name.rpartition("}")
    return f"r:{local}" if space.endswith("/relationships") else local
