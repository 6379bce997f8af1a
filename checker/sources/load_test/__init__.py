"""``source: LoadTest``: the result file of a load test: checker's own format, k6's summary, or Locust's ``--json``.

A percentile is the nearest rank of the distribution: the smallest duration that at least that share of the requests
did not exceed. k6's file has no distribution, only the percentiles that k6 computed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from checker.model import ConnectionDeclaration, Exchange, Question, Request
from checker.sources import result_file
from checker.sources.load_test.endpoint import ResultRefused
from checker.sources.load_test.query import LoadTestQuery as Query
from checker.sources.load_test.query import check, files_of, lower_is_better, percentile, unit
from checker.sources.load_test.read import read
from checker.sources.load_test.result import read_result

ConnectionDetails = result_file.FileConnectionDetails
WINDOWED = False
ACTIONS: Mapping[str, tuple[str, ...]] = {}

__all__ = [
    "ACTIONS", "WINDOWED", "ConnectionDetails", "Query", "check", "connect", "describe", "files", "follow_ups",
    "lower_is_better", "percentile", "priced", "read", "requests", "resources", "send", "unit",
]  # fmt: skip


def files(question: Question) -> list[str]:
    asked: Any = question.query
    return result_file.places(question, files_of(asked))


def requests(questions: Sequence[Question]) -> list[Request]:
    return result_file.requests_for(questions, files_of)


def follow_ups(questions: Sequence[Question], exchanges: Sequence[Exchange]) -> list[Request]:
    return []


def connect(declaration: ConnectionDeclaration, deadline: float) -> result_file.Directory:
    return result_file.connect(declaration, deadline)


def send(request: Request, connection: result_file.Directory) -> Mapping[str, Any]:
    name, data = result_file.read_request(request, connection)
    try:
        return result_file.recorded(data, read_result(data))
    except ResultRefused as refused:
        raise result_file.malformed(f"{name}: {refused.message}", refused.remedy) from refused


def describe(question: Question) -> str:
    asked: Any = question.query
    return f"{asked.measure} of {asked.name or 'all requests'} in {asked.file}"


def resources(request: Request) -> tuple[str, ...]:
    """Nothing: a file needs no permission of AWS."""
    return ()


def priced(request: Request) -> tuple[tuple[str, int | None], ...]:
    """Nothing: reading a file is free."""
    return ()
