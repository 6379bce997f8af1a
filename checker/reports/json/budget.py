"""Error budgets, slices and alerts as JSON."""

from __future__ import annotations

from checker.model import Alert, Budget, Slices
from checker.reports.json.values import (
    Tree,
    duration_tree,
    location_tree,
    number_tree,
    percent_tree,
    threshold_tree,
)


def budget_tree(budget: Budget) -> Tree:
    left = budget.remaining
    return {
        "allowed": percent_tree(budget.allowed, up=False),
        "spent": percent_tree(budget.spent, up=True),
        "remaining": percent_tree(left, up=False),
        "allowedEvents": number_tree(budget.allowed_events, up=False),
        "badEvents": number_tree(budget.bad_events, up=True),
        "remainingEvents": number_tree(budget.allowed_events * left, up=False),
        "allowedSeconds": number_tree(budget.allowed_seconds, up=False),
        "remainingSeconds": number_tree(budget.allowed_seconds * left, up=False),
        "burnRates": [
            {"lookback": duration_tree(lookback), "rate": number_tree(rate, up=True)}
            for lookback, rate in budget.burn_rates
        ],
        "counted": budget.counted,
        "exhaustedInSeconds": number_tree(budget.exhausted_in, up=False),
    }


def slices_tree(slices: Slices) -> Tree:
    return {
        "length": duration_tree(slices.length),
        "expected": slices.expected,
        "empty": slices.empty,
        "bad": slices.bad,
    }


def alert_tree(alert: Alert) -> Tree:
    rule = alert.rule
    return {
        "name": rule.name,
        "severity": rule.severity,
        "state": alert.state,
        "reason": alert.reason,
        "location": location_tree(rule.location),
        "conditions": [
            {
                "lookback": duration_tree(condition.lookback),
                "threshold": threshold_tree(condition.threshold),
                "alertAfter": duration_tree(condition.after),
                "rate": number_tree(rate, up=not condition.threshold.lower_is_better),
            }
            for condition, rate in zip(rule.conditions, alert.rates, strict=True)
        ],
    }
