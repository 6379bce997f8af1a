"""A promise as rules see it: who makes it, what is promised, and how its data is judged."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction
from functools import lru_cache

from checker.judge.statistics import minimum_samples
from checker.model import Objective
from checker.policy.inputs.fields import Schema, flag, list_of, number, or_null, record, text, whole
from checker.policy.inputs.indicator import indicator_input, indicator_quantile, indicator_schema
from checker.policy.inputs.made import Keys, Makers, made
from checker.policy.inputs.regression import regression_input, regression_schema
from checker.policy.inputs.values import (
    Plain,
    double,
    duration,
    duration_schema,
    threshold,
    threshold_schema,
)
from checker.units import Threshold, Unit, convert, convertible, parse_unit

RATIO = parse_unit("ratio")
CONFIDENCE = Fraction(95, 100)


def objective_input(objective: Objective, keys: Keys = None) -> Plain:
    """A promise; with ``keys``, only these fields of it."""
    return made(_MAKERS, objective, keys)


def objective_schema() -> Schema:
    """The schema of ``objective_input``."""
    return record(
        "The promise.",
        **_about_schema(),
        indicator=indicator_schema(),
        **_promised_schema(),
        **_judged_schema(),
        digest=text("Its digest, which a waiver names; empty in scope definition.", "0123456789abcdef"),
        line=whole("Its line in the document's file.", 9),
    )


_ABOUT: Makers[Objective] = {
    "name": lambda it: it.name,
    "displayName": lambda it: it.display_name,
    "description": lambda it: it.description,
    "kind": lambda it: it.kind,
    "service": lambda it: it.service,
    "owner": lambda it: it.owner,
    "severity": lambda it: it.severity,
    "reviewBy": lambda it: _day(it.review_by),
    "runbook": lambda it: it.runbook,
    "nextSteps": lambda it: list(it.next_steps),
    "gating": lambda it: it.gating,
    "key": lambda it: it.key,
    "weight": lambda it: it.weight,
}


def _about_schema() -> dict[str, Schema]:
    return {
        "name": text("Its full name: document/criterion.", "shop/latency"),
        "displayName": text("The name people see.", "Latency"),
        "description": text("What is promised, and why.", "Pages come quickly."),
        "kind": text("A criterion, or an OpenSLO objective.", "criterion", "criterion", "SLO"),
        "service": text("The service that makes the promise.", "shop"),
        "owner": text("Who answers for it.", "shop-team"),
        "severity": text("How urgent a broken promise is; empty where it is not said.", "medium"),
        "reviewBy": or_null(
            record(
                "The date by which it is to be reviewed.",
                seconds=whole("The end of that day, in seconds since 1970.", 1798761600),
                text=text("The date.", "2026-12-31"),
            )
        ),
        "runbook": text("The URL of the runbook.", "docs/runbooks/latency.md"),
        "nextSteps": list_of("What to check and what has helped.", text("A step.")),
        "gating": flag("Whether it moves the exit code.", True),
        "key": flag("Whether it is a key promise, one that a release depends on."),
        "weight": whole("How much it counts in the weighted score.", 1),
    }


@lru_cache(1000)
def _dimension(unit: Unit) -> str:
    dimensions = dict(unit.dimensions)
    if not dimensions:
        return "number"
    if dimensions.get("time") == -1:
        return "rate"
    (name, exponent), *more = dimensions.items()
    return name if exponent == 1 and not more else "other"


_PROMISED: Makers[Objective] = {
    "target": lambda it: threshold(it.target),
    "warning": lambda it: threshold(it.warning),
    "critical": lambda it: threshold(it.critical),
    "dimension": lambda it: _dimension(it.target.unit),
    "goodShare": lambda it: double(_good_share(it)),
    "lowerIsBetter": lambda it: it.target.lower_is_better,
    "regression": lambda it: None if it.regression is None else regression_input(it.regression),
}


def _promised_schema() -> dict[str, Schema]:
    share = "The share of good events that is promised: 0.99 for '> 99 %' and for '< 1 %'; null if it is not a share."
    return {
        "target": threshold_schema("What is promised.", "<", 500.0, "500", "ms"),
        "warning": or_null(threshold_schema("Where the middle band begins.", ">=", 500.0, "500", "ms")),
        "critical": or_null(threshold_schema("Where it becomes a FAIL.", ">", 1000.0, "1000", "ms")),
        "dimension": text("What the target measures: time, ratio, count, rate, money, ...", "time"),
        "goodShare": or_null(number(share, 0.999)),
        "lowerIsBetter": flag("Whether less is better, by the target's operator.", True),
        "regression": or_null(regression_schema()),
    }


_JUDGED: Makers[Objective] = {
    "window": lambda it: duration(it.window),
    "noData": lambda it: it.no_data,
    "minSamples": lambda it: it.min_samples,
    "samplesNeeded": lambda it: _samples_needed(it),
    "minCoverage": lambda it: float(it.min_coverage),
    "maxAge": lambda it: duration(it.max_age),
    "confidence": lambda it: double(it.confidence),
    "evaluated": lambda it: it.evaluation is not None,
    "errorBudget": lambda it: _error_budget(it),
}

_MAKERS: Makers[Objective] = {
    **_ABOUT,
    "indicator": lambda it: indicator_input(it.indicator),
    **_PROMISED,
    **_JUDGED,
    "digest": lambda it: it.digest,
    "line": lambda it: it.location.line,
}


def _judged_schema() -> dict[str, Schema]:
    needed = (
        "The fewest events in which a flawless window shows the target with 95 % confidence; "
        "null where the target is neither a share nor a percentile."
    )
    return {
        "window": or_null(duration_schema("The time measured; null where there is none.", 3600, "1h")),
        "noData": text("What no data means.", "inconclusive", "inconclusive", "fail", "zero"),
        "minSamples": whole("Fewer samples are INCONCLUSIVE.", 200),
        "samplesNeeded": or_null(whole(needed, 59)),
        "minCoverage": number("The share of the window's points that must be there.", 0.9),
        "maxAge": or_null(duration_schema("How old the newest data may be.", 86400, "1d")),
        "confidence": or_null(
            number("0.95 if it is judged as a sample with 95 % confidence.", 0.95), null=True
        ),
        "evaluated": flag("Whether each period is judged by itself, as an alarm does."),
        "errorBudget": or_null(
            record(
                "The bad share and time that an SLO's target allows; null if there is no error budget.",
                share=number("Of the events.", 0.001),
                seconds=number("Of the window.", 2592.0),
            )
        ),
    }


def _good_share(objective: Objective) -> Fraction | None:
    """The share of good events, data points or slices that is promised."""
    return None if objective.indicator.form in ("value", "formula") else _share(objective.target)


# Many promises have the same target, so what follows from it alone is computed once.
@lru_cache(1000)
def _share(target: Threshold) -> Fraction | None:
    if not convertible(target.unit, RATIO):
        return None
    share = convert(target.value, target.unit, RATIO)
    return 1 - share if target.lower_is_better else share


def _error_budget(objective: Objective) -> Plain | None:
    if not objective.error_budget or _good_share(objective) is None:
        return None
    return _budget(objective.target, objective.window or 0)


@lru_cache(1000)
def _budget(target: Threshold, window: int) -> Plain | None:
    """The share, and the seconds of a window, that may be bad; None if none may."""
    budget = 1 - (_share(target) or 0)
    return {"share": float(budget), "seconds": float(budget * window)} if budget > 0 else None


def _samples_needed(objective: Objective) -> int | None:
    """The number of events below which the target is not shown even if all of them are good; None if no number of
    events can show it."""
    if objective.indicator.form == "ratio" and objective.budgeting.method == "Occurrences":
        return _needed_for_target(objective.target)
    quantile = indicator_quantile(objective.indicator)
    return None if quantile is None else _needed_for_quantile(quantile)


@lru_cache(1000)
def _needed_for_target(target: Threshold) -> int | None:
    share = _share(target)
    return None if share is None else _needed(share)


@lru_cache(1000)
def _needed_for_quantile(quantile: float) -> int | None:
    # It is the double of a decimal fraction, and its shortest text is that fraction.
    return _needed(Fraction(str(quantile)))


def _needed(share: Fraction) -> int | None:
    if not 0 < share < 1:
        return None
    try:
        return minimum_samples(share, CONFIDENCE)
    except ValueError:  # more than can be counted
        return None


def _day(date: str) -> Plain | None:
    """A date, with the end of that day in epoch seconds."""
    if not date:
        return None
    begin = int(datetime.fromisoformat(date).replace(tzinfo=UTC).timestamp())
    return {"seconds": begin + 86400, "text": date}
