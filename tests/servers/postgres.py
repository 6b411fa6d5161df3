"""A real PostgreSQL that lives as long as a test run: unprivileged, on loopback, without waiting for the disk."""

import atexit
import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import OperationalError

from tests.servers.ports import free_port

__all__ = ["Postgres"]

QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=100", "shared_buffers=32MB")
DEADLINE_SECONDS = 30.0


class Postgres:
    """One server; `database()` makes an empty database and returns its URL.

    durable: commits wait for the disk, as in real life. Start with `with`.
    """

    def __init__(self, *, durable: bool = False) -> None:
        self._options = ("max_connections=100", "shared_buffers=128MB") if durable else QUICK
        self._root = Path(tempfile.mkdtemp(prefix="postgres-", dir="/tmp"))  # socket paths must stay short
        self._port = free_port()
        self._numbers = itertools.count(1)
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        atexit.register(self.stop)
        if os.getuid() == 0:
            os.chown(self._root, _user().pw_uid, _user().pw_gid)
        self._run("initdb", "-D", f"{self._root}/data", "-U", "tinbai", "-A", "trust", "--no-sync", "-E", "UTF8")
        options = [part for option in self._options for part in ("-c", option)]
        place = ["-D", f"{self._root}/data", "-k", str(self._root), "-p", str(self._port), "-h", "127.0.0.1"]
        with (self._root / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [*_dying_with_us(), _executable("postgres"), *place, *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                **_without_privileges(),
            )
        self._await_answer()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Stop the server and remove everything; harmless when repeated."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGQUIT)  # nobody needs the data any more
            self._process.wait(DEADLINE_SECONDS)
        shutil.rmtree(self._root, ignore_errors=True)
        atexit.unregister(self.stop)

    def database(self) -> str:
        """Make an empty database of its own; returns the URL."""
        name = f"tinbai_{next(self._numbers)}"
        self._execute(f"CREATE DATABASE {name}")
        return self._url(name)

    def drop(self, url: str) -> None:
        """Remove a database, whoever is still connected."""
        self._execute(f"DROP DATABASE {make_url(url).database} WITH (FORCE)")

    def _url(self, name: str) -> str:
        return f"postgresql+psycopg://tinbai@127.0.0.1:{self._port}/{name}"

    def _execute(self, statement: str) -> None:
        engine = create_engine(self._url("postgres"), isolation_level="AUTOCOMMIT")
        try:
            with engine.connect() as connection:
                connection.execute(text(statement))
        finally:
            engine.dispose()

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [_executable(program), *arguments],
            check=True,
            capture_output=True,
            cwd="/",
            env={**os.environ, "LC_ALL": "C.UTF-8", "HOME": str(self._root)},
            **_without_privileges(),
        )

    def _await_answer(self) -> None:
        ends = time.monotonic() + DEADLINE_SECONDS
        while True:
            try:
                return self._execute("SELECT 1")
            except OperationalError:
                died = self._process is not None and self._process.poll() is not None
                if died or time.monotonic() > ends:
                    raise
                time.sleep(0.02)


def _executable(program: str) -> str:
    """Debian keeps the servers of all versions outside the path."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name))
    folders = ":".join([*(str(folder) for folder in reversed(versions)), os.environ.get("PATH", "")])
    found = shutil.which(program, path=folders)
    if found is None:
        raise FileNotFoundError(
            "PostgreSQL is not installed: run `make servers`, or `make test` for the tests without servers"
        )
    return found


def _user() -> pwd.struct_passwd:
    """PostgreSQL refuses to run as root."""
    return pwd.getpwnam("nobody")


def _without_privileges() -> Mapping[str, Any]:
    return {"user": _user().pw_uid, "group": _user().pw_gid, "extra_groups": []} if os.getuid() == 0 else {}


def _dying_with_us() -> list[str]:
    return ["setpriv", "--pdeathsig", "QUIT"]
