"""The digest of a promise: it changes exactly when what is promised, or how it is judged, changes."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from typing import Any

from checker.model import Indicator, Objective, Query, Regression
from checker.units import CONFIRMED, Threshold


def digest_of(objective: Objective) -> str:
    """16 hex digits over the indicator, the thresholds, the window and the judging of ``objective``.

    Names, descriptions, owners and runbooks are not part of it: rewording a promise does not change it, unless a
    person confirms it. Nor is the way a threshold is written: 500 ms and 0.5 s are the same promise.
    """
    indicator = objective.indicator
    promise = {
        "form": indicator.form,
        "formula": indicator.formula,
        "metrics": {name: _query(query) for name, query in indicator.metrics},
        "target": _threshold(objective.target),
        "critical": _threshold(objective.critical),
        "window": objective.window,
        "noData": objective.no_data,
        "heartbeat": None if objective.heartbeat is None else _query(objective.heartbeat),
        "minSamples": objective.min_samples,
        "minCoverage": str(objective.min_coverage),
        "maxAge": objective.max_age,
        "confidence": str(objective.confidence),
        "gating": objective.gating,
    }
    if objective.target.unit == CONFIRMED:
        # Nothing is measured: what a person confirms is the wording itself.
        promise["words"] = [objective.display_name, objective.description]
    if objective.evaluation is not None:
        promise["evaluation"] = objective.evaluation._asdict()
    promise.update(_of_budget(objective))
    if objective.regression is not None:
        promise["regression"] = _regression(objective.regression)
    return _digest(promise)


def indicator_digest_of(objective: Objective) -> str:
    """16 hex digits over how ``objective`` is measured: its indicator and window, without the target."""
    indicator = objective.indicator
    return _digest(
        {
            "form": indicator.form,
            "formula": indicator.formula,
            "metrics": {name: _query(query) for name, query in indicator.metrics},
            "window": objective.window,
        }
    )


def _digest(content: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]


def _regression(regression: Regression) -> dict[str, Any]:
    allowed = regression.allowed
    return {
        "allowed": [
            allowed.operator,
            str(allowed.amount * allowed.unit.factor),
            "relative" if allowed.relative else allowed.unit.dimensions,
        ],
        "baseline": _query(regression.baseline),
        "firstRun": regression.first_run,
        "alone": regression.alone,
    }


def _of_budget(objective: Objective) -> dict[str, Any]:
    """What an SLO adds to Occurrences over a rolling window. Only what is set is included, so that older digests
    stay valid.

    Alerts are left out: they do not change what is promised.
    """
    parts: dict[str, Any] = {}
    indicator, budgeting = objective.indicator, objective.budgeting
    if budgeting.slice:
        parts["budgeting"] = {name: str(value) for name, value in budgeting._asdict().items()}
    if objective.calendar is not None:
        parts["calendar"] = asdict(objective.calendar)
    if indicator.form in ("threshold", "raw"):
        parts["condition"] = _condition(indicator)
    if objective.components:
        parts["components"] = [
            {
                "metrics": [component.prefix + name for name, _ in component.indicator.metrics],
                "form": component.indicator.form,
                "condition": _condition(component.indicator),
                "target": str(component.target),
                "sliceTarget": str(component.slice_target),
                "weight": str(component.weight),
            }
            for component in objective.components
        ]
    return parts


def _condition(indicator: Indicator) -> list[Any]:
    return [_threshold(indicator.condition), indicator.failures]


def _threshold(threshold: Threshold | None) -> list[Any] | None:
    if threshold is None:
        return None
    return [threshold.operator, str(threshold.value * threshold.unit.factor), threshold.unit.dimensions]


def _query(query: Query) -> dict[str, Any]:
    """The keys that were written, so that a new optional key in a later version changes no digest."""
    return {name: _plain(getattr(query, name)) for name in query.model_fields_set}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    return value if isinstance(value, str | int | bool) else repr(value)
