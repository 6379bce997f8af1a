"""Turns the points of GetMetricData answers into series: pure, and with checks for contradictions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from checker.model import Absence, Exchange, Point, Question, Series, Share
from checker.sources.cloudwatch.answers import Answer, Key, answers_in, failed, points_of, some_empty
from checker.sources.cloudwatch.ask import MetricStat, Plan, plan, stats_of
from checker.sources.cloudwatch.explain_empty import explain_empty
from checker.sources.cloudwatch.query import BASIC, CloudWatchQuery, quantile_of, unit
from checker.sources.recorded import not_recorded


def read(questions: Sequence[Question], exchanges: Sequence[Exchange]) -> list[Series | Absence]:
    """One reading for each question; ``not-recorded`` if the exchanges do not contain its answer."""
    answers = answers_in(exchanges)
    return [_read(question, answers, exchanges) for question in questions]


def unanswered(questions: Sequence[Question], exchanges: Sequence[Exchange]) -> list[Question]:
    """The questions with an answer that has no points: those that may have no data."""
    if not any(map(some_empty, exchanges)):
        return []
    answers = answers_in(exchanges)

    def empty(question: Question) -> bool:
        planned = plan(question)
        found = (answers.get((question.connection, *planned.window, stat.text)) for stat in stats_of(planned))
        return any(isinstance(answer, Answer) and not answer.times for answer in found)

    return [question for question in questions if empty(question)]


def _read(
    question: Question, answers: Mapping[Key, Answer | Absence], exchanges: Sequence[Exchange]
) -> Series | Absence:
    planned = plan(question)
    readings: dict[MetricStat, tuple[Point, ...]] = {}
    notes: set[str] = set()
    for stat in stats_of(planned):
        answer = answers.get((question.connection, *planned.window, stat.text))
        if answer is None:
            return not_recorded("answer to this query over this window")
        points = (
            answer if isinstance(answer, Absence) else points_of(answer, planned.window, stat.period, notes)
        )
        if isinstance(points, Absence):
            return points
        readings[stat] = points
    series = _series(question, planned, readings, notes)
    if isinstance(series, Absence) and series.kind == "no-data":
        return explain_empty(question, planned.window, exchanges)
    return series


def _series(
    question: Question, planned: Plan, readings: Mapping[MetricStat, tuple[Point, ...]], notes: set[str]
) -> Series | Absence:
    """The series made of the points of a question's statistics."""
    query: CloudWatchQuery = question.query  # type: ignore[assignment]
    main = readings[planned.main] if planned.main else ()
    counts = readings[planned.counts] if planned.counts else None
    if planned.main is not None and counts is not None and bool(main) != bool(counts):
        return _odd_statistic(query, counts)
    grid = main if counts is None else counts
    if not grid:
        return Absence("no-data", "")
    samples = _samples(query, main, counts)
    if isinstance(samples, Absence):
        return samples
    shares = _shares(planned, readings)
    if isinstance(shares, Absence):
        return shares
    quantile = quantile_of(query.stat)
    common: dict[str, Any] = {
        "unit": unit(query),
        "window": planned.window,
        "period": planned.period,
        "present": len(grid),
        "expected": planned.window.seconds // planned.period,
        "newest": grid[-1].time + planned.period,
        "samples": samples,
        "quantile": None if quantile is None else Fraction(quantile) / 100,
        "shares": shares,
    }
    if query.stat == "Average":
        return _average(main, counts or (), common, notes)
    if question.period:
        return _each_period(question, planned, readings, common, notes)
    return _whole_window(query, planned, main, common, notes)


def _samples(
    query: CloudWatchQuery, main: tuple[Point, ...], counts: tuple[Point, ...] | None
) -> int | Absence | None:
    """The number of samples; None if it is not known."""
    if counts is not None and (
        any(point.value < 0 or point.value.denominator != 1 for point in counts)
        or sum(point.value for point in counts) <= 0
    ):
        return failed("CloudWatch answered a sample count that is not a whole number above zero")
    counted = main if query.stat == "SampleCount" else counts
    return None if counted is None else _whole(sum(point.value for point in counted))


