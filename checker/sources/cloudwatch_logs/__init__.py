"""``source: CloudWatchLogs``: numbers computed from log events by CloudWatch Logs Insights queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from checker.model import ConnectionDeclaration, Exchange, Question, Request
from checker.sources import aws
from checker.sources.cloudwatch_logs.ask import ACTIONS, ANY_RESOURCE, plan, priced, requests, resources
from checker.sources.cloudwatch_logs.check import check, check_periods
from checker.sources.cloudwatch_logs.language import commands
from checker.sources.cloudwatch_logs.query import CloudWatchLogsQuery as Query
from checker.sources.cloudwatch_logs.query import lag, sums, unit
from checker.sources.cloudwatch_logs.read import read
from checker.sources.cloudwatch_logs.run import LogsConnection, give_up_at, run_query
from checker.units import told_duration

ConnectionDetails = aws.AwsConnectionDetails
WINDOWED = True

__all__ = [
    "ACTIONS", "ANY_RESOURCE", "WINDOWED", "ConnectionDetails", "Query", "check", "check_periods", "connect",
    "describe", "follow_ups", "lag", "priced", "read", "requests", "resources", "send", "sums", "unit",
]  # fmt: skip


def connect(declaration: ConnectionDeclaration, deadline: float) -> LogsConnection:
    """Clients for CloudWatch Logs, and for STS, which tells the account."""
    return LogsConnection(aws.connect(("logs", "sts"), declaration), give_up_at(deadline))


def follow_ups(questions: Sequence[Question], exchanges: Sequence[Exchange]) -> list[Request]:
    """None: the statistics of an empty answer tell why it is empty."""
    return []


def send(request: Request, connection: LogsConnection) -> Mapping[str, Any]:
    """The account, or the result of one query (see ``run_query``). Raises SourceFailure."""
    if request.operation == "GetCallerIdentity":
        return aws.identity(connection.account)
    return run_query(request, connection)


def describe(question: Question) -> str:
    """``CloudWatchLogs cold of 'filter … | stats …' in /aws/lambda/shop over 1h``."""
    query: Query = question.query  # type: ignore[assignment]
    planned = plan(question)
    text = " | ".join(command.text for command in commands(query.query))
    groups = [*query.logGroups, *(f"{prefix}*" for prefix in query.logGroupPrefixes)]
    column = f"{query.column} of " if query.column else ""
    by = f" by {told_duration(planned.period)}, {query.combine}" if planned.period else ""
    length = told_duration(planned.window.seconds)
    return f"CloudWatchLogs {column}'{text}' in {', '.join(groups)} over {length}{by}"
