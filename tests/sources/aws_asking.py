"""Asking a source of AWS the whole way, over an endpoint on this machine that answers what a test wants."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from textwrap import indent
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

Answer = tuple[int, Any]
"""A status, and a body: JSON, or bytes as they are; None closes the connection without a word."""

_PATHS = {"/budget-report": "BatchGetServiceLevelObjectiveBudgetReport"}
_IDENTITY = (
    b'<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>'
    b"<Arn>arn:aws:iam::111111111111:user/x</Arn><UserId>x</UserId><Account>111111111111</Account>"
    b"</GetCallerIdentityResult></GetCallerIdentityResponse>"
)


class Endpoint:
    """Something that speaks AWS's JSON protocols; ``answer(operation, call)`` says what it answers.

    ``calls`` are the operations that were asked, with their arguments; who one is, is always told.
    """

    def __init__(self) -> None:
        self.answer: Callable[[str, Mapping[str, Any]], Answer] = lambda operation, call: (500, {})
        self.calls: list[tuple[str, Mapping[str, Any]]] = []
        self.url = ""

    def reply(self, operation: str, call: Mapping[str, Any]) -> Answer:
        if operation == "GetCallerIdentity":
            return 200, _IDENTITY
        self.calls.append((operation, call))
        return self.answer(operation, call)

    def pages(self, *pages: Mapping[str, Any], token: str = "NextToken") -> None:
        """Answers these pages one after the other, each referring to the next."""

        def answer(operation: str, call: Mapping[str, Any]) -> Answer:
            number = int(call.get(token, "0"))
            return 200, {**pages[number], **({token: str(number + 1)} if number + 1 < len(pages) else {})}

        self.answer = answer


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
            operation = self.headers.get("X-Amz-Target", "").rpartition(".")[2] or _PATHS.get(self.path, "")
            status, answer = serving.reply(
                operation or "GetCallerIdentity", json.loads(body) if operation else {}
            )
            if answer is None:
                self.close_connection = True
                return
            data = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/x-amz-json-1.1")
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


def question(source: str, url: str = "", at: int = AT, **keys: Any) -> Question:
    """A query as a user writes it, over a connection whose endpoint is ``url``."""
    query = sources.find(source).Query(source=source, **keys)
    assert list(sources.find(source).check(query, None)) == []
    details = (("endpoint", url), ("region", "us-east-1"))
    return Question(query, at, None, ConnectionDeclaration("aws", details))


def problems(source: str, **keys: Any) -> list[tuple[str, str, str]]:
    """What is wrong with a query whose keys are right one by one."""
    return list(sources.find(source).check(sources.find(source).Query(source=source, **keys), None))


@cache
def _connection(source: str, declaration: ConnectionDeclaration) -> Connection:
    """A connection that many tests share: making one takes longer than most of them."""
    return sources.find(source).connect(declaration, time.monotonic() + 3600)


def exchanges(asked: Sequence[Question]) -> list[Exchange]:
    """The exchanges of a live run, everything in them read back from JSON."""
    source, made = sources.find(asked[0].query.source), []
    for request in source.requests(asked):
        json.dumps(request.parameters)
        try:
            connection = _connection(request.source, request.connection)
            response = json.loads(json.dumps(source.send(request, connection), allow_nan=False))
            made.append(Exchange(request, response, None, connection.connected))
        except SourceFailure as failed:
            made.append(Exchange(request, None, failed.failure))
    assert source.follow_ups(asked, made) == []
    return made


def readings(*asked: Question) -> list[Series | Absence]:
    """What each question comes to, asked live."""
    return sources.find(asked[0].query.source).read(asked, exchanges(asked))


def series(asked: Question) -> Series:
    """The series that one question comes to."""
    (reading,) = readings(asked)
    assert isinstance(reading, Series), reading
    return reading


def absence(asked: Question, kind: str) -> Absence:
    """Why one question came to nothing; it has to be of that kind, with a reason and a remedy."""
    (reading,) = readings(asked)
    assert isinstance(reading, Absence), reading
    assert reading.kind == kind, reading
    assert reading.reason
    assert reading.remedy
    return reading


def examples(page: str) -> list[str]:
    """The YAML examples of a page of the manual that are criteria, each as a document of its own."""
    text = (Path(__file__).parents[2] / "docs/sources" / page).read_text(encoding="utf-8")
    blocks = [block.partition("```")[0] for block in text.split("```yaml\n")[1:]]
    head = "apiVersion: checker/v1\nkind: SuccessCriteria\nmetadata: {name: manual}\nspec:\n  criteria:\n"
    return [head + indent(block, "    ") for block in blocks if block.startswith("- name:")]
