"""How a measurement is told: medians of its rounds, and on which disk under which load it was taken."""

import os
import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path


def head(title: str, folder: Path) -> None:
    """The title, and what else the figures depend on."""
    medium = subprocess.run(["stat", "-f", "-c", "%T", folder], capture_output=True, text=True, check=True).stdout
    load = os.getloadavg()[0]
    print(f"\n{title}\n  ({os.cpu_count()} cores, load {load:.1f} before it began, files on {medium.strip()})")


def medians_in_turn(rounds: int, *acts: Callable[[], object]) -> list[float]:
    """The median seconds of each act, after a round that warms up."""
    taken = [[_seconds(act) for act in acts] for _ in range(rounds + 1)]
    return [statistics.median(column) for column in zip(*taken[1:], strict=True)]


def _seconds(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def spread(values: Sequence[float]) -> str:
    """The median, and the smallest and the largest beside it."""
    return f"{statistics.median(values):>8.0f}  ({min(values):.0f}–{max(values):.0f})"
