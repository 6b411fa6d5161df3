"""Secrets: which settings are one, and where each may come from. None of them ever stands in settings.toml.

A systemd credential goes before the environment, the environment before a file of its own (`<key>_file`). The
environment is handed in; only `tinbai.settings` reads it. No sentence repeats a secret.
"""

import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tinbai.oserrors import reason_of
from tinbai.settings_section import SettingsError

FOR_OTHERS = 0o077  # group and the world, as ssh has it
URL_WITH_PASSWORD = re.compile(r"[^:/]+://[^:/]*:[^@]+@|[?&](?:ssl)?password=", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Secret:
    """One secret setting. `hidden` tells whether what stands in settings.toml is one: always, but for an address."""

    section: str
    key: str
    what: str
    hidden: Callable[[object], bool] = lambda value: True

    @property
    def credential(self) -> str:
        """Its file in systemd's $CREDENTIALS_DIRECTORY."""
        return f"{self.section}_{self.key}"

    @property
    def variable(self) -> str:
        """Its name in the environment."""
        return f"TINBAI_{self.section.upper()}__{self.key.upper()}"


def has_password(url: object) -> bool:
    """Tell whether an address of a database carries its password."""
    return isinstance(url, str) and URL_WITH_PASSWORD.search(url) is not None


SECRETS = (
    Secret("mailbox", "password", "Mật khẩu"),
    Secret("mailbox", "client_secret", "Client secret"),
    Secret("mailbox", "refresh_token", "Refresh token"),
    Secret("smtp", "password", "Mật khẩu"),
    Secret("smtp", "client_secret", "Client secret"),
    Secret("smtp", "refresh_token", "Refresh token"),
    Secret("database", "url", "Mật khẩu cơ sở dữ liệu", has_password),
)


def refuse_written(values: Mapping[str, Any], path: Path) -> None:
    """Stop at a secret that stands in the settings file; raises SettingsError."""
    for secret in SECRETS:
        section = values.get(secret.section)
        if isinstance(section, dict) and secret.key in section and secret.hidden(section[secret.key]):
            pgpass = "; mật khẩu PostgreSQL cũng có thể nằm trong ~/.pgpass" if secret.section == "database" else ""
            raise SettingsError(
                f"{secret.what} không được ghi trong {path} ([{secret.section}] {secret.key}): hãy xóa khỏi đó và dùng "
                f"{secret.key}_file, credential {secret.credential} của systemd hoặc biến môi trường {secret.variable}"
                f"{pgpass}."
            )


def found(values: Mapping[str, Any], environment: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Yield section, key and value of each secret that is not in the environment; raises SettingsError.

    values: all settings so far, those of the environment included.
    """
    folder = environment.get("CREDENTIALS_DIRECTORY", "")
    for secret in SECRETS:
        credential = Path(folder) / secret.credential
        file = _file_of(secret, values)
        if folder and credential.is_file():
            yield secret.section, secret.key, _read(credential, f"credential {secret.credential}", guarded=False)
        elif file and not environment.get(secret.variable):
            guarded = not (folder and file.is_relative_to(folder))
            yield secret.section, secret.key, _read(file, f"[{secret.section}] {secret.key}_file", guarded=guarded)


def _file_of(secret: Secret, values: Mapping[str, Any]) -> Path | None:
    section = values.get(secret.section)
    path = section.get(f"{secret.key}_file") if isinstance(section, dict) else None
    return Path(path) if path and isinstance(path, str) else None


def _read(path: Path, named: str, *, guarded: bool) -> str:
    """The one line of a file.

    guarded: a file that others may read stops the start, as it stops ssh: a warning would scroll away, and the remedy
    is one command. In its own directory systemd sees to that itself.
    """
    try:
        with path.open(encoding="utf-8") as file:
            mode = os.fstat(file.fileno()).st_mode
            text = file.read().strip()
    except OSError as error:
        raise SettingsError(f"Không đọc được tệp bí mật {path} ({named}): {reason_of(error)}.") from error
    except UnicodeDecodeError:
        reason = "không phải là văn bản UTF-8; hãy lưu lại tệp"
        raise SettingsError(f"Không đọc được tệp bí mật {path} ({named}): {reason}.") from None
    if guarded and mode & FOR_OTHERS:
        raise SettingsError(
            f"Tệp bí mật {path} ({named}) để người dùng khác đọc hoặc ghi được (quyền {mode & 0o777:03o}): hãy chạy "
            f"`chmod 600 {path}` rồi khởi động lại."
        )
    if len(text.splitlines()) != 1:
        raise SettingsError(f"Tệp bí mật {path} ({named}) phải có đúng một dòng, chỉ gồm giá trị bí mật.")
    return text
