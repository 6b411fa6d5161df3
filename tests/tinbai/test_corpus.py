"""The mails of the corpus, folder by folder, each folder read in order as one mailbox: right in every field.

A folder has `office.json` (what the office knows) and pairs of a mail and what a clerk makes of it. `also_ok` gives
further answers that may be defended; flags under `flags_optional` may be there or not.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from parsers.links import STORY_ROLES
from parsers.urls import DEFAULT_RULES, canonical_url
from tests.factories import NOW
from tinbai.dry_reader import DryReader, office_from_file
from tinbai.settings import Settings
from tinbai.wiring import App

CORPUS = Path(__file__).parents[1] / "corpus"
MAILS = sorted(CORPUS.glob("*/*.eml"))
FIELDS = ("kind", "school", "school_by", "claimed_week", "received_week", "credited_week", "action")


@cache
def answers(folder: Path) -> dict[Path, dict[str, Any]]:
    """What tinbai says of each mail of the folder."""
    app = App(Settings())
    reader = DryReader(office_from_file(folder / "office.json", app.mail_rules))
    return {mail: reader.read(mail.read_bytes(), NOW) for mail in sorted(folder.glob("*.eml"))}


@pytest.mark.parametrize("mail", MAILS, ids=[f"{mail.parent.name}/{mail.stem}" for mail in MAILS])
def test_a_mail_is_read_right_in_every_field(mail: Path) -> None:
    expected = json.loads(mail.with_suffix(".json").read_text(encoding="utf-8"))
    got, also = answers(mail.parent)[mail], expected.get("also_ok", {})
    wrong = {field: got[field] for field in FIELDS if got[field] not in (expected[field], *also.get(field, ()))}
    assert wrong == {}, {field: expected[field] for field in wrong}
    links = keys(link["url"] for link in got["links"] if link["role"] in STORY_ROLES)
    assert links in [keys(option) for option in (expected["links"], *also.get("links", ()))], expected["links"]
    optional = names(also.get("flags_optional", ()))
    options = [names(option) for option in (expected["flags"], *also.get("flags", ()))]
    flags = names(got["flags"])
    assert any(option - optional <= flags <= option | optional for option in options), (flags, expected["flags"])


def keys(urls: Any) -> list[str]:
    """The addresses as they are compared."""
    return sorted(canonical_url(url, DEFAULT_RULES) for url in urls)


def names(flags: Any) -> set[str]:
    """The flags without the values they carry."""
    return {flag.partition(":")[0] for flag in flags} - {"unverified"}


def test_every_mail_has_its_answer_and_every_answer_its_mail() -> None:
    answered = {path.with_suffix(".eml") for path in CORPUS.glob("*/*.json") if path.name != "office.json"}
    assert answered == set(MAILS)
