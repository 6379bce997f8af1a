"""``source: DynamoDB``: the number of items, or of distinct values of an attribute, counted by Scan or Query."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from checker.model import ConnectionDeclaration, Exchange, Question, Request
from checker.sources import aws
from checker.sources.dynamodb.ask import requests
from checker.sources.dynamodb.conditions import Condition
from checker.sources.dynamodb.count import count_items
from checker.sources.dynamodb.pages import DynamoDBConnection
from checker.sources.dynamodb.query import Count, Within, check, possible, unit
from checker.sources.dynamodb.query import DynamoDBQuery as Query
from checker.sources.dynamodb.read import read

ConnectionDetails = aws.AwsConnectionDetails
WINDOWED = False

ACTIONS: Mapping[str, tuple[str, ...]] = {
    "GetCallerIdentity": (),
    "Scan": ("dynamodb:Scan",),
    "Query": ("dynamodb:Query",),
}

__all__ = [
    "ACTIONS", "WINDOWED", "ConnectionDetails", "Query", "check", "connect", "describe", "follow_ups", "possible",
    "priced", "read", "requests", "resources", "send", "unit",
]  # fmt: skip


def resources(request: Request) -> tuple[str, ...]:
    """The table, or the index that is queried. The account is known if the query names an ARN, or the connection a
    role."""
    if not ACTIONS[request.operation]:
        return ()
    read = request.parameters["read"]
    details = dict(request.connection.details)
    region = details.get("region") or "*"
    table = read["table"]
    arn = (
        table
        if table.startswith("arn:")
        else f"arn:{aws.partition(region)}:dynamodb:{region}:{aws.account(details)}:table/{table}"
    )
    return (f"{arn}/index/{read['index']}" if read["index"] else arn,)


def priced(request: Request) -> tuple[tuple[str, int | None], ...]:
    """Read capacity: counting reads every item, and how many there are is not known beforehand."""
    return (("DynamoDB read capacity unit", None),) if ACTIONS[request.operation] else ()


def connect(declaration: ConnectionDeclaration, deadline: float) -> DynamoDBConnection:
    """Clients for DynamoDB, and for STS, which tells the account."""
    return DynamoDBConnection(aws.connect(("dynamodb", "sts"), declaration), deadline)


def follow_ups(questions: Sequence[Question], exchanges: Sequence[Exchange]) -> list[Request]:
    """None: a count of zero is an answer."""
    return []


def send(request: Request, connection: DynamoDBConnection) -> Mapping[str, Any]:
    """The account, or the counts of one complete read (see ``count_items``). Raises SourceFailure."""
    if request.operation == "GetCallerIdentity":
        return aws.identity(connection.account)
    return count_items(request, connection)


def describe(question: Question) -> str:
    """``DynamoDB count of distinct customer_id of reports where created_at >= now - 30d, within …``."""
    query: Query = question.query  # type: ignore[assignment]
    what = f"distinct {query.count.distinct}" if query.count.distinct else "items"
    text = f"DynamoDB count of {what} of {_described(query.table, query, query.count)}"
    within = query.count.within
    if within is None:
        return text
    return f"{text}, within {within.key} of {_described(within.table, within, within)}"


def _described(table: str, source: Query | Within, conditions: Count | Within) -> str:
    by = f" by index {source.index}" if source.index else ""
    where = [
        *_texts(source.keyCondition or {}),
        *_texts(conditions.where),
        *(f"{name} exists" for name in conditions.whereExists),
        *(f"{name} is missing" for name in conditions.whereMissing),
    ]
    return f"{table}{by}" + (f" where {' and '.join(where)}" if where else "")


def _texts(where: Mapping[str, tuple[Condition, ...]]) -> list[str]:
    return [f"{name} {each}" for name, conditions in where.items() for each in conditions]
