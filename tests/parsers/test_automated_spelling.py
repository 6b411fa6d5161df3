"""How a field is written never turns silence into an answer."""

import base64
import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.parsers.test_automated import BY_HEADERS, PERSON, reason
from tests.parsers.test_automated_vendors import MACHINE_FIELDS
from tests.parsers.vectors import mail

# Of a mail's header fields, one a string, to the same fields written otherwise; `draw` makes the choices.
Change = Callable[[list[str], st.DrawFn], list[str]]
SILENT = [example for _, example, expected in BY_HEADERS if expected == "no-ack"]
# Its text is what a person reads: comments and blanks belong to it.
TEXT_FIELDS = frozenset({"subject"})
NEVER_ENCODED = frozenset({"content-type", "authentication-results"})  # nor are addresses, by any program
BLANKS = st.sampled_from([" ", "\t", "  ", " \t "])
FOLDS = st.sampled_from(["\n ", "\n\t", "\n  \n ", "\r\n "])
COMMENTS = st.sampled_from(["(ghi chú)", "(a (b) c)", r"(a \) b)", "()", '(")', "(no)"])


def parts(line: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    return name, value.strip(" \t")


def cased(lines: list[str], draw: st.DrawFn) -> list[str]:
    def turned(line: str) -> str:
        name, value = parts(line)
        name = "".join(sign.swapcase() if draw(st.booleans()) else sign for sign in name)
        keep = "=?" in value or draw(st.booleans())
        return f"{name}: {value if keep else value.swapcase()}"

    return [turned(line) for line in lines]


def folded(lines: list[str], draw: st.DrawFn) -> list[str]:
    return [re.sub(r"(?<=[:,;])(?=\s)", lambda _: draw(FOLDS).rstrip(" \t"), line) for line in lines]


def shuffled(lines: list[str], draw: st.DrawFn) -> list[str]:
    return list(draw(st.permutations(lines)))


def repeated(lines: list[str], draw: st.DrawFn) -> list[str]:
    again = draw(st.lists(st.sampled_from(lines), min_size=1, max_size=3))
    return [*lines, *again]


def contradicted(lines: list[str], draw: st.DrawFn) -> list[str]:
    """A harmless instance before or after; who is written to and in which form are asked of all fields together."""
    names = {parts(line)[0] for line in lines} - {"From", "To", "Subject", "Content-Type"}
    harmless = [f"{name}: no" for name in sorted(names)]
    return [*harmless, *lines] if draw(st.booleans()) else [*lines, *harmless]


def commented(lines: list[str], draw: st.DrawFn) -> list[str]:
    def with_comment(line: str) -> str:
        name, value = parts(line)
        if name.lower() in TEXT_FIELDS:
            return line
        comment = draw(COMMENTS)
        return f"{name}: {comment} {value}" if draw(st.booleans()) else f"{name}: {value} {comment}"

    return [with_comment(line) for line in lines]


def spaced(lines: list[str], draw: st.DrawFn) -> list[str]:
    return [f"{name}:{draw(BLANKS)}{value}{draw(BLANKS)}" for name, value in map(parts, lines)]


def encoded(lines: list[str], draw: st.DrawFn) -> list[str]:
    """Values as encoded words, as careless programs write them."""

    def as_words(line: str) -> str:
        name, value = parts(line)
        plain = name.lower() in NEVER_ENCODED or any(sign in value for sign in ("=?", "@", "<"))
        if plain or not value or draw(st.booleans()):
            return line
        cut = draw(st.integers(0, len(value)))
        words = [base64.b64encode(piece.encode()).decode() for piece in (value[:cut], value[cut:]) if piece]
        return f"{name}: " + " ".join(f"=?utf-8?B?{word}?=" for word in words)

    return [as_words(line) for line in lines]


CHANGES: tuple[Change, ...] = (cased, folded, shuffled, repeated, contradicted, commented, spaced, encoded)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: str(change.__name__))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_how_a_field_is_written_never_breaks_the_silence(change: Change, data: Any) -> None:
    example = data.draw(st.sampled_from(SILENT) | st.sampled_from(MACHINE_FIELDS).map(PERSON.__add__))
    lines = mail(example).decode().partition("\n\n")[0].replace("\n ", " ").split("\n")
    written = change(lines, data.draw)
    assert reason(("\n".join(written) + "\n\nbài\n").encode()) is not None, written
