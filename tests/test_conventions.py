"""The habits of the house that a machine can check."""

import ast
import re
import statistics
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import click
import pytest
from sqlalchemy import Select

from db.queries import messages, outgoing, stories
from db.states import MailState, MessageState, StoryState
from outbox.letter import Notice
from tinbai import __version__
from tinbai import settings as settings_module
from tinbai.cli import tinbai
from tinbai.settings import Settings

ROOT = Path(__file__).parent.parent
ROOMS = ("tinbai", "pipeline", "ingest", "outbox", "parsers", "db")
FILES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py") if "versions" not in path.parts)
TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in FILES}

SEVERAL_HOMES = {  # a library that earns more than one module, and where
    "sqlalchemy": ("db", "ingest", "outbox", "pipeline", "tinbai"),  # sessions are passed through the rooms
    "bs4": ("parsers",),
    "urllib3": ("ingest/web", "outbox/endpoint"),  # foreign pages; the operator's own URLs
    "lxml": ("parsers",),
    "rich": ("tinbai/cli", "tinbai/demo"),
    "click": ("tinbai/cli",),
    "alembic": ("db",),
    "pymap": ("tinbai/demo",),
    "aiosmtpd": ("tinbai/demo",),
}


NOW = datetime(2026, 11, 25, tzinfo=UTC)
DUE: tuple[Select[Any], ...] = (
    messages.to_read(NOW),
    messages.to_answer(NOW),
    stories.to_fetch(NOW),
    stories.to_read(NOW),
    outgoing.to_send(NOW, hold=False),
    outgoing.left_in_sending(NOW),
)


def states_in(query: Select[Any]) -> list[StrEnum]:
    """The states a query of due work looks for."""
    values = query.compile().params.values()
    given = [item for value in values for item in (value if isinstance(value, list) else [value])]
    return [item for item in given if isinstance(item, MessageState | StoryState | MailState)]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def functions() -> Iterator[tuple[Path, ast.FunctionDef]]:
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                yield path, node


def length(node: ast.FunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def test_no_file_is_long() -> None:
    long = {name_of(path): lines for path in FILES if (lines := path.read_text(encoding="utf-8").count("\n")) > 250}
    assert long == {}


def test_functions_are_short() -> None:
    lengths = sorted(length(node) for _, node in functions())
    long = [f"{name_of(path)}: {node.name}" for path, node in functions() if length(node) > 50]
    assert long == []
    assert statistics.median(lengths) <= 10
    assert lengths[len(lengths) * 9 // 10] <= 30


def test_broad_except_has_two_homes() -> None:
    found = set()
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ExceptHandler):
                names = (
                    {name.id for name in ast.walk(node.type) if isinstance(name, ast.Name)} if node.type else {"all"}
                )
                if names & {"Exception", "BaseException", "all"}:
                    found.add(name_of(path))
    assert found == {"db/work.py", "tinbai/daemon.py"}


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(TREES[path]):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            found.add((node.module or "").partition(".")[0])
    return found


def test_a_third_party_library_is_imported_in_one_module() -> None:
    homes: dict[str, list[str]] = defaultdict(list)
    import sys

    for path in FILES:
        for library in imports(path) - set(sys.stdlib_module_names) - set(ROOMS):
            homes[library].append(name_of(path))
    scattered = {
        library: places
        for library, places in homes.items()
        if len(places) > 1 and not all(place.startswith(SEVERAL_HOMES.get(library, ())) for place in places)
    }
    assert scattered == {}


@pytest.mark.parametrize("forbidden", ["socket", "pathlib", "sqlite3", "subprocess", "urllib3", "requests", "http"])
def test_parsers_open_nothing(forbidden: str) -> None:
    assert [name_of(path) for path in FILES if path.parts[-2] == "parsers" and forbidden in imports(path)] == []


def test_only_the_front_door_asks_for_the_time() -> None:
    asking = [
        name_of(path)
        for path, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"now", "today", "utcnow"}
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in {"datetime", "date"}
    ]
    assert [place for place in asking if not place.startswith("tinbai/")] == []


