"""Combines values at the steps of a range into one value for each longer period."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from fractions import Fraction

from checker.model import Point, Series, Window
from checker.sources.prometheus.ask import Call, times_of


def by_period(series: Series, window: Window, period: int, astray: Collection[int] = ()) -> Series:
    """The series with one point for each period, combined by its ``combine``; for ``single``, the last value counts.

    The share of a period that was seen is the share of its steps with a value; for periods that begin at one of the
    times ``astray`` it is 0. ``present`` and ``expected`` still count steps. A period without a value has no point.
    """
    if series.period == period and not astray:
        return series
    groups: dict[int, list[Point]] = defaultdict(list)
    for point in series.points:
        groups[period_at(point.time, window, period)].append(point)
    steps = period // series.period
    points = tuple(
        _one(series.combine, time, there, Fraction(0 if time in astray else len(there), steps))
        for time, there in sorted(groups.items())
    )
    return series._replace(points=points, period=period)


def as_probed(series: Series, window: Window, probed: Collection[int], probe: Call) -> Series:
    """The series with the seen share of each period from a probe: ``probed`` are the end times of the short ranges
    of ``probe`` that have an answer."""
    asked = times_of(probe)
    there = Counter(period_at(time - asked.step, window, series.period) for time in probed)
    points = tuple(
        point._replace(seen=Fraction(there[point.time] * asked.step, series.period))
        for point in series.points
    )
    return series._replace(points=points, present=len(probed), expected=len(asked))


def period_at(time: int, window: Window, period: int) -> int:
    """The start of the period of ``window`` that contains ``time``."""
    return time - (time - window.start) % period


def _one(combine: str, time: int, there: list[Point], seen: Fraction) -> Point:
    values = [point.value for point in there]
    match combine:
        case "sum":
            return Point(time, sum(values, Fraction(0)), seen=seen)
        case "mean":
            return Point(time, sum(values, Fraction(0)), len(there), seen)
        case "min":
            return Point(time, min(values), seen=seen)
        case "max":
            return Point(time, max(values), seen=seen)
    return Point(time, there[-1].value, seen=seen)
