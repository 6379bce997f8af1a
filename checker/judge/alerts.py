"""The states of a promise's burn-rate alerts.

An alert's state is reported beside the outcome of the promise and never changes it.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Literal

from checker import display
from checker.judge.burn import Burn, Readings, burn_over
from checker.judge.measured import Measured
from checker.model import Alert, AlertRule, BurnCondition, Objective
from checker.units import format_duration
from checker.windows import moments

State = Literal["firing", "ok", "unknown"]
Look = Callable[[int, int], Burn]
"""Gives the burn rate over a lookback (seconds) that ended the given number of seconds ago."""


def alerts_of(objective: Objective, measured: Measured | None, readings: Readings) -> tuple[Alert, ...]:
    """The state of each of the objective's alerts. ``measured`` is None if the window could not be measured."""

    known: dict[tuple[int, int], Burn] = {}

    def look(lookback: int, ago: int) -> Burn:
        if (lookback, ago) not in known:
            known[lookback, ago] = burn_over(objective, measured, readings, lookback, ago)
        return known[lookback, ago]

    return tuple(_alert(rule, look) for rule in objective.alerts)


def _alert(rule: AlertRule, look: Look) -> Alert:
    checked = [_holds(condition, look) for condition in rule.conditions]
    rates = tuple(look(condition.lookback, 0).rate for condition in rule.conditions)
    holding = [holds for holds, _ in checked]
    state: State = "firing" if rule.when_breaching else "ok"
    if False in holding:
        state = "ok"
    elif None in holding:
        state = "firing" if rule.when_no_data else "unknown"
    words = [_words(each, rate) for each, rate in zip(rule.conditions, rates, strict=True)]
    why = [reason for holds, reason in checked if holds is None and reason]
    return Alert(rule, state, rates, "; ".join([" and ".join(words), *dict.fromkeys(why)]))


def _holds(condition: BurnCondition, look: Look) -> tuple[bool | None, str]:
    """Whether a condition holds, and has for long enough: True, False, or None if that is unknown; then also why."""
    reason = ""
    for ago in moments(condition.after):
        burn = look(condition.lookback, ago)
        if burn.rate is not None and not condition.threshold.holds(burn.rate) and burn.complete:
            return False, ""
        if burn.rate is None or not condition.threshold.holds(burn.rate):
            reason = reason or burn.reason or "too little of the lookback was seen"
    return (None, reason) if reason else (True, "")


def _words(condition: BurnCondition, rate: Fraction | None) -> str:
    """``20.1 over 1h (> 14.4)``; the rate is rounded such that it stays on its side of the threshold."""
    threshold = condition.threshold
    after = f" for {format_duration(condition.after)}" if condition.after else ""
    up = threshold.operator in (">", ">=")
    shown = "unknown" if rate is None else display.measured(rate, threshold.unit, threshold, up=up)
    return f"{shown} over {format_duration(condition.lookback)} ({threshold.text}{after})"
