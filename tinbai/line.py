"""The steps of the line, by who works them. Built in `tinbai.wiring`, run in `tinbai.duties`."""

from dataclasses import dataclass
from typing import Any

from db.work import Step

AnyStep = Step[Any, Any, Any]


@dataclass(frozen=True, slots=True)
class Steps:
    """The line, by who works it. Within a group, what is nearly done goes first."""

    reading: tuple[AnyStep, ...]
    fetching: tuple[AnyStep, ...]
    delivering: tuple[AnyStep, ...]
    moving: tuple[AnyStep, ...] = ()

    @property
    def all(self) -> tuple[AnyStep, ...]:
        """Every step of the line."""
        return (*self.reading, *self.fetching, *self.delivering, *self.moving)
