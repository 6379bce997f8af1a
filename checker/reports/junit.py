"""The report as JUnit XML: a suite for each document, a test case for each promise. There is a failure or error
exactly if the exit code is not 0.

The output is valid under both common schemas: Jenkins' xunit-plugin (junit-10.xsd) and the Ant task's
(windyroad/JUnit-Schema). The latter allows only one of skipped, error and failure in a case, and requires
everything else in a suite. So remarks about passing cases are in the ``system-out`` of their suite, and
``hostname``, ``package`` and times are constants, so that the same report gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Literal, NamedTuple
from xml.etree import ElementTree

from checker import __version__, display
from checker.model import Finding, Outcome, Report, Verdict
from checker.reports import order
from checker.reports.clean import line
from checker.reports.explain import explain, explain_finding, told_when_passed
from checker.reports.headline import allowed, headline, warns

Mark = Literal["", "failure", "error", "skipped"]

Properties = list[tuple[str, str]]

NO_NAME = "(unnamed)"


class _Case(NamedTuple):
    """One test case. Without a mark, only its ``message`` is written, to the system-out of its suite."""

    name: str
    mark: Mark = ""
    kind: str = ""
    message: str = ""
    text: str = ""


def render(report: Report) -> str:
    """The XML text. There is always a case, and a failure or error whenever the release is not allowed."""
    suites = [*_finding_suites(report), *_verdict_suites(report)]
    red = any(case.mark in ("failure", "error") for _, cases in suites for case in cases)
    if not red and not allowed(report):
        # Nothing was judged, or the reason belongs to no promise. That must not look like success.
        decision = headline(report)
        suites.insert(0, ("release", [_Case("release", "error", report.exit.name, decision, decision)]))
    root = ElementTree.Element("testsuites")
    about = _properties(report)
    for number, (name, cases) in enumerate(suites):
        root.append(_suite(report, number, name, cases, about))
    ElementTree.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(root, encoding="unicode")}\n'


def _verdict_suites(report: Report) -> Iterable[tuple[str, list[_Case]]]:
    verdicts = sorted(report.verdicts, key=lambda each: (each.objective.document, *_place(each)))
    for document, group in groupby(verdicts, key=lambda each: each.objective.document):
        yield document, [_verdict_case(verdict, report.fail_on_warn) for verdict in group]


def _place(verdict: Verdict) -> tuple[object, ...]:
    return verdict.objective.name, verdict.objective.location


def _verdict_case(verdict: Verdict, fail_on_warn: bool) -> _Case:
    objective = verdict.objective
    name = line(objective.name.removeprefix(f"{objective.document}/"))
    mark = _mark(verdict, fail_on_warn)
    if verdict.outcome is Outcome.PASS:
        beyond = "; ".join(f"{label}: {line(text)}" for label, text in told_when_passed(verdict))
        return _Case(name, message=f"PASS {name}: {beyond}" if beyond else "")
    message = "; ".join(line(reason) for reason in verdict.reasons) or verdict.outcome.value
    if not mark:
        gate = "" if objective.gating else " (not gating: it does not affect the exit code)"
        return _Case(name, message=f"{verdict.outcome} {name}{gate}: {message}")
    pairs = (("promise", objective.display_name), ("at", str(objective.location)), *explain(verdict))
    text = "\n".join(f"{label}: {line(text)}" for label, text in pairs if text)
    return _Case(name, mark, verdict.outcome.value, message, text)


def _mark(verdict: Verdict, fail_on_warn: bool) -> Mark:
    """Only what changes the exit code is a failure or an error."""
    if verdict.outcome is Outcome.WAIVED:
        return "skipped"
    if not verdict.objective.gating or verdict.outcome is Outcome.PASS:
        return ""
    if verdict.outcome is Outcome.WARN:
        return "failure" if fail_on_warn else ""
    return "failure" if verdict.outcome is Outcome.FAIL else "error"


def _finding_suites(report: Report) -> Iterable[tuple[str, list[_Case]]]:
    """Suites for findings that change the exit code: invalid files, violated rules, and rules that could not be
    evaluated."""
    red = [
        finding
        for finding in order.findings(report.findings)
        if finding.level == "error" or (report.fail_on_warn and warns(finding))
    ]
    invalid = [_finding_case(finding, "error") for finding in red if finding.origin == "files"]
    if invalid:
        yield "validation", invalid
    broken = [
        _finding_case(finding, "failure" if finding.origin == "rule" else "error")
        for finding in red
        if finding.origin != "files"
    ]
    if broken:
        yield "rules", broken


def _finding_case(finding: Finding, mark: Mark) -> _Case:
    place = line(str(finding.location)) if finding.location else ""
    message = line(finding.message)
    pairs = (
        ("message", finding.message),
        ("at", str(finding.location or "")),
        *explain_finding(finding),
    )
    text = "\n".join(f"{label}: {line(text)}" for label, text in pairs if text)
    rule = line(finding.rule)
    return _Case(
        f"{rule} {line(finding.subject) or place}".strip(),
        mark,
        rule,
        f"{place}: {message}" if place else message,
        text,
    )


def _suite(
    report: Report, number: int, name: str, cases: Sequence[_Case], about: Properties
) -> ElementTree.Element:
    named = line(name).strip() or NO_NAME
    marks = [case.mark for case in cases]
    suite = ElementTree.Element(
        "testsuite",
        {
            "name": named,
            "id": str(number),
            "package": "checker",
            "hostname": "checker",
            "timestamp": display.moment(report.at).removesuffix("Z"),
            "time": "0",
            "tests": str(len(cases)),
            "failures": str(marks.count("failure")),
            "errors": str(marks.count("error")),
            "skipped": str(marks.count("skipped")),
        },
    )
    properties = ElementTree.SubElement(suite, "properties")
    for key, value in about:
        ElementTree.SubElement(properties, "property", {"name": key, "value": value})
    for case in cases:
        element = ElementTree.SubElement(
            suite, "testcase", {"classname": named, "name": case.name.strip() or NO_NAME, "time": "0"}
        )
        if case.mark:
            result = ElementTree.SubElement(element, case.mark, {"message": case.message})
            if case.mark != "skipped":
                result.set("type", case.kind)
            result.text = case.text
    said = [case.message for case in cases if not case.mark and case.message]
    ElementTree.SubElement(suite, "system-out").text = "\n".join(said)
    ElementTree.SubElement(suite, "system-err")
    return suite


def _properties(report: Report) -> Properties:
    """What the answer depends on, for readers who have only this file."""
    return [
        ("release", headline(report)),
        ("exit", str(int(report.exit))),
        ("at", display.moment(report.at)),
        ("checker", __version__),
        ("evidence", line(report.evidence_digest)),
        *([("base", line(report.base))] if report.base else []),
        *([("environment", line(report.environment))] if report.environment else []),
    ]
