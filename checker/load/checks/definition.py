"""Checks a promise before anything is asked: its queries, its formula, and settings that contradict each other.
(Thresholds are checked in ``bands``.)"""

from __future__ import annotations

import re
from collections.abc import Iterator

from checker import sources
from checker.formula import FormulaError, names
from checker.load.checks.answer import RATIO, Answer, answer_of
from checker.load.checks.bands import check_bands
from checker.load.checks.direction import check_direction
from checker.load.checks.evaluation import check_evaluation
from checker.load.checks.heartbeat import check_heartbeat
from checker.load.checks.named_unit import check_named_unit
from checker.load.checks.regression import check_regression
from checker.load.checks.same_query import check_same_query
from checker.load.checks.samples import check_samples
from checker.load.checks.slo import asked_once, check_slo
from checker.load.checks.summed import check_summed
from checker.load.resolved import Resolved
from checker.load.text.finding_at import finding_at
from checker.load.validation.explain import fact_and_mend
from checker.load.validation.misspelt import at, closest
from checker.model import Finding, Level, Path, Query
from checker.spec.fields import ANNOTATION_PREFIX, show
from checker.units import CONFIRMED, describe


def check_definition(resolved: Resolved) -> Iterator[Finding]:
    """All findings about an objective that need no measurement."""
    objective = resolved.objective
    answer = Answer(None) if objective.components else answer_of(objective.indicator)
    if not objective.components and (objective.regression is None or not objective.regression.alone):
        for problem in check_bands(objective, answer):
            yield _finding(
                resolved, problem.rule, problem.key, problem.message, problem.remedy, problem.level
            )
    for problem in check_regression(objective, answer):
        yield _finding(resolved, problem.rule, problem.key, problem.message, problem.remedy, problem.level)
    yield from check_direction(resolved)
    yield from check_same_query(resolved)
    yield from check_named_unit(resolved)
    yield from check_samples(resolved)
    yield from check_summed(resolved)
    yield from _confirmation(resolved)
    for problem in check_heartbeat(objective):
        yield _finding(resolved, problem.rule, problem.key, problem.message, problem.remedy, problem.level)
    yield from _confidence(resolved)
    if objective.indicator.form == "formula":
        yield from _formula(resolved)
    yield from _counts(resolved)
    yield from _growth(resolved)
    yield from check_evaluation(resolved)
    yield from check_slo(resolved)
    for holder, path in resolved.queries if asked_once(objective) else ():
        query = holder.queries[path]
        for key, message, remedy in sources.find(query.source).check(query, objective.window):
            here = (*path, key) if key else path
            related = resolved.promise_beside(holder)
            yield finding_at(holder.document, here, "query", "error", message, remedy, related)


def _growth(resolved: Resolved) -> Iterator[Finding]:
    """Queries of an OpenSLO ratio with ``counter: true`` that do not measure how much the counter grew."""
    for holder, path in resolved.queries if resolved.objective.kind == "SLO" else ():
        ratio, query = path[:-3], holder.queries[path]
        if path[-3] == "raw" or at(holder.document.data, ratio).get("counter") is not True:
            continue
        measures = getattr(sources.find(query.source), "measures_growth", lambda query: False)
        if not measures(query):
            here = (*ratio, "counter")
            message = f"counter: true, but the query for {path[-3]} does not measure how much a counter grew"
            remedy = "measure the growth in the query, or write counter: false if it counts per period"
            related = resolved.promise_beside(holder)
            yield finding_at(holder.document, here, "counter", "error", message, remedy, related)


def _finding(
    resolved: Resolved, rule: str, key: str, message: str, remedy: str, level: Level = "error"
) -> Finding:
    """A finding at the value of one of the objective's own keys."""
    path: Path = (*resolved.path, key)
    if resolved.objective.kind == "SLO" and key in ("warning", "critical", "confidence"):
        path = ("metadata", "annotations", f"{ANNOTATION_PREFIX}{key}")
    return finding_at(resolved.written.document, path, rule, level, message, remedy)


def _confirmation(resolved: Resolved) -> Iterator[Finding]:
    """An attestation must be the only metric, and only of a promise whose target is ``confirmed``."""
    objective = resolved.objective
    asked = [query.source for _, query in objective.indicator.metrics]
    if "Attestation" in asked and objective.indicator.form != "value":
        message = "an attestation has no value to compute with"
        yield _finding(resolved, "attestation", "indicator", message, "make it a promise of its own")
    elif objective.target.unit == CONFIRMED and "Attestation" not in asked:
        message = f"the target is 'confirmed', but {asked[0]} measures a value"
        remedy = "write a threshold, as in '>= 99 %' or '< 500 ms'; or the indicator {source: Attestation}"
        yield _finding(resolved, "attestation", "target", message, remedy)


