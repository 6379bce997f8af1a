"""Finds promises in the wrong direction, if the source knows which values are better: worse values would pass."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from checker import sources
from checker.load.resolved import Resolved
from checker.load.text.finding_at import finding_at
from checker.model import Finding, Path, Query, Regression
from checker.units import MIRRORED


def check_direction(resolved: Resolved) -> Iterator[Finding]:
    """A target, regression or ``op`` that worse values satisfy."""
    objective, indicator = resolved.objective, resolved.objective.indicator
    if indicator.form == "value":
        ((_, query),) = indicator.metrics
        key = "regression" if objective.regression is not None and objective.regression.alone else "target"
        remedy = f"reverse it, as in {_turned(objective.target.text, objective.regression)!r}"
        yield from _inverted(resolved, query, objective.target, (*resolved.path, key), remedy)
    elif indicator.form == "threshold" and indicator.condition is not None:
        ((_, query),) = indicator.metrics
        remedy = "reverse it: 'lt' and 'lte' are met by low values, 'gt' and 'gte' by high ones"
        yield from _inverted(resolved, query, indicator.condition, (*resolved.path, "op"), remedy)


def _lower_is_better(query: Query) -> bool | None:
    source: Any = sources.find(query.source)
    better: bool | None = source.lower_is_better(query) if hasattr(source, "lower_is_better") else None
    return better


def _inverted(resolved: Resolved, query: Query, stated: Any, path: Path, remedy: str) -> Iterator[Finding]:
    lower = _lower_is_better(query)
    if lower is None or stated.operator == "==" or stated.lower_is_better == lower:
        return
    met, better = ("high", "lower") if lower else ("low", "higher")
    message = (
        f"{stated.text!r} is met by {met} values, but for this {query.source} measure, {better} is better: worse "
        "values would pass"
    )
    yield finding_at(resolved.written.document, path, "direction", "warning", message, remedy)


def _turned(text: str, regression: Regression | None) -> str:
    """The text of a target or allowance with the opposite direction and the same number."""
    operator = next((each for each in ("<=", ">=", "<", ">") if text.startswith(each)), "")
    rest = text.removeprefix(operator)
    if regression is not None and regression.alone:
        rest = rest.translate(str.maketrans("+-", "-+"))
    return (MIRRORED[operator] if operator else "") + rest
