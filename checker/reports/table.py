"""The report for a terminal: the answer, a row for each promise, and all details of those not kept."""

from __future__ import annotations

from collections.abc import Iterable

from checker import __version__, display
from checker.model import Outcome, Report, Verdict
from checker.reports import order
from checker.reports.clean import line, shorten
from checker.reports.explain import (
    ABSENT,
    explain,
    margin_text,
    target_of,
    told_when_passed,
    value_text,
    window_text,
)
from checker.reports.findings import all_lines, paint, wrapped
from checker.reports.headline import allowed, headline

COLUMNS = ("outcome", "promise", "measured", "target", "margin", "window", "samples")
ALIGNED = ("left",) * (len(COLUMNS) - 1) + ("right",)
NAME = COLUMNS.index("promise")
GAP = 2
"""Spaces between two columns."""
NARROWEST_NAME = 24
WIDEST_TARGET = 12
"""Characters; a longer target is wrapped within its row."""
BESIDE = " *"
"""Marks a promise that does not gate the release. A legend below the table explains it."""
NOT_GATING = " (not gating)"
LABEL = 15

_COLORS = {
    Outcome.FAIL: "1;31",
    Outcome.ERROR: "1;35",
    Outcome.INCONCLUSIVE: "1;33",
    Outcome.WARN: "33",
    Outcome.WAIVED: "36",
    Outcome.PASS: "32",
}


def render(report: Report, *, color: bool = False, width: int = 100, each_note: bool = False) -> str:
    """The report as text of ``width`` columns. Only names are shortened to fit; numbers and queries never are."""
    verdicts = order.verdicts(report.verdicts)
    answer = "1;32" if allowed(report) else "1;31"
    lines = [paint(part, answer, color) for part in wrapped(headline(report), "", "  ", width)]
    lines.append(f"at {display.moment(report.at)}, checker {__version__}")
    if report.evidence_digest:
        lines.append(f"evidence {line(report.evidence_digest)}")
    if report.base:
        lines += wrapped(
            line(f"judged by the files of {report.base}, not by those of the working folder"), "", "  ", width
        )
    if report.environment:
        lines += wrapped(line(f"rules as in environment {report.environment}"), "", "  ", width)
    if verdicts:
        lines += ["", *_table(verdicts, color, width)]
    for verdict in verdicts:
        if verdict.outcome is not Outcome.PASS:
            at = ("at", str(verdict.objective.location))
            lines += ["", *_block(verdict, (at, *explain(verdict)), color, width)]
        elif beyond := told_when_passed(verdict):
            lines += ["", *_block(verdict, beyond, color, width)]
    if report.findings:
        lines.append("")
        lines += all_lines(order.findings(report.findings), color=color, width=width, each_note=each_note)
    if report.connections:
        lines.append("")
        for name, connected in report.connections:
            lines += wrapped(f"{line(name)}: {line(connected)}", "asked ", "    ", width)
    return "\n".join(lines) + "\n"


def _table(verdicts: list[Verdict], color: bool, width: int) -> list[str]:
    from tabulate import tabulate

    rows = [list(COLUMNS), *map(_cells, verdicts)]
    widths = [_widest(rows, column) for column in range(len(COLUMNS))]
    room = width - sum(widths) + widths[NAME] - GAP * (len(COLUMNS) - 1)
    names = _shortened([row[NAME] for row in rows[1:]], max(NARROWEST_NAME, room))
    widths[NAME] = max(len(each) for each in (COLUMNS[NAME], *names))
    for row, name, verdict in zip(rows[1:], names, verdicts, strict=True):
        row[NAME] = name
        row[0] = paint(row[0], _COLORS[verdict.outcome], color)
    # Without disable_numparse, tabulate would read the cells as floats and round them. The heading is a row of its
    # own because tabulate makes columns wider than their headings.
    text = tabulate(rows, tablefmt="plain", disable_numparse=True, colalign=ALIGNED)
    heading, *table_rows = [each.rstrip() for each in text.split("\n")]
    legend = (
        ["* reported, but not gating the release"]
        if any(not each.objective.gating for each in verdicts)
        else []
    )
    return [heading, (" " * GAP).join("-" * each for each in widths), *table_rows, *legend]


def _shortened(names: list[str], most: int) -> list[str]:
    """The names with their marks, cut to ``most`` characters; uncut if two of them would become equal."""
    short = []
    for name in names:
        mark = BESIDE if name.endswith(BESIDE) else ""
        short.append(shorten(name.removesuffix(mark), most - len(mark)) + mark)
    return short if len(set(short)) == len(set(names)) else names


def _cells(verdict: Verdict) -> list[str]:
    return [
        verdict.outcome.value,
        line(verdict.objective.name) + ("" if verdict.objective.gating else BESIDE),
        line(value_text(verdict, verdict.value)),
        "\n".join(wrapped(line(target_of(verdict).text), "", "", WIDEST_TARGET)),
        line(margin_text(verdict)),
        window_text(verdict),
        ABSENT if verdict.samples is None else str(verdict.samples),
    ]


def _widest(rows: list[list[str]], column: int) -> int:
    return max(len(part) for row in rows for part in row[column].split("\n"))


def _block(verdict: Verdict, pairs: Iterable[tuple[str, str]], color: bool, width: int) -> list[str]:
    """What there is to say about one promise, as labels and texts."""
    objective = verdict.objective
    name = line(objective.name) + ("" if objective.gating else NOT_GATING)
    title = f" - {line(objective.display_name)}" if objective.display_name else ""
    lines = wrapped(f"{verdict.outcome.value} {name}{title}", "", "    ", width)
    lines[0] = lines[0].replace(
        verdict.outcome.value, paint(verdict.outcome.value, _COLORS[verdict.outcome], color), 1
    )
    for label, text in pairs:
        lines += wrapped(line(text), f"  {label:<{LABEL}}", " " * (LABEL + 4), width)
    return lines
