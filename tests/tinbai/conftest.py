"""The command line with a folder of its own."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from db.migrate import migrate
from db.session import Database
from tests.factories import NOW
from tinbai.cli import main


class CommandLine:
    """Runs commands in this process; remembers what the last one printed."""

    def __init__(self, folder: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.settings = folder / "settings.toml"
        self.settings.write_text(f'[database]\nurl = "sqlite:///{folder}/tinbai.db"\n', encoding="utf-8")
        self.database = Database(f"sqlite:///{folder}/tinbai.db")
        migrate(self.database, NOW)
        self._capture = capture
        self.out = self.err = ""

    def __call__(self, *arguments: str) -> int:
        """Returns the exit status."""
        status = main(["--settings", str(self.settings), *arguments])
        self.out, self.err = self._capture.readouterr()
        return status

    def records(self, *arguments: str) -> list[dict[str, Any]]:
        """What a listing command says, as objects."""
        assert self(*arguments, "--json") == 0, self.err
        return [json.loads(line) for line in self.out.splitlines()]

    def file(self, name: str, text: str) -> str:
        """A file in the folder."""
        (self.folder / name).write_text(text, encoding="utf-8")
        return str(self.folder / name)


@pytest.fixture
def tinbai(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[CommandLine]:
    """`tinbai("stories", "--json")`."""
    monkeypatch.chdir(tmp_path)
    made = CommandLine(tmp_path, capsys)
    yield made
    made.database.close()
    assert list(tmp_path.glob("*.db-wal")) == [], "a command left its database open: SQLite's last one removes the log"
