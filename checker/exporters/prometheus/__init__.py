"""Rule files for Prometheus: error ratios, remaining budgets, and alerts on burn rates, of SLOs that it measures."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from checker.exporters import Exported
from checker.exporters.prometheus.burn_rates import WINDOWS, Pair, pairs_of
from checker.exporters.prometheus.expressions import burning, error_ratio, number, over, recorded, series
from checker.exporters.prometheus.rule_file import Group, Rule, literal, rule_file
from checker.model import Objective
from checker.units import convert, format_duration, parse_unit

PURPOSE = "recording rules and burn-rate alerts for Prometheus"

HEAD = """\
Written by 'checker export prometheus'. Change the promises and write it anew, not this file.
Alerts: the SRE workbook's burn rates over several windows. SLONoData says that a promise cannot be judged."""

RATIO = parse_unit("ratio")
LONG = 86400
"""Seconds; ratios over more are evaluated less often."""
LONG_INTERVAL = "2m"
"""Well within the five minutes after which Prometheus takes a series for gone."""
SILENCE = "15m"


def export(objectives: Sequence[Objective]) -> Exported:
    """The rules of every SLO that Prometheus measures."""
    groups: list[Group] = []
    written: list[str] = []
    skipped: list[tuple[str, str]] = []
    notes: list[str] = []
    data_sources: dict[str, None] = {}
    for objective in sorted(objectives, key=lambda objective: objective.name):
        try:
            allowed, data_source = _exportable(objective)
            made, remarks = _groups(objective, allowed)
        except ValueError as reason:
            skipped.append((objective.name, str(reason)))
            continue
        groups += made
        written.append(objective.name)
        notes += [f"{objective.name}: {remark}" for remark in remarks]
        data_sources[data_source or "PROMETHEUS_URL"] = None
    if len(data_sources) > 1:
        notes.append(
            f"these promises are measured by several Prometheus servers ({', '.join(data_sources)}); "
            "with --select, write a file for each"
        )
    text = rule_file(HEAD, groups) if groups else ""
    return Exported(text, tuple(written), tuple(skipped), tuple(notes))


def _exportable(objective: Objective) -> tuple[Fraction, str]:
    """The share of bad events that the target allows, and the DataSource. Raises ValueError with the reason
    where there can be no rules."""
    if not objective.error_budget:
        raise ValueError("it has no error budget; an SLO of the Occurrences method has one")
    if objective.budgeting.method != "Occurrences":
        raise ValueError(f"its budget is spent by the method {objective.budgeting.method}, not by events")
    if objective.indicator.form != "ratio" or objective.components:
        raise ValueError("its indicator is no ratio of events")
    queries = [query for _, query in objective.indicator.metrics]
    for query in queries:
        if query.source != "Prometheus":
            raise ValueError(f"its source is {query.source}, not Prometheus")
    if objective.window is None or objective.calendar is not None:
        raise ValueError("its window is a period of the calendar, and rules look back over a fixed length")
    references = {query.dataSourceRef or "" for query in queries}
    if len(references) > 1:
        raise ValueError("its two queries go to different data sources")
    target = objective.target
    limit = convert(target.value, target.unit, RATIO)
    allowed = limit if target.lower_is_better else 1 - limit
    if not 0 < allowed < 1:
        raise ValueError("its target leaves no error budget")
    return allowed, references.pop()


def _groups(objective: Objective, allowed: Fraction) -> tuple[list[Group], list[str]]:
    """Ratios, budget and alerts of one promise, and what is left out of them."""
    (side, part), (_, total) = objective.indicator.metrics
    window = objective.window or 0
    labels = _labels(objective)

    def ratio(seconds: int) -> Rule:
        counted, events = (over(query, window, seconds) for query in (part, total))
        return Rule("record", recorded(seconds), error_ratio(side, counted, events), labels)

    shorter = [seconds for seconds in WINDOWS if seconds < window]
    ratios = [ratio(seconds) for seconds in shorter if seconds <= LONG]
    rare = [ratio(seconds) for seconds in (*shorter, window) if seconds > LONG or seconds == window]
    pairs, left_out = pairs_of(window, allowed)
    alerts = _alerts(objective, pairs, allowed) if ratios else []
    comment = f"{objective.location.file}: {objective.target.text} over {format_duration(window)}"
    name = objective.name
    # An alert comes after the ratios in their own group: so it sees those of the same moment.
    return [
        Group(f"{name}: budget", [*rare, _remaining(objective, allowed, labels)], LONG_INTERVAL, comment),
        Group(f"{name}: alerts", [*ratios, *_facts(objective, allowed, labels), *alerts]),
    ], left_out


def _labels(objective: Objective) -> dict[str, str]:
    """What tells a promise's series from those of others."""
    named = {"slo": objective.name, "service": objective.service, "owner": objective.owner}
    return {key: value for key, value in named.items() if value}


def _facts(objective: Objective, allowed: Fraction, labels: dict[str, str]) -> list[Rule]:
    """What the file says, as series that never change: for dashboards, and to join with."""
    window = objective.window or 0
    about = {"window": format_duration(window), "target": objective.target.text}
    about |= {"slo_severity": objective.severity} if objective.severity else {}
    return [
        Rule("record", "slo:objective:ratio", f"vector({number(1 - allowed)})", labels),
        Rule("record", "slo:error_budget:ratio", f"vector({number(allowed)})", labels),
        Rule("record", "slo:window:seconds", f"vector({window})", labels),
        Rule("record", "slo:info", "vector(1)", {**labels, **about}),
    ]


def _remaining(objective: Objective, allowed: Fraction, labels: dict[str, str]) -> Rule:
    errors = series(recorded(objective.window or 0), objective.name)
    return Rule("record", "slo:error_budget_remaining:ratio", f"1 - {errors} / {number(allowed)}", labels)


def _alerts(objective: Objective, pairs: list[Pair], allowed: Fraction) -> list[Rule]:
    """One alert a severity, and one for the case that nobody can tell."""
    rules = []
    shown = literal(objective.display_name or objective.name)
    for severity in ("page", "ticket"):
        mine = [pair for pair in pairs if pair.severity == severity]
        if not mine:
            continue
        rates = " or ".join(f"{float(each.rate):.4g} over {format_duration(each.long)}" for each in mine)
        texts = {
            "summary": f"{shown}: the error budget burns too fast",
            "description": "{{ $value | humanizePercentage }} of the events are bad, and "
            f"{number(allowed * 100)} % may be. The burn rate is above {rates}.",
        }
        condition = burning(objective.name, mine, allowed)
        rules.append(_alert(objective, "SLOErrorBudgetBurn", condition, severity, texts))
    texts = {
        "summary": f"{shown}: there is no data",
        "description": "The queries of this promise answer nothing, so nobody can tell whether it is kept.",
    }
    absent = f"absent({series(recorded(WINDOWS[0]), objective.name)})"
    return [*rules, _alert(objective, "SLONoData", absent, "ticket", texts)._replace(wait=SILENCE)]


def _alert(objective: Objective, name: str, condition: str, severity: str, texts: dict[str, Any]) -> Rule:
    labels = {key: literal(value) for key, value in _labels(objective).items()} | {"severity": severity}
    labels |= {"slo_severity": objective.severity} if objective.severity else {}
    runbook = {"runbook_url": literal(objective.runbook)} if objective.runbook else {}
    return Rule("alert", name, condition, labels, {**texts, **runbook})
