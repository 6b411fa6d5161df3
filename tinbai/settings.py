"""Reads every setting: defaults, then the TOML file, then the environment. Nothing else in tinbai reads either.

Whatever is wrong becomes one sentence that says where, what and what to do.
"""

import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, get_type_hints

from pydantic import TypeAdapter, ValidationError

from ingest.settings import MailboxSettings
from ingest.web import FetchSettings
from outbox.settings import SmtpSettings
from pipeline.settings import (
    AckSettings,
    AlertSettings,
    BoardSettings,
    CalendarSettings,
    DigestSettings,
    OfficeSettings,
    SummarySettings,
)

PREFIX = "TINBAI_"
SECRET_SECTIONS = ("mailbox", "smtp")
RENAMED: Mapping[str, str] = {"from": "start", "to": "end"}
WANTED: Mapping[str, str] = {  # pydantic's kinds of error → what should have stood there
    "bool": "true hoặc false",
    "int": "một số nguyên",
    "float": "một số",
    "string": "một chuỗi trong dấu ngoặc kép",
    "tuple": "một danh sách trong dấu ngoặc vuông",
    "literal_error": "một trong {expected}",
    "date": "một ngày như 2026-09-07",
    "missing": "có mặt",
    "dataclass_type": "một bảng các khóa",
}


class SettingsError(ValueError):
    """The settings cannot be used; the message is one sentence for the operator."""


@dataclass(frozen=True, slots=True)
class DatabaseSettings:
    """Where the record is kept."""

    url: str = "sqlite:///var/tinbai.db"

    def __post_init__(self) -> None:
        if not self.url.startswith(("sqlite:///", "postgresql+psycopg://")):
            given = f"[database] url phải bắt đầu bằng sqlite:/// hoặc postgresql+psycopg://, đang là {self.url!r}"
            raise ValueError(given)


@dataclass(frozen=True, slots=True)
class LogSettings:
    """What is logged, and how."""

    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    format: Literal["text", "json"] = "text"


@dataclass(frozen=True, slots=True)
class Settings:
    """All of it. Each section belongs to the room that uses it."""

    office: OfficeSettings = field(default_factory=OfficeSettings)
    mailbox: MailboxSettings = field(default_factory=MailboxSettings)
    smtp: SmtpSettings = field(default_factory=SmtpSettings)
    database: DatabaseSettings = field(default_factory=DatabaseSettings)
    fetch: FetchSettings = field(default_factory=FetchSettings)
    ack: AckSettings = field(default_factory=AckSettings)
    calendar: CalendarSettings = field(default_factory=CalendarSettings)
    board: BoardSettings = field(default_factory=BoardSettings)
    digest: DigestSettings = field(default_factory=DigestSettings)
    alerts: AlertSettings = field(default_factory=AlertSettings)
    summary: SummarySettings = field(default_factory=SummarySettings)
    log: LogSettings = field(default_factory=LogSettings)


SECTIONS: Mapping[str, type] = get_type_hints(Settings)


def load(path: Path | None, environment: Mapping[str, str]) -> Settings:
    """Read the settings: `path` if given, else $TINBAI_SETTINGS, else ./settings.toml when it exists.

    Raises SettingsError.
    """
    named = path or (Path(environment["TINBAI_SETTINGS"]) if environment.get("TINBAI_SETTINGS") else None)
    values = _from_file(named) if named else _from_file(Path("settings.toml"), must_exist=False)
    _refuse_secrets(values, named or Path("settings.toml"))
    for section, key, value in _from_environment(environment):
        values.setdefault(section, {})[key] = value
    settings = _validated(values)
    _refuse_clear_text(settings)
    return settings


def _from_file(path: Path, *, must_exist: bool = True) -> dict[str, dict[str, Any]]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        if must_exist:
            raise SettingsError(f"Không tìm thấy tệp cấu hình {path}.") from None
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"Không đọc được tệp cấu hình {path}: {error}.") from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"Tệp cấu hình {path} sai cú pháp TOML: {error}.") from error


