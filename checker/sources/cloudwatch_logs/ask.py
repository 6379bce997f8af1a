"""The Logs Insights query that a question needs, and the request for it: pure.

The window ends at the last whole minute (or bin) before ``at`` minus the lag. Logs Insights includes both ends of
its time range, so the last second asked is the one before the window's end.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from checker.model import ConnectionDeclaration, Question, Request, Window
from checker.sources.aws import account, identity_request, partition
from checker.sources.cloudwatch_logs.language import Bin, commands, result
from checker.sources.cloudwatch_logs.query import LAG, CloudWatchLogsQuery, budget

MOST_ROWS = 10_000
"""The limit of every query, which is one page of results. An answer with this many rows may be cut off."""

BIN_SECONDS = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), 1),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), 60),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), 3600),
    **dict.fromkeys(("d", "day", "days"), 86400),
}
"""The units of ``bin()`` with a fixed length in whole seconds."""


class Plan(NamedTuple):
    """The window; the width of its bins in seconds (0 if the query returns one row); and the request's parameters
    without the budget, as sorted JSON text, which identifies an answer."""

    window: Window
    period: int
    asked: str


def plan(question: Question) -> Plan:
    """What to ask for one question."""
    query: CloudWatchLogsQuery = question.query  # type: ignore[assignment]
    period, length = period_of(query), question.window or 0
    grid = period or 60
    end = (question.at - (LAG if query.lag is None else query.lag)) // grid * grid
    window = Window(end - length, end)
    parameters = {
        "queryString": query_string(query),
        "startTime": window.start,
        "endTime": window.end - 1,
        "limit": MOST_ROWS,
        **_log_groups(query),
    }
    return Plan(window, period, json.dumps(parameters, sort_keys=True, separators=(",", ":")))


def period_of(query: CloudWatchLogsQuery) -> int:
    """The width of the bins in seconds; 0 if the query returns one row."""
    return (bin_seconds(found) or 0) if query.time is not None and (found := bin_of(query)) else 0


def bin_of(query: CloudWatchLogsQuery) -> Bin | None:
    """The bin that the query groups by, if there is exactly one."""
    answers = result(commands(query.query))
    bins = answers.bins() if answers else ()
    return bins[0] if len(bins) == 1 else None


def bin_seconds(found: Bin) -> int | None:
    """The width of a bin in seconds; None if its unit has no fixed length."""
    seconds = BIN_SECONDS.get(found.unit.lower())
    return None if seconds is None else found.number * seconds


def query_string(query: CloudWatchLogsQuery) -> str:
    """The query as it is sent, with prefixes of log groups in a SOURCE command before it."""
    text = query.query.strip()
    if not query.logGroupPrefixes:
        return text
    prefixes = ", ".join(f"'{prefix}'" for prefix in sorted(set(query.logGroupPrefixes)))
    return f"SOURCE logGroups(namePrefix: [{prefixes}]) | {text}"


def _log_groups(query: CloudWatchLogsQuery) -> dict[str, list[str]]:
    groups = sorted(set(query.logGroups))
    if not groups:
        return {}
    arns = any(group.startswith("arn:") for group in groups)
    return {"logGroupIdentifiers" if arns else "logGroupNames": groups}


def requests(questions: Sequence[Question]) -> list[Request]:
    """One request for each connection's identity; then every query once, with the largest budget among its
    questions."""
    wanted: dict[tuple[ConnectionDeclaration, str], int] = {}
    for question in questions:
        query: CloudWatchLogsQuery = question.query  # type: ignore[assignment]
        key = (question.connection, plan(question).asked)
        wanted[key] = max(wanted.get(key, 0), budget(query))
    declarations = dict.fromkeys(declaration for declaration, _ in wanted)
    return [
        *(identity_request("CloudWatchLogs", declaration) for declaration in declarations),
        *(
            Request("CloudWatchLogs", declaration, "Query", {**json.loads(asked), "byteBudget": most})
            for (declaration, asked), most in wanted.items()
        ),
    ]


def call_of(request: Request) -> dict[str, Any]:
    """The arguments of StartQuery for boto3."""
    return {key: value for key, value in request.parameters.items() if key != "byteBudget"}


def asked_by(request: Request) -> str:
    """The ``asked`` text (see Plan) of a recorded request."""
    return json.dumps(call_of(request), sort_keys=True, separators=(",", ":"))


ACTIONS: dict[str, tuple[str, ...]] = {
    "GetCallerIdentity": (),
    "Query": ("logs:StartQuery", "logs:GetQueryResults", "logs:StopQuery"),
}
"""The IAM actions that each operation needs; GetCallerIdentity needs none."""

ANY_RESOURCE = frozenset({"logs:GetQueryResults", "logs:StopQuery"})
"""Actions that IAM can grant only on all resources (``*``), because they take a query id."""


def resources(request: Request) -> tuple[str, ...]:
    """The ARNs of the log groups for logs:StartQuery, with ``*`` for parts that are not known beforehand."""
    if request.operation != "Query":
        return ()
    details = dict(request.connection.details)
    region = details.get("region", "*")
    return tuple(
        f"{group}:*"
        if group.startswith("arn:")
        else f"arn:{partition(region)}:logs:{region}:{account(details)}:log-group:{group}:*"
        for group in _patterns(request.parameters)
    )


def _patterns(parameters: Mapping[str, Any]) -> Iterator[str]:
    source = re.match(r"SOURCE logGroups\(namePrefix: \[(.*?)\]\)", parameters["queryString"])
    if source:
        yield from (f"{prefix}*" for prefix in re.findall(r"'([^']+)'", source[1]))
    yield from parameters.get("logGroupNames", ())
    yield from parameters.get("logGroupIdentifiers", ())


def priced(request: Request) -> tuple[tuple[str, int | None], ...]:
    """The data that a query scans, which is not known beforehand."""
    return (("CloudWatchLogs GB scanned", None),) if request.operation == "Query" else ()
