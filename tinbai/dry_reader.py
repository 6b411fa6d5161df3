"""A dry run's view of the office: the register from a JSON file or the database, and the mails read so far."""

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from parsers.documents import attached_sections
from parsers.links import STORY_ROLES
from parsers.message import ParseError, parse_message
from parsers.reading import Office, Reading, read
from parsers.school import Registry, SchoolEntry
from parsers.stories import KnownStory, story_key
from parsers.urls import DEFAULT_RULES
from parsers.verdict import STORY_KINDS
from parsers.week import Break, Calendar
from pipeline.registry import board_addresses, registry_from
from pipeline.stages.mail_reading import MailRules
from tinbai.settings import SettingsError


def office_from_database(session: Session, rules: MailRules) -> Office:
    """What the office knows by its own record."""
    return rules.office_with(registry_from(session, rules.office.domain), board_addresses(session))


def office_from_file(path: Path, rules: MailRules) -> Office:
    """What the office would know by a JSON file with the blocks registry, calendar, office_staff and mailbox.

    Raises SettingsError.
    """
    try:
        blocks = json.loads(path.read_text(encoding="utf-8"))
        return _office(blocks, rules)
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"Tệp {path} không phải JSON: {error}.") from error
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise SettingsError(f"Tệp {path} thiếu hoặc sai một khối (registry, calendar, mailbox): {error!r}.") from error


def _office(blocks: dict[str, Any], rules: MailRules) -> Office:
    address = blocks["mailbox"]["address"].lower()
    schools = tuple(
        SchoolEntry(
            code=code,
            level=code.partition("-")[0].upper(),
            name=entry.get("name", ""),
            short_name=entry.get("short_name", ""),
            emails=tuple(entry.get("emails", ())),
            hosts=tuple(entry.get("hosts", ())),
            suffixes=tuple(entry.get("alias_suffixes", ())),
        )
        for code, entry in blocks["registry"].items()
    )
    staff = frozenset(blocks.get("office_staff", ()))
    registry = Registry(schools, staff, frozenset({address.rpartition("@")[2]}))
    return replace(
        rules.office_with(registry, frozenset()),
        calendar=_calendar(blocks["calendar"]),
        addresses=frozenset({address}),
        authserv_id=blocks["mailbox"].get("authserv_id", ""),
    )


def _calendar(block: dict[str, Any]) -> Calendar:
    return Calendar(
        week1_monday=date.fromisoformat(block["week1_monday"]),
        weeks=block["weeks"],
        breaks=tuple(
            Break(date.fromisoformat(stretch["from"]), date.fromisoformat(stretch["to"]), stretch.get("name", ""))
            for stretch in block.get("no_quota", ())
        ),
        timezone=block["timezone"],
    )


@dataclass(slots=True)
class DryReader:
    """Reads mails one after another as one mailbox; what it knows of earlier ones it keeps in memory."""

    office: Office
    known: dict[str, KnownStory] = field(default_factory=dict)

    def read(self, raw: bytes, fallback: datetime) -> dict[str, Any]:
        """One mail as JSON. fallback: the server's time when the mail shows none."""
        try:
            message = parse_message(raw)
        except ParseError as error:
            return {"kind": None, "links": [], "flags": [], "action": "quarantine", "reason": str(error)}
        received = message.received or message.date or fallback
        reading = read(message, self.office, received.astimezone(UTC), self.known, attached_sections(message))
        self._remember(reading, message.message_id or "")
        return _record(reading)

    def _remember(self, reading: Reading, reference: str) -> None:
        if reading.kind not in STORY_KINDS:
            return
        for link in reading.links:
            if link.role in STORY_ROLES:
                key = story_key(link.url, self.office.registry, DEFAULT_RULES)
                self.known.setdefault(key, KnownStory(link.url, reference))


def _record(reading: Reading) -> dict[str, Any]:
    return {
        "kind": reading.kind.value,
        "school": reading.school,
        "school_by": reading.school_by,
        "links": [
            {"url": link.url, "role": link.role, "found_in": link.found_in, "title": link.title}
            for link in reading.links
        ],
        "claimed_week": reading.claimed_week,
        "received_week": reading.received_week,
        "credited_week": reading.credited_week,
        "flags": list(reading.flags),
        "action": reading.action,
        "silence_reason": reading.silence_reason,
    }
