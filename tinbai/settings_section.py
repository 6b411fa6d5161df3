"""One section of the settings: values as TOML or the environment gives them become its dataclass, or one sentence.

Knows no file and no environment; what a value means is the section's own business.
"""

import re
from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from types import GenericAlias
from typing import Any, get_type_hints

from pydantic import ConfigDict, TypeAdapter, ValidationError

RENAMED: Mapping[str, str] = {"from": "start", "to": "end"}  # inside a list of tables, such as `breaks`
WRITTEN: Mapping[str, str] = {ours: written for written, ours in RENAMED.items()}
DAYS_AS_TEXT = frozenset({("mailbox", "start_from")})  # texts that may be written as a day of TOML
NEVER_SHOWN = frozenset({"password", "client_secret", "refresh_token"})  # no key for the file, no value for a sentence
WANTED: Mapping[str, str] = {  # pydantic's kinds of error → what should have stood there
    "bool": "true hoặc false",
    "int": "một số nguyên",
    "float": "một số",
    "string": "một chuỗi trong dấu ngoặc kép",
    "tuple": "một danh sách trong dấu ngoặc vuông",
    "literal_error": "{expected}",
    "date": "một ngày như 2026-09-07",
    "dataclass_type": "một bảng các khóa",
}


class SettingsError(ValueError):
    """The settings cannot be used; the message is one sentence for the operator."""


def read_section(name: str, kind: type, values: Any) -> Any:
    """The section's dataclass from these values. Raises SettingsError."""
    if not isinstance(values, dict):
        raise SettingsError(f"[{name}] phải là một mục gồm nhiều khóa, không phải một giá trị.")
    _refuse_unknown(name, kind, values)
    _refuse_confused(name, kind, values)
    given = {key: _plain(name, key, value) for key, value in values.items()}
    alone: Any = GenericAlias(tuple, (kind,))  # a type of its own right takes no config, a tuple of it does
    adapter = TypeAdapter[Any](alone, config=ConfigDict(extra="forbid"))
    try:
        (section,) = adapter.validate_python((given,))
    except ValidationError as error:
        raise SettingsError(_sentence(name, error)) from error
    return section


def _refuse_unknown(name: str, kind: type, values: Mapping[str, Any]) -> None:
    known = [item.name for item in fields(kind)]
    for key in values:
        if key not in known:
            names = ", ".join(key for key in known if key not in NEVER_SHOWN)
            raise SettingsError(f"Không có khóa {key} trong mục [{name}]; các khóa hợp lệ: {names}.")


def _refuse_confused(name: str, kind: type, values: Mapping[str, Any]) -> None:
    """Between true, "yes" and 1 pydantic is lenient; a switch that is read wrongly sends mail."""
    hints = get_type_hints(kind)
    for key, value in values.items():
        wanted, is_switch = hints[key], isinstance(value, bool)
        if (wanted is bool and not is_switch) or (wanted in (int, float) and is_switch):
            raise SettingsError(f"[{name}] {key} phải là {WANTED[wanted.__name__]}, đang là {value!r}.")


def _plain(name: str, key: str, value: Any) -> Any:
    """`from` is no name in Python, and `to` alone would read oddly; a day is as good as its text."""
    if isinstance(value, list):
        return [_renamed(item) if isinstance(item, dict) else item for item in value]
    return value.isoformat() if (name, key) in DAYS_AS_TEXT and isinstance(value, date) else value


def _renamed(table: Mapping[str, Any]) -> dict[str, Any]:
    return {RENAMED.get(key, key): item for key, item in table.items()}


def _sentence(name: str, error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    if first["type"] == "value_error":  # our own check in the section's dataclass: already a sentence
        return f"{str(first['ctx']['error']).rstrip('.')}."
    _, key, *inner = first["loc"]
    place = _place(str(key), inner)
    if first["type"] == "missing":
        return f"[{name}] thiếu khóa {place}."
    if first["type"] == "unexpected_keyword_argument":
        return f"[{name}] không có khóa {place}."
    wanted = next((text for start, text in WANTED.items() if first["type"].startswith(start)), "một giá trị khác")
    given = "" if str(key) in NEVER_SHOWN else f", đang là {first['input']!r}"
    return f"[{name}] {place} phải là {_filled(wanted, first.get('ctx', {}))}{given}."


def _place(key: str, inner: list[int | str]) -> str:
    """`ports (mục thứ 1)`, `to trong breaks (mục thứ 1)`."""
    for part in inner:
        key = f"{key} (mục thứ {part + 1})" if isinstance(part, int) else f"{WRITTEN.get(part, part)} trong {key}"
    return key


def _filled(wanted: str, context: Mapping[str, Any]) -> str:
    """pydantic lists choices in English."""
    choices = re.findall(r"'[^']*'", str(context.get("expected", "")))
    one_of = f"một trong {', '.join(choices[:-1])} hoặc {choices[-1]}" if len(choices) > 1 else "".join(choices)
    return wanted.format(expected=one_of)
