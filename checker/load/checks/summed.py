"""Checks for sums of percentages or rates: twelve times 50 % is not 600 %, and twelve times 5 /s is not 60 /s."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from checker import sources
from checker.load.resolved import Resolved
from checker.load.text.finding_at import finding_at
from checker.model import Finding, Query
from checker.units import PERCENT


def check_summed(resolved: Resolved) -> Iterator[Finding]:
    """Each query whose answer is a sum of percentages or rates but is compared like a single one.

    Formulas are exempt, because they may divide the sum by the number of samples.
    """
    if resolved.objective.indicator.form not in ("value", "threshold", "raw"):
        return
    for holder, path in resolved.queries:
        query = holder.queries[path]
        what = _summed(query) if query is not resolved.objective.heartbeat else ""
        if what:
            message = (
                f"the {what} of the window are added up, and their sum is not a {what.removesuffix('s')}"
            )
            remedy = "use their Average, Minimum or Maximum"
            yield finding_at(
                holder.document, path, "summed", "error", message, remedy, resolved.promise_beside(holder)
            )


def _summed(query: Query) -> str:
    source: Any = sources.find(query.source)
    if not hasattr(source, "sums") or not source.sums(query):
        return ""
    unit = source.unit(query)
    if unit is None:
        return ""
    return "percentages" if unit.dimensions == PERCENT.dimensions else "rates" if unit.is_rate else ""
