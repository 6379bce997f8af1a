"""Labels and texts beneath each other, each text made harmless."""

from __future__ import annotations

from collections.abc import Iterable

from checker.reports.clean import line

LABEL = 14


def columns(pairs: Iterable[tuple[str, str]]) -> list[str]:
    """A line for each (label, text) that has a text."""
    return [f"  {label:{LABEL}}{line(text)}" for label, text in pairs if text]
