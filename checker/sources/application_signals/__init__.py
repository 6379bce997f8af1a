"""``source: ApplicationSignals``: SLOs that exist in AWS, as CloudWatch Application Signals evaluates them.

They are read by BatchGetServiceLevelObjectiveBudgetReport, which returns the attainment and the remaining error
budget at any moment.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from checker.model import ConnectionDeclaration, Exchange, Question, Request
from checker.sources import aws
from checker.sources.application_signals.query import ApplicationSignalsQuery as Query
from checker.sources.application_signals.query import check, lower_is_better, possible, unit
from checker.sources.application_signals.read import ACTION, OPERATION, read
from checker.sources.redact import redact

ConnectionDetails = aws.AwsConnectionDetails
WINDOWED = False
SLOS_A_CALL = 50

ACTIONS: Mapping[str, tuple[str, ...]] = {"GetCallerIdentity": (), OPERATION: (ACTION,)}

__all__ = [
    "ACTIONS", "WINDOWED", "ConnectionDetails", "Query", "check", "connect", "describe", "follow_ups",
    "lower_is_better", "possible", "priced", "read", "requests", "resources", "send", "unit",
]  # fmt: skip


def resources(request: Request) -> tuple[str, ...]:
    """All: the request has only names of SLOs, and their ARNs are not known before the answer."""
    return ("*",) if ACTIONS[request.operation] else ()


def priced(request: Request) -> tuple[tuple[str, int | None], ...]:
    """Nothing: Application Signals charges for measuring, not for asking."""
    return ()


def requests(questions: Sequence[Question]) -> list[Request]:
    """One request for each connection's identity; then every SLO once, 50 in a call."""
    wanted: dict[tuple[ConnectionDeclaration, int], set[str]] = {}
    for question in questions:
        wanted.setdefault((question.connection, question.at), set()).add(question.query.slo)  # type: ignore[attr-defined]
    made = [
        aws.identity_request("ApplicationSignals", declaration)
        for declaration in dict.fromkeys(declaration for declaration, _ in wanted)
    ]
    for (declaration, at), slos in wanted.items():
        ordered = sorted(slos)
        for begin in range(0, len(ordered), SLOS_A_CALL):
            parameters = {"Timestamp": at, "SloIds": ordered[begin : begin + SLOS_A_CALL]}
            made.append(Request("ApplicationSignals", declaration, OPERATION, parameters))
    return made


def follow_ups(questions: Sequence[Question], exchanges: Sequence[Exchange]) -> list[Request]:
    """None: an SLO that does not exist is answered by an error of its own."""
    return []


def connect(declaration: ConnectionDeclaration, deadline: float) -> aws.AwsConnection:
    """Clients for Application Signals, and for STS, which tells the account."""
    return aws.connect(("application-signals", "sts"), declaration)


def send(request: Request, connection: aws.AwsConnection) -> Mapping[str, Any]:
    """The account, or the reports and errors of one batch. Raises SourceFailure."""
    if request.operation == "GetCallerIdentity":
        return aws.identity(connection)
    client = connection.clients["application-signals"]
    with aws.failures(ACTION):
        answer = client.batch_get_service_level_objective_budget_report(**request.parameters)
        return {
            "Timestamp": _plain(aws.epoch(answer["Timestamp"])),
            "Reports": [_kept(each, _REPORT) for each in answer["Reports"]],
            "Errors": [
                _kept(each, ("Arn", "Name", "ErrorCode", "ErrorMessage")) for each in answer["Errors"]
            ],
        }


_REPORT = (
    "Arn", "Name", "EvaluationType", "BudgetStatus", "Attainment", "TotalBudgetSeconds", "BudgetSecondsRemaining",
    "TotalBudgetRequests", "BudgetRequestsRemaining",
)  # fmt: skip


def _kept(part: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """The fields that are kept as evidence, as plain JSON values."""
    kept = {name: _plain(part[name]) for name in names if part.get(name) is not None}
    goal = part.get("Goal") or {}
    if goal.get("AttainmentGoal") is not None:
        kept["AttainmentGoal"] = _plain(goal["AttainmentGoal"])
    for interval in (goal.get("Interval") or {}).values():
        kept["Interval"] = {name: _plain(interval.get(name)) for name in ("Duration", "DurationUnit")}
    return kept


def _plain(value: Any) -> Any:
    """A number if JSON can represent it; otherwise its text, which the reader refuses."""
    finite = isinstance(value, int | float) and math.isfinite(value)
    return value if finite else redact(str(value))


def describe(question: Question) -> str:
    """``ApplicationSignals attainment of the SLO checkout-availability``."""
    query: Query = question.query  # type: ignore[assignment]
    return f"ApplicationSignals {query.measure} of the SLO {query.slo}"


def untold_samples(query: Query, ratio: bool) -> str:
    """The answer never states a number of samples."""
    return "remove minSamples"
