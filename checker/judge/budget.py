"""The error budget of an SLO: what the target allows, what is spent, how fast, and how long the rest will last.

With a target T, a share of 1 - T may be bad: of the events, slices or data points. Spent is the bad share divided
by that. For a calendar period that has not ended, the budget is that of the whole period, assuming that the rest
has events at the same rate; the spent share is then multiplied by the elapsed share of the period.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from checker.judge.burn import TOO_LITTLE, Readings, allowed_share, burn_over, parts_of, rate_between
from checker.judge.measured import Measured
from checker.model import Budget, Objective, Window
from checker.windows import looks

LOOKBACKS = (3600, 6 * 3600, 86400)
"""Seconds. The default lookbacks; a lookback is shown if it is shorter than the window and at least one period long."""


def budget_of(
    objective: Objective, measured: Measured, readings: Readings, whole: Window | None = None
) -> Budget | None:
    """The error budget; None if the target leaves none, or if nothing was counted.

    ``whole`` is the calendar period of which the measured window is the first part.
    """
    allowed, parts = allowed_share(objective, measured), parts_of(objective, measured)
    burnt = rate_between(parts, None, None)
    if not objective.error_budget or allowed is None or burnt is None:
        return None
    window = measured.window
    elapsed, seconds = Fraction(1), window.seconds if window else 0
    if whole is not None and window is not None:
        elapsed, seconds = Fraction(window.end - whole.start, whole.seconds), whole.seconds
    good, total = measured.good, measured.total
    rates = tuple(_burn_rates(objective, measured, readings))
    spent = burnt * elapsed
    return Budget(
        allowed=allowed,
        spent=spent,
        allowed_events=Fraction(0) if total is None else allowed * total / elapsed,
        bad_events=Fraction(0) if total is None or good is None else total - good,
        allowed_seconds=allowed * seconds,
        burn_rates=rates,
        counted=measured.noun,
        exhausted_in=_exhausted_in(1 - spent, seconds, rates, whole, window),
        unknown_rates=tuple(_unknown_rates(objective, measured, readings)),
    )


def _unknown_rates(objective: Objective, measured: Measured, readings: Readings) -> Iterator[tuple[int, str]]:
    """The lookbacks that the file names and that could not be measured, or of which too little was seen; without
    events there is no rate to know."""
    for lookback in sorted({lookback for lookback, ago in looks(objective) if not ago}):
        burn = burn_over(objective, measured, readings, lookback)
        if not burn.eventless and (burn.rate is None or not burn.complete):
            yield lookback, burn.reason or TOO_LITTLE


def _burn_rates(
    objective: Objective, measured: Measured, readings: Readings
) -> Iterator[tuple[int, Fraction]]:
    """(lookback, burn rate) for every lookback that has events; the window itself comes last."""
    window = measured.window
    if window is None or window.seconds <= 0:
        return
    parts = parts_of(objective, measured)
    wanted = {lookback for lookback, ago in looks(objective) if not ago}
    usual = {each for each in LOOKBACKS if measured.period <= each < window.seconds}
    for lookback in sorted((wanted | usual) - {window.seconds}):
        if lookback in wanted:
            rate = burn_over(objective, measured, readings, lookback).rate
        else:
            rate = rate_between(parts, window.end - lookback, None)
        if rate is not None:
            yield lookback, rate
    whole = rate_between(parts, window.start, None)
    if whole is not None:
        yield window.seconds, whole


def _exhausted_in(
    left: Fraction,
    seconds: int,
    rates: tuple[tuple[int, Fraction], ...],
    whole: Window | None,
    window: Window | None,
) -> Fraction | None:
    """Seconds until the budget is spent at the burn rate of the shortest lookback, assuming that no spent budget
    returns to a rolling window. None if that is never, or after the calendar period."""
    if left <= 0:
        return Fraction(0)
    if not rates or not rates[0][1]:
        return None
    lasts = left * seconds / rates[0][1]
    if whole is not None and window is not None and lasts > whole.end - window.end:
        return None  # it outlasts the period
    return lasts