def _confidence(resolved: Resolved) -> Iterator[Finding]:
    """Only a share of counted events and a percentile can have a confidence bound."""
    objective = resolved.objective
    if objective.confidence is None or (
        objective.indicator.form == "ratio" and not objective.budgeting.slice
    ):
        return
    if objective.error_budget:
        message = "only a ratio of events, with the method Occurrences, can have a confidence bound"
        remedy = "remove the annotation checker/confidence"
        yield _finding(resolved, "confidence", "confidence", message, remedy)
        return
    if objective.indicator.form == "formula":
        message, remedy = "there is no confidence bound for a formula", "remove confidence"
    else:
        query = objective.indicator.metrics[0][1]
        source = sources.find(query.source)
        if getattr(source, "percentile", _assumed)(query) and answer_of(objective.indicator).unit != RATIO:
            return
        message = "only a percentile or a ratio of counts can have a confidence bound"
        remedy = "measure one of those, as in {good: …, total: …}, or remove confidence"
    yield _finding(resolved, "confidence", "confidence", message, remedy)


def _assumed(query: Query) -> bool:
    """Used for a source that does not say which of its results are percentiles: any of them may be."""
    return True


def _formula(resolved: Resolved) -> Iterator[Finding]:
    """A formula that is invalid, uses an unknown metric, or leaves a metric unused."""
    path: Path = (*resolved.path, "indicator")
    document, indicator = resolved.written.document, resolved.objective.indicator
    metrics = [name for name, _ in indicator.metrics]
    formula = (*path, "formula")

    def at_formula(message: str, remedy: str) -> Finding:
        return finding_at(document, formula, "formula", "error", message, remedy)

    def at_metric(name: str, message: str, remedy: str) -> Finding:
        related = (("the formula", document.locate(formula)),)
        metric = (*path, "metrics", name)
        return finding_at(document, metric, "formula", "error", message, remedy, related, key=True)

    unusable = [name for name in metrics if not re.fullmatch("[A-Za-z_][A-Za-z0-9_]*", name)]
    for name in unusable:
        message = f"{show(name)} is not a name that a formula can use"
        yield at_metric(name, message, "write it with letters, digits and '_', as in error_count")
    try:
        used = names(indicator.formula)
    except FormulaError as error:
        fact, mend = fact_and_mend(str(error))
        yield at_formula(
            fact, mend or "write arithmetic over the names of the metrics, as in 'cost / customers'"
        )
        return
    if unusable:
        return
    unknown = [name for name in used if name not in metrics]
    for name in (name for name in metrics if name not in used):
        meant = closest(name, unknown)
        if meant is not None:
            unknown.remove(meant)
        instead = f", but {meant!r}" if meant else ""
        remedy = f"did you mean {meant!r}?" if meant else "use it, or remove it"
        yield at_metric(name, f"the formula does not use the metric {name!r}{instead}", remedy)
    for name in unknown:
        guess = closest(name, metrics)
        remedy = f"did you mean {guess!r}?" if guess else f"the metrics are {', '.join(metrics)}"
        yield at_formula(f"the formula uses {name!r}, which is not one of its metrics", remedy)


def _counts(resolved: Resolved) -> Iterator[Finding]:
    """Queries that are no count of events where a count is needed: in a ratio, and where missing data is zero."""
    objective = resolved.objective
    counted = [
        id(query) for each in objective.indicators if each.form == "ratio" for _, query in each.metrics
    ]
    if counted:
        why = "a ratio needs counts"
    elif objective.no_data == "zero":
        why = "noData: zero needs a count"
    else:
        return
    for holder, path in resolved.queries:
        query = holder.queries[path]
        if (
            query is objective.heartbeat
            or (counted and id(query) not in counted)
            or not sources.measures(query)
        ):
            continue
        source = sources.find(query.source)
        unit = source.unit(query)
        key, message, remedy = "", "", "measure a number of events"
        if unit is not None and unit.dimensions not in ((), (("count", 1),)):
            message = f"this measures {describe(unit)}"
        elif hasattr(source, "not_a_count") and (problem := source.not_a_count(query)) is not None:
            key, message, remedy = problem
        if message:
            here = (*path, key) if key else path
            related = resolved.promise_beside(holder)
            yield finding_at(
                holder.document, here, "not-a-count", "error", f"{message}, and {why}", remedy, related
            )
