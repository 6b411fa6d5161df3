"""How foreign text, dates, counts and addresses are written in a mail to a school or the board. Pure.

Whatever came by mail or from a page passes `one_line` before it stands anywhere: a character nobody sees can turn a
line around, hide a word or forge a second line.
"""

import re
import textwrap
import unicodedata
from datetime import date, datetime, tzinfo
from urllib.parse import SplitResult, urlsplit

from parsers.urls import host_of

MAX_RAW = 20_000  # characters looked at; longer text is no title, name, reason or summary
MARKS_PER_LETTER = 3  # Vietnamese needs two; a tower of marks would cover the lines above
INVISIBLE = frozenset({"Cf", "Cs", "Co"})  # bidi and zero-width marks, tags, lone surrogates, private use
BLANK = frozenset({"Cc", "Zs", "Zl", "Zp"})
EMPTY_LETTERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")  # letters by category, nothing to the eye
SKIN_TONES = range(0x1F3FB, 0x1F400)
WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
TIES = re.compile(rf"\b(?:(?:{'|'.join(WEEKDAYS)}) )?(?:ngày|tuần) (?=\d)")
NO_BREAK = "\u00a0"
WIDTH = 72


def one_line(text: str) -> str:
    """Return the text on one line: NFC, single spaces, no control, bidi, zero-width or private characters."""
    visible = (
        " " if unicodedata.category(character) in BLANK else character
        for character in text[:MAX_RAW]
        if unicodedata.category(character) not in INVISIBLE and character not in EMPTY_LETTERS
    )
    return " ".join(unicodedata.normalize("NFC", "".join(visible)).split())


def shown(text: str, limit: int = 200) -> str:
    """Return the text as people may see it, cut with an ellipsis after `limit` graphemes."""
    letters = _graphemes(one_line(text))
    if len(letters) <= limit:
        return "".join(letters)
    return "".join(letters[: limit - 1]).rstrip(" ,;:–-") + "…"


def _graphemes(text: str) -> list[str]:
    """Letters with their marks; marks beyond what any language puts on one letter are dropped."""
    letters: list[str] = []
    for character in text:
        extends = unicodedata.category(character)[0] == "M" or ord(character) in SKIN_TONES
        if not (letters and extends):
            letters.append(character)
        elif len(letters[-1]) <= MARKS_PER_LETTER:
            letters[-1] += character
    return letters


def sentence(text: str) -> str:
    """Return a reason, however it was written, as a sentence: capital letter and full stop."""
    clean = shown(text, 400)
    return clean if not clean else clean[0].upper() + clean[1:] + ("" if clean[-1] in ".!?…" else ".")


def day(value: date) -> str:
    """Write a date: 25/11/2026. A datetime is refused, for its day depends on the time zone."""
    if isinstance(value, datetime):
        raise TypeError("a moment has no day without a time zone")
    return f"{value:%d/%m/%Y}"


def moment(value: datetime, zone: tzinfo) -> str:
    """Write a moment, given aware, in the office's time zone: 07:45, thứ Tư ngày 25/11/2026."""
    if value.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    local = value.astimezone(zone)
    return f"{local:%H:%M}, {long_day(local.date())}"


def long_day(value: date) -> str:
    """Write a date with its weekday: thứ Tư ngày 25/11/2026."""
    return f"{WEEKDAYS[value.weekday()]} ngày {day(value)}"


def tied(text: str) -> str:
    """Keep a weekday, and the word before a date or a week's number, from standing at the end of a line."""
    return TIES.sub(lambda words: words[0].replace(" ", NO_BREAK), text)


def count(number: int) -> str:
    """Write a count as official papers do: 03; thousands take a dot: 1.715."""
    return f"{number:02d}" if number < 1000 else f"{number:,}".replace(",", ".")


def href(url: str) -> str:
    """Return an address fit for a link, or "" for anything but a plain http or https address."""
    clean = one_line(url)
    parts = _web_address(clean)
    crooked = parts is None or not parts.hostname or "@" in parts.netloc or set(clean) & set(" \\\"'<>`")
    return "" if crooked else clean


def host(url: str) -> str:
    """Name the host of an address; letters beyond ASCII are followed by the form the network knows (A-labels)."""
    parts = _web_address(one_line(url))
    written = (parts.hostname or "").removeprefix("www.") if parts else ""
    wire = host_of(url)
    return wire if written.isascii() else f"{written} ({wire})"


def _web_address(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return parts if parts.scheme in {"http", "https"} else None


def bare_name(school: str) -> str:
    """Return a school's name without the word for school, as it stands in a subject."""
    clean = shown(school)
    return clean.removeprefix("Trường ")


def wrapped(text: str, indent: int = 0) -> str:
    """Break text into lines of at most 72 columns, all but the first indented; a long address or a date stays whole."""
    lines = textwrap.fill(
        tied(text),
        WIDTH,
        initial_indent=" " * indent,
        subsequent_indent=" " * indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return lines.replace(NO_BREAK, " ").lstrip()
