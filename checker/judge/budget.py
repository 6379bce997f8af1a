"""The error budget of a ratio objective: what the target allows, what is spent, and how fast.

With a target T, a share 1 - T of the events may be bad. Spent is the bad share over that; a burn rate over
some lookback is the same over the lookback's events: 1 spends exactly the budget over the window (the SRE
workbook, chapter "Alerting on SLOs").
"""

from __future__ import annotations

from fractions import Fraction

from checker.judge.measured import Measured
from checker.model import Budget, Objective
from checker.units import convert

LOOKBACKS = (3600, 6 * 3600, 86400)
"""Seconds; those shorter than the window and at least one period long are shown."""


def budget_of(objective: Objective, measured: Measured) -> Budget | None:
    """The error budget, or None where the target leaves none or nothing was counted."""
    target = convert(objective.target.value, objective.target.unit, measured.unit)
    if not objective.error_budget or measured.total is None or measured.good is None or not 0 < target < 1:
        return None
    allowed = 1 - target
    bad = measured.total - measured.good
    seconds = measured.window.seconds if measured.window else 0
    return Budget(
        allowed=allowed,
        spent=bad / measured.total / allowed,
        allowed_events=allowed * measured.total,
        bad_events=bad,
        allowed_seconds=allowed * seconds,
        burn_rates=tuple(_burn_rates(measured, allowed, seconds)),
    )


def _burn_rates(measured: Measured, allowed: Fraction, seconds: int) -> list[tuple[int, Fraction]]:
    rates = []
    end = measured.window.end if measured.window else 0
    for lookback in (*(each for each in LOOKBACKS if measured.period <= each < seconds), seconds):
        recent = [tally for tally in measured.tallies if tally.time >= end - lookback]
        events = sum((tally.total for tally in recent), Fraction(0))
        if events:
            rates.append((lookback, sum((tally.bad for tally in recent), Fraction(0)) / events / allowed))
    return rates
