"""The report as GitHub-flavoured Markdown: a step summary, or a comment on a pull request.

Failures come first, then warnings, each in full; the rest is folded. Foreign text is plain text: no markup, HTML,
table column, link, image, mention, reference, formula or emoji.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from checker import __version__, display
from checker.display import counted
from checker.model import Finding, Level, Outcome, Report, Verdict
from checker.reports import order
from checker.reports.explain import (
    ABSENT,
    explain,
    explain_finding,
    margin_text,
    target_of,
    told_when_passed,
    value_text,
    window_text,
)
from checker.reports.headline import headline
from checker.reports.markdown_text import code, inline
from checker.reports.severity import severity, severity_of

LARGEST = 1_000_000
"""Bytes. GitHub drops a step summary of more than 1 MiB (1,048,576 bytes) entirely."""
RESERVED = 1_000
"""Bytes reserved for the remark about what was left out."""

_COLUMNS = ("outcome", "promise", "measured", "target", "margin", "window", "samples", "at")
_HEADING = f"| {' | '.join(_COLUMNS)} |\n|{'---|' * (len(_COLUMNS) - 2)}---:|---|"


class _Block(NamedTuple):
    """A part of the report: an opening, ``units`` of one ``kind``, as many as there is room for, and a closing.

    If no unit fits, the block is left out.
    """

    kind: str
    units: list[str]
    between: str = "\n\n"
    opening: str = ""
    closing: str = ""


def render(report: Report) -> str:
    """The Markdown text, in at most ``LARGEST`` bytes."""
    of: dict[Level | None, list[Verdict]] = {"error": [], "warning": [], "note": [], None: []}
    for verdict in order.verdicts(report.verdicts):
        of[severity(verdict, report.fail_on_warn)].append(verdict)
    found: dict[Level, list[Finding]] = {"error": [], "warning": [], "note": []}
    for finding in order.findings(report.findings):
        found[severity_of(finding, report.fail_on_warn)].append(finding)
    about = f"At {display.moment(report.at)}, checker {__version__}"
    evidence = f", evidence {code(report.evidence_digest)}" if report.evidence_digest else ""
    blocks = [
        *_loud("Failures", of["error"], found["error"]),
        *_loud("Warnings", of["warning"], found["warning"]),
        *_folded(of["note"] + of[None], found["note"], report),
    ]
    base = (
        f" Judged by the files of {code(report.base)}, not by those of the working folder."
        if report.base
        else ""
    )
    rules = f" Rules as in environment {code(report.environment)}." if report.environment else ""
    return _fitted([f"## {headline(report)}", f"{about}{evidence}.{base}{rules}"], blocks)


def _loud(title: str, verdicts: Sequence[Verdict], findings: Sequence[Finding]) -> Iterator[_Block]:
    """What a reader must see, not folded."""
    number = len(verdicts) + len(findings)
    if number:
        yield _Block("section", [f"### {title} ({number})"])
    yield _Block("finding", list(map(_finding, findings)))
    yield _Block("row", list(map(_row, verdicts)), "\n", f"{_HEADING}\n")
    yield _Block("explanation", list(map(_explained, verdicts)))


def _folded(verdicts: Sequence[Verdict], findings: Sequence[Finding], report: Report) -> Iterator[_Block]:
    """The rest, folded: promises as rows, those with more to say in full, notes, and connections."""
    more = [each for each in verdicts if each.outcome is not Outcome.PASS or told_when_passed(each)]
    waived = sum(each.outcome is Outcome.WAIVED for each in verdicts)
    asked = [f"- {code(name)}: {inline(connected)}" for name, connected in report.connections]
    for title, block in (
        (
            f"{counted(len(verdicts), 'promise')} kept, waived or not gating ({waived} waived)",
            _Block("row", list(map(_row, verdicts)), "\n", f"{_HEADING}\n"),
        ),
        ("Those with details", _Block("explanation", list(map(_explained, more)))),
        (counted(len(findings), "note"), _Block("finding", list(map(_finding, findings)))),
        (f"{counted(len(asked), 'connection')} queried", _Block("connection", asked, "\n")),
    ):
        opening = f"<details><summary>{title}</summary>\n\n{block.opening}"
        yield block._replace(opening=opening, closing="\n\n</details>")


def _fitted(head: list[str], blocks: Iterable[_Block]) -> str:
    """As much of the blocks as there is room for, and a remark about what was left out."""
    parts, left = head, Counter[str]()
    room = LARGEST - RESERVED - sum(map(_size, head))
    for block in blocks:
        around = _size(block.opening) + _size(block.closing)
        taken, used = 0, around
        while taken < len(block.units) and used + _size(block.units[taken]) <= room:
            used += _size(block.units[taken])
            taken += 1
        if taken:
            room -= used
            parts.append(f"{block.opening}{block.between.join(block.units[:taken])}{block.closing}")
        if taken < len(block.units):
            left[block.kind] += len(block.units) - taken
    if left:
        went = ", ".join(counted(number, kind) for kind, number in left.items())
        parts.append(
            f"**Left out, because GitHub takes no summary above 1 MiB: {went}.** The JSON report has all."
        )
    return "\n\n".join(parts) + "\n"


def _size(text: str) -> int:
    """The size of a text in bytes, including the separator after it."""
    return len(text.encode()) + 2


def _row(verdict: Verdict) -> str:
    objective = verdict.objective
    cells = (
        verdict.outcome.value + ("" if objective.gating else " (not gating)"),
        code(objective.name),
        inline(value_text(verdict, verdict.value)),
        inline(target_of(verdict).text),
        inline(margin_text(verdict)),
        window_text(verdict),
        ABSENT if verdict.samples is None else str(verdict.samples),
        code(str(objective.location)),
    )
    return f"| {' | '.join(cells)} |"


def _explained(verdict: Verdict) -> str:
    """Everything about one promise."""
    objective = verdict.objective
    gate = "" if objective.gating else " (not gating)"
    title = f": {inline(objective.display_name)}" if objective.display_name else ""
    head = f"**{verdict.outcome} {code(objective.name)}**{gate}{title}"
    lines = [
        f"- {label}: {code(text) if label == 'asked' else inline(text)}" for label, text in explain(verdict)
    ]
    return "\n".join([head, "", f"- at: {code(str(objective.location))}", *lines])


def _finding(finding: Finding) -> str:
    place = f" at {code(str(finding.location))}" if finding.location else ""
    head = f"- {finding.level} {code(finding.rule)}{place}: {inline(finding.message)}"
    return "\n".join([head, *(f"  - {label}: {inline(text)}" for label, text in explain_finding(finding))])
