"""What rules see: the plain data of a promise, a waiver, a document, a verdict and a release.

Its shape is documented in ``input_schema``. Numbers are doubles, because CEL has no others, and beside each
stands its exact text: a rule may judge by the one and quote the other. What decides between PASS and FAIL is
compared exactly, and not here.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from checker import display
from checker.model import Catalog, Document, Finding, Objective, Outcome, Query, Verdict, Waiver
from checker.units import Threshold, Unit, convert, convertible, format_duration, parse_unit

Plain = dict[str, Any]
RATIO = parse_unit("ratio")
CONFIDENCE = 0.95
_LARGEST = 2**63 - 1


def document_input(document: Document | None, *, spec: bool = False) -> Plain:
    """A document's head, and with ``spec`` all that it says. None is one that cannot be found any more."""
    data = document.data if document is not None else {}
    about, content = _mapping(data.get("metadata")), _mapping(data.get("spec"))
    told = {
        "kind": _text(data.get("kind")),
        "apiVersion": _text(data.get("apiVersion")),
        "name": _text(about.get("name")),
        "displayName": _text(about.get("displayName")),
        "file": document.file if document is not None else "",
        "description": _text(content.get("description")),
        "labels": plain(_mapping(about.get("labels"))),
        "annotations": plain(_mapping(about.get("annotations"))),
    }
    return {**told, "spec": plain(content)} if spec else told


def objective_input(objective: Objective) -> Plain:
    """A promise."""
    target, share = objective.target, _good_share(objective)
    indicator = _indicator(objective)
    by_event = objective.indicator.form == "ratio" and objective.budgeting.method == "Occurrences"
    needs = share if by_event else indicator["quantile"]
    budget = 1 - share if share is not None and objective.error_budget and share < 1 else None
    return {
        "name": objective.name,
        "displayName": objective.display_name,
        "description": objective.description,
        "kind": objective.kind,
        "service": objective.service,
        "owner": objective.owner,
        "severity": objective.severity,
        "reviewBy": _day(objective.review_by),
        "runbook": objective.runbook,
        "nextSteps": list(objective.next_steps),
        "gating": objective.gating,
        "key": objective.key,
        "weight": objective.weight,
        "indicator": indicator,
        "target": _threshold(target),
        "warning": _threshold(objective.warning),
        "critical": _threshold(objective.critical),
        "dimension": _dimension(target.unit),
        "goodShare": None if share is None else float(share),
        "lowerIsBetter": target.lower_is_better,
        "window": _duration(objective.window),
        "noData": objective.no_data,
        "minSamples": objective.min_samples,
        "samplesNeeded": None if needs is None else _samples_needed(float(needs)),
        "minCoverage": float(objective.min_coverage),
        "maxAge": _duration(objective.max_age),
        "confidence": _double(objective.confidence),
        "evaluated": objective.evaluation is not None,
        "errorBudget": None
        if budget is None
        else {"share": float(budget), "seconds": float(budget * (objective.window or 0))},
        "digest": objective.digest,
        "line": objective.location.line,
    }


def waiver_input(waiver: Waiver, owners: Mapping[str, str]) -> Plain:
    """A waiver; ``owners`` are those of the promises, by name."""
    return {
        "name": waiver.name,
        "objective": waiver.objective,
        "owner": owners.get(waiver.objective, ""),
        "reason": waiver.reason,
        "ticket": waiver.ticket,
        "approver": waiver.approver,
        "created": _moment(waiver.created),
        "expires": _moment(waiver.expires),
        "days": (waiver.expires - waiver.created) / 86400,
        "accepts": waiver.accepts.text if waiver.accepts is not None else "",
        "acceptsInconclusive": waiver.accepts_inconclusive,
    }


