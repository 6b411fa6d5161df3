"""How a field is written never turns silence into an answer."""

import random
import re
from collections.abc import Callable

import pytest

from tests.parsers.test_automated import BY_HEADERS, reason
from tests.parsers.vectors import mail

Change = Callable[[list[str], random.Random], list[str]]
SILENT = [row for row in BY_HEADERS if row[2] == "no-ack"]


def cased(lines: list[str], rng: random.Random) -> list[str]:
    def turn(line: str) -> str:
        name, colon, value = line.partition(":")
        name = "".join(rng.choice((sign.lower(), sign.upper())) for sign in name)
        return f"{name}{colon}{value if '=?' in value else value.swapcase()}"

    return [turn(line) for line in lines]


def folded(lines: list[str], rng: random.Random) -> list[str]:
    return [re.sub(r"(:|[,;])(?=\s)", rng.choice((r"\1\n", r"\1\n\t")), line) for line in lines]


def shuffled(lines: list[str], rng: random.Random) -> list[str]:
    return rng.sample(lines, len(lines))


def doubled(lines: list[str], rng: random.Random) -> list[str]:
    return [*lines, rng.choice(lines)]


def commented(lines: list[str], rng: random.Random) -> list[str]:
    def comment(line: str) -> str:
        name, colon, value = line.partition(":")
        before, after = rng.choice((("(ghi chú) ", ""), ("", " (ghi (chú))"), (" ", "\t")))
        return line if name.lower() == "subject" else f"{name}{colon} {before}{value.strip()}{after}"

    return [comment(line) for line in lines]


@pytest.mark.parametrize(
    "change", [cased, folded, shuffled, doubled, commented], ids=lambda change: str(change.__name__)
)
@pytest.mark.parametrize(("condition", "example", "expected"), SILENT, ids=[row[0] for row in SILENT])
def test_how_a_field_is_written_never_breaks_the_silence(
    condition: str, example: str, expected: str, change: Change
) -> None:
    rng = random.Random(condition)
    lines = mail(example).decode().partition("\n\n")[0].split("\n")
    unfolded = "\n".join(lines).replace("\n ", " ").split("\n")
    for _ in range(4):
        assert reason(("\n".join(change(unfolded, rng)) + "\n\nbài\n").encode()) is not None, condition
