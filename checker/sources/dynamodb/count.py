"""Counts the items of one read, in one segment or several in parallel.

The results are counts and digests; the items themselves are never recorded.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from typing import Any

from checker.model import Failure, Request
from checker.sources import SourceFailure
from checker.sources.dynamodb.ask import attributes_of, conditions_of
from checker.sources.dynamodb.items import Unfit, canonical, has, identity, meets
from checker.sources.dynamodb.pages import DynamoDBConnection, Meter, Stopped, pages, place

DIGEST_LENGTH = 16


@dataclass(frozen=True, slots=True)
class Tally:
    """The result of one segment; ``values`` are the distinct (type, bare value) pairs of each attribute."""

    count: int
    scanned: int
    pages: int
    capacity: float
    values: Mapping[str, set[tuple[str, Any]]]


def count_items(request: Request, connection: DynamoDBConnection) -> dict[str, Any]:
    """The counts of one read over all pages of all segments. Raises SourceFailure.

    ``count`` items met the conditions, of ``scanned`` that were read in ``pages`` pages with ``capacity`` units.
    ``distinct`` has for each attribute its ``type``, the number of ``values`` and, if requested, ``digests``.
    """
    segments = request.parameters["segments"]
    meter = Meter(request, connection.deadline)
    parts = [{"Segment": n, "TotalSegments": segments} for n in range(segments)] if segments > 1 else [{}]
    tallies = _together([partial(_segment, request, connection, meter, part) for part in parts], meter)
    return {
        "count": sum(tally.count for tally in tallies),
        "scanned": sum(tally.scanned for tally in tallies),
        "pages": sum(tally.pages for tally in tallies),
        "capacity": sum(tally.capacity for tally in tallies),
        "distinct": {
            attribute: _distinct(request, attribute, [tally.values[attribute] for tally in tallies])
            for attribute in request.parameters["distinct"]
        },
    }


def _together(jobs: Sequence[Callable[[], Tally]], meter: Meter) -> list[Tally]:
    """The results of all jobs, run in parallel. Raises the first failure."""
    done: list[Tally] = []
    failed: list[BaseException] = []

    def run(job: Callable[[], Tally]) -> None:
        try:
            done.append(job())
        except Stopped:
            pass
        except BaseException as error:
            failed.append(error)
            meter.stopped.set()

    # Daemon threads, so that an answer that never comes cannot keep the process from ending.
    threads = [threading.Thread(target=run, args=(job,), daemon=True) for job in jobs[1:]]
    for thread in threads:
        thread.start()
    run(jobs[0])
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    return done


def _segment(
    request: Request, connection: DynamoDBConnection, meter: Meter, part: Mapping[str, int]
) -> Tally:
    read, counted = request.parameters["read"], not attributes_of(request)
    meet = meets(conditions_of(request))
    values: dict[str, set[tuple[str, Any]]] = {name: set() for name in request.parameters["distinct"]}
    count = scanned = number = 0
    capacity = 0.0
    for page in pages(request, connection, part, meter):
        scanned, number, capacity = scanned + page.scanned, number + 1, capacity + page.capacity
        if counted:
            count += page.scanned
        try:
            for item in page.items:
                if has(item, read["whereExists"], read["whereMissing"]) and meet(item):
                    count += 1
                    for attribute, found in values.items():
                        found.add(identity(attribute, item.get(attribute)))
        except Unfit as unfit:
            message = f"{place(request)}: {unfit}, so the item cannot be counted"
            raise SourceFailure(Failure("malformed", message, unfit.remedy)) from None
    return Tally(count, scanned, number, capacity, values)


def _distinct(request: Request, attribute: str, parts: Sequence[set[tuple[str, Any]]]) -> dict[str, Any]:
    """What is recorded of an attribute's distinct values, which must all have one type."""
    values = set[tuple[str, Any]]().union(*parts)
    kinds = sorted({kind for kind, _ in values})
    if len(kinds) > 1:
        message = f"{place(request)}: {attribute} is of several types ({', '.join(kinds)})"
        remedy = "give the attribute one type in all items: 5 and '5' are different values to DynamoDB"
        raise SourceFailure(Failure("malformed", message, remedy))
    digests = sorted({digest(kind, bare) for kind, bare in values})
    found: dict[str, Any] = {"type": kinds[0] if kinds else None, "values": len(digests)}
    if request.parameters["distinct"][attribute] == "digests":
        found["digests"] = digests
    return found


def digest(kind: str, bare: Any) -> str:
    """The first 16 hexadecimal digits of the sha256 of a value with its type; equal numbers have the same digest."""
    data = bare if kind == "B" else (canonical(bare) if kind == "N" else bare).encode()
    return sha256(kind.encode() + b":" + data).hexdigest()[:DIGEST_LENGTH]
