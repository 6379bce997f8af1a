"""Many queries in one request: where hundreds are asked about the same moment, the way there costs more than they do.

The queries of a bundle are joined by ``or``, each under a label of its own, so that the answer holds what each of
them would have answered by itself. It is taken apart again before anything is read from it. A bundle with any
remark or failure says nothing about which query it is about: then each is asked by itself.

Only what stands alone is bundled: a query whose brackets close what others opened could answer for its neighbours.
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
"""Calls; fewer are asked one by one, all at once or nearly so."""
PARTS = 8
"""Bundles that there are at least, to be asked and worked on at the same time."""
LARGEST = {"query": 32, "query_range": 8}
"""Queries of a bundle. Prometheus joins them anew at every step of a range: many then cost it more than they save."""
LONGEST = 12_000
"""Characters of all queries of a bundle; VictoriaMetrics refuses more than 16 KiB."""
LABEL = "checker_query"

Asked = tuple[ConnectionDeclaration, Call]
"""A call, and over which connection."""

OF_THE_CONNECTION = ("unreachable", "credentials", "denied", "throttled")
"""Failures that would meet each query in the same way."""


def requests(questions: Sequence[Question]) -> list[Request]:
    """Every call once: those about the same moments together, where there are many."""
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
    """Of one query as its own call has them, or of several."""
    return {"query": queries[0], **times} if len(queries) == 1 else {"queries": list(queries), **times}


def again(questions: Sequence[Question], exchanges: Iterable[Exchange]) -> list[Request]:
    """What of the bundles has to be asked by itself after all."""
    unclear = [exchange for exchange in exchanges if is_bundle(exchange.request) and apart(exchange) is None]
    return [single for exchange in unclear for single in _singles(exchange.request)]


def _singles(bundle: Request) -> list[Request]:
    """The requests that a bundle stands for."""
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
    """One query that answers all of them."""
    return " or ".join(
        f'label_replace(({query}),"{LABEL}","{number}","","")' for number, query in enumerate(queries)
    )


def apart(exchange: Exchange) -> list[Exchange] | None:
    """An exchange for each query of a bundle, as if it had been asked by itself; None where that cannot be told."""
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
    """The series of each query, without the label. Raises ValueError and others where it is no sound answer."""
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
    """Whether what is around a query cannot take part in it: its texts end, its brackets match, and no comment
    hides what follows."""
    outside = unquoted(query)
    return outside is not None and "#" not in outside and bool(outside.strip()) and not unbalanced(query)
