"""Burn-rate alerts that come with checker, by name.

``google-sre`` is the multi-window, multi-burn-rate table of the SRE workbook, chapter "Alerting on SLOs", for a
window of any length: so much of the budget gone within so long. The burn rate at which that happens is the share
times the window over the lookback, and has to be exceeded over a twelfth of the lookback as well, so that an alert
ends soon after its reason does.
"""

from __future__ import annotations

from fractions import Fraction

from checker.model import AlertRule, BurnCondition, Objective
from checker.units import NUMBER, Threshold, format_duration

HOUR, DAY = 3600, 86400
GOOGLE_SRE = (
    ("page", HOUR, Fraction(2, 100)),
    ("page", 6 * HOUR, Fraction(5, 100)),
    ("ticket", DAY, Fraction(10, 100)),
    ("ticket", 3 * DAY, Fraction(10, 100)),
)
"""Severity, lookback, and the share of the budget that is gone within it."""
SHORTER = 12
LEAST = Fraction(9, 10)
"""The lowest burn rate that is worth an alert: 1 spends exactly the budget over the window. Below, it lasts (the
table comes to a little less than 1 at 28 days)."""


def google_sre(window: int) -> tuple[AlertRule, ...]:
    """The alerts for a window of so many seconds; those that would look back on all of it or more are left out."""
    return tuple(
        _rule(severity, lookback, share * window / lookback)
        for severity, lookback, share in GOOGLE_SRE
        if lookback < window
    )


def _rule(severity: str, lookback: int, rate: Fraction) -> AlertRule:
    threshold = Threshold(">", rate, NUMBER, f"> {_text(rate)}")
    short = lookback // SHORTER
    return AlertRule(
        name=f"google-sre {severity} {format_duration(lookback)}/{format_duration(short)}",
        severity=severity,
        conditions=(BurnCondition(lookback, threshold), BurnCondition(short, threshold)),
    )


def _text(rate: Fraction) -> str:
    """The rate in up to four decimals; it is compared exactly all the same."""
    text = f"{float(rate):.4f}".rstrip("0").rstrip(".")
    return text if Fraction(text) == rate else f"{text}…"


POLICIES = {"google-sre": google_sre}
"""By the name that ``checker/burnRatePolicy`` calls them."""


def full_outage(rule: AlertRule, allowed: Fraction) -> Fraction | None:
    """Seconds of a full outage, after none at all, until an alert goes off; None if it never does.

    In an outage all events are bad, so that the burn rate over a lookback L is t / L / ``allowed`` after t seconds.
    """
    longest = Fraction(0)
    for condition in rule.conditions:
        if condition.threshold.operator not in (">", ">="):
            return None
        needed = condition.threshold.value * condition.lookback * allowed
        if needed > condition.lookback or (
            needed == condition.lookback and condition.threshold.operator == ">"
        ):
            return None
        longest = max(longest, needed + condition.after)
    return longest


def allowed_by(objective: Objective) -> Fraction | None:
    """The share that the target of an SLO lets be bad; None where that leaves no budget."""
    if objective.components and not objective.budgeting.slice:
        factors = (each.weight / (1 - each.target) for each in objective.components)
        return 1 / sum(factors, Fraction(0))
    allowed = 1 - objective.target.value * objective.target.unit.factor
    return allowed if 0 < allowed < 1 else None
