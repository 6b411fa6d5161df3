"""The themes and incident words that ship with tinbai."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from parsers.incidents import IncidentRule, Severity
from parsers.theme import Theme


def themes() -> tuple[Theme, ...]:
    """The themes of the plan, in its order."""
    return tuple(
        Theme(
            id=entry["id"],
            order=entry["order"],
            label=entry["label"],
            keywords=tuple(entry["keywords"]),
            veto=tuple(entry.get("veto", ())),
            fallback=entry.get("fallback", False),
        )
        for entry in _lexicon()["theme"]
    )


def incident_rules() -> tuple[IncidentRule, ...]:
    """Words that make a mail an incident."""
    return tuple(
        IncidentRule(
            id=entry["id"],
            severity=Severity(entry["severity"]),
            phrases=tuple(entry["phrases"]),
            veto=tuple(entry.get("veto", ())),
        )
        for entry in _lexicon()["incident"]
    )


@cache
def _lexicon() -> dict[str, Any]:
    return tomllib.loads(files("tinbai").joinpath("data/themes.toml").read_text(encoding="utf-8"))
