"""From raw GetMetricData answers to series: pure, and suspicious.

An answer counts only if it is complete, finite, on the grid that was asked, and free of contradictions.
Anything else is an Absence that says what was wrong with it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from operator import lt
from typing import Any

from checker.model import (
    Absence,
    ConnectionDeclaration,
    Exchange,
    Point,
    Question,
    Series,
    Share,
    Window,
)
from checker.sources.cloudwatch.ask import MetricStat, Plan, as_text, plan
from checker.sources.cloudwatch.explain_empty import explain_empty
from checker.sources.cloudwatch.query import BASIC, CloudWatchQuery, quantile_of, unit

Key = tuple[ConnectionDeclaration, int, int, str]
"""The connection, the start, the end and the entry's text: what an answer is an answer to."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one entry, its pages merged: raw values by time, status, messages."""

    times: tuple[Any, ...]
    values: tuple[Any, ...]
    status: str
    messages: tuple[str, ...]


def read(questions: Sequence[Question], exchanges: Sequence[Exchange]) -> list[Series | Absence]:
    """One reading a question. What is not among the exchanges is absent as ``not-recorded``."""
    answers = _answers(exchanges)
    return [_read(question, answers, exchanges) for question in questions]


def unanswered(questions: Sequence[Question], exchanges: Sequence[Exchange]) -> list[Question]:
    """The questions of which some answer holds no point at all: those that may have no data."""
    answers = _answers(exchanges)

    def empty(question: Question) -> bool:
        planned = plan(question)
        found = (answers.get((question.connection, *planned.window, stat.text)) for stat in _stats(planned))
        return any(isinstance(answer, Answer) and not answer.times for answer in found)

    return [question for question in questions if empty(question)]


def _answers(exchanges: Iterable[Exchange]) -> dict[Key, Answer | Absence]:
    found: dict[Key, Answer | Absence] = {}
    for exchange in exchanges:
        if exchange.request.operation != "GetMetricData":
            continue
        merged, trouble = _merge(exchange)
        asked = exchange.request.parameters
        for entry in asked["MetricDataQueries"]:
            text = as_text({k: v for k, v in entry.items() if k != "Id"})
            key = (exchange.request.connection, asked["StartTime"], asked["EndTime"], text)
            found[key] = (
                trouble or merged.get(entry["Id"]) or _failed("the answer does not hold the metric asked for")
            )
    return found


def _merge(exchange: Exchange) -> tuple[dict[str, Answer], Absence | None]:
    """The answers of one call by Id, all pages merged, or why none of them can be used."""
    if exchange.failure is not None:
        return {}, Absence("failed", exchange.failure.message, exchange.failure.remedy)
    pages = (exchange.response or {}).get("pages")
    if not isinstance(pages, list) or not pages:
        return {}, _failed("the answer holds no page")
    collected: dict[str, dict[str, Any]] = {}
    try:
        for page in pages:
            if page.get("Messages"):
                return {}, _failed(
                    f"CloudWatch sent a message with the answer: {_messages(page['Messages'])[0]}"
                )
            for result in page["MetricDataResults"]:
                into = collected.setdefault(result["Id"], {"times": [], "values": [], "messages": []})
                into["times"] += result.get("Timestamps", [])
                into["values"] += result.get("Values", [])
                into["messages"] += _messages(result.get("Messages", []))
                into["status"] = str(result.get("StatusCode", "missing"))
    except (KeyError, TypeError, AttributeError):
        return {}, _failed("the answer does not have the shape of GetMetricData's")
    if not collected.keys() <= {entry["Id"] for entry in exchange.request.parameters["MetricDataQueries"]}:
        return {}, _failed("the answer holds a metric that nobody asked for")
    merged = {
        identifier: Answer(
            tuple(into["times"]), tuple(into["values"]), into["status"], tuple(into["messages"])
        )
        for identifier, into in collected.items()
    }
    return merged, None


def _messages(messages: Iterable[Mapping[str, Any]]) -> list[str]:
    return [f"{message.get('Code', '')}: {message.get('Value', '')}" for message in messages]


def _failed(reason: str, remedy: str = "run again; if it stays so, look at the recorded evidence") -> Absence:
    return Absence("failed", reason, remedy)


