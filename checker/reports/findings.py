"""One finding as lines of text, in the shape that editors and CI problem matchers know."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Sequence

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
        level = paint(finding.level, _COLORS[finding.level], color)
        told[0] = told[0].replace(f"{place}{finding.level}:", f"{place}{level}:", 1)
    for label, text in explain_finding(finding):
        told += wrapped(line(text), f"    {label}: ", " " * 8, width)
    return told


MOST_ALIKE = 3
"""Findings of one rule that are told in full; of more, the others are only named."""
MOST_NOTES = 3
"""Notes of rules about promises that are told; more are only counted."""
MOST_NAMED = 10


def all_lines(
    findings: Sequence[Finding], *, color: bool = False, width: int = 100, each_note: bool = False
) -> list[str]:
    """The lines of several findings. What one rule finds in many promises, short of an error, is told once, and
    many notes are only counted: a team that begins is not to be buried in them. ``each_note`` tells all in full."""
    if each_note:
        return [told for each in findings for told in finding_lines(each, color=color, width=width)]
    notes = [each for each in findings if each.origin == "rule" and each.level == "note" and each.subject]
    hidden = set(map(id, notes)) if len(notes) > MOST_NOTES else set()
    groups: dict[object, list[Finding]] = {}
    for number, finding in enumerate(findings):
        if id(finding) not in hidden:
            alike = finding.origin == "rule" and finding.level != "error" and finding.subject
            groups.setdefault((finding.rule, finding.level) if alike else number, []).append(finding)
    lines: list[str] = []
    for group in groups.values():
        told = group if len(group) <= MOST_ALIKE else group[:1]
        for each in told:
            lines += finding_lines(each, color=color, width=width)
        if len(told) < len(group):
            lines += _others(group[1:], width)
    if hidden:
        counts = ", ".join(
            f"{rule} {number}" for rule, number in sorted(Counter(each.rule for each in notes).items())
        )
        lines += wrapped(
            f"{len(notes)} notes by the rules (--notes tells each): {line(counts)}",
            "",
            "    ",
            width,
        )
    return lines


def _others(findings: Sequence[Finding], width: int) -> list[str]:
    names = ", ".join(each.subject for each in findings[:MOST_NAMED])
    more = f" and {len(findings) - MOST_NAMED} more" if len(findings) > MOST_NAMED else ""
    return wrapped(line(f"{names}{more}"), f"    and {len(findings)} others: ", " " * 8, width)


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


def paint(text: str, code: str, color: bool) -> str:
    """``text`` in the colour of an ANSI ``code``, or as it is."""
    return f"\x1b[{code}m{text}\x1b[0m" if color else text
