"""Explains why CloudWatch returned no data, from what ListMetrics knows about the metric."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from checker import display
from checker.model import Absence, ConnectionDeclaration, Exchange, Question, Request, Window
from checker.sources.cloudwatch.query import CloudWatchQuery

AGGREGATION = "CloudWatch does not aggregate across dimensions"
NAMESPACE_PAGES = 4


def list_requests(questions: Iterable[Question]) -> list[Request]:
    """The requests that explain missing data: the metric's dimension sets, and the namespace's metrics."""
    made: dict[tuple[ConnectionDeclaration, str, str], Request] = {}
    for question in questions:
        query: CloudWatchQuery = question.query  # type: ignore[assignment]
        for metric in (query.metricName, ""):
            filters = {"Namespace": query.namespace, **({"MetricName": metric} if metric else {})}
            made[question.connection, query.namespace, metric] = Request(
                "CloudWatch", question.connection, "ListMetrics", filters
            )
    return list(made.values())


def explain_empty(question: Question, window: Window, exchanges: Sequence[Exchange]) -> Absence:
    """The absence of data, with the likely reason."""
    query: CloudWatchQuery = question.query  # type: ignore[assignment]
    reason = f"no data from {display.moment(window.start)} to {display.moment(window.end)}"
    listings = [
        metrics
        for exchange in exchanges
        if exchange.request.operation == "ListMetrics"
        and exchange.request.connection == question.connection
        and exchange.request.parameters.get("Namespace") == query.namespace
        and (metrics := _metrics(exchange)) is not None
    ]
    if not listings:
        return Absence(
            "no-data", reason, "check that the metric is published with exactly these dimensions and unit"
        )
    listed = [metric for metrics in listings for metric in metrics]
    sets = {dimensions for name, dimensions in listed if name == query.metricName}
    if not sets:
        return _no_such_metric(query, reason, {name for name, _ in listed})
    return _other_dimensions(query, reason, sets)


def _metrics(exchange: Exchange) -> list[tuple[str, tuple[tuple[str, str], ...]]] | None:
    """The names and the dimensions of the metrics in a listing; None if it is not a valid one."""
    try:
        return [
            (
                str(metric["MetricName"]),
                tuple(
                    sorted((str(each["Name"]), str(each["Value"])) for each in metric.get("Dimensions", ()))
                ),
            )
            for metric in (exchange.response or {})["Metrics"]
        ]
    except (KeyError, TypeError, AttributeError):
        return None


def _no_such_metric(query: CloudWatchQuery, reason: str, names: set[str]) -> Absence:
    if not names:
        return Absence(
            "no-data",
            f"{reason}: the namespace {query.namespace} has no metrics here",
            "check the namespace, the region and the account",
        )
    from difflib import get_close_matches

    close = get_close_matches(query.metricName, sorted(names), n=3, cutoff=0.5)
    there = ", ".join(close or sorted(names)[:5])
    return Absence(
        "no-data",
        f"{reason}: {query.namespace} has no metric {query.metricName}",
        f"did you mean {there}?" if close else f"it has {there}",
    )


def _other_dimensions(query: CloudWatchQuery, reason: str, sets: set[tuple[tuple[str, str], ...]]) -> Absence:
    asked = tuple(sorted(query.dimensions.items()))
    if asked in sets:
        unit = f", and that it is published in {query.unit}" if query.unit else ""
        return Absence(
            "no-data",
            f"{reason}, though the metric exists with these dimensions",
            f"check that it is still being published{unit}",
        )
    named = {tuple(name for name, _ in dimensions) for dimensions in sets}
    if tuple(name for name, _ in asked) in named:
        alike = sorted(each for each in sets if [name for name, _ in each] == [name for name, _ in asked])
        there = "; ".join(", ".join(f"{name}={value}" for name, value in each) for each in alike[:3])
        return Absence("no-data", f"{reason}: no series with {_equals(asked)}", f"there are {there}")
    published = " or ".join(sorted(", ".join(names) or "no dimensions" for names in named))
    with_names = ", ".join(name for name, _ in asked) or "none"
    return Absence(
        "no-data",
        f"{reason}: published with {published}; queried with {with_names}; {AGGREGATION}",
        f"query it with {published}, or publish the metric with {with_names.replace('none', 'no dimensions')} as well",
    )


def _equals(dimensions: Iterable[tuple[str, str]]) -> str:
    return ", ".join(f"{name}={value}" for name, value in dimensions)
