"""One after another: whoever deals with the same thing waits for the commit of whoever came first."""

from collections.abc import Collection
from zlib import crc32

from sqlalchemy import func, select
from sqlalchemy.orm import Session

CLASS = 0x7462  # our half of PostgreSQL's two-part advisory locks


def take_turns(session: Session, keys: Collection[str]) -> None:
    """Wait for everybody who deals with one of these keys, always in the same order. SQLite has one writer anyway."""
    if session.get_bind().dialect.name != "postgresql":
        return
    for number in sorted({crc32(key.encode(errors="replace")) - (1 << 31) for key in keys}):
        session.execute(select(func.pg_advisory_xact_lock(CLASS, number)))
