"""Finds ratios and formulas whose result is always the same, because they divide or subtract a query and itself."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from checker.formula import FormulaError, constant
from checker.load.resolved import Resolved
from checker.load.text.finding_at import finding_at
from checker.model import Finding, Indicator, Path, Query


def check_same_query(resolved: Resolved) -> Iterator[Finding]:
    """The findings about one objective; for a composite, about each of its components."""
    for indicator in resolved.objective.indicators:
        if indicator.form == "ratio":
            yield from _ratio(resolved, indicator)
        elif indicator.form == "formula":
            yield from _formula(resolved, indicator)


def _ratio(resolved: Resolved, indicator: Indicator) -> Iterator[Finding]:
    (side, part), (_, total) = indicator.metrics
    if not _count_the_same(part, total):
        return
    places = {id(holder.queries[path]): (holder, path) for holder, path in resolved.queries}
    holder, path = places[id(part)]
    whole, at_total = places[id(total)]
    share = "100 %" if side == "good" else "0 %"
    message = f"{side} and total are the same query, so {share} of the events are good whatever is measured"
    related = (("total", whole.document.locate(at_total)), *resolved.promise_beside(holder))
    remedy = f"make {side} count only the {side} events"
    yield finding_at(holder.document, path, "same-query", "error", message, remedy, related)


_TOLD = {"period", "lag", "unit"}
"""How an answer comes and is told; what is counted is the same whatever they say."""


def _count_the_same(one: Any, other: Any) -> bool:
    return one.source == other.source and all(
        value == getattr(other, key) for key, value in vars(one).items() if key not in _TOLD
    )


def _formula(resolved: Resolved, indicator: Indicator) -> Iterator[Finding]:
    """Two names for the same query; otherwise a formula with only one possible value, or none."""
    path: Path = (*resolved.path, "indicator")
    document = resolved.written.document
    first: list[tuple[str, Query]] = []
    for name, query in indicator.metrics:
        same = next((earlier for earlier, other in first if other == query), None)
        if same is None:
            first.append((name, query))
            continue
        here = (*path, "metrics", name)
        message = f"the metrics {same!r} and {name!r} are the same query"
        remedy = f"make them differ, or use {same!r} for both in the formula"
        related = ((f"{same!r}", document.locate((*path, "metrics", same), key=True)),)
        yield finding_at(document, here, "same-query", "error", message, remedy, related, key=True)
    if len(first) < len(indicator.metrics):
        return
    try:
        value = constant(indicator.formula)
    except FormulaError:
        return  # an invalid formula is reported elsewhere
    if value != "varies":
        what = "divides by zero" if value == "undefined" else f"evaluates to {_shown(value)}"
        message = f"the formula {what}, whatever is measured"
        remedy = "make it depend on its metrics, as in 'cost / customers'"
        yield finding_at(document, (*path, "formula"), "same-query", "error", message, remedy)


def _shown(value: Fraction) -> str:
    if max(abs(value.numerator), value.denominator) > 10**9:
        return "one number"
    return str(value.numerator) if value.denominator == 1 else f"{float(value):.6g}"
