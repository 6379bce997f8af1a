"""Asking the DynamoDB source the whole way, and an endpoint that answers what a test wants it to answer."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from checker import sources
from checker.model import Absence, ConnectionDeclaration, Exchange, Question, Series
from checker.sources import Connection, SourceFailure

AT = 1_769_860_800
"""The moment of judgement: 2026-01-31T12:00:00Z."""

CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "synthetic-secret-key",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": "/dev/null",
    "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
}

Item = dict[str, dict[str, Any]]


def question(url: str, at: int = AT, **keys: Any) -> Question:
    """A query as a user writes it, over a connection whose endpoint is ``url``."""
    query = sources.find("DynamoDB").Query(source="DynamoDB", **keys)
    assert list(sources.find("DynamoDB").check(query, None)) == []
    return Question(
        query, at, None, ConnectionDeclaration("tables", (("endpoint", url), ("region", "us-east-1")))
    )


@cache
def _connection(declaration: ConnectionDeclaration) -> Connection:
    """A connection that many tests share: making one takes longer than most of them."""
    return sources.find("DynamoDB").connect(declaration, time.monotonic() + 3600)


def exchanges(asked: Sequence[Question], connection: Connection | None = None) -> list[Exchange]:
    """The exchanges of a live run, everything in them read back from JSON."""
    source, made = sources.find("DynamoDB"), []
    for request in source.requests(asked):
        connection = connection or _connection(request.connection)
        try:
            response = json.loads(json.dumps(source.send(request, connection), allow_nan=False))
            made.append(Exchange(request, response, None, connection.connected))
        except SourceFailure as failed:
            made.append(Exchange(request, None, failed.failure, connection.connected))
    assert source.follow_ups(asked, made) == []
    return made


def readings(asked: Sequence[Question], connection: Connection | None = None) -> list[Series | Absence]:
    return sources.find("DynamoDB").read(asked, exchanges(asked, connection))


def counted(url: str, at: int = AT, **keys: Any) -> int:
    """The count that one query comes to; it has to be a series that agrees with itself."""
    (reading,) = readings([question(url, at, **keys)])
    assert isinstance(reading, Series), reading
    (point,) = reading.points
    assert (reading.combine, reading.window, reading.counts_events) == ("single", None, True)
    assert (point.time, reading.newest, point.samples) == (at, at, reading.samples)
    assert reading.unit.text == "count"
    assert point.value.denominator == 1
    return int(point.value)


def failed(url: str, connection: Connection | None = None, **keys: Any) -> Absence:
    """Why one query came to nothing; it has to be a failure with a reason and a remedy."""
    (reading,) = readings([question(url, **keys)], connection)
    assert isinstance(reading, Absence), reading
    assert reading.kind == "failed"
    assert reading.reason
    assert reading.remedy
    return reading


Answer = tuple[int, Any]
"""A status, and a body: JSON, or bytes as they are."""


class Endpoint:
    """Something that speaks DynamoDB's protocol; ``answer(operation, call)`` says what it answers."""

    def __init__(self) -> None:
        self.answer: Callable[[str, Mapping[str, Any]], Answer] = lambda operation, call: (500, {})
        self.calls: list[tuple[str, Mapping[str, Any]]] = []
        self.url = ""

    def reply(self, operation: str, call: Mapping[str, Any]) -> Answer:
        if operation == "GetCallerIdentity":
            return 200, _IDENTITY
        self.calls.append((operation, call))
        return self.answer(operation, call)


_IDENTITY = (
    b'<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>'
    b"<Arn>arn:aws:iam::111111111111:user/x</Arn><UserId>x</UserId><Account>111111111111</Account>"
    b"</GetCallerIdentityResult></GetCallerIdentityResponse>"
)


@contextmanager
def endpoint() -> Iterator[Endpoint]:
    """An Endpoint that listens on this machine."""
    serving = Endpoint()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 2  # so that no thread lives as long as a client that keeps its connection
        wbufsize = -1

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            target = self.headers.get("X-Amz-Target", "")
            call = json.loads(body) if target else {}
            status, answer = serving.reply(target.rpartition(".")[2] or "GetCallerIdentity", call)
            data = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/x-amz-json-1.0")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *ignored: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    serving.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield serving
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def page(items: Sequence[Item], last: str | None = None, units: float = 0.5) -> dict[str, Any]:
    """An answer of one page. Without a next page, ``last`` is None."""
    return {
        "Items": list(items),
        "Count": len(items),
        "ScannedCount": len(items),
        "ConsumedCapacity": {"TableName": "t", "CapacityUnits": units},
        **({"LastEvaluatedKey": {"id": {"S": last}}} if last is not None else {}),
    }


def paged(tables: Mapping[str, Sequence[Item]], size: int) -> Callable[[str, Mapping[str, Any]], Answer]:
    """Whole tables, ``size`` items a page, item n in segment n modulo their number; the projection is kept."""

    def answer(operation: str, call: Mapping[str, Any]) -> Answer:
        names = call.get("ExpressionAttributeNames", {})
        shown = {names[alias] for alias in call.get("ProjectionExpression", "").split(", ") if alias}
        items = tables[call["TableName"]][call.get("Segment", 0) :: call.get("TotalSegments", 1)]
        begin = int(call["ExclusiveStartKey"]["id"]["S"]) if "ExclusiveStartKey" in call else 0
        end = begin + size
        made = page(
            [{name: value for name, value in item.items() if name in shown} for item in items[begin:end]],
            str(end) if end < len(items) else None,
        )
        if call.get("Select") == "COUNT":
            del made["Items"]
        return 200, made

    return answer
