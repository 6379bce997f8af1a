"""Checks queries against metric catalogues: unknown metrics, and units or dimensions that differ.

CloudWatch does not aggregate a custom metric across its dimensions: a query with a set of dimensions that is not
published never returns data. A catalogue that states what is published makes that detectable.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from checker.load.text.finding_at import finding_at
from checker.load.validation.misspelt import closest
from checker.load.validation.validate import Validated
from checker.model import Finding, Location, Path
from checker.spec.fields import show
from checker.spec.metric_catalog import Metric

BASIC = ("Sum", "SampleCount", "Average", "Minimum", "Maximum")
"""The statistics that a statistic set contains."""


class Published(NamedTuple):
    """A metric in a catalogue, and where it stands there."""

    metric: Metric
    catalogue: Validated
    path: Path

    @property
    def related(self) -> tuple[tuple[str, Location], ...]:
        return ((f"{self.metric.name} in the catalogue", self.catalogue.document.locate(self.path)),)


def check_catalog(documents: Sequence[Validated], all_read: bool) -> Iterator[Finding]:
    """The findings about the queries of ``documents``, judged by the catalogues among them.

    A metric is reported as unknown only if every catalogue, and every file, could be read completely.
    """
    published: dict[str, dict[str, Published]] = {}
    for each in documents:
        if each.kind == "MetricCatalog" and each.model is not None:
            metrics = published.setdefault(each.model.spec.namespace, {})
            for index, metric in zip(each.items, each.model.spec.metrics, strict=True):
                entry = Published(metric, each, ("spec", "metrics", index))
                first = metrics.setdefault(metric.name, entry)
                if first.catalogue is not each:
                    message = (
                        f"two catalogues define how {each.model.spec.namespace} {metric.name} is published"
                    )
                    yield _finding(each, entry.path, message, "remove one of the two", first)
    if not published:
        return
    complete = all_read and all(each.whole for each in documents if each.kind in ("MetricCatalog", ""))
    for each in documents:
        for path, query in each.queries.items():
            metrics = published.get(query.namespace, {}) if query.source == "CloudWatch" else {}  # type: ignore[attr-defined]
            found = metrics.get(query.metricName) if metrics else None  # type: ignore[attr-defined]
            if found is not None:
                yield from _check(each, path, query, found)
            elif metrics and complete:
                yield _unknown_metric(each, path, query, metrics)


def _finding(
    each: Validated, path: Path, message: str, remedy: str, published: Published, *, key: bool = False
) -> Finding:
    return finding_at(
        each.document, path, "metric-catalog", "error", message, remedy, published.related, key=key
    )


def _unknown_metric(each: Validated, path: Path, query: Any, metrics: dict[str, Published]) -> Finding:
    here = (*path, "metricName")
    guess = closest(query.metricName, metrics)
    remedy = f"did you mean {guess!r}?" if guess else f"it holds {', '.join(sorted(metrics))}"
    message = f"{query.namespace} has no metric {show(query.metricName)} by its catalogue"
    related = metrics[guess].related if guess else ()
    return finding_at(each.document, here, "metric-catalog", "error", message, remedy, related)


def _check(each: Validated, path: Path, query: Any, published: Published) -> Iterator[Finding]:
    metric = published.metric
    if None not in (query.unit, metric.unit) and query.unit != metric.unit:
        message = (
            f"{metric.name} is published in {metric.unit}, but queried in {query.unit}: CloudWatch does not "
            "convert, so the answer would be empty"
        )
        yield _finding(each, (*path, "unit"), message, f"write unit: {metric.unit}", published)
    if sorted(query.dimensions) not in [sorted(names) for names in metric.dimensions]:
        yield _dimensions(each, (*path, "dimensions"), list(query.dimensions), published)
    if metric.statisticSets and query.stat not in BASIC:
        message = f"{metric.name} is published as statistic sets, from which no {query.stat} can be computed"
        remedy = "ask for Average or Maximum, or publish single values"
        yield _finding(each, (*path, "stat"), message, remedy, published)


def _dimensions(each: Validated, path: Path, asked: list[str], published: Published) -> Finding:
    """The finding for a set of dimensions that is not published; it points at a single name if that is misspelt."""
    metric = published.metric
    for names in metric.dimensions:
        strangers = [name for name in asked if name not in names]
        missing = [name for name in names if name not in asked]
        if len(strangers) == len(missing) == 1 and closest(strangers[0], missing):
            message = f"{metric.name} is not published with a dimension {show(strangers[0])}"
            remedy = f"did you mean {missing[0]!r}?"
            return _finding(each, (*path, strangers[0]), message, remedy, published, key=True)
    sets = " or ".join(_names(names) for names in metric.dimensions)
    message = (
        f"{metric.name} is published with {sets}, but queried with {_names(asked)}: "
        "CloudWatch does not aggregate across dimensions, so the answer would be empty"
    )
    remedy = f"query it with {sets}, or publish the metric with {_names(asked)} as well"
    return _finding(each, path, message, remedy, published)


def _names(dimensions: Sequence[str]) -> str:
    return ", ".join(dimensions) if dimensions else "no dimensions"
