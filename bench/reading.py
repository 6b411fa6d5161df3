"""What it costs to read a mail: `parse_message` and `extract_links`, beside mail-parser and BeautifulSoup alone.

The rival only takes bytes apart and collects addresses; it decides nothing. Both in one thread, the same mails in turn.
"""

import re
from collections.abc import Sequence
from pathlib import Path

import mailparser
from bs4 import BeautifulSoup

from bench.mails import mails
from bench.table import head, medians_in_turn
from parsers.links import extract_links
from parsers.message import parse_message

MAILS, ROUNDS = 300, 7
SCHOOLS = 50
ORDINARY = range(2_000, 20_001)  # bytes
_ADDRESS = re.compile(r"https?://[^\s<>\"]+")


def measure(folder: Path) -> None:
    """Print the table."""
    raws, hosts = _ordinary_mails()
    head(f"Reading {len(raws)} mails of {ORDINARY.start // 1000}–{ORDINARY.stop // 1000} KB", folder)
    ours, naive = medians_in_turn(
        ROUNDS, lambda: [_read(raw, hosts) for raw in raws], lambda: [_take_apart(raw) for raw in raws]
    )
    print(f"  {'tinbai: parse_message + extract_links':<42}{1000 * ours / len(raws):>8.2f} ms a mail")
    print(f"  {'mail-parser + BeautifulSoup':<42}{1000 * naive / len(raws):>8.2f} ms a mail")
    print(f"  {'ratio (aim ≤ 2)':<42}{ours / naive:>8.2f}")


def _ordinary_mails() -> tuple[Sequence[bytes], dict[str, str]]:
    senders = [f"truong{number}@hanoiedu.example" for number in range(SCHOOLS)]
    hosts = [f"c1truong{number}.badinh.example" for number in range(SCHOOLS)]
    made = mails(2 * MAILS, senders, hosts, "pgd@badinhedu.example")
    return [raw for raw in made if len(raw) in ORDINARY][:MAILS], {host: host for host in hosts}


def _read(raw: bytes, hosts: dict[str, str]) -> int:
    return len(extract_links(parse_message(raw), hosts))


def _take_apart(raw: bytes) -> int:
    mail = mailparser.parse_from_bytes(raw)
    found = {
        anchor["href"] for html in mail.text_html for anchor in BeautifulSoup(html, "lxml").find_all("a", href=True)
    }
    return len(found | set(_ADDRESS.findall("\n".join(mail.text_plain))))
