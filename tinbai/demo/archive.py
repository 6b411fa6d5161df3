"""Keeps every mail of the demo as a file that a person can open: the mail as .eml, its HTML part beside it."""

import re
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr
from pathlib import Path

__all__ = ["Archive", "Kept"]

INCOMING, OUTGOING = "thu-den", "thu-di"
UNSAFE = re.compile(r"[^a-z0-9.@_-]+")


@dataclass(frozen=True, slots=True)
class Kept:
    """A mail that was delivered. `at` is the monotonic clock's time, in seconds."""

    recipient: str
    notice: str  # what kind of mail of tinbai's; "" when it is none
    subject: str
    answers: str | None  # the Message-ID in In-Reply-To
    text: str
    file: Path
    html_file: Path | None
    at: float


class Archive:
    """The delivered mails in a folder; `keep` may be called from any thread.

    office: the address that makes a mail an incoming one. browsable: makes the links of an HTML part work in a browser.
    """

    def __init__(self, folder: Path, office: str, browsable: Callable[[str], str]) -> None:
        self._folder = folder
        self._office = office
        self._browsable = browsable
        self._lock = threading.Lock()
        self._kept: list[Kept] = []
        self._counts = {INCOMING: 0, OUTGOING: 0}
        for name in self._counts:
            (folder / name).mkdir()

    @property
    def sent(self) -> Sequence[Kept]:
        """What tinbai sent, in the order of delivery."""
        with self._lock:
            return tuple(kept for kept in self._kept if kept.notice)

    def keep(self, recipient: str, raw: bytes) -> None:
        """Write the mail to its files and remember it."""
        at = time.monotonic()
        mail = message_from_bytes(raw, policy=policy.default)
        notice = str(mail["X-Tinbai-Notice"] or "")
        with self._lock:
            file = self._file(mail, recipient, notice)
            file.write_bytes(raw)
            self._kept.append(
                Kept(
                    recipient=recipient,
                    notice=notice,
                    subject=str(mail["Subject"] or ""),
                    answers=str(mail["In-Reply-To"]).strip() if mail["In-Reply-To"] else None,
                    text=_part(mail, "plain"),
                    file=file,
                    html_file=_write_html(file, self._browsable(_part(mail, "html"))),
                    at=at,
                )
            )

    def _file(self, mail: EmailMessage, recipient: str, notice: str) -> Path:
        kind = INCOMING if recipient == self._office else OUTGOING
        self._counts[kind] += 1
        other = f"{notice}-{recipient}" if kind == OUTGOING else parseaddr(str(mail["From"] or ""))[1]
        return self._folder / kind / f"{self._counts[kind]:02}-{UNSAFE.sub('_', other.lower())}.eml"


def _part(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    return "\n".join(str(part.get_content()).splitlines()) if part is not None else ""


def _write_html(file: Path, text: str) -> Path | None:
    if not text:
        return None
    beside = file.with_suffix(".html")
    beside.write_text(text, encoding="utf-8")
    return beside
