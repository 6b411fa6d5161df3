"""One daemon a SQLite file: two would read the same mailbox and trust each other's leases wrongly."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import make_url


class AlreadyRunning(RuntimeError):
    """Another daemon works on this database."""


@contextmanager
def only_one(database_url: str) -> Iterator[None]:
    """Hold the lock beside the SQLite file; the system lets go of it however the process ends. Raises AlreadyRunning.

    PostgreSQL needs none: there leases run out by themselves.
    """
    url = make_url(database_url)
    if url.get_backend_name() != "sqlite" or not url.database:
        yield
        return
    path = Path(f"{url.database}.lock")
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(f"tinbai đang chạy trên {url.database}; hãy dừng tiến trình kia trước.") from None
        yield
