"""Seeds values that must never show up, and searches for them in whatever was written, in every form that is usual.

Each secret has a random word as its core. What is searched is the core, so that a part of a sentence is found, too.
"""

import quopri
import random
import re
import string
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from email.header import Header
from urllib.parse import quote

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[\d.:+Z]*")
LETTERS = 12  # of a core: no accident repeats it, and no rule about long tokens hides it by its mere length

# What a secret of each kind looks like around its core.
KINDS: Mapping[str, str] = {
    "address": "{core}@truong.example",
    "name": "Nguyễn Thị {core}",
    "subject": "Gửi bài về em {core} lớp 6A1",
    "body": "Em {core} có hoàn cảnh khó khăn.",
    "password": "mk-{core}!",
    "access token": "ya29.a0{core}Kq8",
    "refresh token": "1//0g{core}xZ",
    "message id": "<{core}.17@truong.example>",
    "token in a url": "{core}",
    "page text": "Cô giáo {core} kể lại câu chuyện.",
    "server reply": "5.7.1 mail about {core} refused",
    "exception": "could not handle {core}",
}


@dataclass(slots=True)
class Secrets:
    """The secrets of one test. seed_of_words: the same one makes the same secrets. cores: core → kind."""

    seed_of_words: int = 20261125
    cores: dict[str, str] = field(default_factory=dict)
    _needles: dict[str, str] = field(default_factory=dict)
    _random: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed_of_words)

    def seed(self, kind: str) -> str:
        """A new secret of this kind."""
        core = "".join(self._random.choices(string.ascii_lowercase, k=LETTERS))
        value = KINDS[kind].format(core=core)
        self.cores[core] = kind
        for needle in forms(core, value):
            self._needles[needle] = core
        return value

    def found_in(self, text: str) -> list[str]:
        """The secrets that stand in this text in any form, as "kind core"."""
        short = "".join(condensed(text))
        plain, lower = unfolded(short), short.lower()
        found = {core for needle, core in self._needles.items() if needle in plain}
        found |= {core for core in self.cores if core in lower or core[::-1] in lower}
        return sorted(f"{self.cores[core]} {core}" for core in found)

    def figures(self, texts: Iterable[str]) -> str:
        """Seeded, searched, found: one line for a report."""
        searched = list(texts)
        found = {secret for text in searched for secret in self.found_in(text)}
        size = sum(len(text.encode(errors="replace")) for text in searched)
        return f"secrets seeded {len(self.cores)}, bytes searched {size}, found {len(found)}"


def forms(core: str, value: str) -> set[str]:
    """How a value may be written so that its core is not seen at once."""
    raw = value.encode()
    whole = {value, quote(value, safe=""), Header(value, "utf-8").encode(), b64encode(raw).decode().rstrip("=")}
    whole |= {quopri.encodestring(raw).decode(), value.encode("unicode_escape").decode(), raw.hex(), raw.hex().upper()}
    whole |= {"".join(f"%{byte:02X}" for byte in core.encode()), "".join(f"&#{ord(letter)};" for letter in core)}
    return {form for form in whole if len(form) >= LETTERS} | _inside_base64(core)


def _inside_base64(core: str) -> set[str]:
    """The core inside some longer base64: three ways to begin, the letters that hang on the neighbours cut off."""
    found = set()
    for before in range(3):
        for encode in (b64encode, urlsafe_b64encode):
            coded = encode(b"\0" * before + core.encode()).decode().rstrip("=")
            whole = coded[(0, 2, 3)[before] : len(coded) - (0 if (before + len(core)) % 3 == 0 else 1)]
            found.add(whole)
    return found


def condensed(text: str) -> Iterator[str]:
    """The text, of log lines that differ by their time only the first: a day's log is searched in seconds."""
    seen = set()
    for line in text.splitlines(keepends=True):
        bare, times = TIME.subn("", line)
        if times == 0 or bare not in seen:
            yield bare
        seen.add(bare)


def unfolded(text: str) -> str:
    """The text, and once more without the soft line ends of quoted-printable and base64."""
    return text + "\n" + text.replace("=\r\n", "").replace("=\n", "").replace("\r\n", "").replace("\n", "")
