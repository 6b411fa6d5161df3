"""Reads every setting: defaults, then the TOML file, then the environment. Nothing else in tinbai reads either.

Whatever is wrong becomes one sentence that says where, what and what to do.
"""

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, get_type_hints

from ingest.mailbox_errors import is_loopback
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
from tinbai.oserrors import reason_of
from tinbai.settings_section import SettingsError, read_section

__all__ = ["SECTIONS", "DatabaseSettings", "LogSettings", "Settings", "SettingsError", "environment", "load"]

PREFIX = "TINBAI_"
SECRET_SECTIONS = ("mailbox", "smtp")
FLAGS: Mapping[str, bool] = {"true": True, "1": True, "false": False, "0": False}  # as the environment says them
REDIRECTOR = re.compile(r"(?:\*\.)?(?!www\.)[\w-]+(?:\.[\w-]+)+(?:/[^\s?#]*)?\?[^\s?&=#]+")


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
    _refuse_bad_redirectors(settings)
    return settings


def _from_file(path: Path, *, must_exist: bool = True) -> dict[str, dict[str, Any]]:
    if not must_exist and not path.exists():
        return {}
    try:
        return tomllib.loads(_text(path, "tệp cấu hình"))
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"line (\d+), column (\d+)", str(error))
        where = f"ở dòng {place[1]}, cột {place[2]}" if place else "ở cuối tệp"
        raise SettingsError(f"Tệp cấu hình {path} sai cú pháp TOML {where}.") from error


def _text(path: Path, what: str) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise SettingsError(f"Không đọc được {what} {path}: {reason_of(error)}.") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"Không đọc được {what} {path}: không phải là văn bản UTF-8; hãy lưu lại tệp.") from error


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
            yield section, "password", _text(credential, f"mật khẩu của [{section}] trong").strip()


def _typed(section: str, key: str, text: str) -> Any:
    """Text for a text setting; anything else as it would stand in TOML."""
    kind = get_type_hints(SECTIONS[section]).get(key) if section in SECTIONS else None
    if kind is bool:
        return FLAGS.get(text.strip().lower(), text)
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
    sections = {name: _with_password_file(name, read_section(name, SECTIONS[name], values[name])) for name in values}
    return Settings(**sections)


def _with_password_file(name: str, section: Any) -> Any:
    path = getattr(section, "password_file", "")
    if name not in SECRET_SECTIONS or not path or section.password:
        return section
    secret = _text(Path(path), f"tệp mật khẩu của [{name}] (password_file)").strip()
    values = {item.name: getattr(section, item.name) for item in fields(section)}
    return type(section)(**{**values, "password": secret})


def _refuse_clear_text(settings: Settings) -> None:
    for name in SECRET_SECTIONS:
        section = getattr(settings, name)
        if section.security == "none" and section.host and not is_loopback(section.host):
            raise SettingsError(
                f'[{name}] security = "none" chỉ dùng được với máy chủ trên chính máy này; với {section.host} hãy dùng '
                '"tls" hoặc "starttls".'
            )


def _refuse_bad_redirectors(settings: Settings) -> None:
    for redirector in settings.fetch.redirectors:
        if not REDIRECTOR.fullmatch(redirector):
            raise SettingsError(
                f'[fetch] redirectors phải viết như "tên-miền?khóa" hoặc "tên-miền/đường-dẫn?khóa" (không có https:// '
                f"và www., ví dụ l.facebook.com/l.php?u), đang là {redirector!r}."
            )


def environment() -> Mapping[str, str]:
    """The process's environment."""
    return os.environ
