"""A school's reply to one of our letters: what it asks for, and the story that it brings as text, if it does.

Pure: a mail in, values out. Only what the reply itself says counts, never what it quotes, not even where a mail program
quotes us without a sign. Which story a number means, and what may be done, is decided by whoever has the letter.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from parsers import school_reply_words as words
from parsers.body import sections
from parsers.lines import Line
from parsers.message import ParsedMessage
from parsers.parts import CLOSING, NEW
from parsers.school_reply_sentence import WRAPPED, parse_requests, sentences_of
from parsers.school_request import Request, Verb
from parsers.summary import summarise
from parsers.week import Calendar
from parsers.words import plain, tokens

__all__ = ["SchoolReply", "read_reply"]

MOST_WORDS = 20_000  # characters of a reply that are looked at
PROSE = 40  # syllables: a paragraph as long as that belongs to a story, not to a request
UNTITLED = 60  # syllables of a story without a headline; less is an explanation
_TITLE = range(3, 31)  # syllables
_GREETING = words.pattern(r"(?:kính gửi|kính thưa|thưa|dạ|vâng|em gửi|trường gửi|trường xin|nội dung|bbt|gửi)\b")
_BOARD = words.pattern(r"\b(?:bbt|ban biên tập)\b")
# Sentences of our own letters: from there on a mail program has quoted us without saying so.
OUR_WORDS = (
    "ban biên tập đã nhận được thư nhà trường gửi lúc",
    "ban biên tập đã thử mở nhiều lần liên kết trong thư nhà trường gửi lúc",
    "để trả lời thư này",
    "thư này do hệ thống của ban biên tập gửi tự động",
)


@dataclass(frozen=True, slots=True)
class SchoolReply:
    """A reply. said: its own words, without the story. asks: it has a question that is no request.

    title, text, summary: of the story it brings as text.
    """

    requests: tuple[Request, ...] = ()
    said: str = ""
    asks: bool = False
    title: str | None = None
    text: str | None = None
    summary: str | None = None


def read_reply(message: ParsedMessage, received: datetime, calendar: Calendar) -> SchoolReply:
    """Read a mail as a school's reply. received: the server's time, aware."""
    lines = [line for part in sections(message) if part.part in (NEW, CLOSING) for line in part.lines]
    own = _without_ours("\n".join(map(_shown, lines))[:MOST_WORDS])
    day = calendar.local(received).date()
    paragraphs = list(_paragraphs(own))
    prose = [piece for piece in paragraphs if _is_prose(piece) and not _asks_us(piece, day, calendar)]
    said = "\n".join(piece for piece in paragraphs if piece not in prose)
    requests = parse_requests(said, day, calendar)
    asks = any(sentence.endswith("?") and not words.POLITE.search(sentence) for sentence in sentences_of(said))
    if not prose:
        return SchoolReply(requests, said, asks)
    title, text = _title(paragraphs[: paragraphs.index(prose[0])]), "\n\n".join(prose)
    if title is None and len(tokens(plain(text))) < UNTITLED:
        return SchoolReply(requests, own, asks)
    return SchoolReply(requests, said, asks, title, text, summarise(title or "", text).text)


def _is_prose(paragraph: str) -> bool:
    return words.LINK not in paragraph and len(tokens(plain(paragraph))) >= PROSE


def _asks_us(paragraph: str, day: date, calendar: Calendar) -> bool:
    """A long polite letter is no story: it has a request, or something like one that is put to the board."""
    verbs = {request.verb for request in parse_requests(paragraph, day, calendar)}
    return bool(verbs - {Verb.UNCLEAR}) or (bool(verbs) and bool(_BOARD.search(plain(paragraph))))


def _shown(line: Line) -> str:
    """The line, with its addresses; that of an anchor stands behind its words."""
    text = words.with_links_marked(line.text)
    return f"{text} {words.LINK}" if line.anchors and words.LINK not in text else text


def _without_ours(text: str) -> str:
    whole = plain(text)
    if not any(sentence in " ".join(whole.split()) for sentence in OUR_WORDS):
        return text
    kept: list[str] = []
    for line in text.split("\n"):
        if any(sentence[: WRAPPED // 2] in plain(line) for sentence in OUR_WORDS):
            break
        kept.append(line)
    return "\n".join(kept)


def _paragraphs(text: str) -> Iterator[str]:
    """Yield lines, those that a mail program has wrapped put together again."""
    so_far = ""
    for line in text.split("\n"):
        so_far = f"{so_far} {line.strip()}".strip()
        if len(line) < WRAPPED or not line.strip():
            if so_far:
                yield so_far
            so_far = ""
    if so_far:
        yield so_far


def _title(above: Sequence[str]) -> str | None:
    """The last line above the text that may be a headline."""
    may_be = (line for line in reversed(above) if not _GREETING.match(plain(line)) and not line.endswith((":", ",")))
    return next((line for line in may_be if len(tokens(plain(line))) in _TITLE), None)
