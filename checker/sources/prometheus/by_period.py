"""Values that came at the steps of a range, as one value for each longer period."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from fractions import Fraction

from checker.model import Point, Series


def by_period(series: Series, period: int) -> Series:
    """The same series with one point a period, as its ``combine`` makes one: of a ``single`` value, the last.

    Its coverage is still that of the steps. A period without a value has no point.
    """
    if series.window is None or series.period == period:
        return series
    groups: dict[int, list[Point]] = defaultdict(list)
    for point in series.points:
        groups[point.time - (point.time - series.window.start) % period].append(point)
    points = tuple(_one(series.combine, time, there) for time, there in sorted(groups.items()))
    return replace(series, points=points, period=period)


def _one(combine: str, time: int, there: list[Point]) -> Point:
    values = [point.value for point in there]
    match combine:
        case "sum":
            return Point(time, sum(values, Fraction(0)))
        case "mean":
            return Point(time, sum(values, Fraction(0)), sum(point.samples or 0 for point in there))
        case "min":
            return Point(time, min(values))
        case "max":
            return Point(time, max(values))
    return Point(time, there[-1].value)
