"""Keptn's quality gates: an slo.yaml with objectives, and an sli.yaml with the queries that they name.

Each objective becomes a criterion, and the total score a rule. Keptn takes the window from each evaluation request,
so here the caller gives it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from checker.importers.keptn_objective import Made, Query, Shared, convert_objective
from checker.importers.node import Node, Unreadable, as_number, note_of_left_over, root
from checker.importers.openslo import decimal
from checker.importers.templates import open_names, told_open
from checker.importers.written import Converted, Names, Note, Options, Written, without_empty
from checker.load.validation.foreign import tool_of
from checker.model import Document, Finding
from checker.units import format_duration

NAME = "Keptn"
USUAL_WINDOW = 300
REPORTS = "reports"
"""The folder with earlier reports to compare with."""


def recognise(document: Document) -> bool:
    """Whether the document is an slo.yaml or an sli.yaml."""
    return tool_of(document.data) == NAME


def convert(documents: Sequence[Document], options: Options, names: Names) -> Converted:
    """SuccessCriteria and rules for each slo.yaml among the documents."""
    slos = [each for each in documents if "objectives" in each.data]
    slis = [each for each in documents if "objectives" not in each.data]
    written: list[Written] = []
    findings: list[Finding] = []
    for document in slos:
        try:
            written += _gate(document, _queries(document, slis, findings), options, names, findings)
        except Unreadable as error:
            findings.append(error.finding)
    if slis and not slos:
        findings += (_no_slo(each) for each in slis)
    return Converted(tuple(written), tuple(dict.fromkeys(findings)))


def _no_slo(document: Document) -> Finding:
    node = root(document)
    message = "these are the queries of Keptn's indicators, but no slo.yaml among the files uses them"
    return node.refuse("indicators", message, "name it too, as in 'checker import slo.yaml sli.yaml'").finding


def _queries(slo: Document, slis: Sequence[Document], findings: list[Finding]) -> dict[str, list[Query]]:
    """The queries by indicator name: from the sli.yaml files beside the slo.yaml if there are any, else from all."""
    folder = os.path.dirname(slo.file)
    beside = [each for each in slis if os.path.dirname(each.file) == folder]
    queries: dict[str, list[Query]] = {}
    for document in beside or slis:
        indicators = root(document).mapping("indicators")
        for key in indicators.data:
            try:
                found = Query(indicators.text(key), indicators.place(key))
            except Unreadable as error:
                findings.append(error.finding)
                continue
            if all(found.text != each.text for each in queries.get(key, ())):
                queries.setdefault(key, []).append(found)
    return queries


def _gate(
    document: Document,
    queries: Mapping[str, list[Query]],
    options: Options,
    names: Names,
    findings: list[Finding],
) -> list[Written]:
    whole = root(document)
    whole.plain("spec_version")
    values = {**whole.texts("filter"), **options.values}
    made = Made([], [], [], [], [], Names())
    shared = Shared(queries, values, _baseline(whole.mapping("comparison")))
    for each in whole.each("objectives"):
        try:
            convert_objective(each, shared, made)
        except Unreadable as error:
            made.findings.append(error.finding)
    findings += made.findings
    if not made.criteria:
        if not made.findings:
            findings.append(_no_promise(whole))
        return []
    stem = os.path.splitext(os.path.basename(document.file))[0]
    name = names.take("SuccessCriteria", options.values.get("SERVICE", ""), stem)
    rules = _rules(whole, name, names)
    notes = (*_general(whole, made, options), *made.notes, *note_of_left_over(whole, "this file"))
    criteria = Written(
        _success_criteria(name, made, options),
        whole.place(),
        NAME,
        notes,
        tuple(made.disabled),
        tuple(made.places),
    )
    return [criteria, *rules]


def _success_criteria(name: str, made: Made, options: Options) -> dict[str, Any]:
    spec = {
        "service": options.values.get("SERVICE", ""),
        "window": format_duration(options.window or USUAL_WINDOW),
        "criteria": made.criteria,
    }
    return {
        "apiVersion": "checker/v1",
        "kind": "SuccessCriteria",
        "metadata": {"name": name},
        "spec": without_empty(spec),
    }


def _no_promise(whole: Node) -> Finding:
    message = "no objective has pass criteria: nothing is promised here"
    return whole.refuse("objectives", message, "write one, as in pass: [{criteria: [<600]}]").finding


_AGGREGATES = {"avg": "mean", "p50": "p50", "p90": "p90", "p95": "p95"}


def _baseline(comparison: Node) -> dict[str, Any]:
    """Keptn's ``comparison`` as a baseline of earlier reports, with Keptn's defaults."""
    several = comparison.optional_text("compare_with") != "single_result"
    count = (
        comparison.number("number_of_comparison_results")
        if comparison.has("number_of_comparison_results")
        else 3
    )
    function = comparison.optional_text("aggregate_function") or "avg"
    included = comparison.optional_text("include_result_with_score") or "all"
    if function not in _AGGREGATES:
        remedy = f"write one of {', '.join(_AGGREGATES)}"
        raise comparison.refuse("aggregate_function", f"{function!r} is not a function of Keptn", remedy)
    if count != int(count) or not 0 < count <= 100:
        message = f"{float(count):g} earlier results cannot be compared with"
        raise comparison.refuse("number_of_comparison_results", message, "write a whole number from 1 to 100")
    return {
        "reports": REPORTS,
        "last": int(count) if several else 1,
        "aggregate": _AGGREGATES[function],
        "passed": "any" if included == "all" else "release",
    }


def _general(whole: Node, made: Made, options: Options) -> list[Note]:
    notes = []
    if options.window is None:
        message = "Keptn measures over the time of an evaluation; 5m is assumed here"
        notes.append(Note(message, "import with --window", whole.place(), ("spec", "window"), "warning"))
    left = open_names([each["indicator"] for each in made.criteria], braced=False)
    notes += told_open(left, braced=False, who="Keptn", place=whole.place(), at=("spec", "criteria"))
    if any("regression" in each for each in made.criteria):
        message = f"earlier results are the JSON reports in {REPORTS}/; without any a comparison passes, as in Keptn"
        remedy = f"keep each run's, as with -f json={REPORTS}/DATE.json"
        notes.append(Note(message, remedy, whole.place("comparison"), ("spec", "criteria"), "warning"))
    return notes


def _rules(whole: Node, name: str, names: Names) -> list[Written]:
    """The total score as rules: an error below the warning score (or the pass score without one), a warning below
    the pass score."""
    score = whole.mapping("total_score")
    passes, warns = (_percent(score, key) if score.has(key) else None for key in ("pass", "warning"))
    if passes is None:
        return []
    levels = {"error": passes} if warns is None or warns >= passes else {"error": warns, "warning": passes}
    return [
        Written(
            _rule(names.take("Rule", name, "score", level), level, least),
            score.place(),
            NAME,
            _stricter(score),
        )
        for level, least in levels.items()
    ]


def _stricter(score: Node) -> tuple[Note, ...]:
    message = (
        "here a criterion that fails also fails the release, whatever the score is; Keptn uses only the score"
    )
    remedy = "write gating: false for what the release may miss"
    return (Note(message, remedy, score.place(), ("spec", "expression"), "warning"),)


def _percent(score: Node, key: str) -> Fraction:
    text = score.plain(key)
    found = as_number(text.strip().removesuffix("%") if isinstance(text, str) else text)
    if found is None or found > 100:
        raise score.refuse(key, f"{key!r} is a percentage", "write it as in 90%")
    return found


def _rule(name: str, level: str, least: Fraction) -> dict[str, Any]:
    shown = decimal(least)
    return {
        "apiVersion": "checker/v1",
        "kind": "Rule",
        "metadata": {"name": name},
        "spec": {
            "scope": "release",
            "level": level,
            "expression": "release.score.percent >= double(params.least)",
            "message": f"the score is {{release.score.percent}} %; at least {shown} % is required",
            "remedy": "Fix the promises with the highest weight first.",
            "rationale": "Keptn's total_score: of all weights, those of what passes, and half of those of what warns.",
            "parameters": {"least": shown},
            "examples": {
                "pass": [{"input": {"release": {"score": {"percent": 100}}}}],
                "fail": [{"input": {"release": {"score": {"percent": decimal(least - 1)}}}}],
            },
        },
    }