def _read(
    question: Question, answers: Mapping[Key, Answer | Absence], exchanges: Sequence[Exchange]
) -> Series | Absence:
    planned = plan(question)
    readings: dict[MetricStat, tuple[Point, ...]] = {}
    notes: set[str] = set()
    for stat in _stats(planned):
        answer = answers.get((question.connection, *planned.window, stat.text))
        if answer is None:
            return Absence(
                "not-recorded",
                "the evidence holds no answer to this query over this window",
                "record again with this policy, or judge with the --at of the recording",
            )
        points = (
            answer if isinstance(answer, Absence) else _points(answer, planned.window, stat.period, notes)
        )
        if isinstance(points, Absence):
            return points
        readings[stat] = points
    series = _series(question, planned, readings, notes)
    if isinstance(series, Absence) and series.kind == "no-data":
        return explain_empty(question, planned.window, exchanges)
    return series


def _stats(planned: Plan) -> list[MetricStat]:
    stats = [stat for stat in (planned.main, planned.counts) if stat is not None]
    return stats + [stat for _, stat in planned.ranks]


@lru_cache(maxsize=65536)
def _exact(raw: float) -> Fraction:
    """The fraction that a double is. Counts come again and again."""
    return Fraction(raw)


def _points(answer: Answer, window: Window, period: int, notes: set[str]) -> tuple[Point, ...] | Absence:
    """The points of one answer, sorted, or what is wrong with it."""
    if answer.status != "Complete":
        said = f" ({answer.messages[0]})" if answer.messages else ""
        return _failed(
            f"CloudWatch answered {answer.status} instead of Complete{said}", _STATUS.get(answer.status, "")
        )
    if answer.messages:
        return _failed(f"CloudWatch sent a message with the answer: {answer.messages[0]}")
    if len(answer.times) != len(answer.values):
        return _failed(f"the answer has {len(answer.times)} times and {len(answer.values)} values")
    if _plainly_sound(answer, window, period):
        return tuple(map(Point, answer.times, map(_exact, answer.values)))
    points: dict[int, Fraction] = {}
    for time, raw in zip(answer.times, answer.values, strict=True):
        # The exact types: truth values are ints too.
        if type(raw) not in (int, float) or not -math.inf < raw < math.inf:
            return _failed(f"the answer holds a value that is no finite number: {raw}")
        if type(time) is not int and not (type(time) is float and time.is_integer()):
            return _failed(f"the answer holds a time that is no whole second: {time}")
        moment, value = int(time), _exact(raw)
        if not window.start <= moment < window.end:
            return _failed("the answer holds a point outside the window that was asked (clocks may differ)")
        if (moment - window.start) % period:
            return _failed("the answer holds a point between the periods that were asked")
        known = points.get(moment)
        if known is None:
            points[moment] = value
        elif known != value:
            return _failed("the answer holds two different values for one time")
    if len(points) < len(answer.times):
        notes.add(f"{len(answer.times) - len(points)} repeated points were identical and counted once")
    return tuple(Point(moment, points[moment]) for moment in sorted(points))


def _plainly_sound(answer: Answer, window: Window, period: int) -> bool:
    """Whether nothing is odd about the points: most answers, told without a look at each point by itself.

    The times are whole seconds on the grid of the window, each later than the one before; the values are finite.
    """
    times, values = answer.times, answer.values
    return (
        set(map(type, times)) == {int}
        and set(map(type, values)) == {float}
        and all(map(math.isfinite, values))
        and times[0] >= window.start
        and times[-1] < window.end
        and all(map(lt, times, times[1:]))
        and not any((time - window.start) % period for time in times)
    )


_STATUS = {
    "PartialData": "run again: CloudWatch had not finished, and part of the data is no answer",
    "InternalError": "run again: CloudWatch failed to read this metric",
    "Forbidden": "grant the permission cloudwatch:GetMetricData in the account that holds the metric",
}


