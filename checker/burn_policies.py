"""Burn-rate alert policies that ship with checker, by name.

``google-sre`` is the multi-window, multi-burn-rate table of the SRE workbook, chapter "Alerting on SLOs", for a
window of any length: an alert fires when a given share of the error budget is spent within a lookback. The burn
rate for that is share * window / lookback. It must also be exceeded over a twelfth of the lookback, so that the
alert ends soon after its cause does.
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
"""Severity, long lookback in seconds, and the share of the budget that is spent within it."""
SHORTER = 12
LEAST = Fraction(9, 10)
"""The lowest burn rate that is worth an alert. Below 1, the budget outlasts the window; the table itself comes to
slightly less than 1 for a window of 28 days."""


def google_sre(window: int) -> tuple[AlertRule, ...]:
    """The alerts for a window of ``window`` seconds; those with a lookback that is not shorter than the window are
    left out."""
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
    """The rate with at most four decimals, and an ellipsis if that is not exact. The exact rate is compared."""
    text = f"{float(rate):.4f}".rstrip("0").rstrip(".")
    return text if Fraction(text) == rate else f"{text}…"


POLICIES = {"google-sre": google_sre}
"""By the name used in ``checker/burnRatePolicy``."""


def full_outage(rule: AlertRule, allowed: Fraction) -> Fraction | None:
    """Seconds from the start of a full outage, with no errors before it, until the alert fires; None if it never does.

    In a full outage all events are bad, so the burn rate over a lookback L is t / (L * ``allowed``) after t seconds.
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
    """The share of bad events that an SLO's target allows; None if the target leaves no budget."""
    if objective.components and not objective.budgeting.slice:
        factors = (each.weight / (1 - each.target) for each in objective.components)
        return 1 / sum(factors, Fraction(0))
    allowed = 1 - objective.target.value * objective.target.unit.factor
    return allowed if 0 < allowed < 1 else None
