"""The model of a LoadTest query, and what is known of the answer before the file is read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from checker.sources import Problem, query, result_file
from checker.sources.query import Given
from checker.units import COUNT, Unit, parse_unit

RATIO = parse_unit("ratio")
PER_SECOND = parse_unit("/s")


class LoadTestQuery(query.Query):
    """A value of a load test's result file."""

    source: Literal["LoadTest"] = Field(description="Reads the result file of a load test.")
    file: str = Field(
        min_length=1, description="The result file, below the working directory, such as load.json."
    )
    measure: str = Field(
        pattern=r"^(p[1-9][0-9]?(\.[0-9]{1,3})?|min|max|mean|errorRate|successRate|errors|requests|throughput)$",
        description="p50, p95, p99.9: a percentile of the durations; min, max, mean: of the durations; "
        "errorRate, successRate: the share of requests that failed or succeeded; "
        "errors, requests: their number; throughput: requests per second.",
    )
    name: Given[str] = Field(
        default=None,
        min_length=1,
        description="One endpoint of the file: a name in checker's format, a name or 'GET /path' in "
        "Locust's, a tag such as name:login or scenario:checkout in k6's. By default all requests count.",
    )


def files_of(asked: LoadTestQuery) -> tuple[str, ...]:
    """The files that a query reads."""
    return (asked.file,)


def unit(asked: LoadTestQuery) -> Unit:
    """The unit of the answer. Durations are in ms here; the file may have them in s."""
    match asked.measure:
        case "errorRate" | "successRate":
            return RATIO
        case "errors" | "requests":
            return COUNT
        case "throughput":
            return PER_SECOND
        case _:
            return parse_unit("ms")


def lower_is_better(asked: LoadTestQuery) -> bool | None:
    """Lower is better for errors and durations, higher for successes; for other measures it is not known."""
    if asked.measure in ("errorRate", "max", "mean") or percentile(asked):
        return True
    return False if asked.measure == "successRate" else None


def check(asked: LoadTestQuery, window: int | None) -> Iterator[Problem]:
    """File names that cannot be below the working directory."""
    yield from result_file.outside("file", files_of(asked))


def percentile(asked: LoadTestQuery) -> bool:
    """Whether the answer is a percentile, which can have a confidence bound."""
    return asked.measure.startswith("p")
