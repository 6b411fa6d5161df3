"""Reads every setting: defaults, then the TOML file, then the environment. Nothing else in tinbai reads either.

Whatever is wrong becomes one sentence that says where, what and what to do.
"""

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_type_hints

from ingest.mailbox_errors import is_loopback
from ingest.settings import MailboxSettings
from ingest.web import FetchSettings
from outbox.endpoint import is_own_url
from outbox.settings import SmtpSettings
from pipeline.settings import (
    AckSettings,
    AlertSettings,
    BoardSettings,
    CalendarSettings,
    DigestSettings,
    IncidentSettings,
    OfficeSettings,
    SummarySettings,
)
from tinbai import settings_secrets
from tinbai.oserrors import reason_of
from tinbai.settings_section import SettingsError, read_section

__all__ = ["SECTIONS", "DatabaseSettings", "LogSettings", "Settings", "SettingsError", "environment", "load"]

PREFIX = "TINBAI_"
SERVERS = ("mailbox", "smtp")  # the sections that say how to reach one, and who we are there
FLAGS: Mapping[str, bool] = {"true": True, "1": True, "false": False, "0": False}  # as the environment says them
LISTEN = re.compile(r"(?:(?:\[[0-9A-Fa-f:.]+\]|[\w.-]+):)?[0-9]{1,5}")
REDIRECTOR = re.compile(r"(?:\*\.)?(?!www\.)[\w-]+(?:\.[\w-]+)+(?:/[^\s?#]*)?\?[^\s?&=#]+")


@dataclass(frozen=True, slots=True)
class DatabaseSettings:
    """Where the record is kept."""

    url: str = field(default="sqlite:///var/tinbai.db", repr=False)  # with a password it is a secret
    url_file: str = ""
    keep_free_mb: int = 500  # with less than that on the disk, no mail is fetched

    def __post_init__(self) -> None:
        if not self.url.startswith(("sqlite:///", "postgresql+psycopg://")):
            raise ValueError("[database] url phải bắt đầu bằng sqlite:/// hoặc postgresql+psycopg://.")


@dataclass(frozen=True, slots=True)
class LogSettings:
    """What is logged, and how."""

    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    format: Literal["logfmt", "json"] = "logfmt"


@dataclass(frozen=True, slots=True)
class MetricsSettings:
    """Where /healthz and /metrics are served; empty: nowhere. Raises ValueError."""

    listen: str = ""

    def __post_init__(self) -> None:
        if self.listen and not (LISTEN.fullmatch(self.listen) and int(self.listen.rpartition(":")[2]) < 65536):
            raise ValueError(
                f'[metrics] listen phải có dạng "127.0.0.1:9464" (địa chỉ và cổng), đang là {self.listen!r}.'
            )


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
    incidents: IncidentSettings = field(default_factory=IncidentSettings)
    summary: SummarySettings = field(default_factory=SummarySettings)
    log: LogSettings = field(default_factory=LogSettings)
    metrics: MetricsSettings = field(default_factory=MetricsSettings)


SECTIONS: Mapping[str, type] = get_type_hints(Settings)


def load(path: Path | None, environment: Mapping[str, str]) -> Settings:
    """Read the settings: `path` if given, else $TINBAI_SETTINGS, else ./settings.toml when it exists.

    Raises SettingsError.
    """
    named = path or (Path(environment["TINBAI_SETTINGS"]) if environment.get("TINBAI_SETTINGS") else None)
    values = _from_file(named) if named else _from_file(Path("settings.toml"), must_exist=False)
    settings_secrets.refuse_written(values, named or Path("settings.toml"))
    _fill_in(values, environment)
    settings = _validated(values)
    _refuse_clear_text(settings)
    _refuse_bad_token_urls(settings)
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


def _fill_in(values: dict[str, dict[str, Any]], environment: Mapping[str, str]) -> None:
    """Put into `values` what the environment says, and the secrets."""
    for read in (_from_environment(environment), settings_secrets.found(values, environment)):
        for section, key, value in read:
            table = values.setdefault(section, {})
            if isinstance(table, dict):  # anything else gets its sentence later
                table[key] = value


def _from_environment(environment: Mapping[str, str]) -> Iterator[tuple[str, str, Any]]:
    for name, text in environment.items():
        if name.startswith(PREFIX) and "__" in name:
            section, _, key = name.removeprefix(PREFIX).lower().partition("__")
            yield section, key, _typed(section, key, text)


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
    return Settings(**{name: read_section(name, SECTIONS[name], values[name]) for name in values})


def _refuse_clear_text(settings: Settings) -> None:
    for name in SERVERS:
        section = getattr(settings, name)
        if section.security == "none" and section.host and not is_loopback(section.host):
            raise SettingsError(
                f'[{name}] security = "none" chỉ dùng được với máy chủ trên chính máy này; với {section.host} hãy dùng '
                '"tls" hoặc "starttls".'
            )


def _refuse_bad_token_urls(settings: Settings) -> None:
    for name in SERVERS:
        url = getattr(settings, name).token_url
        if url and not is_own_url(url):
            raise SettingsError(
                f"[{name}] token_url phải là một địa chỉ https:// (http:// chỉ dùng được với máy chủ trên chính máy "
                "này)."
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