def verdict_input(verdict: Verdict) -> Plain:
    """The outcome of a promise."""
    target = verdict.compared or verdict.objective.target
    up, unit, budget = target.lower_is_better, verdict.unit, verdict.budget
    return {
        "outcome": verdict.outcome.value,
        "without": (verdict.waived or verdict.outcome).value,
        "waiver": verdict.waiver.name if verdict.waiver is not None else "",
        "reasons": list(verdict.reasons),
        "value": _quantity(verdict.value, unit, up=up),
        "unit": unit.text if unit is not None else "",
        "margin": _quantity(verdict.margin, unit, up=False),
        "bound": _quantity(verdict.bound, unit, up=up),
        "good": _double(verdict.good),
        "total": _double(verdict.total),
        "samples": verdict.samples,
        "coverage": _double(verdict.coverage),
        "budget": None
        if budget is None
        else {
            "spent": _double(budget.spent),
            "remaining": _double(budget.remaining),
            "exhaustedIn": _double(budget.exhausted_in),
            "burnRates": [
                {"seconds": lookback, "text": format_duration(lookback), "rate": _double(rate)}
                for lookback, rate in budget.burn_rates
            ],
        },
        "alerts": [
            {"name": each.rule.name, "severity": each.rule.severity, "state": each.state}
            for each in verdict.alerts
        ],
        "asked": list(verdict.asked),
        "notes": list(verdict.notes),
    }


def release_input(catalog: Catalog, verdicts: Sequence[Verdict], findings: Iterable[Finding]) -> Plain:
    """All of a run."""
    promises = [_judged(verdict) for verdict in sorted(verdicts, key=lambda each: each.objective.name)]
    owners = {objective.name: objective.owner for objective in catalog.objectives}
    levels = Counter(finding.level for finding in findings)
    return {
        "counts": {
            name: {
                outcome.value: sum(
                    each.outcome is outcome for each in verdicts if each.objective.gating is gating
                )
                for outcome in Outcome
            }
            for name, gating in (("gating", True), ("notGating", False))
        },
        "score": _score(verdicts),
        "keys": [each for each in promises if each["key"]],
        "coverage": coverage(catalog.objectives, verdicts),
        "promises": promises,
        "waivers": [waiver_input(waiver, owners) for waiver in catalog.waivers],
        "waived": sorted(each.objective.name for each in verdicts if each.outcome is Outcome.WAIVED),
        "findings": {level: levels[level] for level in ("error", "warning", "note")},
    }


def coverage(objectives: Sequence[Objective], verdicts: Sequence[Verdict]) -> dict[str, list[str]]:
    """The coverage matrix: where each declared promise stands, its names sorted.

    A promise was measured (a number came of it), attested (a person confirmed it), excused (a waiver covers
    that there is no number), or it is missing. One that ``--select`` left out is none of these.
    """
    found: dict[str, list[str]] = {
        name: [] for name in ("declared", "measured", "attested", "excused", "missing", "notSelected")
    }
    by_name = {verdict.objective.name: verdict for verdict in verdicts}
    for objective in sorted(objectives, key=lambda each: each.name):
        found["declared"].append(objective.name)
        found[_stands(objective, by_name.get(objective.name))].append(objective.name)
    return found


def _stands(objective: Objective, verdict: Verdict | None) -> str:
    if verdict is None:
        return "notSelected"
    if verdict.outcome is Outcome.WAIVED and verdict.waived is Outcome.INCONCLUSIVE:
        return "excused"
    if verdict.outcome in (Outcome.ERROR, Outcome.INCONCLUSIVE) and verdict.value is None:
        return "missing"
    attested = all(query.source == "Attestation" for _, query in objective.indicator.metrics)
    return "attested" if attested else "measured"


_WORTH = {Outcome.PASS: 1.0, Outcome.WARN: 0.5, Outcome.WAIVED: 0.5}


def _score(verdicts: Sequence[Verdict]) -> Plain:
    """Keptn's weighted score over what gates: PASS counts in full, WARN by half; so does WAIVED."""
    gating = [verdict for verdict in verdicts if verdict.objective.gating]
    possible = float(sum(verdict.objective.weight for verdict in gating))
    achieved = sum((_WORTH.get(each.outcome, 0.0) * each.objective.weight for each in gating), 0.0)
    percent = 100 * achieved / possible if possible else 0.0
    return {"achieved": achieved, "possible": possible, "percent": percent}


