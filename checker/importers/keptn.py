"""Keptn's quality gates: an slo.yaml of objectives, and the sli.yaml with the queries that they name.

Each objective becomes a criterion. What Keptn measures over is the time that it is asked for, so the window is
the caller's.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from checker.importers.keptn_criteria import Bound, Set, critical, one_set, parse, tightest
from checker.importers.node import Node, Unreadable, as_text, note_of_left_over, root
from checker.importers.templates import filled_in, open_names, told_open, windowed
from checker.importers.written import Converted, Disabled, Names, Note, Options, Written, slug, without_empty
from checker.model import Document, Finding, Location
from checker.spec.fields import show
from checker.units import format_duration

NAME = "Keptn"
USUAL_WINDOW = 300

_DYNATRACE = re.compile(r"metricSelector=|entitySelector=|^(?:MV2|USQL|SLO|PV2|SECPV2);")
_DATADOG = re.compile(r"^(?:avg|sum|min|max|count):[\w.]+\{")


class _Query(NamedTuple):
    """A query of an sli.yaml, and where it stands."""

    text: str
    place: Location


def recognise(document: Document) -> bool:
    """Whether it is an slo.yaml or an sli.yaml."""
    match document.data:
        case {"apiVersion": _} | {"kind": _}:
            return False
        case {"indicators": dict()}:
            return True
        case (
            {"objectives": _, "comparison": _}
            | {"objectives": _, "total_score": _}
            | {"objectives": _, "spec_version": _}
        ):
            return True
    return False


def convert(documents: Sequence[Document], options: Options, names: Names) -> Converted:
    """SuccessCriteria for each slo.yaml among the documents."""
    slos = [each for each in documents if "objectives" in each.data]
    slis = [each for each in documents if "objectives" not in each.data]
    written: list[Written] = []
    findings: list[Finding] = []
    for document in slos:
        try:
            queries = _queries(document, slis, findings)
            made = _criteria(document, queries, options, names, findings)
            written += [made] if made else []
        except Unreadable as error:
            findings.append(error.finding)
    if slis and not slos:
        findings += (_no_slo(each) for each in slis)
    return Converted(tuple(written), tuple(dict.fromkeys(findings)))


def _no_slo(document: Document) -> Finding:
    node = root(document)
    message = (
        "these are the queries of Keptn's indicators, and there is no slo.yaml that promises anything of them"
    )
    return node.refuse("indicators", message, "name it too, as in 'checker import slo.yaml sli.yaml'").finding


def _queries(slo: Document, slis: Sequence[Document], findings: list[Finding]) -> dict[str, list[_Query]]:
    """The queries by the name of their indicator: those beside the slo.yaml, if there are any, or else all."""
    folder = os.path.dirname(slo.file)
    beside = [each for each in slis if os.path.dirname(each.file) == folder]
    queries: dict[str, list[_Query]] = {}
    for document in beside or slis:
        indicators = root(document).mapping("indicators")
        for key in indicators.data:
            try:
                found = _Query(indicators.text(key), indicators.place(key))
            except Unreadable as error:
                findings.append(error.finding)
                continue
            if all(found.text != each.text for each in queries.get(key, ())):
                queries.setdefault(key, []).append(found)
    return queries


def _criteria(
    document: Document,
    queries: Mapping[str, list[_Query]],
    options: Options,
    names: Names,
    findings: list[Finding],
) -> Written | None:
    whole = root(document)
    whole.plain("spec_version")
    whole.plain("comparison")
    values = {**whole.texts("filter"), **options.values}
    made = _Made([], [], [], [], [], Names())
    for each in whole.each("objectives"):
        try:
            _objective(each, queries, values, made)
        except Unreadable as error:
            findings.append(error.finding)
    findings += made.findings
    if not made.criteria:
        message = "none of these objectives became a criterion"
        raise whole.refuse(
            "objectives", message, "see what is said of each, and of the queries that they name"
        )
    return Written(
        {
            "apiVersion": "checker/v1",
            "kind": "SuccessCriteria",
            "metadata": _metadata(whole, document, options, names, made),
            "spec": without_empty(
                {
                    "service": options.values.get("SERVICE", ""),
                    "window": format_duration(options.window or USUAL_WINDOW),
                    "criteria": made.criteria,
                }
            ),
        },
        whole.place(),
        NAME,
        (*_general(whole, made, options), *made.notes, *note_of_left_over(whole, "this file")),
        tuple(made.disabled),
        tuple(made.places),
    )


def _no_promise(whole: Node) -> Finding:
    message = "no objective has pass criteria: nothing is promised here"
    return whole.refuse("objectives", message, "write one, as in pass: [{criteria: [<600]}]").finding


class _Made(NamedTuple):
    """What the objectives of a file have become so far."""

    criteria: list[dict[str, Any]]
    places: list[Location]
    disabled: list[Disabled]
    notes: list[Note]
    findings: list[Finding]
    taken: Names


def _metadata(whole: Node, document: Document, options: Options, names: Names, made: _Made) -> dict[str, Any]:
    stem = os.path.splitext(os.path.basename(document.file))[0]
    score = whole.mapping("total_score")
    told = {key: as_text(score, key) for key in ("pass", "warning") if score.has(key)}
    weights = {}
    for each in whole.each("objectives"):
        if each.has("pass"):
            key = " (key)" if each.flag("key_sli") else ""
            weights[slug(each.text("sli"))] = f"{as_text(each, 'weight') if each.has('weight') else '1'}{key}"
    annotations = {
        "keptn/total-score": ", ".join(f"{key} {value}" for key, value in told.items()),
        "keptn/weights": ", ".join(f"{key} {value}" for key, value in weights.items()),
    }
    name = names.take("SuccessCriteria", options.values.get("SERVICE", ""), stem)
    return {"name": name, "annotations": without_empty(annotations)}


def _general(whole: Node, made: _Made, options: Options) -> list[Note]:
    notes = [
        Note(
            "Keptn adds up the weights of what passes; here each criterion that fails fails the release",
            "run with --fail-on-warn if a warning may not pass either: Keptn gives it half of its weight",
            whole.place("total_score"),
            ("metadata", "annotations"),
            "warning",
        )
    ]
    if options.window is None:
        message = "Keptn measures over the time that an evaluation is asked for; 5m is what is taken here"
        notes.append(Note(message, "import with --window", whole.place(), ("spec", "window"), "warning"))
    left = open_names([each["indicator"] for each in made.criteria], braced=False)
    notes += told_open(left, braced=False, who="Keptn", place=whole.place(), at=("spec", "criteria"))
    return notes


def _objective(
    each: Node, queries: Mapping[str, list[_Query]], values: Mapping[str, str], made: _Made
) -> None:
    """Adds the criteria that an objective becomes, or what there is to say of it."""
    sli = each.text("sli")
    passing, warning = _sets(each, "pass"), _sets(each, "warning")
    if not passing:
        each.plain("weight")
        each.plain("key_sli")
        message = f"{sli} has no pass criteria: Keptn only records it, and it is no promise"
        made.notes.append(Note(message, "", each.place(), ("spec", "criteria")))
        return
    query = _query(each, sli, queries)
    chosen, whole = one_set(passing)
    if not whole:
        message = f"{sli} passes in one of {len(passing)} ways; only the first of them was carried, which is stricter"
        made.notes.append(_at(made, Note(message, "", each.place("pass"), (), "warning")))
    fixed = tightest([bound for bound in chosen if not bound.change])
    changes = [bound for bound in chosen if bound.change]
    shown = each.optional_text("displayName")
    head = {"displayName": shown or (sli if slug(sli) != sli else "")}
    text = windowed(filled_in(query.text, values))
    unspoken = _unspoken(text)
    for bound in fixed:
        ending = (
            ""
            if len(fixed) == 1
            else "equal"
            if bound.operator == "="
            else "at-most"
            if bound.above
            else "at-least"
        )
        criterion = without_empty(
            {
                "name": made.taken.take("", sli, ending),
                **head,
                "indicator": {"source": unspoken or "Prometheus", "query": text},
                "target": bound.threshold,
                "critical": _critical(each, bound, warning, made),
            }
        )
        if unspoken:
            reason = f"{sli} is measured by {unspoken}, to which checker does not speak"
            finding = Node.refuse(
                each, "sli", reason, "measure it by a source that checker speaks to"
            ).finding
            made.findings.append(finding)
            made.disabled.append(Disabled(reason, criterion))
        else:
            made.criteria.append(criterion)
            made.places.append(each.place())
    _changes(each, sli, fixed, changes, made)


def _changes(each: Node, sli: str, fixed: Sequence[Bound], changes: Sequence[Bound], made: _Made) -> None:
    if not changes:
        return
    said = " and ".join(bound.text for bound in changes)
    if not fixed:
        message = f"{sli} is promised only against earlier results ({said}), which a criterion here cannot say alone"
        made.findings.append(each.refuse("pass", message, "add a fixed bound, such as <600").finding)
        return
    message = f"that {sli} is also to be {said} of earlier results was not carried"
    made.notes.append(Note(message, "", each.place("pass"), ("spec", "criteria"), "warning"))


def _at(made: _Made, note: Note) -> Note:
    """A note beside the criterion that comes next."""
    return note._replace(at=("spec", "criteria", len(made.criteria)))


def _critical(each: Node, target: Bound, warning: Sequence[Set], made: _Made) -> str:
    """The threshold beyond which a criterion fails; "" where missing the target is enough."""
    if not warning:
        return ""
    chosen, _ = one_set(warning)
    found = critical(target, chosen)
    if found is not None:
        return found.otherwise
    said = " and ".join(bound.text for bound in chosen)
    if any(bound.change for bound in chosen):
        message = f"the warning {said} is about earlier results and was not carried: what misses {target.text} fails"
    else:
        message = (
            f"the warning {said} does not go beyond the pass criterion {target.text}, and never comes up"
        )
    made.notes.append(_at(made, Note(message, "", each.place("warning"), (), "warning")))
    return ""


def _sets(each: Node, key: str) -> list[Set]:
    """The sets of criteria below ``key``."""
    sets: list[Set] = []
    for holder in each.each(key):
        listed = holder.plain("criteria")
        if not isinstance(listed, list) or not listed:
            raise holder.refuse(
                "criteria", "criteria are a list of texts", 'write it as in criteria: ["<600"]'
            )
        bounds = []
        for text in listed:
            bound = parse(text) if isinstance(text, str) else None
            if bound is None:
                message = f"{show(text)} is not a criterion"
                raise holder.refuse(
                    "criteria", message, "write an operator and a number, as in <600 or <=+10%"
                )
            bounds.append(bound)
        sets.append(tuple(bounds))
    return sets


def _query(each: Node, sli: str, queries: Mapping[str, list[_Query]]) -> _Query:
    found = queries.get(sli, [])
    if not found:
        message = f"no sli.yaml among the files says how {sli} is measured"
        raise each.refuse("sli", message, "name the one that does, as in 'checker import slo.yaml sli.yaml'")
    if len(found) > 1:
        places = " and ".join(str(one.place) for one in found)
        message = f"{sli} is measured in {len(found)} ways, at {places}"
        raise each.refuse("sli", message, "import with the one sli.yaml that is meant")
    return found[0]


def _unspoken(query: str) -> str:
    """The source that speaks the language of ``query``, if that is not PromQL."""
    if _DYNATRACE.search(query):
        return "Dynatrace"
    return "Datadog" if _DATADOG.match(query) else ""
