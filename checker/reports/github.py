"""The report as GitHub Actions annotations, at the line of each promise that needs attention, failures first.

The runner reads the output: a line that begins with ``::`` is a command, and so is ``##[`` anywhere. Only intended
commands must be left: texts are cleaned, then escaped as the toolkit does (``@actions/core``, command.ts).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from checker.display import counted
from checker.model import Exit, Finding, Level, Location, Report, Verdict
from checker.reports import order
from checker.reports.clean import line
from checker.reports.explain import explain, explain_finding
from checker.reports.headline import allowed, headline
from checker.reports.severity import severity, severity_of

SHOWN = 10
"""Annotations of one level that GitHub shows for one step; it silently drops the others."""
LONGEST_TITLE = 255
LONGEST_MESSAGE = 20_000
"""Characters of one annotation. GitHub accepts 64 KB, but nobody reads that much."""

_COMMANDS: dict[Level, str] = {"error": "error", "warning": "warning", "note": "notice"}
_NOUNS: dict[Level, str] = {"error": "failure", "warning": "warning", "note": "note"}


class _Annotation(NamedTuple):
    level: Level
    title: str
    lines: tuple[str, ...]
    location: Location | None


def render(report: Report) -> str:
    """The answer as a plain line, then at most ten annotations of each level."""
    annotations = [
        _of_finding(each, severity_of(each, report.fail_on_warn)) for each in order.findings(report.findings)
    ]
    annotations += [
        _of_verdict(each, level)
        for each in order.verdicts(report.verdicts)
        if (level := severity(each, report.fail_on_warn))
    ]
    if not allowed(report) and not any(each.level == "error" for each in annotations):
        annotations.append(_Annotation("error", "release", (headline(report),), None))
    return _text(headline(report), annotations)


def render_findings(findings: Sequence[Finding], code: Exit) -> str:
    """The findings of a validation, in the same form."""
    wrong = sum(each.level == "error" for each in findings)
    word = "valid" if code is Exit.PASSED else "INVALID"
    return _text(
        f"{word}: {counted(wrong, 'error')} in the files",
        [_of_finding(each, each.level) for each in order.findings(findings)],
    )


def _text(answer: str, annotations: Sequence[_Annotation]) -> str:
    return "\n".join([answer, *_commands(annotations)]) + "\n"


def _commands(annotations: Iterable[_Annotation]) -> Iterator[str]:
    of: dict[Level, list[_Annotation]] = {"error": [], "warning": [], "note": []}
    for each in annotations:
        of[each.level].append(each)
    for level, all_of_it in of.items():
        if len(all_of_it) > SHOWN:
            left = len(all_of_it) - (SHOWN - 1)
            words = f"GitHub shows only {SHOWN} per step. The other reports list all {len(all_of_it)}."
            last = _Annotation(level, f"and {counted(left, f'more {_NOUNS[level]}')}", (words,), None)
            all_of_it = [*all_of_it[: SHOWN - 1], last]
        yield from map(_command, all_of_it)


def _of_verdict(verdict: Verdict, level: Level) -> _Annotation:
    objective = verdict.objective
    name = objective.name + (f" - {objective.display_name}" if objective.display_name else "")
    gate = "" if objective.gating else " (not gating)"
    lines = [text if label == "why" else f"{label}: {text}" for label, text in explain(verdict)]
    return _Annotation(level, f"{verdict.outcome} {name}{gate}", tuple(lines), objective.location)


def _of_finding(finding: Finding, level: Level) -> _Annotation:
    lines = (finding.message, *(f"{label}: {text}" for label, text in explain_finding(finding)))
    return _Annotation(level, finding.rule, lines, finding.location)


def _command(annotation: _Annotation) -> str:
    properties = []
    place = annotation.location
    if place is not None:
        properties += [f"file={_property(line(place.file))}", f"line={place.line}", f"col={place.column}"]
    properties.append(f"title={_property(_cut(line(annotation.title), LONGEST_TITLE))}")
    message = _cut("\n".join(line(each) for each in annotation.lines), LONGEST_MESSAGE)
    return f"::{_COMMANDS[annotation.level]} {','.join(properties)}::{_data(message)}"


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 3]}..."


def _data(text: str) -> str:
    """Escapes text after the second ``::``."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """Escapes the value of a ``name=value`` property."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")
