"""Shares of events: good or bad over total, matched period by period.

A target with ``>`` is about the good events, one with ``<`` about the bad ones, whichever of the two is
counted: the other are the rest of the total.

A period whose total came without its part counts against the promise, as if all of its events were bad; a
part without a total is a contradiction. So missing points never help.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from checker.judge.measured import RATIO, Measured, Tally, Unmeasured, coverage_of
from checker.model import Objective, Outcome, Series


def ratio(objective: Objective, series: Mapping[str, Series]) -> Measured | Unmeasured:
    """The share that ``objective`` is about. ``series`` holds ``total`` and one of ``good`` and ``bad``."""
    side = objective.indicator.metrics[0][0]
    part, total = series[side], series["total"]
    for name, each in ((side, part), ("total", total)):
        if each.combine not in ("sum", "single"):
            return _nonsense(f"{name}: a share needs counts of events, such as Sum or SampleCount")
        if any(point.value < 0 for point in each.points):
            return _nonsense(f"{name}: a count of events cannot be negative")
    tallies, unmatched = _match(side, part, total, objective.no_data == "zero")
    events = sum((tally.total for tally in tallies), Fraction(0))
    bad = sum((tally.bad for tally in tallies), Fraction(0))
    if any(point.time not in {tally.time for tally in tallies} and point.value for point in part.points):
        return _nonsense(f"there are {side} events in a period that has no events at all")
    if bad < 0 or bad > events:
        counted = events - bad if side == "good" else bad
        return _nonsense(f"there are more {side} events ({counted}) than events ({events})")
    if events == 0:
        return Unmeasured(
            Outcome.INCONCLUSIVE,
            "there were no events, and a share of nothing is no share",
            "wait for traffic, or widen the window",
        )
    about = bad if objective.target.lower_is_better else events - bad
    notes = list(dict.fromkeys((*part.notes, *total.notes)))
    if unmatched:
        notes.append(
            f"{unmatched} of {len(tallies)} periods have no count of {side} events, and count as all bad"
        )
    return Measured(
        value=about / events,
        unit=RATIO,
        samples=int(events) if events.denominator == 1 else total.samples,
        coverage=coverage_of(total) * (1 - Fraction(unmatched, len(tallies))),
        newest=total.newest,
        window=total.window,
        period=total.period,
        good=about,
        total=events,
        tallies=tallies,
        notes=tuple(notes),
    )


def _match(side: str, part: Series, total: Series, silent: bool) -> tuple[tuple[Tally, ...], int]:
    """The bad and all events of each period, and how many periods lack the part."""
    parts = {point.time: point.value for point in part.points}
    if len(parts) == len(total.points) == 1 and not total.period:
        parts = {total.points[0].time: part.points[0].value}
    tallies, unmatched = [], 0
    for point in total.points:
        counted = parts.get(point.time)
        if counted is None and silent:
            counted = Fraction(0)
        elif counted is None:
            unmatched += 1
            counted = Fraction(0) if side == "good" else point.value
        tallies.append(Tally(point.time, point.value - counted if side == "good" else counted, point.value))
    return tuple(tallies), unmatched


def _nonsense(reason: str) -> Unmeasured:
    return Unmeasured(
        Outcome.ERROR, reason, "check that both queries count the same events over the same dimensions"
    )
