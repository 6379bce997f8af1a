"""Asking a source that reads a result file, the whole way: requests, connect, send, evidence as JSON, read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from checker import sources
from checker.model import Absence, ConnectionDeclaration, Exchange, Question, Series
from checker.sources import SourceFailure
from checker.units import parse_threshold

AT = 1_800_000_000
"""The moment of judgement: 2027-01-15T08:00:00Z."""


def question(source: str, targets: Sequence[str] = (), directory: str = "", **keys: Any) -> Question:
    details = (("directory", directory),) if directory else ()
    query = sources.find(source).Query(source=source, **keys)
    thresholds = tuple(parse_threshold(target) for target in targets)
    return Question(
        query, AT, None, ConnectionDeclaration("files" if directory else "", details), thresholds=thresholds
    )


def exchanges(source: str, asked: Sequence[Question]) -> list[Exchange]:
    """The exchanges of a live run in the working directory, their responses read back from JSON."""
    module = sources.find(source)
    made = []
    for request in module.requests(asked):
        connection = module.connect(request.connection, 0.0)
        try:
            response = json.loads(json.dumps(module.send(request, connection), allow_nan=False))
            made.append(Exchange(request, response, None, connection.connected))
        except SourceFailure as failed:
            made.append(Exchange(request, None, failed.failure, connection.connected))
    assert module.follow_ups(asked, made) == []
    return made


def ask(source: str, targets: Sequence[str] = (), **keys: Any) -> Series | Absence:
    """The reading of one query in the working directory."""
    asked = [question(source, targets, **keys)]
    (reading,) = sources.find(source).read(asked, exchanges(source, asked))
    return reading


def series(source: str, targets: Sequence[str] = (), **keys: Any) -> Series:
    """The reading of one query, which must be a series of one point that agrees with itself."""
    reading = ask(source, targets, **keys)
    assert isinstance(reading, Series), reading
    (point,) = reading.points
    assert (reading.combine, reading.window, point.samples) == ("single", None, reading.samples)
    assert point.time == (AT if reading.newest is None else reading.newest)
    return reading


def absence(source: str, **keys: Any) -> Absence:
    """The reading of one query, which must be an absence with a reason and a remedy."""
    reading = ask(source, **keys)
    assert isinstance(reading, Absence), reading
    assert reading.reason
    assert reading.remedy
    return reading


def reread(source: str, changed: dict[str, Any], file: Path, **keys: Any) -> Series | Absence:
    """The reading after someone edited the evidence: ``changed`` over what was recorded."""
    asked = [question(source, file=str(file), **keys)]
    (made,) = exchanges(source, asked)
    edited = made._replace(response={**(made.response or {}), **changed})
    (reading,) = sources.find(source).read(asked, [edited])
    return reading
