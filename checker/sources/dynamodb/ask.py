"""The reads that a question needs, and the requests for them: pure.

A read covers one table (or one key of it) under fixed conditions at one moment. Questions that need the same read
share it, so that both sides of a ratio are about the same items.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from checker.model import ConnectionDeclaration, Question, Request
from checker.sources.aws import identity_request
from checker.sources.dynamodb.conditions import Condition
from checker.sources.dynamodb.query import Count, DynamoDBQuery, Within

Kept = Literal["count", "digests"]
"""What is recorded of an attribute's distinct values: their number, or the digest of each."""


class Read(NamedTuple):
    """One read: the operation, and its parameter ``read`` as sorted JSON text."""

    operation: str
    text: str


@dataclass(slots=True)
class _Wanted:
    """What all questions together need from one read."""

    distinct: dict[str, Kept] = field(default_factory=dict)
    segments: int = 1
    items: int = 0
    capacity: int = 0

    def add(self, query: DynamoDBQuery, distinct: str | None, kept: Kept) -> None:
        if distinct is not None and self.distinct.get(distinct) != "digests":
            self.distinct[distinct] = kept
        self.segments = max(self.segments, query.segments)
        self.items = max(self.items, query.maxItems)
        self.capacity = max(self.capacity, query.capacityBudget)


def main_read(question: Question) -> Read:
    """The read of the query's own table."""
    query: DynamoDBQuery = question.query  # type: ignore[assignment]
    return _read(question, query, query.count)


def within_read(question: Question) -> Read | None:
    """The read of the other table (``within``), if the query has one."""
    query: DynamoDBQuery = question.query  # type: ignore[assignment]
    within = query.count.within
    return None if within is None else _read(question, within, within)


def _read(question: Question, source: DynamoDBQuery | Within, conditions: Count | Within) -> Read:
    query: DynamoDBQuery = question.query  # type: ignore[assignment]
    key = source.keyCondition
    text = json.dumps(
        {
            "at": question.at,
            "table": source.table,
            "index": source.index,
            "keyCondition": None if key is None else _asked(key, question.at, key=True),
            "where": _asked(conditions.where, question.at),
            "whereExists": sorted(set(conditions.whereExists)),
            "whereMissing": sorted(set(conditions.whereMissing)),
            "consistentRead": query.consistentRead,
        },
        sort_keys=True,
        separators=(",", ":"),
    )
    return Read("Scan" if key is None else "Query", text)


def _asked(where: Mapping[str, tuple[Condition, ...]], at: int, *, key: bool = False) -> list[dict[str, Any]]:
    asked = [each.asked(attribute, at) for attribute in sorted(where) for each in where[attribute]]
    for condition in asked:
        if key and condition["type"] == "time":
            condition["type"] = "utc"
    return asked


def requests(questions: Sequence[Question]) -> list[Request]:
    """One request for each connection's identity; then every read once."""
    wanted: dict[tuple[ConnectionDeclaration, Read], _Wanted] = {}
    for question in questions:
        query: DynamoDBQuery = question.query  # type: ignore[assignment]
        other, within = within_read(question), query.count.within
        kept: Kept = "count" if within is None else "digests"
        main = wanted.setdefault((question.connection, main_read(question)), _Wanted())
        main.add(query, query.count.distinct, kept)
        if other is not None and within is not None:
            wanted.setdefault((question.connection, other), _Wanted()).add(query, within.key, "digests")
    made = [
        identity_request("DynamoDB", declaration) for declaration in dict.fromkeys(key[0] for key in wanted)
    ]
    for (declaration, read), what in wanted.items():
        parameters = {
            "read": json.loads(read.text),
            "distinct": dict(sorted(what.distinct.items())),
            "segments": what.segments if read.operation == "Scan" else 1,
            "maxItems": what.items,
            "capacityBudget": what.capacity,
        }
        made.append(Request("DynamoDB", declaration, read.operation, parameters))
    return made


def call_of(request: Request) -> dict[str, Any]:
    """The arguments of the first Scan or Query call of a request, for boto3.

    Names and values appear in expressions only as placeholders. If no attribute is needed, DynamoDB counts;
    otherwise only the needed attributes are returned.
    """
    read = request.parameters["read"]
    keys, shown = read["keyCondition"] or (), attributes_of(request)
    attributes = sorted({*shown, *(condition["attribute"] for condition in keys)})
    placeholder = {name: f"#a{number}" for number, name in enumerate(attributes)}
    call: dict[str, Any] = {
        "TableName": read["table"],
        "ConsistentRead": read["consistentRead"],
        "ReturnConsumedCapacity": "TOTAL",
    }
    if read["index"] is not None:
        call["IndexName"] = read["index"]
    if attributes:
        call["ExpressionAttributeNames"] = {placeholder[name]: name for name in attributes}
    if keys:
        call["ExpressionAttributeValues"] = {f":v{n}": _literal(each) for n, each in enumerate(keys)}
        call["KeyConditionExpression"] = " AND ".join(
            f"{placeholder[each['attribute']]} {each['operator'].replace('==', '=')} :v{n}"
            for n, each in enumerate(keys)
        )
    if shown:
        call["ProjectionExpression"] = ", ".join(placeholder[name] for name in sorted(shown))
    else:
        call["Select"] = "COUNT"
    return call


def _literal(condition: Mapping[str, Any]) -> dict[str, str]:
    """The operand of a key condition. A time has no zone there, because texts of that second with any ending sort
    after it."""
    (value,) = condition["values"]
    match condition["type"]:
        case "utc":
            return {"S": value.removesuffix("Z")}
        case "S":
            return {"S": value}
        case _:
            return {"N": value}


def conditions_of(request: Request) -> list[Mapping[str, Any]]:
    """The conditions that each item is checked against: those in ``where``, and key conditions on a time, because a
    key compares times as text."""
    read = request.parameters["read"]
    times = [each for each in read["keyCondition"] or () if each["type"] not in ("S", "N")]
    return [*read["where"], *times]


def attributes_of(request: Request) -> set[str]:
    """The attributes that are needed to count the items of a request."""
    read = request.parameters["read"]
    compared: Iterable[str] = (condition["attribute"] for condition in conditions_of(request))
    return {*compared, *read["whereExists"], *read["whereMissing"], *request.parameters["distinct"]}
