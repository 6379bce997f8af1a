"""An indicator's readings as bad events and all events for each point in time: the input of every budgeting method."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple

from checker import display
from checker.judge.measured import RATIO, Tally, Unmeasured, coverage_of
from checker.model import Indicator, Outcome, Series, Window
from checker.units import convert, convertible, describe


class Tallied(NamedTuple):
    """The ``tallies`` of a window, oldest first.

    ``noun`` is what they count. ``counted`` says that they are whole events, so that their share has a confidence
    bound.
    """

    tallies: tuple[Tally, ...]
    window: Window | None
    period: int
    coverage: Fraction
    noun: str = "events"
    counted: bool = False
    samples: int | None = None
    notes: tuple[str, ...] = ()


def data_points(indicator: Indicator, series: Mapping[str, Series]) -> Tallied | Unmeasured:
    """The points of a metric, each counted as one: good if it satisfies the threshold, or by the good share that it
    states."""
    (name, _), *_ = indicator.metrics
    found = series[name]
    tallies = []
    for time, value, seen in _values(found):
        bad = (
            _misses(indicator, value)
            if indicator.form == "threshold"
            else _bad_share(indicator, found, value)
        )
        if isinstance(bad, Unmeasured):
            return bad
        tallies.append(Tally(time, bad, Fraction(1), seen))
    return Tallied(
        tallies=tuple(tallies),
        window=found.window,
        period=found.period,
        coverage=coverage_of(found),
        noun="data points" if indicator.form == "threshold" else "data points of a share",
        notes=(*found.notes, _what(indicator)),
    )


def _values(series: Series) -> list[tuple[int, Fraction, Fraction]]:
    """(start, value, seen share) of each period. The points of a mean hold sums and are divided by their samples."""
    if series.combine != "mean":
        return sorted((point.time, point.value, point.seen) for point in series.points)
    return sorted(
        (point.time, point.value / point.samples, point.seen) for point in series.points if point.samples
    )


def _misses(indicator: Indicator, value: Fraction) -> Fraction:
    condition = indicator.condition
    return Fraction(0) if condition is not None and condition.holds(value) else Fraction(1)


def _bad_share(indicator: Indicator, series: Series, value: Fraction) -> Fraction | Unmeasured:
    if not convertible(series.unit, RATIO):
        return _nonsense(f"{describe(series.unit)} was measured, but a raw ratio is a share")
    share = convert(value, series.unit, RATIO)
    if not 0 <= share <= 1:
        shown = display.number(share, up=True)
        return _nonsense(f"a raw ratio of {shown} was measured, but a share lies between 0 and 1")
    return share if indicator.failures else 1 - share


def _nonsense(reason: str) -> Unmeasured:
    return Unmeasured(
        Outcome.ERROR, reason, "declare the unit (%) if the metric is in percent, or measure good over total"
    )


def _what(indicator: Indicator) -> str:
    if indicator.form == "threshold" and indicator.condition is not None:
        return f"this counts data points that are {indicator.condition.text}, not requests"
    side = "failures" if indicator.failures else "successes"
    return (
        f"the source computes the share of {side} itself, so this is the unweighted mean of its data points"
    )
