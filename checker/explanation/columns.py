"""Lays out labels and texts in two columns, each text escaped and wrapped to the terminal's width."""

from __future__ import annotations

from collections.abc import Iterable

from checker.reports.clean import line
from checker.reports.findings import wrapped

LABEL = 14


def columns(pairs: Iterable[tuple[str, str]], width: int) -> list[str]:
    """The lines of each (label, text) pair whose text is not empty."""
    lines: list[str] = []
    for label, text in pairs:
        if text:
            lines += wrapped(line(text), f"  {label:{LABEL}}", " " * (LABEL + 4), width)
    return lines
