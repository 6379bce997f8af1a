"""``source: CloudWatch``: metrics of Amazon CloudWatch, read by batched GetMetricData calls."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from checker.model import Absence, ConnectionDeclaration, Exchange, Question, Request
from checker.sources import aws
from checker.sources.cloudwatch.ask import plan, requests
from checker.sources.cloudwatch.check_periods import check_periods, lag, spacing
from checker.sources.cloudwatch.explain_empty import NAMESPACE_PAGES, list_requests
from checker.sources.cloudwatch.query import CloudWatchQuery as Query
from checker.sources.cloudwatch.query import check, lower_is_better, not_a_count, percentile, sums, unit
from checker.sources.cloudwatch.read import read, unanswered
from checker.units import told_duration

ConnectionDetails = aws.AwsConnectionDetails
WINDOWED = True
MOST_PAGES = 500

ACTIONS: Mapping[str, tuple[str, ...]] = {
    "GetCallerIdentity": (),
    "GetMetricData": ("cloudwatch:GetMetricData",),
    "ListMetrics": ("cloudwatch:ListMetrics",),
}

__all__ = [
    "ACTIONS", "WINDOWED", "ConnectionDetails", "Query", "check", "check_periods", "connect", "describe", "follow_ups",
    "lag", "lower_is_better", "not_a_count", "percentile", "points", "priced", "read", "requests", "resources", "send",
    "spacing", "sums", "unit",
]  # fmt: skip


def resources(request: Request) -> tuple[str, ...]:
    """All: IAM cannot restrict access to single metrics."""
    return ("*",) if ACTIONS[request.operation] else ()


def priced(request: Request) -> tuple[tuple[str, int | None], ...]:
    """Every requested metric statistic, and each page of a listing; the number of pages is not known."""
    match request.operation:
        case "GetMetricData":
            return (("CloudWatch metric", len(request.parameters["MetricDataQueries"])),)
        case "ListMetrics":
            return (("CloudWatch request", None),)
        case _:
            return ()


def points(request: Request) -> int:
    """How many points a complete answer holds: one for each period of each metric statistic."""
    parameters = request.parameters
    if request.operation != "GetMetricData":
        return 0
    seconds = parameters["EndTime"] - parameters["StartTime"]
    return sum(-(-seconds // each["MetricStat"]["Period"]) for each in parameters["MetricDataQueries"])


def connect(declaration: ConnectionDeclaration, deadline: float) -> aws.AwsConnection:
    """Clients for CloudWatch, and for STS, which tells the account."""
    return aws.connect(("cloudwatch", "sts"), declaration)


def follow_ups(questions: Sequence[Question], exchanges: Sequence[Exchange]) -> list[Request]:
    """ListMetrics requests for questions without data."""
    silent = unanswered(questions, exchanges)
    if not silent:
        return []
    readings = zip(silent, read(silent, exchanges), strict=True)
    empty = (
        question for question, found in readings if isinstance(found, Absence) and found.kind == "no-data"
    )
    return list_requests(empty)


def send(request: Request, connection: aws.AwsConnection) -> Mapping[str, Any]:
    """The raw answer with all its pages, and times as epoch seconds."""
    client = connection.clients["cloudwatch"]
    match request.operation:
        case "GetCallerIdentity":
            return aws.identity(connection)
        case "ListMetrics":
            return _list_metrics(client, request.parameters)
        case _:
            return {"pages": _pages(client, request.parameters)}


def _pages(client: Any, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
    call = partial(client.get_metric_data, **parameters)
    return aws.pages("cloudwatch:GetMetricData", call, "NextToken", _recorded, MOST_PAGES)


def _recorded(answer: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of an answer that are kept as evidence, as plain JSON values."""
    page: dict[str, Any] = {
        "MetricDataResults": [
            {
                "Id": result["Id"],
                "Timestamps": _times(result.get("Timestamps", [])),
                "Values": _finite(result.get("Values", [])),
                "StatusCode": result.get("StatusCode", "missing"),
                **({"Messages": result["Messages"]} if result.get("Messages") else {}),
            }
            for result in answer["MetricDataResults"]
        ]
    }
    if answer.get("Messages"):
        page["Messages"] = answer["Messages"]
    return page


def _times(times: list[Any]) -> list[Any]:
    """Times as epoch seconds. There are many, and most are whole numbers already."""
    kinds = set(map(type, times))
    if kinds <= {int}:
        return times
    if kinds == {float} and all(map(float.is_integer, times)):
        return list(map(int, times))
    return [aws.epoch(time) for time in times]


def _finite(values: list[Any]) -> list[Any]:
    """The values; those that are not finite, which JSON cannot represent, become text."""
    if all(map(math.isfinite, values)):
        return values
    return [value if math.isfinite(value) else str(value) for value in values]


def _list_metrics(client: Any, filters: Mapping[str, Any]) -> dict[str, Any]:
    metrics: list[dict[str, Any]] = []
    token = ""
    for _ in range(NAMESPACE_PAGES):
        with aws.failures("cloudwatch:ListMetrics"):
            answer = client.list_metrics(**filters, **({"NextToken": token} if token else {}))
            metrics += [
                {"MetricName": each["MetricName"], "Dimensions": each.get("Dimensions", [])}
                for each in answer["Metrics"]
            ]
        token = aws.token_of("cloudwatch:ListMetrics", answer, "NextToken")
        if not token:
            break
    return {"Metrics": metrics}


def describe(question: Question) -> str:
    """``CloudWatch p95 of AWS/ApiGateway Latency {ApiName=securebase-prod} over 1h``."""
    query: Query = question.query  # type: ignore[assignment]
    planned = plan(question)
    dimensions = ", ".join(f"{name}={value}" for name, value in sorted(query.dimensions.items()))
    braces = f" {{{dimensions}}}" if dimensions else ""
    length = told_duration(planned.window.seconds)
    spacing = told_duration(planned.period)
    return (
        f"CloudWatch {query.stat} of {query.namespace} {query.metricName}{braces} over {length} by {spacing}"
    )