_COMBINED: Mapping[str, Any] = {"Sum": "sum", "SampleCount": "sum", "Minimum": "min", "Maximum": "max"}
"""How the points of a statistic are combined into one value; other statistics cannot be combined."""


def _counts_events(query: CloudWatchQuery, points: tuple[Point, ...]) -> bool:
    return query.stat in ("Sum", "SampleCount") and all(point.value.denominator == 1 for point in points)


def _whole_window(
    query: CloudWatchQuery, planned: Plan, main: tuple[Point, ...], common: Mapping[str, Any], notes: set[str]
) -> Series:
    """A single value for the whole window. A statistic that cannot be combined was asked in one period as long as
    the window, and so has one point."""
    if planned.main is None:
        notes.add(
            "percentiles of several periods cannot be combined; judged by the share of samples beneath the "
            "threshold, which can"
        )
    combine, counting = _COMBINED.get(query.stat, "single"), _counts_events(query, main)
    return Series(points=main, combine=combine, counts_events=counting, notes=tuple(sorted(notes)), **common)


def _odd_statistic(query: CloudWatchQuery, counts: tuple[Point, ...]) -> Absence:
    if query.stat in BASIC or not counts:
        return failed(f"CloudWatch answered samples but no {query.stat}, or the other way round")
    return failed(
        f"there are {int(sum(point.value for point in counts))} samples, but CloudWatch computes no {query.stat} "
        "of them: it needs single values that are not negative, not statistic sets",
        "publish single values, or ask for Average or Maximum",
    )


def _average(
    main: tuple[Point, ...], counts: tuple[Point, ...], common: Mapping[str, Any], notes: set[str]
) -> Series | Absence:
    samples = {point.time: _whole(point.value) for point in counts}
    if {point.time for point in main} != set(samples):
        return failed("CloudWatch answered sums and sample counts of different periods")
    points = tuple(Point(point.time, point.value, samples[point.time]) for point in main)
    return Series(points=points, combine="mean", notes=tuple(sorted(notes)), **common)


def _each_period(
    question: Question,
    planned: Plan,
    readings: Mapping[MetricStat, tuple[Point, ...]],
    common: Mapping[str, Any],
    notes: set[str],
) -> Series | Absence:
    """A value for each period, with its number of samples if that was requested."""
    query: CloudWatchQuery = question.query  # type: ignore[assignment]
    main = readings[planned.main] if planned.main else ()
    counted = main if query.stat == "SampleCount" else readings[planned.counts] if planned.counts else None
    samples = {point.time: _whole(point.value) for point in counted or ()}
    if counted is not None and {point.time for point in main} != set(samples):
        if query.stat in BASIC:
            return failed(f"CloudWatch answered {query.stat} and sample counts of different periods")
        return _odd_statistic(
            query, tuple(each for each in counted if each.time not in {p.time for p in main})
        )
    points = tuple(Point(point.time, point.value, samples.get(point.time)) for point in main)
    combine, counting = _COMBINED.get(query.stat, "single"), _counts_events(query, points)
    return Series(
        points=points, combine=combine, counts_events=counting, notes=tuple(sorted(notes)), **common
    )


def _shares(planned: Plan, readings: Mapping[MetricStat, tuple[Point, ...]]) -> tuple[Share, ...] | Absence:
    """The number of samples below each threshold: the rank of each period times its samples, which must be a whole
    number."""
    shares = []
    totals = {point.time: int(point.value) for point in (readings[planned.counts] if planned.counts else ())}
    for rank, stat in planned.ranks:
        points = readings[stat]
        if stat.period > planned.period:
            totals = {planned.window.start: sum(totals.values())}
        if {point.time for point in points} != set(totals):
            return failed("CloudWatch answered percentile ranks and sample counts of different periods")
        below = 0
        for point in points:
            count = point.value / 100 * totals[point.time]
            nearest = round(count)
            if abs(count - nearest) > Fraction(1, 1000) or not 0 <= nearest <= totals[point.time]:
                return failed("a percentile rank times its sample count is not a whole number of samples")
            below += nearest
        shares.append(Share(rank.threshold, rank.at, below, sum(totals.values())))
    return tuple(shares)


def _whole(value: Fraction | int) -> int | None:
    return int(value) if value == int(value) else None
