"""Findings as lines of text, in the form that editors and CI problem matchers recognize."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Sequence

from checker.model import Finding
from checker.reports.clean import line
from checker.reports.explain import explain_finding

_COLORS = {"error": "31", "warning": "33", "note": "36"}


def finding_lines(finding: Finding, *, color: bool = False, width: int = 100) -> list[str]:
    """``file:line:column: error: message [rule]``, with path, remedy and related places indented below.

    Lines longer than ``width`` are broken at spaces.
    """
    place = f"{line(str(finding.location))}: " if finding.location else ""
    lines = wrapped(
        f"{place}{finding.level}: {line(finding.message)} [{line(finding.rule)}]", "", "    ", width
    )
    if color:
        level = paint(finding.level, _COLORS[finding.level], color)
        lines[0] = lines[0].replace(f"{place}{finding.level}:", f"{place}{level}:", 1)
    for label, text in explain_finding(finding):
        lines += wrapped(line(text), f"    {label}: ", " " * 8, width)
    return lines


MOST_ALIKE = 3
"""If one rule has more findings than this, only the first is shown in full, and the others are named."""
MOST_NOTES = 3
"""If rules have more notes about promises than this, they are only counted."""
MOST_NAMED = 10


def all_lines(
    findings: Sequence[Finding], *, color: bool = False, width: int = 100, each_note: bool = False
) -> list[str]:
    """The lines of several findings. Findings of one rule about many promises, except errors, are shown once, and
    many notes are only counted, so that a new team is not flooded. ``each_note`` shows everything in full."""
    if each_note:
        return [each_line for each in findings for each_line in finding_lines(each, color=color, width=width)]
    notes = [each for each in findings if each.origin == "rule" and each.level == "note" and each.subject]
    hidden = set(map(id, notes)) if len(notes) > MOST_NOTES else set()
    groups: dict[object, list[Finding]] = {}
    for number, finding in enumerate(findings):
        if id(finding) not in hidden:
            alike = finding.origin == "rule" and finding.level != "error" and finding.subject
            groups.setdefault((finding.rule, finding.level) if alike else number, []).append(finding)
    lines: list[str] = []
    for group in groups.values():
        shown = group if len(group) <= MOST_ALIKE else group[:1]
        for each in shown:
            lines += finding_lines(each, color=color, width=width)
        if len(shown) < len(group):
            lines += _others(group[1:], width)
    if hidden:
        counts = ", ".join(
            f"{rule} {number}" for rule, number in sorted(Counter(each.rule for each in notes).items())
        )
        lines += wrapped(
            f"{len(notes)} notes by the rules (--notes lists each): {line(counts)}",
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
    """A cleaned text on lines of ``width`` characters, broken at spaces only, so that an address stays whole."""
    return textwrap.wrap(
        text.strip(),
        width,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    ) or [first.rstrip()]


def paint(text: str, code: str, color: bool) -> str:
    """``text`` in the colour of an ANSI ``code``, or unchanged."""
    return f"\x1b[{code}m{text}\x1b[0m" if color else text
