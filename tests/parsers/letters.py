"""Mails and an office for the tests of this room: made by hand, without bytes or MIME."""

import json
import tomllib
from datetime import date
from pathlib import Path

import tinbai
from parsers.incidents import IncidentRule, Severity
from parsers.message import Attachment, Header, ParsedMessage
from parsers.reading import Office
from parsers.school import Registry, SchoolEntry
from parsers.week import Break, Calendar

DATA = Path(__file__).parent / "data"
CALENDAR = Calendar(date(2026, 9, 7), 35, (Break(date(2027, 2, 8), date(2027, 2, 14), "Tết"),))
OFFICE_ADDRESS = "pgd@badinhedu.example"


def letter(
    text: str = "",
    html: str = "",
    subject: str = "Gửi bài",
    references: tuple[str, ...] = (),
    headers: dict[str, str] | None = None,
    attachments: tuple[Attachment, ...] = (),
) -> ParsedMessage:
    """Return a mail with this body; headers are added to a plain From and To."""
    fields = {"From": "c1kimdong-bd@hanoiedu.example", "To": OFFICE_ADDRESS, **(headers or {})}
    return ParsedMessage(
        headers=tuple(Header(name, value) for name, value in fields.items()),
        subject=subject,
        message_id="<one@mail.example>",
        references=references,
        date=None,
        received=None,
        content_type="multipart/report" if "Content-Type" in fields else "text/plain",
        text=text,
        html=html,
        attachments=attachments,
    )


def incident_rules() -> tuple[IncidentRule, ...]:
    """Return the list that is shipped."""
    shipped = Path(tinbai.__file__).parent / "data" / "themes.toml"
    entries = tomllib.loads(shipped.read_text(encoding="utf-8"))["incident"]
    return tuple(
        IncidentRule(e["id"], Severity(e["severity"]), tuple(e["phrases"]), tuple(e.get("veto", ()))) for e in entries
    )


def office(authserv_id: str = "mx.badinhedu.example") -> Office:
    """Return an office with seven schools, its calendar and its list of incident words."""
    data = json.loads((DATA / "office.json").read_text(encoding="utf-8"))
    schools = tuple(
        SchoolEntry(
            code,
            level=code.partition("-")[0].upper(),
            emails=tuple(entry["emails"]),
            hosts=tuple(entry["hosts"]),
            suffixes=tuple(entry.get("alias_suffixes", ())),
        )
        for code, entry in data["registry"].items()
    )
    registry = Registry(schools, frozenset(data["office_staff"]), frozenset({OFFICE_ADDRESS.partition("@")[2]}))
    return Office(registry, CALENDAR, incident_rules(), frozenset({OFFICE_ADDRESS}), authserv_id)
