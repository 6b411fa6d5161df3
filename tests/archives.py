"""Mails as mail programs export them."""

import re
from collections.abc import Iterable
from pathlib import Path

SEPARATOR = b"From 1784@xxx Mon Nov 23 10:00:00 +0000 2026"
LABELS = b"X-GM-THRID: 1784\nX-Gmail-Labels: =?UTF-8?Q?H=E1=BB=99p_th=C6=B0?=,\n Important\n"


def as_mbox(mails: Iterable[bytes], line_end: bytes = b"\n", added: bytes = b"") -> bytes:
    """One file, quoted as "mboxrd" does; `added` fields stand first in each mail."""
    written = []
    for mail in mails:
        plain = added + mail.replace(b"\r\n", b"\n")
        plain += b"" if plain.endswith(b"\n") else b"\n"
        written.append(SEPARATOR + b"\n" + re.sub(rb"^(>*From )", rb">\1", plain, flags=re.MULTILINE) + b"\n")
    return b"".join(written).replace(b"\n", line_end)


def write_maildir(folder: Path, mails: Iterable[bytes]) -> Path:
    """A Maildir, its mails in new/ and cur/, with line feeds."""
    for name in ("new", "cur", "tmp"):
        (folder / name).mkdir(parents=True)
    for number, mail in enumerate(mails):
        place = folder / ("new" if number % 2 else "cur") / f"17000{number}.M1.host:2,S"
        place.write_bytes(mail.replace(b"\r\n", b"\n"))
    return folder


def write_eml(folder: Path, mails: Iterable[bytes]) -> Path:
    """A folder of files, one a mail."""
    folder.mkdir()
    for number, mail in enumerate(mails):
        (folder / f"{number:04}.eml").write_bytes(mail)
    return folder
