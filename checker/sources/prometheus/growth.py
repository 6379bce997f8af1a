"""Computes how much counters grew; each series is followed separately, through counter resets: pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

from checker import display
from checker.model import Absence, Point, Question, Series
from checker.sources.prometheus.answer import Found, failed, show
from checker.sources.prometheus.ask import Plan
from checker.sources.prometheus.by_period import by_period, period_at
from checker.sources.prometheus.query import PrometheusQuery, declares_counts, unit

NO_DATA = (
    "check the metric's name and labels, and that it is still scraped; where silence is normal, "
    "noData: zero with a heartbeat reads it as zero"
)


DOUBT = "if what counters held when they were first seen within the window was counted in it"
TO_BE_KNOWN = (
    "have counters published at 0 from the start; or judge when they were there for the whole window"
)


def growth(question: Question, planned: Plan, found: Sequence[Found], notes: list[str]) -> Series | Absence:
    """The growth of the counters. ``otherwise`` is the growth if counters first seen within the window began there
    at 0."""
    query: PrometheusQuery = question.query  # type: ignore[assignment]
    for each in found:
        if negative := [time for time, value in each.values.items() if value < 0]:
            return failed(
                f"the counter {show(each.labels)} is negative at {display.moment(min(negative))}",
                "this is a gauge: write reduce: min, max, mean or last",
            )
    born = [each for each in found if min(each.values) > planned.window.start]
    if born:
        notes.append(
            f"{len(born)} of {len(found)} counters began within the window; what they held at first is not counted"
        )
    if ended := sum(max(each.values) < planned.window.end for each in found):
        notes.append(
            f"{ended} of {len(found)} counters ended before the window did; what they counted since is not known"
        )
    made = _increase(query, planned, _grown(found), notes)
    otherwise = None
    if held := _held(born):
        otherwise = _increase(query, planned, _grown(found, held), notes)
    if question.period:
        astray = _astray(planned, found, question.period)
        made, otherwise = (
            by_period(each, planned.window, question.period, astray) if isinstance(each, Series) else each
            for each in (made, otherwise)
        )
    if otherwise is not None:
        doubtful = _doubtful(held, planned, question.period)
        otherwise = otherwise._replace(doubt=DOUBT, to_mend=TO_BE_KNOWN, doubtful=doubtful)
    if made is None:
        reason = f"no counter has two samples: {nothing(planned)}"
        return Absence("no-data", reason, NO_DATA, otherwise)
    return made._replace(otherwise=otherwise)


def _held(born: Iterable[Found]) -> dict[int, Fraction]:
    """What counters held when they were first seen, summed by that time."""
    held: dict[int, Fraction] = {}
    for each in born:
        first = min(each.values)
        if each.values[first]:
            held[first] = held.get(first, Fraction(0)) + each.values[first]
    return held


def _doubtful(held: Mapping[int, Fraction], planned: Plan, period: int) -> tuple[Point, ...]:
    """The initial values of counters, by the period in which they would count."""
    by_start: dict[int, Fraction] = {}
    for time, value in held.items():
        start = time - planned.period
        if period:
            start = period_at(start, planned.window, period)
        by_start[start] = by_start.get(start, Fraction(0)) + value
    return tuple(Point(start, by_start[start]) for start in sorted(by_start))


def _grown(found: Iterable[Found], held: Mapping[int, Fraction] | None = None) -> dict[int, Fraction]:
    """The growth of all counters by time, optionally plus what they ``held`` when first seen. Growth over a gap
    counts at the time that ends the gap."""
    grown = dict(held or {})
    for each in found:
        ordered = sorted(each.values.items())
        for (_, before), (time, value) in pairwise(ordered):
            # A counter that fell was reset to zero, and has grown to its new value since.
            grown[time] = grown.get(time, Fraction(0)) + (value - before if value >= before else value)
    return grown


def _increase(
    query: PrometheusQuery, planned: Plan, grown: Mapping[int, Fraction], notes: Sequence[str]
) -> Series | None:
    """The growth by time as a series of periods; None if no growth is known."""
    if not grown:
        return None
    points = tuple(Point(time - planned.period, grown[time]) for time in sorted(grown))
    whole = all(point.value.denominator == 1 for point in points)
    return Series(
        points=points,
        combine="sum",
        unit=unit(query),
        window=planned.window,
        period=planned.period,
        present=len(points),
        expected=planned.window.seconds // planned.period,
        newest=max(grown),
        notes=tuple(notes),
        **{"counts_events": whole, **events(query, (point.value for point in points))},
    )


def _astray(planned: Plan, found: Sequence[Found], period: int) -> set[int]:
    """The periods whose growth is not known because a series has a gap that spans periods: the first of them lacks
    what the last has too much."""
    astray: set[int] = set()
    for each in found:
        for before, time in pairwise(sorted(each.values)):
            if time - before > planned.period:
                first, last = (
                    period_at(at, planned.window, period) for at in (before, time - planned.period)
                )
                astray.update(range(first, last + 1, period) if first < last else ())
    return astray


def events(query: PrometheusQuery, values: Iterable[Fraction]) -> dict[str, Any]:
    """For queries with unit count: the number of samples (the whole part of the sum), and whether all values are
    whole. ``increase()`` extrapolates, so that it may return fractions, which are no whole events."""
    listed = list(values)
    if not declares_counts(query):
        return {}
    total, whole = sum(listed, Fraction(0)), all(value.denominator == 1 for value in listed)
    return {"samples": int(total) if total >= 1 or whole else None, "counts_events": whole}


def nothing(planned: Plan) -> str:
    end = display.moment(planned.window.end)
    when = f"from {display.moment(planned.window.start)} to {end}" if planned.period else f"at {end}"
    return f"no series {when}, and absence is not zero"
