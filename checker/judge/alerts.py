"""The states of a promise's burn-rate alerts.

An alert's state is reported beside the outcome of the promise and never changes it.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Literal, NamedTuple

from checker import display
from checker.judge.burn import TOO_LITTLE, Burn, Readings, burn_over
from checker.judge.measured import Measured
from checker.model import Alert, AlertRule, BurnCondition, Objective
from checker.units import format_duration
from checker.windows import moments

State = Literal["firing", "ok", "unknown"]
Look = Callable[[int, int], Burn]
"""Gives the burn rate over a lookback (seconds) that ended the given number of seconds ago."""


class Held(NamedTuple):
    """Whether a condition holds, and has for long enough: True, False, or None if that is unknown. In that case,
    ``reason`` says why, and ``eventless``, whether it is only because nothing happened."""

    holds: bool | None
    reason: str = ""
    eventless: bool = False


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
    holding = [each.holds for each in checked]
    state: State = "firing" if rule.when_breaching else "ok"
    if False in holding:
        state = "ok"
    elif None in holding:
        state = "firing" if rule.when_no_data else "unknown"
    words = [_words(each, rate) for each, rate in zip(rule.conditions, rates, strict=True)]
    unclear = [each for each in checked if each.holds is None]
    return Alert(
        rule,
        state,
        rates,
        "; ".join([" and ".join(words), *dict.fromkeys(each.reason for each in unclear)]),
        eventless=state == "unknown" and all(each.eventless for each in unclear),
    )


def _holds(condition: BurnCondition, look: Look) -> Held:
    unclear: list[Burn] = []
    for ago in moments(condition.after):
        burn = look(condition.lookback, ago)
        if burn.rate is not None and not condition.threshold.holds(burn.rate) and burn.complete:
            return Held(False)
        if burn.rate is None or not condition.threshold.holds(burn.rate):
            unclear.append(burn)
    if not unclear:
        return Held(True)
    reason = unclear[0].reason or TOO_LITTLE
    return Held(None, reason, all(burn.eventless for burn in unclear))


def _words(condition: BurnCondition, rate: Fraction | None) -> str:
    """``20.1 over 1h (> 14.4)``; the rate is rounded such that it stays on its side of the threshold."""
    threshold = condition.threshold
    after = f" for {format_duration(condition.after)}" if condition.after else ""
    up = threshold.operator in (">", ">=")
    shown = "unknown" if rate is None else display.measured(rate, threshold.unit, threshold, up=up)
    return f"{shown} over {format_duration(condition.lookback)} ({threshold.text}{after})"
