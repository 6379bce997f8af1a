"""The alerts of a promise: those that its file declares, or else those of the SRE workbook."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any, NamedTuple

from checker.exporters.prometheus.burn_rates import WINDOWS, Pair, pairs_of
from checker.exporters.prometheus.expressions import beyond, either, number, recorded, series
from checker.exporters.prometheus.rule_file import Rule, literal
from checker.model import AlertRule, Objective
from checker.units import format_duration

SILENCE = "15m"
BURNS, NO_DATA = "SLOErrorBudgetBurn", "SLONoData"


class Alerts(NamedTuple):
    """The alert rules; the windows (in seconds) for which they need ratios; and notes about what is left out."""

    rules: tuple[Rule, ...]
    windows: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()


def alerts_of(objective: Objective, allowed: Fraction) -> Alerts:
    """The burn-rate alerts, and one for missing data. ``allowed`` is the share of events that may be bad."""
    burning = _declared(objective, allowed) if objective.alerts else _shipped(objective, allowed)
    if not burning.windows:
        return burning
    texts = {
        "summary": f"{_shown(objective)}: there is no data",
        "description": "The queries of this promise return nothing, so it is not known whether it is kept.",
    }
    absent = f"absent({series(recorded(burning.windows[0]), objective.name)})"
    silence = _alert(objective, NO_DATA, absent, {"severity": "ticket"}, texts, SILENCE)
    return burning._replace(rules=(*burning.rules, silence))


def labels_of(objective: Objective) -> dict[str, str]:
    """The labels that identify the series of a promise."""
    named = {"slo": objective.name, "service": objective.service, "owner": objective.owner}
    return {key: value for key, value in named.items() if value}


def _shipped(objective: Objective, allowed: Fraction) -> Alerts:
    """The workbook's table: one alert for each severity."""
    window = objective.window or 0
    pairs, left_out = pairs_of(window, allowed)
    rules = []
    for severity in ("page", "ticket"):
        mine = [pair for pair in pairs if pair.severity == severity]
        if not mine:
            continue
        rates = " or ".join(f"{float(each.rate):.4g} over {format_duration(each.long)}" for each in mine)
        condition = either([_spent(objective, each, each.rate * allowed) for each in mine])
        texts = {
            "summary": f"{_shown(objective)}: the error budget burns too fast",
            "description": f"{_bad_events(allowed)} The burn rate is above {rates}.",
        }
        rules.append(_alert(objective, BURNS, condition, {"severity": severity}, texts))
    windows = tuple(each for each in WINDOWS if each < window)
    return Alerts(tuple(rules), windows, tuple(left_out))


def _spent(objective: Objective, pair: Pair, limit: Fraction) -> str:
    return beyond(objective.name, [(pair.long, ">", limit), (pair.short, ">", limit)])


def _declared(objective: Objective, allowed: Fraction) -> Alerts:
    """The declared alerts: one rule for each, with all its conditions."""
    rules, notes, windows = [], [], set[int]()
    for declared in dict.fromkeys(each._replace(location=None) for each in objective.alerts):
        if declared.when_breaching and not declared.when_no_data and _out_of_reach(declared, allowed):
            highest = f"{float(1 / allowed):.4g}"
            notes.append(
                f"no alert {declared.name!r}: {_rates(declared)} is out of reach, {highest} is the highest"
            )
            continue
        windows |= {condition.lookback for condition in declared.conditions}
        rules.append(_declared_alert(objective, declared, allowed))
        if declared.when_no_data:
            notes.append(
                f"the alert {declared.name!r} also fires where there are no events, or no ratio; a rule cannot "
                "detect that too little of a lookback was seen"
            )
    if any(each.location for each in objective.alerts):
        notes.append(
            "Alertmanager decides whom its alert policies notify, and whether it also notifies when they are "
            "resolved: route by the labels alert_policy and severity"
        )
    usual = {each for each in WINDOWS if each < (objective.window or 0)}
    return Alerts(tuple(rules), tuple(sorted(usual | windows)), tuple(notes))


def _declared_alert(objective: Objective, declared: AlertRule, allowed: Fraction) -> Rule:
    limits = [
        (each.lookback, each.threshold.operator, each.threshold.value * allowed)
        for each in declared.conditions
    ]
    conditions = [beyond(objective.name, limits)] if declared.when_breaching else []
    rates = f"The burn rate is {_rates(declared)}"
    texts = {
        "summary": f"{_shown(objective)}: {literal(declared.name)}",
        "description": f"{_bad_events(allowed)} {rates}.",
    }
    if declared.when_no_data:
        conditions += [_unknown(objective, lookback) for lookback, _, _ in limits]
        whether = f"{rates}, or it is not known" if declared.when_breaching else "The burn rate is not known"
        texts["description"] = f"{whether}: its queries return nothing, or there are no events."
    labels = {"severity": declared.severity, "alert_policy": declared.name, "burn_rate": _rates(declared)}
    after = max(condition.after for condition in declared.conditions)
    return _alert(
        objective, BURNS, either(conditions), labels, texts, format_duration(after) if after else ""
    )


def _unknown(objective: Objective, lookback: int) -> str:
    """The condition that a ratio is NaN, because there are no events, or is absent."""
    ratio = series(recorded(lookback), objective.name)
    return f"{ratio} != {ratio}\nor\nabsent({ratio})"


def _out_of_reach(declared: AlertRule, allowed: Fraction) -> bool:
    """Whether even a complete outage burns the budget too slowly for the alert."""
    return any(
        each.threshold.value * allowed > 1
        or (each.threshold.value * allowed == 1 and each.threshold.operator == ">")
        for each in declared.conditions
        if each.threshold.operator in (">", ">=")
    )


def _rates(declared: AlertRule) -> str:
    """``> 14.4 over 1h and > 14.4 over 5m``, with ``for 2m`` after a condition that must hold for a while."""

    def each() -> Iterator[str]:
        for condition in declared.conditions:
            after = f" for {format_duration(condition.after)}" if condition.after else ""
            yield f"{condition.threshold.text} over {format_duration(condition.lookback)}{after}"

    return " and ".join(each())


def _shown(objective: Objective) -> str:
    return literal(objective.display_name or objective.name)


def _bad_events(allowed: Fraction) -> str:
    return (
        f"{{{{ $value | humanizePercentage }}}} of the events are bad, and {number(allowed * 100)} % may be."
    )


def _alert(
    objective: Objective,
    name: str,
    condition: str,
    more: dict[str, str],
    texts: dict[str, Any],
    wait: str = "",
) -> Rule:
    labels = {**labels_of(objective), **more}
    labels |= {"slo_severity": objective.severity} if objective.severity else {}
    runbook = {"runbook_url": literal(objective.runbook)} if objective.runbook else {}
    written = {key: literal(value) for key, value in labels.items()}
    return Rule("alert", name, condition, written, {**texts, **runbook}, wait)