def _series(
    question: Question, planned: Plan, readings: Mapping[MetricStat, tuple[Point, ...]], notes: set[str]
) -> Series | Absence:
    query: CloudWatchQuery = question.query  # type: ignore[assignment]
    main = readings[planned.main] if planned.main else ()
    counts = readings[planned.counts] if planned.counts else None
    grid = main if counts is None else counts
    if planned.main is not None and counts is not None and bool(main) != bool(counts):
        return _odd_statistic(query, counts)
    if not grid:
        return Absence("no-data", "")
    samples = None if counts is None else _whole(sum(point.value for point in counts))
    if counts is not None and (
        samples is None
        or samples <= 0
        or any(point.value < 0 or point.value.denominator != 1 for point in counts)
    ):
        return _failed("CloudWatch answered a sample count that is no whole number above zero")
    shares = _shares(planned, readings)
    if isinstance(shares, Absence):
        return shares
    if query.stat == "SampleCount":
        samples = _whole(sum(point.value for point in main))
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
    combine: Any = {"Sum": "sum", "SampleCount": "sum", "Minimum": "min", "Maximum": "max"}.get(
        query.stat, "single"
    )
    if question.period:
        return _each_period(question, planned, readings, combine, common, notes)
    if combine == "single" and len(main) > 1:
        return _failed("CloudWatch answered several periods where one was asked")
    if planned.main is None:
        notes.add(
            "percentiles of several periods cannot be combined; judged by the share of samples beneath the "
            "threshold, which can"
        )
    counting = query.stat in ("Sum", "SampleCount") and all(point.value.denominator == 1 for point in main)
    return Series(points=main, combine=combine, counts_events=counting, notes=tuple(sorted(notes)), **common)


def _odd_statistic(query: CloudWatchQuery, counts: tuple[Point, ...]) -> Absence:
    if query.stat in BASIC or not counts:
        return _failed(f"CloudWatch answered samples but no {query.stat}, or the other way round")
    return _failed(
        f"there are {int(sum(point.value for point in counts))} samples, but CloudWatch computes no {query.stat} "
        "of them: it needs single values that are not negative, not statistic sets",
        "publish single values, or ask for Average or Maximum",
    )


def _average(
    main: tuple[Point, ...], counts: tuple[Point, ...], common: Mapping[str, Any], notes: set[str]
) -> Series | Absence:
    samples = {point.time: _whole(point.value) for point in counts}
    if {point.time for point in main} != set(samples):
        return _failed("CloudWatch answered sums and sample counts of different periods")
    points = tuple(Point(point.time, point.value, samples[point.time]) for point in main)
    return Series(points=points, combine="mean", notes=tuple(sorted(notes)), **common)


def _each_period(
    question: Question,
    planned: Plan,
    readings: Mapping[MetricStat, tuple[Point, ...]],
    combine: Any,
    common: Mapping[str, Any],
    notes: set[str],
) -> Series | Absence:
    """A value for each period, with its number of samples where that was asked."""
    query: CloudWatchQuery = question.query  # type: ignore[assignment]
    main = readings[planned.main] if planned.main else ()
    counted = main if query.stat == "SampleCount" else readings[planned.counts] if planned.counts else None
    samples = {point.time: _whole(point.value) for point in counted or ()}
    if counted is not None and {point.time for point in main} != set(samples):
        if query.stat in BASIC:
            return _failed(f"CloudWatch answered {query.stat} and sample counts of different periods")
        return _odd_statistic(
            query, tuple(each for each in counted if each.time not in {p.time for p in main})
        )
    points = tuple(Point(point.time, point.value, samples.get(point.time)) for point in main)
    counting = query.stat in ("Sum", "SampleCount") and all(point.value.denominator == 1 for point in main)
    return Series(
        points=points, combine=combine, counts_events=counting, notes=tuple(sorted(notes)), **common
    )


def _shares(planned: Plan, readings: Mapping[MetricStat, tuple[Point, ...]]) -> tuple[Share, ...] | Absence:
    """The counts beneath each threshold: the rank of each period times its samples, a whole number."""
    shares = []
    totals = {point.time: int(point.value) for point in (readings[planned.counts] if planned.counts else ())}
    for rank, stat in planned.ranks:
        points = readings[stat]
        if stat.period > planned.period:
            totals = {planned.window.start: sum(totals.values())}
        if {point.time for point in points} != set(totals):
            return _failed("CloudWatch answered percentile ranks and sample counts of different periods")
        below = 0
        for point in points:
            count = point.value / 100 * totals[point.time]
            nearest = round(count)
            if abs(count - nearest) > Fraction(1, 1000) or not 0 <= nearest <= totals[point.time]:
                return _failed("a percentile rank times its sample count is no whole number of samples")
            below += nearest
        shares.append(Share(rank.threshold, rank.at, below, sum(totals.values())))
    return tuple(shares)


def _whole(value: Fraction | int) -> int | None:
    return int(value) if value == int(value) else None
