"""The result of a load test, read from its file: checker's own format, k6's summary, or Locust's ``--json``.

A percentile is the nearest rank of the distribution: the smallest duration that at least that share of the
requests did not exceed. k6 keeps no distribution, so its file answers only the percentiles it computed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any, Literal

from pydantic import Field

from checker.model import (
    Absence,
    ConnectionDeclaration,
    Exchange,
    Point,
    Question,
    Request,
    Series,
    Share,
    share_line,
)
from checker.sources import Problem, query, result_file
from checker.sources.load_test.endpoint import ResultRefused
from checker.sources.load_test.result import read_result
from checker.sources.load_test.samples import Samples, samples_of
from checker.sources.query import Given
from checker.sources.result_file import quantity
from checker.units import COUNT, Unit, UnitError, convert, parse_unit


class Query(query.Query):
    """A value of a load test's result file."""

    source: Literal["LoadTest"] = Field(description="Reads the result file of a load test.")
    file: str = Field(
        min_length=1, description="The result file, below the working directory, such as load.json."
    )
    measure: str = Field(
        pattern=r"^(p[1-9][0-9]?(\.[0-9]{1,3})?|min|max|mean|errorRate|successRate|errors|requests|throughput)$",
        description="p50, p95, p99.9: a percentile of the durations; min, max, mean: of the durations; "
        "errorRate, successRate: the share of the requests that failed or did not; "
        "errors, requests: how many; throughput: requests a second.",
    )
    name: Given[str] = Field(
        default=None,
        min_length=1,
        description="One endpoint of the file: a name in checker's format, a name or 'GET /path' in "
        "Locust's, a tag such as name:login or scenario:checkout in k6's. Without it, all requests count.",
    )


ConnectionDetails = result_file.FileConnectionDetails
WINDOWED = False
ACTIONS: Mapping[str, tuple[str, ...]] = {}

RATIO = parse_unit("ratio")
LONGER = "let the load test run longer, or send more requests"
DATED = "use a format that says when the test ran, with an offset: k6's summary does not"
PER_SECOND = parse_unit("/s")


def _files(asked: Query) -> tuple[str, ...]:
    return (asked.file,)


def unit(asked: Query) -> Unit:
    """Of durations, a time: ms, though a file may have them in s."""
    match asked.measure:
        case "errorRate" | "successRate":
            return RATIO
        case "errors" | "requests":
            return COUNT
        case "throughput":
            return PER_SECOND
        case _:
            return parse_unit("ms")


def lower_is_better(asked: Query) -> bool | None:
    """Errors and durations are better the lower they are, and successes the higher; of the others nobody knows."""
    if asked.measure in ("errorRate", "max", "mean") or percentile(asked):
        return True
    return False if asked.measure == "successRate" else None


def check(asked: Query, window: int | None) -> Iterator[Problem]:
    """A file name that cannot be below the working directory."""
    yield from result_file.outside("file", _files(asked))


def percentile(asked: Query) -> bool:
    """Whether the answer is a percentile, which can be given a confidence bound."""
    return asked.measure.startswith("p")


def files(question: Question) -> list[str]:
    asked: Any = question.query
    return result_file.places(question, _files(asked))


def requests(questions: Sequence[Question]) -> list[Request]:
    return result_file.requests_for(questions, _files)


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


def read(questions: Sequence[Question], exchanges: Sequence[Exchange]) -> list[Series | Absence]:
    return result_file.read_each(questions, exchanges, _files, _read)


def describe(question: Question) -> str:
    asked: Any = question.query
    return f"{asked.measure} of {asked.name or 'all requests'} in {asked.file}"


def resources(request: Request) -> tuple[str, ...]:
    """Nothing: a file needs no permission of AWS."""
    return ()


def priced(request: Request) -> tuple[tuple[str, int | None], ...]:
    """Nothing: reading a file is free."""
    return ()


def _read(question: Question, answers: Sequence[Mapping[str, Any]]) -> Series | Absence:
    asked: Any = question.query
    (answer,) = answers
    samples = samples_of(asked.file, asked.name, answer)
    if isinstance(samples, Absence):
        return samples
    started, ended = (
        None if answer.get(key) is None else quantity(answer[key], key) for key in ("startedAt", "endedAt")
    )
    seconds = None if started is None or ended is None else ended - started
    match asked.measure:
        case "errorRate" | "successRate" | "errors":
            found = _errors(asked, samples)
        case "requests":
            found = _series(Fraction(samples.requests or 0), COUNT, samples.requests, counts_events=True)
        case "throughput":
            found = _throughput(asked, samples, seconds)
        case _:
            found = _duration(question, samples)
    if isinstance(found, Absence):
        return found
    newest = None if ended is None else int(ended)
    (point,) = found.points
    return replace(
        found,
        points=(point._replace(time=question.at if newest is None else newest),),
        newest=newest,
        notes=found.notes
        if newest is not None
        else (*found.notes, f"{asked.file} does not say when the test ran"),
    )


