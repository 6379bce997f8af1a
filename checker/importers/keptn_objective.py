"""Converts one Keptn objective to criteria: one for each bound, with its WARN band and its baseline."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from checker.importers.keptn_criteria import Bound, Set, critical, one_set, parse, tightest
from checker.importers.node import Node
from checker.importers.templates import filled_in, windowed
from checker.importers.written import Disabled, Names, Note, slug, without_empty
from checker.model import Finding, Location
from checker.spec.fields import show

_DYNATRACE = re.compile(r"metricSelector=|entitySelector=|^(?:MV2|USQL|SLO|PV2|SECPV2);")
_DATADOG = re.compile(r"^(?:avg|sum|min|max|count):[\w.]+\{")
MOST_WEIGHT = 1000


class Query(NamedTuple):
    """A query of an sli.yaml, and its location."""

    text: str
    place: Location


class Made(NamedTuple):
    """The results of converting the objectives of a file, extended objective by objective."""

    criteria: list[dict[str, Any]]
    places: list[Location]
    disabled: list[Disabled]
    notes: list[Note]
    findings: list[Finding]
    names: Names


class Shared(NamedTuple):
    """What the objectives of a file share: the queries, the values of placeholders, and the baseline."""

    queries: Mapping[str, list[Query]]
    values: Mapping[str, str]
    baseline: dict[str, Any]


class _Piece(NamedTuple):
    """A criterion to be written: a fixed bound, a change against earlier results, or both."""

    ending: str
    fixed: Bound | None
    change: Bound | None = None


def convert_objective(each: Node, shared: Shared, made: Made) -> None:
    """Adds the criteria of an objective, or notes about it, to ``made``. Raises Unreadable."""
    sli = each.text("sli")
    shown = each.optional_text("displayName")
    weight, key = _weight(each), each.flag("key_sli") or False
    passing, warning = _sets(each, "pass"), _sets(each, "warning")
    if not passing:
        message = f"{sli} has no pass criteria: Keptn only records it, so it is not a promise"
        made.notes.append(
            Note(message, "add pass criteria to make it one", each.place(), ("spec", "criteria"))
        )
        return
    query = windowed(filled_in(_query(each, sli, shared.queries).text, shared.values))
    chosen, whole = one_set(passing)
    if not whole:
        message = (
            f"{sli} has {len(passing)} alternative criteria; only the first was imported, which is stricter"
        )
        remedy = "if that is too strict, write one bound that covers them"
        made.notes.append(_beside(made, message, remedy, each.place("pass")))
    for number, piece in enumerate(_pieces(chosen)):
        criterion = {
            "name": made.names.take("", sli, piece.ending),
            "displayName": shown or (sli if slug(sli) != sli else ""),
            "indicator": {"source": _unspoken(query) or "Prometheus", "query": query},
            "target": piece.fixed.threshold if piece.fixed else "",
            "critical": _critical(each, piece.fixed, warning, made),
            **_regression(piece.change, shared.baseline),
            "key": key or None,
        }
        # Its parts together have the weight of the objective.
        weight_here = weight if number == 0 else 0
        weighed = {} if weight_here == 1 else {"weight": weight_here}
        _add(each, sli, {**without_empty(criterion), **weighed}, made)


def _weight(each: Node) -> int:
    if not each.has("weight"):
        return 1
    weight = each.number("weight")
    if weight.denominator != 1 or not 0 <= weight <= MOST_WEIGHT:
        message = f"{float(weight):g} is not a weight"
        raise each.refuse("weight", message, f"write a whole number up to {MOST_WEIGHT}")
    return int(weight)


def _pieces(chosen: Set) -> list[_Piece]:
    """The bounds of a set, each with the change in the same direction; other changes become pieces of their own."""
    fixed = tightest([bound for bound in chosen if not bound.change])
    changes = [bound for bound in chosen if bound.change]
    pieces = []
    for bound in fixed:
        beside = next((each for each in changes if bound.operator != "=" and each.above is bound.above), None)
        if beside is not None:
            changes.remove(beside)
        ending = "equal" if bound.operator == "=" else "at-most" if bound.above else "at-least"
        pieces.append(_Piece(ending, bound, beside))
    pieces += (_Piece("rise" if each.above else "fall", None, each) for each in changes)
    return [pieces[0]._replace(ending="")] if len(pieces) == 1 else pieces


def _regression(change: Bound | None, baseline: Mapping[str, Any]) -> dict[str, Any]:
    if change is None:
        return {}
    # Without earlier results, Keptn counts a comparison as passed; each report then says so.
    return {"regression": change.threshold, "baseline": dict(baseline), "firstRun": "pass"}


def _add(each: Node, sli: str, criterion: dict[str, Any], made: Made) -> None:
    source = criterion["indicator"]["source"]
    if source == "Prometheus":
        made.criteria.append(criterion)
        made.places.append(each.place())
        return
    reason = f"{sli} is measured by {source}, which checker cannot query"
    made.findings.append(each.refuse("sli", reason, "measure it with a source that checker supports").finding)
    made.disabled.append(Disabled(reason, criterion))


def _critical(each: Node, target: Bound | None, warning: Sequence[Set], made: Made) -> str:
    """The threshold beyond which a criterion fails; "" if any miss of the target fails."""
    if not warning:
        return ""
    chosen, _ = one_set(warning)
    found = critical(target, chosen) if target else None
    if found is not None:
        return found.otherwise
    said = " and ".join(bound.text for bound in chosen)
    if target is None or any(bound.change or bound.operator == "=" for bound in chosen):
        message = f"the warning {said} was not imported: a middle band needs a fixed target; a miss fails"
    else:
        message = (
            f"the warning {said} does not go beyond the pass criterion {target.text}, so it never applies"
        )
    made.notes.append(_beside(made, message, "add critical to get a WARN band", each.place("warning")))
    return ""


def _beside(made: Made, message: str, remedy: str, place: Location) -> Note:
    """A warning that is written beside the next criterion."""
    return Note(message, remedy, place, ("spec", "criteria", len(made.criteria)), "warning")


def _sets(each: Node, key: str) -> list[Set]:
    """The sets of criteria under ``key``."""
    return [tuple(_bound(holder, text) for text in _texts(holder)) for holder in each.each(key)]


def _texts(holder: Node) -> list[Any]:
    listed = holder.plain("criteria")
    if not isinstance(listed, list) or not listed:
        raise holder.refuse("criteria", "criteria are a list of texts", 'write it as in criteria: ["<600"]')
    return listed


def _bound(holder: Node, text: Any) -> Bound:
    bound = parse(text) if isinstance(text, str) else None
    if bound is None or (bound.change and bound.operator == "="):
        message = f"{show(text)} is not a criterion"
        raise holder.refuse("criteria", message, "write an operator and a number, as in <600 or <=+10%")
    return bound


def _query(each: Node, sli: str, queries: Mapping[str, list[Query]]) -> Query:
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
    """The source that the language of ``query`` belongs to; "" if it appears to be PromQL."""
    if _DYNATRACE.search(query):
        return "Dynatrace"
    return "Datadog" if _DATADOG.match(query) else ""
