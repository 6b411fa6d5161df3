"""INSERT … ON CONFLICT, which both databases know and SQLAlchemy spells once for each."""

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from db.models.base import Base

INSERT = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def insert_into(session: Session, model: type[Base]) -> Any:
    """An INSERT that offers `on_conflict_do_update` and `on_conflict_do_nothing`."""
    return INSERT[session.get_bind().dialect.name](model)
