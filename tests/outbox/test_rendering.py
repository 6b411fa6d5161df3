"""Templates get clean values, escape what is foreign, and fail loudly rather than say None to a school."""

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import datetime
from typing import Any

import pytest
from bs4 import BeautifulSoup
from jinja2 import TemplateError

from outbox.letter import Letter, Notice
from outbox.notices import acknowledgement, alert, decision, digest, problem, publication
from outbox.rendering import TEMPLATES, cleaned, compose
from tests.outbox import samples
from tests.outbox.samples import LETTERS

HOSTILE = (
    "</td></table><script>alert(1)</script><img src=x onerror=alert(1)> {{7*7}} {%raw%} \" ' onclick=alert(1) "
    "\u202e\u200b\x00\r\nBcc: evil@x.example \ud800 javascript:alert(1)"
)
WRITERS = (
    (samples.MIXED, acknowledgement.letter),
    (samples.PROBLEM, problem.letter),
    (samples.DIGEST, digest.letter),
    (samples.REVISE, decision.letter),
    (samples.DECLINE, decision.letter),
    (samples.PUBLICATION, publication.letter),
    (samples.ALERT, alert.letter),
)
TAGS = {
    "html",
    "head",
    "meta",
    "title",
    "body",
    "div",
    "table",
    "tr",
    "td",
    "p",
    "h1",
    "h2",
    "a",
    "strong",
    "span",
    "br",
    "bdi",
}
ATTRIBUTES = {
    "lang",
    "charset",
    "name",
    "content",
    "style",
    "role",
    "width",
    "cellpadding",
    "cellspacing",
    "border",
    "bgcolor",
    "align",
    "href",
}
UNSEEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")


def poisoned(value: Any) -> Any:
    """The same value with every text in it hostile."""
    if type(value) is str:
        return HOSTILE
    if isinstance(value, tuple):
        return tuple(poisoned(item) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        kept = {"to", "office", "outcome", "state"}
        return replace(value, **{f.name: poisoned(getattr(value, f.name)) for f in fields(value) if f.name not in kept})
    return value


def every_letter() -> Iterator[tuple[str, Letter]]:
    yield from LETTERS.items()
    for context, write in WRITERS:
        yield f"hostile-{type(context).__name__}", write(poisoned(context))


@pytest.mark.parametrize(("name", "letter"), [pytest.param(*pair, id=pair[0]) for pair in every_letter()])
def test_html_is_tables_links_and_text_only(name: str, letter: Letter) -> None:
    soup = BeautifulSoup(letter.html, "lxml")
    for tag in soup.find_all(name=True):
        assert tag.name in TAGS
        assert set(tag.attrs) <= ATTRIBUTES
    for anchor in soup.find_all("a"):
        assert re.match(r"(https?://|mailto:)[^\s\"'<>]+$", str(anchor["href"]))
    assert "<style" not in letter.html
    assert "<img" not in letter.html
    assert "url(" not in letter.html


@pytest.mark.parametrize(("name", "letter"), [pytest.param(*pair, id=pair[0]) for pair in every_letter()])
def test_no_part_says_none_or_shows_what_nobody_sees(name: str, letter: Letter) -> None:
    for part in (letter.subject, letter.text, letter.html):
        assert not re.search(
            r"\bNone\b|Undefined|\bTrue\b|\{\{|\{%", part.replace("{{7*7}}", "").replace("{%raw%}", "")
        )
        assert UNSEEN.search(part) is None
    assert "\n" not in letter.subject


@pytest.mark.parametrize(("name", "letter"), [pytest.param(*pair, id=pair[0]) for pair in LETTERS.items()])
def test_the_text_part_is_as_careful_as_the_html(name: str, letter: Letter) -> None:
    lines = letter.text.split("\n")
    assert all(len(line) <= 72 for line in lines if "://" not in line and "x" * 50 not in line and "m" * 50 not in line)
    assert "\n\n\n" not in letter.text
    assert all(line == line.rstrip() for line in lines)
    assert letter.text.endswith("\n")
    assert all(
        re.fullmatch(r" *(- |Bài: |Ảnh: )?https?://\S+", line) for line in lines if re.search(r"https?://[a-z]", line)
    )


@pytest.mark.parametrize(("name", "letter"), [pytest.param(*pair, id=pair[0]) for pair in LETTERS.items()])
def test_text_and_html_carry_the_same_links(name: str, letter: Letter) -> None:
    in_html = {str(a["href"]) for a in BeautifulSoup(letter.html, "lxml").find_all("a") if "://" in str(a["href"])}
    in_text = set(re.findall(r"https?://[^\s…]+", letter.text))
    assert in_html == in_text


def test_every_written_notice_has_its_three_templates_and_every_folder_a_notice() -> None:
    folders = {folder.name for folder in TEMPLATES.iterdir()} - {"shared"}
    assert folders <= set(Notice)
    for folder in folders:
        assert {file.name for file in (TEMPLATES / folder).iterdir()} == {"subject.txt", "body.txt", "body.html"}


def test_a_missing_value_stops_the_letter() -> None:
    with pytest.raises(TemplateError):
        compose(Notice.PROBLEM, samples.ALERT)


def test_a_value_that_is_none_is_never_shown() -> None:
    with pytest.raises(TemplateError, match="None"):
        decision.letter(replace(samples.REVISE, number=None))  # type: ignore[arg-type]


def test_cleaning_reaches_every_text_and_leaves_the_rest() -> None:
    context = cleaned(replace(samples.MIXED, school_name="a\r\nb", answers="<x\n@y>"))
    assert (context.school_name, context.answers) == ("a b", "<x @y>")
    assert context.received_at == samples.MIXED.received_at
    assert isinstance(context.received_at, datetime)
    assert context.stories[0].state is samples.MIXED.stories[0].state
    assert cleaned(samples.MIXED) == samples.MIXED
