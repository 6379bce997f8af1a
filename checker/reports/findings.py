"""One finding as lines of text, in the shape that editors and CI problem matchers know."""

from __future__ import annotations

import textwrap

from checker.model import Finding
from checker.reports.clean import line
from checker.reports.explain import explain_finding

_COLORS = {"error": "31", "warning": "33", "note": "36"}


def finding_lines(finding: Finding, *, color: bool = False, width: int = 100) -> list[str]:
    """``file:line:column: error: message [rule]``, and indented below it the path, remedy and other places.

    Long lines are broken at spaces to ``width`` where they can be.
    """
    place = f"{line(str(finding.location))}: " if finding.location else ""
    told = wrapped(
        f"{place}{finding.level}: {line(finding.message)} [{line(finding.rule)}]", "", "    ", width
    )
    if color:
        level = f"\x1b[{_COLORS[finding.level]}m{finding.level}\x1b[0m"
        told[0] = told[0].replace(f"{place}{finding.level}:", f"{place}{level}:", 1)
    for label, text in explain_finding(finding):
        told += wrapped(line(text), f"    {label}: ", " " * 8, width)
    return told


def wrapped(text: str, first: str, rest: str, width: int) -> list[str]:
    """A cleaned text on lines of ``width``, broken at spaces only: an address or a query stays whole."""
    return textwrap.wrap(
        text.strip(),
        width,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    ) or [first.rstrip()]
