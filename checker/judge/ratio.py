"""Shares of events: good or bad events over total, matched period by period.

A target with ``>`` is about the good events, one with ``<`` about the bad ones. The other side is the rest of the
total, whichever of the two is counted.

A period with a total but no count of the other metric is taken as all bad; a count without a total, or greater than
the total, is a contradiction. So missing points never help.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from checker import display
from checker.judge.measured import (
    RATIO,
    Measured,
    Tally,
    Unmeasured,
    coverage_of,
    exact_sum,
    silent_by_nature,
)
from checker.judge.tallied import Tallied
from checker.model import WHOLE, Objective, Outcome, Series, Slices
from checker.units import COUNT, convert, convertible, describe, format_duration


def share(objective: Objective, tallied: Tallied, slices: Slices | None = None) -> Measured | Unmeasured:
    """The share of good events, or of bad ones if the target is about those."""
    events = exact_sum(tally.total for tally in tallied.tallies)
    bad = exact_sum(tally.bad for tally in tallied.tallies)
    if events == 0:
        return Unmeasured(
            Outcome.INCONCLUSIVE,
            f"there were no {tallied.noun}, so the ratio is undefined",
            "wait for traffic, or widen the window",
        )
    return Measured(
        value=(bad if objective.target.lower_is_better else events - bad) / events,
        unit=RATIO,
        samples=tallied.samples,
        coverage=tallied.coverage,
        window=tallied.window,
        period=tallied.period,
        good=events - bad,
        total=events,
        counted=tallied.counted,
        tallies=tallied.tallies,
        noun=tallied.noun,
        slices=slices,
        notes=tallied.notes,
    )


def count_events(objective: Objective, series: Mapping[str, Series]) -> Tallied | Unmeasured:
    """The bad events and all events of each period, from the two counts that the indicator names."""
    side = objective.indicator.metrics[0][0]
    part, total = series[side], series["total"]
    trouble = _mismatch(side, part, total) or _no_counts(side, part) or _no_counts("total", total)
    if trouble:
        return _nonsense(trouble)
    parts = _parts(part, total)
    trouble = _beyond(side, parts, total)
    if trouble:
        return _nonsense(trouble)
    tallies, torn = _match(side, part, parts, total, silent_by_nature(objective, side, part))
    counted = _whole_events(part) and _whole_events(total)
    events = exact_sum(tally.total for tally in tallies)
    return Tallied(
        tallies=tallies,
        window=total.window,
        period=total.period,
        coverage=_seen(side, part, total) * (1 - Fraction(torn, len(tallies) or 1)),
        counted=counted,
        samples=int(events) if counted else total.samples,
        notes=_notes(side, part, total, torn),
    )


def _seen(side: str, part: Series, total: Series) -> Fraction:
    """The share of the window that was seen. If bad events come as one count for the whole window, that count's own
    coverage matters too: bad events that were not counted would pass for good ones."""
    seen = coverage_of(total)
    return min(seen, coverage_of(part)) if side == "bad" and not total.period else seen


def _mismatch(side: str, part: Series, total: Series) -> str:
    """Why the two series cannot be matched period by period; "" if they can."""
    if not convertible(part.unit, total.unit):
        return f"{side} is {describe(part.unit)}, and total is {describe(total.unit)}"
    if part.window is not None and total.window is not None and part.window != total.window:
        return f"{side} and total were measured over different windows"
    if part.period != total.period:
        periods = [
            f"periods of {format_duration(each.period)}" if each.period else "no periods"
            for each in (part, total)
        ]
        return f"{side} has {periods[0]}, but total has {periods[1]}"
    return ""


def _no_counts(name: str, series: Series) -> str:
    shares = series.quantile is not None or ("ratio", 1) in series.unit.dimensions
    if series.combine not in ("sum", "single") or shares:
        return f"{name}: a share needs counts of events, such as Sum or SampleCount"
    if any(point.value < 0 for point in series.points):
        return f"{name}: a count of events cannot be negative"
    return ""


def _whole_events(series: Series) -> bool:
    unit = series.unit
    return series.counts_events and unit.factor == 1 and unit.dimensions in ((), COUNT.dimensions)


def _match(
    side: str, part: Series, parts: Mapping[int, Fraction], total: Series, silent: bool
) -> tuple[tuple[Tally, ...], int]:
    """The tally of each period, and the number of periods that have a total but no count of ``side``."""
    tallies, torn = [], 0
    # Most points are seen throughout. They are recognized by identity, because comparing a month of Fractions is slow.
    partly = {point.time: point.seen for point in part.points if point.seen is not WHOLE}
    for point in total.points:
        counted, seen = parts.get(point.time), point.seen
        if partly and point.time in partly:
            seen = min(seen, partly[point.time])
        if counted is None and silent:
            counted = Fraction(0)
        elif counted is None:
            torn, seen = torn + 1, Fraction(0)
            counted = Fraction(0) if side == "good" else point.value
        bad = point.value - counted if side == "good" else counted
        tallies.append(Tally(point.time, bad, point.value, seen))
    return tuple(tallies), torn


def _parts(part: Series, total: Series) -> dict[int, Fraction]:
    """The count at each time, in the total's unit. Two single counts without periods belong together."""
    factor = convert(Fraction(1), part.unit, total.unit)
    counts = {point.time: point.value if factor == 1 else point.value * factor for point in part.points}
    if len(part.points) == len(total.points) == 1 and not total.period:
        return {total.points[0].time: counts[part.points[0].time]}
    return counts


def _beyond(side: str, parts: Mapping[int, Fraction], total: Series) -> str:
    """Which period has a greater count than its total, or a count without a total; "" if none has."""
    events = {point.time: point.value for point in total.points}
    for time, counted in parts.items():
        if counted > events.get(time, 0):
            have = display.number(events.get(time, Fraction(0)), up=False)
            when = f" at {display.moment(time)}" if total.period else ""
            return f"there are {display.number(counted, up=True)} {side} events of {have} events{when}"
    return ""


def _notes(side: str, part: Series, total: Series, unmatched: int) -> tuple[str, ...]:
    notes = list(dict.fromkeys((*part.notes, *total.notes)))
    if unmatched:
        notes.append(
            f"{unmatched} of {len(total.points)} periods have no count of {side} events, and count as all bad"
        )
    return tuple(notes)


def _nonsense(reason: str) -> Unmeasured:
    return Unmeasured(
        Outcome.ERROR,
        reason,
        "check that both queries count the same events, over the same dimensions and periods",
    )