def _refuse_secrets(values: Mapping[str, Any], path: Path) -> None:
    for section in SECRET_SECTIONS:
        if isinstance(values.get(section), dict) and "password" in values[section]:
            raise SettingsError(
                f"Mật khẩu không được ghi trong {path} ([{section}] password): hãy xóa dòng đó và đặt biến môi trường "
                f"TINBAI_{section.upper()}__PASSWORD hoặc password_file."
            )


def _from_environment(environment: Mapping[str, str]) -> Iterator[tuple[str, str, Any]]:
    for name, text in environment.items():
        if name.startswith(PREFIX) and "__" in name:
            section, _, key = name.removeprefix(PREFIX).lower().partition("__")
            yield section, key, _typed(section, key, text)
    for section in SECRET_SECTIONS:
        credential = Path(environment.get("CREDENTIALS_DIRECTORY", "")) / f"{section}_password"
        if "CREDENTIALS_DIRECTORY" in environment and credential.is_file():
            yield section, "password", credential.read_text(encoding="utf-8").strip()


def _typed(section: str, key: str, text: str) -> Any:
    """Text for a text setting; anything else as it would stand in TOML."""
    kind = get_type_hints(SECTIONS[section]).get(key) if section in SECTIONS else None
    if kind is str or kind is None or getattr(kind, "__origin__", None) is Literal:
        return text
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def _validated(values: Mapping[str, Any]) -> Settings:
    unknown = [name for name in values if name not in SECTIONS]
    if unknown:
        raise SettingsError(f"Không có mục [{unknown[0]}] trong cấu hình; các mục hợp lệ: {', '.join(SECTIONS)}.")
    sections: dict[str, Any] = {name: _section(name, values[name]) for name in values}
    return Settings(**sections)


def _section(name: str, values: Any) -> Any:
    if not isinstance(values, dict):
        raise SettingsError(f"[{name}] phải là một mục gồm nhiều khóa, không phải một giá trị.")
    kind = SECTIONS[name]
    known = [item.name for item in fields(kind)]
    for key in values:
        if key not in known:
            names = ", ".join(key for key in known if key != "password")
            raise SettingsError(f"Không có khóa {key} trong mục [{name}]; các khóa hợp lệ: {names}.")
    try:
        section: Any = TypeAdapter(kind).validate_python(_renamed(values))
    except ValidationError as error:
        raise SettingsError(_sentence(name, error)) from error
    return _with_password_file(name, section)


def _renamed(value: Any) -> Any:
    """`from` is no name in Python, and `to` alone would read oddly."""
    if isinstance(value, list):
        return [_renamed(item) for item in value]
    if isinstance(value, dict) and {"from", "to"} <= value.keys():
        return {RENAMED.get(key, key): item for key, item in value.items()}
    return {key: _renamed(item) for key, item in value.items()} if isinstance(value, dict) else value


def _sentence(name: str, error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    key = ".".join(str(part) for part in first["loc"])
    given = "" if "password" in key or not key else f", đang là {first['input']!r}"
    wanted = next((text for start, text in WANTED.items() if first["type"].startswith(start)), None)
    if wanted is None:  # our own check in the section's dataclass: already a sentence
        return f"{str(first.get('ctx', {}).get('error', first['msg'])).rstrip('.')}."
    return f"[{name}] {key} phải là {wanted.format(**first.get('ctx', {}))}{given}."


def _with_password_file(name: str, section: Any) -> Any:
    path = getattr(section, "password_file", "")
    if name not in SECRET_SECTIONS or not path or section.password:
        return section
    try:
        secret = Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise SettingsError(f"Không đọc được tệp mật khẩu của [{name}] ({path}): {error.strerror}.") from error
    values = {item.name: getattr(section, item.name) for item in fields(section)}
    return type(section)(**{**values, "password": secret})


def _refuse_clear_text(settings: Settings) -> None:
    for name in SECRET_SECTIONS:
        section = getattr(settings, name)
        if section.security == "none" and section.host not in ("", "localhost", "127.0.0.1", "::1"):
            raise SettingsError(
                f'[{name}] security = "none" chỉ dùng được với máy chủ trên chính máy này; với {section.host} hãy dùng '
                '"tls" hoặc "starttls".'
            )


def environment() -> Mapping[str, str]:
    """The process's environment."""
    return os.environ
