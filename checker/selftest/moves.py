"""Changes readings so that the measured value moves to either side of a threshold. Pure.

A series is set to one value throughout, close to a threshold on either side or far from it, or its values are
multiplied. Counts of events stay whole numbers: to set a ratio, the events are multiplied first. No series gets a
value that its source says it cannot have.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from checker import sources
from checker.model import BASELINE, Absence, Objective, Point, Series, Share
from checker.sources import Range
from checker.units import CONFIRMED, Threshold, convert, convertible
from checker.windows import is_look

Moved = dict[str, Series]
"""The changed series by name; the others keep their values."""

CLOSE = Fraction(1, 1000)
"""The distance of a value from a threshold, as a share of the threshold."""
FACTORS = tuple(map(Fraction, ("0", "1/1000", "1/10", "1/2", "9/10", "11/10", "2", "10", "1000", "1000000")))
MANY = 100_000
"""Events in each period when a ratio is set: enough to tell 99.999 % from 100 %."""


def moves(
    objective: Objective, readings: Mapping[str, Series | Absence], thresholds: Sequence[Threshold]
) -> Iterator[Moved]:
    """Changes of the readings of ``objective``, each to be judged by itself: beside each of ``thresholds``, and far
    from them.

    The baseline stays the same, and metrics with the same query change together.
    """
    series = {
        name: each
        for name, each in readings.items()
        if isinstance(each, Series) and name not in ("heartbeat", BASELINE) and not is_look(name)
    }
    first = _first_of_each_query(objective, series)
    ranges = {name: sources.possible(query) for name, query in objective.indicator.metrics}
    for moved in _moved(series, ranges, [*thresholds, *_conditions(objective)], thresholds):
        changed = {first[name]: each for name, each in moved.items()}
        if len(changed) == len(moved):  # a query cannot have two answers
            yield {name: changed[query] for name, query in first.items() if query in changed}


def _first_of_each_query(objective: Objective, series: Mapping[str, Series]) -> dict[str, str]:
    """For each metric, the first one with the same query and the same answer."""
    queries = dict(objective.indicator.metrics)
    first: dict[str, str] = {}
    for name, each in series.items():
        same = (
            other
            for other in first
            if name in queries and queries[name] == queries.get(other) and each == series[other]
        )
        first[name] = next(same, name)
    return first


def _moved(
    series: Mapping[str, Series],
    ranges: Mapping[str, Range | None],
    beside: list[Threshold],
    thresholds: Sequence[Threshold],
) -> Iterator[Moved]:
    """Each series by itself, set ``beside`` thresholds and far from them; then pairs of series, to set a ratio."""
    for name, each in series.items():
        possible = ranges.get(name)
        for changed in (*_set(each, beside, possible), *_multiplied(each), *_ranked(each)):
            if possible is None or all(possible.holds(point.value) for point in changed.points):
                yield {name: changed}
    yield from _with_shares(series, thresholds)


def _conditions(objective: Objective) -> Iterator[Threshold]:
    """The thresholds that data points are compared with, if the target is about their share."""
    indicators = [objective.indicator, *(component.indicator for component in objective.components)]
    yield from (each.condition for each in indicators if each.condition is not None)


def _beside(value: Fraction, *, whole: bool = False) -> Iterator[Fraction]:
    """The value, and the nearest ones on either side."""
    distance = abs(value) * CLOSE or CLOSE
    if whole:
        yield from map(Fraction, (math.floor(value), math.ceil(value - 1), math.floor(value + 1)))
    else:
        yield from (value, value - distance, value + distance)


def _set(series: Series, thresholds: list[Threshold], possible: Range | None) -> Iterator[Series]:
    """The series with a constant value beside each threshold. A series without negative values gets none, unless its
    source says that all values are ``possible``."""
    if series.unit.dimensions == CONFIRMED.dimensions:
        return  # a confirmation has no values in between
    below_zero = possible is not None and possible.least is None
    whole = possible is not None and possible.whole
    least = min((point.value for point in series.points), default=Fraction(0))
    for threshold in thresholds:
        if convertible(threshold.unit, series.unit) and series.points:
            for value in _beside(convert(threshold.value, threshold.unit, series.unit), whole=whole):
                if below_zero or value >= min(least, Fraction(0)):
                    yield from _constant(series, value)


def _constant(series: Series, value: Fraction) -> Iterator[Series]:
    """The series with points that combine to ``value``; for counts of events, to the whole numbers on either side."""
    if series.combine == "sum":
        values = [value, *([Fraction(0)] * (len(series.points) - 1))]
    elif series.combine == "mean":
        values = [value * (point.samples or 0) for point in series.points]
    else:
        values = [value] * len(series.points)
    roundings = (math.floor, math.ceil) if series.counts_events else (None,)
    for rounding in roundings:
        rounded = values if rounding is None else [Fraction(max(0, rounding(each))) for each in values]
        points = (point._replace(value=each) for point, each in zip(series.points, rounded, strict=True))
        yield series._replace(points=tuple(points))


def _multiplied(series: Series) -> Iterator[Series]:
    """The series with multiplied values, and with its first value set to each whole factor, because zeros stay zero."""
    factors = FACTORS[:1] if series.unit.dimensions == CONFIRMED.dimensions else FACTORS
    for factor in factors:
        points = tuple(_times(point, factor, whole=series.counts_events) for point in series.points)
        yield series._replace(points=points)
        if points and factor.denominator == 1:
            yield series._replace(points=(series.points[0]._replace(value=factor), *series.points[1:]))


def _times(point: Point, factor: Fraction, *, whole: bool) -> Point:
    value = point.value * factor
    return point._replace(value=Fraction(math.floor(value)) if whole else value)


def _ranked(series: Series) -> Iterator[Series]:
    """A percentile known by the share of samples below each threshold: sets all, none, or just enough of them."""
    if not series.shares or series.quantile is None:
        return
    quantile = series.quantile
    for step in (0, -1, 1):
        yield series._replace(shares=tuple(_rank(share, quantile, step) for share in series.shares))
    for whole in (Fraction(0), Fraction(1)):
        yield series._replace(shares=tuple(_rank(share, whole, 0) for share in series.shares))


def _rank(share: Share, quantile: Fraction, step: int) -> Share:
    below = math.ceil(quantile * share.total) + step
    return share._replace(below=min(share.total, max(0, below)))


def _with_shares(series: Mapping[str, Series], thresholds: Sequence[Threshold]) -> Iterator[Moved]:
    """Good or bad events over a total, set to ratios beside each threshold and far from it."""
    shares = [Fraction(0), Fraction(1), Fraction(1, 2)]
    for threshold in thresholds:
        if ("ratio", 1) in threshold.unit.dimensions:
            shares += _beside(threshold.value * threshold.unit.factor)
    for name, total in series.items():
        for side in ("good", "bad"):
            part = name.removesuffix("total") + side
            if name.endswith("total") and part in series:
                for share in shares:
                    if 0 <= share <= 1:
                        # A target about good events may count the bad ones, and the other way round.
                        yield _shared(part, name, series[part], total, share)
                        yield _shared(part, name, series[part], total, 1 - share)


def _shared(part: str, name: str, counted: Series, total: Series, share: Fraction) -> Moved:
    events = tuple(point._replace(value=Fraction(MANY)) for point in total.points)
    factor = convert(Fraction(1), total.unit, counted.unit)
    counts = tuple(Point(point.time, Fraction(math.floor(MANY * share)) * factor) for point in total.points)
    samples = MANY * len(events)
    return {
        part: counted._replace(points=counts, period=total.period, window=total.window, samples=samples),
        name: total._replace(points=events, samples=samples),
    }
