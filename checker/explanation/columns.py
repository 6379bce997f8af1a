"""Labels and texts beneath each other, each text made harmless, on lines of the terminal's width."""

from __future__ import annotations

from collections.abc import Iterable

from checker.reports.clean import line
from checker.reports.findings import wrapped

LABEL = 14


def columns(pairs: Iterable[tuple[str, str]], width: int) -> list[str]:
    """The lines of each (label, text) that has a text."""
    told: list[str] = []
    for label, text in pairs:
        if text:
            told += wrapped(line(text), f"  {label:{LABEL}}", " " * (LABEL + 4), width)
    return told
