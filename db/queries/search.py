"""Finding stories by their words. Each database searches in its own way; words come in folded, without marks."""

import re
from collections.abc import Mapping, Sequence

from sqlalchemy import TextClause, select, text
from sqlalchemy.orm import Session

from db.models import Story
from db.states import StoryState

FORGET: Mapping[str, TextClause] = {
    "sqlite": text("DELETE FROM story_search WHERE rowid = :story_id"),
    "postgresql": text("DELETE FROM story_search WHERE story_id = :story_id"),
}
ADD: Mapping[str, TextClause] = {
    "sqlite": text("INSERT INTO story_search (rowid, words) VALUES (:story_id, :words)"),
    "postgresql": text("INSERT INTO story_search VALUES (:story_id, to_tsvector('simple', :words))"),
}
# The newest ones, and no more: only then a word that stands everywhere costs no more than a rare one.
FOUND: Mapping[str, str] = {
    "sqlite": "SELECT rowid FROM story_search WHERE words MATCH :words ORDER BY rowid DESC LIMIT coalesce(:most, -1)",
    "postgresql": (
        "SELECT story_id FROM story_search WHERE words @@ to_tsquery('simple', :words) "
        "ORDER BY story_id DESC LIMIT :most"
    ),
}
FOUND_IN_STATE: Mapping[str, str] = {
    "sqlite": (
        "SELECT found.rowid FROM story_search AS found CROSS JOIN story AS one ON one.id = found.rowid "
        "WHERE words MATCH :words AND one.state = :state ORDER BY found.rowid DESC LIMIT coalesce(:most, -1)"
    ),
    "postgresql": (
        "SELECT one.id FROM story_search AS found JOIN story AS one ON one.id = found.story_id "
        "WHERE words @@ to_tsquery('simple', :words) AND one.state = :state ORDER BY one.id DESC LIMIT :most"
    ),
}
AND: Mapping[str, str] = {"sqlite": " AND ", "postgresql": " & "}
WORD = re.compile(r"[^\W_]+")  # the same on both sides, so that no database takes "24/11" or an address for one word
MOST_WORDS = 12  # of a question
LONGEST_WORD = 64  # letters; PostgreSQL refuses a question with one of 2 kB
MOST_LETTERS = 150_000  # of a story; PostgreSQL takes 1 MB


def enter(session: Session, words: Mapping[int, str]) -> None:
    """Let these stories be found by these words, and no longer by those they had. words: folded, by story id."""
    if not words:
        return
    dialect = session.get_bind().dialect.name
    session.execute(FORGET[dialect], [{"story_id": story_id} for story_id in words])
    rows = [{"story_id": story_id, "words": _indexed(folded)} for story_id, folded in words.items()]
    session.execute(ADD[dialect], rows)


def find(session: Session, folded: str, most: int | None, state: StoryState | None = None) -> Sequence[Story]:
    """The stories that have all of these words, the newest first; none for a question without words."""
    dialect = session.get_bind().dialect.name
    words = _words(folded)[:MOST_WORDS]
    if not words:
        return []
    question = AND[dialect].join(f"'{word}'" if dialect == "postgresql" else f'"{word}"' for word in words)
    asked = {"words": question, "most": most} | ({} if state is None else {"state": state.value})
    newest = text(f"story.id IN ({(FOUND if state is None else FOUND_IN_STATE)[dialect]})").bindparams(**asked)
    return session.scalars(select(Story).where(newest).order_by(Story.id.desc())).all()


def _indexed(folded: str) -> str:
    return " ".join(dict.fromkeys(_words(folded)))[:MOST_LETTERS]


def _words(folded: str) -> list[str]:
    return [word[:LONGEST_WORD] for word in WORD.findall(folded)]