def _series(value: Fraction, unit: Unit, samples: int | None, **more: Any) -> Series:
    return Series(
        (Point(0, value, samples),),
        "single",
        unit,
        samples=samples,
        to_have_more=LONGER,
        to_be_dated=DATED,
        **more,
    )


def _errors(asked: Query, samples: Samples) -> Series | Absence:
    if samples.errors is None or not samples.judged:
        return Absence(
            "no-data",
            f"{asked.file} does not say how many requests failed",
            f"give the k6 script a threshold on http_req_failed{{{asked.name}}}"
            if asked.name
            else "let the load test judge its responses: k6 does unless its response callback is null",
        )
    untold = (samples.requests or 0) - samples.judged
    notes = (f"{untold} requests were not judged and are left out",) if untold else ()
    if asked.measure == "errors":
        return _series(Fraction(samples.errors), COUNT, samples.judged, counts_events=True, notes=notes)
    rate = Fraction(samples.errors, samples.judged)
    return _series(rate if asked.measure == "errorRate" else 1 - rate, RATIO, samples.judged, notes=notes)


def _throughput(asked: Query, samples: Samples, seconds: Fraction | None) -> Series | Absence:
    if samples.rate is not None:
        return _series(samples.rate, PER_SECOND, samples.requests)
    if not seconds or seconds < 0:
        return Absence(
            "no-data",
            f"{asked.file} does not say how long the test ran{' with ' + asked.name if asked.name else ''}",
            "let it state when the test began and ended",
        )
    return _series((samples.requests or 0) / seconds, PER_SECOND, samples.requests)


def _duration(question: Question, samples: Samples) -> Series | Absence:
    asked: Any = question.query
    if not samples.timed or samples.errors == samples.requests:
        # A refused connection takes no time: k6 and Locust count it among the durations all the same.
        reason = f"{asked.file} has no durations of requests that succeeded: every request failed"
        return Absence("no-data", reason, "mend the errors first")
    quantile = Fraction(asked.measure[1:]) / 100 if asked.measure[0] == "p" else None
    value = samples.statistic(asked.measure) if quantile is None else samples.percentile(quantile)
    if value is None:
        percentile = "" if quantile is None else f",p({asked.measure[1:]})"
        return Absence(
            "no-data",
            f"k6 did not compute {asked.measure}, so {asked.file} does not hold it",
            f'run k6 with --summary-trend-stats="avg,min,med,max{percentile}"',
        )
    if samples.form == "k6" and value == 0 and asked.measure != "min":
        reason = f"{asked.file} states a {asked.measure} of 0 for {samples.requests} requests: none was timed"
        return Absence("no-data", reason, "see in the summary why they failed before anything was sent")
    return _series(
        value,
        samples.unit,
        samples.timed,
        quantile=quantile,
        shares=() if quantile is None else _shares(question, samples),
        notes=_notes(samples, quantile),
    )


def _shares(question: Question, samples: Samples) -> tuple[Share, ...]:
    if samples.durations is None:
        return ()
    shares = []
    for threshold in question.thresholds:
        try:
            limit = convert(threshold.value, threshold.unit, samples.unit)
        except UnitError:
            continue  # the judge says that the target is no time
        at = share_line(threshold)
        below = sum(times for value, times in samples.durations if value < limit or (at and value == limit))
        shares.append(Share(limit, at, below, samples.timed or 0))
    return tuple(shares)


def _notes(samples: Samples, quantile: Fraction | None) -> tuple[str, ...]:
    notes = []
    if samples.form == "checker" and samples.errors:
        notes.append(f"{samples.errors} failed requests have no duration and are left out")
    if samples.form != "checker" and samples.errors:
        notes.append(f"the durations of {samples.errors} failed requests are among them")
    if samples.form == "k6" and quantile is not None:
        notes.append("k6 interpolates percentiles between samples")
    if samples.form == "locust" and quantile is not None:
        notes.append(
            "Locust rounds durations (two digits from 100 ms on); each counts as the longest it may have been"
        )
    return tuple(notes)
