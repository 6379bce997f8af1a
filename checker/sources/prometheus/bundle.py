"""Bundles many queries into one request: with hundreds of queries about the same moment, round trips cost more than
the queries.

The queries of a bundle are joined by ``or``, each with a label of its own, so that the answer holds what each query
would return by itself. It is taken apart again before anything is read from it. If a bundle fails, or its answer
has a warning, it is unknown which query that concerns: then each query is asked by itself.

Only self-contained queries are bundled: a query with unbalanced brackets could change the answers of its neighbours.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from checker.model import ConnectionDeclaration, Exchange, Question, Request
from checker.sources.prometheus.ask import Call, plan
from checker.sources.prometheus.promql import unbalanced, unquoted

SOURCE = "Prometheus"
FEWEST = 32
"""With fewer calls than this, each is sent by itself; nearly all run at once."""
PARTS = 8
"""The least number of bundles, so that they can be sent and evaluated in parallel."""
LARGEST = {"query": 32, "query_range": 8}
"""Queries in a bundle. Prometheus joins them again at every step of a range, so larger bundles would cost it more
than they save."""
LONGEST = 12_000
"""Characters of all queries in a bundle; VictoriaMetrics refuses more than 16 KiB."""
LABEL = "checker_query"

Asked = tuple[ConnectionDeclaration, Call]
"""A call, and its connection."""

OF_THE_CONNECTION = ("unreachable", "credentials", "denied", "throttled")
"""Kinds of failures that concern every query of a bundle in the same way."""


def requests(questions: Sequence[Question]) -> list[Request]:
    """Every call once; if there are many, those with the same times are bundled."""
    wanted: dict[Asked, bool] = {}
    for question in questions:
        planned = plan(question)
        for call in planned.calls:
            wanted[question.connection, call] = call.operation == "query"
        if planned.probe is not None:
            wanted[question.connection, planned.probe] = not planned.period
    if len(wanted) < FEWEST:
        return [Request(SOURCE, declaration, call.operation, call.parameters) for declaration, call in wanted]
    alike: dict[tuple[ConnectionDeclaration, str, tuple[tuple[str, int], ...], str], list[str]] = {}
    for (declaration, call), small in wanted.items():
        times = call.parameters
        query = times.pop("query")
        alone = "" if small and _stands_alone(query) else query
        kind = (declaration, call.operation, tuple(times.items()), alone)
        alike.setdefault(kind, []).append(query)
    most = -(-len(wanted) // PARTS)
    return [
        Request(SOURCE, declaration, operation, _parameters(few, dict(times)))
        for (declaration, operation, times, _), queries in alike.items()
        for few in _portions(queries, min(most, LARGEST[operation]))
    ]


def _parameters(queries: Sequence[str], times: Mapping[str, int]) -> dict[str, Any]:
    """The parameters for one query, as in its own call, or for several."""
    return {"query": queries[0], **times} if len(queries) == 1 else {"queries": list(queries), **times}


def again(questions: Sequence[Question], exchanges: Iterable[Exchange]) -> list[Request]:
    """The requests for queries in failed or ambiguous bundles, each by itself."""
    unclear = [exchange for exchange in exchanges if is_bundle(exchange.request) and apart(exchange) is None]
    return [single for exchange in unclear for single in _singles(exchange.request)]


def _singles(bundle: Request) -> list[Request]:
    """The individual requests that a bundle stands for."""
    times = {key: value for key, value in bundle.parameters.items() if key != "queries"}
    return [
        Request(bundle.source, bundle.connection, bundle.operation, {"query": query, **times})
        for query in bundle.parameters["queries"]
    ]


def _portions(queries: Sequence[str], most: int) -> Iterator[list[str]]:
    few: list[str] = []
    length = 0
    for query in queries:
        if few and (len(few) == most or length + len(query) > LONGEST):
            yield few
            few, length = [], 0
        few.append(query)
        length += len(query)
    yield few


def is_bundle(request: Request) -> bool:
    """Whether the request carries several queries."""
    return request.source == SOURCE and "queries" in request.parameters


def joined(queries: Iterable[str]) -> str:
    """One query that returns the answers of all of them."""
    return " or ".join(
        f'label_replace(({query}),"{LABEL}","{number}","","")' for number, query in enumerate(queries)
    )


def apart(exchange: Exchange) -> list[Exchange] | None:
    """An exchange for each query of a bundle, as if it had been sent by itself; None if the answer is ambiguous."""
    singles = _singles(exchange.request)
    if exchange.failure is not None:
        if exchange.failure.kind not in OF_THE_CONNECTION:
            return None
        return [Exchange(single, None, exchange.failure, exchange.connected) for single in singles]
    try:
        parts = _parts(exchange.response or {}, len(singles))
    except (LookupError, TypeError, ValueError, AttributeError):
        return None
    kind = (exchange.response or {})["data"]["resultType"]
    return [
        Exchange(
            single,
            {"data": {"resultType": kind, "result": part}, "warnings": [], "infos": []},
            None,
            exchange.connected,
        )
        for single, part in zip(singles, parts, strict=True)
    ]


def _parts(response: Mapping[str, Any], count: int) -> list[list[Any]]:
    """The series of each query, without the label. Raises ValueError and others if the answer is not valid."""
    if response["warnings"] or response["infos"]:
        raise ValueError("the remarks may be about any of the queries")
    parts: list[list[Any]] = [[] for _ in range(count)]
    for series in response["data"]["result"]:
        labels = dict(series["metric"])
        number = labels.pop(LABEL)
        if not re.fullmatch(r"0|[1-9][0-9]{0,2}", number):
            raise ValueError("this is no number of a query")
        parts[int(number)].append({**series, "metric": labels})
    return parts


def _stands_alone(query: str) -> bool:
    """Whether a query is self-contained: its strings end, its brackets match, and no comment could hide what
    follows it."""
    outside = unquoted(query)
    return outside is not None and "#" not in outside and bool(outside.strip()) and not unbalanced(query)