def _judged(verdict: Verdict) -> Plain:
    objective = verdict.objective
    return {
        "name": objective.name,
        "owner": objective.owner,
        "severity": objective.severity,
        "gating": objective.gating,
        "key": objective.key,
        "weight": objective.weight,
        "outcome": verdict.outcome.value,
    }


def _indicator(objective: Objective) -> Plain:
    indicator = objective.indicator
    metrics = [_metric(name, query) for name, query in indicator.metrics]
    statistic = metrics[0]["statistic"] if indicator.form == "value" and metrics else ""
    quantile = re.fullmatch(r"[pP]([0-9]{1,2}(?:\.[0-9]{1,10})?)", statistic)
    return {
        "form": indicator.form,
        "formula": indicator.formula,
        "sources": sorted({metric["source"] for metric in metrics}),
        "statistic": statistic,
        "quantile": float(quantile[1]) / 100 if quantile else None,
        "metrics": metrics,
    }


def _metric(name: str, query: Query) -> Plain:
    return {
        "name": name,
        "source": query.source,
        "statistic": _text(getattr(query, "stat", None) or getattr(query, "measure", None)),
        "file": _text(getattr(query, "file", None)),
        "dataSourceRef": query.dataSourceRef or "",
    }


def _good_share(objective: Objective) -> Fraction | None:
    """The share of good events, data points or slices that is promised."""
    target = objective.target
    if objective.indicator.form in ("value", "formula") or not convertible(target.unit, RATIO):
        return None
    share = convert(target.value, target.unit, RATIO)
    return 1 - share if target.lower_is_better else share


def _samples_needed(share: float) -> int | None:
    """The fewest n with share^n <= 5 %: fewer events than that, all of them good, show nothing."""
    if not 0 < share < 1:
        return None
    return math.ceil(math.log(1 - CONFIDENCE) / math.log(share))


def _dimension(unit: Unit) -> str:
    dimensions = dict(unit.dimensions)
    if not dimensions:
        return "number"
    if dimensions.get("time") == -1:
        return "rate"
    (name, exponent), *more = dimensions.items()
    return name if exponent == 1 and not more else "other"


def _threshold(threshold: Threshold | None) -> Plain | None:
    if threshold is None:
        return None
    return {
        "text": threshold.text,
        "operator": threshold.operator,
        "value": _double(threshold.value),
        "exact": display.exact(threshold.value),
        "unit": threshold.unit.text,
    }


def _quantity(value: Fraction | None, unit: Unit | None, *, up: bool) -> Plain | None:
    if value is None:
        return None
    return {
        "value": _double(value),
        "exact": display.exact(value),
        "text": display.quantity(value, unit, up=up),
    }


def _double(value: Fraction | None) -> float | None:
    """The nearest double; the largest there is for what lies beyond it."""
    if value is None:
        return None
    try:
        return float(value)
    except OverflowError:
        return math.copysign(1.7976931348623157e308, value)


def _duration(seconds: int | None) -> Plain | None:
    return None if seconds is None else {"seconds": seconds, "text": format_duration(seconds)}


def _moment(seconds: int) -> Plain:
    return {"seconds": seconds, "text": display.moment(seconds)}


def _day(text: str) -> Plain | None:
    """A date, and the moment at which it is over."""
    if not text:
        return None
    begin = int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())
    return {"seconds": begin + 86400, "text": text}


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def plain(value: Any) -> Any:
    """What was read from a file, in the numbers that CEL has: decimals, and integers of more than 64 bits, are
    doubles."""
    match value:
        case dict():
            return {key: plain(each) for key, each in value.items()}
        case list():
            return [plain(each) for each in value]
        case Decimal():
            return _double(Fraction(value))
        case int() if not isinstance(value, bool) and abs(value) > _LARGEST:
            return _double(Fraction(value))
        case _:
            return value
