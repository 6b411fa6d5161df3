"""A record as it looks after years: so many stories with their mails, links, events, answers and words, in bulk.

Whatever the size, the newest 200 stories wait for the board and a handful of everything is due. Not through the line:
that would take hours.
"""

import random
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from bench.mails import WORDS
from db.models import Base, Link, MailEvent, Member, Message, MessageEvent, OutgoingMail, School, Story, StoryEvent
from db.models.message import Answer
from db.queries import search
from db.session import Database
from db.states import MailState, MessageState, StoryState
from parsers.words import fold
from tests.factories import NOW

SCHOOLS = 100
HOSTS = 60
PENDING = 200
DUE = 10  # of each kind
APART = timedelta(minutes=28)  # 360 stories a week
AT_ONCE = 2_000
FOREIGN = 20_000  # other words, each the rarer the higher its number, as in every language
RARE, RARELY = "hiemgap", 5  # a word, and in how many stories it stands
RARER = (StoryState.APPROVED, StoryState.DECLINED, StoryState.REVISE, StoryState.DUPLICATE)
SETTLED = (*RARER, *[StoryState.PUBLISHED] * 14)
Rows = Mapping[type[Base], list[dict[str, Any]]]


def fill(database: Database, number: int) -> None:
    """Fill an empty, migrated record."""
    dice = random.Random(20261125)
    with database.write() as session:
        session.add_all(
            School(code=f"th-{n}", level="TH", name=f"Trường Tiểu học Số {n}", short_name=f"TH Số {n}")
            for n in range(1, SCHOOLS + 1)
        )
        session.add(Member(handle="mai", name="Nguyễn Mai", email="mai@board.example", role="board"))
    for first in range(1, number + 1, AT_ONCE):
        with database.write() as session:
            _add(session, dice, range(first, min(first + AT_ONCE, number + 1)), number)
    if database.kind == "postgresql":  # as autovacuum does
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))


def _add(session: Session, dice: random.Random, numbers: range, newest: int) -> None:
    """Parents before children."""
    rows: Rows = {model: [] for model in (Message, Story, Link, OutgoingMail, MessageEvent, StoryEvent, MailEvent)}
    words = {}
    for number in numbers:
        said = " ".join([*dice.choices(WORDS, k=100), *(f"tu{int(FOREIGN ** dice.random())}" for _ in range(60))])
        for model, row in _one(number, newest, said):
            rows[model].append(row)
        rare = f" {RARE}" if (newest - number) % (newest // RARELY) == 0 else ""
        words[number] = fold(said + rare)
    for model, values in rows.items():
        session.execute(insert(model), values)
    search.enter(session, words)


def _one(number: int, newest: int, said: str) -> Iterator[tuple[type[Base], dict[str, Any]]]:
    """A story and all that belongs to it; they all have its number."""
    age = newest - number
    at = NOW - age * APART
    due = age < DUE
    yield Message, _message(number, due=due) | {"received_at": at, "stored_at": at, "due_at": at if due else None}
    at_work = PENDING <= age < PENDING + 2 * DUE
    yield Story, _story(number, age, said) | {"found_at": at, "due_at": at if at_work else None}
    url = f"https://truong{number % HOSTS}.example/tin-tuc/bai-{number}.html"
    yield Link, {"message_id": number, "story_id": number, "position": 0, "url": url, "written": url} | ARTICLE
    mail = {"state": MailState.QUEUED if due else MailState.SENT, "due_at": at if due else None, "queued_at": at}
    yield OutgoingMail, _mail(number) | mail | {"sent_at": None if due else at}
    yield MessageEvent, _event(at, "received", "read") | {"message_id": number}
    for old, new in (("found", "fetched"), ("fetched", "pending"), ("pending", "approved")):
        yield StoryEvent, _event(at, old, new) | {"story_id": number}
    yield MailEvent, _event(at, "sending", "sent") | {"mail_id": number}


ARTICLE = {"role": "article", "found_in": "text", "title": None, "repeats": False}


def _message(number: int, *, due: bool) -> dict[str, Any]:
    return {
        "id": number,
        "state": MessageState.RECEIVED if due else MessageState.READ,
        "sha256": f"{number:064}",
        "size": 9700,
        "raw": number.to_bytes(4, "big") * 250,
        "rfc_id": f"<{number}@truong.example>",
        "sender_address": f"truong{number % SCHOOLS}@truong.example",
        "subject": f"Gửi link tin bài số {number}",
        "kind": "story_submission",
        "school_id": number % SCHOOLS + 1,
        "school_year": 2026,
        "answer": Answer.NONE if due else Answer.QUEUED,
        "references": [],
        "flags": [],
    }


def _state(number: int, age: int) -> StoryState:
    """The newest wait for the board, the next ones for their page."""
    if age < PENDING:
        return StoryState.PENDING
    if age < PENDING + 2 * DUE:
        return StoryState.FOUND if age % 2 else StoryState.FETCHED
    return SETTLED[number % len(SETTLED)]


def _story(number: int, age: int, said: str) -> dict[str, Any]:
    url = f"https://truong{number % HOSTS}.example/tin-tuc/bai-{number}.html"
    weeks = age * APART // timedelta(days=7)
    return {
        "id": number,
        "state": _state(number, age),
        "school_id": number % SCHOOLS + 1,
        "school_year": 2026 - (weeks + 23) // 35,
        "week": 35 - (weeks + 23) % 35,
        "url": url,
        "identity": url,
        "host": f"truong{number % HOSTS}.example",
        "page_identity": url,
        "title": said[:80],
        "text": said,
        "summary": said[:300],
        "verdict_at": NOW,
        "flags": [],
    }


def _mail(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "notice": "acknowledgement",
        "about": f"message:{number}",
        "recipient": f"truong{number % SCHOOLS}@truong.example",
        "period": "",
        "rfc_id": f"<ack{number}@office.example>",
        "subject": "Đã nhận",
        "mail": number.to_bytes(4, "big") * 250,
    }


def _event(at: Any, old: str, new: str) -> dict[str, Any]:
    return {"at": at, "old": old, "new": new, "way": "bench"}
