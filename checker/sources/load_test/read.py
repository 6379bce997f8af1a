"""Reads the requested value from the recorded result of a load test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from checker.model import Absence, Exchange, Point, Question, Series, Share, share_line
from checker.sources import result_file
from checker.sources.load_test.query import PER_SECOND, RATIO, LoadTestQuery, files_of
from checker.sources.load_test.samples import Samples, samples_of
from checker.sources.result_file import quantity
from checker.units import COUNT, Unit, UnitError, convert

LONGER = "let the load test run longer, or send more requests"
DATED = "use a format that says when the test ran, with an offset: k6's summary does not"


def read(questions: Sequence[Question], exchanges: Sequence[Exchange]) -> list[Series | Absence]:
    """One reading for each question, from the exchange with its file."""
    return result_file.read_each(questions, exchanges, files_of, _read)


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
    found = found._replace(
        points=(point._replace(time=question.at if newest is None else newest),),
        newest=newest,
        notes=found.notes
        if newest is not None
        else (*found.notes, f"{asked.file} does not say when the test ran"),
    )
    return _in_doubt(asked.measure, samples, found)


def _in_doubt(measure: str, samples: Samples, found: Series) -> Series:
    """``found`` with the worst case as ``otherwise`` if k6 judged only some responses: the others may have failed."""
    errors, judged, requests = samples.errors or 0, samples.judged or 0, samples.requests or 0
    if measure not in ("errors", "errorRate", "successRate") or judged == requests:
        return found
    worst = errors + requests - judged
    rate = Fraction(worst, requests)
    value = {"errors": Fraction(worst), "errorRate": rate, "successRate": 1 - rate}[measure]
    otherwise = found._replace(
        points=(found.points[0]._replace(value=value),),
        doubt=f"if the {requests - judged} requests that were not judged had failed",
        to_mend="let k6 judge them (http.setResponseCallback), or name a tag of requests that it judges",
    )
    return found._replace(otherwise=otherwise)


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


def _errors(asked: LoadTestQuery, samples: Samples) -> Series | Absence:
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


def _throughput(asked: LoadTestQuery, samples: Samples, seconds: Fraction | None) -> Series | Absence:
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
        # A refused connection takes no time, but k6 and Locust include it in the durations.
        reason = f"{asked.file} has no durations of requests that succeeded: every request failed"
        return Absence("no-data", reason, "fix the errors first")
    quantile = Fraction(asked.measure[1:]) / 100 if asked.measure[0] == "p" else None
    if quantile is not None and _left_to_failures(samples, quantile):
        reason = (
            f"{samples.errors} of {samples.requests} requests in {asked.file} failed, and their durations are among "
            f"the others: the {asked.measure} says nothing about requests that succeeded"
        )
        return Absence("no-data", reason, "fix the errors first")
    value = samples.statistic(asked.measure) if quantile is None else samples.percentile(quantile)
    if value is None:
        # Suggest k6's default list plus this percentile: with a shorter list, other promises would lose their values.
        percentile = "" if asked.measure in ("p90", "p95") or quantile is None else f",p({asked.measure[1:]})"
        return Absence(
            "no-data",
            f"k6 did not compute {asked.measure}, so {asked.file} does not hold it",
            f'run k6 with --summary-trend-stats="avg,min,med,max,p(90),p(95){percentile}"',
        )
    if samples.form == "k6" and value == 0 and asked.measure != "min":
        reason = f"{asked.file} states a {asked.measure} of 0 for {samples.requests} requests: none was timed"
        return Absence("no-data", reason, "look in the summary for why they failed before anything was sent")
    return _series(
        value,
        samples.unit,
        samples.timed,
        quantile=quantile,
        shares=() if quantile is None else _shares(question, samples),
        notes=_notes(samples, quantile),
    )


def _left_to_failures(samples: Samples, quantile: Fraction) -> bool:
    """Whether all durations up to the percentile may be those of failures, which k6 and Locust include."""
    return samples.form != "checker" and (samples.errors or 0) >= quantile * (samples.timed or 0)


def _shares(question: Question, samples: Samples) -> tuple[Share, ...]:
    if samples.durations is None:
        return ()
    shares = []
    for threshold in question.thresholds:
        try:
            limit = convert(threshold.value, threshold.unit, samples.unit)
        except UnitError:
            continue  # the judge reports that the target is not a time
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
