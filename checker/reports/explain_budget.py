"""What there is to say about an error budget and its alerts, in words that all formats share."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from checker import display
from checker.model import Alert, Budget, Slices, Verdict
from checker.units import told_duration

STATES = {"firing": "FIRING", "ok": "ok", "unknown": "unknown"}
_UNITS = (("d", 86400), ("h", 3600), ("min", 60), ("s", 1))


def explain_budget(verdict: Verdict) -> Iterator[tuple[str, str]]:
    """(label, text) pairs: the remaining error budget, its burn rates, and the state of each alert."""
    if verdict.budget is not None:
        yield "error budget", budget_text(verdict.budget)
        if verdict.budget.burn_rates:
            yield "burn rate", burn_text(verdict.budget)
    for alert in verdict.alerts:
        yield "alert", alert_text(alert)


def budget_text(budget: Budget) -> str:
    """``25 % left, 180 of 720 events, 10.8 of 43.2 min``; rounded down."""
    left = budget.allowed_events - budget.bad_events
    if budget.spent and budget.allowed_events:
        left = budget.allowed_events * budget.remaining
    parts = [f"{display.percent(budget.remaining)} left"]
    if budget.allowed_events:
        parts.append(f"{_number(left)} of {_number(budget.allowed_events)} {budget.counted}")
    if budget.allowed_seconds:
        minutes = budget.allowed_seconds / 60
        parts.append(f"{_number(minutes * budget.remaining)} of {_number(minutes)} min")
    return ", ".join(parts)


def burn_text(budget: Budget) -> str:
    """``3 over 1h, 1.5 over 30d; at the rate over 1h the budget lasts 4.9 d``"""
    rates = ", ".join(
        f"{display.number(rate, up=True)} over {told_duration(lookback)}"
        for lookback, rate in budget.burn_rates
    )
    if budget.exhausted_in is None or budget.exhausted_in == 0:
        return rates
    which = (
        f"the rate over {told_duration(budget.burn_rates[0][0])}" if budget.burn_rates[1:] else "that rate"
    )
    return f"{rates}; at {which} the budget lasts {_span(budget.exhausted_in)}"


def alert_text(alert: Alert) -> str:
    """``FIRING (page) google-sre page 1h/5m: burn rate 20 over 1h (> 14.4) and 24 over 5m (> 14.4)``"""
    return f"{STATES[alert.state]} ({alert.rule.severity}) {alert.rule.name}: burn rate {alert.reason}"


def slices_text(slices: Slices) -> str:
    """``3 of 12 slices of 5m are bad, 1 had no events``"""
    parts = [f"{slices.expected} of {told_duration(slices.length)}"]
    if slices.bad is not None:
        parts.append(f"{slices.bad} bad")
    parts.append(f"{slices.empty} without events")
    return ", ".join(parts)


def period_text(verdict: Verdict) -> str:
    """The whole calendar period, and how much of it has passed."""
    period, window = verdict.period, verdict.window
    if period is None:
        return ""
    text = f"{display.moment(period.start)} to {display.moment(period.end)}"
    if window is None:
        return text
    return (
        f"{text}, of which {display.percent(Fraction(window.end - period.start, period.seconds))} has passed"
    )


def _span(seconds: Fraction) -> str:
    """A time in its largest unit, rounded down: ``4.916 d``."""
    unit, size = next((each for each in _UNITS if seconds >= each[1]), _UNITS[-1])
    return f"{display.number(seconds / size, up=False)} {unit}"


def _number(number: Fraction) -> str:
    return display.number(number, up=False)
