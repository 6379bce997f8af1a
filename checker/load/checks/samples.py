"""Finds a ``minSamples`` that is never reached, because the number of samples is never known: such a promise would
always be INCONCLUSIVE."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from checker import sources
from checker.load.resolved import Resolved
from checker.load.text.finding_at import finding_at
from checker.model import Finding, Indicator, Path
from checker.spec.fields import ANNOTATION_PREFIX


def check_samples(resolved: Resolved) -> Iterator[Finding]:
    """Findings for a promise with minSamples whose answers do not state their samples; one for each cause."""
    objective = resolved.objective
    if not objective.min_samples:
        return
    path: Path = (*resolved.path, "minSamples")
    if objective.kind == "SLO":
        path = ("metadata", "annotations", f"{ANNOTATION_PREFIX}minSamples")
    causes = dict.fromkeys(cause for each in objective.indicators for cause in _causes(each))
    for fact, remedy in causes:
        message = f"the minSamples of {objective.min_samples} can never be reached: {fact}"
        yield finding_at(resolved.written.document, path, "samples", "error", message, remedy)


def _causes(indicator: Indicator) -> Iterator[tuple[str, str]]:
    """Why the number of samples is not known, and the remedy."""
    if indicator.form in ("threshold", "raw"):
        remedy = "remove it (minCoverage sets how many data points are needed), or measure good over total"
        yield "it counts events, but this indicator counts data points", remedy
        return
    ratio = indicator.form == "ratio"
    for name, query in indicator.metrics:
        source: Any = sources.find(query.source)
        if (ratio and name != "total") or not hasattr(source, "untold_samples"):
            continue
        remedy = source.untold_samples(query, ratio)
        if remedy:
            what = "this query" if len(indicator.metrics) == 1 else f"the query for {name}"
            yield f"{query.source} does not say how many samples {what} is based on", remedy
