"""The error budget of a ratio objective: what the target allows, what is spent, and how fast.

With a target T, a share 1 - T of the events may be bad. Spent is the bad share over that; a burn rate over
some lookback is the same over the lookback's events: 1 spends exactly the budget over the window (the SRE
workbook, chapter "Alerting on SLOs").
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from checker.judge.measured import RATIO, Measured, exact_sum
from checker.model import Budget, Objective
from checker.units import convert, convertible

LOOKBACKS = (3600, 6 * 3600, 86400)
"""Seconds; those shorter than the window and at least one period long are shown."""


def budget_of(objective: Objective, measured: Measured) -> Budget | None:
    """The error budget, or None where the target leaves none or nothing was counted."""
    target, good, total = objective.target, measured.good, measured.total
    if not objective.error_budget or good is None or not total or not convertible(target.unit, RATIO):
        return None
    limit = convert(target.value, target.unit, RATIO)
    allowed = limit if target.lower_is_better else 1 - limit
    if not 0 < allowed < 1:
        return None
    seconds = measured.window.seconds if measured.window else 0
    return Budget(
        allowed=allowed,
        spent=(total - good) / total / allowed,
        allowed_events=allowed * total,
        bad_events=total - good,
        allowed_seconds=allowed * seconds,
        burn_rates=tuple(_burn_rates(measured, allowed)),
    )


def _burn_rates(measured: Measured, allowed: Fraction) -> Iterator[tuple[int, Fraction]]:
    """(lookback, rate) of every lookback in which anything happened, the window itself last."""
    if measured.window is None or measured.window.seconds <= 0:
        return
    length, end = measured.window.seconds, measured.window.end
    for lookback in (*(each for each in LOOKBACKS if measured.period <= each < length), length):
        recent = [tally for tally in measured.tallies if tally.time >= end - lookback]
        events = exact_sum(tally.total for tally in recent)
        if events:
            yield lookback, exact_sum(tally.bad for tally in recent) / events / allowed
