"""Burn rates: how fast an error budget is spent, over any lookback.

A burn rate is the bad share of the lookback divided by the share that may be bad: 1 spends exactly the budget over
the window (the SRE workbook, chapter "Alerting on SLOs"). For a composite by Occurrences, it is the weighted sum of
its objectives' burn rates.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from checker.judge.combine import combine
from checker.judge.measured import RATIO, Measured, Tally, Unmeasured, exact_sum, seen_of
from checker.model import Absence, Objective, Outcome, Series
from checker.units import convert, convertible, format_duration
from checker.windows import look_name

Readings = Mapping[str, Series | Absence]
Parts = tuple[tuple[Fraction, tuple[Tally, ...]], ...]
"""Pairs of tallies and the factor that their bad share is multiplied by."""


TOO_LITTLE = "too little of the lookback was seen"


class Burn(NamedTuple):
    """A burn rate. ``complete`` says that enough of the lookback was seen. ``reason`` says why, if there is no
    ``rate``; ``eventless``, that this is because nothing happened."""

    rate: Fraction | None
    complete: bool = True
    reason: str = ""
    eventless: bool = False


def allowed_share(objective: Objective, measured: Measured | None) -> Fraction | None:
    """The share that may be bad; None if the target leaves no budget, or allows everything to be bad."""
    if measured is not None and measured.allowed is not None:
        return measured.allowed
    target = objective.target
    if not objective.error_budget or not convertible(target.unit, RATIO):
        return None
    limit = convert(target.value, target.unit, RATIO)
    allowed = limit if target.lower_is_better else 1 - limit
    return allowed if 0 < allowed < 1 else None


def parts_of(objective: Objective, measured: Measured) -> Parts:
    """The tallies in ``measured`` with their factors; empty if there is no budget."""
    if measured.parts:
        return measured.parts
    allowed = allowed_share(objective, measured)
    return () if allowed is None else ((1 / allowed, measured.tallies),)


def rate_between(parts: Parts, start: int | None, end: int | None) -> Fraction | None:
    """The burn rate of the tallies from ``start`` up to ``end`` (None: no limit); None if any part had no events."""
    rate = Fraction(0)
    for factor, tallies in parts:
        recent = tallies if start is None and end is None else _recent(tallies, start, end)
        total = exact_sum(tally.total for tally in recent)
        if not total:
            return None
        rate += factor * exact_sum(tally.bad for tally in recent) / total
    return rate if parts else None


def _recent(tallies: Sequence[Tally], start: int | None, end: int | None) -> list[Tally]:
    return [
        tally
        for tally in tallies
        if (start is None or tally.time >= start) and (end is None or tally.time < end)
    ]


def burn_over(
    objective: Objective, measured: Measured | None, readings: Readings, lookback: int, ago: int = 0
) -> Burn:
    """The burn rate over ``lookback`` seconds that ended ``ago`` seconds ago.

    It comes from a question about that lookback alone if there was one, otherwise from a part of the window's
    answer.
    """
    asked = [metric for metric, _ in objective.indicator.metrics]
    names = {metric: look_name(metric, lookback, ago) for metric in asked}
    if any(name in readings for name in names.values()):
        return _asked(
            objective, {metric: readings[name] for metric, name in names.items() if name in readings}
        )
    if measured is None:
        totals = _totals(readings)
        eventless = bool(totals) and all(map(_empty, totals))
        return Burn(None, False, "the window could not be measured", eventless)
    return _within(objective, measured, lookback, ago)


def _asked(objective: Objective, readings: Readings) -> Burn:
    found = combine(objective, readings)
    if isinstance(found, Unmeasured):
        return Burn(
            None, False, found.reason, found.outcome is Outcome.INCONCLUSIVE and _nothing_came(readings)
        )
    rate = rate_between(parts_of(objective, found), None, None)
    reason = "" if rate is not None else "there were no events"
    return Burn(rate, found.coverage >= objective.min_coverage, reason, rate is None)


def _nothing_came(readings: Readings) -> bool:
    """Whether a total was measured, and is 0."""
    return any(map(_empty, _totals(readings)))


def _totals(readings: Readings) -> list[Series | Absence]:
    return [each for name, each in readings.items() if name.endswith("total")]


def _empty(total: Series | Absence) -> bool:
    return isinstance(total, Series) and not any(point.value for point in total.points)


def _within(objective: Objective, measured: Measured, lookback: int, ago: int) -> Burn:
    window, period = measured.window, measured.period
    span = format_duration(lookback)
    if window is None or not period or lookback % period or ago % period:
        return Burn(None, False, f"the measured data has no value for {span} alone")
    if lookback + ago > window.seconds:
        return Burn(None, False, f"{span} is longer than the window")
    parts = parts_of(objective, measured)
    start, end = window.end - ago - lookback, window.end - ago
    rate = rate_between(parts, start, end)
    seen = min((_seen(tallies, start, end) for _, tallies in parts), default=Fraction(0))
    complete = seen * period / lookback >= objective.min_coverage
    return Burn(rate, complete, "" if rate is not None else "there were no events", rate is None)


def _seen(tallies: Sequence[Tally], start: int, end: int) -> Fraction:
    return seen_of(_recent(tallies, start, end))
