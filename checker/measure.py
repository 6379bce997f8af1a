"""Asks the sources in parallel, under one deadline; every failure is a value.

A live run sends the requests and keeps the exchanges; a replay starts from recorded exchanges. Everything after
that is the same for both.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby

from checker import sources
from checker.evidence import facts_of, in_order
from checker.model import (
    Absence,
    ConnectionDeclaration,
    Evidence,
    Exchange,
    Failure,
    Question,
    Request,
    Series,
)
from checker.sources import Connection, Source, SourceFailure
from checker.sources.recorded import TWO_ANSWERS

WORKERS = 8
"""Requests that are in flight at once on one connection."""
MOST_WORKERS = 128

Progress = Callable[[int, int], None]
"""Called with the number of requests that are done, and the number of all requests."""


def measure(questions: Sequence[Question], at: int, timeout: float, progress: Progress) -> Evidence:
    """Asks all ``questions`` live and returns the exchanges, including any follow-up requests. ``at`` is the moment to
    judge, in epoch seconds; ``timeout`` is in seconds. A failing source is recorded as a Failure and never raises."""
    deadline = time.monotonic() + timeout
    exchanges: list[Exchange] = []
    connections: Connections = {}
    exchanges += _exchange_all(requests_of(questions), connections, deadline, progress)
    by_source = _by_source(questions)
    more = [
        request
        for source, asked in by_source
        for request in source.follow_ups(asked, _of(asked[0].query.source, exchanges))
    ]
    exchanges += _exchange_all(more, connections, deadline, progress)
    return in_order(at, exchanges)


def _of(source: str, exchanges: Iterable[Exchange]) -> list[Exchange]:
    """The exchanges with one source. The responses of other sources have another shape."""
    return [exchange for exchange in exchanges if exchange.request.source == source]


def requests_of(questions: Sequence[Question]) -> list[Request]:
    """The requests that are sent for ``questions`` before any answer is known (a source may follow them up)."""
    return [request for source, asked in _by_source(questions) for request in source.requests(asked)]


def read(questions: Sequence[Question], evidence: Evidence) -> dict[Question, Series | Absence]:
    """What the evidence says to each question: a series, or why there is none."""
    readings: dict[Question, Series | Absence] = {}
    for source, asked in _by_source(questions):
        exchanges = tuple(_agreeing(_of_one_place(evidence.of(asked[0].query.source))))
        found = source.read(asked, exchanges)
        readings.update(zip(asked, found if source.WINDOWED else map(_no_silence, found), strict=True))
    return readings


def _no_silence(found: Series | Absence) -> Series | Absence:
    """Marks an absence from a source without a window: it never means that nothing happened."""
    return found._replace(silence=False) if isinstance(found, Absence) else found


def _agreeing(exchanges: Iterable[Exchange]) -> Iterator[Exchange]:
    """One exchange for each request, in order; a failure if a recording holds different answers to it."""
    for _, same in groupby(exchanges, key=lambda exchange: exchange.request):
        first, *more = same
        if all((each.response, each.failure) == (first.response, first.failure) for each in more):
            yield first
        else:
            yield first._replace(response=None, failure=TWO_ANSWERS)


def _of_one_place(exchanges: Iterable[Exchange]) -> Iterator[Exchange]:
    """The exchanges with one source; failures, where one connection reached several accounts or regions. Such a
    recording was put together from several, and its answers do not belong together."""
    by_connection: dict[ConnectionDeclaration, list[Exchange]] = {}
    for exchange in exchanges:
        by_connection.setdefault(exchange.request.connection, []).append(exchange)
    for together in by_connection.values():
        failure = _torn(together)
        for each in together:
            yield each if failure is None else each._replace(response=None, failure=failure)


def _torn(exchanges: Sequence[Exchange]) -> Failure | None:
    facts = facts_of(exchanges)
    for fact in ("account", "region"):
        values = facts.get(fact, [])
        if len(values) > 1:
            message = f"the evidence holds answers of several {fact}s to one connection: {', '.join(values)}"
            return TWO_ANSWERS._replace(message=message)
    return None


def _by_source(questions: Iterable[Question]) -> list[tuple[Source, list[Question]]]:
    ordered = sorted(questions, key=lambda question: question.query.source)
    grouped = groupby(ordered, key=lambda question: question.query.source)
    return [(sources.find(name), list(asked)) for name, asked in grouped]


def _exchange_all(
    requests: Sequence[Request], connections: Connections, deadline: float, progress: Progress
) -> list[Exchange]:
    """One exchange for each request, in order. A request without an answer at the deadline has failed.

    Connections are added to ``connections`` as they are needed. While the next one is built, the requests of the
    earlier ones are already being sent.
    """
    answers: queue.SimpleQueue[tuple[Request, Exchange]] = queue.SimpleQueue()

    def work(waiting: queue.SimpleQueue[Request], connection: Connection | Failure) -> None:
        while True:
            try:
                request = waiting.get_nowait()
            except queue.Empty:
                return
            answers.put((request, _exchange(request, connection, deadline)))

    grouped = _by_connection(requests)
    for asked in grouped:
        connection = _connect(asked[0], connections, deadline)
        waiting: queue.SimpleQueue[Request] = queue.SimpleQueue()
        for request in asked:
            waiting.put(request)
        # Each connection has workers of its own: one that hangs keeps no other waiting. They are daemons, so that
        # an answer that never comes cannot keep the process from ending.
        for _ in range(max(1, min(WORKERS, len(asked), MOST_WORKERS // len(grouped)))):
            threading.Thread(target=work, args=(waiting, connection), daemon=True).start()
    done: dict[int, Exchange] = {}
    while len(done) < len(requests):
        progress(len(done), len(requests))
        try:
            request, exchange = answers.get(timeout=max(0.0, deadline - time.monotonic()))
        except queue.Empty:
            break
        done[id(request)] = exchange
    return [done.get(id(request)) or _late(request, connections) for request in requests]


Connections = dict[tuple[str, ConnectionDeclaration], Connection | Failure]


def _by_connection(requests: Iterable[Request]) -> list[list[Request]]:
    """The requests grouped by connection. Groups whose cost cannot be known beforehand (paged queries, scans) come
    first, because they are likely to take longest."""
    grouped: dict[tuple[str, ConnectionDeclaration], list[Request]] = {}
    for request in requests:
        grouped.setdefault((request.source, request.connection), []).append(request)

    def known(asked: list[Request]) -> bool:
        priced = sources.find(asked[0].source).priced
        return all(amount is not None for request in asked for _, amount in priced(request))

    return sorted(grouped.values(), key=known)


def _connect(request: Request, connections: Connections, deadline: float) -> Connection | Failure:
    """The connection that a request needs, built in the main thread because sessions are not thread-safe."""
    key = (request.source, request.connection)
    if key not in connections:
        try:
            connections[key] = sources.find(request.source).connect(request.connection, deadline)
        except SourceFailure as failed:
            connections[key] = failed.failure
    return connections[key]


def _exchange(request: Request, connection: Connection | Failure, deadline: float) -> Exchange:
    if isinstance(connection, Failure):
        return Exchange(request, None, connection)
    if time.monotonic() >= deadline:
        return Exchange(request, None, _TOO_LATE, connection.connected)
    try:
        response = sources.find(request.source).send(request, connection)
    except SourceFailure as failed:
        return Exchange(request, None, failed.failure, connection.connected)
    except Exception as error:
        message = f"{request.source} {request.operation}: {type(error).__name__} in checker itself"
        return Exchange(
            request, None, Failure("internal", message, "this is a defect of checker; please report it")
        )
    return Exchange(request, response, None, connection.connected)


_TOO_LATE = Failure("timeout", "there was no answer before the deadline", "raise --timeout, or query less")


def _late(request: Request, connections: Connections) -> Exchange:
    connection = connections[request.source, request.connection]
    connected = () if isinstance(connection, Failure) else connection.connected
    return Exchange(request, None, _TOO_LATE, connected)
