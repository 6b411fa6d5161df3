"""Reads the tables of header examples under data/ and turns an example into the bytes of a mail."""

import csv
from pathlib import Path

DATA = Path(__file__).parent / "data"
ESCAPES = {r"\n": "\n", r"\r": "\r", r"\t": "\t", r"\x00": "\x00"}


def rows(name: str) -> list[tuple[str, str, str]]:
    """Return (name, example, expected) of each row; lines are tab-separated and nothing is quoted."""
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        table = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [(row[0], row[1], row[2]) for row in table[1:]]


def mail(example: str, body: str = "Kính gửi Phòng, nhà trường gửi bài.") -> bytes:
    """Return the bytes of a mail with these header fields; "(60 more)" stands for sixty recipients."""
    for escape, sign in ESCAPES.items():
        example = example.replace(escape, sign)
    example = example.replace("(60 more)", ", ".join(f"nguoi{number}@x.vn" for number in range(60)))
    head, _, text = example.partition("\n\n")
    return f"{head}\n\n{text or body}\n".encode()
