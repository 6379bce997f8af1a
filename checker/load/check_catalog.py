"""Queries held against the metric catalogue: metrics nobody publishes, units and dimensions that differ.

CloudWatch does not aggregate a custom metric across its dimensions: a query with a set of dimensions that is
not published returns nothing, for ever. Where a catalogue states what is published, that is found here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from checker.load.misspelt import closest
from checker.load.refusals import dotted
from checker.load.validate import Validated
from checker.model import Finding, Path
from checker.spec.fields import show
from checker.spec.metric_catalog import Metric

BASIC = ("Sum", "SampleCount", "Average", "Minimum", "Maximum")
"""The statistics that a statistic set holds."""


def check_catalog(documents: Sequence[Validated], all_read: bool) -> Iterator[Finding]:
    """What is wrong with the queries of ``documents`` by the catalogues among them.

    A metric is called unknown only if every catalogue could be read whole, and all files to their end.
    """
    catalogues = [each for each in documents if each.kind == "MetricCatalog"]
    complete = all_read and all(each.whole for each in documents if each.kind in ("MetricCatalog", ""))
    published: dict[str, dict[str, Metric]] = {}
    for each in catalogues:
        if each.spec is not None:
            metrics = published.setdefault(each.spec.spec.namespace, {})
            metrics.update({metric.name: metric for metric in each.spec.spec.metrics})
    if not published:
        return
    for each in documents:
        for path, query in each.queries.items():
            metrics = published.get(query.namespace, {}) if query.source == "CloudWatch" else {}  # type: ignore[attr-defined]
            metric = metrics.get(query.metricName) if metrics else None  # type: ignore[attr-defined]
            if metric is not None:
                yield from _check(each, path, query, metric)
            elif metrics and complete:
                yield _unknown_metric(each, path, query, metrics)


def _finding(each: Validated, path: Path, message: str, remedy: str, *, key: bool = False) -> Finding:
    place = each.document.locate(path, key=key)
    return Finding("metric-catalog", "error", message, place, dotted(path), remedy)


def _unknown_metric(each: Validated, path: Path, query: Any, metrics: dict[str, Metric]) -> Finding:
    guess = closest(query.metricName, metrics)
    remedy = f"did you mean {guess!r}?" if guess else f"it holds {', '.join(sorted(metrics))}"
    message = f"{query.namespace} has no metric {show(query.metricName)} by its catalogue"
    return _finding(each, (*path, "metricName"), message, remedy)


def _check(each: Validated, path: Path, query: Any, metric: Metric) -> Iterator[Finding]:
    if query.unit not in (None, metric.unit):
        yield _finding(
            each,
            (*path, "unit"),
            f"{metric.name} is published in {metric.unit}, and asked in {query.unit}: "
            "CloudWatch does not convert, so the answer would be empty",
            f"write unit: {metric.unit}",
        )
    if sorted(query.dimensions) not in [sorted(names) for names in metric.dimensions]:
        yield _dimensions(each, (*path, "dimensions"), list(query.dimensions), metric)
    if metric.statisticSets and query.stat not in BASIC:
        yield _finding(
            each,
            (*path, "stat"),
            f"{metric.name} is published as statistic sets, from which no {query.stat} can be computed",
            "ask for Average or Maximum, or publish single values",
        )


def _dimensions(each: Validated, path: Path, asked: list[str], metric: Metric) -> Finding:
    """A set of dimensions that is not published; where one name is misspelt, that name."""
    for names in metric.dimensions:
        strangers = [name for name in asked if name not in names]
        missing = [name for name in names if name not in asked]
        if len(strangers) == len(missing) == 1 and closest(strangers[0], missing):
            message = f"{metric.name} is not published with a dimension {show(strangers[0])}"
            remedy = f"did you mean {missing[0]!r}?"
            return _finding(each, (*path, strangers[0]), message, remedy, key=True)
    sets = " or ".join(_names(names) for names in metric.dimensions)
    return _finding(
        each,
        path,
        f"{metric.name} is published with {sets}, and asked with {_names(asked)}: "
        "CloudWatch does not aggregate across dimensions, so the answer would be empty",
        f"ask with {sets}, or publish the metric with {_names(asked)} as well",
    )


def _names(dimensions: Sequence[str]) -> str:
    return ", ".join(dimensions) if dimensions else "no dimensions"
