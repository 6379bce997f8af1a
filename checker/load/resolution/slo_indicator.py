"""The indicator of an SLO's objective, which it states or refers to."""

from __future__ import annotations

from typing import Any, NamedTuple

from checker.load.checks.names import Named
from checker.load.resolved import compared
from checker.load.text.finding_at import finding_at
from checker.load.validation.validate import Validated
from checker.model import Finding, Indicator, Path, Query


class Measured(NamedTuple):
    """An indicator, and the places of its queries."""

    indicator: Indicator
    queries: tuple[tuple[Validated, Path], ...]


def measured(
    each: Validated, holder_spec: Any, path: Path, named: Named, written: Any, index: int
) -> Measured | Finding | None:
    """The indicator that ``holder_spec`` (at ``path``) states or refers to; None if it could not be read."""
    inline = holder_spec.indicator is not None
    holder = each if inline else named.get(("SLI", holder_spec.indicatorRef))
    if holder is None or holder.model is None:
        return None
    sli = (holder_spec.indicator or holder.model).spec
    base: Path = (*path, "indicator", "spec") if inline else ("spec",)
    if sli.thresholdMetric is not None:
        return _threshold(each, holder, (*base, "thresholdMetric"), written, index)
    ratio, base = sli.ratioMetric, (*base, "ratioMetric")
    sides = ("raw",) if ratio.raw is not None else ("good" if ratio.good is not None else "bad", "total")
    metrics, places = [], []
    for side in sides:
        place = (*base, side, "metricSource", "spec")
        if place not in holder.queries:
            return None  # a query whose DataSource could not be read
        metrics.append((side, holder.queries[place]))
        places.append((holder, place))
    if ratio.raw is None:
        return Measured(Indicator("ratio", tuple(metrics)), tuple(places))
    return Measured(Indicator("raw", tuple(metrics), failures=ratio.rawType == "failure"), tuple(places))


def _threshold(
    each: Validated, holder: Validated, base: Path, written: Any, index: int
) -> Measured | Finding | None:
    missing = [key for key in ("op", "value") if getattr(written, key) is None]
    if missing:
        path = ("spec", "objectives", index, missing[0])
        message = f"the key {missing[0]!r} is missing: a thresholdMetric is good or bad by 'op' and 'value'"
        remedy = "add it, as in op: lt and value: 500"
        return finding_at(each.document, path, "missing-key", "error", message, remedy)
    place = (*base, "metricSource", "spec")
    if place not in holder.queries:
        return None
    query: Query = holder.queries[place]
    condition = compared(written.op, written.value)
    return Measured(Indicator("threshold", (("value", query),), condition=condition), ((holder, place),))
