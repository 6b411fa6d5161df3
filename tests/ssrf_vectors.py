"""The rows of tests/parsers/data/ssrf_vectors.tsv; its grammar stands with `Vector`."""

from dataclasses import dataclass
from pathlib import Path

_FILE = Path(__file__).parent / "parsers" / "data" / "ssrf_vectors.tsv"
_ESCAPES = {"\\n": "\n", "\\r": "\r", "\\t": "\t", "\\x00": "\0", "\\x01": "\1", "\\x0b": "\x0b"}


@dataclass(frozen=True, slots=True)
class Vector:
    """`ip.*`: an address. `url.*`: a string as extracted. `dns.*`: `URL | name TYPE data | then name TYPE data`.

    `redir.*`: `URL => status Location | name TYPE data`. `resp.*`: `URL ! behaviour`, told in words.
    """

    text: str
    kind: str
    allowed: bool


def vectors(prefix: str) -> list[Vector]:
    """Return the rows whose kind starts with prefix."""
    lines = _FILE.read_text(encoding="utf-8").split("\n")[1:]
    rows = [line.split("\t") for line in lines if line]
    return [Vector(_unescaped(text), kind, must == "allow") for text, kind, must in rows if kind.startswith(prefix)]


def _unescaped(text: str) -> str:
    for written, character in _ESCAPES.items():
        text = text.replace(written, character)
    return text
