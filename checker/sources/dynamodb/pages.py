"""Reads every page of a Scan or Query; each page is checked and charged to one meter.

A read that does not reach the end is a failure, because the count of a part looks like the count of the whole.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, NoReturn

from checker.model import Failure, Request
from checker.sources import SourceFailure, aws
from checker.sources.dynamodb.ask import call_of
from checker.sources.dynamodb.items import Item

MOST_PAGES = 100_000


class DynamoDBConnection(NamedTuple):
    """The clients, and the ``time.monotonic()`` deadline for answers."""

    account: aws.AwsConnection
    deadline: float

    @property
    def connected(self) -> tuple[tuple[str, str], ...]:
        """Facts about the connection: region and endpoint."""
        return self.account.connected


class Page(NamedTuple):
    """One page: the items (none if DynamoDB only counts), how many were read, the consumed capacity, and the key to
    continue from."""

    items: Sequence[Item]
    scanned: int
    capacity: float
    last: Mapping[str, Any] | None


class Stopped(Exception):
    """Another segment failed, so this one can stop."""


class Meter:
    """What all segments of one read consume together, and when they have to stop."""

    def __init__(self, request: Request, deadline: float) -> None:
        self.request, self.deadline = request, deadline
        self.stopped = threading.Event()
        self.items = self.pages = 0
        self.capacity = 0.0
        self._lock = threading.Lock()

    def charge(self, page: Page) -> None:
        """Adds a page. Raises SourceFailure when a limit is exceeded."""
        with self._lock:
            self.items += page.scanned
            self.pages += 1
            self.capacity += page.capacity
            items, pages, capacity = self.items, self.pages, self.capacity
        limits = self.request.parameters
        if items > limits["maxItems"]:
            _over(self.request, f"{items} items", "maxItems")
        if capacity > limits["capacityBudget"]:
            _over(self.request, f"{capacity:.12g} capacity units", "capacityBudget")
        if pages > MOST_PAGES:
            _malformed(self.request, f"the answer does not end after {pages} pages")

    def go_on(self) -> None:
        """Raises SourceFailure after the deadline, and Stopped after another segment's failure."""
        if self.stopped.is_set():
            raise Stopped
        if time.monotonic() >= self.deadline:
            message = f"{place(self.request)}: the table was not read to its end before the deadline"
            remedy = "raise --timeout, read in more segments, or query an index (index, keyCondition)"
            raise SourceFailure(Failure("timeout", message, remedy))


def pages(
    request: Request, connection: DynamoDBConnection, part: Mapping[str, int], meter: Meter
) -> Iterator[Page]:
    """All pages of one segment (``part`` holds Segment and TotalSegments, or nothing). Raises SourceFailure."""
    call, seen = call_of(request) | dict(part), set[str]()
    while True:
        meter.go_on()
        page = _page(request, _answer(request, connection, call), counted="Select" in call)
        meter.charge(page)
        yield page
        if page.last is None:
            return
        mark = json.dumps(page.last, sort_keys=True, default=repr)
        if mark in seen:
            _malformed(request, "the answer does not end: a page refers to one that was already read")
        seen.add(mark)
        call = {**call, "ExclusiveStartKey": page.last}


def _answer(request: Request, connection: DynamoDBConnection, call: Mapping[str, Any]) -> Mapping[str, Any]:
    client = connection.account.clients["dynamodb"]
    send = client.scan if request.operation == "Scan" else client.query
    action, table = f"dynamodb:{request.operation}", call["TableName"]
    try:
        with aws.failures(action):
            try:
                answer: Mapping[str, Any] = send(**call)
            except client.exceptions.ResourceNotFoundException:
                message = f"{action}: there is no table {table} in {client.meta.region_name}"
                remedy = "check the table's name, the region and the account"
                raise SourceFailure(Failure("missing", message, remedy)) from None
    except SourceFailure as failed:
        raise SourceFailure(_on_table(failed.failure, request)) from None
    return answer


def _on_table(failure: Failure, request: Request) -> Failure:
    """The failure with the table's name, and with a remedy that fits a table."""
    read = request.parameters["read"]
    message = (
        failure.message if read["table"] in failure.message else f"{failure.message} (table {read['table']})"
    )
    index = f" and its index {read['index']}" if read["index"] else ""
    remedies = {
        "throttled": "the table's read capacity is used up: run again later, read in fewer segments, or query "
        "an index (index, keyCondition)",
        "denied": f"{failure.remedy}, on the table {read['table']}{index}",
    }
    return Failure(failure.kind, message, remedies.get(failure.kind, failure.remedy))


def _page(request: Request, answer: Mapping[str, Any], *, counted: bool) -> Page:
    """A page that is consistent. Nothing is filtered, so every item that was read must be counted and returned."""
    count, scanned, items = answer.get("Count"), answer.get("ScannedCount"), answer.get("Items", [])
    consumed = answer.get("ConsumedCapacity")
    capacity = consumed.get("CapacityUnits") if isinstance(consumed, Mapping) else None
    last = answer.get("LastEvaluatedKey")
    if type(count) is not int or type(scanned) is not int or count != scanned or count < 0:
        _malformed(
            request, f"the answer counts {count!r} of {scanned!r} items, although nothing was filtered"
        )
    if not isinstance(capacity, int | float) or not 0 <= capacity < float("inf"):
        _malformed(request, "the answer does not say what capacity it consumed")
    if not isinstance(items, list) or not all(_is_item(item) for item in items):
        _malformed(request, "the answer's items are malformed")
    if len(items) != (0 if counted else count):
        _malformed(request, f"the answer counts {count} items and holds {len(items)}")
    if last is not None and not isinstance(last, Mapping):
        _malformed(request, "the answer's LastEvaluatedKey is not a key")
    return Page(items, scanned, float(capacity), last or None)


def _is_item(item: object) -> bool:
    return isinstance(item, Mapping) and all(isinstance(value, Mapping) for value in item.values())


def place(request: Request) -> str:
    """``dynamodb:Scan of securebase-prod-customers``, for messages."""
    read = request.parameters["read"]
    return f"dynamodb:{request.operation} of {read['table']}" + (
        f" by {read['index']}" if read["index"] else ""
    )


def _over(request: Request, consumed: str, limit: str) -> NoReturn:
    most = request.parameters[limit]
    message = (
        f"{place(request)}: stopped after {consumed}, over {limit} {most}; part of a table is not a count"
    )
    remedy = f"query an index (index, keyCondition) instead of scanning, or raise {limit}"
    raise SourceFailure(Failure("refused", message, remedy))


def _malformed(request: Request, fact: str) -> NoReturn:
    remedy = "run again; if it persists, check what is behind the endpoint"
    raise SourceFailure(Failure("malformed", f"{place(request)}: {fact}", remedy))
