"""Fills the templates: a notice's context in, a letter out. The only place that knows Jinja2.

A context is cleaned whole before any template sees it, so no template can forget to; autoescape is off for plain text
only. Foreign text is a variable, never a template.
"""

import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Protocol, TypeVar

from jinja2 import Environment, FileSystemLoader, StrictUndefined, UndefinedError, select_autoescape

from outbox import wording
from outbox.letter import Letter, Notice, Office

TEMPLATES = Path(__file__).parent / "templates"
GAPS = re.compile(r"\n{3,}")  # where a template left something out
Value = TypeVar("Value")


class Context(Protocol):
    """What every notice's context has: a frozen dataclass with at least these fields."""

    @property
    def office(self) -> Office:
        """Who writes."""

    @property
    def to(self) -> str:
        """The one address it goes to."""


def compose(
    notice: Notice,
    context: Context,
    more: Mapping[str, object] | None = None,
    *,
    answers: str | None = None,
    references: tuple[str, ...] = (),
) -> Letter:
    """Render the three templates of a notice. `more`: values worked out from the context, cleaned like it.

    Raises jinja2.UndefinedError when a template names what is not there, or shows what is None.
    """
    values = {**_fields(cleaned(context)), **{name: cleaned(value) for name, value in (more or {}).items()}}
    subject = wording.one_line(_render(f"{notice}/subject.txt", values))
    values["subject"] = subject
    return Letter(
        notice=notice,
        to=context.to,
        subject=subject,
        text=GAPS.sub("\n\n", _render(f"{notice}/body.txt", values)).strip() + "\n",
        html=_render(f"{notice}/body.html", values),
        answers=answers,
        references=references,
    )


def cleaned(value: Value) -> Value:
    """Return the value with every text in it on one line and free of what nobody sees; see `wording.one_line`."""
    done: object = value
    if isinstance(value, str) and not isinstance(value, Enum):
        done = wording.one_line(value)
    elif isinstance(value, tuple):
        done = tuple(cleaned(item) for item in value)
    elif is_dataclass(value) and not isinstance(value, type):
        done = replace(value, **{name: cleaned(item) for name, item in _fields(value).items()})
    return done  # type: ignore[return-value]  # each branch gives back the type it was given


def _fields(context: object) -> dict[str, object]:
    if not is_dataclass(context) or isinstance(context, type):
        raise TypeError("a context is a dataclass")
    return {field.name: getattr(context, field.name) for field in fields(context)}


def _render(template: str, values: Mapping[str, object]) -> str:
    return ENVIRONMENT.get_template(template).render(values)


def _refuse_none(value: object) -> object:
    """ "None" in a letter to a school is a defect, and one that StrictUndefined does not see."""
    if value is None:
        raise UndefinedError("a template shows a value that is None")
    return value


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(disabled_extensions=("txt",), default=True),
        undefined=StrictUndefined,
        finalize=_refuse_none,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(FILTERS)
    return environment


FILTERS = {
    "bare_name": wording.bare_name,
    "day": wording.day,
    "host": wording.host,
    "href": wording.href,
    "long_day": wording.long_day,
    "moment": wording.moment,
    "sentence": wording.sentence,
    "shown": wording.shown,
    "tied": wording.tied,
    "two_digits": wording.count,
    "wrapped": wording.wrapped,
}
ENVIRONMENT = _environment()
