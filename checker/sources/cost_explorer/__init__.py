"""``source: CostExplorer``: costs and usage of whole days or months, read by GetCostAndUsage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from checker.model import ConnectionDeclaration, Exchange, Failure, Question, Request
from checker.sources import SourceFailure, aws
from checker.sources.cost_explorer import expression
from checker.sources.cost_explorer.ask import periods_of, requests
from checker.sources.cost_explorer.query import CostExplorerQuery as Query
from checker.sources.cost_explorer.query import check, possible, sums, unit
from checker.sources.cost_explorer.read import read

ConnectionDetails = aws.AwsConnectionDetails
WINDOWED = False
MOST_PAGES = 100
ACTION = "ce:GetCostAndUsage"

ACTIONS: Mapping[str, tuple[str, ...]] = {"GetCallerIdentity": (), "GetCostAndUsage": (ACTION,)}

__all__ = [
    "ACTIONS", "WINDOWED", "ConnectionDetails", "Query", "check", "connect", "describe", "follow_ups", "possible",
    "priced", "read", "requests", "resources", "send", "sums", "unit",
]  # fmt: skip


def resources(request: Request) -> tuple[str, ...]:
    """All: IAM has no resources for costs."""
    return ("*",) if ACTIONS[request.operation] else ()


def priced(request: Request) -> tuple[tuple[str, int | None], ...]:
    """Requests, one for each page. How many further pages a grouped answer has is not known beforehand."""
    if not ACTIONS[request.operation]:
        return ()
    further = (("CostExplorer further page", None),) if "GroupBy" in request.parameters else ()
    return (("CostExplorer request", 1), *further)


def connect(declaration: ConnectionDeclaration, deadline: float) -> aws.AwsConnection:
    """Clients for Cost Explorer, which is in one region whatever the connection's region is, and for STS."""
    return aws.connect(("ce", "sts"), declaration)


def follow_ups(questions: Sequence[Question], exchanges: Sequence[Exchange]) -> list[Request]:
    """None: every further request is charged."""
    return []


def send(request: Request, connection: aws.AwsConnection) -> Mapping[str, Any]:
    """The account, or all pages of an answer. Raises SourceFailure."""
    if request.operation == "GetCallerIdentity":
        return aws.identity(connection)
    try:
        return {"pages": _pages(connection.clients["ce"], request.parameters)}
    except SourceFailure as failed:
        raise SourceFailure(_explained(failed.failure)) from None


def _pages(client: Any, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
    def record(answer: Mapping[str, Any]) -> dict[str, Any]:
        return {"ResultsByTime": [_recorded(each) for each in answer["ResultsByTime"]]}

    call = partial(client.get_cost_and_usage, **parameters)
    return aws.pages(ACTION, call, "NextPageToken", record, MOST_PAGES)


def _recorded(result: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a result that are kept as evidence, as plain JSON values."""
    return {
        "TimePeriod": {end: str(result["TimePeriod"][end]) for end in ("Start", "End")},
        "Total": _texts(result.get("Total") or {}),
        "Groups": [
            {"Keys": [str(key) for key in group["Keys"]], "Metrics": _texts(group["Metrics"])}
            for group in result.get("Groups") or ()
        ],
        "Estimated": result.get("Estimated") is not False,
    }


def _texts(metrics: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, str]]:
    """Amounts and units; only values that are text, as they are in a valid answer."""
    return {
        metric: {name: text for name, text in amount.items() if isinstance(text, str)}
        for metric, amount in metrics.items()
    }


def _explained(failure: Failure) -> Failure:
    """The failure; if Cost Explorer is not enabled, with the remedy for that."""
    if "DataUnavailable" in failure.message or "not enabled" in failure.message.lower():
        remedy = (
            f"enable Cost Explorer in the account's billing console, and wait a day for its data; then {ACTION} "
            "has to be granted to the identity that runs checker"
        )
        return Failure(failure.kind, failure.message, remedy)
    return failure


def describe(question: Question) -> str:
    """``CostExplorer UnblendedCost, sum of 7 days from 2026-01-23 to 2026-01-29, of SERVICE AWS Lambda``."""
    query: Query = question.query  # type: ignore[assignment]
    periods = periods_of(question)
    name = "day" if query.granularity == "DAILY" else "month"
    if len(periods) == 1:
        time = f"of the {name} {periods[0].name}"
    else:
        time = f"{query.combine} of {len(periods)} {name}s from {periods[0].name} to {periods[-1].name}"
    of = []
    if query.filter is not None:
        of.append(expression.describe(expression.asked(query.filter)))
    if query.groupBy is not None:
        of.append(f"{query.groupBy.Key} {query.group or 'none'}")
    return f"CostExplorer {query.metric}, {time}" + (f", of {' and '.join(of)}" if of else "")


def untold_samples(query: Query, ratio: bool) -> str:
    """Remedy: an amount of money or usage never states a number of samples."""
    return "remove minSamples"
