"""Queries held against the metric catalogue: metrics nobody publishes, units and dimensions that differ.

CloudWatch does not aggregate a custom metric across its dimensions: a query with a set of dimensions that is
not published returns nothing, for ever. Where a catalogue states what is published, that is found here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from checker.load.explain import closest, dotted
from checker.load.validate import Validated
from checker.model import Finding, Path
from checker.spec.metric_catalog import Metric


def check_catalog(documents: Sequence[Validated]) -> Iterator[Finding]:
    """What is wrong with the queries of ``documents`` by the catalogues among them."""
    published: dict[str, dict[str, Metric]] = {}
    for each in documents:
        if each.kind == "MetricCatalog":
            metrics = published.setdefault(each.spec.spec.namespace, {})
            metrics.update({metric.name: metric for metric in each.spec.spec.metrics})
    for each in documents:
        for path, query in each.queries.items():
            if query.source == "CloudWatch" and query.namespace in published:  # type: ignore[attr-defined]
                yield from _check(each, path, query, published[query.namespace])  # type: ignore[attr-defined]


def _check(each: Validated, path: Path, query: Any, metrics: dict[str, Metric]) -> Iterator[Finding]:
    def finding(key: str, message: str, remedy: str) -> Finding:
        here = (*path, key)
        return Finding("metric-catalog", "error", message, each.document.locate(here), dotted(here), remedy)

    metric = metrics.get(query.metricName)
    if metric is None:
        guess = closest(query.metricName, metrics)
        remedy = f"did you mean {guess!r}?" if guess else f"it holds {', '.join(sorted(metrics))}"
        yield finding(
            "metricName", f"{query.namespace} has no metric {query.metricName!r} by its catalogue", remedy
        )
        return
    if query.unit not in (None, metric.unit):
        yield finding(
            "unit",
            f"{metric.name} is published in {metric.unit}, and asked in {query.unit}: "
            "CloudWatch does not convert, so the answer would be empty",
            f"write unit: {metric.unit}",
        )
    asked = sorted(query.dimensions)
    if asked not in [sorted(each) for each in metric.dimensions]:
        sets = " or ".join(_names(each) for each in metric.dimensions)
        yield finding(
            "dimensions",
            f"{metric.name} is published with {sets}, and asked with {_names(asked)}: "
            "CloudWatch does not aggregate across dimensions, so the answer would be empty",
            f"ask with {sets}, or publish the metric with {_names(asked)} as well",
        )
    if metric.statisticSets and query.stat not in ("Sum", "SampleCount", "Average", "Minimum", "Maximum"):
        yield finding(
            "stat",
            f"{metric.name} is published as statistic sets, from which no {query.stat} can be computed",
            "ask for Average or Maximum, or publish single values",
        )


def _names(dimensions: Sequence[str]) -> str:
    return ", ".join(dimensions) if dimensions else "no dimensions"
