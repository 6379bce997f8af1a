"""How much counters grew, each followed by itself through its resets: pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

from checker import display
from checker.model import Absence, Point, Question, Series
from checker.sources.prometheus.answer import Found, Labels, failed, show
from checker.sources.prometheus.ask import Plan
from checker.sources.prometheus.by_period import by_period, period_at
from checker.sources.prometheus.query import PrometheusQuery, declares_counts, unit

NO_DATA = (
    "check the metric's name and labels, and that it is still scraped; where silence is normal, "
    "noData: zero with a heartbeat reads it as zero"
)


DOUBT = "if what counters held when they were first seen within the window was counted in it"
TO_BE_KNOWN = (
    "let what counts publish its counters with 0 as it starts; or judge when they were there all the window"
)


def growth(question: Question, planned: Plan, found: Sequence[Found], notes: list[str]) -> Series | Absence:
    """How much the counters grew; ``otherwise`` is how much if those first seen within the window began there at 0."""
    query: PrometheusQuery = question.query  # type: ignore[assignment]
    for each in found:
        if negative := [time for time, value in each.values.items() if value < 0]:
            return failed(
                f"the counter {show(each.labels)} is negative at {display.moment(min(negative))}",
                "this is a gauge: write reduce: min, max, mean or last",
            )
    born = {each.labels: each for each in found if min(each.values) > planned.window.start}
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
    if any(each.values[min(each.values)] for each in born.values()):
        otherwise = _increase(query, planned, _grown(found, born), notes)
    if question.period:
        astray = _astray(planned, found, question.period)
        made, otherwise = (
            by_period(each, planned.window, question.period, astray) if isinstance(each, Series) else each
            for each in (made, otherwise)
        )
    if otherwise is not None:
        otherwise = replace(otherwise, doubt=DOUBT, to_mend=TO_BE_KNOWN)
    if made is None:
        reason = f"no counter was there twice: {nothing(planned)}"
        return Absence("no-data", reason, NO_DATA, otherwise)
    return replace(made, otherwise=otherwise)


def _grown(found: Iterable[Found], from_zero: Collection[Labels] = ()) -> dict[int, Fraction]:
    """How much all counters grew by each time, those ``from_zero`` also to what they held first. What one grew over a
    gap is counted in the period that ends it."""
    grown: dict[int, Fraction] = {}
    for each in found:
        ordered = sorted(each.values.items())
        if each.labels in from_zero:
            grown[ordered[0][0]] = grown.get(ordered[0][0], Fraction(0)) + ordered[0][1]
        for (_, before), (time, value) in pairwise(ordered):
            # A counter that fell was reset to zero, and has grown to its value since.
            grown[time] = grown.get(time, Fraction(0)) + (value - before if value >= before else value)
    return grown


def _increase(
    query: PrometheusQuery, planned: Plan, grown: Mapping[int, Fraction], notes: Sequence[str]
) -> Series | None:
    """What counters grew by each time, as a series of periods; None where nothing is known to have grown."""
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
    """The periods of which nobody knows what a counter grew in them, for it was away from one into another: the
    first of them lacks what the last has too much."""
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
    """What declared counts say about the number of samples: their whole part. ``increase()`` extrapolates, so
    that its counts may be fractions, and those are no whole events."""
    listed = list(values)
    if not declares_counts(query):
        return {}
    total, whole = sum(listed, Fraction(0)), all(value.denominator == 1 for value in listed)
    return {"samples": int(total) if total >= 1 or whole else None, "counts_events": whole}


def nothing(planned: Plan) -> str:
    end = display.moment(planned.window.end)
    when = f"from {display.moment(planned.window.start)} to {end}" if planned.period else f"at {end}"
    return f"no series {when}, and absence is not zero"
