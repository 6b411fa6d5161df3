"""What the operator's guide and the deploy files name exists: commands, options, settings, files, metrics, directives."""

import re
import shlex
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path

import click
import pytest

from db.states import MailState, MessageState
from parsers.roster import read_members, read_schools
from tinbai.cli import tinbai
from tinbai.cli.check import QUESTIONS
from tinbai.metrics import Figures, Metrics
from tinbai.settings import SECTIONS, Settings
from tinbai.settings_secrets import SECRETS

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
GUIDE = sorted((ROOT / "docs" / "operator").glob("*.md"))
README = ROOT / "README.md"
SERVICES = sorted(DEPLOY.glob("*.service"))
UNITS = [*SERVICES, *sorted(DEPLOY.glob("*.timer")), *sorted(DEPLOY.glob("*/*.conf"))]
TEXTS = {path: path.read_text(encoding="utf-8") for path in [*GUIDE, README, *UNITS]}

FENCE = re.compile(r"^ *(?:\d+\. )?```(\w+)\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"(?<!`)(`+)(?!`)([^\n]+?)(?<!`)\1(?!`)")
COMMAND = re.compile(r"(?:TINBAI_\w+=\S* )?(?:/opt/tinbai/venv/bin/)?tinbai (.+)")
SOURCE = "".join(path.read_text(encoding="utf-8") for room in ("tinbai", "ingest", "outbox", "pipeline", "db")
                 for path in sorted((ROOT / room).rglob("*.py")))  # fmt: skip
EXAMPLE_NUMBER = re.compile(r"[mo]?\d+")

DIRECTIVES = {  # each as systemd.unit(5), .service(5), .exec(5), .kill(5), .resource-control(5), .timer(5) spell it
    "Unit": {"Description", "Wants", "After", "StartLimitIntervalSec"},
    "Service": {
        *("Type", "User", "Group", "Environment", "ExecStart", "Restart", "RestartSec", "RestartPreventExitStatus"),
        *("KillMode", "TimeoutStartSec", "TimeoutStopSec", "LoadCredential", "StateDirectory", "StateDirectoryMode"),
        *("WorkingDirectory", "ReadWritePaths", "UMask", "MemoryMax", "OOMPolicy", "TasksMax", "LimitNOFILE"),
        *("LimitCORE", "Nice", "NoNewPrivileges", "CapabilityBoundingSet", "AmbientCapabilities", "ProtectSystem"),
        *("ProtectHome", "PrivateTmp", "PrivateDevices", "PrivateUsers", "ProtectProc", "ProtectClock"),
        *("ProtectHostname", "ProtectKernelTunables", "ProtectKernelModules", "ProtectKernelLogs"),
        *("ProtectControlGroups", "RestrictAddressFamilies", "RestrictNamespaces", "RestrictRealtime"),
        *("RestrictSUIDSGID", "LockPersonality", "MemoryDenyWriteExecute", "RemoveIPC", "KeyringMode"),
        *("SystemCallArchitectures", "SystemCallFilter", "SystemCallErrorNumber", "IPAddressAllow", "IPAddressDeny"),
    },
    "Timer": {"OnCalendar", "RandomizedDelaySec", "Persistent"},
    "Install": {"WantedBy"},
}
HARDENED = (  # every service has each of them, as it stands here
    *("NoNewPrivileges=true", "CapabilityBoundingSet=", "AmbientCapabilities=", "ProtectSystem=strict"),
    *("ProtectHome=true", "PrivateTmp=true", "PrivateDevices=true", "PrivateUsers=true", "ProtectProc=invisible"),
    *("ProtectKernelTunables=true", "ProtectKernelModules=true", "ProtectKernelLogs=true", "ProtectClock=true"),
    *("ProtectControlGroups=true", "ProtectHostname=true", "RestrictNamespaces=true", "RestrictRealtime=true"),
    *("RestrictSUIDSGID=true", "LockPersonality=true", "MemoryDenyWriteExecute=true", "UMask=0077", "LimitCORE=0"),
    *("RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6", "SystemCallFilter=@system-service"),
    *("SystemCallFilter=~@privileged @resources", "SystemCallArchitectures=native", "User=tinbai"),
)


def fenced(text: str, language: str) -> Iterator[str]:
    """The blocks of code in this language."""
    yield from (block for name, block in FENCE.findall(text) if name == language)


def inline(text: str) -> Iterator[str]:
    """What stands in backticks within a sentence."""
    yield from (words.strip() for _, words in INLINE.findall(FENCE.sub("", text)))


def calls(path: Path) -> Iterator[str]:
    """What is handed to `tinbai` wherever the file calls it."""
    if path in UNITS:
        lines = re.findall(r"^ExecStart=(.+)$", TEXTS[path], re.MULTILINE)
    else:
        blocks = [line.strip() for block in fenced(TEXTS[path], "sh") for line in block.splitlines()]
        lines = [part.strip() for line in [*blocks, *inline(TEXTS[path])] for part in line.split("&&")]
    for line in lines:
        if (found := COMMAND.fullmatch(line)) and not found[1].startswith(("…", "- ")):
            yield found[1]


def misused(call: str) -> str | None:
    """What no command of ours takes; None when all is well."""
    command: click.Command = tinbai
    words = iter(shlex.split(call, comments=True))
    for word in words:
        if word.startswith("-") and word != "-":
            known = {name: option for option in command.params for name in option.opts}
            if word not in known and word not in ("--help", "--version"):
                return word
            option = known.get(word)
            if isinstance(option, click.Option) and not option.is_flag:
                value = next(words, "")
                if isinstance(option.type, click.Choice) and value not in option.type.choices:
                    return f"{word} {value}"
        elif isinstance(command, click.Group):
            if word not in command.commands:
                return word
            command = command.commands[word]
    return None


CALLS = [(path, call) for path in TEXTS for call in calls(path)]


def test_the_guide_calls_every_kind_of_command() -> None:
    called = {call.split()[0] for path, call in CALLS if path != README}
    assert called >= {"run", "worker", "check", "migrate", "import", "replay", "backup", "outbox", "preview", "retry"}
    assert len(CALLS) > 80


@pytest.mark.parametrize(("path", "call"), CALLS, ids=[f"{path.name}: {call}" for path, call in CALLS])
def test_every_command_and_option_that_is_named_exists(path: Path, call: str) -> None:
    assert misused(call) is None, path.name


@pytest.mark.parametrize(
    ("call", "wrong"),
    [
        ("outbox release o1", None),
        ("outbox releas o1", "releas"),
        ("check --now", "--now"),
        ("outbox --state sleeping", "--state sleeping"),
        ("replay --since 2026-11-01", None),
    ],
)
def test_a_wrong_command_would_be_found(call: str, wrong: str | None) -> None:
    assert misused(call) == wrong


KEYS = {section: {field.name for field in fields(kind)} for section, kind in SECTIONS.items()}
SECRET_FILES = {f"/etc/tinbai/secrets/{secret.section}/{secret.key}" for secret in SECRETS}


@pytest.mark.parametrize("path", [*GUIDE, README], ids=lambda path: path.name)
def test_every_setting_that_is_named_exists(path: Path) -> None:
    everywhere = set().union(*KEYS.values())
    unknown = []
    for block in fenced(TEXTS[path], "toml"):
        for key, value in tomllib.loads(block).items():
            given = value if isinstance(value, dict) else {key: value}
            unknown += [name for name in given if name not in (KEYS.get(key, everywhere))]
    for words in inline(TEXTS[path]):
        for section, key in re.findall(r"^\[(\w+)\](?: (\w+))?", words):
            unknown += [words] if section not in KEYS or (key and key not in KEYS[section]) else []
        unknown += [key for key in re.findall(r"^(\w+) = ", words) if key not in everywhere]
    for section, key in re.findall(r"TINBAI_([A-Z]+)__([A-Z_]+)", TEXTS[path]):
        unknown += [key] if key.lower() not in KEYS.get(section.lower(), set()) else []
    assert unknown == []


def test_the_first_settings_of_the_guide_are_a_whole_file() -> None:
    (block,) = fenced((ROOT / "docs/operator/01-cai-dat.md").read_text(encoding="utf-8"), "toml")
    assert set(tomllib.loads(block)) <= set(SECTIONS)
    assert tomllib.loads(block)["smtp"]["hold"] is True
    assert Settings().smtp.hold is False


@pytest.mark.parametrize("path", GUIDE, ids=lambda path: path.name)
def test_every_secret_has_the_file_that_the_units_turn_into_its_credential(path: Path) -> None:
    named = set(re.findall(r"/etc/tinbai/secrets/(?:mailbox|smtp|database)/[a-z_]+", TEXTS[path]))
    assert named <= SECRET_FILES


@pytest.mark.parametrize("path", [*GUIDE, README], ids=lambda path: path.name)
def test_every_file_that_is_named_exists(path: Path) -> None:
    named = re.findall(r"\bdeploy/([\w.@/-]*\w)", TEXTS[path]) + re.findall(
        r"\bsystemctl .*?(tinbai[\w.@-]*)", TEXTS[path]
    )
    units = {name.replace("@1", "@") for name in named if name != "tinbai"}
    missing = [name for name in units if not (DEPLOY / name).exists() and not (DEPLOY / f"{name}.service").exists()]
    linked = re.findall(r"\]\(([\w./-]+)(?:#[\w-]+)?\)", TEXTS[path])
    assert missing == []
    assert [link for link in linked if not (path.parent / link).exists()] == []


@pytest.mark.parametrize("path", GUIDE, ids=lambda path: path.name)
def test_every_shell_block_of_the_guide_can_be_pasted(path: Path) -> None:
    for block in fenced(TEXTS[path], "sh"):
        assert subprocess.run(["sh", "-n"], input=block, text=True, check=False).returncode == 0, block


def test_the_csv_examples_of_the_guide_can_be_imported() -> None:
    schools, members = fenced((ROOT / "docs/operator/03-danh-sach.md").read_text(encoding="utf-8"), "csv")
    levels = Settings().calendar.levels
    assert len(read_schools(re.sub(r"^ +", "", schools, flags=re.MULTILINE).encode(), levels)) == 2
    assert len(read_members(re.sub(r"^ +", "", members, flags=re.MULTILINE).encode())) == 2


def test_the_first_aid_names_lines_of_check_reasons_of_health_and_events_of_the_log() -> None:
    aid = (ROOT / "docs/operator/06-su-co.md").read_text(encoding="utf-8")
    questions = {name for name, _ in QUESTIONS}
    asked = re.findall(r"`LỖI  ([^`]+)`", aid)
    assert asked
    assert set(asked) <= questions
    reasons = re.findall(r"`([a-z]+_[a-z_]+)`", "".join(line for line in aid.splitlines() if "/healthz" in line))
    assert len(reasons) == 6
    assert [reason for reason in reasons if f'"{reason}"' not in SOURCE] == []
    operation = (ROOT / "docs/operator/05-van-hanh.md").read_text(encoding="utf-8")
    events = re.findall(r"^\| ((?:`[^`]+`,? ?)+) \|", operation, re.MULTILINE)
    told = [event for cell in events for event in re.findall(r"`([^`]+)`", cell) if event != "event"]
    assert len(told) >= 8
    assert [event for event in told if f'"{event}"' not in SOURCE] == []


def exposed() -> dict[str, set[str]]:
    """The families of /metrics, with their labels."""
    now = datetime(2026, 11, 25, tzinfo=UTC)
    one = {"one": 1}
    found = Figures(now, one, one, one, {"one": now}, {}, [], {"one": now}, {"one": now}, 0, 0, 0, 0, {"one": 1.0})
    page = Metrics(lambda: found, "1")().decode()
    families = {name: set[str]() for name in re.findall(r"^# TYPE (\S+)", page, re.MULTILINE)}
    for name, label in re.findall(r"^(\w+)\{(\w+)=", page, re.MULTILINE):
        families[name].add(label)
    return families


def test_the_alert_rules_ask_for_metrics_and_states_that_exist() -> None:
    rules = (DEPLOY / "prometheus-alerts.yml").read_text(encoding="utf-8")
    asked = re.findall(r"\b(tinbai_[a-z_]+)(?:\{(\w+)=~?\"([\w|]+)\"\})?", rules)
    families = exposed()
    assert len(asked) >= 6
    assert {name for name, *_ in asked} <= set(families)
    assert [name for name, label, _ in asked if label and label not in families[name]] == []
    states = {*MailState, *MessageState}
    assert {state for *_, given in asked if given for state in given.split("|")} <= states
    assert len(re.findall(r"- alert: ", rules)) == len(re.findall(r"^ +expr: ", rules, re.MULTILINE)) >= 5


def directives(path: Path) -> Iterator[tuple[str, str, str]]:
    """Section, directive, value of each line of a unit file."""
    section = ""
    for line in TEXTS[path].splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif line and not line.startswith("#"):
            name, equals, value = line.partition("=")
            assert equals, f"{path.name}: {line}"
            yield section, name, value


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_every_directive_of_a_unit_is_one_of_systemds(path: Path) -> None:
    found = list(directives(path))
    assert found
    assert [name for section, name, _ in found if name not in DIRECTIVES[section]] == []
    if shutil.which("systemd-analyze") and path.suffix != ".conf":  # a second opinion where there is one
        said = subprocess.run(["systemd-analyze", "verify", path], capture_output=True, text=True, check=False).stderr
        assert [line for line in said.splitlines() if path.name in line and "not executable" not in line] == []


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_every_service_is_hardened_and_gets_its_secrets_as_credentials(path: Path) -> None:
    lines = TEXTS[path].splitlines()
    assert [line for line in HARDENED if line not in lines] == []
    loaded = [value.split(":") for _, name, value in directives(path) if name == "LoadCredential"]
    assert loaded
    assert {section for section, _ in loaded} <= {secret.section for secret in SECRETS}
    assert all(folder == f"/etc/tinbai/secrets/{section}" for section, folder in loaded)


def test_the_installer_takes_the_tested_version_of_every_library() -> None:
    expression = re.search(r"^sed -n '(.+)' ", (DEPLOY / "install.sh").read_text(encoding="utf-8"), re.MULTILINE)
    assert expression is not None
    command = ["sed", "-n", expression[1], ROOT / "requirements-dev.txt"]
    versions = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], "psycopg>=3", "psycopg-binary>=3"]
    pinned = {line.partition("==")[0] for line in versions}
    assert {re.split(r"[\[<>=]", name)[0] for name in wanted} <= pinned
    assert all(re.fullmatch(r"[\w.-]+==[\w.]+ *(?:; .+)?", line) for line in versions)


def test_an_image_is_built_from_every_room_and_holds_no_secret() -> None:
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    rooms = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert ignored[1] == "*"
    assert {f"!{name}" for name in (*rooms, "deploy/install.sh", "pyproject.toml", "README.md")} <= set(ignored)
    container = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    assert "HEALTHCHECK" in container
    assert "USER tinbai" in container
    assert re.search(r"^(?:ENV|ARG).*(?:PASSWORD|SECRET|TOKEN)", container, re.MULTILINE) is None


@pytest.mark.parametrize("script", ["install.sh", "tinbai"])
def test_the_scripts_are_shell(script: str) -> None:
    assert (DEPLOY / script).read_text(encoding="utf-8").startswith("#!/bin/sh\n")
    assert subprocess.run(["sh", "-n", DEPLOY / script], check=False).returncode == 0