def test_only_the_settings_read_the_environment() -> None:
    reading = {name_of(path) for path in FILES if re.search(r"os\.environ|getenv", path.read_text(encoding="utf-8"))}
    assert {place for place in reading if not place.startswith("tinbai/demo/")} <= {"tinbai/settings.py"}


def test_states_change_by_move_to_only() -> None:
    setting = [
        f"{name_of(path)}:{node.lineno}"
        for path, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        and any(isinstance(target, ast.Attribute) and target.attr == "state" for target in node.targets)
    ]
    assert [place for place in setting if not place.startswith("db/models/")] == []


def test_every_module_says_what_it_is_for() -> None:
    assert [name_of(path) for path, tree in TREES.items() if not ast.get_docstring(tree) and tree.body] == []


def test_every_notice_that_is_sent_has_its_three_templates() -> None:
    for notice in Notice:
        folder = ROOT / "outbox" / "templates" / notice
        assert {file.name for file in folder.iterdir()} == {"subject.txt", "body.txt", "body.html"}
        assert (ROOT / "outbox" / "notices" / f"{notice}.py").exists()


def test_settings_toml_is_the_defaults_and_names_every_key() -> None:
    written = tomllib.loads((ROOT / "settings.toml").read_text(encoding="utf-8"))
    keys = {section: set(values) for section, values in written.items()}
    secret_or_built = {"password", "client_secret", "refresh_token"}
    assert keys == {
        section: {field.name for field in fields(kind)} - secret_or_built
        for section, kind in settings_module.SECTIONS.items()
    }
    assert settings_module.load(ROOT / "settings.toml", {}) == Settings()


def commands(group: click.Group) -> Iterator[str]:
    for name, command in group.commands.items():
        yield name
        if isinstance(command, click.Group):
            yield from (f"{name} {inner}" for inner in commands(command))


def test_every_command_is_in_the_readme_and_helps() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [name for name in commands(tinbai) if f"tinbai {name}" not in readme] == []
    assert [command for command in tinbai.commands.values() if not command.help] == []


def test_architecture_and_decisions_fit_on_a_screen() -> None:
    assert len((ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8").splitlines()) <= 70
    for record in (ROOT / "docs" / "adr").iterdir():
        assert len(record.read_text(encoding="utf-8").splitlines()) <= 40, record.name


def test_the_version_and_the_changelog_agree() -> None:
    headings = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    released = [heading.partition(" ")[0] for heading in headings if heading != "Unreleased"]
    assert headings[0] == "Unreleased"
    assert __version__ == (released[0] if released else "0.1.0")


def test_every_state_that_is_somebodys_work_is_taken_by_one_step() -> None:
    taken = [state for query in DUE for state in states_in(query)]
    assert set(taken) >= {
        MessageState.RECEIVED,
        StoryState.FOUND,
        StoryState.FETCHED,
        MailState.QUEUED,
        MailState.SENDING,
    }
    at_once = [
        state for state in taken if state not in (StoryState.UNREACHABLE, StoryState.REVISE, MessageState.WAITING)
    ]
    assert len(at_once) == len(set(at_once))


def test_the_project_speaks_of_itself_alone() -> None:
    tracked = [
        path for path in ROOT.rglob("*") if path.suffix in {".py", ".md", ".toml", ".sh", ".txt", ".html", ".csv"}
    ]
    foreign = re.compile(r"/(?:work|farm|root)/|\bissue #?\d+\b|TODO|FIXME", re.IGNORECASE)
    outside = {".venv", ".git", "var", "build"}
    telling = [
        name_of(path)
        for path in tracked
        if not outside & set(path.parts)
        and path != Path(__file__)
        and foreign.search(path.read_text(encoding="utf-8", errors="replace"))
    ]
    assert telling == []


def test_the_lock_names_hashes_and_no_registry() -> None:
    lock = (ROOT / "requirements-dev.txt").read_text(encoding="utf-8")
    assert "--hash=sha256:" in lock
    assert "://" not in lock
