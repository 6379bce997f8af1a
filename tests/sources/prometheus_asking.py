"""Asking the Prometheus source, and an endpoint that answers what a test wants it to answer."""

from __future__ import annotations

import json
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from checker import sources
from checker.model import Absence, ConnectionDeclaration, Exchange, Question, Request, Series
from checker.sources import SourceFailure

AT = 1_769_860_800
"""The moment of judgement: 2026-01-31T12:00:00Z."""
TIME = "2026-01-31T12:00:00Z"
SOURCE = sources.find("Prometheus")


def question(url: str = "http://127.0.0.1:9", window: int = 3600, at: int = AT, **keys: Any) -> Question:
    """A query as a user writes it, over a connection to ``url``."""
    query = SOURCE.Query(source="Prometheus", **keys)
    assert list(SOURCE.check(query, window)) == []
    return Question(query, at, window, ConnectionDeclaration("here", (("url", url),)))


def problems(window: int | None = 3600, **keys: Any) -> list[str]:
    """What is wrong with a query that its model accepts: key, fact and remedy in a line each."""
    query = SOURCE.Query(source="Prometheus", **keys)
    return [f"{key}: {message} | {remedy}" for key, message, remedy in SOURCE.check(query, window)]


def exchange(request: Request, seconds: float = 30) -> Exchange:
    """One request, sent; what comes back is read back from JSON, as a replay would."""
    connection = SOURCE.connect(request.connection, time.monotonic() + seconds)
    try:
        response = json.loads(json.dumps(SOURCE.send(request, connection), allow_nan=False))
        return Exchange(request, response, None, connection.connected)
    except SourceFailure as failed:
        return Exchange(request, None, failed.failure, connection.connected)


def reading(asked: Question) -> Series | Absence:
    """What a live run reads for one question."""
    exchanges = [exchange(request) for request in SOURCE.requests([asked])]
    assert SOURCE.follow_ups([asked], exchanges) == []
    (read,) = SOURCE.read([asked], exchanges)
    return read


def measured(asked: Question) -> Series:
    """The series of one question; it has to be one."""
    read = reading(asked)
    assert isinstance(read, Series), read
    return read


def absent(asked: Question, kind: str = "failed") -> Absence:
    """Why there is nothing for one question; it has to say so, and what to do."""
    read = reading(asked)
    assert isinstance(read, Absence), read
    assert read.kind == kind, read
    assert read.reason
    assert read.remedy
    return read


def replies(asked: Question, *responses: Mapping[str, Any]) -> Series | Absence:
    """What is read where the requests of a question were answered by ``responses``, the probe's last."""
    requests = SOURCE.requests([asked])
    assert len(requests) == len(responses)
    exchanges = [Exchange(request, each) for request, each in zip(requests, responses, strict=True)]
    (read,) = SOURCE.read([asked], exchanges)
    return read


def success(kind: str, result: Any, **more: Any) -> dict[str, Any]:
    """An answer of the HTTP API."""
    return {"status": "success", "data": {"resultType": kind, "result": result}, **more}


def vector(*values: object, at: int = AT) -> dict[str, Any]:
    """An instant answer: a series a value."""
    result = [{"metric": {"n": str(n)}, "value": [at, str(value)]} for n, value in enumerate(values)]
    return success("vector", result)


def matrix(*series: Sequence[tuple[object, object]]) -> dict[str, Any]:
    """A range answer: points as they are given."""
    result = [
        {"metric": {"n": str(n)}, "values": [list(point) for point in points]}
        for n, points in enumerate(series)
    ]
    return success("matrix", result)


def recorded(answer: Mapping[str, Any]) -> dict[str, Any]:
    """An answer as the source records it."""
    return {"data": answer["data"], "warnings": answer.get("warnings", []), "infos": answer.get("infos", [])}


class Call:
    """One request that the endpoint got."""

    def __init__(self, method: str, path: str, fields: Mapping[str, str], headers: Mapping[str, str]) -> None:
        self.method, self.path, self.fields, self.headers = method, path, fields, headers

    def ok(self, value: object = 1) -> dict[str, Any]:
        """A sound answer: one series, the same value throughout."""
        if self.path.endswith("/query"):
            return vector(value, at=int(self.fields["time"]))
        start, end, step = (int(self.fields[key]) for key in ("start", "end", "step"))
        return matrix([(moment, str(value)) for moment in range(start, end + 1, step)])


class Reply:
    """What the endpoint answers: JSON, or bytes as they are; ``length`` is what it says their number is."""

    def __init__(self, body: Any = b"", status: int = 200, length: int | None = None, **headers: str) -> None:
        self.body = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.status, self.length = status, len(self.body) if length is None else length
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


class Endpoint:
    """Something that listens where Prometheus should; ``answer(call)`` says what it answers, None hangs up."""

    def __init__(self) -> None:
        self.answer: Callable[[Call], Reply | None] = lambda call: Reply(call.ok())
        self.calls: list[Call] = []
        self.connections = 0
        self.url = ""
        self.closing = threading.Event()

    def in_turn(self, *answers: Reply | None) -> None:
        """Answers one after the other; then, soundly."""
        left = list(answers)
        self.answer = lambda call: left.pop(0) if left else Reply(call.ok())


@contextmanager
def endpoint(context: ssl.SSLContext | None = None) -> Iterator[Endpoint]:
    """An Endpoint that listens on this machine."""
    serving = Endpoint()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 2  # so that no thread lives as long as a client that keeps its connection
        wbufsize = -1
        disable_nagle_algorithm = True

        def setup(self) -> None:
            serving.connections += 1
            super().setup()

        def do_GET(self) -> None:
            self.respond({})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode("ascii")
            assert self.headers["Content-Type"] == "application/x-www-form-urlencoded"
            self.respond(dict(parse_qsl(body, strict_parsing=True)))

        def respond(self, form: Mapping[str, str]) -> None:
            split = urlsplit(self.path)
            call = Call(
                self.command, split.path, {**dict(parse_qsl(split.query)), **form}, dict(self.headers)
            )
            serving.calls.append(call)
            reply = serving.answer(call)
            if reply is None or serving.closing.is_set():
                self.close_connection = True
                return
            self.send_response(reply.status)
            for name, value in {"Content-Type": "application/json", **reply.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(reply.length))
            self.end_headers()
            self.wfile.write(reply.body)
            self.close_connection = self.close_connection or reply.length != len(reply.body)

        def log_message(self, *ignored: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 64

        def handle_error(self, *ignored: object) -> None:
            """A client that hangs up, as on a certificate that it does not trust, is nothing to print."""

    server = Server(("127.0.0.1", 0), Handler)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    serving.url = f"{'http' if context is None else 'https'}://127.0.0.1:{server.server_address[1]}"
    try:
        yield serving
    finally:
        serving.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()
