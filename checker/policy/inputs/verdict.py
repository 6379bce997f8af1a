"""A verdict as rules see it: the outcome of a promise."""

from __future__ import annotations

from collections.abc import Sequence

from checker.model import Attestation, Budget, Outcome, Verdict
from checker.policy.inputs.attestation import attestation_input, attestation_schema
from checker.policy.inputs.fields import Schema, flag, list_of, number, or_null, record, text, whole
from checker.policy.inputs.regression import regressed_input, regressed_schema
from checker.policy.inputs.values import Plain, double, quantity, quantity_schema
from checker.units import format_duration

OUTCOMES = tuple(outcome.value for outcome in Outcome)


def verdict_input(verdict: Verdict, attestations: Sequence[Attestation], at: int) -> Plain:
    """The outcome of a promise at the moment ``at``; ``attestations`` are those of the promise, latest first."""
    target = verdict.compared or verdict.objective.target
    up, unit = target.lower_is_better, verdict.unit
    return {
        "outcome": verdict.outcome.value,
        "without": (verdict.waived or verdict.outcome).value,
        "waiver": verdict.waiver.name if verdict.waiver is not None else "",
        "reasons": list(verdict.reasons),
        "value": quantity(verdict.value, unit, up=up),
        "unit": unit.text if unit is not None else "",
        "margin": quantity(verdict.margin, unit, up=False),
        "bound": quantity(verdict.bound, unit, up=up),
        "good": double(verdict.good),
        "total": double(verdict.total),
        "samples": verdict.samples,
        "coverage": double(verdict.coverage),
        "budget": None if verdict.budget is None else _budget(verdict.budget),
        "alerts": [
            {
                "name": each.rule.name,
                "severity": each.rule.severity,
                "state": each.state,
                "eventless": each.eventless,
            }
            for each in verdict.alerts
        ],
        "regression": None if verdict.regression is None else regressed_input(verdict.regression),
        "attestation": attestation_input(verdict, attestations, at),
        "asked": list(verdict.asked),
        "notes": list(verdict.notes),
    }


def verdict_schema() -> Schema:
    """The schema of ``verdict_input``."""
    return record(
        "The outcome.",
        outcome=text("How it ended.", "PASS", *OUTCOMES),
        without=text("What it would be without its waiver.", "PASS", *OUTCOMES),
        waiver=text("The name of the waiver that was applied; empty where none was."),
        reasons=list_of("Why.", text("A reason."), "420 ms keeps < 500 ms by 80 ms"),
        value=or_null(quantity_schema("What was measured; null where nothing was.", 420.0, "420", "420 ms")),
        unit=text("The unit of value, margin and bound.", "ms"),
        margin=or_null(
            quantity_schema("The distance to the target; negative on its wrong side.", 80.0, "80", "80 ms")
        ),
        bound=or_null(quantity_schema("The confidence bound.", 470.0, "470", "470 ms")),
        good=or_null(number("Good events of a ratio.", 999.0)),
        total=or_null(number("All events of a ratio.", 1000.0)),
        samples=or_null(whole("How many samples it is based on; null if that is not known.", 1200)),
        coverage=or_null(number("The share of the expected points that came.", 1.0)),
        budget=or_null(_budget_schema()),
        alerts=list_of("The burn-rate alerts of an SLO; they change no outcome.", _alert_schema()),
        regression=or_null(regressed_schema()),
        attestation=or_null(attestation_schema()),
        asked=list_of("The resolved queries.", text("A query.")),
        notes=list_of("Further remarks.", text("A note.")),
    )


def _budget(budget: Budget) -> Plain:
    return {
        "spent": double(budget.spent),
        "remaining": double(budget.remaining),
        "exhaustedIn": double(budget.exhausted_in),
        "burnRates": [
            {"seconds": lookback, "text": format_duration(lookback), "rate": double(rate)}
            for lookback, rate in budget.burn_rates
        ],
        "unknownRates": [lookback for lookback, _ in budget.unknown_rates],
    }


def _budget_schema() -> Schema:
    rate = record(
        "How fast the budget is spent.",
        seconds=whole("The lookback, in seconds.", 3600),
        text=text("The lookback.", "1h"),
        rate=number("1 spends exactly the budget over the window.", 0.2),
    )
    return record(
        "The error budget of an SLO; null for any other promise.",
        spent=number("The share that is spent; more than 1 is overspent.", 0.2),
        remaining=number("The share that is left.", 0.8),
        exhaustedIn=or_null(
            number("Seconds until it is spent, at the latest burn rate; null if it never is.", 864000.0)
        ),
        burnRates=list_of("By lookback, shortest first.", rate, {"seconds": 3600, "text": "1h", "rate": 0.2}),
        unknownRates=list_of(
            "Lookbacks, in seconds, whose burn rate could not be measured.", whole("Seconds.", 3600)
        ),
    )


def _alert_schema() -> Schema:
    return record(
        "A burn-rate alert of the promise.",
        name=text("The name of its policy.", "google-sre page 1h/5m"),
        severity=text("How urgent it is, in the policy's words.", "page"),
        state=text("Whether its conditions hold.", "ok", "firing", "ok", "unknown"),
        eventless=flag("Whether the state is unknown only because nothing happened in the lookback."),
    )
