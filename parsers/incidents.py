"""Words that tell of an incident or of public opinion about a school, as the office's own list has them.

The list is handed in (themes and incidents are settings). This module only finds the words and keeps to their vetoes;
what the mail is, with them in it, is decided by `parsers.kind`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from parsers.words import Words

__all__ = ["Hit", "IncidentRule", "Severity", "find_incidents"]


class Severity(StrEnum):
    """How a rule's phrases are meant: life and limb, public opinion, the name of a report, "nothing happened"."""

    URGENT = "urgent"
    NORMAL = "normal"
    SIGNAL = "signal"
    NIL = "nil"


@dataclass(frozen=True, slots=True)
class IncidentRule:
    """One entry of the list. A phrase does not count in a sentence that holds a veto ("phòng chống", "tập huấn").

    A veto that goes on from one of the phrases to another word ("bị đánh giá", for "bị đánh") silences only itself.
    """

    id: str
    severity: Severity
    phrases: tuple[str, ...]
    veto: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase that stands in the mail."""

    severity: Severity
    phrase: str


def find_incidents(
    words: Words, rules: Sequence[IncidentRule], severity: Severity, veto: tuple[str, ...] = ()
) -> tuple[str, ...]:
    """Return the phrases of the rules of that severity that count in these words. veto: beside each rule's own."""
    of_these = [rule for rule in rules if rule.severity == severity]
    return tuple(phrase for rule in of_these for phrase in words.find(rule.phrases, (*rule.veto, *veto)))
